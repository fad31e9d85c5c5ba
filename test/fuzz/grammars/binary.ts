// Numbers in binary files.

/** The bytes of a number of 1, 2, 4 or 8 bytes; what does not fit wraps. */
function number(value: number, size: 1 | 2 | 4 | 8, isLittleEndian: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(size))
  const whole = Number.isFinite(value) ? Math.trunc(value) : 0
  if (size === 1) view.setUint8(0, whole)
  else if (size === 2) view.setUint16(0, whole, isLittleEndian)
  else if (size === 4) view.setUint32(0, whole, isLittleEndian)
  else view.setBigUint64(0, BigInt.asUintN(64, BigInt(whole)), isLittleEndian)
  return new Uint8Array(view.buffer)
}

export const u8 = (value: number) => number(value, 1, true)
export const u16 = (value: number) => number(value, 2, true)
export const u32 = (value: number) => number(value, 4, true)
export const u64 = (value: number) => number(value, 8, true)
export const bigEndian32 = (value: number) => number(value, 4, false)

export const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

const encoder = new TextEncoder()
/** Lone surrogates become U+FFFD. */
export const utf8 = (text: string): Uint8Array => encoder.encode(text)

/** A character for each byte. */
export const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1')
export const fromLatin1 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'))

// Elements in files of big-endian machines.

/** Turns big-endian elements into the host's byte order, in place. */
export function toHostOrder(bytes: Uint8Array, elementSize: number): void {
  if (elementSize === 1) return
  const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let offset = 0; offset < bytes.length; offset += elementSize) {
    if (elementSize === 2) view.setInt16(offset, view.getInt16(offset), isLittleEndian)
    else if (elementSize === 4) view.setInt32(offset, view.getInt32(offset), isLittleEndian)
    else view.setBigInt64(offset, view.getBigInt64(offset), isLittleEndian)
  }
}

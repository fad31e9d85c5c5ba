// safetensors files put together from a header's text, right or wrong.
import { FormatError } from '../../src/errors.ts'
import { readSafetensors } from '../../src/files/safetensors.ts'

const encoder = new TextEncoder()

/** A file with this header, whose length prefix is right, and `dataLength` bytes 1, 2, 3, … of data. */
export function fileOf(header: string | Uint8Array, dataLength = 0): Uint8Array<ArrayBuffer> {
  const headerBytes = typeof header === 'string' ? encoder.encode(header) : header
  const file = new Uint8Array(8 + headerBytes.length + dataLength)
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes.length), true)
  file.set(headerBytes, 8)
  for (let i = 0; i < dataLength; i++) file[8 + headerBytes.length + i] = i + 1
  return file
}

/** Tensor `name` in a header, of U8 bytes `begin` to `end − 1`. */
export const bytesOf = (name: string, begin: number, end: number) =>
  `"${name}":{"dtype":"U8","shape":[${end - begin}],"data_offsets":[${begin},${end}]}`

/** The message of the FormatError that the file is refused with. */
export function refusal(file: Uint8Array | ArrayBuffer): string {
  try {
    readSafetensors(file)
  } catch (error) {
    if (error instanceof FormatError) return error.message
    throw error
  }
  throw new Error('the file was accepted')
}

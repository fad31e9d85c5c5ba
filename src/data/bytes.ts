// What callers may pass as a file's bytes.
import { isArrayBuffer } from '../brands.ts'
import { ArgumentError } from '../errors.ts'

/**
 * A file's bytes: a `Uint8Array`, such as a Node `Buffer`, or an `ArrayBuffer`, such as one from `fetch`.
 *
 * @inline
 */
export type Bytes = Uint8Array | ArrayBuffer

/** A plain view of the bytes, without a copy. Throws {@link ArgumentError} for anything else, calling it `name`. */
export function toBytes(data: Bytes | undefined, name: string): Uint8Array {
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  if (isArrayBuffer(data)) return new Uint8Array(data)
  throw new ArgumentError(
    `${name} must be a Uint8Array or an ArrayBuffer, got ${data === null ? 'null' : typeof data}`,
  )
}

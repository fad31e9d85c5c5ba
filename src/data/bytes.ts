// What callers may pass as a file's bytes.
import { ArgumentError } from '../errors.ts'

/**
 * A file's bytes: a `Uint8Array`, such as a Node `Buffer`, or an `ArrayBuffer`, such as one from `fetch`.
 *
 * @inline
 */
export type Bytes = Uint8Array | ArrayBuffer

/** A plain view of the bytes, without a copy. Throws {@link ArgumentError} for anything else, calling it `name`. */
export function toBytes(data: Bytes | undefined, name: string): Uint8Array {
  // Not by instanceof, which fails for objects of another realm: a frame, or a test runner's sandbox.
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  if (Object.prototype.toString.call(data) === '[object ArrayBuffer]') {
    return new Uint8Array(data as ArrayBuffer)
  }
  throw new ArgumentError(
    `${name} must be a Uint8Array or an ArrayBuffer, got ${data === null ? 'null' : typeof data}`,
  )
}

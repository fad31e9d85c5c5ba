// Bytes in memory, as file readers take them.
import type { ByteFile } from '../platform/platform.ts'

/** Bytes in memory, as a file. */
export function fileOf(bytes: Uint8Array): ByteFile {
  return {
    size: bytes.length,
    async *chunks() {
      yield bytes
    },
  }
}

/** `first` and `second`, copied. */
export function concat(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length)
  both.set(first)
  both.set(second, first.length)
  return both
}

// Reads a file's first bytes, which tell its format.
import type { Chunks } from '../platform/platform.ts'
import { concat } from './byte-files.ts'

/** The first bytes of a file, at least two unless it is shorter, and all of its chunks. */
export async function peek(chunks: Chunks): Promise<{ first: Uint8Array; all: Chunks }> {
  let first: Uint8Array = new Uint8Array()
  while (first.length < 2) {
    const { done, value } = await chunks.next()
    if (done) break
    // Copied only where another chunk is needed, which may overwrite this one.
    first = first.length + value.length < 2 || first.length > 0 ? concat(first, value) : value
  }
  async function* all() {
    try {
      yield first
      yield* chunks
    } finally {
      await chunks.return()
    }
  }
  return { first, all: all() }
}

// Writes gzip files for tests, and watches them being read, in Node and browsers.
import { vi } from 'vitest'
import { Inflater } from '../../src/data/inflate.ts'

/** The chunks, one after the other, as one gzip file; nothing is held whole but the result. */
export async function gzip(...chunks: Uint8Array<ArrayBuffer>[]): Promise<Uint8Array<ArrayBuffer>> {
  const pending = [...chunks]
  const source = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      const chunk = pending.shift()
      if (chunk) controller.enqueue(chunk)
      else controller.close()
    },
  })
  return new Uint8Array(await new Response(source.pipeThrough(new CompressionStream('gzip'))).arrayBuffer())
}

/** `mebibytes` MiB of zeros after the bytes `start`, as a gzip file about a thousandth as long. */
export function gzipBomb(mebibytes: number, start: Uint8Array<ArrayBuffer> = new Uint8Array()) {
  const zeros = new Uint8Array(2 ** 20)
  return gzip(start, ...Array.from({ length: mebibytes }, () => zeros))
}

/** Counts the bytes that are inflated, until `vi.restoreAllMocks()`. */
export function watchInflation(): { bytes: number } {
  const output = { bytes: 0 }
  const { read } = Inflater.prototype
  vi.spyOn(Inflater.prototype, 'read').mockImplementation(function (this: Inflater, ...room) {
    const piece = read.apply(this, room)
    output.bytes += piece?.length ?? 0
    return piece
  })
  return output
}

// JPEG: segments with their lengths, and coded scans between them (ITU-T T.81, annex B).
import { joined } from '../mutate-bytes.ts'
import { type Computed, computed, type Grammar, type Tree } from '../tree.ts'
import { viewOf } from './binary.ts'

interface Segment {
  readonly [field: string]: Tree
  readonly marker: number
  readonly length: Computed
  readonly body: Uint8Array
  /** What is coded behind a start of scan; empty behind others. */
  readonly scan: Uint8Array
}

interface Jpeg {
  readonly [field: string]: Tree
  readonly start: Uint8Array
  readonly segments: readonly Segment[]
  readonly end: Uint8Array
}

const [START_OF_SCAN, END_OF_IMAGE] = [0xda, 0xd9]

export const jpeg: Grammar<Jpeg> = {
  open(bytes) {
    const segments: Segment[] = []
    let at = 2
    while (at + 4 <= bytes.length && bytes[at + 1] !== END_OF_IMAGE) {
      const marker = bytes[at + 1] ?? 0
      const bodyEnd = at + 2 + viewOf(bytes).getUint16(at + 2)
      const end = marker === START_OF_SCAN ? endOfScan(bytes, bodyEnd) : bodyEnd
      segments.push({
        marker,
        length: computed,
        body: bytes.slice(at + 4, bodyEnd),
        scan: bytes.slice(bodyEnd, end),
      })
      at = end
    }
    return { start: bytes.slice(0, 2), segments, end: bytes.slice(at) }
  },
  close: ({ start, segments, end }) =>
    joined(
      start,
      ...segments.flatMap(({ marker, length, body, scan }) => {
        const size = length.of(body.length + 2)
        return [Uint8Array.of(0xff, marker, size >> 8, size), body, scan]
      }),
      end,
    ),
}

/** Where the next marker stands: bytes of 0xff that are no marker have a 0 behind them. */
function endOfScan(bytes: Uint8Array, begin: number): number {
  let at = begin
  while (at < bytes.length && !(bytes[at] === 0xff && bytes[at + 1] !== 0)) ++at
  return at
}

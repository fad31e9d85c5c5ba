// Deflated data, and streams that compressors do not write.
import { constants, deflateRawSync, deflateSync } from 'node:zlib'
import { joined, mutateBytes } from '../mutate-bytes.ts'
import { Random } from '../random.ts'
import type { Tree } from '../tree.ts'

/** How data are deflated, in numbers that mutations change. */
export interface DeflateStyle {
  readonly [field: string]: Tree
  /** Mod 8: see {@link deflate}. */
  readonly kind: number
  /** If not 0, the stream is damaged in a place that it tells. */
  readonly damage: number
  /** If not 0, what mutates the contents after lengths and checksums were taken of the others. */
  readonly other: number
}

export const plainDeflate: DeflateStyle = { kind: 0, damage: 0, other: 0 }

const EMPTY_STORED = Uint8Array.of(0, 0, 0, 0xff, 0xff)
/** A final block of fixed codes without contents. */
const EMPTY_FIXED = Uint8Array.of(3, 0)

/** Contents as a stream of raw deflate, or of zlib. */
export function deflate(
  data: Uint8Array,
  { kind, damage, other }: DeflateStyle,
  hasHeader = false,
): Uint8Array {
  const contents = other ? mutateBytes(data, new Random(other), [data]) : data
  const stream = streamOf(contents, ((Math.trunc(kind) % 8) + 8) % 8, hasHeader)
  return damage ? mutateBytes(stream, new Random(damage), [stream]) : stream
}

function streamOf(data: Uint8Array, kind: number, hasHeader: boolean): Uint8Array {
  const compress = hasHeader ? deflateSync : deflateRawSync
  switch (kind) {
    case 1:
      return compress(data, { level: 0 })
    case 2:
      return compress(data, { strategy: constants.Z_FIXED })
    case 3:
      return compress(data, { strategy: constants.Z_HUFFMAN_ONLY })
    case 4: // empty blocks before
      return hasHeader
        ? compress(data, { level: 9, windowBits: 9 })
        : joined(...Array.from({ length: 100 }, () => EMPTY_STORED), compress(data))
    case 5: // nothing
      return hasHeader ? compress(new Uint8Array()) : EMPTY_FIXED
    case 6: // far more than it says
      return compress(joined(data, new Uint8Array(1 << 20)))
    case 7: // without its end
      return compress(data, { finishFlush: constants.Z_SYNC_FLUSH })
    default:
      return compress(data, { level: 6, memLevel: 1, windowBits: hasHeader ? 15 : 9 })
  }
}

// IDX: a magic number, sizes, elements.
import { joined } from '../mutate-bytes.ts'
import { type Computed, computed, type Grammar, type Tree } from '../tree.ts'
import { bigEndian32, u8, viewOf } from './binary.ts'

interface Idx {
  readonly [field: string]: Tree
  readonly zeros: Uint8Array
  readonly type: number
  readonly rank: Computed
  readonly sizes: readonly number[]
  /** If odd, the data are cut or filled to what type and sizes promise. */
  readonly fitted: number
  readonly data: Uint8Array
}

const BYTES: Readonly<Record<number, number>> = { 8: 1, 9: 1, 11: 2, 12: 4, 13: 4, 14: 8 }

export const idx: Grammar<Idx> = {
  open(bytes) {
    const rank = bytes[3] ?? 0
    const view = viewOf(bytes)
    return {
      zeros: bytes.slice(0, 2),
      type: bytes[2] ?? 0,
      rank: computed,
      sizes: Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i)),
      fitted: 0,
      data: bytes.slice(4 + 4 * rank),
    }
  },
  close({ zeros, type, rank, sizes, fitted, data }) {
    const promised = sizes.reduce((product, size) => product * size, BYTES[type] ?? 1)
    const isFitted = fitted % 2 !== 0 && promised >= 0 && promised < 1 << 16
    const elements = new Uint8Array(isFitted ? promised : data.length)
    elements.set(data.subarray(0, elements.length))
    return joined(zeros, u8(type), u8(rank.of(sizes.length)), ...sizes.map(bigEndian32), elements)
  },
}

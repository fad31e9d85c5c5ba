// Mutations of bytes that know nothing of a format.
import type { Random } from './random.ts'

const SPECIAL_BYTES = [0, 1, 0x7f, 0x80, 0xff, 0x20, 0x22, 0x5b, 0x7b] as const

/** Floats as little-endian words: NaN, infinities, the largest, a denormal, -0, 1e30. */
const SPECIAL_WORDS = [
  0x7fc00000, 0x7f800000, 0xff800000, 0x7f7fffff, 0x00000001, 0x80000000, 0x7149f2ca, 0xffffffff,
] as const

const LONGEST = 1 << 20

/** Some bytes, changed. `others` is what pieces may come from. */
export function mutateBytes(bytes: Uint8Array, random: Random, others: readonly Uint8Array[]): Uint8Array {
  const result = bytes.slice()
  const at = random.below(bytes.length)
  const view = new DataView(result.buffer)
  switch (random.below(10)) {
    case 0:
    case 1:
      if (bytes.length > 0) result[at] = (result[at] ?? 0) ^ (1 << random.below(8))
      return result
    case 2:
      if (bytes.length > 0) result[at] = random.pick(SPECIAL_BYTES)
      return result
    case 3:
      if (bytes.length > 0) result[at] = random.next()
      return result
    case 4: {
      const word = at & ~3
      if (word + 4 <= bytes.length) view.setUint32(word, random.pick(SPECIAL_WORDS), true)
      return result
    }
    case 5: // a number of 16 or 32 bits, nearly the same
      if (at + 4 > bytes.length) return result
      if (random.chance(0.5)) view.setUint32(at, view.getUint32(at, true) + random.below(9) - 4, true)
      else view.setUint16(at, view.getUint16(at) + random.below(9) - 4)
      return result
    case 6:
      return result.slice(0, at)
    case 7: // without a piece
      return joined(bytes.subarray(0, at), bytes.subarray(at + 1 + random.below(16)))
    case 8: {
      // with a piece twice, or many times
      const piece = bytes.subarray(at, at + 1 + random.below(64))
      const times = Math.min(random.chance(0.1) ? 1 << random.below(14) : 1, LONGEST / (piece.length + 1))
      return joined(bytes.subarray(0, at), ...Array.from({ length: times }, () => piece), bytes.subarray(at))
    }
    default: {
      const other = others[random.below(others.length)] ?? bytes
      const from = random.below(other.length)
      const piece = other.subarray(from, from + 1 + random.below(256))
      const over = random.chance(0.5) ? piece.length : 0
      return joined(bytes.subarray(0, at), piece, bytes.subarray(at + over))
    }
  }
}

/** All of them in one array. */
export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

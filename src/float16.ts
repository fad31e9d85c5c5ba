// 16-bit floats: IEEE 754 binary16 (1 bit sign, 5 exponent, 10 mantissa), and bfloat16, the upper half of binary32.
//
// Plain loops over bits: weights and data files have hundreds of millions of them.
import { ArgumentError } from './errors.ts'

/** The largest finite one. */
const MAX = 65504

/** What rounds beyond {@link MAX}: 65520, as the bits of a binary32 number. */
const BEYOND = 0x477ff000

/** The least normal one, 2⁻¹⁴, as the bits of a binary32 number, whose exponent is then that of 2⁻¹²⁷ more. */
const MIN_NORMAL = 0x38800000

/**
 * The bits of the nearest 16-bit floats, ties to even. Throws {@link ArgumentError} for a number beyond ±65504 or NaN;
 * `what` is for the message.
 *
 * Source: IEEE 754-2019, 3.6 and 4.3.1.
 */
export function toFloat16(floats: Float32Array, what: string): Uint16Array<ArrayBuffer> {
  const bits = new Uint32Array(floats.buffer, floats.byteOffset, floats.length)
  const result = new Uint16Array(floats.length)
  for (let i = 0; i < bits.length; ++i) {
    const word = bits[i] ?? 0
    const size = word & 0x7fffffff
    if (size >= BEYOND) {
      throw new ArgumentError(
        `${what} has ${floats[i]}, which 16 bits cannot hold: expected −${MAX} to ${MAX}, use 'f32' or 'int8'`,
      )
    }
    result[i] = ((word >>> 16) & 0x8000) | (size < MIN_NORMAL ? subnormalOf(size) : normalOf(size))
  }
  return result
}

/** 13 bits of the mantissa go: a half less one, and one more where the last bit that stays is odd, round to even. */
const normalOf = (size: number): number => (size - 0x38000000 + 0xfff + ((size >>> 13) & 1)) >>> 13

/** In units of 2⁻²⁴, the spacing below 2⁻¹⁴; 1024 of them are the least normal one. */
function subnormalOf(size: number): number {
  const shift = 126 - (size >>> 23)
  if (shift > 24) return 0 // less than half a unit
  const mantissa = (size & 0x7fffff) | 0x800000
  return (mantissa + (1 << (shift - 1)) - 1 + ((mantissa >>> shift) & 1)) >>> shift
}

/**
 * The same numbers in 32 bits: all are exact, and a NaN keeps its sign and payload. `room` is where they are
 * put; an array of their own unless given.
 *
 * Source: IEEE 754-2019, 3.6.
 */
export function fromFloat16(
  bits: Uint16Array,
  room = new Uint32Array(bits.length),
): Float32Array<ArrayBuffer> {
  for (let i = 0; i < bits.length; ++i) room[i] = toBinary32(bits[i] ?? 0)
  return new Float32Array(room.buffer, room.byteOffset, room.length)
}

/** The bits of a binary16 number as those of the equal binary32 number. */
function toBinary32(half: number): number {
  const sign = (half & 0x8000) << 16
  const exponent = (half >> 10) & 0x1f
  const mantissa = half & 0x3ff
  if (exponent === 0x1f) return sign | 0x7f800000 | (mantissa << 13)
  if (exponent !== 0) return sign | ((exponent + 127 - 15) << 23) | (mantissa << 13)
  if (mantissa === 0) return sign
  // Subnormal, mantissa · 2⁻²⁴: shift the leading one up to the implicit bit, lowering the exponent as often.
  const shift = Math.clz32(mantissa) - 21
  return sign | ((127 - 14 - shift) << 23) | (((mantissa << shift) & 0x3ff) << 13)
}

/** The numbers whose binary32 has these bits as its upper half: all are exact. */
export function fromBfloat16(bits: Uint16Array): Float32Array<ArrayBuffer> {
  const result = new Uint32Array(bits.length)
  for (let i = 0; i < bits.length; ++i) result[i] = (bits[i] ?? 0) << 16
  return new Float32Array(result.buffer)
}

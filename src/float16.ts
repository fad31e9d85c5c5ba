// 16-bit floats, IEEE 754 binary16: 1 bit sign, 5 exponent, 10 mantissa.
import { ArgumentError } from './errors.ts'

/** The largest finite one. */
const MAX = 65504

/** The least normal one, 2⁻¹⁴, and the spacing below it, 2⁻²⁴. */
const MIN_NORMAL = 2 ** -14
const MIN_SUBNORMAL = 2 ** -24

/**
 * The bits of the nearest 16-bit floats, ties to even. Throws {@link ArgumentError} for a number beyond ±65504 or NaN;
 * `what` is for the message.
 *
 * Source: IEEE 754-2019, 3.6 and 4.3.1.
 */
export function toFloat16(floats: Float32Array, what: string): Uint16Array<ArrayBuffer> {
  return Uint16Array.from(floats, value => {
    const bits = bitsOf(value)
    if (bits !== undefined) return bits
    throw new ArgumentError(
      `${what} has ${value}, which 16 bits cannot hold: expected −${MAX} to ${MAX}, use 'f32' or 'int8'`,
    )
  })
}

function bitsOf(value: number): number | undefined {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0
  const size = Math.abs(value)
  if (size < MIN_NORMAL) return sign | roundToEven(size / MIN_SUBNORMAL) // 1024 is the least normal one
  if (!(size < MAX + 16)) return undefined
  // The spacing is 2^(exponent − 10). A value that rounds up to the next power has the mantissa 0.
  const exponent = Math.floor(Math.log2(size))
  const exact = size < 2 ** exponent ? exponent - 1 : size >= 2 ** (exponent + 1) ? exponent + 1 : exponent
  return sign | (((exact + 14) << 10) + roundToEven(size / 2 ** (exact - 10)))
}

function roundToEven(value: number): number {
  const floor = Math.floor(value)
  const rest = value - floor
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor
}

/**
 * The same numbers in 32 bits: all are exact, and a NaN keeps its sign and payload.
 *
 * Source: IEEE 754-2019, 3.6.
 */
export function fromFloat16(bits: Uint16Array): Float32Array<ArrayBuffer> {
  return new Float32Array(Uint32Array.from(bits, toBinary32).buffer)
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

// Errors of the kernels' elementary functions in ULP: units in the last place, the spacing of f32 at the exact value.
import { type ActivationName, activationNames, type Kernels } from '../../src/kernels/index.ts'
import { activation, TWINS } from '../../src/reference/activations.ts'

/** f32 arguments by their bit patterns, read as unsigned integers: `first`, `first + stride`, … below `last`. */
export interface BitPatterns {
  first: number
  last: number
  stride: number
}

/** What a measurement found. */
export interface UlpReport {
  /** Number of arguments tried. */
  values: number
  /** Largest error in ULP; Infinity where the result is NaN and should not be, or is not and should. */
  worst: number
  /** The argument of the largest error, and what the kernel gave for it. */
  argument: number
  result: number
}

export type MeasuredFunction = 'exp' | 'log' | ActivationName

/** Each measured function with the largest error that it may have. Those of exp and log: src/kernels/types.ts. */
export const ULP_LIMITS: readonly (readonly [name: MeasuredFunction, limit: number])[] = [
  ['exp', 1],
  ['log', 1],
  ...activationNames.map(name => [name, TWINS[name].ulp] as const),
]

/** In f64, accurate to far less than an f32's ULP, whatever f32 the argument is. */
function exactOf(name: MeasuredFunction): (x: number) => number {
  if (name === 'exp' || name === 'log') return Math[name]
  const { initial = 0 } = TWINS[name]
  // What the kernel gets is an f32.
  const parameter = Math.fround(initial)
  return x => activation(name, x, parameter)
}

/** Arguments in one call of the kernel. */
const CHUNK = 2 ** 16

/** The spacing of f32 in [2ᵉ, 2ᵉ⁺¹), by the biased exponent of an f64 in it; 2⁻¹⁴⁹ below 2⁻¹²⁶, 2¹⁰⁴ from 2¹²⁷ on. */
const spacings = Float64Array.from({ length: 2048 }, (_, biased) => {
  const exponent = Math.min(Math.max(biased - 1023, -126), 127)
  return 2 ** (exponent - 23)
})

const float64 = new Float64Array(1)
const float64Words = new Uint32Array(float64.buffer)

/** The error of an f32 `result` in ULP of `expected`. Infinity as a result counts as 2¹²⁸, where it is not right. */
export function ulpError(result: number, expected: number): number {
  if (Number.isNaN(result) || Number.isNaN(expected))
    return Object.is(result, expected) ? 0 : Number.POSITIVE_INFINITY
  if (!Number.isFinite(result) && result === Math.fround(expected)) return 0
  const value = Number.isFinite(result) ? result : Math.sign(result) * 2 ** 128
  float64[0] = expected
  return Math.abs(value - expected) / (spacings[((float64Words[1] ?? 0) >>> 20) & 0x7ff] ?? Number.NaN)
}

/**
 * Measures a kernel on the given bit patterns against f64.
 *
 * @example
 * measureUlp(kernels, 'exp', { first: 0, last: 2 ** 32, stride: 1 }) // all floats
 */
export function measureUlp(kernels: Kernels, name: MeasuredFunction, patterns: BitPatterns): UlpReport {
  const { first, last, stride } = patterns
  const report = { values: 0, worst: 0, argument: Number.NaN, result: Number.NaN }
  const reference = exactOf(name)
  const x = kernels.f32(CHUNK)
  const y = kernels.f32(CHUNK)
  for (let begin = first; begin < last; begin += CHUNK * stride) {
    const count = Math.min(CHUNK, Math.ceil((last - begin) / stride))
    const words = new Uint32Array(x.view.buffer, x.pointer, CHUNK)
    for (let i = 0; i < count; i++) words[i] = begin + i * stride
    if (name === 'exp' || name === 'log') kernels[name](x, y)
    else kernels.activation(name, x, y)
    const [from, to] = [x.view, y.view]
    for (let i = 0; i < count; i++) {
      const argument = from[i] ?? 0
      const result = to[i] ?? 0
      const error = ulpError(result, reference(argument))
      if (error > report.worst) Object.assign(report, { worst: error, argument, result })
    }
    report.values += count
  }
  x.free()
  y.free()
  return report
}

// Inverted dropout in f64.
import { at, type Values } from './element.ts'
import { philox4x32 } from './random.ts'

/**
 * For each of n elements 0 where it is dropped, else 1 / (1 − rate). Element i is dropped where (word >>> 8)·2⁻²⁴ < rate,
 * word i mod 4 of the block with counter (⌊i / 4⌋, 3, stream, step) and key (seed, 0).
 */
export function dropoutFactors(
  n: number,
  rate: number,
  seed: number,
  stream: number,
  step: number,
): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => {
    const words = philox4x32([Math.floor(i / 4), 3, stream, step], [seed, 0])
    return (at(words, i % 4) >>> 8) * 2 ** -24 < rate ? 0 : 1 / (1 - rate)
  })
}

/** x·factors, element by element: dropout, and, of dy, its gradient. */
export function dropout(x: Values, factors: Values): Float64Array {
  return Float64Array.from(x, (value, i) => value * at(factors, i))
}

// How far two lists of numbers are apart.
import { at, type Values } from '../../src/reference/element.ts'

/** max |aᵢ − bᵢ| / scaleᵢ, scale 1 unless given; 0 / 0 counts as 0, NaN and different lengths as Infinity. */
export function largestDifference(a: Values, b: Values, scale?: (index: number) => number): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY
  let largest = 0
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(at(a, i) - at(b, i))
    const ratio = difference === 0 ? 0 : difference / (scale?.(i) ?? 1)
    if (Number.isNaN(ratio)) return Number.POSITIVE_INFINITY
    largest = Math.max(largest, ratio)
  }
  return largest
}

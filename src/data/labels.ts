// Labels of classes, from whatever holds them.
import { ArgumentError } from '../errors.ts'
import { isBigInts } from './number-arrays.ts'

/** Classes 0, 1, 2, … as 32-bit integers, copied. Throws {@link ArgumentError} for anything else. */
export function toLabels(labels: ArrayLike<number> | BigInt64Array | BigUint64Array): Int32Array {
  const numbers: ArrayLike<number> = isBigInts(labels) ? Float64Array.from(labels, Number) : labels
  const result = Int32Array.from(numbers, Number)
  const bad = result.findIndex((label, i) => label !== numbers[i] || label < 0)
  if (bad >= 0) throw new ArgumentError(`labels[${bad}] is ${labels[bad]}: expected a class 0, 1, 2, …`)
  return result
}

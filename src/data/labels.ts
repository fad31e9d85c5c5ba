// Labels of classes, from whatever holds them.
import { ArgumentError } from '../errors.ts'
import { isBigInts, kindOf } from './number-arrays.ts'

/** Classes 0, 1, 2, … as 32-bit integers, copied. Throws {@link ArgumentError} for anything else. */
export function toLabels(labels: ArrayLike<number> | BigInt64Array | BigUint64Array): Int32Array {
  if (typeof labels !== 'object' || !Number.isInteger(labels?.length)) {
    throw new ArgumentError(
      `labels is of type ${kindOf(labels)}: expected an array of classes, such as [0, 2, 1]`,
    )
  }
  const numbers: ArrayLike<number> = isBigInts(labels) ? Float64Array.from(labels, Number) : labels
  const result = Int32Array.from(numbers, Number)
  const bad = result.findIndex((label, i) => label !== numbers[i] || label < 0)
  if (bad < 0) return result
  const found: unknown = labels[bad]
  const text = typeof found === 'string' ? JSON.stringify(found) : String(found)
  throw new ArgumentError(`labels[${bad}] is ${text}: expected a class 0, 1, 2, …`)
}

// Numbers of which each sample has one: class labels and weights, from any container.
import { describeValue } from '../describe-value.ts'
import { ArgumentError } from '../errors.ts'
import { isBigInts, kindOf } from './number-arrays.ts'

/**
 * Labels or weights, by sample.
 *
 * @inline
 */
export type NumberPerSample = ArrayLike<number> | BigInt64Array | BigUint64Array

/** The numbers, all checked. Nothing is converted, such as null to 0. */
function checked(
  what: string,
  values: NumberPerSample,
  isWrong: (value: number) => boolean,
  expected: string,
): ArrayLike<number> {
  if (typeof values !== 'object' || !Number.isInteger(values?.length)) {
    throw new ArgumentError(
      `${what} is of type ${kindOf(values)}: expected an array of numbers, such as [0, 2, 1]`,
    )
  }
  const numbers: ArrayLike<number> = isBigInts(values) ? Float64Array.from(values, Number) : values
  const bad = Array.prototype.findIndex.call(numbers, isWrong)
  if (bad < 0) return numbers
  throw new ArgumentError(`${what}[${bad}] is ${describeValue(values[bad])}: expected a ${expected}`)
}

/** Classes 0, 1, 2, … as 32-bit integers, copied. Throws {@link ArgumentError} for anything else. */
export const toLabels = (labels: NumberPerSample): Int32Array<ArrayBuffer> =>
  Int32Array.from(
    checked(
      'labels',
      labels,
      label => !Number.isInteger(label) || label < 0 || label >= 2 ** 31,
      'class 0, 1, 2, …',
    ),
  )

/** Weights in single precision, copied. Throws {@link ArgumentError} for values that are not numbers. */
export const toWeights = (weights: NumberPerSample): Float32Array<ArrayBuffer> =>
  Float32Array.from(checked('sampleWeights', weights, weight => typeof weight !== 'number', 'number'))

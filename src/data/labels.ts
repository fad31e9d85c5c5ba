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

/** How many there are. Throws {@link ArgumentError} for what is no list. */
function lengthOf(what: string, values: NumberPerSample): number {
  if (typeof values === 'object' && Number.isInteger(values?.length)) return values.length
  throw new ArgumentError(
    `${what} is of type ${kindOf(values)}: expected an array of numbers, such as [0, 2, 1]`,
  )
}

/** `numbers`, filled with the values, all checked. Nothing is converted, such as null to 0. */
function filled<Numbers extends Int32Array | Float32Array>(
  what: string,
  values: NumberPerSample,
  numbers: Numbers,
  isWrong: (value: number) => boolean,
  expected: string,
): Numbers {
  const areBigInts = isBigInts(values)
  for (let i = 0; i < numbers.length; ++i) {
    const number = areBigInts ? Number(values[i]) : (values[i] as number)
    if (isWrong(number)) {
      throw new ArgumentError(`${what}[${i}] is ${describeValue(values[i])}: expected a ${expected}`)
    }
    numbers[i] = number
  }
  return numbers
}

/** Classes 0, 1, 2, … as 32-bit integers, copied. Throws {@link ArgumentError} for anything else. */
export const toLabels = (labels: NumberPerSample): Int32Array<ArrayBuffer> =>
  filled(
    'labels',
    labels,
    new Int32Array(lengthOf('labels', labels)),
    label => !Number.isInteger(label) || label < 0 || label >= 2 ** 31,
    'class 0, 1, 2, …',
  )

/** Weights in single precision, copied. Throws {@link ArgumentError} for values that are not numbers. */
export const toWeights = (weights: NumberPerSample): Float32Array<ArrayBuffer> =>
  filled(
    'sampleWeights',
    weights,
    new Float32Array(lengthOf('sampleWeights', weights)),
    weight => typeof weight !== 'number',
    'number',
  )

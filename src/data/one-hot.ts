// Labels as one-hot rows.

import { allocate } from '../allocate.ts'
import { inWords } from '../bytes-in-words.ts'
import { checkNoOptions } from '../check-options.ts'
import { describeValue } from '../describe-value.ts'
import { AllocationError, ArgumentError } from '../errors.ts'
import { toLabels } from './labels.ts'

/**
 * Rows of `classes` values, 1 at the label's position and 0 elsewhere: samples × classes, row by row. `classes` is the
 * largest label + 1 unless given.
 *
 * Throws {@link ArgumentError} for labels that are not whole numbers from 0 to `classes` − 1, and
 * {@link AllocationError} for more values than linear memory could take.
 *
 * @example
 * const data = await dataset({ inputs, targets: oneHot([0, 2, 1], 3), targetSize: 3 })
 */
export function oneHot(
  labels: ArrayLike<number> | BigInt64Array | BigUint64Array,
  classes?: number,
): Float32Array<ArrayBuffer>
export function oneHot(
  labels: ArrayLike<number> | BigInt64Array | BigUint64Array,
  classes?: number,
  ...more: unknown[]
): Float32Array<ArrayBuffer> {
  checkNoOptions('oneHot', [classes, ...more])
  const numbers = toLabels(labels)
  const size = classes ?? numbers.reduce((largest, label) => Math.max(largest, label), -1) + 1
  if (!Number.isInteger(size) || size < 0) {
    throw new ArgumentError(`classes is ${describeValue(classes)}: expected a whole number, 1 or more`)
  }
  const rows = roomFor(numbers.length, size)
  numbers.forEach((label, i) => {
    if (label >= size) {
      throw new ArgumentError(
        `labels[${i}] is ${describeValue(label)}: expected a class below ${size} (leave classes out, or make it larger)`,
      )
    }
    rows[i * size + label] = 1
  })
  return rows
}

/** Bytes of the largest linear memory, to which targets are copied. */
const MAX_BYTES = 2 ** 32

/** Zeros for so many rows. Planned before it is allocated: one label can ask for gigabytes. */
function roomFor(labels: number, classes: number): Float32Array<ArrayBuffer> {
  const length = labels * classes
  const problem = () =>
    `oneHot of ${labels} labels and ${classes} classes needs ${inWords(4 * length)}, for which there is no room: give ` +
    'dataset() the labels as they are, which crossEntropy takes, or number the classes 0, 1, 2, …'
  if (4 * length > MAX_BYTES) throw new AllocationError(problem())
  return allocate(() => new Float32Array(length), problem)
}

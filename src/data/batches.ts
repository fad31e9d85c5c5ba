// How an epoch is cut into batches. Lecture, section 4.
import { describeValue } from '../describe-value.ts'
import { ArgumentError } from '../errors.ts'

/**
 * Number of batches (iterations) in one epoch: ⌈samples / batchSize⌉, since the last, shorter batch is trained as well.
 * With `dropLast`, ⌊samples / batchSize⌋.
 *
 * Throws {@link ArgumentError} unless batchSize is a whole number, 1 or more.
 *
 * @example
 * iterationsPerEpoch(60_000, 100) // 600
 */
export function iterationsPerEpoch(samples: number, batchSize: number, dropLast = false): number {
  if (typeof dropLast !== 'boolean')
    throw new ArgumentError(`dropLast is ${describeValue(dropLast)}: expected true or false`)
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new ArgumentError(`batchSize is ${describeValue(batchSize)}: expected a whole number, 1 or more`)
  }
  return dropLast ? Math.floor(samples / batchSize) : Math.ceil(samples / batchSize)
}

/** Samples in a batch unless it is said. */
export const BATCH_SIZE = 100

/** The indices of all samples, in order. */
export const inOrder = (samples: number): Int32Array<ArrayBuffer> => new Int32Array(samples).map((_, i) => i)

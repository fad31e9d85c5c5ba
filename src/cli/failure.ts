// Failures that a command says in one sentence and ends with exit code 1.
import { getSystemErrorMap } from 'node:util'
import { refusalOf } from '../platform/node-failure.ts'

/** Something that the user can fix. The message is a sentence without a full stop. */
export class Failure extends Error {}

/** The reason of a failed system call, in words: `no such file or directory`. */
export function reasonOf(error: unknown): string {
  const { errno, message } = error as NodeJS.ErrnoException
  const [, words] = (errno !== undefined && getSystemErrorMap().get(errno)) || []
  return refusalOf(error) ?? words ?? message
}

/** Throws {@link Failure} where a network's outputs for some images or rows are not finite. */
export function expectPredictions(nonFinite: number, samples: number, what = 'images'): void {
  if (nonFinite === 0) return
  throw new Failure(
    `no prediction for ${nonFinite} of ${samples} ${what}: the model's outputs are not finite numbers for them. ` +
      'Its weights are too large: train it again, with a smaller learning rate or --clip-norm',
  )
}

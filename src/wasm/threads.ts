// How many threads compute: what a caller can ask for, and what there is.
import { describeValue } from '../describe-value.ts'
import { ArgumentError } from '../errors.ts'
import type { ThreadSupport } from '../platform/platform.ts'

/** What a caller can ask for: `'auto'` takes as many as the machine runs at once, 8 at most. */
export type ThreadChoice = 'auto' | number

/** The most threads that can be asked for. */
export const MAX_THREADS = 64

/** The most that `'auto'` takes: more wait for each other longer than they compute, at the sizes this package is for. */
const MAX_AUTO = 8

/**
 * Multiply-adds of a forward pass, if no input were zero, that are worth waking a thread for. The bits do not depend on
 * the number of threads, so a batch too small for all of them is computed by one.
 */
const WORK_PER_THREAD = 5e5

/** How many threads a model may use, and why. */
export interface ThreadLimit {
  threads: number
  threadsReason: string
}

/** Throws {@link ArgumentError} for anything but `'auto'` and 1–64. */
export function limitThreads(
  choice: ThreadChoice,
  { canShare, threads, reason }: ThreadSupport,
): ThreadLimit {
  if (choice === 'auto') return { threads: Math.min(threads, MAX_AUTO), threadsReason: reason }
  if (!Number.isInteger(choice) || choice < 1 || choice > MAX_THREADS) {
    throw new ArgumentError(
      `threads is ${describeValue(choice)}: expected 'auto' or a whole number, 1–${MAX_THREADS}`,
    )
  }
  if (choice > 1 && !canShare) return { threads: 1, threadsReason: reason }
  return { threads: choice, threadsReason: `threads: ${choice} was asked for` }
}

/** How many threads compute batches of so many multiply-adds: all, or one. */
export function threadsFor(multiplyAdds: number, limit: number): number {
  return multiplyAdds < WORK_PER_THREAD * limit ? 1 : limit
}

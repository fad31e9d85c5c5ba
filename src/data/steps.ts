// Long work in short steps, done at once or in slices of time.
import { TimeSlice } from './time-slice.ts'

/** Elements that are copied, checked or converted in about a millisecond. */
export const ELEMENTS_PER_STEP = 2 ** 16

/** Work that stops after each step, a few milliseconds at most, and ends in a result. */
export type Steps<Result> = Generator<void, Result, void>

/** Does the work at once. */
export function finish<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
  }
}

/** Does the work and yields to the event loop regularly. Rejects with the signal's reason. */
export async function finishInSlices<Result>(
  steps: Steps<Result>,
  signal: AbortSignal | undefined,
): Promise<Result> {
  const slice = new TimeSlice()
  for (;;) {
    signal?.throwIfAborted()
    const { done, value } = steps.next()
    if (done) return value
    await slice.giveWay()
  }
}

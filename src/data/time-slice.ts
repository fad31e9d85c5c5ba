// Long work in short steps, so that a page stays responsive.
import * as platform from '#platform'

/** Milliseconds of work before yielding to the event loop. */
const LENGTH = 12

/** Yields to the event loop where the last time was long ago. */
export class TimeSlice {
  #end = performance.now() + LENGTH

  /** Whether {@link giveWay} would wait. */
  get isOver(): boolean {
    return performance.now() >= this.#end
  }

  async giveWay(): Promise<void> {
    if (!this.isOver) return
    await platform.yieldToEventLoop()
    this.#end = performance.now() + LENGTH
  }
}

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

// The clock of long work that gives way to other work, so that a page stays responsive.
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

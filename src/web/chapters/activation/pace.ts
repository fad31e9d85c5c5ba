// How fast trainings go on the screen: no faster than frames come, and slowly enough to be watched.
import { inNextFrame } from '../../parts/frame-loop.ts'

/** Waits for the next frame once so many milliseconds have passed since the last one that it waited for. */
export function pacer(least: number): () => Promise<void> {
  let last = Number.NEGATIVE_INFINITY
  return () =>
    new Promise(resolve => {
      const wait = (time: number) => {
        if (time - last < least) {
          inNextFrame(wait)
          return
        }
        last = time
        resolve()
      }
      inNextFrame(wait)
    })
}

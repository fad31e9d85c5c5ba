// One loop of animation frames for all that is drawn or counted in the page.

/** Called in a frame with its time in milliseconds. */
export type FrameTask = (time: number) => void

const once = new Set<FrameTask>()
const always = new Set<FrameTask>()
let isAsked = false

/** Milliseconds of a frame after which no other drawing is begun: those that are left come first in the next one. */
const BUDGET = 16

function ask(): void {
  if (isAsked) return
  isAsked = true
  requestAnimationFrame(time => {
    isAsked = false
    const tasks = [...always]
    runOnce(time, performance.now() + BUDGET)
    for (const task of tasks) task(time)
    if (once.size + always.size > 0) ask()
  })
}

/** What was asked for by now, until a time has come; at least one. */
function runOnce(time: number, end: number): void {
  for (const task of [...once]) {
    once.delete(task)
    task(time)
    if (performance.now() >= end) return
  }
}

/** Runs at once what waits for the next frame. */
export function drawNow(): void {
  runOnce(performance.now(), Number.POSITIVE_INFINITY)
}

/** Runs a task in the next frame, however often that is asked for until then. */
export function inNextFrame(task: FrameTask): void {
  once.add(task)
  ask()
}

/** Runs a task in each frame, until the function that this returns is called. No frame comes while the page is hidden. */
export function inEachFrame(task: FrameTask): () => void {
  always.add(task)
  ask()
  return () => {
    always.delete(task)
  }
}

/** Resolves in the next frame. */
export function untilNextFrame(): Promise<unknown> {
  return new Promise(resolve => inNextFrame(resolve))
}

/** Takes back what {@link inNextFrame} was asked for. */
export function notInNextFrame(task: FrameTask): void {
  once.delete(task)
}

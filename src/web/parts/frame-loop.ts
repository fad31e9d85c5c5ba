// One loop of animation frames for all that is drawn or counted in the page.

/** Called in a frame with its time in milliseconds. */
export type FrameTask = (time: number) => void

const once = new Set<FrameTask>()
const always = new Set<FrameTask>()
let isAsked = false

function ask(): void {
  if (isAsked) return
  isAsked = true
  requestAnimationFrame(time => {
    isAsked = false
    run([...once, ...always], time)
    if (once.size + always.size > 0) ask()
  })
}

function run(tasks: readonly FrameTask[], time: number): void {
  once.clear()
  for (const task of tasks) task(time)
}

/** Runs at once what waits for the next frame. */
export function drawNow(): void {
  run([...once], performance.now())
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

/** Takes back what {@link inNextFrame} was asked for. */
export function notInNextFrame(task: FrameTask): void {
  once.delete(task)
}

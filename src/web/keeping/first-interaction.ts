// What waits until the visitor does something: the page is ready without it.

const EVENTS = ['pointerdown', 'keydown'] as const

/** Runs a task once, after the first press of a key or a pointer. */
export function afterFirstInteraction(task: () => void): void {
  const run = () => {
    for (const type of EVENTS) removeEventListener(type, run, true)
    // After what the press itself starts.
    setTimeout(task)
  }
  for (const type of EVENTS) addEventListener(type, run, { capture: true, passive: true })
}

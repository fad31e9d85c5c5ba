// What the visitor waits for. What is fetched for later leaves the link, and the server's few connections, to that.

let count = 0
let wake: (() => void)[] = []

/** Says that the visitor waits for a task, until it settles; gives it back. */
export function awaited<Task extends Promise<unknown>>(task: Task): Task {
  count += 1
  const end = () => {
    count -= 1
    if (count > 0) return
    const waiting = wake
    wake = []
    for (const resolve of waiting) resolve()
  }
  task.then(end, end)
  return task
}

/** Resolves as soon as the visitor waits for nothing. */
export async function nothingAwaited(): Promise<void> {
  while (count > 0) await new Promise<void>(resolve => wake.push(resolve))
}

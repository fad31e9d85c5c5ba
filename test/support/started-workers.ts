// The workers that this runtime starts, caught at their first message: for tests that end one from outside.
import * as platform from '#platform'

/** Something that posts messages, as both runtimes have it. */
interface PostingWorker {
  postMessage(...args: unknown[]): void
  terminate(): unknown
}

/** Gets workers in the order of their first messages, from now on. */
export async function catchWorkers(): Promise<readonly PostingWorker[]> {
  const threads = 'node:worker_threads'
  const { Worker } =
    platform.name === 'node' ? await import(/* @vite-ignore */ threads) : (globalThis as { Worker?: unknown })
  const { prototype } = Worker as { prototype: PostingWorker }
  const { postMessage } = prototype
  const caught: PostingWorker[] = []
  prototype.postMessage = function (this: PostingWorker, ...args: unknown[]) {
    if (!caught.includes(this)) caught.push(this)
    postMessage.apply(this, args)
  }
  return caught
}

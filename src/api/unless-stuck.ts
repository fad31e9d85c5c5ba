// A training that does not begin, since code, kernels or samples that it loads never come.
import { closers } from '../engine/engines.ts'
import type { History } from '../training/logs.ts'
import type { Lifetime } from './lifetime.ts'
import type { RunControl } from './training-run.ts'

/** Milliseconds that a training which is to end has to begin or to reject. Code of the caller's has less (waits.ts). */
const PATIENCE = 12_000

/**
 * Runs `train`, which calls `begin` before its first batch. Where it has not done so some time after its run, its signal, its
 * model or the engine ends it, it is left to itself: then `begin` throws, and nobody hears of it.
 */
export function unlessStuck(
  { enders }: RunControl,
  signal: AbortSignal | undefined,
  life: Lifetime,
  train: (begin: () => void) => Promise<History>,
): Promise<History> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    let timer: ReturnType<typeof setTimeout> | undefined
    let isLeft = false
    const leave = () => {
      isLeft = true
      try {
        signal?.throwIfAborted()
        life.check()
        resolve({ epochs: [] })
      } catch (error) {
        reject(error)
      }
    }
    const end = () => {
      timer ??= setTimeout(leave, PATIENCE)
    }
    const sets = [enders, life.enders, closers]
    for (const set of sets) set.add(end)
    signal?.addEventListener('abort', end)
    const free = () => {
      clearTimeout(timer)
      for (const set of sets) set.delete(end)
      signal?.removeEventListener('abort', end)
    }
    const begin = () => {
      if (isLeft) throw new Error()
      free()
    }
    train(begin).finally(free).then(resolve, reject)
  })
}

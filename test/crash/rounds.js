// What the scripts that kill workers and make chaos have in common: numbers by a seed, a limit for each promise, a hash of
// weights, and the workers that the package starts.
import { createHash } from 'node:crypto'
import { createRequire, syncBuiltinESMExports } from 'node:module'

/** Mulberry32: numbers in [0, 1), the same for the same seed. */
export function numbers(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** What a promise comes to within so many milliseconds: its value, its error, or that it hangs. */
export async function outcomeOf(promise, milliseconds) {
  let timer
  const limit = new Promise(resolve => {
    timer = setTimeout(() => resolve({ hangs: true }), milliseconds)
  })
  try {
    return await Promise.race([promise.then(value => ({ value })), limit])
  } catch (error) {
    return { error }
  } finally {
    clearTimeout(timer)
  }
}

export async function hashOf(model) {
  const hash = createHash('sha256')
  for (const { weights, bias } of await model.getParameters()) hash.update(weights).update(bias)
  return hash.digest('hex')
}

/**
 * Catches the workers that this thread starts from now on, before the package is imported; the living ones. `prelude` gives
 * code that a worker runs first, its options what else it is started with.
 * @param {() => { prelude?: string, options?: object }} change
 */
export function catchWorkers(change = () => ({})) {
  const threads = createRequire(import.meta.url)('node:worker_threads')
  const living = new Set()
  threads.Worker = class extends threads.Worker {
    constructor(code, given) {
      const { prelude = '', options = {} } = change()
      super(prelude + code, { ...given, ...options })
      living.add(this)
      this.on('exit', () => living.delete(this))
    }
  }
  syncBuiltinESMExports()
  return living
}

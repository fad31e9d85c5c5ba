// What a training can do beyond dense layers and plain gradient descent. It is loaded when it is first needed, and so are
// its kernels (assembly/supplement.ts): whoever trains the lecture's network downloads neither.
import type { Runtime } from '../wasm/runtime.ts'
import type * as Parts from './supplement-parts.ts'

let parts: typeof Parts | undefined

/** Loads it all, unless it is there. */
export async function loadSupplement(runtime: Runtime): Promise<void> {
  const [loaded] = await Promise.all([import('./supplement-parts.ts'), runtime.loadSupplement()])
  parts = loaded
}

/** What `loadSupplement` has loaded: see engine/supplement.ts for who waits for it. */
export function supplement(): typeof Parts {
  if (parts) return parts
  throw new Error('internal error: the supplement of the training is not loaded')
}

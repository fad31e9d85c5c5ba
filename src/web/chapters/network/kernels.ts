// The chapter's kernels, of the build that gives the same bits on every machine.
import { createKernels, type Kernels } from 'wasmlp/kernels'

let loaded: Kernels | undefined

export async function loadKernels(): Promise<void> {
  loaded ??= await createKernels({ build: 'simd' })
}

/** For what is imported when they are loaded. */
export function kernels(): Kernels {
  if (!loaded) throw new Error('the kernels are not loaded')
  return loaded
}

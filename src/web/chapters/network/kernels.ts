// The chapter's kernels, of the build that gives the same bits on every machine. What imports them waits for them, while
// the rest of the chapter is on its way.
import '../../engine.ts'
import { createKernels, type Kernels } from 'wasmlp/kernels'

export const kernels: Kernels = await createKernels({ build: 'simd' })

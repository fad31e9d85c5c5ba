// The builds that this runtime accepts, for `describe.each(builds)`.
import { type BuildName, createKernels } from '../../src/kernels/index.ts'

const { relaxedSimd } = (await createKernels({ build: 'auto' })).capabilities()

export const builds: BuildName[] = relaxedSimd ? ['simd', 'relaxed'] : ['simd']

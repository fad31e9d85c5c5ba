// The builds that this runtime accepts, for `describe.each(builds)`.
import { type BuildName, createKernels } from '../../src/kernels/index.ts'

const { relaxedSimd } = (await createKernels({ build: 'auto' })).capabilities()

export const builds: BuildName[] = relaxedSimd ? ['simd', 'relaxed'] : ['simd']

/** The build that 'auto' takes: relaxed, unless this is Node 22 or another V8 of its time. */
export const fastest: BuildName = relaxedSimd && 'Float16Array' in globalThis ? 'relaxed' : 'simd'

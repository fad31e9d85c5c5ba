// The builds that this runtime accepts, for `describe.each(builds)`.
import { type BuildName, createKernels } from '../../src/kernels/index.ts'

const { relaxedSimd } = (await createKernels({ build: 'auto' })).capabilities()

export const builds: BuildName[] = relaxedSimd ? ['simd', 'relaxed'] : ['simd']

/** Those, and the one for vectors of 256 bits, whose bits are the same where V8 is not asked to join any. */
export const kernelBuilds: BuildName[] = relaxedSimd ? [...builds, 'relaxed256'] : builds

/** The build that 'auto' takes: relaxed, unless this is Node 22 or another V8 of its time. */
export const fastest: BuildName = relaxedSimd && 'Float16Array' in globalThis ? 'relaxed' : 'simd'

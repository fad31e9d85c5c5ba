// Vectors of 256 bits for all that computes in this process: turned on, tried, and turned off where they fail.
import { differingKernels, KNOWN_SUMS } from '../kernels/self-test.ts'
import type { VectorSwitch, WideModuleName } from '../platform/platform.ts'
import { setWideVectors } from '../wasm/builds.ts'
import { createSharedRuntime } from '../wasm/runtime.ts'

/**
 * Has builds that are chosen from then on take vectors of 256 bits, where they can be had and give the known results.
 * `capabilities` says what came of it.
 */
export async function useVectors(
  bits: 128 | 256,
  vectors: VectorSwitch,
  known: Readonly<Record<string, number>> = KNOWN_SUMS,
): Promise<void> {
  const refusal = vectors.refusal()
  if (bits === 128) {
    if (refusal === undefined) vectors.setJoined(false)
    setWideVectors(undefined)
    return
  }
  if (refusal !== undefined) {
    setWideVectors({ isOn: false, reason: refusal })
    return
  }
  vectors.setJoined(true)
  const fault = await vectors.withOptimizedCode(() => faultOf(vectors, known)).catch(couldNotRun)
  if (fault === undefined) {
    setWideVectors({
      isOn: true,
      reason: 'V8 computes with vectors of 256 bits, and its self-test has passed',
    })
    return
  }
  vectors.setJoined(false)
  setWideVectors({ isOn: false, reason: fault })
}

const couldNotRun = (error: unknown) => `the self-test could not run (${error})`

/** What is wrong with the kernels, in words. Those of the build for threads are tried: a model in Node takes no others. */
async function faultOf(
  { loadModule }: VectorSwitch,
  known: Readonly<Record<string, number>>,
): Promise<string | undefined> {
  const runtime = await createSharedRuntime('relaxed256', name => loadModule(name as WideModuleName))
  await Promise.all([runtime.loadExtras(), runtime.loadSparsity()])
  const kernels = differingKernels(runtime, known)
  return kernels && `the self-test found other bits in ${kernels}`
}

// A runtime with all kernels, for tests that call them without an engine.
import type { BuildName } from '../../src/wasm/builds.ts'
import { createRuntime, type Runtime } from '../../src/wasm/runtime.ts'

export async function createFullRuntime(build: BuildName): Promise<Runtime> {
  const runtime = await createRuntime(build)
  await runtime.loadSupplement()
  return runtime
}

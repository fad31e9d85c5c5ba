// A runtime with all kernels and all parts of training, for tests that call them without an engine.
import { loadSupplement } from '../../src/training/supplement.ts'
import type { BuildName } from '../../src/wasm/builds.ts'
import { loadModuleSource } from '../../src/wasm/module-sources.ts'
import { createRuntime, type Runtime } from '../../src/wasm/runtime.ts'

export async function createFullRuntime(build: BuildName): Promise<Runtime> {
  const runtime = await createRuntime(build, loadModuleSource)
  await loadSupplement(runtime)
  return runtime
}

// A runtime with all kernels, and a network of it with all that may be handed to what computes with it, for tests that
// call these without an engine.
import type { NetworkSpec } from '../../src/layers/spec.ts'
import { Network } from '../../src/network/network.ts'
import type { TrainingContext } from '../../src/training/context.ts'
import { extras } from '../../src/training/extras.ts'
import { Arena } from '../../src/wasm/arena.ts'
import type { BuildName } from '../../src/wasm/builds.ts'
import { type Executor, runAlone } from '../../src/wasm/calls.ts'
import { type LoadModule, loadModuleSource } from '../../src/wasm/module-sources.ts'
import { createRuntime, type Runtime } from '../../src/wasm/runtime.ts'

/** Modules that only Node is given, in browsers too. */
const wide: { [Name in string]?: () => Promise<{ default: string }> } = {
  relaxed256: () => import('wasm:relaxed256'),
  'relaxed256-sparsity': () => import('wasm:relaxed256-sparsity'),
  'relaxed256-supplement': () => import('wasm:relaxed-supplement'),
}

export const loadAnyModule: LoadModule = async name =>
  (await wide[name]?.())?.default ?? (await loadModuleSource(name))

export async function createFullRuntime(build: BuildName): Promise<Runtime> {
  const runtime = await createRuntime(build, loadAnyModule)
  await runtime.loadExtras()
  return runtime
}

/** A new network, and all else that an operation on it computes with; all its buffers are in the arena. */
export function contextOf(
  runtime: Runtime,
  spec: NetworkSpec,
  executor: Executor = runAlone(runtime.kernels),
): TrainingContext {
  const arena = new Arena(runtime.memory)
  return { runtime, executor, arena, network: new Network({ runtime, arena, extras }, spec), extras }
}

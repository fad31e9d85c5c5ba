// A runtime with all kernels, and a network of it with all that may be handed to what computes with it, for tests that
// call these without an engine.
import type { NetworkSpec } from '../../src/layers/spec.ts'
import { Network } from '../../src/network/network.ts'
import type { TrainingContext } from '../../src/training/context.ts'
import { extras } from '../../src/training/extras.ts'
import { Arena } from '../../src/wasm/arena.ts'
import type { BuildName } from '../../src/wasm/builds.ts'
import { type Executor, runAlone } from '../../src/wasm/calls.ts'
import { loadModuleSource } from '../../src/wasm/module-sources.ts'
import { createRuntime, type Runtime } from '../../src/wasm/runtime.ts'

export async function createFullRuntime(build: BuildName): Promise<Runtime> {
  const runtime = await createRuntime(build, loadModuleSource)
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

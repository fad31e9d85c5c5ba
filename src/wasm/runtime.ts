// One instance of the kernels with a linear memory of its own. The only file that knows @assemblyscript/loader.
import { instantiate } from '@assemblyscript/loader'
import type { Capabilities } from './builds.ts'
import { type BuildChoice, chooseBuild, compileBuild } from './builds.ts'
import type { KernelExports } from './exports.ts'
import { LinearMemory } from './memory.ts'

/** Kernels that work on one linear memory. */
export interface Runtime {
  /** The module's exports as the engine gives them: the loader's wrappers would add to the cost of each call. */
  readonly kernels: KernelExports
  readonly memory: LinearMemory
  readonly capabilities: Capabilities
}

/** Instantiates a build; see {@link chooseBuild} for what it throws. */
export async function createRuntime(build: BuildChoice): Promise<Runtime> {
  const capabilities = chooseBuild(build)
  const { instance } = await instantiate(await compileBuild(capabilities.build), {})
  const kernels = instance.exports as unknown as KernelExports
  return { kernels, memory: new LinearMemory(kernels.memory, kernels.heapBase()), capabilities }
}

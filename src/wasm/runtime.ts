// One instance of the kernels and its linear memory. The only file that knows @assemblyscript/loader.

import { instantiate, instantiateSync } from '@assemblyscript/loader'
import { platform } from '#platform'
import { AllocationError } from '../errors.ts'
import { type BuildName, compileModule } from './builds.ts'
import type { KernelExports, TeamExports } from './exports.ts'
import { LinearMemory } from './memory.ts'
import { Teams } from './team.ts'

/** Kernels that work on one linear memory. */
export interface Runtime {
  /** The module's exports as the engine gives them: the loader's wrappers would add to the cost of each call. */
  readonly kernels: KernelExports
  readonly memory: LinearMemory
  /** Where the memory is shared: the threads that can compute together. */
  readonly teams: Teams | undefined
}

/** Instantiates a build with a memory of its own. */
export async function createRuntime(build: BuildName): Promise<Runtime> {
  const instance = await instantiateModule(await compileModule(build), {})
  const kernels = instance.exports as unknown as KernelExports & { memory: WebAssembly.Memory }
  return { kernels, memory: new LinearMemory(kernels.memory, kernels.heapBase()), teams: undefined }
}

/**
 * Instantiates a build with a memory that threads can share.
 * Throws {@link AllocationError} where the runtime has no room for one.
 */
export async function createSharedRuntime(build: BuildName): Promise<Runtime> {
  const { memory, maximum } = createSharedMemory()
  const module = await compileModule(`${build}-threads`)
  const instance = await instantiateModule(module, { env: { memory } })
  const kernels = instance.exports as unknown as KernelExports & TeamExports
  const linearMemory = new LinearMemory(memory, kernels.heapBase(), maximum)
  return { kernels, memory: linearMemory, teams: new Teams({ module, memory, kernels }, linearMemory) }
}

/** At once where that is allowed: the loader's other way asks for `Response`, for which Node loads a whole HTTP client. */
async function instantiateModule(module: WebAssembly.Module, imports: WebAssembly.Imports) {
  const { instance } = platform.canBlock
    ? instantiateSync(module, imports)
    : await instantiate(module, imports)
  return instance
}

/** Pages of 64 KiB that a shared memory may grow to, which some runtimes reserve at once: less where that fails. */
const MAXIMA = [65535, 32768, 16384]

function createSharedMemory(): { memory: WebAssembly.Memory; maximum: number } {
  let reason = ''
  for (const maximum of MAXIMA) {
    try {
      return { memory: new WebAssembly.Memory({ initial: 1, maximum, shared: true }), maximum }
    } catch (error) {
      reason = String(error)
    }
  }
  throw new AllocationError(`a linear memory that threads share cannot be had (${reason}): close other pages`)
}

// The kernels of one build and their linear memory. The only file that knows @assemblyscript/loader.

import { instantiate, instantiateSync } from '@assemblyscript/loader'
import * as platform from '#platform'
import { AllocationError } from '../errors.ts'
import type { BuildName } from './builds.ts'
import type { KernelExports } from './calls.ts'
import { compileModule } from './compile-module.ts'
import type { TeamExports } from './exports.ts'
import { LinearMemory } from './memory.ts'
import type { CoreName, LoadModule, ModuleName, Part } from './module-sources.ts'
import { notLoaded } from './not-loaded.ts'
import type { Teams } from './team.ts'

/** Kernels that work on one linear memory. */
export interface Runtime {
  /**
   * The modules' exports as the engine gives them: the loader's wrappers would add to the cost of each call. Those of the
   * second module are there when `loadExtras` is done, those of the third when `loadSparsity` is; before that, to ask for
   * one throws.
   */
  readonly kernels: KernelExports
  readonly memory: LinearMemory
  /** Where the memory is shared: the threads that can compute together. */
  readonly teams: Teams | undefined
  /** Loads the second module (assembly/supplement.ts), unless it is there. */
  loadExtras(): Promise<void>
  /** Loads the third module (assembly/sparsity.ts), likewise. */
  loadSparsity(): Promise<void>
}

/** Instantiates a build, whose modules `load` gives, with a memory of its own. */
export async function createRuntime(build: BuildName, load: LoadModule): Promise<Runtime> {
  const instances = new Instances(build, load)
  const memory = await instances.addCore()
  const linearMemory = new LinearMemory(memory, instances.kernels.heapBase())
  return createLoadable(instances, memory, linearMemory, undefined)
}

/**
 * Instantiates a build with a memory that threads can share.
 * Throws {@link AllocationError} where the runtime has no room for one.
 */
export async function createSharedRuntime(build: BuildName, load: LoadModule): Promise<Runtime> {
  const { memory, maximum } = createSharedMemory()
  const instances = new Instances(`${build}-threads`, load)
  await instances.addCore(memory)
  const { kernels, modules } = instances
  const linearMemory = new LinearMemory(memory, kernels.heapBase(), maximum)
  const { Teams } = await import('./team.ts')
  return createLoadable(
    instances,
    memory,
    linearMemory,
    new Teams({ modules, memory, kernels }, linearMemory),
  )
}

function createLoadable(
  instances: Instances,
  shared: WebAssembly.Memory,
  memory: LinearMemory,
  teams: Teams | undefined,
): Runtime {
  const load = (part: Part) => {
    let loading: Promise<void> | undefined
    return () => {
      loading ??= instances.addPart(part, shared).catch((error: unknown) => {
        loading = undefined // the next call tries again
        throw error
      })
      return loading
    }
  }
  return {
    kernels: instances.kernels,
    memory,
    teams,
    loadExtras: load('supplement'),
    loadSparsity: load('sparsity'),
  }
}

/** The modules of a build, instantiated on one memory, and what they export together. */
class Instances {
  readonly modules: WebAssembly.Module[] = []
  readonly kernels: KernelExports & TeamExports = Object.create(notLoaded('kernel'))
  readonly #core: CoreName
  readonly #load: LoadModule
  /** What the first module calls of the second: see assembly/activations.ts. */
  readonly #table = new WebAssembly.Table({ initial: 3, element: 'anyfunc' })

  constructor(core: CoreName, load: LoadModule) {
    this.#core = core
    this.#load = load
  }

  /** Adds the first module, on the memory given or one that it makes. */
  async addCore(memory?: WebAssembly.Memory): Promise<WebAssembly.Memory> {
    const exports = await this.#add(this.#core, memory)
    return memory ?? (exports.memory as WebAssembly.Memory)
  }

  async addPart(part: Part, memory: WebAssembly.Memory): Promise<void> {
    const { curve, curveGradient } = await this.#add(`${this.#core}-${part}`, memory)
    if (!curve) return
    this.#table.set(1, curve)
    this.#table.set(2, curveGradient)
  }

  async #add(name: ModuleName, memory?: WebAssembly.Memory): Promise<WebAssembly.Exports> {
    try {
      const module = await compileModule(name, this.#load)
      // The third module calls what the first exports.
      const env = { table: this.#table, ...this.kernels, ...(memory && { memory }) }
      const { exports } = await instantiateModule(module, { env })
      this.modules.push(module)
      Object.assign(this.kernels, exports)
      return exports
    } catch (error) {
      // What engines throw where no addresses are left for another memory, or for code.
      const { name, message } = error as Error
      throw name === 'RangeError'
        ? new AllocationError(`no linear memory is left: dispose of models, or raise ulimit -v (${message})`)
        : error
    }
  }
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

// The engine in the calling thread, which may itself be a worker (worker.ts).
import * as platform from '#platform'
import { permutation } from '../data/permutation.ts'
import type { DatasetContents } from '../data/samples.ts'
import type { NetworkSpec } from '../layers/spec.ts'
import type { MnistPart, PartialMnistSource } from '../mnist/mnist-files.ts'
import type { Augmentation } from '../network/augmentation.ts'
import { Network } from '../network/network.ts'
import { Arena } from '../wasm/arena.ts'
import type { BuildName, Capabilities } from '../wasm/builds.ts'
import { modules } from '../wasm/compile-module.ts'
import type { LoadModule } from '../wasm/module-sources.ts'
import { createRuntime, createSharedRuntime, type Runtime } from '../wasm/runtime.ts'
import type {
  DigestKind,
  Engine,
  EngineNetwork,
  EngineRows,
  EngineSamples,
  MemoryUsage,
  MnistLoadOptions,
} from './engine.ts'
import { layersNeedExtras, loadExtras, noExtras } from './extras.ts'
import { LocalNetwork } from './local-network.ts'
import { createSamples } from './local-samples.ts'

const runtimes = new Map<BuildName, Promise<Runtime>>()

/**
 * An engine of a build. Its runtime is created at first use, from the modules that `load` gives. Data sets and models
 * of one build share it.
 */
export async function localEngine(choice: Capabilities, load: LoadModule): Promise<Engine> {
  const runtime = await runtimeOf(choice.build, load)
  const canShare = runtime.teams !== undefined || choice.threads === 1
  return new LocalEngine(
    runtime,
    canShare ? choice : { ...choice, threads: 1, threadsReason: 'linear memory cannot be shared here' },
  )
}

/** Ends the threads of all engines that compute here. */
export async function closeLocalThreads(): Promise<void> {
  // One that is not there yet has none.
  const present = [...runtimes.values()].map(runtime => Promise.race([runtime, undefined]))
  await Promise.all(present.map(async runtime => (await runtime)?.teams?.close()))
}

/** The same; later engines get a new memory. */
export async function closeLocalEngine(): Promise<void> {
  const closed = closeLocalThreads()
  runtimes.clear()
  modules.clear()
  await closed
}

function runtimeOf(build: BuildName, load: LoadModule): Promise<Runtime> {
  let runtime = runtimes.get(build)
  if (!runtime) {
    runtime = platform.canShareMemory()
      ? createSharedRuntime(build, load).catch(() => createRuntime(build, load))
      : createRuntime(build, load)
    runtimes.set(build, runtime)
    // A failure to load is not kept: the next call tries again.
    runtime.catch(() => runtimes.delete(build))
  }
  return runtime
}

class LocalEngine implements Engine {
  readonly #runtime: Runtime
  readonly #capabilities: Capabilities

  constructor(runtime: Runtime, capabilities: Capabilities) {
    this.#runtime = runtime
    this.#capabilities = capabilities
  }

  async createSamples(contents: DatasetContents): Promise<EngineSamples> {
    return createSamples(this.#runtime, contents)
  }

  async loadMnist(
    parts: readonly MnistPart[],
    source: PartialMnistSource,
    options: MnistLoadOptions,
  ): Promise<EngineSamples[]> {
    const { loadMnist } = await import('./local-mnist.ts')
    return loadMnist(this.#runtime, parts, source, options)
  }

  async permutation(length: number, seed: number, stream = 0): Promise<Int32Array> {
    return permutation(this.#runtime, length, seed, stream)
  }

  async checksum(bytes: Uint8Array): Promise<bigint> {
    const { checksum } = await import('./local-checksum.ts')
    return checksum(this.#runtime, bytes)
  }

  async digest(kind: DigestKind, bytes: Uint8Array, name: string): Promise<string> {
    const { digest } = await import('./local-digest.ts')
    return digest(kind, bytes, name)
  }

  async augment(rows: EngineRows, augmentation: Augmentation, seed: number): Promise<EngineSamples> {
    const { augmentRows } = await import('./local-augment.ts')
    return augmentRows(this.#runtime, rows, augmentation, seed)
  }

  async memoryUsage(): Promise<MemoryUsage> {
    const { memory } = this.#runtime
    return { inUse: memory.bytesInUse, total: memory.buffer.byteLength }
  }

  async createNetwork(spec: NetworkSpec): Promise<EngineNetwork> {
    const runtime = this.#runtime
    const extras = layersNeedExtras(spec.layers) ? await loadExtras(runtime) : noExtras
    const arena = new Arena(runtime.memory)
    try {
      const network = new Network({ runtime, arena, extras }, spec)
      return new LocalNetwork({ runtime, arena, network, extras }, this.#capabilities)
    } catch (error) {
      arena.free()
      throw error
    }
  }
}

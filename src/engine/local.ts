// The engine in the thread that calls it.
import { platform } from '#platform'
import { readIdx, readIdxArray } from '../data/idx.ts'
import { findMnistFile, type MnistPart, type PartialMnistSource } from '../data/mnist-files.ts'
import { countClasses, type DatasetContents } from '../data/storage.ts'
import { DataError } from '../errors.ts'
import { Network, type NetworkSpec } from '../model/network.ts'
import { Arena } from '../wasm/arena.ts'
import type { BuildName, Capabilities } from '../wasm/builds.ts'
import { type BuildChoice, chooseBuild } from '../wasm/builds.ts'
import { createRuntime, createSharedRuntime, type Runtime } from '../wasm/runtime.ts'
import { limitThreads, type ThreadChoice } from '../wasm/threads.ts'
import type { Engine, EngineNetwork, EngineStorage, MemoryUsage, MnistLoadOptions } from './engine.ts'
import { LocalNetwork } from './local-network.ts'
import { createStorage, LocalStorage } from './local-storage.ts'

const runtimes = new Map<BuildName, Promise<Runtime>>()

/**
 * An engine of a build, whose runtime is made at its first use. Data sets and models of one build share it, and so
 * their memory; the reason for the build, and how many threads may compute, are those of this choice.
 */
export async function sharedEngine(choice: BuildChoice, threads: ThreadChoice = 'auto'): Promise<Engine> {
  const support = chooseBuild(choice)
  const limit = limitThreads(threads, platform.threadSupport())
  const runtime = await runtimeOf(support.build)
  if (!runtime.teams && limit.threads > 1) {
    limit.threads = 1
    limit.threadsReason = 'linear memory cannot be shared here'
  }
  return new LocalEngine(runtime, { ...support, ...limit })
}

/** Ends all threads of this package; what needs them later starts new ones. */
export async function closeThreads(): Promise<void> {
  await Promise.all([...runtimes.values()].map(async runtime => (await runtime).teams?.close()))
}

function runtimeOf(build: BuildName): Promise<Runtime> {
  let runtime = runtimes.get(build)
  if (!runtime) {
    runtime = platform.threadSupport().canShare
      ? createSharedRuntime(build).catch(() => createRuntime(build))
      : createRuntime(build)
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

  get capabilities(): Capabilities {
    const { threads } = this.#capabilities
    const problem = threads > 1 ? this.#runtime.teams?.problem : undefined
    return { ...this.#capabilities, ...(problem && { threads: 1, threadsReason: problem }) }
  }

  async createStorage(contents: DatasetContents): Promise<EngineStorage> {
    return createStorage(this.#runtime, contents)
  }

  async loadMnistPart(
    part: MnistPart,
    source: PartialMnistSource,
    options: MnistLoadOptions,
  ): Promise<EngineStorage> {
    const limit = options.maxBytes === undefined ? {} : { maxBytes: options.maxBytes }
    const labelFile = await findMnistFile(source, `${part}Labels`, options)
    const labelIdx = await readIdxArray(labelFile.file, {
      name: labelFile.name,
      ...limit,
      expect: { type: 'uint8', rank: 1 },
    })
    const labels = Int32Array.from(labelIdx.data)
    const imageFile = await findMnistFile(source, `${part}Images`, options)
    const arena = new Arena(this.#runtime.memory)
    try {
      let images = arena.u8(0)
      const { shape } = await readIdx(imageFile.file, {
        name: imageFile.name,
        ...limit,
        expect: { type: 'uint8', rank: 3 },
        allocate: ({ length, shape: [count, height, width] }) => {
          if (count !== labels.length || length === 0) {
            throw new DataError(
              'ERR_DATA_COUNT',
              `${imageFile.name} has ${count} images of ${height} × ${width} pixels and ${labelFile.name} ` +
                `${labels.length} labels: expected one label for each image, at least one image, and at least one ` +
                'pixel in each (are the files of the same data set?)',
            )
          }
          images = arena.u8(length)
          return {
            get bytes() {
              return images.view
            },
          }
        },
      })
      const inputSize = shape.slice(1).reduce((product, size) => product * size, 1)
      const stored = arena.i32(labels.length)
      stored.view.set(labels)
      const info = { samples: labels.length, inputSize, classes: countClasses(labels) }
      return new LocalStorage(this.#runtime, arena, {
        info,
        inputs: images,
        labels: stored,
        targets: undefined,
      })
    } catch (error) {
      arena.free()
      throw error
    }
  }

  async permutation(length: number, seed: number): Promise<Int32Array> {
    const { memory, kernels } = this.#runtime
    const arena = new Arena(memory)
    try {
      const order = arena.i32(length)
      order.view.forEach((_, i, view) => {
        view[i] = i
      })
      kernels.shuffle(order.pointer, length, seed, 0, arena.i32(4).pointer)
      return order.view.slice()
    } finally {
      arena.free()
    }
  }

  async memoryUsage(): Promise<MemoryUsage> {
    const { memory } = this.#runtime
    return { inUse: memory.bytesInUse, total: memory.buffer.byteLength }
  }

  async createNetwork(spec: NetworkSpec): Promise<EngineNetwork> {
    const arena = new Arena(this.#runtime.memory)
    try {
      const network = new Network(this.#runtime, arena, spec)
      return new LocalNetwork(this.#runtime, arena, network, this.#capabilities.threads)
    } catch (error) {
      arena.free()
      throw error
    }
  }
}

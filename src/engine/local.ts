// The engine in the thread that calls it. Between batches it lets the event loop run, so that a page stays alive.
import { platform } from '#platform'
import { parseIdx, readIdx } from '../data/idx.ts'
import { type MnistFileOptions, type MnistSource, readMnistFile } from '../data/mnist-files.ts'
import { countClasses, type DatasetContents, type Storage, storeContents } from '../data/storage.ts'
import { DataError, DisposedError, StateError } from '../errors.ts'
import type { Capabilities } from '../kernels/types.ts'
import { type LayerParameters, Network, type NetworkSpec } from '../model/network.ts'
import { evaluate, type Pause, predict, type Rows } from '../train/evaluate.ts'
import { fit } from '../train/fit.ts'
import type { LossName } from '../train/losses.ts'
import type { Evaluation, FitCallbacks, FitSettings, TrainingConfig } from '../train/options.ts'
import { Arena } from '../wasm/arena.ts'
import { type BuildChoice, chooseBuild } from '../wasm/builds.ts'
import { createRuntime, type Runtime } from '../wasm/runtime.ts'
import type { Cancellation, Engine, EngineNetwork, EngineRows, EngineStorage, MemoryUsage } from './engine.ts'

/** Milliseconds of computing after which the event loop gets its turn. */
const TIME_SLICE = 12

/** Frees the memory of storages and networks that were forgotten. */
const forgotten = new FinalizationRegistry<Arena>(arena => arena.free())

const engines = new Map<string, Promise<LocalEngine>>()

/** The engine of a build, made at its first use. Data sets and models of one build share it, and so their memory. */
export function sharedEngine(build: BuildChoice): Promise<Engine> {
  const { build: name } = chooseBuild(build)
  let engine = engines.get(name)
  if (!engine) {
    engine = createRuntime(build).then(runtime => new LocalEngine(runtime))
    engines.set(name, engine)
    // A failure to load is not kept: the next call tries again.
    engine.catch(() => engines.delete(name))
  }
  return engine
}

class LocalEngine implements Engine {
  readonly #runtime: Runtime

  constructor(runtime: Runtime) {
    this.#runtime = runtime
  }

  get capabilities(): Capabilities {
    return this.#runtime.capabilities
  }

  async createStorage(contents: DatasetContents): Promise<EngineStorage> {
    return createStorage(this.#runtime, contents)
  }

  async loadMnistPart(
    part: 'train' | 'test',
    source: MnistSource,
    options: MnistFileOptions,
  ): Promise<EngineStorage> {
    const labelFile = await readMnistFile(source, `${part}Labels`, options)
    const labelIdx = await parseIdx(labelFile.bytes, { name: labelFile.name, expect: { type: 'uint8', rank: 1 } })
    const labels = Int32Array.from(labelIdx.data)
    const imageFile = await readMnistFile(source, `${part}Images`, options)
    const arena = new Arena(this.#runtime.memory)
    try {
      let images = arena.u8(0)
      const { shape } = await readIdx(imageFile.bytes, {
        name: imageFile.name,
        expect: { type: 'uint8', rank: 3 },
        allocate: ({ length, shape: [count] }) => {
          if (count !== labels.length || count === 0) {
            throw new DataError(
              'ERR_DATA_COUNT',
              `${imageFile.name} has ${count} images and ${labelFile.name} ${labels.length} labels: expected one label ` +
                'for each image, and at least one (are the files of the same data set?)',
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
      return new LocalStorage(this.#runtime, arena, { info, inputs: images, labels: stored, targets: undefined })
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
      return new LocalNetwork(this.#runtime, arena, new Network(this.#runtime, arena, spec))
    } catch (error) {
      arena.free()
      throw error
    }
  }
}

function createStorage(runtime: Runtime, contents: DatasetContents): LocalStorage {
  const arena = new Arena(runtime.memory)
  try {
    return new LocalStorage(runtime, arena, storeContents(arena, contents))
  } catch (error) {
    arena.free()
    throw error
  }
}

class LocalStorage implements EngineStorage {
  readonly runtime: Runtime
  readonly #arena: Arena
  readonly #storage: Storage
  /** Copies for networks of another build. */
  readonly #copies = new Map<Runtime, Promise<LocalStorage>>()
  #disposed = false

  constructor(runtime: Runtime, arena: Arena, storage: Storage) {
    this.runtime = runtime
    this.#arena = arena
    this.#storage = storage
    forgotten.register(storage, arena)
  }

  get info() {
    return this.#storage.info
  }

  get storage(): Storage {
    if (this.#disposed) throw new DisposedError('this data set was disposed: load it again')
    return this.#storage
  }

  async read(indices: Int32Array): Promise<DatasetContents> {
    const { inputs, labels, targets, info } = this.storage
    const { inputSize, targetSize = 0 } = info
    const result: DatasetContents = {
      inputs: takeRows(inputs.view, indices, inputSize),
      inputSize,
    }
    if (labels) result.labels = takeRows(labels.view, indices, 1)
    if (targets) {
      result.targets = takeRows(targets.view, indices, targetSize)
      result.targetSize = targetSize
    }
    return result
  }

  /** This storage in the memory of a runtime: itself, or a copy made at the first call. */
  async in(runtime: Runtime): Promise<LocalStorage> {
    if (runtime === this.runtime) return this
    let copy = this.#copies.get(runtime)
    if (!copy) {
      const all = Int32Array.from({ length: this.info.samples }, (_, i) => i)
      copy = this.read(all).then(contents => createStorage(runtime, contents))
      this.#copies.set(runtime, copy)
      copy.catch(() => this.#copies.delete(runtime))
    }
    return copy
  }

  dispose(): void {
    this.#disposed = true
    this.#arena.free()
    for (const copy of this.#copies.values()) copy.then(storage => storage.dispose()).catch(() => {})
  }
}

function takeRows<View extends Uint8Array | Float32Array | Int32Array>(
  source: View,
  indices: Int32Array,
  size: number,
): View {
  const rows = source.slice(0, 0).constructor as { new (length: number): View }
  const result = new rows(indices.length * size)
  indices.forEach((index, i) => {
    result.set(source.subarray(index * size, (index + 1) * size), i * size)
  })
  return result
}

class LocalNetwork implements EngineNetwork {
  readonly #runtime: Runtime
  readonly #arena: Arena
  readonly #network: Network
  #running = 0
  #training = false
  #disposed = false
  #epochs = 0

  constructor(runtime: Runtime, arena: Arena, network: Network) {
    this.#runtime = runtime
    this.#arena = arena
    this.#network = network
    forgotten.register(network, arena)
  }

  async getParameters(): Promise<LayerParameters[]> {
    this.#checkAlive()
    return this.#network.read()
  }

  async setParameters(parameters: readonly LayerParameters[]): Promise<void> {
    this.#checkAlive()
    this.#network.write(parameters)
  }

  async fit(
    config: TrainingConfig,
    settings: FitSettings,
    train: EngineRows,
    validation: EngineRows | undefined,
    { signal, onBatchEnd, onEpochEnd }: FitCallbacks & Cancellation,
  ): Promise<void> {
    this.#checkAlive()
    if (this.#training) {
      throw new StateError('fit is running on this model already: await it, or abort it by its signal, first')
    }
    this.#training = true
    const epochsBefore = this.#epochs
    const callbacks: FitCallbacks = {
      onEpochEnd: logs => {
        this.#epochs = epochsBefore + logs.epoch
        return onEpochEnd?.(logs)
      },
      ...(onBatchEnd && { onBatchEnd }),
    }
    try {
      await this.#run(signal, async pause => {
        const task = {
          config,
          settings,
          train: await this.#rows(train),
          validation: validation && (await this.#rows(validation)),
          epochsBefore,
        }
        await fit(this.#runtime, this.#network, task, callbacks, pause)
      })
    } finally {
      this.#training = false
    }
  }

  evaluate(loss: LossName, rows: EngineRows, { signal }: Cancellation): Promise<Evaluation> {
    return this.#run(signal, async pause =>
      evaluate(this.#runtime, this.#network, loss, await this.#rows(rows), pause),
    )
  }

  predict(inputs: EngineRows | DatasetContents, { signal }: Cancellation): Promise<Float32Array> {
    return this.#run(signal, async pause => {
      if ('storage' in inputs) return predict(this.#runtime, this.#network, await this.#rows(inputs), pause)
      const arena = new Arena(this.#runtime.memory)
      try {
        const storage = storeContents(arena, inputs)
        const indices = Int32Array.from({ length: storage.info.samples }, (_, i) => i)
        return await predict(this.#runtime, this.#network, { storage, indices }, pause)
      } finally {
        arena.free()
      }
    })
  }

  dispose(): void {
    this.#disposed = true
    this.#freeWhenIdle()
  }

  /** Runs an operation; its pauses throw when it is cancelled or the network disposed, whose memory goes after it. */
  async #run<Result>(signal: AbortSignal | undefined, operation: (pause: Pause) => Promise<Result>): Promise<Result> {
    this.#checkAlive()
    signal?.throwIfAborted()
    let sliceEnd = performance.now() + TIME_SLICE
    const proceed = () => {
      this.#checkAlive()
      signal?.throwIfAborted()
      sliceEnd = performance.now() + TIME_SLICE
    }
    const pause = () => {
      if (signal?.aborted || this.#disposed) proceed()
      return performance.now() < sliceEnd ? undefined : platform.yieldToEventLoop().then(proceed)
    }
    this.#running += 1
    try {
      return await operation(pause)
    } finally {
      this.#running -= 1
      this.#freeWhenIdle()
    }
  }

  async #rows({ storage, indices }: EngineRows): Promise<Rows> {
    if (!(storage instanceof LocalStorage)) throw new StateError('this data set belongs to another engine')
    if (indices.length === 0) throw new StateError('this data set has no samples: expected at least one')
    const local = await storage.in(this.#runtime)
    return { storage: local.storage, indices }
  }

  #checkAlive(): void {
    if (this.#disposed) throw new DisposedError('this model was disposed: create another')
  }

  #freeWhenIdle(): void {
    if (this.#disposed && this.#running === 0) this.#arena.free()
  }
}

// Samples in linear memory, as the local engine holds them.
import { inOrder } from '../data/batches.ts'
import { type DatasetContents, type Storage, storeContents } from '../data/storage.ts'
import { DisposedError } from '../errors.ts'
import { Arena, freeWithOwner } from '../wasm/arena.ts'
import type { Runtime } from '../wasm/runtime.ts'
import type { EngineStorage, Standardization } from './engine.ts'

/** Copies samples to linear memory. */
export function createStorage(runtime: Runtime, contents: DatasetContents): LocalStorage {
  const arena = new Arena(runtime.memory)
  try {
    return new LocalStorage(runtime, arena, storeContents(arena, contents))
  } catch (error) {
    arena.free()
    throw error
  }
}

/**
 * A data set's samples in the memory of a runtime, where they stay until `release`: themselves, the copy for the other
 * build or, where they are with another thread, a copy for this one use.
 */
export async function hold(runtime: Runtime, storage: EngineStorage): Promise<LocalStorage> {
  if (storage instanceof LocalStorage) {
    const here = await storage.of(runtime)
    here.retain()
    return here
  }
  const copy = await copyTo(runtime, storage)
  return Object.assign(copy, { release: () => copy.dispose() })
}

async function copyTo(runtime: Runtime, storage: EngineStorage): Promise<LocalStorage> {
  return createStorage(runtime, await storage.read(inOrder(storage.info.samples)))
}

/** A data set's samples; their memory goes with it, or with the last that uses it. */
export class LocalStorage implements EngineStorage, Storage {
  readonly whenDisposed = 'this data set was disposed: load it again'
  readonly runtime: Runtime
  readonly #arena: Arena
  readonly #storage: Storage
  #disposed = false
  /** Operations that compute with the samples: their steps may be between two calls when the data set is disposed of. */
  #users = 0
  /** In the memory of the other build; there are two. It goes with this. */
  #copy: Promise<LocalStorage> | undefined

  constructor(runtime: Runtime, arena: Arena, storage: Storage) {
    this.runtime = runtime
    this.#arena = arena
    this.#storage = storage
    freeWithOwner(storage, arena)
  }

  get info() {
    return this.#storage.info
  }

  // Each throws once the data set was disposed, also for an operation that is under way.
  get inputs() {
    return this.#alive.inputs
  }

  get labels() {
    return this.#alive.labels
  }

  get targets() {
    return this.#alive.targets
  }

  get sampleWeights() {
    return this.#alive.sampleWeights
  }

  get #alive(): Storage {
    if (this.#disposed) throw new DisposedError(this.whenDisposed)
    return this.#storage
  }

  async read(indices: Int32Array): Promise<DatasetContents> {
    const { inputs, labels, targets, sampleWeights, info } = this.#alive
    const { inputSize, imageShape, targetSize = 0 } = info
    const rows = indices.length
    const { view } = inputs
    const result: DatasetContents = {
      inputs:
        view instanceof Uint8Array
          ? takeRows(view, indices, inputSize, new Uint8Array(rows * inputSize))
          : takeRows(view, indices, inputSize, new Float32Array(rows * inputSize)),
      inputSize,
      ...(imageShape && { imageShape }),
    }
    if (labels) result.labels = takeRows(labels.view, indices, 1, new Int32Array(rows))
    if (sampleWeights) {
      result.sampleWeights = takeRows(sampleWeights.view, indices, 1, new Float32Array(rows))
    }
    if (targets) {
      result.targets = takeRows(targets.view, indices, targetSize, new Float32Array(rows * targetSize))
      result.targetSize = targetSize
    }
    return result
  }

  async readLabels(indices: Int32Array): Promise<Int32Array | undefined> {
    const { labels } = this.#alive
    return labels && takeRows(labels.view, indices, 1, new Int32Array(indices.length))
  }

  async standardization(indices: Int32Array): Promise<Standardization> {
    this.retain()
    try {
      const { standardization } = await import('./local-standardization.ts')
      return await standardization(this.runtime, this, indices)
    } finally {
      this.release()
    }
  }

  /** The same samples in the memory of a runtime. */
  async of(runtime: Runtime): Promise<LocalStorage> {
    if (runtime === this.runtime) return this
    this.#copy ??= copyTo(runtime, this)
    this.#copy.catch(() => {
      this.#copy = undefined
    })
    return this.#copy
  }

  /** Keeps the memory until `release` was called as often, whatever happens meanwhile. */
  retain(): void {
    this.#users += 1
  }

  release(): void {
    this.#users -= 1
    this.#freeWhenIdle()
  }

  #freeWhenIdle(): void {
    if (this.#disposed && this.#users === 0) this.#arena.free()
  }

  dispose(): void {
    this.#disposed = true
    this.#freeWhenIdle()
    this.#copy?.then(
      copy => copy.dispose(),
      () => {},
    )
  }
}

/** The given rows of `source`, `size` values each, in `result`. */
function takeRows<View extends Uint8Array | Float32Array | Int32Array>(
  source: View,
  indices: Int32Array,
  size: number,
  result: View,
): View {
  indices.forEach((index, i) => {
    result.set(source.subarray(index * size, (index + 1) * size), i * size)
  })
  return result
}

// Samples in linear memory, as the local engine holds them.
import { inOrder } from '../data/batches.ts'
import { type DatasetContents, type Storage, storeContents } from '../data/storage.ts'
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
 * A data set's samples in the memory of a runtime: themselves, the copy for the other build or, where they are with
 * another thread, a copy for this one use, which goes with `release`.
 */
export async function hold(runtime: Runtime, storage: EngineStorage): Promise<LocalStorage> {
  if (storage instanceof LocalStorage) return storage.of(runtime)
  const copy = await copyTo(runtime, storage)
  return Object.assign(copy, { release: () => copy.dispose() })
}

async function copyTo(runtime: Runtime, storage: EngineStorage): Promise<LocalStorage> {
  return createStorage(runtime, await storage.read(inOrder(storage.info.samples)))
}

/** A data set's samples. It is not disposed of as long as something computes with them. */
export class LocalStorage implements EngineStorage, Storage {
  readonly runtime: Runtime
  readonly #arena: Arena
  readonly #storage: Storage
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

  get inputs() {
    return this.#storage.inputs
  }

  get labels() {
    return this.#storage.labels
  }

  get targets() {
    return this.#storage.targets
  }

  get sampleWeights() {
    return this.#storage.sampleWeights
  }

  async read(indices: Int32Array): Promise<DatasetContents> {
    const { readRows } = await import('./read-rows.ts')
    return readRows(this.#storage, indices)
  }

  async readLabels(indices: Int32Array): Promise<Int32Array | undefined> {
    const { readLabels } = await import('./read-rows.ts')
    return readLabels(this.#storage, indices)
  }

  async standardization(indices: Int32Array): Promise<Standardization> {
    const { standardization } = await import('./local-standardization.ts')
    return standardization(this.runtime, this, indices)
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

  /** Says that an operation is done with what {@link hold} gave it. */
  release(): void {}

  dispose(): void {
    this.#arena.free()
    this.#copy?.then(
      copy => copy.dispose(),
      () => {},
    )
  }
}

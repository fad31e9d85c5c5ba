// Stored models.
import { Sequential, sequentialFromSafetensors } from '../api/sequential.ts'
import { checkNoOptions, checkOptions } from '../check-options.ts'
import type { EngineOptions } from '../engine/engines.ts'
import { ArgumentError } from '../errors.ts'
import { encodeModel } from '../files/model-file.ts'
import type { ThreadChoice } from '../wasm/threads.ts'
import { type BackendSource, Collection, type StoredEntry } from './collection.ts'

/** The models of a storage, by name. */
export class StoredModels {
  readonly #entries: Collection

  /** @internal */
  constructor(backend: BackendSource) {
    this.#entries = new Collection(backend, 'models', 'model')
  }

  /** All entries, by name. */
  list(): Promise<StoredEntry[]>
  async list(...more: unknown[]): Promise<StoredEntry[]> {
    checkNoOptions('models.list', more)
    return this.#entries.list()
  }

  /**
   * Saves a model's layers and weights, and replaces an earlier entry of that name. Whatever happens meanwhile, the
   * entry is wholly the old one or wholly the new one. The name may have any characters.
   *
   * Throws {@link StorageError} `ERR_STORAGE_QUOTA` where there is no room.
   *
   * @example
   * await storage.models.save('digits', model)
   */
  save(name: string, model: Sequential): Promise<void>
  async save(name: string, model: Sequential, ...more: unknown[]): Promise<void> {
    checkNoOptions('models.save', more)
    if (!(model instanceof Sequential)) {
      throw new ArgumentError('models.save got no model: expected one that sequential() made')
    }
    const parameters = await model.getParameters()
    await this.#entries.save(name, metadata =>
      encodeModel(model.inputSize, model.layers, parameters, { metadata }),
    )
  }

  /**
   * Loads the model of that name, as it was saved. To train it further, `compile` it again.
   *
   * Throws {@link StorageError} `ERR_STORAGE_NOT_FOUND` or `ERR_STORAGE_DAMAGED`.
   *
   * @example
   * const model = await storage.models.load('digits')
   */
  async load(name: string, options: EngineOptions & { threads?: ThreadChoice } = {}): Promise<Sequential> {
    checkOptions('models.load', options, "{ build: 'simd' }", { build: 1, worker: true, threads: 1 })
    const { file } = await this.#entries.open(name)
    return sequentialFromSafetensors(file, options)
  }

  /** Deletes a model; resolves to whether there was one. */
  delete(name: string): Promise<boolean>
  async delete(name: string, ...more: unknown[]): Promise<boolean> {
    checkNoOptions('models.delete', more)
    return this.#entries.delete(name)
  }
}

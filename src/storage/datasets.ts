// Stored data sets.

import { type Dataset, datasetOf, rowsOf } from '../api/dataset.ts'
import { checkNoOptions, checkOptions } from '../check-options.ts'
import { type EngineOptions, engineFor } from '../engine/engines.ts'
import { withRoom } from '../engine/with-room.ts'
import { ArgumentError } from '../errors.ts'
import { decodeDataset, encodeDataset } from '../files/dataset-file.ts'
import { type BackendSource, Collection, type StoredEntry } from './collection.ts'

/** The data sets of a storage, by name. */
export class StoredDatasets {
  readonly #entries: Collection

  /** @internal */
  constructor(backend: BackendSource) {
    this.#entries = new Collection(backend, 'datasets', 'data set')
  }

  /** All entries, by name. */
  list(): Promise<StoredEntry[]>
  async list(...more: unknown[]): Promise<StoredEntry[]> {
    checkNoOptions('datasets.list', more)
    return this.#entries.list()
  }

  /**
   * Saves the samples of a data set, or of a slice of one, with labels, targets, weights and the images' shape. It
   * replaces an earlier entry of that name, wholly or not at all. Bytes stay bytes. The name may have any characters.
   *
   * Throws {@link StorageError} `ERR_STORAGE_QUOTA` where there is no room, and {@link ArgumentError} for a value that
   * is not a data set, or has no samples.
   *
   * @example
   * await storage.datasets.save('train', train)
   */
  save(name: string, data: Dataset): Promise<void>
  async save(name: string, data: Dataset, ...more: unknown[]): Promise<void> {
    checkNoOptions('datasets.save', more)
    rowsOf(data)
    if (data.length === 0)
      throw new ArgumentError('datasets.save got a data set without samples: expected at least one')
    const { classes } = data
    const contents = await data.read()
    await this.#entries.save(name, metadata =>
      encodeDataset({ ...contents, ...(classes !== undefined && { classes }) }, metadata),
    )
  }

  /**
   * Loads the data set of that name, bit for bit.
   *
   * Throws {@link StorageError} `ERR_STORAGE_NOT_FOUND` or `ERR_STORAGE_DAMAGED`.
   *
   * @example
   * const train = await storage.datasets.load('train')
   */
  async load(name: string, options: EngineOptions = {}): Promise<Dataset> {
    checkOptions('datasets.load', options, "{ build: 'simd' }", { build: 1, worker: true })
    const { contents } = await this.#entries.open(name)
    const engine = await engineFor(options)
    const decoded = decodeDataset(contents)
    return datasetOf(engine, await withRoom(() => engine.createSamples(decoded)))
  }

  /** Deletes a data set; resolves to whether there was one. */
  delete(name: string): Promise<boolean>
  async delete(name: string, ...more: unknown[]): Promise<boolean> {
    checkNoOptions('datasets.delete', more)
    return this.#entries.delete(name)
  }
}

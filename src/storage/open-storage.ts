// A storage: models, data sets and checkpoints that outlive the page or the process.
import { disposeSymbol } from '../api/dispose.ts'
import { checkNoOptions, checkOptions } from '../check-options.ts'
import { StorageError } from '../errors.ts'
import { attempt, type Backend, type StorageBackend, type StorageEstimate } from './backends/backend.ts'
import { openBackend, type StorageBackendChoice } from './backends/open-backend.ts'
import { CHECKPOINTS, StoredCheckpoints } from './checkpoints.ts'
import { StoredDatasets } from './datasets.ts'
import { StoredModels } from './models.ts'

/** Options of {@link openStorage}. */
export interface OpenStorageOptions {
  /** Storages of different names have nothing in common; `wasmlp` unless given. Any characters. */
  name?: string
  /**
   * `'auto'`, unless given: in a browser the origin private file system (`'opfs'`), or IndexedDB where that is missing, and
   * in Firefox, whose origin private file system can lose a file when the browser is killed; in Node a directory. What one
   * has, the other has not.
   */
  backend?: StorageBackendChoice
  /** In Node: the directory, in place of that of `name` among the user's data (~/.local/share/wasmlp on Linux). */
  directory?: string
}

/** What {@link openStorage} gives. Several pages and workers of an origin can have the same storage open. */
export class PersistentStorage {
  /** Models by name. */
  readonly models: StoredModels
  /** Data sets by name. */
  readonly datasets: StoredDatasets
  readonly #backend: Backend
  #isClosed = false

  /** @internal Use {@link openStorage}. */
  constructor(backend: Backend) {
    this.#backend = backend
    this.models = new StoredModels(this.#open)
    this.datasets = new StoredDatasets(this.#open)
  }

  /** Where it is. */
  get backend(): StorageBackend {
    return this.#backend.kind
  }

  /**
   * The checkpoints of a training, for `fit`. One training at a time: two would remove each other's.
   *
   * @example
   * const checkpoints = { store: storage.checkpoints('digits'), every: 50 }
   * await model.fit(train, { epochs: 10, checkpoints, resume: true }) // the same again after a reload
   */
  checkpoints(name: string): StoredCheckpoints
  checkpoints(name: string, ...more: unknown[]): StoredCheckpoints {
    checkNoOptions('checkpoints', more)
    return new StoredCheckpoints(this.#open, name)
  }

  /** The names of the trainings that have checkpoints. */
  trainings(): Promise<string[]>
  async trainings(...more: unknown[]): Promise<string[]> {
    checkNoOptions('trainings', more)
    const names = await attempt(this.#open(), 'the checkpoints cannot be listed', backend =>
      backend.folders([CHECKPOINTS]),
    )
    return names.sort()
  }

  /**
   * Asks the browser not to clear what this origin stores when it needs room, and resolves to whether it will not. Some
   * browsers decide by how the page is used; Firefox asks the user, and this resolves when they have answered, maybe never:
   * let no work wait for it. A worker can only learn what was decided. In Node always true.
   */
  persist(): Promise<boolean>
  async persist(...more: unknown[]): Promise<boolean> {
    checkNoOptions('persist', more)
    return attempt(this.#open(), 'the browser cannot be asked to keep what is stored', backend =>
      backend.persist(),
    )
  }

  /** How much room is taken, and how much there is. */
  estimate(): Promise<StorageEstimate>
  async estimate(...more: unknown[]): Promise<StorageEstimate> {
    checkNoOptions('estimate', more)
    return attempt(this.#open(), 'the room cannot be measured', backend => backend.estimate())
  }

  /** Ends what the storage needs, after what still runs. What is stored stays. Nothing can be done with it then. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    await this.#backend.close()
  }

  /** `close()`, for `using`. */
  [disposeSymbol](): void {
    void this.close().catch(() => {})
  }

  readonly #open = (): Backend => {
    if (!this.#isClosed) return this.#backend
    throw new StorageError('ERR_STORAGE_CLOSED', 'this storage was closed: open it again with openStorage()')
  }
}

/**
 * Opens a storage, which keeps models, data sets and checkpoints in the browser, or in Node in a directory: a page that
 * is loaded again finds them. An entry is written under another name, flushed, and moved to its place, so it is wholly
 * the old one or wholly the new one whatever happens; a checksum of all its bytes is verified when it is loaded.
 *
 * Throws {@link StorageError} `ERR_STORAGE_UNAVAILABLE` where the runtime keeps nothing, and {@link ArgumentError} for
 * options that are wrong.
 *
 * @example
 * const storage = await openStorage()
 * await storage.models.save('digits', model)
 * console.log(await storage.models.list()) // [{ name: 'digits', bytes: 1629288, modified: … }]
 */
export async function openStorage(options: OpenStorageOptions = {}): Promise<PersistentStorage> {
  checkOptions('openStorage', options, "{ name: 'my-app' }", {
    name: 1,
    backend: 1,
    directory: 1,
  })
  const { name = 'wasmlp', backend = 'auto', directory } = options
  return new PersistentStorage(await openBackend({ name, backend, directory }))
}

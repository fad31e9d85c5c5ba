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
  /** Storages of different names share nothing; `wasmlp` unless given. Any characters. */
  name?: string
  /**
   * `'auto'` unless given. In a browser it takes the origin private file system (`'opfs'`), or IndexedDB where that is
   * missing. In Firefox it takes IndexedDB too, since the origin private file system there can lose a file when the
   * browser is killed. In Node it takes a directory. Backends do not share entries.
   */
  backend?: StorageBackendChoice
  /** In Node: the directory, instead of the one of `name` among the user's data (~/.local/share/wasmlp on Linux). */
  directory?: string
}

/** What {@link openStorage} gives. Several pages and workers of an origin can open the same storage. */
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

  /** The backend in use. */
  get backend(): StorageBackend {
    return this.#backend.kind
  }

  /**
   * The checkpoints of a training, for `fit`. Use a name for one training at a time: two would remove each other's.
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
   * Asks the browser not to clear what this origin stores when it needs room. Resolves to whether it agrees. Some
   * browsers decide by how the page is used. Firefox asks the user, who may never answer, so do not let other work wait
   * for it. A worker can only learn what was decided. In Node it always resolves to true.
   */
  persist(): Promise<boolean>
  async persist(...more: unknown[]): Promise<boolean> {
    checkNoOptions('persist', more)
    return attempt(this.#open(), 'the browser cannot be asked to keep what is stored', backend =>
      backend.persist(),
    )
  }

  /** The space in use, and the space there is. */
  estimate(): Promise<StorageEstimate>
  async estimate(...more: unknown[]): Promise<StorageEstimate> {
    checkNoOptions('estimate', more)
    return attempt(this.#open(), 'the room cannot be measured', backend => backend.estimate())
  }

  /** Closes the storage after pending operations. The entries stay, but this object can no longer be used. */
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
 * Opens a storage, which keeps models, data sets and checkpoints in the browser, or in a directory in Node. They
 * survive a page reload. An entry is written under another name, flushed, and moved into place. So it is wholly the old
 * one or wholly the new one, whatever happens. Loading verifies a checksum of all its bytes.
 *
 * Throws {@link StorageError} `ERR_STORAGE_UNAVAILABLE` where the runtime has no storage, and {@link ArgumentError} for
 * wrong options.
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

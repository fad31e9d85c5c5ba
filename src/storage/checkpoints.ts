// Stored checkpoints: a store for each training, as `fit` takes it.

import type { CheckpointStore } from '../api/checkpoints.ts'
import { toBytes } from '../data/bytes.ts'
import { StorageError } from '../errors.ts'
import { quoted } from '../quote-names.ts'
import { attempt, sizeOf } from './backends/backend.ts'
import { toFileName } from './backends/file-names.ts'
import type { BackendSource } from './collection.ts'

export const CHECKPOINTS = 'checkpoints'

/** The checkpoints of one training. `fit` verifies their checksums. */
export class StoredCheckpoints implements CheckpointStore {
  /** The training's name. */
  readonly name: string
  readonly #backend: BackendSource

  /** @internal */
  constructor(backend: BackendSource, name: string) {
    toFileName(name, "the training's name") // must be one
    this.name = name
    this.#backend = backend
  }

  /** The checkpoints' names. */
  async list(): Promise<string[]> {
    const files = await attempt(this.#backend(), `${this.#of('checkpoints')} cannot be listed`, backend =>
      backend.list([CHECKPOINTS, this.name]),
    )
    return files.map(({ name }) => name)
  }

  /** Throws {@link StorageError} `ERR_STORAGE_NOT_FOUND` where there is none of that name. */
  async read(name: string): Promise<Uint8Array> {
    toFileName(name, "the checkpoint's name")
    const what = this.#of(`checkpoint ${quoted(name)}`)
    const bytes = await attempt(this.#backend(), `${what} cannot be read`, backend =>
      backend.read([CHECKPOINTS, this.name], name),
    )
    if (bytes) return bytes
    throw new StorageError('ERR_STORAGE_NOT_FOUND', `${what} is not there`)
  }

  /** Writes wholly or not at all. Throws {@link StorageError} `ERR_STORAGE_QUOTA` where there is no room. */
  async write(name: string, bytes: Uint8Array): Promise<void> {
    toFileName(name, "the checkpoint's name")
    const file = toBytes(bytes, 'the checkpoint')
    const what = `${this.#of(`checkpoint ${quoted(name)}`)} (${sizeOf(file.length)})`
    await attempt(this.#backend(), `${what} cannot be written`, backend =>
      backend.write([CHECKPOINTS, this.name], name, file),
    )
  }

  /** Throws {@link StorageError} where nothing could be written, as far as it can be known beforehand. */
  async check(name: string): Promise<void> {
    await attempt(this.#backend(), `${this.#of('checkpoints')} cannot be written`, async backend =>
      backend.check?.([CHECKPOINTS, this.name], name),
    )
  }

  /** Does nothing where there is none of that name. */
  async remove(name: string): Promise<void> {
    toFileName(name, "the checkpoint's name")
    const what = this.#of(`checkpoint ${quoted(name)}`)
    await attempt(this.#backend(), `${what} cannot be removed`, backend =>
      backend.remove([CHECKPOINTS, this.name], name),
    )
  }

  /** Removes all of them. */
  async clear(): Promise<void> {
    for (const name of await this.list()) await this.remove(name)
  }

  #of(what: string): string {
    return `the ${what} of ${quoted(this.name)}`
  }
}

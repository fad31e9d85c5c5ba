// A directory of files in Node, each written whole or not at all. What fails is a StorageError.
import { mkdirSync, statSync } from 'node:fs'
import { rm, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { StorageError } from '../errors.ts'
import { locationName } from '../quote-names.ts'
import { storageError } from './node-failure.ts'
import { readWhole } from './node-file.ts'
import type { FileStore, StoredFile } from './platform.ts'
import { checkReplaceable, listWithoutLeftovers, replaceFile, syncDirectory } from './replace-file.ts'

export class NodeDirectory implements FileStore {
  readonly #path: string

  constructor(path: string) {
    this.#path = resolve(path) // so that it stays the same when the process goes elsewhere
  }

  /** The names of what is there; also removes what a killed process left a day ago. */
  async list(): Promise<string[]> {
    return this.#attempt(this.#path, () => {
      try {
        return listWithoutLeftovers(this.#path)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
        throw error
      }
    })
  }

  async files(): Promise<StoredFile[]> {
    const found = await Promise.all(
      (await this.list()).map(async name => {
        const status = await stat(join(this.#path, name)).catch(() => undefined) // removed meanwhile
        return status?.isFile() ? [{ name, bytes: status.size, modified: status.mtime }] : []
      }),
    )
    return found.flat()
  }

  async read(name: string): Promise<Uint8Array> {
    const path = this.#pathOf(name)
    return this.#attempt(path, () =>
      readWhole(path, { pipes: false }).catch((cause: NodeJS.ErrnoException) => {
        if (cause.code !== 'ENOENT') throw cause
        throw new StorageError('ERR_STORAGE_NOT_FOUND', `there is no file ${locationName(path)}`, { cause })
      }),
    )
  }

  /** Creates the directory where there is none. */
  async check(name: string): Promise<void> {
    const path = this.#pathOf(name)
    await this.#attempt(path, () => {
      this.#create()
      checkReplaceable(path)
    })
  }

  /** Creates the directory where there is none. */
  async write(name: string, bytes: Uint8Array): Promise<void> {
    const path = this.#pathOf(name)
    // At once, since the caller may change the bytes later.
    await this.#attempt(path, () => {
      this.#create()
      replaceFile(path, bytes)
    })
  }

  async remove(name: string): Promise<void> {
    const path = this.#pathOf(name)
    await this.#attempt(path, () => rm(path, { force: true }))
  }

  #pathOf(name: string): string {
    return join(this.#path, name)
  }

  async #attempt<Result>(path: string, operation: () => Result | Promise<Result>): Promise<Result> {
    try {
      return await operation()
    } catch (cause) {
      throw storageError(path, this.#path, cause)
    }
  }

  #create(): void {
    try {
      const created = createDirectory(this.#path)
      if (created !== undefined) syncDirectory(dirname(created))
    } catch (cause) {
      throw storageError(this.#path, this.#path, cause)
    }
  }
}

/**
 * Creates a directory with those above it; the first that was not there. Not by Node's `recursive`, which below /proc
 * never returns: the system says there that the directory above is missing, whether it is or not.
 */
function createDirectory(path: string): string | undefined {
  try {
    mkdirSync(path)
    return path
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST' && statSync(path).isDirectory()) return undefined
    if (code !== 'ENOENT' || dirname(path) === path) throw error
    const first = createDirectory(dirname(path))
    try {
      mkdirSync(path)
    } catch (error) {
      // Another process may have made it meanwhile.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    return first ?? path
  }
}

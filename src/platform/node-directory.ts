// A directory of files in Node, each written whole or not at all.
import { mkdirSync, statSync } from 'node:fs'
import { rm, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
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
    try {
      return listWithoutLeftovers(this.#path)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
      throw error
    }
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
    return readWhole(join(this.#path, name), { pipes: false })
  }

  /** Creates the directory where there is none. */
  async check(name: string): Promise<void> {
    this.#create()
    checkReplaceable(join(this.#path, name))
  }

  /** Creates the directory where there is none. */
  async write(name: string, bytes: Uint8Array): Promise<void> {
    this.#create()
    replaceFile(join(this.#path, name), bytes)
  }

  async remove(name: string): Promise<void> {
    await rm(join(this.#path, name), { force: true })
  }

  #create(): void {
    const created = createDirectory(this.#path)
    if (created !== undefined) syncDirectory(dirname(created))
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

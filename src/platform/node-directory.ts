// A directory of files in Node, each written whole or not at all.
import { mkdirSync } from 'node:fs'
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { FileStore, StoredFile } from './platform.ts'
import { isTemporary, removeLeftovers, replaceFile, syncDirectory } from './replace-file.ts'

export class NodeDirectory implements FileStore {
  readonly #path: string

  constructor(path: string) {
    this.#path = resolve(path) // so that it stays the same when the process goes elsewhere
  }

  /** The names of what is there; also removes what a killed process left. */
  async list(): Promise<string[]> {
    try {
      removeLeftovers(this.#path)
      return (await readdir(this.#path)).filter(name => !isTemporary(name))
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
    return readFile(join(this.#path, name))
  }

  /** Creates the directory where there is none. */
  async write(name: string, bytes: Uint8Array): Promise<void> {
    const created = mkdirSync(this.#path, { recursive: true })
    if (created !== undefined) syncDirectory(dirname(created))
    replaceFile(join(this.#path, name), bytes)
  }

  async remove(name: string): Promise<void> {
    await rm(join(this.#path, name), { force: true })
  }
}

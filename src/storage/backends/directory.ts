// Files in a directory, in Node. Other programs' files next to them do no harm.
import * as platform from '#platform'
import { toBytes } from '../../data/bytes.ts'
import type { FileStore, StoredFile } from '../../platform/platform.ts'
import type { Backend, FolderPath, StorageEstimate } from './backend.ts'
import { fromFileName, toFileName } from './file-names.ts'

/** The storage in a directory, which is created at the first write; undefined where the runtime has none. */
export function openDirectory(path: string): Backend | undefined {
  const root = platform.directory(path)
  return root && new Directory(path, root)
}

class Directory implements Backend {
  readonly kind = 'directory'
  readonly #path: string
  readonly #root: FileStore

  constructor(path: string, root: FileStore) {
    this.#path = path
    this.#root = root
  }

  async list(folder: FolderPath): Promise<StoredFile[]> {
    const files = await this.#folder(folder).files()
    return files.flatMap(({ name: file, ...rest }) => {
      const name = fromFileName(file)
      return name === undefined ? [] : [{ name, ...rest }]
    })
  }

  async folders(folder: FolderPath): Promise<string[]> {
    const found: string[] = []
    for (const file of (await platform.listDirectory(this.#pathOf(folder))) ?? []) {
      const name = fromFileName(file)
      if (name === undefined) continue
      const files = await this.list([...folder, name]).catch(() => []) // It may be a file.
      if (files.length > 0) found.push(name)
    }
    return found
  }

  async read(folder: FolderPath, name: string): Promise<Uint8Array | undefined> {
    try {
      return toBytes(await this.#folder(folder).read(toFileName(name, 'the name')), 'the file')
    } catch (error) {
      if ((error as { code?: unknown }).code === 'ERR_STORAGE_NOT_FOUND') return undefined
      throw error
    }
  }

  write(folder: FolderPath, name: string, bytes: Uint8Array): Promise<void> {
    return this.#folder(folder).write(toFileName(name, 'the name'), bytes)
  }

  check(folder: FolderPath, name: string): Promise<void> {
    return this.#folder(folder).check(toFileName(name, 'the name'))
  }

  async remove(folder: FolderPath, name: string): Promise<boolean> {
    const file = toFileName(name, 'the name')
    const isThere = (await this.#folder(folder).list()).includes(file)
    await this.#folder(folder).remove(file)
    return isThere
  }

  /** Nobody clears the disk of a Node program. */
  async persist(): Promise<boolean> {
    return true
  }

  async estimate(): Promise<StorageEstimate> {
    const usage = await this.#usage([])
    return { usage, quota: usage + ((await platform.freeBytes(this.#path)) ?? 0) }
  }

  async close(): Promise<void> {}

  async #usage(folder: FolderPath): Promise<number> {
    let bytes = 0
    for (const file of await this.list(folder)) bytes += file.bytes
    for (const name of (await platform.listDirectory(this.#pathOf(folder))) ?? []) {
      const inner = fromFileName(name)
      if (inner === undefined) continue
      bytes += await this.#usage([...folder, inner]).catch(() => 0) // It may be a file.
    }
    return bytes
  }

  #pathOf(folder: FolderPath): string {
    return [this.#path, ...folder.map(name => toFileName(name, 'the name'))].join('/')
  }

  #folder(folder: FolderPath): FileStore {
    return folder.length === 0 ? this.#root : (platform.directory(this.#pathOf(folder)) ?? this.#root)
  }
}

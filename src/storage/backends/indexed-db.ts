// Files in IndexedDB, for browsers without the origin private file system.
//
// The bytes are in one object store, and their sizes and dates in another, so that a list reads no bytes. Both change
// in one transaction, which is done when the disk has it (durability 'strict').

import { StorageError } from '../../errors.ts'
import type { StoredFile } from '../../platform/platform.ts'
import { quoted } from '../../quote-names.ts'
import type { Backend, FolderPath, StorageEstimate } from './backend.ts'
import { estimateOrigin, persistOrigin } from './origin.ts'

const VERSION = 1
const BYTES = 'bytes'
const FILES = 'files'

/** A file's folder and name. IndexedDB compares arrays element by element. */
type Key = string[]

/** What is known of a file. */
interface FileRecord {
  bytes: number
  modified: Date
}

/** All keys in a folder, however deep: an array sorts after every string. */
const within = (folder: FolderPath) => IDBKeyRange.bound([...folder, ''], [...folder, []])

/**
 * The storage of that name in IndexedDB; undefined where the browser has none, or denies it to the page. Throws
 * {@link StorageError} for one that a newer version of this package has changed.
 */
export async function openIndexedDb(name: string): Promise<Backend | undefined> {
  if (typeof indexedDB === 'undefined') return undefined
  try {
    return new IndexedDb(await openDatabase(`wasmlp/${name}`))
  } catch (cause) {
    if (Object(cause).name !== 'VersionError') return undefined
    throw new StorageError(
      'ERR_STORAGE_FAILED',
      `the storage ${quoted(name)} was made by a newer wasmlp: load that one, or open a storage of another name`,
      { cause },
    )
  }
}

function openDatabase(name: string): Promise<IDBDatabase> {
  const request = indexedDB.open(name, VERSION)
  request.onupgradeneeded = () => {
    request.result.createObjectStore(BYTES)
    request.result.createObjectStore(FILES)
  }
  return resultOf(request)
}

function resultOf<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

class IndexedDb implements Backend {
  readonly kind = 'indexedDB'
  readonly #database: IDBDatabase
  #end: string | undefined

  constructor(database: IDBDatabase) {
    this.#database = database
    database.onclose = () => {
      this.#end = 'the browser has closed the database: its data were cleared, or the disk failed'
    }
    // Another tab wants to delete the database, or has a newer version of this package.
    database.onversionchange = () => {
      this.#end = 'another tab changes or deletes the storage'
      database.close()
    }
  }

  async list(folder: FolderPath): Promise<StoredFile[]> {
    const found: StoredFile[] = []
    await this.#walk(folder, ([name = '', ...rest], { bytes, modified }) => {
      if (rest.length === 0) found.push({ name, bytes, modified })
    })
    return found
  }

  async folders(folder: FolderPath): Promise<string[]> {
    const found = new Set<string>()
    await this.#walk(folder, ([name = '', ...rest]) => {
      if (rest.length > 0) found.add(name)
    })
    return [...found]
  }

  async read(folder: FolderPath, name: string): Promise<Uint8Array | undefined> {
    const bytes: ArrayBuffer | undefined = await resultOf(
      this.#begin([BYTES], 'readonly')
        .objectStore(BYTES)
        .get([...folder, name]),
    )
    return bytes && new Uint8Array(bytes)
  }

  write(folder: FolderPath, name: string, bytes: Uint8Array): Promise<void> {
    const key: Key = [...folder, name]
    const record: FileRecord = { bytes: bytes.length, modified: new Date() }
    return this.#change(transaction => {
      transaction.objectStore(BYTES).put(bytes.slice().buffer, key)
      transaction.objectStore(FILES).put(record, key)
    })
  }

  async remove(folder: FolderPath, name: string): Promise<boolean> {
    const key: Key = [...folder, name]
    let count: IDBRequest<number> | undefined
    await this.#change(transaction => {
      count = transaction.objectStore(FILES).count(key)
      transaction.objectStore(BYTES).delete(key)
      transaction.objectStore(FILES).delete(key)
    })
    return (count?.result ?? 0) > 0
  }

  persist(): Promise<boolean> {
    return persistOrigin()
  }

  estimate(): Promise<StorageEstimate> {
    return estimateOrigin()
  }

  /** The browser finishes pending operations first. */
  async close(): Promise<void> {
    this.#database.close()
  }

  /** Each file in a folder, by its path from there. */
  #walk(folder: FolderPath, visit: (path: Key, record: FileRecord) => void): Promise<void> {
    const request = this.#begin([FILES], 'readonly').objectStore(FILES).openCursor(within(folder))
    return new Promise((resolve, reject) => {
      request.onerror = () => reject(request.error)
      request.onsuccess = () => {
        const cursor = request.result
        if (!cursor) return resolve()
        visit((cursor.key as Key).slice(folder.length), cursor.value)
        cursor.continue()
      }
    })
  }

  /** All that `operation` requests, or nothing. */
  #change(operation: (transaction: IDBTransaction) => void): Promise<void> {
    const transaction = this.#begin([BYTES, FILES], 'readwrite')
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve()
      transaction.onabort = () => reject(transaction.error)
      operation(transaction)
    })
  }

  #begin(stores: string[], mode: IDBTransactionMode): IDBTransaction {
    if (this.#end) throw new StorageError('ERR_STORAGE_FAILED', `${this.#end}. Open the storage again`)
    return this.#database.transaction(stores, mode, { durability: 'strict' })
  }
}

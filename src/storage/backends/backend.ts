// Keeps bytes by name: the boundary between what is stored and where.
import { StorageError } from '../../errors.ts'
import type { StoredFile } from '../../platform/platform.ts'

/** Where a storage is: the origin private file system, IndexedDB, or a directory in Node. */
export type StorageBackend = 'opfs' | 'indexedDB' | 'directory'

/** Folders, outermost first; names may have any characters. */
export type FolderPath = readonly string[]

/** Room for what is stored, in bytes. Browsers round both. */
export interface StorageEstimate {
  /** In use: in a browser by all that the origin stores, in Node by this storage. */
  usage: number
  /** The most that could be used. */
  quota: number
}

/** Files in folders. Each is written wholly or not at all, whatever happens meanwhile. */
export interface Backend {
  readonly kind: StorageBackend
  /** The files directly in a folder. */
  list(folder: FolderPath): Promise<StoredFile[]>
  /** The names of a folder's subfolders that have files. */
  folders(folder: FolderPath): Promise<string[]>
  /** Undefined where there is no such file. */
  read(folder: FolderPath, name: string): Promise<Uint8Array | undefined>
  write(folder: FolderPath, name: string, bytes: Uint8Array): Promise<void>
  /** Rejects where a file could not be written. Browsers know when they open a storage. */
  check?(folder: FolderPath, name: string): Promise<void>
  /** Resolves to whether there was such a file. */
  remove(folder: FolderPath, name: string): Promise<boolean>
  persist(): Promise<boolean>
  estimate(): Promise<StorageEstimate>
  close(): Promise<void>
}

/** The errors of systems without room: browsers give a name, Node a code. */
const NO_ROOM =
  /^(QuotaExceededError|NS_ERROR_DOM_QUOTA_REACHED|NS_ERROR_FILE_NO_DEVICE_SPACE|ENOSPC|EDQUOT)$/

/** Runs a backend operation. Its errors become a {@link StorageError} that names the operation. */
export async function attempt<Result>(
  backend: Backend,
  what: string,
  operation: (backend: Backend) => Promise<Result>,
): Promise<Result> {
  try {
    return await operation(backend)
  } catch (error) {
    // A directory's errors say what to do, and have the system's as their cause: only the operation is added.
    const isTyped = error instanceof StorageError
    if (isTyped && error.cause === undefined) throw error
    const cause = isTyped ? error.cause : error
    const { name, code }: { name?: unknown; code?: unknown } = Object(cause)
    if (!NO_ROOM.test(String(name)) && !NO_ROOM.test(String(code))) {
      const reason = Object(error).message || name || 'the system gives no reason' // A browser that aborts may give none.
      throw new StorageError('ERR_STORAGE_FAILED', `${what}: ${reason}`, { cause })
    }
    throw new StorageError(
      'ERR_STORAGE_QUOTA',
      `${what}: there is no room for it. What was stored before is as it was: delete what is not needed any more`,
      { cause },
    )
  }
}

/** Bytes in words: `1.6 MB`. */
export function sizeOf(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB']
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3))
  return `${Number((bytes / 1000 ** power).toFixed(1))} ${units[power]}`
}

// What the operating system or Node's permission model refuses, as errors that say what to do.
import { basename, dirname, join, relative } from 'node:path'
import { getSystemErrorMap } from 'node:util'
import { StorageError, type StorageErrorCode } from '../errors.ts'
import { locationName } from '../quote-names.ts'
import { reasonOf } from '../reason.ts'
import { isTemporary } from './replace-file.ts'

/** What to do, by the system's code. */
const REMEDIES: Readonly<Record<string, string>> = {
  ENOTDIR: 'a file is where a directory should be. Choose another path, or move the file away',
  EEXIST: 'a file is where a directory should be. Choose another path, or move the file away',
  ENOENT: 'create it, or choose another directory, in which no other program removes files',
  EISDIR: 'a directory is where a file should be. Choose another path, or move the directory away',
  EACCES: 'let the user of this process read and write there, or choose another directory',
  EPERM: 'let the user of this process read and write there, or choose another directory',
  EROFS: 'choose a directory on a disk that can be written to',
  ENOSPC: 'delete what is not needed any more, or choose a directory on another disk',
  EDQUOT: 'delete what is not needed any more, or choose a directory on another disk',
  ENAMETOOLONG: 'choose a shorter path',
  ELOOP: 'mend the symbolic links, which lead in a circle',
  EMFILE: 'close files that are open, or raise their limit (ulimit -n)',
  ENFILE: 'close files that are open',
  EIO: 'check the disk, or choose a directory on another one',
}

const CODES: Readonly<Record<string, StorageErrorCode>> = {
  ENOSPC: 'ERR_STORAGE_QUOTA',
  EDQUOT: 'ERR_STORAGE_QUOTA',
}

/**
 * What Node or the operating system says of the file or directory at `path`, which is in the directory of a store or is
 * it, as a {@link StorageError}. What is one already stays.
 */
export function storageError(path: string, directory: string, cause: unknown): StorageError {
  if (cause instanceof StorageError) return cause
  const { code = '' } = Object(cause)
  const found = refusalOf(cause, directory) ?? [systemWords(cause), REMEDIES[code]].filter(Boolean).join(': ')
  return new StorageError(CODES[code] ?? 'ERR_STORAGE_FAILED', `${locationName(path)}: ${found}`, { cause })
}

/** `ENOTDIR: not a directory`; the message of an error that is not the system's. */
function systemWords(error: unknown): string {
  const { code, errno } = Object(error)
  const [, words] = getSystemErrorMap().get(errno) ?? []
  return words === undefined ? reasonOf(error) : `${code}: ${words}`
}

/**
 * What Node's permission model refuses, and the flag that allows it; undefined for any other error. The flag is for all
 * of `directory` where the file is in it.
 */
export function refusalOf(error: unknown, directory?: string): string | undefined {
  const { code, permission, resource } = Object(error)
  if (code !== 'ERR_ACCESS_DENIED') return undefined
  const isRead = permission === 'FileSystemRead'
  const path = String(resource)
  const isWithin = directory !== undefined && !relative(directory, path).startsWith('..')
  // A file is first written under another name, beside its place. A directory above a store's may have to be made.
  const beside = !isRead || isTemporary(basename(path)) ? dirname(path) : undefined
  const whole = isWithin ? directory : directory === undefined ? beside : path
  const allowed = whole === undefined ? path : join(whole, '*')
  const flag = `${isRead ? '--allow-fs-read' : '--allow-fs-write'}=${locationName(allowed)}`
  return `Node's permission model refuses access (${code}): start node with ${flag}`
}

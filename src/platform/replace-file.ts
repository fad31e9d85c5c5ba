// Writes files in Node whole or not at all: first under another name in the same directory, then renamed.
//
// Everything is synchronous, so that no signal comes between, and nothing else in this thread.
import { randomUUID } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fsyncSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * The name of a temporary file, which no other has. It has nothing of the target's name, which may be as long as names
 * can be. The second form is that of version 0.2: the target's name, the process, and the same.
 */
const TEMPORARY = /(?:^wasmlp|\.\d+)-[\da-f]{8}-[\da-f-]{27}\.tmp$/

/**
 * Milliseconds after which a temporary file is nobody's. Whether its process lives says nothing: another container, or
 * another machine, has process numbers of its own. A write takes seconds, clocks may be hours apart.
 */
const ABANDONED_AFTER = 24 * 3_600_000

/** How often a file is written whose temporary file somebody else removes. */
const ATTEMPTS = 3

/**
 * Replaces the file, or makes it: whenever the process is killed or the power fails, the file has all old bytes or all
 * new ones. One that is replaced keeps its permissions. Throws what the operating system says, and the file is as it was.
 */
export function replaceFile(target: string, bytes: Uint8Array): void {
  for (let attempt = 1; ; ++attempt) {
    try {
      withTemporary(target, bytes, temporary => renameSync(temporary, target))
      break
    } catch (error) {
      const { code, syscall } = error as NodeJS.ErrnoException
      if (!(code === 'ENOENT' && syscall === 'rename') || attempt === ATTEMPTS) throw error
    }
  }
  syncDirectory(dirname(target))
}

/** A file that is written part by part, and takes the place of another at the end. Until then that one stays as it is. */
export class Replacement {
  readonly #target: string
  readonly #temporary: TemporaryFile
  readonly #abandon = () => this.abandon()

  constructor(target: string) {
    this.#target = target
    this.#temporary = new TemporaryFile(target)
    // A second signal ends the process at once.
    process.on('exit', this.#abandon)
  }

  write(bytes: Uint8Array): void {
    this.#temporary.write(bytes)
  }

  finish(): void {
    this.#temporary.close()
    renameSync(this.#temporary.path, this.#target)
    process.off('exit', this.#abandon)
    syncDirectory(dirname(this.#target))
  }

  abandon(): void {
    process.off('exit', this.#abandon)
    this.#temporary.remove()
  }
}

/** Throws what {@link replaceFile} would, as far as it can be known beforehand. */
export function checkReplaceable(target: string): void {
  if (statSync(target, { throwIfNoEntry: false })?.isDirectory())
    throw new Error('it is a directory: expected a file')
  withTemporary(target, new Uint8Array(), () => {})
}

/** Waits until the names in a directory are on the disk. Windows cannot, and has no need to. */
export function syncDirectory(path: string): void {
  if (process.platform === 'win32') return
  let directory: number | undefined
  try {
    directory = openSync(path, 'r')
    fsyncSync(directory)
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (code === REFUSED) warnOfRefusal()
    else if (!CANNOT_SYNC.test(code)) throw error
  } finally {
    if (directory !== undefined) closeSync(directory)
  }
}

/** A directory that may be written and not read, and file systems that flush no directories. */
const CANNOT_SYNC = /^(EACCES|EPERM|EINVAL|ENOSYS|ENOTSUP)$/

/** Whether a file of this name is one that is being written. */
export const isTemporary = (name: string): boolean => TEMPORARY.test(name)

/** The names in a directory, without temporary files. Removes those that killed processes left a day ago, if it may. */
export function listWithoutLeftovers(directory: string): string[] {
  return readdirSync(directory).filter(name => {
    if (!isTemporary(name)) return true
    try {
      const path = join(directory, name)
      const written = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Number.NaN
      if (written < Date.now() - ABANDONED_AFTER) rmSync(path, { force: true })
    } catch {} // A directory that may be read alone.
    return false
  })
}

/** The code of what Node's permission model refuses. */
const REFUSED = 'ERR_ACCESS_DENIED'

/** Under the permission model Node refuses `fsync`. A file opened so is flushed by each write. */
const flags =
  constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (process.permission ? constants.O_SYNC : 0)

function withTemporary(target: string, bytes: Uint8Array, finish: (temporary: string) => void): void {
  const temporary = new TemporaryFile(target)
  try {
    temporary.write(bytes)
    temporary.close()
    finish(temporary.path)
  } finally {
    temporary.remove()
  }
}

/** A new file beside a target, of a name that no other has. */
class TemporaryFile {
  readonly path: string
  /** Undefined once it is closed. */
  #file: number | undefined

  constructor(target: string) {
    this.path = join(dirname(target), `wasmlp-${randomUUID()}.tmp`)
    const mode = statSync(target, { throwIfNoEntry: false })?.mode
    // With its final permissions from the first moment: nobody else may read what nobody else could.
    const file = openSync(this.path, flags, mode)
    this.#file = file
    try {
      if (mode !== undefined) unlessRefused(() => fchmodSync(file, mode)) || chmodSync(this.path, mode)
    } catch (error) {
      this.remove()
      throw error
    }
  }

  write(bytes: Uint8Array): void {
    if (this.#file === undefined) return
    for (let written = 0; written < bytes.length; ) written += writeSync(this.#file, bytes, written)
  }

  /** Once its bytes are on the disk. */
  close(): void {
    const file = this.#file
    if (file === undefined) return
    this.#file = undefined
    try {
      unlessRefused(() => fsyncSync(file))
    } finally {
      closeSync(file)
    }
  }

  /** Does nothing where it is gone, as when it was renamed. */
  remove(): void {
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
    rmSync(this.path, { force: true })
  }
}

/** Whether Node's permission model lets the call through. Throws its other errors. */
function unlessRefused(call: () => void): boolean {
  try {
    call()
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== REFUSED) throw error
    return false
  }
}

let hasWarned = false

/** Once in a thread. */
function warnOfRefusal(): void {
  if (hasWarned) return
  hasWarned = true
  process.emitWarning(
    "Node's permission model refuses to flush directories to disk. Files are still replaced whole or not at all, but " +
      'where the power fails, the last ones may be the old ones again',
    { type: 'WasmlpWarning', code: 'WASMLP_NO_FLUSH' },
  )
}

// Files that commands read and write.
import { randomUUID } from 'node:crypto'
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  lstatSync,
  openSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { Failure, reasonOf } from './failure.ts'

/** All bytes of a file. Throws {@link Failure}. */
export async function readBytes(path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (cause) {
    throw new Failure(`${path} cannot be read: ${reasonOf(cause)}`, { cause })
  }
}

/**
 * A file that is written whole or not at all: first under another name in the same directory, then renamed. One that is
 * replaced keeps its permissions.
 *
 * Everything is synchronous, so that no signal comes between.
 */
export class OutFile {
  readonly path: string
  readonly #target: string
  readonly #temporary: string

  /** Throws {@link Failure} where the file could not be written later. */
  constructor(path: string) {
    this.path = path
    this.#target = orFailure(path, () => resolveTarget(path))
    this.#temporary = `${this.#target}.${randomUUID()}.tmp`
    this.#replace(new Uint8Array(), () => {})
  }

  /** Replaces the file, if there is one. Throws {@link Failure}. */
  write(bytes: Uint8Array): void {
    this.#replace(bytes, () => renameSync(this.#temporary, this.#target))
  }

  #replace(bytes: Uint8Array, finish: () => void): void {
    orFailure(this.path, () => {
      const mode = statSync(this.#target, { throwIfNoEntry: false })?.mode
      // With its final permissions from the first moment: nobody else may read what nobody else could.
      const file = openSync(this.#temporary, 'wx', mode)
      try {
        try {
          if (mode !== undefined) fchmodSync(file, mode)
          for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written)
          fsyncSync(file)
        } finally {
          closeSync(file)
        }
        finish()
      } finally {
        rmSync(this.#temporary, { force: true })
      }
    })
  }
}

/**
 * The file behind symbolic links, which need not be there yet. What is there and is no file, such as /dev/null, must not
 * be replaced by one.
 */
function resolveTarget(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found) {
    const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()
    return isLink ? resolveTarget(resolve(realpathSync(dirname(path)), readlinkSync(path))) : path
  }
  if (!found.isFile()) throw new Failure(`${path} cannot be written: it is not a regular file`)
  return realpathSync(path)
}

function orFailure<Result>(path: string, operation: () => Result): Result {
  try {
    return operation()
  } catch (cause) {
    if (cause instanceof Failure) throw cause
    throw new Failure(`${path} cannot be written: ${reasonOf(cause)}`, { cause })
  }
}

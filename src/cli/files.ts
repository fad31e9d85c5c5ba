// Files that commands read and write.
import { lstatSync, readFileSync, readlinkSync, realpathSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { InvalidArgumentError } from 'commander'
import { kindOf, readWhole } from '../platform/node-file.ts'
import { checkReplaceable, Replacement, replaceFile } from '../platform/replace-file.ts'
import { locationName } from '../quote-names.ts'
import { Failure, reasonOf } from './failure.ts'

/** All bytes of a file, or of a pipe. Throws {@link Failure}. */
export async function readBytes(path: string): Promise<Buffer> {
  try {
    return await readWhole(path, { pipes: true })
  } catch (cause) {
    throw new Failure(`${locationName(path)} cannot be read: ${reasonOf(cause)}`, { cause })
  }
}

/**
 * Throws InvalidArgumentError where `option` has a file written that the command reads, by whatever path: what is in it would
 * be lost.
 */
export function checkNotRead(
  option: string,
  written: string | undefined,
  read: readonly (string | undefined)[],
): void {
  const file = written === undefined ? undefined : identityOf(written)
  if (file === undefined || !read.some(path => path !== undefined && identityOf(path) === file)) return
  throw new InvalidArgumentError(
    `${option} names ${locationName(written ?? '')}, which the command reads: expected another file`,
  )
}

/** What tells a file from all others; undefined for what is none. */
function identityOf(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false, bigint: true })
  return found?.isFile() ? `${found.dev} ${found.ino}` : undefined
}

/** A file that is written wholly or not at all: see {@link replaceFile}. */
export class OutFile {
  readonly path: string
  readonly #target: string

  /** Throws {@link Failure} where the file could not be written later. */
  constructor(path: string) {
    this.path = path
    this.#target = orFailure(path, () => resolveTarget(path))
    orFailure(path, () => checkReplaceable(this.#target))
  }

  /** Begins to write a file part by part. All throw {@link Failure}. */
  begin(): Pick<Replacement, 'write' | 'finish' | 'abandon'> {
    const { path } = this
    const replacement = orFailure(path, () => new Replacement(this.#target))
    return {
      write: bytes => orFailure(path, () => replacement.write(bytes)),
      finish: () => orFailure(path, () => replacement.finish()),
      abandon: () => replacement.abandon(),
    }
  }

  /** Replaces the file, if there is one. Throws {@link Failure}. */
  write(bytes: Uint8Array): void {
    orFailure(this.path, () => replaceFile(this.#target, bytes))
  }
}

/**
 * The file behind symbolic links; it need not exist yet. Something that is not a file, such as /dev/null, must not be
 * replaced by one.
 */
function resolveTarget(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found) {
    const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()
    return isLink ? resolveTarget(resolve(realpathSync(dirname(path)), readlinkSync(path))) : path
  }
  if (!found.isFile())
    throw new Failure(
      `${locationName(path)} cannot be written: it is ${kindOf(found)}, expected a regular file`,
    )
  const target = realpathSync(path)
  if (isMountPoint(target)) {
    throw new Failure(
      `${locationName(path)} cannot be written: it is mounted by itself and cannot be replaced, mount its directory instead`,
    )
  }
  return target
}

/** Whether a file is a mount point, as a container may have it: nothing can be renamed onto it. Known on Linux. */
function isMountPoint(path: string): boolean {
  let mounts: string
  try {
    mounts = readFileSync('/proc/self/mountinfo', 'utf8')
  } catch {
    return false
  }
  // The fifth field; blanks and the like are octal there. See proc_pid_mountinfo(5).
  return mounts
    .split('\n')
    .map(line =>
      line.split(' ')[4]?.replace(/\\(\d{3})/g, (_, octal) => String.fromCharCode(parseInt(octal, 8))),
    )
    .includes(path)
}

function orFailure<Result>(path: string, operation: () => Result): Result {
  try {
    return operation()
  } catch (cause) {
    if (cause instanceof Failure) throw cause
    throw new Failure(`${locationName(path)} cannot be written: ${reasonOf(cause)}`, { cause })
  }
}

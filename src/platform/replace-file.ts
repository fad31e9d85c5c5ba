// Writes files in Node whole or not at all: first under another name in the same directory, then renamed.
//
// Everything is synchronous, so that no signal comes between, and nothing else in this thread.
import { randomUUID } from 'node:crypto'
import {
  closeSync,
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

/** The name of a temporary file: the target's, the process, and what no other has. */
const TEMPORARY = /\.(\d+)-[\da-f]{8}-[\da-f-]{27}\.tmp$/

/** Milliseconds after which a temporary file is nobody's: a write takes seconds at most. */
const ABANDONED_AFTER = 3_600_000

/**
 * Replaces the file, or makes it: whenever the process is killed or the power fails, the file has all old bytes or all
 * new ones. One that is replaced keeps its permissions. Throws what the operating system says, and the file is as it was.
 */
export function replaceFile(target: string, bytes: Uint8Array): void {
  withTemporary(target, bytes, temporary => renameSync(temporary, target))
  syncDirectory(dirname(target))
}

/** Throws what {@link replaceFile} would, as far as it can be known beforehand. */
export function checkReplaceable(target: string): void {
  withTemporary(target, new Uint8Array(), () => {})
}

/** Waits until the names in a directory are on the disk. Windows cannot, and has no need to. */
export function syncDirectory(path: string): void {
  if (process.platform === 'win32') return
  const directory = openSync(path, 'r')
  try {
    fsyncSync(directory)
  } finally {
    closeSync(directory)
  }
}

/** Whether a file of this name is one that is being written. */
export const isTemporary = (name: string): boolean => TEMPORARY.test(name)

/** Removes the temporary files that killed processes left in a directory; those of living ones stay. */
export function removeLeftovers(directory: string): void {
  for (const name of readdirSync(directory)) {
    const [, pid] = TEMPORARY.exec(name) ?? []
    if (pid !== undefined && isAbandoned(join(directory, name), Number(pid))) {
      rmSync(join(directory, name), { force: true })
    }
  }
}

/** A file with this process's id is another thread's, or, from before it began, that of a process before it. */
function isAbandoned(path: string, pid: number): boolean {
  if (!isAlive(pid)) return true
  const began = pid === process.pid ? Date.now() - 1000 * process.uptime() : 0
  const written = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Number.NaN
  return written < Math.max(began, Date.now() - ABANDONED_AFTER)
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0) // no signal: asks
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' // somebody else's
  }
}

function withTemporary(target: string, bytes: Uint8Array, finish: (temporary: string) => void): void {
  const temporary = `${target}.${process.pid}-${randomUUID()}.tmp`
  const mode = statSync(target, { throwIfNoEntry: false })?.mode
  // With its final permissions from the first moment: nobody else may read what nobody else could.
  const file = openSync(temporary, 'wx', mode)
  try {
    try {
      if (mode !== undefined) fchmodSync(file, mode)
      for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    finish(temporary)
  } finally {
    rmSync(temporary, { force: true })
  }
}

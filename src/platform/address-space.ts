// Room for another thread, where the addresses of the process are limited, as by `ulimit -v`.
import { readFileSync } from 'node:fs'
import { AllocationError } from '../errors.ts'

/** Bytes of addresses that a thread's engine reserves at its start: 0.5 to 1.1 GB in Node 20 to 26. */
const THREAD = 1.25 * 2 ** 30

/** What Linux says of this process; undefined elsewhere, or where it may not be read. */
function processFile(name: string): string | undefined {
  try {
    return readFileSync(`/proc/self/${name}`, 'utf8')
  } catch {
    return undefined
  }
}

/**
 * Throws {@link AllocationError} where too few addresses are left for another thread beside those that are `starting`. V8
 * reserves some for each thread's code, and ends the whole process where it gets none.
 */
export function checkRoomForThread(
  starting: number,
  limits = processFile('limits'),
  status = processFile('status'),
): void {
  const [, limit] = /^Max address space +(\d+)/m.exec(limits ?? '') ?? [] // or "unlimited"
  const [, used] = /^VmSize:\s+(\d+) kB/m.exec(status ?? '') ?? []
  if (limit === undefined || used === undefined) return
  const left = Number(limit) - 1024 * Number(used) - starting * THREAD
  if (left >= THREAD) return
  throw new AllocationError(
    `the address space of this process is limited to ${limit} bytes (ulimit -v), of which too few are left for another ` +
      'thread',
  )
}

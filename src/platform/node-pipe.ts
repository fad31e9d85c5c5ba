// Pipes in Node, named or of a shell: `gzip -dc x.csv.gz | program /dev/stdin`, `program <(gzip -dc x.csv.gz)`.
//
// The event loop waits for them. A read by `fs` would hold a thread, without which the process cannot even exit.
import { closeSync, constants, openSync, readSync, type Stats } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { Socket } from 'node:net'
import { addAbortSignal, type Readable } from 'node:stream'
import { isMainThread } from 'node:worker_threads'
import type { Chunks } from './platform.ts'

/** What is taken at first: as much as a pipe holds. */
const FIRST = 64 * 1024

/** What comes through a pipe, once. Throws an error in words for a named one that nobody writes to. */
export async function* pipeChunks(path: string, status: Stats, signal: AbortSignal | undefined): Chunks {
  if (status.isSocket()) {
    if (!isMainThread) throw new Error('it is a socket, which the main thread alone can read')
    yield* streamChunks(process.stdin, signal)
    return
  }
  const isNamed = await realpath(path).then(
    real => !/^\/(dev|proc)\//.test(real),
    () => false, // of a shell: it has no path of its own
  )
  const pipe = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  let first: Uint8Array | undefined
  try {
    first = readAtOnce(pipe)
    if (first?.length === 0 && isNamed) {
      throw new Error('it is a named pipe that nobody writes to: start what writes to it first')
    }
  } catch (error) {
    closeSync(pipe)
    throw error
  }
  if (first?.length === 0) {
    closeSync(pipe)
    return
  }
  const stream = new Socket({ fd: pipe, readable: true, writable: false })
  try {
    if (first) yield first
    yield* streamChunks(stream, signal)
  } finally {
    stream.destroy()
  }
}

/** What is in the pipe; nothing at its end, or while nobody writes to it; undefined where somebody will. */
function readAtOnce(pipe: number): Uint8Array | undefined {
  const bytes = new Uint8Array(FIRST)
  try {
    return bytes.subarray(0, readSync(pipe, bytes))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return undefined
    throw error
  }
}

async function* streamChunks(stream: Readable, signal: AbortSignal | undefined): Chunks {
  if (signal) addAbortSignal(signal, stream)
  try {
    for await (const chunk of stream) yield chunk as Uint8Array
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  }
}

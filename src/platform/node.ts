// The platform services in Node: files by path or file: URL, everything else through fetch.
import { readdir } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { setImmediate } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { runInThisContext } from 'node:vm'
import { parentPort, Worker } from 'node:worker_threads'
import { gunzipSync } from 'node:zlib'
import { DataError } from '../errors.ts'
import { checkRoomForThread } from './address-space.ts'
import type { ScriptSource } from './asset-urls.ts'
import { fetchFile } from './fetch-file.ts'
import { NodeDirectory } from './node-directory.ts'
import { refusalOf } from './node-failure.ts'
import { readable } from './node-file.ts'

export { showEpochs } from './node-inspection.ts'

import type { ByteFile, Chunks, Platform, WorkerHandle } from './platform.ts'
import { freeBytes, userDirectory } from './user-directories.ts'

/** Whether it is a URL that `fetch` reads. A scheme has two letters at least: `C:\data` is a path. */
function isRemote(location: string | URL): boolean {
  return /^(?!file:)[a-z][a-z\d+.-]+:/i.test(String(location))
}

/** The path of a file: URL, or the path that was given. */
function toPath(location: string | URL): string {
  return /^file:/i.test(String(location)) ? fileURLToPath(location) : String(location)
}

async function openFile(location: string | URL, signal?: AbortSignal): Promise<ByteFile | undefined> {
  if (isRemote(location)) return fetchFile(location, signal)
  try {
    const { chunks, ...rest } = await readable(toPath(location), signal)
    return { ...rest, chunks: () => readChunks(location, chunks(), signal) }
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw unreadable(location, cause)
  }
}

async function* readChunks(location: string | URL, chunks: Chunks, signal: AbortSignal | undefined): Chunks {
  try {
    for (;;) {
      const { done, value } = await chunks.next().catch(cause => {
        signal?.throwIfAborted()
        throw unreadable(location, cause)
      })
      if (done) return
      yield value
    }
  } finally {
    await chunks.return()
  }
}

function unreadable(location: string | URL, cause: unknown): DataError {
  const reason = refusalOf(cause) ?? (cause as Error).message
  return new DataError('ERR_DATA_NOT_FOUND', `${location} cannot be read: ${reason}`, { cause })
}

export async function listDirectory(location: string | URL): Promise<string[] | undefined> {
  if (isRemote(location)) return undefined
  try {
    return await readdir(toPath(location))
  } catch {
    return undefined
  }
}

/** Workers whose engine is not there yet. */
const starting = new Set<Worker>()

/** Nobody says in Node where scripts are. */
const textOf = (script: ScriptSource): string => (typeof script === 'string' ? script : '')

export function startWorker<Message extends object>(
  script: ScriptSource,
  onMessage: (message: Message) => void,
  onEnd: (reason: string) => void,
): WorkerHandle {
  // Nothing of the process's own options: they may preload code that a worker of ours has no use for.
  checkRoomForThread(starting.size)
  const worker = new Worker(textOf(script), { eval: true, execArgv: [], env: {} })
  starting.add(worker)
  worker.once('online', () => starting.delete(worker))
  worker.once('exit', () => starting.delete(worker))
  let isTerminated = false
  const end = (reason: string) => {
    if (!isTerminated) onEnd(reason)
  }
  worker.on('message', onMessage)
  worker.on('error', error => end(String(error)))
  worker.on('messageerror', error => end(`a message of its could not be read: ${error}`))
  worker.on('exit', code => end(`it exited with code ${code}`))
  worker.unref() // after the listeners, which would take it back
  return {
    postMessage: message => worker.postMessage(message),
    keepAlive: isNeeded => (isNeeded ? worker.ref() : worker.unref()),
    async terminate() {
      isTerminated = true
      worker.ref() // so that the process lives until it has ended
      await worker.terminate()
      return true
    },
  }
}

export const name: Platform['name'] = 'node'

export { freeBytes, openFile as open, userDirectory }

export const locate: Platform['locate'] = String

export const directory: Platform['directory'] = path => new NodeDirectory(path)

export const environment: Platform['environment'] = name => process.env[name]

export const yieldToEventLoop: Platform['yieldToEventLoop'] = () => setImmediate()

export const decodeGzip: Platform['decodeGzip'] = async base64 => gunzipSync(Buffer.from(base64, 'base64'))

export const loadVectorSwitch: Platform['loadVectorSwitch'] = async () =>
  (await import('./node-vectors.ts')).vectorSwitch

export const canBlock: Platform['canBlock'] = true

export const canShareMemory: Platform['canShareMemory'] = () => true

export const threadSupport: Platform['threadSupport'] = () => {
  if (process.permission && !process.permission.has('worker')) {
    const reason = "Node's permission model lets this process start no workers: --allow-worker lets it"
    return { canShare: true, threads: 1, reason }
  }
  const threads = availableParallelism()
  return { canShare: true, threads, reason: `this process may run ${threads} at once` }
}

export const listenToHost: Platform['listenToHost'] = onMessage => {
  parentPort?.on('message', onMessage)
  parentPort?.on('messageerror', error => {
    throw error // and whoever waits for an answer is told
  })
  return message => parentPort?.postMessage(message)
}

export const runScript: Platform['runScript'] = script => runInThisContext(textOf(script))

export const holdLife: Platform['holdLife'] = async () => undefined

export const awaitEndOf: Platform['awaitEndOf'] = () => {}

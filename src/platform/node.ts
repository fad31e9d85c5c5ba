// The platform services in Node: files by path or file: URL, everything else through fetch.
import { readdir, readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { setImmediate } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { DataError } from '../errors.ts'
import { fetchBytes } from './fetch-bytes.ts'
import type { Platform, WorkerHandle } from './platform.ts'

/** Whether it is a URL that `fetch` reads. A scheme has two letters at least: `C:\data` is a path. */
function isRemote(location: string | URL): boolean {
  return /^(?!file:)[a-z][a-z\d+.-]+:/i.test(String(location))
}

/** The path of a file: URL, or the path that was given. */
function toPath(location: string | URL): string {
  return /^file:/i.test(String(location)) ? fileURLToPath(location) : String(location)
}

async function readBytes(location: string | URL): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (isRemote(location)) return fetchBytes(location)
  try {
    const { buffer, byteOffset, byteLength } = await readFile(toPath(location))
    return new Uint8Array(buffer, byteOffset, byteLength) // no Buffer, whose slice() does not copy
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw new DataError('ERR_DATA_NOT_FOUND', `${location} cannot be read: ${message}`, { cause })
  }
}

async function listDirectory(location: string | URL): Promise<string[] | undefined> {
  if (isRemote(location)) return undefined
  try {
    return await readdir(toPath(location))
  } catch {
    return undefined
  }
}

function startWorker<Message>(
  code: string,
  onMessage: (message: Message) => void,
  onEnd: (reason: string) => void,
): WorkerHandle {
  // Nothing of the process's own options: they may preload code that a worker of ours has no use for.
  const worker = new Worker(code, { eval: true, execArgv: [], env: {} })
  worker.on('message', onMessage)
  worker.on('error', error => onEnd(String(error)))
  worker.on('exit', code => onEnd(`it exited with code ${code}`))
  worker.unref() // after the listeners, which would take it back
  return {
    postMessage: message => worker.postMessage(message),
    async terminate() {
      worker.removeAllListeners()
      worker.ref() // so that the process lives until it has ended
      await worker.terminate()
    },
  }
}

export const platform: Platform = {
  name: 'node',
  readBytes,
  listDirectory,
  yieldToEventLoop: () => setImmediate(),
  canBlock: true,
  threadSupport() {
    const threads = availableParallelism()
    return { canShare: true, threads, reason: `this process may run ${threads} at once` }
  },
  startWorker,
}

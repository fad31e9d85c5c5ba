// Files in the origin private file system, through a dedicated worker.
import workerCode from 'script:opfs-worker'
import * as platform from '#platform'
import { StorageError } from '../../errors.ts'
import { scriptSource } from '../../platform/asset-urls.ts'
import type { StoredFile, WorkerHandle } from '../../platform/platform.ts'
import type { Backend, FolderPath, StorageEstimate } from './backend.ts'
import { fromFileName, toFileName } from './file-names.ts'
import type { OpfsAnswer, OpfsFile, OpfsRequest } from './opfs-worker.ts'
import { estimateOrigin, persistOrigin } from './origin.ts'

type Question = OpfsRequest extends infer Request
  ? Request extends { id: number }
    ? Omit<Request, 'id'>
    : never
  : never

interface Waiting {
  resolve(result: unknown): void
  reject(error: Error): void
}

const encodeFolder = (folder: FolderPath) => folder.map(name => toFileName(name, 'the name'))

/** The storage of that name in the origin private file system; undefined where the browser lacks what it needs. */
export async function openOpfs(name: string): Promise<Backend | undefined> {
  if (typeof Worker === 'undefined' || !globalThis.navigator?.storage?.getDirectory) return undefined
  let backend: Opfs | undefined
  try {
    backend = new Opfs()
    if (await backend.open(toFileName(name, "the storage's name"))) return backend
  } catch {} // A private window, or a worker that the page may not start.
  void backend?.close().catch(() => {})
  return undefined
}

class Opfs implements Backend {
  readonly kind = 'opfs'
  readonly #worker: WorkerHandle
  readonly #waiting = new Map<number, Waiting>()
  #nextId = 0
  #end: StorageError | undefined

  constructor() {
    this.#worker = platform.startWorker<OpfsAnswer>(
      scriptSource('opfs-worker', workerCode),
      answer => this.#take(answer),
      reason => this.#endAll(ended(reason)),
    )
  }

  /** Whether the browser has all that is needed. */
  async open(storage: string): Promise<boolean> {
    if (!(await this.#ask({ call: 'open', storage }))) return false
    const life = (await this.#ask({ call: 'live' })) as string
    platform.awaitEndOf(life, () => this.#endAll(ended('it was terminated')))
    return true
  }

  async list(folder: FolderPath): Promise<StoredFile[]> {
    const files = (await this.#ask({ call: 'list', folder: encodeFolder(folder) })) as OpfsFile[]
    return files.flatMap(({ name: file, bytes, modified }) => {
      const name = fromFileName(file)
      return name === undefined ? [] : [{ name, bytes, modified: new Date(modified) }]
    })
  }

  async folders(folder: FolderPath): Promise<string[]> {
    const names = (await this.#ask({ call: 'folders', folder: encodeFolder(folder) })) as string[]
    return names.flatMap(name => fromFileName(name) ?? [])
  }

  async read(folder: FolderPath, name: string): Promise<Uint8Array | undefined> {
    return (await this.#ask({ call: 'read', ...place(folder, name) })) as Uint8Array | undefined
  }

  async write(folder: FolderPath, name: string, bytes: Uint8Array): Promise<void> {
    await this.#ask({ call: 'write', ...place(folder, name), bytes })
  }

  async remove(folder: FolderPath, name: string): Promise<boolean> {
    return (await this.#ask({ call: 'remove', ...place(folder, name) })) as boolean
  }

  persist(): Promise<boolean> {
    return persistOrigin()
  }

  estimate(): Promise<StorageEstimate> {
    return estimateOrigin()
  }

  /** Ends the worker after pending requests. */
  async close(): Promise<void> {
    const isDone = this.#end === undefined && this.#ask({ call: 'close' })
    await isDone
    await this.#worker.terminate()
    this.#endAll('the storage was closed')
  }

  #ask(question: Question): Promise<unknown> {
    if (this.#end) return Promise.reject(this.#end)
    return new Promise((resolve, reject) => {
      const id = this.#nextId++
      this.#waiting.set(id, { resolve, reject })
      this.#worker.postMessage({ ...question, id })
    })
  }

  #take(answer: OpfsAnswer): void {
    if ('ended' in answer) return
    const waiting = this.#waiting.get(answer.id)
    this.#waiting.delete(answer.id)
    if ('error' in answer) {
      const { name, message } = answer.error
      waiting?.reject(Object.defineProperty(new Error(message), 'name', { value: name }))
    } else waiting?.resolve(answer.result)
  }

  #endAll(reason: string): void {
    this.#end ??= new StorageError('ERR_STORAGE_FAILED', reason)
    for (const { reject } of this.#waiting.values()) reject(this.#end)
    this.#waiting.clear()
  }
}

const ended = (reason: string) => `the storage's worker has ended: ${reason}. Open the storage again`

const place = (folder: FolderPath, name: string) => ({
  folder: encodeFolder(folder),
  name: toFileName(name, 'the name'),
})

// The worker that keeps files in the origin private file system. Only a dedicated worker has synchronous access, with a
// flush. It is built into one string to start a worker from, so it is a script and imports nothing.
//
// A file is written under a unique name in a temporary folder, flushed, then moved into place. A tab that dies
// meanwhile leaves the old file or none. Its partial file is removed when the storage is opened next. A lock on the
// whole storage keeps tabs apart: one writes, or many read.

/** Requests to the worker; names are file names already. */
export type OpfsRequest = { id: number } & (
  | { call: 'open'; storage: string }
  | { call: 'live' }
  | { call: 'list'; folder: readonly string[] }
  | { call: 'folders'; folder: readonly string[] }
  | { call: 'read'; folder: readonly string[]; name: string }
  | { call: 'write'; folder: readonly string[]; name: string; bytes: Uint8Array }
  | { call: 'remove'; folder: readonly string[]; name: string }
  | { call: 'close' }
)

/** Its answers. */
export type OpfsAnswer =
  | { id: number; result: unknown }
  | { id: number; error: { name: string; message: string } }
  | { ended: true }

/** A file as {@link OpfsAnswer} lists it; `modified` in milliseconds since 1970. */
export interface OpfsFile {
  name: string
  bytes: number
  modified: number
}

/** What TypeScript's library for pages lacks. */
interface FileHandle extends FileSystemFileHandle {
  createSyncAccessHandle(): Promise<{
    write(bytes: Uint8Array, options: { at: number }): number
    flush(): void
    close(): void
  }>
  move(folder: FileSystemDirectoryHandle, name: string): Promise<void>
}

{
  const port = globalThis as unknown as {
    onmessage: ((event: { data: OpfsRequest }) => void) | null
    postMessage(answer: OpfsAnswer, transfer?: Transferable[]): void
  }
  /** In the storage's folder; no other folder has this name. */
  const TEMPORARY = 'temporary'
  let storage = ''

  const isMissing = (error: unknown) => /^(NotFound|TypeMismatch)Error$/.test((error as Error).name)

  /** A folder of the storage; undefined where it does not exist, unless it should be created. */
  const folderOf = async (
    path: readonly string[],
    create: boolean,
  ): Promise<FileSystemDirectoryHandle | undefined> => {
    let folder = await navigator.storage.getDirectory()
    for (const name of ['wasmlp', storage, ...path]) {
      try {
        folder = await folder.getDirectoryHandle(name, { create })
      } catch (error) {
        if (!create && isMissing(error)) return undefined
        throw error
      }
    }
    return folder
  }

  const made = async (path: readonly string[]) => {
    const folder = await folderOf(path, true)
    if (!folder) throw new Error('unreachable')
    return folder
  }

  const fileOf = async (path: readonly string[], name: string): Promise<FileHandle | undefined> => {
    try {
      return (await (await folderOf(path, false))?.getFileHandle(name)) as FileHandle | undefined
    } catch (error) {
      if (isMissing(error)) return undefined
      throw error
    }
  }

  const list = async (path: readonly string[]): Promise<OpfsFile[]> => {
    const found: OpfsFile[] = []
    for await (const handle of (await folderOf(path, false))?.values() ?? []) {
      if (handle.kind !== 'file') continue
      const { size, lastModified } = await (handle as FileSystemFileHandle).getFile()
      found.push({ name: handle.name, bytes: size, modified: lastModified })
    }
    return found
  }

  const folders = async (path: readonly string[]): Promise<string[]> => {
    const found: string[] = []
    for await (const handle of (await folderOf(path, false))?.values() ?? []) {
      if (handle.kind === 'directory' && (await list([...path, handle.name])).length > 0)
        found.push(handle.name)
    }
    return found
  }

  const write = async (path: readonly string[], name: string, bytes: Uint8Array): Promise<void> => {
    const folder = await made([TEMPORARY])
    const temporary = crypto.randomUUID()
    const file = (await folder.getFileHandle(temporary, { create: true })) as FileHandle
    try {
      const access = await file.createSyncAccessHandle()
      try {
        for (let at = 0; at < bytes.length; ) {
          const written = access.write(at === 0 ? bytes : bytes.subarray(at), { at })
          if (written === 0)
            throw new DOMException('the file system took no more bytes', 'QuotaExceededError')
          at += written
        }
        access.flush()
      } finally {
        access.close()
      }
      await file.move(await made(path), name)
    } catch (error) {
      await folder.removeEntry(temporary).catch(() => {})
      throw error
    }
  }

  const remove = async (path: readonly string[], name: string): Promise<boolean> => {
    if (!(await fileOf(path, name))) return false
    await (await folderOf(path, false))?.removeEntry(name)
    return true
  }

  /**
   * Whether all that is needed is here. Removes the leftovers of dead tabs, except those that the browser still holds.
   */
  const open = async (): Promise<boolean> => {
    const prototype: object = globalThis.FileSystemFileHandle?.prototype ?? {}
    if (!('createSyncAccessHandle' in prototype && 'move' in prototype)) return false
    const folder = await made([TEMPORARY])
    const names: string[] = []
    for await (const name of folder.keys()) names.push(name)
    for (const name of names) await folder.removeEntry(name).catch(() => {})
    return true
  }

  /** The name of a lock that this worker holds while it lives. A browser that ends it grants the lock to others. */
  const live = async (): Promise<string> => {
    const life = `wasmlp ${crypto.randomUUID()}`
    await new Promise<void>(resolve => {
      void navigator.locks.request(life, () => {
        resolve()
        return new Promise(() => {})
      })
    })
    return life
  }

  /** Holds the storage's lock, which other tabs respect: exclusively for changes. */
  const locked = <Result>(mode: LockMode, operation: () => Promise<Result>): Promise<Result> =>
    navigator.locks.request(`wasmlp/${storage}`, { mode }, operation) as Promise<Result>

  const answer = async (request: OpfsRequest): Promise<unknown> => {
    switch (request.call) {
      case 'open':
        storage = request.storage
        return navigator.locks ? locked('exclusive', open) : false
      case 'live':
        return live()
      case 'list':
        return locked('shared', () => list(request.folder))
      case 'folders':
        return locked('shared', () => folders(request.folder))
      case 'read':
        return locked('shared', async () => {
          const file = await fileOf(request.folder, request.name)
          return file && new Uint8Array(await (await file.getFile()).arrayBuffer())
        })
      case 'write':
        return locked('exclusive', () => write(request.folder, request.name, request.bytes))
      case 'remove':
        return locked('exclusive', () => remove(request.folder, request.name))
      case 'close':
        // After earlier requests: the lock is granted in order.
        await locked('exclusive', async () => {})
        return undefined
    }
  }

  port.onmessage = async ({ data }) => {
    const { id, call } = data
    try {
      const result = await answer(data)
      port.postMessage({ id, result }, ArrayBuffer.isView(result) ? [result.buffer] : [])
      if (call === 'close') port.postMessage({ ended: true })
    } catch (error) {
      const { name, message } = error as Error
      port.postMessage({ id, error: { name, message } })
    }
  }
}

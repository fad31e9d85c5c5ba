// The worker that writes to the origin private file system, on one that ends, or is full, at any call: what is stored is
// wholly old or wholly new. Real file systems are in the other tests; this one can be stopped everywhere.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import type { OpfsAnswer, OpfsRequest } from '../../src/storage/backends/opfs-worker.ts'

const script = readFileSync(
  resolve(import.meta.dirname, '../../build/es/storage/backends/opfs-worker.js'),
  'utf8',
).replace(/^export \{\};?$/m, '')

/** A disk: what is on it outlives the tabs. */
class Folder extends Map<string, Folder | Uint8Array> {}

/** What happens at a call, by its number from 0. */
type Fate = (call: number, name: string) => 'go on' | 'die' | 'full' | 'half' | 'held'

class FakeFileHandle {
  readonly kind = 'file'
  constructor(
    readonly tab: Tab,
    readonly folder: Folder,
    readonly name: string,
  ) {}

  async getFile() {
    const bytes = this.folder.get(this.name) as Uint8Array
    return { size: bytes.length, lastModified: 0, arrayBuffer: async () => bytes.slice().buffer }
  }

  async createSyncAccessHandle() {
    await this.tab.call('createSyncAccessHandle')
    return {
      write: (bytes: Uint8Array, { at }: { at: number }) => {
        const fate = this.tab.fateOf('write')
        if (fate === 'full') throw new DOMException('no room', 'QuotaExceededError')
        const old = this.folder.get(this.name) as Uint8Array
        // A half at a time, as file systems may.
        const length = fate === 'half' ? 0 : Math.ceil(bytes.length / 2)
        const grown = new Uint8Array(Math.max(old.length, at + length))
        grown.set(old)
        grown.set(bytes.subarray(0, length), at)
        this.folder.set(this.name, grown)
        return length
      },
      flush: () => void this.tab.fateOf('flush'),
      close: () => void this.tab.fateOf('close'),
    }
  }

  async move(target: FakeFolderHandle, name: string) {
    await this.tab.call('move')
    target.folder.set(name, this.folder.get(this.name) as Uint8Array)
    this.folder.delete(this.name)
  }
}

class FakeFolderHandle {
  readonly kind = 'directory'
  constructor(
    readonly tab: Tab,
    readonly folder: Folder,
    readonly name: string,
  ) {}

  async getDirectoryHandle(name: string, { create = false } = {}) {
    if (create && !this.folder.has(name)) {
      await this.tab.call('getDirectoryHandle')
      this.folder.set(name, new Folder())
    }
    const found = this.folder.get(name)
    if (found instanceof Folder) return new FakeFolderHandle(this.tab, found, name)
    throw new DOMException(name, 'NotFoundError')
  }

  async getFileHandle(name: string, { create = false } = {}) {
    if (create && !this.folder.has(name)) {
      await this.tab.call('getFileHandle')
      this.folder.set(name, new Uint8Array())
    }
    if (this.folder.get(name) instanceof Uint8Array) return new FakeFileHandle(this.tab, this.folder, name)
    throw new DOMException(name, 'NotFoundError')
  }

  async removeEntry(name: string) {
    await this.tab.call('removeEntry')
    if (!this.folder.delete(name)) throw new DOMException(name, 'NotFoundError')
  }

  async *values() {
    for (const [name, entry] of [...this.folder]) {
      yield entry instanceof Folder
        ? new FakeFolderHandle(this.tab, entry, name)
        : new FakeFileHandle(this.tab, this.folder, name)
    }
  }

  async *keys() {
    yield* [...this.folder.keys()]
  }
}

/** What a tab that died does: nothing, for good. */
class Died extends Error {}

/** A tab with a worker of its own. */
class Tab {
  readonly #fate: Fate
  readonly #worker: { onmessage?: (event: { data: OpfsRequest }) => Promise<void> }
  readonly #answers = new Map<number, (answer: OpfsAnswer) => void>()
  #calls = 0
  #isDead = false
  #nextId = 0
  #died: (() => void) | undefined

  constructor(disk: Folder, fate: Fate = () => 'go on') {
    this.#fate = fate
    this.#worker = {}
    Object.assign(this.#worker, {
      postMessage: (answer: OpfsAnswer) =>
        'id' in answer && !this.#isDead && this.#answers.get(answer.id)?.(answer),
      DOMException,
      Uint8Array,
      crypto,
      FileSystemFileHandle: FakeFileHandle,
      navigator: {
        storage: { getDirectory: async () => new FakeFolderHandle(this, disk, '') },
        locks: {
          request: (_name: string, _options: object, operation: () => Promise<unknown>) => operation(),
        },
      },
    })
    runInNewContext(script, this.#worker)
  }

  fateOf(name: string): 'go on' | 'full' | 'half' | 'held' {
    const fate = this.#isDead ? 'die' : this.#fate(this.#calls++, name)
    if (fate !== 'die') return fate
    this.#isDead = true
    this.#died?.()
    throw new Died()
  }

  async call(name: string): Promise<void> {
    const fate = this.fateOf(name)
    if (fate === 'full') throw new DOMException('no room', 'QuotaExceededError')
    if (fate === 'held') throw new DOMException('in use', 'NoModificationAllowedError')
  }

  /** The worker's answer; undefined where the tab died. */
  async ask(request: object): Promise<OpfsAnswer | undefined> {
    const id = this.#nextId++
    return new Promise(resolve => {
      this.#died = () => resolve(undefined)
      this.#answers.set(id, resolve)
      void this.#worker.onmessage?.({ data: { ...request, id } as OpfsRequest })
    })
  }
}

const open = { call: 'open', storage: 'test' }
const write = (bytes: Uint8Array) => ({ call: 'write', folder: ['models'], name: 'digits', bytes })
const read = { call: 'read', folder: ['models'], name: 'digits' }
const old = new Uint8Array(100).fill(1)
const fresh = new Uint8Array(150).fill(2)

/** Files in the storage's folder for what is unfinished. */
function leftovers(disk: Folder): number {
  const storage = (disk.get('wasmlp') as Folder | undefined)?.get('test') as Folder | undefined
  return (storage?.get('temporary') as Folder | undefined)?.size ?? 0
}

async function diskWith(bytes: Uint8Array | undefined): Promise<Folder> {
  const disk = new Folder()
  const tab = new Tab(disk)
  await tab.ask(open)
  if (bytes) await tab.ask(write(bytes))
  return disk
}

describe.each([true, false])('a tab that dies at any call (replacing: %s)', hasOld => {
  test('leaves the old bytes or the new ones, and what it leaves beside them goes at the next start', async () => {
    const seen = new Set<string>()
    let mostLeft = 0
    for (let end = 0; ; ++end) {
      const disk = await diskWith(hasOld ? old : undefined)
      const tab = new Tab(disk, call => (call === end ? 'die' : 'go on'))
      await tab.ask(open)
      const answer = await tab.ask(write(fresh))
      mostLeft = Math.max(mostLeft, leftovers(disk))
      const next = new Tab(disk)
      expect(await next.ask(open)).toMatchObject({ result: true })
      expect(leftovers(disk)).toBe(0)
      const found = (await next.ask(read)) as { result: Uint8Array | undefined }
      const state = found.result === undefined ? 'none' : found.result.length === 150 ? 'new' : 'old'
      if (state === 'new') expect([...(found.result ?? [])]).toEqual([...fresh])
      if (state === 'old') expect([...(found.result ?? [])]).toEqual([...old])
      seen.add(state)
      if (answer) {
        expect(answer).toEqual({ id: expect.any(Number), result: undefined })
        break
      }
    }
    expect(seen).toEqual(new Set([hasOld ? 'old' : 'none', 'new']))
    expect(mostLeft).toBe(1)
  })
})

test('what a tab left that died, and the browser holds on to, does not keep others from the storage', async () => {
  const disk = await diskWith(old)
  const dying = new Tab(disk, (_, name) => (name === 'move' ? 'die' : 'go on'))
  await dying.ask(open)
  await dying.ask(write(fresh))
  expect(leftovers(disk)).toBe(1)
  const tab = new Tab(disk, (_, name) => (name === 'removeEntry' ? 'held' : 'go on'))
  expect(await tab.ask(open)).toMatchObject({ result: true })
  expect(((await tab.ask(read)) as { result: Uint8Array }).result.length).toBe(100)
  await new Tab(disk).ask(open)
  expect(leftovers(disk)).toBe(0)
})

describe('a disk that is full', () => {
  test('at any call: an error of the quota, the old bytes, and no leftovers', async () => {
    let failures = 0
    for (let full = 0; ; ++full) {
      const disk = await diskWith(old)
      const tab = new Tab(disk, (call, name) => (call === full && name !== 'removeEntry' ? 'full' : 'go on'))
      await tab.ask(open)
      const answer = await tab.ask(write(fresh))
      const found = (await tab.ask(read)) as { result: Uint8Array }
      if (answer && 'result' in answer) {
        expect([...found.result]).toEqual([...fresh])
        break
      }
      failures += 1
      expect(answer).toMatchObject({ error: { name: 'QuotaExceededError' } })
      expect([...found.result]).toEqual([...old])
      expect(leftovers(disk)).toBe(0)
    }
    expect(failures).toBeGreaterThan(3)
  })

  test('that takes no more bytes, without a word, is an error of the quota too', async () => {
    const disk = await diskWith(old)
    const tab = new Tab(disk, (_, name) => (name === 'write' ? 'half' : 'go on'))
    await tab.ask(open)
    expect(await tab.ask(write(fresh))).toMatchObject({ error: { name: 'QuotaExceededError' } })
    expect(((await tab.ask(read)) as { result: Uint8Array }).result.length).toBe(100)
  })
})

test('the bytes are on the disk before the file has its name', async () => {
  const disk = await diskWith(undefined)
  const calls: string[] = []
  const tab = new Tab(disk, (_, name) => {
    calls.push(name)
    return 'go on'
  })
  await tab.ask(open)
  await tab.ask(write(new Uint8Array(1).fill(1)))
  expect(calls.slice(-4)).toEqual(['flush', 'close', 'getDirectoryHandle', 'move'])
})

// Files that are replaced whole or not at all: a process that ends at any call of the operating system leaves the old
// bytes or the new ones, and what it leaves beside them goes at the next start.
import type * as fileSystem from 'node:fs'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { CheckpointError, dataset, dense, directoryCheckpoints, sequential } from '../../src/index.ts'

/** Calls that are made before the process "ends"; from then on none does anything. */
let budget = Infinity
const calls: string[] = []

class Ended extends Error {}

vi.mock('node:fs', async importOriginal => {
  const real = await importOriginal<typeof fileSystem>()
  const names = [
    'openSync',
    'fchmodSync',
    'writeSync',
    'fsyncSync',
    'closeSync',
    'renameSync',
    'rmSync',
  ] as const
  const counted = names.map(name => {
    const call = (...args: never[]) => {
      if (budget <= 0) throw new Ended(`before ${name}`)
      budget -= 1
      calls.push(name)
      // As writes may be, each is cut short: the file is half written before the next call.
      if (name === 'writeSync' && args[1]) {
        const [file, bytes, offset] = args as unknown as [number, Uint8Array, number]
        return real.writeSync(file, bytes, offset, Math.ceil((bytes.length - offset) / 2))
      }
      return (real[name] as (...args: never[]) => unknown)(...args)
    }
    return [name, call]
  })
  return { ...real, ...Object.fromEntries(counted) }
})

const { readdirSync, readFileSync, rmSync, writeFileSync, utimesSync } =
  await vi.importActual<typeof fileSystem>('node:fs')

let directory: string
beforeEach(() => {
  budget = Infinity
  directory = mkdtempSync(join(tmpdir(), 'wasmlp-replace-'))
})
afterEach(() => {
  budget = Infinity
  rmSync(directory, { recursive: true })
})

/** Makes a file older than this process, as one is that an earlier one left. */
function makeOlder(path: string): void {
  const before = Date.now() / 1000 - process.uptime() - 1
  utimesSync(path, before, before)
}

const NAME = 'checkpoint-0001-000000.safetensors'
const old = new Uint8Array(1000).fill(1)
const fresh = new Uint8Array(1500).fill(2)

test.each([true, false])(
  'ended at any call: the file is old or new, and nothing stays (replaced: %s)',
  async hasOld => {
    const path = join(directory, NAME)
    const store = directoryCheckpoints(directory)
    const seen = new Set<string>()
    let leftovers = 0
    for (let end = 0; ; ++end) {
      rmSync(path, { force: true })
      if (hasOld) writeFileSync(path, old)
      calls.length = 0
      budget = end
      const failure = await store.write(NAME, fresh).catch(error => error)
      const isDone = budget > 0
      budget = Infinity
      if (!isDone && failure) expect(failure).toBeInstanceOf(Ended)
      const names = readdirSync(directory)
      leftovers += names.filter(name => name !== NAME).length
      const bytes = names.includes(NAME) ? [...readFileSync(path)] : undefined
      const state =
        bytes === undefined ? 'none' : bytes.every(b => b === 2) && bytes.length === 1500 ? 'new' : 'old'
      if (state === 'old') expect(bytes).toEqual([...old])
      seen.add(state)
      for (const name of names) if (name !== NAME) makeOlder(join(directory, name))
      const listed = await directoryCheckpoints(directory).list() // the next start
      expect(listed).toEqual(state === 'none' ? [] : [NAME])
      expect(readdirSync(directory)).toEqual(listed)
      if (isDone) break
    }
    expect(seen).toEqual(new Set([hasOld ? 'old' : 'none', 'new']))
    expect(leftovers).toBeGreaterThan(3)
    // The bytes are on the disk before the name changes, and the name is before anyone is told.
    expect(calls.filter(name => /fsync|rename/.test(name))).toEqual(['fsyncSync', 'renameSync', 'fsyncSync'])
  },
)

describe('leftovers', () => {
  const leave = (pid: number, name = NAME) => {
    const path = join(directory, `${name}.${pid}-01234567-89ab-cdef-0123-456789abcdef.tmp`)
    writeFileSync(path, 'half')
    return path
  }

  test('of a process that is gone, or of one with our own id before us, are removed', async () => {
    leave(2 ** 22 + 1) // above any process id
    makeOlder(leave(process.pid))
    expect(await directoryCheckpoints(directory).list()).toEqual([])
    expect(readdirSync(directory)).toEqual([])
  })

  test('of another thread of this process stay', async () => {
    leave(process.pid)
    expect(await directoryCheckpoints(directory).list()).toEqual([])
    expect(readdirSync(directory)).toHaveLength(1)
  })

  test('of a process that lives stay, for an hour', async () => {
    const path = leave(process.ppid)
    await directoryCheckpoints(directory).list()
    expect(readdirSync(directory)).toHaveLength(1)
    const before = Date.now() / 1000 - 3700
    utimesSync(path, before, before)
    await directoryCheckpoints(directory).list()
    expect(readdirSync(directory)).toEqual([])
  })

  test('of others are not ours', async () => {
    writeFileSync(join(directory, 'notes.tmp'), '')
    await directoryCheckpoints(directory).list()
    expect(readdirSync(directory)).toEqual(['notes.tmp'])
  })
})

describe('a training whose checkpoints cannot be written', () => {
  async function train(path: string) {
    using data = await dataset({ inputs: [[1], [2], [3]], targets: [[1], [2], [3]] })
    using model = await sequential([dense(1)], { inputSize: 1, seed: 1 })
    model.compile({ learningRate: 0.01 })
    await model.fit(data, { checkpoints: { store: directoryCheckpoints(path) } })
  }

  test('a file is in the place of the directory', async () => {
    const path = join(directory, 'file')
    writeFileSync(path, '')
    const run = train(path)
    await expect(run).rejects.toThrow(CheckpointError)
    await expect(run).rejects.toThrow('checkpoints: the store cannot be listed: ENOTDIR: not a directory')
  })

  test('the disk is full', async () => {
    budget = 1
    const run = train(directory)
    await expect(run).rejects.toMatchObject({ code: 'ERR_CHECKPOINT', cause: expect.any(Ended) })
  })

  test('a directory that is not there is made', async () => {
    const path = join(directory, 'a/b')
    await train(path)
    expect(readdirSync(path)).toEqual(['best.safetensors', 'checkpoint-0001-000000.safetensors'])
  })
})

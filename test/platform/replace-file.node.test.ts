// Files that are replaced whole or not at all: a process that ends at any call of the operating system leaves the old
// bytes or the new ones, and what it leaves beside them goes a day later.
import type * as fileSystem from 'node:fs'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  CheckpointError,
  dataset,
  dense,
  directoryCheckpoints,
  type FitOptions,
  sequential,
} from '../../src/index.ts'

/** Calls that are made before the process "ends"; from then on none does anything. */
let budget = Infinity
const calls: string[] = []
let beforeRename = (_: string) => {}

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
      if (name === 'renameSync') beforeRename(String(args[0]))
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
  beforeRename = () => {}
  directory = mkdtempSync(join(tmpdir(), 'wasmlp-replace-'))
})
afterEach(() => {
  budget = Infinity
  rmSync(directory, { recursive: true })
})

/** Makes a file so many hours old. */
function makeOlder(path: string, hours: number): void {
  const before = Date.now() / 1000 - 3600 * hours
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
      if (!isDone && failure) expect(failure.cause).toBeInstanceOf(Ended)
      const names = readdirSync(directory)
      leftovers += names.filter(name => name !== NAME).length
      const bytes = names.includes(NAME) ? [...readFileSync(path)] : undefined
      const state =
        bytes === undefined ? 'none' : bytes.every(b => b === 2) && bytes.length === 1500 ? 'new' : 'old'
      if (state === 'old') expect(bytes).toEqual([...old])
      seen.add(state)
      for (const name of names) if (name !== NAME) makeOlder(join(directory, name), 25)
      const listed = await directoryCheckpoints(directory).list() // a later start
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

test.runIf(process.platform === 'linux')(
  'a directory that cannot be made is refused, below /proc too',
  async () => {
    const store = directoryCheckpoints('/proc/wasmlp/runs')
    await expect(store.write('a', new Uint8Array(1))).rejects.toThrow('ENOENT')
  },
)

describe('leftovers', () => {
  const ID = '01234567-89ab-cdef-0123-456789abcdef'
  const FOREIGN = 2 ** 22 + 1 // above any process number here

  // As two containers see one directory: neither has the other's processes.
  test.each([`wasmlp-${ID}.tmp`, `${NAME}.${FOREIGN}-${ID}.tmp`, `${NAME}.${process.pid}-${ID}.tmp`])(
    'stay for a day, whatever process they are of: %s',
    async name => {
      const path = join(directory, name)
      writeFileSync(path, 'half')
      makeOlder(path, 23)
      expect(await directoryCheckpoints(directory).list()).toEqual([])
      expect(readdirSync(directory)).toEqual([name])
      makeOlder(path, 25)
      expect(await directoryCheckpoints(directory).list()).toEqual([])
      expect(readdirSync(directory)).toEqual([])
    },
  )

  test('of other programs are not ours', async () => {
    writeFileSync(join(directory, 'notes.tmp'), '')
    makeOlder(join(directory, 'notes.tmp'), 100)
    await directoryCheckpoints(directory).list()
    expect(readdirSync(directory)).toEqual(['notes.tmp'])
  })

  test('that may not be removed do no harm', async () => {
    writeFileSync(join(directory, `wasmlp-${ID}.tmp`), 'half')
    makeOlder(join(directory, `wasmlp-${ID}.tmp`), 25)
    budget = 0
    expect(await directoryCheckpoints(directory).list()).toEqual([])
  })

  test('a file whose temporary file somebody removes is written again', async () => {
    let removed = 0
    beforeRename = temporary => {
      if (removed++ < 2) rmSync(temporary)
    }
    await directoryCheckpoints(directory).write(NAME, fresh)
    expect(removed).toBe(3)
    expect([...readFileSync(join(directory, NAME))]).toEqual([...fresh])
    beforeRename = temporary => rmSync(temporary)
    await expect(directoryCheckpoints(directory).write(NAME, old)).rejects.toMatchObject({
      cause: { code: 'ENOENT' },
    })
    expect([...readFileSync(join(directory, NAME))]).toEqual([...fresh])
  })
})

// A temporary name that has the target's in it would be longer than names can be.
test('a name of 255 bytes is written', async () => {
  const name = 'x'.repeat(255)
  const store = directoryCheckpoints(directory)
  await store.write(name, fresh)
  expect([...(await store.read(name))]).toEqual([...fresh])
  await expect(store.write(`${name}x`, fresh)).rejects.toMatchObject({
    message: expect.stringMatching(/: ENAMETOOLONG: name too long: choose a shorter path$/),
    cause: { code: 'ENAMETOOLONG' },
  })
})

describe('a training whose checkpoints cannot be written', () => {
  async function train(path: string, options: FitOptions = {}) {
    using data = await dataset({ inputs: [[1], [2], [3]], targets: [[1], [2], [3]] })
    using model = await sequential([dense(1)], { inputSize: 1, seed: 1 })
    model.compile({ learningRate: 0.01 })
    await model.fit(data, { checkpoints: { store: directoryCheckpoints(path) }, ...options })
  }

  test('a file is in the place of the directory', async () => {
    const path = join(directory, 'file')
    writeFileSync(path, '')
    const run = train(path)
    await expect(run).rejects.toThrow(CheckpointError)
    await expect(run).rejects.toThrow(
      `checkpoints: the store cannot be listed: ${path}: ENOTDIR: not a directory: `,
    )
  })

  test('the disk is full', async () => {
    const run = train(directory, {
      onTrainBegin: () => {
        budget = 1
      },
    })
    await expect(run).rejects.toMatchObject({ code: 'ERR_CHECKPOINT', cause: { cause: expect.any(Ended) } })
  })

  test('nothing can be written: known before the first step', async () => {
    budget = 0
    const run = train(directory, { onTrainBegin: () => expect.unreachable() })
    await expect(run).rejects.toThrow(
      `checkpoints: the store cannot be written to: ${directory}/best.safetensors: before openSync`,
    )
  })

  test('a directory that is not there is made', async () => {
    const path = join(directory, 'a/b')
    await train(path)
    expect(readdirSync(path)).toEqual(['best.safetensors', 'checkpoint-0001-000000.safetensors'])
  })
})

// Models, data sets and checkpoints that are kept, in every backend that the runtime has.
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import * as platform from '#platform'
import {
  batchNormalization,
  dataset,
  dense,
  dropout,
  type Sequential,
  StorageError,
  sequential,
} from '../../src/index.ts'
import { openStorage, type PersistentStorage, type StorageBackend } from '../../src/storage/index.ts'
import { catchWorkers } from '../support/started-workers.ts'
import { removeDirectory, temporaryDirectory } from '../support/temporary-directory.ts'
import { CLASSES, INPUTS, trainingProblem, withoutSeconds } from '../support/training-problem.ts'

const backends: StorageBackend[] = platform.name === 'node' ? ['directory'] : ['opfs', 'indexedDB']

/** Names that some file system would refuse or take for another. */
const names = [
  ...[
    'digits',
    'Digits',
    'DIGITS',
    'a b',
    ' a',
    'a ',
    '.',
    '..',
    '.hidden',
    'dot.',
    'a/b',
    'a\\b',
    'C:\\a',
    '../up',
  ],
  ...[
    'con',
    'nul.txt',
    'com1',
    'x.tmp',
    'a*?<>|"',
    '100 %',
    '%41',
    'a\u0000b',
    'line\nbreak',
    'x'.repeat(180 - 12),
  ],
  ...[
    '손글씨 숫자',
    '手書き',
    'é',
    'e\u0301',
    'Ünïcode',
    'straße',
    'strasse',
    '🧠',
    '__proto__',
    'constructor',
  ],
]

describe.each(backends)('%s', backend => {
  let storage: PersistentStorage
  let name: string
  let directory: string | undefined

  const open = () => openStorage({ name, backend, ...(directory !== undefined && { directory }) })

  beforeEach(async () => {
    name = `test ${crypto.randomUUID()}`
    directory = await temporaryDirectory()
    storage = await open()
  })
  afterEach(async () => {
    await empty(await open())
    await storage.close()
    await removeDirectory(directory)
  })

  test('is what was asked for', () => {
    expect(storage.backend).toBe(backend)
  })

  describe('models', () => {
    test('come back with all weights, in another storage of the same name', async () => {
      using model = await createModel()
      await storage.models.save('digits', model)
      const other = await open()
      using loaded = await other.models.load('digits')
      expect(loaded.layers).toEqual(model.layers)
      expect(await loaded.getParameters()).toEqual(await model.getParameters())
      await other.close()
    })

    test('are listed with their sizes and times, and deleted', async () => {
      expect(await storage.models.list()).toEqual([])
      using model = await createModel()
      const before = Date.now()
      await storage.models.save('b', model)
      await storage.models.save('a', model)
      const list = await storage.models.list()
      expect(list.map(entry => entry.name)).toEqual(['a', 'b'])
      const size = (await model.toSafetensors()).length
      for (const { bytes, modified } of list) {
        expect(bytes).toBeGreaterThan(size)
        expect(bytes).toBeLessThan(size + 100)
        // File systems and clocks round.
        expect(Math.abs(modified.getTime() - before)).toBeLessThan(60_000)
      }
      expect(await storage.models.delete('a')).toBe(true)
      expect(await storage.models.delete('a')).toBe(false)
      expect((await storage.models.list()).map(entry => entry.name)).toEqual(['b'])
    })

    test('have names of any characters, which stay apart', async () => {
      for (const [i, name] of names.entries()) {
        using model = await sequential([dense(i + 1)], { inputSize: 1 })
        await storage.models.save(name, model)
      }
      expect((await storage.models.list()).map(entry => entry.name)).toEqual([...names].sort())
      for (const [i, name] of names.entries()) {
        using model = await storage.models.load(name)
        expect([name, model.layers[0]]).toMatchObject([name, { units: i + 1 }])
      }
      for (const name of names) expect(await storage.models.delete(name)).toBe(true)
      expect(await storage.models.list()).toEqual([])
    })

    test.each([[''], ['\ud800'], ['x'.repeat(181)], ['x'.repeat(180 - 11)], ['é'.repeat(40)], [null], [7]])(
      'cannot be called %j',
      async name => {
        using model = await createModel()
        const error = { name: 'ArgumentError', message: expect.stringContaining("the model's name") }
        await expect(storage.models.save(name as string, model)).rejects.toMatchObject(error)
        await expect(storage.models.load(name as string)).rejects.toMatchObject(error)
        await expect(storage.models.delete(name as string)).rejects.toMatchObject(error)
      },
    )

    test('that are not there are an error that lists those that are', async () => {
      await expect(storage.models.load('digits')).rejects.toMatchObject({
        name: 'StorageError',
        code: 'ERR_STORAGE_NOT_FOUND',
        message: 'there is no model "digits": there are none',
      })
      using model = await createModel()
      await storage.models.save('letters', model)
      await expect(storage.models.load('digits')).rejects.toThrow(
        'there is no model "digits": there are "letters"',
      )
    })

    test('are nothing but models', async () => {
      await expect(storage.models.save('x', {} as Sequential)).rejects.toMatchObject({ code: 'ERR_ARGUMENT' })
    })

    test('replace what had their name', async () => {
      using model = await createModel(1)
      using other = await createModel(2)
      await storage.models.save('digits', model)
      await storage.models.save('digits', other)
      using loaded = await storage.models.load('digits')
      expect(await loaded.getParameters()).toEqual(await other.getParameters())
      expect(await storage.models.list()).toHaveLength(1)
    })

    test('are saved by several at once: one of them stays, whole', async () => {
      const others = await Promise.all([open(), open(), open()])
      const models = await Promise.all([0, 1, 2].map(seed => createModel(seed)))
      await Promise.all(
        others.flatMap((other, i) => [
          other.models.save('digits', models[i] as Sequential),
          other.models.list(),
          other.models.save(`own ${i}`, models[i] as Sequential),
        ]),
      )
      using loaded = await storage.models.load('digits')
      const found = await loaded.getParameters()
      const written = await Promise.all(models.map(model => model.getParameters()))
      expect(written).toContainEqual(found)
      expect(await storage.models.list()).toHaveLength(4)
      for (const other of others) await other.close()
      for (const model of models) model.dispose()
    })
  })

  describe('data sets', () => {
    test.each([
      [
        'bytes with labels and a shape',
        { inputs: Uint8Array.of(0, 255, 3, 4, 5, 6), imageShape: [1, 2], labels: [2, 0, 1] },
      ],
      [
        'floats with targets',
        {
          inputs: Float32Array.of(0.1, -0, Number.NaN, 1e-45),
          inputSize: 1,
          targets: [
            [1, 2],
            [3, 4],
            [5, 6],
            [7, 8],
          ],
        },
      ],
      ['all there can be', { inputs: [[1, 2]], labels: [3], targets: [[0.5]], sampleWeights: [2] }],
      ['nothing but samples', { inputs: Uint8Array.of(9, 8), inputSize: 2, bytes: 'pixels' }],
    ] as const)('come back bit for bit: %s', async (_, options) => {
      using data = await dataset(options as Parameters<typeof dataset>[0])
      await storage.datasets.save('mine', data)
      using loaded = await storage.datasets.load('mine')
      const [expected, found] = [await data.read(), await loaded.read()]
      expect(found).toEqual(expected)
      expect(found.inputs.constructor).toBe(expected.inputs.constructor)
      expect(new Uint8Array(found.inputs.slice().buffer)).toEqual(
        new Uint8Array(expected.inputs.slice().buffer),
      )
      expect(loaded.imageShape).toEqual(data.imageShape)
      expect([loaded.length, loaded.inputSize, loaded.classes, loaded.targetSize]).toEqual([
        data.length,
        data.inputSize,
        data.classes,
        data.targetSize,
      ])
    })

    test('keep the order of a slice, and the classes of the whole', async () => {
      using data = await dataset(trainingProblem())
      const slice = (await data.shuffle({ seed: 3 })).slice(0, 9)
      await storage.datasets.save('slice', slice)
      using loaded = await storage.datasets.load('slice')
      expect(await loaded.read()).toEqual(await slice.read())

      const first = data.slice(0, 1)
      expect((await first.read()).labels).toEqual(Int32Array.of(1))
      await storage.datasets.save('first', first)
      using alone = await storage.datasets.load('first')
      expect([alone.classes, first.classes]).toEqual([CLASSES, CLASSES])
    })

    test('are listed and deleted, apart from models', async () => {
      using data = await dataset({ inputs: [[1]] })
      using model = await createModel()
      await storage.datasets.save('one', data)
      await storage.models.save('one', model)
      expect((await storage.datasets.list()).map(entry => entry.name)).toEqual(['one'])
      expect(await storage.datasets.delete('one')).toBe(true)
      expect(await storage.datasets.list()).toEqual([])
      expect(await storage.models.list()).toHaveLength(1)
      await expect(storage.datasets.load('one')).rejects.toMatchObject({ code: 'ERR_STORAGE_NOT_FOUND' })
    })

    test('without samples, or what is none, is refused', async () => {
      using data = await dataset({ inputs: [[1]] })
      await expect(storage.datasets.save('none', data.slice(1))).rejects.toMatchObject({
        code: 'ERR_ARGUMENT',
      })
      await expect(storage.datasets.save('none', {} as never)).rejects.toMatchObject({ code: 'ERR_ARGUMENT' })
    })
  })

  describe('checkpoints', () => {
    test('a training goes on from them, in a storage that is opened anew, to the same bits', async () => {
      using data = await dataset(trainingProblem())
      const fit = { epochs: 3, batchSize: 10 }
      using whole = await createTrained()
      const { epochs } = await whole.fit(data, fit)

      using first = await createTrained()
      const controller = new AbortController()
      const run = first.fit(data, {
        ...fit,
        checkpoints: { store: storage.checkpoints('run 1'), every: 3 },
        signal: controller.signal,
        onBatchEnd: ({ epoch, iteration }) => {
          if (epoch === 2 && iteration === 4) controller.abort('the tab is closed')
        },
      })
      await expect(run).rejects.toBe('the tab is closed')
      await storage.close()

      storage = await open()
      expect(await storage.trainings()).toEqual(['run 1'])
      using second = await createTrained()
      const resumed: unknown[] = []
      const history = await second.fit(data, {
        ...fit,
        checkpoints: {
          store: storage.checkpoints('run 1'),
          every: 3,
          onResume: position => resumed.push(position),
        },
        resume: true,
      })
      expect(resumed).toHaveLength(1)
      expect(await second.getParameters()).toEqual(await whole.getParameters())
      expect(withoutSeconds(history.epochs)).toEqual(withoutSeconds(epochs))

      const store = storage.checkpoints('run 1')
      expect((await store.list()).sort()).toEqual([
        'best.safetensors',
        'checkpoint-0002-000006.safetensors',
        'checkpoint-0003-000000.safetensors',
      ])
      await store.clear()
      expect(await store.list()).toEqual([])
      expect(await storage.trainings()).toEqual([])
    })

    test('of several trainings stay apart; one that is missing is an error', async () => {
      const [a, b] = [storage.checkpoints('A'), storage.checkpoints('a')]
      await a.write('x', Uint8Array.of(1))
      await b.write('x', Uint8Array.of(2, 3))
      await b.write('y', new Uint8Array())
      expect(await storage.trainings()).toEqual(['A', 'a'])
      expect(await a.read('x')).toEqual(Uint8Array.of(1))
      expect(await b.read('x')).toEqual(Uint8Array.of(2, 3))
      expect(await b.read('y')).toEqual(new Uint8Array())
      await b.remove('x')
      await b.remove('x')
      await expect(b.read('x')).rejects.toMatchObject({ name: 'StorageError', code: 'ERR_STORAGE_NOT_FOUND' })
      expect(() => storage.checkpoints('')).toThrow(expect.objectContaining({ code: 'ERR_ARGUMENT' }))
      await expect(a.write('', Uint8Array.of(1))).rejects.toMatchObject({ code: 'ERR_ARGUMENT' })
      await b.clear()
      await a.clear()
    })
  })

  test('what is given may change at once: it was copied', async () => {
    const store = storage.checkpoints('copied')
    const bytes = new Uint8Array(100_000).fill(1)
    const written = store.write('x', bytes)
    bytes.fill(2)
    await written
    const found = await store.read('x')
    expect(new Set(found)).toEqual(new Set([1]))
    expect(found.length).toBe(100_000)
    await store.clear()
  })

  test('estimate and persist answer', async () => {
    const { usage, quota } = await storage.estimate()
    expect(usage).toBeGreaterThanOrEqual(0)
    expect(quota).toBeGreaterThan(usage)
    expect(await storage.persist()).toBeTypeOf('boolean')
  })

  test('closed, it does what was asked before, and nothing more', async () => {
    using model = await createModel()
    const saved = storage.checkpoints('last').write('x', new Uint8Array(1_000_000))
    await storage.close()
    await storage.close()
    await saved
    const closed = { name: 'StorageError', code: 'ERR_STORAGE_CLOSED' }
    await expect(storage.models.save('x', model)).rejects.toMatchObject(closed)
    await expect(storage.models.list()).rejects.toMatchObject(closed)
    await expect(storage.trainings()).rejects.toMatchObject(closed)
    const again = await open()
    expect((await again.checkpoints('last').read('x')).length).toBe(1_000_000)
    await again.close()
  })
})

describe('openStorage', () => {
  const opened: PersistentStorage[] = []
  afterAll(async () => {
    for (const storage of opened) await storage.close()
  })

  test('takes the best that there is', async () => {
    const directory = await temporaryDirectory()
    const storage = await openStorage(directory === undefined ? {} : { directory })
    opened.push(storage)
    expect(storage.backend).toBe(backends[0])
    await removeDirectory(directory)
  })

  test.each(platform.name === 'node' ? ['opfs', 'indexedDB'] : ['directory'])(
    'of %s says that it is not here',
    async backend => {
      const run = openStorage({ backend: backend as StorageBackend })
      await expect(run).rejects.toThrow(StorageError)
      await expect(run).rejects.toMatchObject({
        code: 'ERR_STORAGE_UNAVAILABLE',
        message: expect.stringContaining('nothing can be stored: this runtime has no'),
      })
    },
  )

  test.each([
    [{ backend: 'disk' }],
    [{ name: '' }],
    [{ name: 3 }],
    [{ directory: '' }],
    [{ directory: 5 }],
    [null],
    ['name'],
  ])('refuses %j', async options => {
    await expect(openStorage(options as object)).rejects.toMatchObject({ code: 'ERR_ARGUMENT' })
  })
})

describe.each(backends.filter(kind => kind === 'opfs'))('%s whose worker is ended', backend => {
  test('rejects what it is asked, as a browser does when memory runs out; opened again, it has all', async () => {
    const name = `ended ${crypto.randomUUID()}`
    const workers = await catchWorkers()
    const storage = await openStorage({ name, backend })
    await storage.checkpoints('last').write('x', new Uint8Array(3))
    workers[0]?.terminate()
    const ended = {
      code: 'ERR_STORAGE_FAILED',
      message: "the storage's worker has ended: it was terminated. Open the storage again",
    }
    await expect(storage.checkpoints('last').read('x')).rejects.toMatchObject(ended)
    await expect(storage.models.list()).rejects.toMatchObject(ended)
    await storage.close()
    const again = await openStorage({ name, backend })
    expect(await again.checkpoints('last').read('x')).toEqual(new Uint8Array(3))
    await empty(again)
  })
})

describe.each(backends.filter(kind => kind === 'indexedDB'))('%s of a newer version', backend => {
  const name = `newer ${crypto.randomUUID()}`

  /** As a newer version of this package would, in another tab. */
  const upgrade = () =>
    new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open(`wasmlp/${name}`, 2)
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => reject(request.error)
    })

  test('may come while it is open, which ends it; and is refused, in place of something else', async () => {
    const storage = await openStorage({ name, backend })
    const newer = await upgrade()
    await expect(storage.models.list()).rejects.toMatchObject({
      code: 'ERR_STORAGE_FAILED',
      message: 'another tab changes or deletes the storage. Open the storage again',
    })
    await expect(openStorage({ name, backend })).rejects.toMatchObject({
      code: 'ERR_STORAGE_FAILED',
      message: expect.stringContaining(`the storage "${name}" was made by a newer wasmlp`),
    })
    await storage.close()
    newer.close()
    indexedDB.deleteDatabase(`wasmlp/${name}`)
  })
})

/** Removes all that a test has left, and closes the storage. */
async function empty(storage: PersistentStorage): Promise<void> {
  for (const { name } of await storage.models.list()) await storage.models.delete(name)
  for (const { name } of await storage.datasets.list()) await storage.datasets.delete(name)
  for (const name of await storage.trainings()) await storage.checkpoints(name).clear()
  await storage.close()
}

const createModel = (seed = 1) =>
  sequential(
    [dense(5, { activation: 'relu' }), batchNormalization(), dense(CLASSES, { activation: 'softmax' })],
    {
      inputSize: INPUTS,
      seed,
    },
  )

async function createTrained(): Promise<Sequential> {
  const layers = [dense(6, { activation: 'relu' }), dropout(0.2), dense(CLASSES, { activation: 'softmax' })]
  const model = await sequential(layers, { inputSize: INPUTS, seed: 1 })
  return model.compile({ optimizer: 'adam', learningRate: 0.01 })
}

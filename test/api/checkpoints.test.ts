// Checkpoints that fit keeps in a store, and takes up again.

import { describe, expect, test } from 'vitest'
import * as platform from '#platform'
import {
  ArgumentError,
  CheckpointError,
  type CheckpointStore,
  type CompileOptions,
  dataset,
  dense,
  directoryCheckpoints,
  type FitOptions,
  FormatError,
  memoryCheckpoints,
  StateError,
  sequential,
  UnsupportedError,
} from '../../src/index.ts'
import { CLASSES, INPUTS, trainingProblem, withoutSeconds } from '../support/training-problem.ts'

const data = await dataset(trainingProblem())
const train = data.slice(0, 50)
const validationData = data.slice(50)

async function create(compile: CompileOptions = { optimizer: 'adam', learningRate: 0.01 }, units = 5) {
  const layers = [dense(units, { activation: 'tanh' }), dense(CLASSES, { activation: 'softmax' })]
  return (await sequential(layers, { inputSize: INPUTS, seed: 1 })).compile(compile)
}

/** Five iterations an epoch. */
const fit: FitOptions = { epochs: 3, batchSize: 10, validationData }

async function undisturbed(options: FitOptions = fit) {
  using model = await create()
  const { epochs } = await model.fit(train, options)
  return { parameters: await model.getParameters(), epochs: withoutSeconds(epochs) }
}

/** Trains until so many batches are done, as a process that is killed then. */
async function kill(store: CheckpointStore, batches: number, options: Partial<FitOptions> = {}) {
  using model = await create()
  let count = 0
  const killed: CheckpointStore = {
    ...store,
    write: async (name, bytes) => {
      if (count < batches) await store.write(name, bytes)
    },
    remove: async name => {
      if (count < batches) await store.remove(name)
    },
  }
  const controller = new AbortController()
  const run = model.fit(train, {
    ...fit,
    checkpoints: { store: killed, every: 2 },
    signal: controller.signal,
    onBatchEnd: () => {
      count += 1
      if (count === batches) controller.abort('killed')
    },
    ...options,
  })
  await expect(run).rejects.toBe('killed')
}

const namesIn = async (store: CheckpointStore) => (await store.list()).sort()
const checkpoint = (epoch: number, iteration: number) =>
  `checkpoint-000${epoch}-00000${iteration}.safetensors`

test('keeps the last two and the best', async () => {
  const store = memoryCheckpoints()
  using model = await create()
  await model.fit(train, { ...fit, checkpoints: { store, every: 2 } })
  expect(await namesIn(store)).toEqual(['best.safetensors', checkpoint(2, 4), checkpoint(3, 0)])
})

test.each<[FitOptions['checkpoints'] & object, string[]]>([
  [{ store: memoryCheckpoints(), best: false }, [checkpoint(2, 0), checkpoint(3, 0)]],
  [
    { store: memoryCheckpoints(), best: false, every: 3, keep: 4 },
    [checkpoint(1, 3), checkpoint(2, 0), checkpoint(2, 3), checkpoint(3, 0)],
  ],
])('keeps what it is told to: %o', async (checkpoints, names) => {
  using model = await create()
  await model.fit(train, { ...fit, checkpoints })
  expect(await namesIn(checkpoints.store)).toEqual(names)
})

test('the best is that of the least validation loss, or of what early stopping watches', async () => {
  const logged = { valLoss: 'valLoss', accuracy: 'trainAccuracy', loss: 'trainLoss' } as const
  for (const monitor of ['valLoss', 'accuracy', 'loss'] as const) {
    const store = memoryCheckpoints()
    using model = await create({ learningRate: 3 })
    const { epochs } = await model.fit(train, {
      ...fit,
      epochs: 12,
      checkpoints: { store },
      ...(monitor !== 'valLoss' && { earlyStopping: { monitor, patience: 12 } }),
    })
    const values = epochs.map(logs => logs[logged[monitor]] ?? Number.NaN)
    const best = values.indexOf(monitor === 'accuracy' ? Math.max(...values) : Math.min(...values))
    using other = await create({ learningRate: 3 })
    const { epochs: trained } = await other.fit(train, { ...fit, epochs: best + 1 })
    expect(trained).toHaveLength(best + 1)
    const parameters = await other.getParameters()
    await other.loadCheckpoint(await store.read('best.safetensors'))
    expect(await other.getParameters(), monitor).toEqual(parameters)
  }
})

test('a killed training goes on from its last checkpoint', async () => {
  const expected = await undisturbed()
  for (let batches = 1; batches <= 15; ++batches) {
    const store = memoryCheckpoints()
    await kill(store, batches)
    using model = await create()
    const begins: object[] = []
    let count = 0
    const { epochs } = await model.fit(train, {
      ...fit,
      checkpoints: { store, every: 2, onResume: position => void begins.push(position) },
      resume: true,
      onBatchEnd: () => void count++,
    })
    const done = batches - 1
    const [epoch, iteration] = [Math.floor(done / 5), 2 * Math.floor((done % 5) / 2)]
    const name = checkpoint(epoch, iteration)
    expect(begins).toEqual(epoch + iteration === 0 ? [] : [{ name, epoch, iteration }])
    expect(count).toBe(15 - 5 * epoch - iteration)
    expect({ parameters: await model.getParameters(), epochs: withoutSeconds(epochs) }).toEqual(expected)
    expect(await namesIn(store)).toContain(checkpoint(3, 0))
  }
})

test('a training that is aborted or stopped leaves a checkpoint', async () => {
  const store = memoryCheckpoints()
  using model = await create()
  const run = model.fit(train, {
    ...fit,
    checkpoints: { store },
    onBatchEnd: ({ iteration }) => (iteration === 3 ? run.stop() : undefined),
  })
  await run
  expect(await namesIn(store)).toEqual([checkpoint(0, 3)])
  const controller = new AbortController()
  const again = model.fit(train, {
    ...fit,
    checkpoints: { store },
    resume: true,
    signal: controller.signal,
    onBatchEnd: ({ epoch, iteration }) => void (epoch === 2 && iteration === 1 && controller.abort('enough')),
  })
  await expect(again).rejects.toBe('enough')
  expect(await namesIn(store)).toEqual(['best.safetensors', checkpoint(1, 0), checkpoint(1, 1)])
})

test('a training that is done stays so', async () => {
  const store = memoryCheckpoints()
  using first = await create()
  await first.fit(train, { ...fit, checkpoints: { store } })
  using second = await create()
  const { epochs } = await second.fit(train, {
    ...fit,
    checkpoints: { store },
    resume: true,
    onBatchEnd: () => expect.unreachable(),
  })
  expect(epochs).toHaveLength(3)
  expect(await second.getParameters()).toEqual(await first.getParameters())
})

describe('damaged checkpoints', () => {
  const spoil = async (store: CheckpointStore, name: string) => {
    const bytes = await store.read(name)
    bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 1
    await store.write(name, bytes)
  }

  test('are passed over, and said', async () => {
    const store = memoryCheckpoints()
    await kill(store, 10) // the last are 1-2 and 1-4
    await spoil(store, checkpoint(1, 4))
    using model = await create()
    const damaged: { name: string; error: unknown }[] = []
    const begins: object[] = []
    const { epochs } = await model.fit(train, {
      ...fit,
      checkpoints: {
        store,
        every: 3,
        onDamaged: found => void damaged.push(found),
        onResume: position => void begins.push(position),
      },
      resume: true,
    })
    expect(damaged).toEqual([{ name: checkpoint(1, 4), error: expect.any(FormatError) }])
    expect(begins).toEqual([{ name: checkpoint(1, 2), epoch: 1, iteration: 2 }])
    expect({ parameters: await model.getParameters(), epochs: withoutSeconds(epochs) }).toEqual(
      await undisturbed(),
    )
    expect(await namesIn(store)).toEqual(['best.safetensors', checkpoint(2, 3), checkpoint(3, 0)])
  })

  test('do not count among those that are kept', async () => {
    const store = memoryCheckpoints()
    await kill(store, 10)
    await spoil(store, checkpoint(1, 4))
    using model = await create()
    const run = model.fit(train, {
      ...fit,
      checkpoints: { store, every: 3 },
      resume: true,
      onBatchEnd: ({ iteration }) => (iteration === 3 ? run.stop() : undefined),
    })
    await run
    expect(await namesIn(store)).toEqual([
      'best.safetensors',
      checkpoint(1, 2),
      checkpoint(1, 3),
      checkpoint(1, 4),
    ])
  })

  test('the best is the last resort', async () => {
    const store = memoryCheckpoints()
    await kill(store, 10)
    for (const name of await store.list()) if (name !== 'best.safetensors') await spoil(store, name)
    using model = await create()
    const begins: object[] = []
    await model.fit(train, {
      ...fit,
      checkpoints: { store, onResume: position => void begins.push(position) },
      resume: true,
    })
    expect(begins).toEqual([{ name: 'best.safetensors', epoch: 1, iteration: 0 }])
  })

  test('where none can be read, that is an error', async () => {
    const store = memoryCheckpoints()
    await kill(store, 10)
    for (const name of await store.list()) await spoil(store, name)
    using model = await create()
    const run = model.fit(train, { ...fit, checkpoints: { store }, resume: true })
    await expect(run).rejects.toThrow(CheckpointError)
    await expect(run).rejects.toThrow(
      `no checkpoint in the store can be read; the newest, ${checkpoint(1, 4)}: the checkpoint is damaged: `,
    )
  })
})

describe('refused', () => {
  test('another training into the same store', async () => {
    const store = memoryCheckpoints()
    await kill(store, 4)
    using model = await create()
    const run = model.fit(train, { ...fit, checkpoints: { store } })
    await expect(run).rejects.toThrow(StateError)
    await expect(run).rejects.toThrow(`the last ${checkpoint(0, 2)}: give fit resume: true to go on with it`)
  })

  test('the checkpoint of another network, which is no damage', async () => {
    const store = memoryCheckpoints()
    await kill(store, 4)
    using model = await create({ optimizer: 'adam', learningRate: 0.01 }, 6)
    const run = model.fit(train, {
      ...fit,
      checkpoints: { store, onDamaged: () => expect.unreachable() },
      resume: true,
    })
    await expect(run).rejects.toThrow(FormatError)
    await expect(run).rejects.toThrow('tensor "0.weight" has the shape [5, 30], but the layer needs [6, 30]')
  })

  test.each<[string, CompileOptions, FitOptions]>([
    ['optimizer.algorithm.name "adam", and this one "sgd"', {}, {}],
    ['optimizer.learningRate 0.01, and this one 0.02', { optimizer: 'adam', learningRate: 0.02 }, {}],
    [
      'schedule.name "constant", and this one "cosine"',
      { optimizer: 'adam', learningRate: 0.01, schedule: 'cosine' },
      {},
    ],
    [
      'loss.labelSmoothing 0, and this one 0.1',
      { optimizer: 'adam', learningRate: 0.01, loss: { name: 'crossEntropy', labelSmoothing: 0.1 } },
      {},
    ],
    ['batchSize 10, and this one 25', { optimizer: 'adam', learningRate: 0.01 }, { batchSize: 25 }],
    ['seed 1, and this one 2', { optimizer: 'adam', learningRate: 0.01 }, { seed: 2 }],
    ['shuffle true, and this one false', { optimizer: 'adam', learningRate: 0.01 }, { shuffle: false }],
    ['dropLast false, and this one true', { optimizer: 'adam', learningRate: 0.01 }, { dropLast: true }],
    ['accumulate 1, and this one 2', { optimizer: 'adam', learningRate: 0.01 }, { accumulate: 2 }],
    [
      'earlyStopping not given, and this one {"monitor":"valLoss",',
      { optimizer: 'adam', learningRate: 0.01 },
      { earlyStopping: {} },
    ],
    [
      'validationSamples 20, and this one 10',
      { optimizer: 'adam', learningRate: 0.01 },
      { validationData: data.slice(60) },
    ],
  ])('a resume with another setting: %s', async (difference, compile, options) => {
    const store = memoryCheckpoints()
    await kill(store, 4)
    using model = await create(compile)
    const before = await model.getParameters()
    const run = model.fit(train, { ...fit, ...options, checkpoints: { store }, resume: true })
    await expect(run).rejects.toThrow(ArgumentError)
    await expect(run).rejects.toThrow(`the training to resume has ${difference}`)
    expect(await model.getParameters()).toEqual(before)
  })

  test('a resume with other samples', async () => {
    const store = memoryCheckpoints()
    await kill(store, 4)
    using model = await create()
    const run = model.fit(train.slice(0, 40), { ...fit, checkpoints: { store }, resume: true })
    await expect(run).rejects.toThrow('has samples 50, and this one 40')
  })

  test('another number of epochs where the schedule depends on it', async () => {
    const store = memoryCheckpoints()
    const compile: CompileOptions = { schedule: 'cosine' }
    using model = await create(compile)
    await model.fit(train, { ...fit, checkpoints: { store } })
    const run = model.fit(train, { ...fit, epochs: 4, checkpoints: { store }, resume: true })
    await expect(run).rejects.toThrow('has epochs 3, and this one 4')
  })

  test('what another compile left unfinished', async () => {
    using model = await create()
    await model.fit(train, fit)
    model.compile({ optimizer: 'adam', learningRate: 0.1 })
    await expect(model.fit(train, { ...fit, epochs: 4, resume: true })).rejects.toThrow(
      'has optimizer.learningRate 0.01, and this one 0.1',
    )
  })

  test.each<[object, string]>([
    [
      { store: {} },
      'checkpoints.store has no list: expected a CheckpointStore, such as directoryCheckpoints',
    ],
    [{ store: memoryCheckpoints(), keep: 1 }, 'checkpoints.keep is 1: expected 2 or more'],
    [{ store: memoryCheckpoints(), every: 0 }, 'checkpoints every 0 iterations: expected a whole number'],
  ])('options that cannot be: %o', async (checkpoints, message) => {
    using model = await create()
    const run = model.fit(train, { ...fit, checkpoints: checkpoints as { store: CheckpointStore } })
    await expect(run).rejects.toThrow(ArgumentError)
    await expect(run).rejects.toThrow(message)
  })
})

test('a checkpoint that cannot be written ends training; the weights are those of the last batch', async () => {
  const cause = new Error('no space left on device')
  const store: CheckpointStore = { ...memoryCheckpoints(), write: () => Promise.reject(cause) }
  using model = await create()
  let batches = 0
  const run = model.fit(train, {
    ...fit,
    checkpoints: { store, every: 3 },
    onBatchEnd: () => void batches++,
  })
  await expect(run).rejects.toMatchObject({
    name: 'CheckpointError',
    code: 'ERR_CHECKPOINT',
    message: `checkpoints: ${checkpoint(0, 3)} cannot be written: no space left on device`,
    cause,
  })
  expect(batches).toBe(3)
  const expected = await undisturbed()
  const { epochs } = await model.fit(train, { ...fit, resume: true })
  expect({ parameters: await model.getParameters(), epochs: withoutSeconds(epochs) }).toEqual(expected)
})

if (platform.name === 'browser') {
  test('a browser has no directories to keep them in', () => {
    expect(() => directoryCheckpoints('checkpoints')).toThrow(UnsupportedError)
    expect(() => directoryCheckpoints('checkpoints')).toThrow('give a CheckpointStore of your own')
  })
}

test('no checkpoint is taken while fit runs, but by it', async () => {
  using model = await create()
  const run = model.fit(train, fit)
  await expect(model.toCheckpoint()).rejects.toThrow(StateError)
  await run
})

test.each(['binaryCrossEntropy', 'hinge'] as const)(
  'samples of several outputs can be right in part: %s, kept within an epoch',
  async loss => {
    const targets = Array.from({ length: 30 }, (_, i) => [i % 2, i % 3 === 0, i % 5 === 0].map(Number))
    using samples = await dataset({
      inputs: targets.map((_, i) => [Math.sin(i), Math.cos(i)]),
      targets: targets.map(bits => (loss === 'hinge' ? bits.map(bit => 2 * bit - 1) : bits)),
    })
    const activation = loss === 'hinge' ? 'identity' : 'sigmoid'
    using model = await sequential([dense(3, { activation })], { inputSize: 2 })
    model.compile({ loss })
    const store = memoryCheckpoints()
    const { epochs } = await model.fit(samples, { epochs: 2, batchSize: 7, checkpoints: { store, every: 1 } })
    expect(epochs[0]?.accuracy).toBeGreaterThan(0)
  },
)

// Early stopping without validation: what it watches is measured on the weights that it restores.
import { describe, expect, test } from 'vitest'
import {
  ArgumentError,
  type CompileOptions,
  type DatasetOptions,
  dataset,
  dense,
  dropout,
  type EarlyStopping,
  type EpochLogs,
  type FitOptions,
  type Layer,
  memoryCheckpoints,
  sequential,
  streamingDataset,
} from '../../src/index.ts'

const SAMPLES = 60
const inputs = Array.from({ length: SAMPLES }, (_, i) => [Math.sin(3 * i), Math.cos(5 * i)])
const labels = inputs.map(([x = 0, y = 0], i) => (i % 9 === 0 ? 1 : x * y > 0 ? 1 : 0))
const sampleWeights = inputs.map((_, i) => (i % 5) / 2)
const network = [dense(8, { activation: 'tanh' }), dense(2, { activation: 'softmax' })]

/** Too large: the loss goes up and down. */
const ROUGH: CompileOptions = { optimizer: 'momentum', learningRate: 0.8 }

async function train(
  fit: FitOptions,
  {
    truth = { labels },
    layers = network,
    compile = ROUGH,
  }: { truth?: Partial<DatasetOptions>; layers?: Layer[]; compile?: CompileOptions } = {},
) {
  using data = await dataset({ inputs, ...truth })
  using model = await sequential(layers, { inputSize: 2, seed: 2 })
  model.compile(compile)
  const { epochs } = await model.fit(data, { epochs: 30, batchSize: 20, ...fit })
  return { epochs, evaluated: await model.evaluate(data) }
}

/** One parameter in steps of 0.3 towards 1, and back and forth there. */
const STEPS = {
  truth: { inputs: [[0, 0]], targets: [[1]] },
  layers: [dense(1)],
  compile: { learningRate: 0.3, loss: 'meanAbsoluteError' } as const,
}

const least = (epochs: readonly EpochLogs[]) =>
  Math.min(...epochs.map(({ trainLoss = Number.NaN }) => trainLoss))

test('one batch an epoch, logged 0.1: the restored weights have 0.1', async () => {
  const { epochs, evaluated } = await train({ epochs: 9, earlyStopping: { patience: 9 } }, STEPS)
  expect(epochs.map(({ loss }) => Number(loss.toFixed(4)))).toEqual([
    1, 0.7, 0.4, 0.1, 0.2, 0.1, 0.2, 0.1, 0.2,
  ])
  expect(evaluated.loss).toBeCloseTo(0.1, 6)
})

describe.each<[string, EarlyStopping]>([
  ['by default', {}],
  ['the loss', { monitor: 'loss' }],
])('%s', (_, earlyStopping) => {
  test.each<[string, Parameters<typeof train>[1]]>([
    ['batches', {}],
    ['sample weights', { truth: { labels, sampleWeights } }],
    ['class weights', { compile: { ...ROUGH, loss: { name: 'crossEntropy', classWeights: [3, 1] } } }],
    [
      'dropout',
      { layers: [dense(8, { activation: 'tanh' }), dropout(0.4), dense(2, { activation: 'softmax' })] },
    ],
    ['a regression', { truth: { targets: inputs }, layers: [dense(2)], compile: { learningRate: 0.9 } }],
  ])('%s: the weights that had the chosen value', async (_, given) => {
    const { epochs, evaluated } = await train({ earlyStopping: { patience: 30, ...earlyStopping } }, given)
    expect(evaluated.loss).toBeCloseTo(least(epochs), 10)
  })
})

test('the accuracy: the weights that had the chosen value', async () => {
  const { epochs, evaluated } = await train({ earlyStopping: { monitor: 'accuracy', patience: 30 } })
  expect(evaluated.accuracy).toBe(Math.max(...epochs.map(({ trainAccuracy = 0 }) => trainAccuracy)))
})

test('training ends when the measured loss gets no better', async () => {
  const { epochs } = await train({ earlyStopping: { patience: 3 } })
  const best = epochs.findIndex(({ trainLoss }) => trainLoss === least(epochs))
  expect(epochs).toHaveLength(best + 4)
})

test('a log has what was measured, and only then', async () => {
  const { epochs } = await train({ epochs: 1, earlyStopping: {} })
  expect(Object.keys(epochs[0] ?? {}).sort()).toEqual(
    [
      'epoch',
      'iterations',
      'samples',
      'loss',
      'accuracy',
      'trainLoss',
      'trainAccuracy',
      'learningRate',
      'seconds',
    ].sort(),
  )
  expect((await train({ epochs: 1 })).epochs[0]).not.toHaveProperty('trainLoss')
  const watched = await train({ epochs: 1, earlyStopping: {}, validationSplit: 0.5 })
  expect(watched.epochs[0]).not.toHaveProperty('trainLoss')
})

test('batches that are left out are left out of the measure', async () => {
  const spoilt = inputs.map((row, i) => (i === 59 ? [Number.NaN, 0] : row))
  const many = {
    inputs: [...inputs, ...inputs, ...inputs, ...inputs, ...spoilt],
    labels: [0, 1, 2, 3, 4].flatMap(() => labels),
  }
  const { epochs } = await train(
    { onNonFinite: 'skip', epochs: 4, earlyStopping: { patience: 9 } },
    { truth: many },
  )
  expect(epochs.every(({ trainLoss }) => Number.isFinite(trainLoss))).toBe(true)
  expect(epochs.every(({ skipped }) => skipped === 1)).toBe(true)
})

test('the best checkpoint is that of the best measured loss', async () => {
  using data = await dataset({ inputs, labels })
  using model = await sequential(network, { inputSize: 2, seed: 2 })
  model.compile(ROUGH)
  const store = memoryCheckpoints()
  const { epochs } = await model.fit(data, {
    epochs: 20,
    batchSize: 20,
    earlyStopping: { patience: 20 },
    checkpoints: { store },
  })
  await model.loadSafetensors(await store.read('best.safetensors'))
  expect((await model.evaluate(data)).loss).toBeCloseTo(least(epochs), 10)
})

describe('a stream', () => {
  async function trainOn(options: FitOptions) {
    using model = await sequential(STEPS.layers, { inputSize: 2 })
    model.compile(STEPS.compile)
    const stream = streamingDataset({ chunks: () => [STEPS.truth] })
    return (await model.fit(stream, { epochs: 20, ...options })).epochs
  }

  test('has no weights with the epoch’s loss to be restored', async () => {
    for (const monitor of [undefined, 'loss', 'accuracy'] as const) {
      const refused = trainOn({ earlyStopping: { ...(monitor && { monitor }) } })
      await expect(refused).rejects.toThrow(ArgumentError)
      await expect(refused).rejects.toThrow(`earlyStopping watches ${monitor ?? 'loss'} of a stream`)
    }
  })

  test('is watched by the mean over the epoch where nothing is restored', async () => {
    const epochs = await trainOn({ earlyStopping: { patience: 2, minDelta: 0.01, restoreBest: false } })
    expect(epochs.map(({ loss }) => Number(loss.toFixed(4)))).toEqual([1, 0.7, 0.4, 0.1, 0.2, 0.1])
  })

  test('is validated by a data set', async () => {
    using validationData = await dataset(STEPS.truth)
    const epochs = await trainOn({ epochs: 2, earlyStopping: { patience: 3 }, validationData })
    expect(epochs.at(-1)).toHaveProperty('valLoss')
  })
})

// The loss of an epoch in the log: the mean over its samples, weighted as `evaluate` weights them.
import { describe, expect, test } from 'vitest'
import {
  type CompileOptions,
  type DataChunk,
  type DatasetOptions,
  dataset,
  dense,
  type FitOptions,
  type LayerActivation,
  sequential,
  streamingDataset,
} from '../../src/index.ts'

/** A rate that changes no weight: the epoch's loss is that of the weights it begins with. */
const STILL = 1e-30

const SAMPLES = 101
const inputs = Array.from({ length: SAMPLES }, (_, i) => [Math.sin(3 * i), Math.cos(5 * i)])
const labels = inputs.map((_, i) => (i * 5) % 3)
const sampleWeights = inputs.map((_, i) => (i % 7 === 0 ? 0 : (i % 5) / 4 + 0.1))

async function compare(
  truth: Partial<DatasetOptions>,
  [units, activation]: [number, LayerActivation],
  compile: CompileOptions = {},
  fit: FitOptions = {},
) {
  using data = await dataset({ inputs, ...truth })
  using model = await sequential([dense(units, { activation })], { inputSize: 2, seed: 4 })
  model.compile({ ...compile, learningRate: STILL })
  const { epochs } = await model.fit(data, { batchSize: 20, ...fit })
  return { logged: epochs[0]?.loss, evaluated: (await model.evaluate(data)).loss }
}

test('101 samples in batches of 100, of which one has a loss of 1: 0.0099, not 0.5', async () => {
  using data = await dataset({
    inputs: new Array(SAMPLES).fill([0]),
    targets: inputs.map((_, i) => [i < 100 ? 0 : 1]),
  })
  using model = await sequential([dense(1)], { inputSize: 1 })
  model.compile({ learningRate: STILL, loss: 'meanSquaredError' })
  const { epochs } = await model.fit(data, { batchSize: 100, shuffle: false })
  expect((await model.evaluate(data)).loss).toBeCloseTo(1 / 101, 12)
  expect(epochs[0]?.loss).toBeCloseTo(1 / 101, 12)
})

describe('what evaluate gives', () => {
  const classWeights = [0.5, 3, 1]
  const oneHot = labels.map(label => [0, 1, 2].map(j => (j === label ? 1 : 0)))
  test.each<[string, Partial<DatasetOptions>, [number, LayerActivation], CompileOptions['loss']]>([
    ['a last batch of one sample', { labels }, [3, 'softmax'], undefined],
    ['sample weights', { labels, sampleWeights }, [3, 'softmax'], undefined],
    ['sample weights of a regression', { targets: inputs, sampleWeights }, [2, 'identity'], undefined],
    ['class weights', { labels, sampleWeights }, [3, 'softmax'], { name: 'crossEntropy', classWeights }],
    ['of one-hot targets', { targets: oneHot }, [3, 'softmax'], { name: 'crossEntropy', classWeights }],
    ['of a hinge', { labels, sampleWeights }, [3, 'identity'], { name: 'hinge', classWeights }],
  ])('%s', async (_, truth, output, loss) => {
    const { logged, evaluated } = await compare(truth, output, { ...(loss && { loss }) })
    expect(logged).toBeCloseTo(evaluated, 6)
  })

  test('accumulated batches', async () => {
    const { logged, evaluated } = await compare(
      { labels, sampleWeights },
      [3, 'softmax'],
      {},
      { accumulate: 4 },
    )
    expect(logged).toBeCloseTo(evaluated, 6)
  })

  test('a stream', async () => {
    const chunks = (): DataChunk[] => [{ inputs, labels, sampleWeights }]
    using data = await dataset({ inputs, labels, sampleWeights })
    using model = await sequential([dense(3, { activation: 'softmax' })], { inputSize: 2, seed: 4 })
    model.compile({ learningRate: STILL })
    const { epochs } = await model.fit(streamingDataset({ chunks }), { batchSize: 20 })
    expect(epochs[0]?.loss).toBeCloseTo((await model.evaluate(data)).loss, 6)
  })
})

test('batches that were left out do not count', async () => {
  const spoilt = inputs.map((row, i) => (i === 30 ? [Number.NaN, 0] : row))
  using data = await dataset({ inputs: spoilt, labels, sampleWeights })
  using rest = await dataset({
    inputs: [...inputs.slice(0, 20), ...inputs.slice(40)],
    labels: [...labels.slice(0, 20), ...labels.slice(40)],
    sampleWeights: [...sampleWeights.slice(0, 20), ...sampleWeights.slice(40)],
  })
  using model = await sequential([dense(3, { activation: 'softmax' })], { inputSize: 2, seed: 4 })
  model.compile({ learningRate: STILL })
  const { epochs } = await model.fit(data, { batchSize: 20, shuffle: false, onNonFinite: 'skip' })
  expect(epochs[0]).toMatchObject({ skipped: 1, samples: 81 })
  expect(epochs[0]?.loss).toBeCloseTo((await model.evaluate(rest)).loss, 6)
})

test('reduceOnPlateau acts on it', async () => {
  // The mean over the samples falls by 1 % an epoch; that over the batches, of which the last has one sample, does not.
  const targets = inputs.map((_, i) => [i < 100 ? 1 : 1000])
  using data = await dataset({ inputs: new Array(SAMPLES).fill([0]), targets })
  using model = await sequential([dense(1)], { inputSize: 1 })
  model.compile({
    learningRate: 0.1,
    loss: 'meanAbsoluteError',
    schedule: { name: 'reduceOnPlateau', patience: 0, threshold: 0.005, factor: 0.5 },
  })
  const { epochs } = await model.fit(data, { batchSize: 100, shuffle: false, epochs: 4 })
  expect(epochs.map(({ learningRate }) => learningRate)).toEqual([0.1, 0.1, 0.1, 0.1])
})

// A prediction that is not finite is wrong in every metric, and counted.
import { describe, expect, test } from 'vitest'
import {
  type DatasetOptions,
  dataset,
  dense,
  type Evaluation,
  type LayerActivation,
  type LossName,
  mostConfused,
  type Sequential,
  sequential,
} from '../../src/index.ts'
import { builds } from '../support/builds.ts'

/** Weighted sums that are twice the inputs: beyond the range of 32-bit floats for HUGE. */
async function doubling(units: number, activation: LayerActivation, build = builds[0]) {
  const model = await sequential([dense(units, { activation })], {
    inputSize: units,
    ...(build && { build }),
  })
  const weights = Float32Array.from({ length: units ** 2 }, (_, i) => (i % (units + 1) === 0 ? 2 : 0))
  await model.setParameters([{ weights, bias: new Float32Array(units) }])
  return model
}

const HUGE = 3e38

interface Case {
  options: DatasetOptions
  activation: LayerActivation
  loss: LossName
  settings?: Parameters<Sequential['evaluate']>[1]
}

async function evaluate({ options, activation, loss, settings = {} }: Case): Promise<Evaluation> {
  using data = await dataset(options)
  using model = await doubling(data.inputSize, activation)
  return await model.compile({ loss }).evaluate(data, settings)
}

describe('a classifier', () => {
  // The first two samples of each class are rows with an infinity or a NaN, at the label's place and elsewhere.
  const inputs = [
    [HUGE, 0, 0],
    [Number.NaN, 0, 0],
    [0, -HUGE, 1],
    [Number.NaN, Number.NaN, Number.NaN],
    [0, 1, 0],
    [1, 0, 0],
  ]
  const labels = [0, 0, 1, 0, 1, 0]
  const oneHot = labels.map(label => [0, 1, 2].map(j => (j === label ? 1 : 0)))

  test.each<[string, Case]>([
    ['labels', { options: { inputs, labels }, activation: 'softmax', loss: 'crossEntropy' }],
    ['targets', { options: { inputs, targets: oneHot }, activation: 'softmax', loss: 'crossEntropy' }],
    ['logSoftmax', { options: { inputs, labels }, activation: 'logSoftmax', loss: 'crossEntropy' }],
    ['a hinge', { options: { inputs, labels }, activation: 'identity', loss: 'hinge' }],
  ])('of %s: accuracy, top k, confusion matrix and classes', async (_, given) => {
    for (const topK of [1, 3]) {
      const result = await evaluate({ ...given, settings: { topK } })
      expect(result).toMatchObject({
        samples: 6,
        nonFinite: 4,
        accuracy: 2 / 6,
        topKAccuracy: 2 / 6,
        confusionMatrix: [
          [1, 0, 0],
          [0, 1, 0],
          [0, 0, 0],
        ],
        classes: [
          { precision: 1, recall: 1 / 4, support: 4 },
          { precision: 1, recall: 1 / 2, support: 2 },
          { precision: 0, recall: 0, support: 0 },
        ],
      })
      expect(result.loss).not.toBeLessThan(Number.POSITIVE_INFINITY)
    }
  })

  test('a class whose samples all have such predictions counts in the means', async () => {
    const result = await evaluate({
      options: {
        inputs: [
          [HUGE, 0],
          [0, 1],
        ],
        labels: [0, 1],
      },
      activation: 'softmax',
      loss: 'crossEntropy',
    })
    expect(result.macro).toEqual({ precision: 1 / 2, recall: 1 / 2, f1: 1 / 2 })
  })

  test('with one output', async () => {
    const options = {
      inputs: [[HUGE], [-HUGE], [Number.NaN], [Number.NaN], [1], [-1]],
      labels: [1, 0, 0, 1, 1, 0],
    }
    for (const [activation, loss] of [
      ['sigmoid', 'binaryCrossEntropy'],
      ['identity', 'hinge'],
    ] as const) {
      expect(await evaluate({ options, activation, loss })).toMatchObject({
        nonFinite: 4,
        accuracy: 2 / 6,
        confusionMatrix: [
          [1, 0],
          [0, 1],
        ],
        classes: [{ recall: 1 / 3 }, { recall: 1 / 3 }],
      })
    }
  })

  test('several outputs that say yes or no: each such answer is wrong, each such sample counted', async () => {
    const result = await evaluate({
      options: {
        inputs: [
          [-HUGE, -1, 1],
          [-1, 1, 1],
          [-HUGE, HUGE, 1],
        ],
        targets: [
          [0, 0, 1],
          [0, 1, 0],
          [0, 1, 1],
        ],
      },
      activation: 'sigmoid',
      loss: 'binaryCrossEntropy',
    })
    expect(result).toMatchObject({ nonFinite: 2, accuracy: 5 / 9 })
  })

  test.each(builds)('in the logs of a training’s step, %s', async build => {
    for (const loss of ['crossEntropy', { name: 'crossEntropy', labelSmoothing: 0.1 }] as const) {
      using data = await dataset({ inputs, labels, build })
      using model = await doubling(3, 'softmax', build)
      using trainer = await model.compile({ loss }).trainer(data, { batchSize: 6 })
      expect(await trainer.forward()).toMatchObject({ loss: Number.NaN, accuracy: 2 / 6 })
    }
  })

  test('the most confused samples are those without a prediction', async () => {
    using data = await dataset({ inputs, labels })
    using model = await doubling(3, 'softmax')
    const confused = await mostConfused(model, data, 5)
    expect(confused.map(({ index, predicted }) => [index, predicted])).toEqual([
      [0, undefined],
      [1, undefined],
      [3, undefined],
      [2, 2], // an infinity below the others is a probability of 0
      [5, 0],
    ])
    expect(confused[0]).toEqual({
      index: 0,
      label: 0,
      predicted: undefined,
      probability: Number.NaN,
      labelProbability: Number.NaN,
    })
  })
})

test('a regression: the metrics are not finite either', async () => {
  const result = await evaluate({
    options: {
      inputs: [
        [HUGE, 1],
        [1, 1],
      ],
      targets: [
        [1, 2],
        [2, 2],
      ],
    },
    activation: 'identity',
    loss: 'meanAbsoluteError',
  })
  expect(result).toMatchObject({ nonFinite: 1, meanAbsoluteError: Number.POSITIVE_INFINITY })
  expect(result.outputs?.[1]).toEqual({ meanAbsoluteError: 0, r2: 1 })
  expect(Number.isFinite(result.r2)).toBe(false)
})

test('a regression of equal targets: a NaN is no perfect fit', async () => {
  const result = await evaluate({
    options: { inputs: [[Number.NaN], [1]], targets: [[2], [2]] },
    activation: 'identity',
    loss: 'meanSquaredError',
  })
  expect(result).toMatchObject({ nonFinite: 1, meanAbsoluteError: Number.NaN, r2: Number.NaN })
})

test('where all are finite, none is counted', async () => {
  const options = { inputs: [[1, 0]], labels: [0] }
  expect(await evaluate({ options, activation: 'softmax', loss: 'crossEntropy' })).toMatchObject({
    nonFinite: 0,
  })
})

// What `evaluate` gives besides the loss, on predictions that are known: the network is a weight of 1 for each input.
import { describe, expect, test } from 'vitest'
import {
  type Dataset,
  type DatasetOptions,
  dataset,
  dense,
  type LayerActivation,
  type LossName,
  type LossOptions,
  type Sequential,
  sequential,
} from '../../src/index.ts'
import { uniform } from '../../src/reference/random.ts'
import { builds } from '../support/builds.ts'

/** A layer whose weighted sums are its inputs. */
async function passThrough(units: number, activation: LayerActivation, loss: LossName, build = builds[0]) {
  const model = await sequential([dense(units, { activation })], {
    inputSize: units,
    ...(build && { build }),
  })
  const weights = Float32Array.from({ length: units ** 2 }, (_, i) => (i % (units + 1) === 0 ? 1 : 0))
  await model.setParameters([{ weights, bias: new Float32Array(units) }])
  return model.compile({ loss })
}

async function evaluate(
  options: DatasetOptions,
  activation: LayerActivation,
  loss: LossName,
  settings: Parameters<Sequential['evaluate']>[1] = {},
) {
  using data: Dataset = await dataset(options)
  using model = await passThrough(data.inputSize, activation, loss)
  return await model.evaluate(data, settings)
}

describe('classification', () => {
  // Predictions 0 0 0 1 1 2 0 of the classes 0 0 1 1 1 2 2; class 3 neither is nor is predicted.
  const scores = [0, 0, 0, 1, 1, 2, 0].map(winner => [0, 1, 2, 3].map(j => (j === winner ? 3 : -j)))
  const labels = [0, 0, 1, 1, 1, 2, 2]

  test('confusion matrix, precision, recall, F1 and support: worked by hand', async () => {
    const result = await evaluate({ inputs: scores, labels }, 'softmax', 'crossEntropy')
    expect(result).toMatchObject({
      samples: 7,
      accuracy: 5 / 7,
      confusionMatrix: [
        [2, 0, 0, 0],
        [1, 2, 0, 0],
        [1, 0, 1, 0],
        [0, 0, 0, 0],
      ],
      classes: [
        { precision: 2 / 4, recall: 1, f1: 4 / 6, support: 2 },
        { precision: 1, recall: 2 / 3, f1: 4 / 5, support: 3 },
        { precision: 1, recall: 1 / 2, f1: 2 / 3, support: 2 },
        { precision: 0, recall: 0, f1: 0, support: 0 },
      ],
      macro: {
        precision: expect.closeTo(2.5 / 3, 12),
        recall: expect.closeTo((1 + 2 / 3 + 1 / 2) / 3, 12),
        f1: expect.closeTo((4 / 6 + 4 / 5 + 2 / 3) / 3, 12),
      },
    })
    expect(result).not.toHaveProperty('topKAccuracy')
    expect(result).not.toHaveProperty('r2')
  })

  test('by one-hot targets, and with a hinge: the same', async () => {
    const result = await evaluate({ inputs: scores, labels }, 'softmax', 'crossEntropy')
    const { loss, logLoss, calibrationError, ...expected } = result
    const targets = labels.map(label => [0, 1, 2, 3].map(j => (j === label ? 1 : 0)))
    expect(await evaluate({ inputs: scores, targets }, 'softmax', 'crossEntropy')).toEqual({
      ...result,
      loss: expect.closeTo(loss, 6),
    })
    // Its outputs are no probabilities.
    expect(await evaluate({ inputs: scores, labels }, 'identity', 'hinge')).toEqual({
      ...expected,
      loss: expect.any(Number),
    })
  })

  test('a class that is predicted, but has no sample, counts in the means', async () => {
    const { macro, classes } = await evaluate(
      { inputs: scores, labels: [0, 0, 0, 0, 0, 0, 0] },
      'softmax',
      'crossEntropy',
    )
    expect(classes?.map(({ precision, support }) => [precision, support])).toEqual([
      [1, 7],
      [0, 0],
      [0, 0],
      [0, 0],
    ])
    expect(macro?.precision).toBeCloseTo(1 / 3, 12)
  })

  test('topK counts ranks; of equals the first is the larger', async () => {
    const inputs = [
      [4, 3, 2, 1],
      [4, 3, 2, 1],
      [1, 2, 3, 4],
      [2, 2, 2, 2],
      [2, 2, 2, 2],
    ]
    const labels = [1, 3, 0, 1, 2]
    const shares = [1, 2, 3, 4].map(async topK => {
      const result = await evaluate({ inputs, labels }, 'softmax', 'crossEntropy', { topK })
      if (topK === 1) expect(result.topKAccuracy).toBe(result.accuracy)
      return result.topKAccuracy
    })
    expect(await Promise.all(shares)).toEqual([0, 2 / 5, 3 / 5, 1])
  })

  test('over several batches: as counted in JavaScript, and again the same', async () => {
    const samples = 613
    const inputs = uniform(samples * 5, -1, 1, 3, 0)
    const labels = Array.from({ length: samples }, (_, i) => (i * i) % 5)
    const rows = labels.map((_, i) => [...inputs.subarray(i * 5, i * 5 + 5)])
    const matrix = Array.from({ length: 5 }, () => new Array<number>(5).fill(0))
    let found = 0
    for (const [i, row] of rows.entries()) {
      const label = labels[i] ?? 0
      const counts = matrix[label]
      const predicted = row.indexOf(Math.max(...row))
      if (counts) counts[predicted] = (counts[predicted] ?? 0) + 1
      found += row.filter(value => value > (row[label] ?? 0)).length < 3 ? 1 : 0
    }
    using data = await dataset({ inputs, inputSize: 5, labels })
    using model = await passThrough(5, 'softmax', 'crossEntropy')
    const first = await model.evaluate(data, { topK: 3 })
    expect(first).toMatchObject({ confusionMatrix: matrix, topKAccuracy: found / samples })
    expect(await model.evaluate(data, { topK: 3 })).toEqual(first)
  })

  test.each([0, 5, 1.5, Number.NaN])('topK %d of 4 classes is refused', async topK => {
    await expect(evaluate({ inputs: scores, labels }, 'softmax', 'crossEntropy', { topK })).rejects.toThrow(
      `topK is ${topK}: expected a whole number, 1–4 for 4 classes`,
    )
  })
})

describe('log loss and calibration error', () => {
  /** By the definitions, in double precision: 15 bins. */
  function expected(probabilities: readonly number[][], labels: readonly number[]) {
    const gaps = new Array<number>(15).fill(0)
    let logLoss = 0
    for (const [i, row] of probabilities.entries()) {
      const confidence = Math.max(...row)
      const label = labels[i] ?? 0
      const bin = Math.ceil(confidence * 15) - 1
      gaps[bin] = (gaps[bin] ?? 0) + (row.indexOf(confidence) === label ? 1 : 0) - confidence
      logLoss -= Math.log(row[label] ?? 0)
    }
    const calibrationError = gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / labels.length
    return {
      logLoss: expect.closeTo(logLoss / labels.length, 6),
      calibrationError: expect.closeTo(calibrationError, 6),
    }
  }

  test('worked by hand: 0.9 and 0.5 are believed in bins of their own', async () => {
    const probabilities = [
      [0.9, 0.1],
      [0.9, 0.1],
      [0.1, 0.9],
      [0.48, 0.52],
    ]
    const labels = [0, 1, 1, 1]
    const inputs = probabilities.map(row => row.map(Math.log))
    const { logLoss, calibrationError } = await evaluate({ inputs, labels }, 'softmax', 'crossEntropy')
    // Of three with a confidence of 0.9 two are right; of one with 0.52 one is.
    expect(calibrationError).toBeCloseTo((Math.abs(2 - 2.7) + Math.abs(1 - 0.52)) / 4, 6)
    expect(logLoss).toBeCloseTo((-2 * Math.log(0.9) - Math.log(0.1) - Math.log(0.52)) / 4, 6)
  })

  const samples = 613
  const logits = uniform(samples * 5, -4, 4, 3, 0)
  const inputs = Array.from({ length: samples }, (_, i) => [...logits.subarray(i * 5, i * 5 + 5)])
  const labels = inputs.map((_, i) => (i * i) % 5)
  const probabilities = inputs.map(row => {
    const powers = row.map(Math.exp)
    const sum = powers.reduce((a, b) => a + b, 0)
    return powers.map(power => power / sum)
  })
  const wanted = expected(probabilities, labels)

  test.each<[string, LayerActivation, LossOptions]>([
    ['cross-entropy', 'softmax', { name: 'crossEntropy' }],
    ['the log of a softmax', 'logSoftmax', { name: 'crossEntropy' }],
    ['label smoothing', 'softmax', { name: 'crossEntropy', labelSmoothing: 0.2 }],
    ['class weights', 'softmax', { name: 'crossEntropy', classWeights: [5, 4, 3, 2, 1] }],
  ])('with %s: over several batches', async (_, activation, loss) => {
    for (const sampleWeights of [undefined, uniform(samples, 0, 1, 4, 0)]) {
      using data = await dataset({ inputs, labels, ...(sampleWeights && { sampleWeights }) })
      using model = (await passThrough(5, activation, 'crossEntropy')).compile({ loss })
      const result = await model.evaluate(data)
      expect(result).toMatchObject(wanted)
      if (activation === 'softmax' && Object.keys(loss).length === 1 && !sampleWeights) {
        expect(result.logLoss).toBeCloseTo(result.loss, 12)
      }
      if (Object.keys(loss).length > 1) expect(result.logLoss).not.toBeCloseTo(result.loss, 3)
    }
  })

  test('of targets: by the class that has the largest', async () => {
    const targets = labels.map(label => [0, 1, 2, 3, 4].map(j => (j === label ? 0.6 : 0.1)))
    expect(await evaluate({ inputs, targets }, 'softmax', 'crossEntropy')).toMatchObject(wanted)
  })

  test.each([true, false])('of one sigmoid, with labels: %s', async hasLabels => {
    const scores = inputs.map(([x = 0]) => [x])
    const classes = labels.map(label => label % 2)
    const truth = hasLabels ? { labels: classes } : { targets: classes.map(label => [0.2 + 0.6 * label]) }
    const ofClass1 = scores.map(([x = 0]) => 1 / (1 + Math.exp(-x)))
    expect(await evaluate({ inputs: scores, ...truth }, 'sigmoid', 'binaryCrossEntropy')).toMatchObject(
      expected(
        ofClass1.map(p => [1 - p, p]),
        classes,
      ),
    )
  })

  test('a sample without a prediction is wrong with a confidence of 1', async () => {
    const result = await evaluate(
      {
        inputs: [
          [Infinity, 0],
          [60, 0],
        ],
        labels: [0, 0],
      },
      'softmax',
      'crossEntropy',
    )
    expect(result).toMatchObject({ nonFinite: 1, calibrationError: 1 / 2, logLoss: Number.NaN })
  })

  test.each<[LayerActivation, LossName]>([
    ['identity', 'hinge'],
    ['identity', 'meanSquaredError'],
  ])('of %s with %s: none', async (activation, loss) => {
    const targets = [[1, -1]]
    const result = await evaluate({ inputs: [[1, 2]], targets }, activation, loss)
    expect(result).not.toHaveProperty('logLoss')
    expect(result).not.toHaveProperty('calibrationError')
  })
})

describe('two classes and one output', () => {
  const inputs = [[-2], [-0.5], [0], [0.5], [2], [3]]
  const expected = {
    samples: 6,
    accuracy: 4 / 6,
    confusionMatrix: [
      [2, 1],
      [1, 2],
    ],
    classes: [
      { precision: 2 / 3, recall: 2 / 3, f1: 2 / 3, support: 3 },
      { precision: 2 / 3, recall: 2 / 3, f1: 2 / 3, support: 3 },
    ],
  }
  test.each<[string, LayerActivation, LossName, Partial<DatasetOptions>]>([
    ['labels', 'sigmoid', 'binaryCrossEntropy', { labels: [0, 0, 1, 0, 1, 1] }],
    ['targets', 'sigmoid', 'binaryCrossEntropy', { targets: [[0], [0.5], [0.6], [0.25], [1], [0.75]] }],
    ['labels', 'identity', 'hinge', { labels: [0, 0, 1, 0, 1, 1] }],
    ['targets', 'identity', 'hinge', { targets: [[-1], [-1], [1], [-1], [1], [1]] }],
  ])('%s, %s, %s', async (_, activation, loss, truth) => {
    expect(await evaluate({ inputs, ...truth }, activation, loss)).toMatchObject(expected)
  })
})

test('several outputs that say yes or no: the share of right answers alone', async () => {
  const inputs = [
    [1, -1, 1],
    [1, 1, 1],
  ]
  const targets = [
    [1, 0, 0],
    [0.9, 1, 1],
  ]
  expect(await evaluate({ inputs, targets }, 'sigmoid', 'binaryCrossEntropy')).toEqual({
    loss: expect.any(Number),
    samples: 2,
    nonFinite: 0,
    accuracy: 5 / 6,
  })
})

describe('regression', () => {
  test.each<LossName>(['meanSquaredError', 'meanAbsoluteError', 'huber'])(
    '%s: mean absolute error and R², worked by hand',
    async loss => {
      const inputs = [
        [1, 10, 5],
        [2, 10, 5],
        [3, 10, 5],
        [4, 10, 5],
      ]
      const targets = [
        [1, 10, 6],
        [2, 10, 6],
        [3, 10, 6],
        [6, 10, 6],
      ]
      // Output 1: Σ (y − t)² is 4, targets 1 2 3 6 vary by 14 about their mean. The other targets are constant.
      const result = await evaluate({ inputs, targets }, 'identity', loss)
      expect(result).toEqual({
        loss: expect.any(Number),
        samples: 4,
        nonFinite: 0,
        meanAbsoluteError: (0.5 + 0 + 1) / 3,
        r2: expect.closeTo((1 - 4 / 14 + 1 + 0) / 3, 12),
        outputs: [
          { meanAbsoluteError: 0.5, r2: expect.closeTo(1 - 4 / 14, 12) },
          { meanAbsoluteError: 0, r2: 1 },
          { meanAbsoluteError: 1, r2: 0 },
        ],
      })
    },
  )

  test.each([1, 2, 3, 8])(
    '%i outputs far from 0, over several batches, in the order of a slice',
    async size => {
      const samples = 613
      const inputs = uniform(samples * size, 1e4, 1e4 + 1, 5, 0)
      const targets = uniform(samples * size, 1e4, 1e4 + 1, 6, 0)
      using data = await dataset({ inputs, inputSize: size, targets, targetSize: size })
      using model = await passThrough(size, 'identity', 'meanSquaredError')
      const { outputs = [], samples: count } = await model.evaluate(data.slice(7))
      expect(count).toBe(samples - 7)
      const predictions = await model.predict(data.slice(7))
      for (const [j, { r2, meanAbsoluteError }] of outputs.entries()) {
        const wanted = predictions.map((_, i) => targets[(i + 7) * size + j] ?? 0)
        const errors = predictions.map((row, i) => (row[j] ?? 0) - (wanted[i] ?? 0))
        const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)
        const mean = sum(wanted) / count
        const variation = sum(wanted.map(t => (t - mean) ** 2))
        expect(r2).toBeCloseTo(1 - sum(errors.map(e => e * e)) / variation, 9)
        expect(meanAbsoluteError).toBeCloseTo(sum(errors.map(Math.abs)) / count, 9)
      }
    },
  )

  test('topK is refused', async () => {
    const data = { inputs: [[1]], targets: [[1]] }
    await expect(evaluate(data, 'identity', 'huber', { topK: 1 })).rejects.toThrow('topK is for classifiers')
  })
})

describe.each(builds)('%s', build => {
  test('fit’s validation gives what evaluate gives', async () => {
    const inputs = uniform(300 * 3, -1, 1, 8, 0)
    const labels = Array.from({ length: 300 }, (_, i) => i % 3)
    const sampleWeights = uniform(300, 0, 2, 8, 1)
    using data = await dataset({ inputs, inputSize: 3, labels, sampleWeights, build })
    using model = await passThrough(3, 'softmax', 'crossEntropy', build)
    const { epochs } = await model.fit(data, { validationData: data })
    const { loss, accuracy } = await model.evaluate(data)
    expect(epochs).toMatchObject([{ valLoss: loss, valAccuracy: accuracy }])
  })
})

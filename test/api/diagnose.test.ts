// What diagnose says of each layer, worked by hand; vanishing gradients, dead and saturated units as numbers.
import { describe, expect, test } from 'vitest'
import {
  type ActivationName,
  ArgumentError,
  type Dataset,
  dataset,
  dense,
  diagnose,
  type LayerDiagnosis,
  type Sequential,
  sequential,
} from '../../src/index.ts'

const rms = (values: readonly number[]) => Math.hypot(...values) / Math.sqrt(values.length)
const near = (value: number): number => expect.closeTo(value, 12)
const bitsOf = async (model: Sequential) =>
  (await model.getParameters()).flatMap(({ weights, bias }) => [...weights, ...bias])

/** Two classes by the sign of a sum. */
function example(size = 20, samples = 60): Promise<Dataset> {
  const inputs = Array.from({ length: samples }, (_, i) =>
    Array.from({ length: size }, (_, j) => Math.sin(i * 12.9898 + j * 78.233)),
  )
  return dataset({ inputs, labels: inputs.map(row => Number(row.reduce((a, b) => a + b, 0) > 0)) })
}

test('two layers of one unit, worked by hand: z1 = 2x, y1 = max(z1, 0), y2 = 3·y1 − 1, loss (y2 − t)²', async () => {
  using data = await dataset({ inputs: [[1], [-1]], targets: [[4], [0]] })
  using model = await sequential([dense(1, { activation: 'relu' }), dense(1)], { inputSize: 1 })
  model.compile({ learningRate: 0.5 })
  await model.setParameters([
    { weights: Float32Array.of(2), bias: Float32Array.of(0) },
    { weights: Float32Array.of(3), bias: Float32Array.of(-1) },
  ])
  // Sample 1: y1 = 2, y2 = 5, dy2 = 2·(5 − 4)/2 = 1. Sample 2: y1 = 0, y2 = −1, dy2 = 2·(−1)/2 = −1.
  const [first, second] = await diagnose(model, data)
  expect(first).toEqual({
    layer: 1,
    kind: 'dense',
    units: 1,
    activationRms: near(rms([2, 0])),
    deltaRms: near(rms([3, 0])),
    weightNorm: 2,
    gradientNorm: near(Math.hypot(3, 3)), // dw = 3·1, db = 3
    updateNorm: near(Math.hypot(1.5, 1.5)),
    updateRatio: near(Math.hypot(1.5, 1.5) / 2),
    dead: 0,
    deadShare: 0,
    saturated: 0,
    saturatedShare: 0,
  })
  expect(second).toMatchObject({
    activationRms: near(rms([5, -1])),
    deltaRms: 1,
    weightNorm: near(Math.hypot(3, 1)),
    gradientNorm: 2, // dw = 1·2 + (−1)·0, db = 1 − 1
    updateNorm: 1,
  })
  // Each sample a batch: the gradients of the sums are twice as large, and each batch has its own.
  const byOne = await diagnose(model, data, { batchSize: 1, learningRate: 0.25 })
  expect(byOne[1]?.gradientNorm).toBeCloseTo(rms([Math.hypot(4, 2), 2]), 12)
  expect(byOne[1]?.updateNorm).toBeCloseTo(rms([Math.hypot(4, 2), 2]) / 4, 12)
})

describe('ten layers deep', () => {
  async function gradientNorms(activation: ActivationName) {
    const layers = Array.from({ length: 9 }, () => dense(20, { activation }))
    using data = await example()
    using model = await sequential([...layers, dense(2, { activation: 'softmax' })], {
      inputSize: 20,
      seed: 1,
    })
    return (await diagnose(model, data)).map(({ gradientNorm }) => gradientNorm)
  }

  test('gradients vanish behind sigmoids, and do not behind ReLUs', async () => {
    const sigmoid = await gradientNorms('sigmoid')
    const relu = await gradientNorms('relu')
    const ratio = (norms: number[]) => (norms[0] ?? 0) / (norms.at(-1) ?? 0)
    expect(ratio(sigmoid)).toBeLessThan(1e-4)
    expect(ratio(relu)).toBeGreaterThan(0.1)
    // Each sigmoid takes a factor of at most 0.25: from layer to layer it gets smaller. The first layer's inputs are larger.
    const behind = sigmoid.slice(1)
    for (const [i, norm] of behind.slice(0, -1).entries()) expect(norm).toBeLessThan(behind[i + 1] ?? 0)
  })
})

describe('units', () => {
  async function withBias(activation: ActivationName, bias: number[]) {
    using data = await dataset({
      inputs: Array.from({ length: 40 }, (_, i) => [i / 40]),
      labels: new Array(40).fill(0),
    })
    using model = await sequential([dense(4, { activation }), dense(2, { activation: 'softmax' })], {
      inputSize: 1,
    })
    const [, second] = await model.getParameters()
    if (!second) throw new Error('two layers')
    await model.setParameters([
      { weights: new Float32Array(4).fill(1), bias: Float32Array.from(bias) },
      second,
    ])
    const [first] = await diagnose(model, data, { batchSize: 7 })
    return first as LayerDiagnosis
  }

  test('are dead where no sample activates a ReLU', async () => {
    // The last is active for the one largest sample: 39/40 − 0.96 > 0.
    const { dead, deadShare, saturated } = await withBias('relu', [-1, -5, 0, -0.96])
    expect([dead, deadShare, saturated]).toEqual([2, 0.5, 0])
  })

  test('are saturated where a sigmoid is flat for 95 % of the samples', async () => {
    // y(1 − y) < 0.01 beyond ±4.585: always at 5, never at 0, for z ≥ 4.585 of the last two in 38 and 37 of 40 samples.
    const { dead, saturated, saturatedShare } = await withBias('sigmoid', [5, 0, 4.54, 4.515])
    expect([dead, saturated, saturatedShare]).toEqual([0, 2, 0.5])
  })

  test.each(['identity', 'step'] as const)('of %s are neither', async activation => {
    expect(await withBias(activation, [-9, 9, 0, 1])).toMatchObject({ dead: 0, saturated: 0 })
  })
})

test('nothing changes, whatever the optimiser', async () => {
  using data = await example()
  const train = async (disturb: (model: Sequential) => Promise<unknown>) => {
    using model = await sequential([dense(8, { activation: 'tanh' }), dense(2, { activation: 'softmax' })], {
      inputSize: 20,
    })
    model.compile({ optimizer: 'adam', learningRate: 0.01 })
    await model.fit(data, { batchSize: 20, onEpochEnd: async () => void (await disturb(model)) })
    await disturb(model)
    await model.fit(data, { batchSize: 20, onBatchEnd: async () => void (await disturb(model)) })
    return bitsOf(model)
  }
  const undisturbed = await train(async () => {})
  expect(await train(model => diagnose(model, data))).toEqual(undisturbed)
})

test('while fit runs, the update is the one that it makes next', async () => {
  using data = await example()
  using model = await sequential([dense(2, { activation: 'softmax' })], { inputSize: 20 })
  model.compile({ optimizer: 'adam', learningRate: 0.01, schedule: { name: 'step', every: 1, factor: 0.5 } })
  const foretold: number[] = []
  const weights: number[][] = [await bitsOf(model)]
  await model.fit(data, {
    epochs: 3,
    shuffle: false,
    onEpochEnd: async ({ epoch }) => {
      weights.push(await bitsOf(model))
      const [layer] = await diagnose(model, data, { learningRate: 0.01 * 0.5 ** epoch })
      foretold.push(layer?.updateNorm ?? 0)
    },
  })
  for (const epoch of [1, 2]) {
    const [before, after] = [weights[epoch] ?? [], weights[epoch + 1] ?? []]
    const norm = Math.hypot(...after.map((value, i) => value - (before[i] ?? 0)))
    expect(foretold[epoch - 1]).toBeCloseTo(norm, 6)
  }
})

test('while fit runs on sparse bytes, the weights are those of the last step', async () => {
  const inputs = Uint8Array.from({ length: 400 }, (_, i) => (i % 4 === 1 ? (i * 91) % 256 : 0))
  using data = await dataset({
    inputs,
    inputSize: 20,
    bytes: 'pixels',
    labels: Array.from({ length: 20 }, (_, i) => i % 2),
  })
  using model = await sequential([dense(2, { activation: 'softmax' })], { inputSize: 20 })
  const norms: [number, number][] = []
  await model.compile({ learningRate: 5 }).fit(data, {
    batchSize: 5,
    onBatchEnd: async () => {
      const [layer] = await diagnose(model, data)
      norms.push([layer?.weightNorm ?? 0, Math.hypot(...(await bitsOf(model)))])
    },
  })
  expect(norms).toHaveLength(4)
  for (const [diagnosed, read] of norms) expect(diagnosed).toBeCloseTo(read, 9)
})

test('settings that cannot be', async () => {
  using data = await example()
  using model = await sequential([dense(2, { activation: 'softmax' })], { inputSize: 20 })
  for (const options of [{ batchSize: 0 }, { flatBelow: 0 }, { flatBelow: 1 }, { learningRate: -1 }]) {
    await expect(diagnose(model, data, options)).rejects.toThrow(ArgumentError)
  }
})

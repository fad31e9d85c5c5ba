// What a training that diverges is said to be due to: data of another scale than weights are made for, or the learning rate.
import { describe, expect, test } from 'vitest'
import { dataset, dense, layerNormalization, normalization, sequential } from '../../src/index.ts'
import { uniform } from '../../src/reference/random.ts'

const SAMPLES = 100
const SIZE = 10

/** Regression like that of diabetes: targets 25–346 that depend on inputs of about −1 to 1. */
function diabetes(inputScale = 1, targetScale = 1) {
  const inputs = Float32Array.from(uniform(SAMPLES * SIZE, -1.7, 1.7, 1, 0), value => value * inputScale)
  const sums = Array.from({ length: SAMPLES }, (_, i) =>
    inputs.subarray(i * SIZE, (i + 1) * SIZE).reduce((sum, value) => sum + value / inputScale, 0),
  )
  const [least, most] = [Math.min(...sums), Math.max(...sums)]
  const targets = Float32Array.from(sums, sum => targetScale * (25 + (321 * (sum - least)) / (most - least)))
  return { data: { inputs, inputSize: SIZE, targets }, sums }
}

const hidden = () => dense(32, { activation: 'relu' })

async function messageOf(
  layers: Parameters<typeof sequential>[0],
  data: Parameters<typeof dataset>[0],
  learningRate = 0.1,
): Promise<string> {
  using samples = await dataset(data)
  using model = await sequential(layers, { inputSize: samples.inputSize, seed: 1 })
  model.compile({ learningRate })
  const outcome = model.fit(samples, { epochs: 50, batchSize: 10 })
  const error = await outcome.then(
    ({ epochs }) => epochs.at(-1)?.loss,
    error => error,
  )
  expect(error).toMatchObject({ code: 'ERR_TRAINING' })
  return error.message
}

describe('a diverged training', () => {
  test('with targets of 25–346: scale them, before the learning rate is blamed', async () => {
    const message = await messageOf([hidden(), dense(1)], diabetes().data)
    expect(message).toMatch(
      /\. The targets are 25 to 346: scale them to a mean of 0 and a standard deviation of 1\. Else use a learning rate below 0\.1, or clipNorm$/,
    )
  })

  test('with those targets scaled as it says: no divergence', async () => {
    const { data, sums } = diabetes()
    const mean = sums.reduce((a, b) => a + b) / SAMPLES
    const deviation = Math.sqrt(sums.reduce((a, b) => a + (b - mean) ** 2, 0) / SAMPLES)
    using samples = await dataset({
      ...data,
      targets: Float32Array.from(sums, sum => (sum - mean) / deviation),
    })
    using model = await sequential([hidden(), dense(1)], { inputSize: SIZE, seed: 1 })
    const { epochs } = await model.compile({ learningRate: 0.1 }).fit(samples, { epochs: 50, batchSize: 10 })
    expect(epochs.at(-1)?.loss).toBeLessThan(0.05)
  })

  test('with inputs of hundreds: scale them', async () => {
    const message = await messageOf([hidden(), dense(1)], diabetes(100, 0.01).data)
    expect(message).toMatch(/\. The inputs are -1\d\d(\.\d)? to 1\d\d(\.\d)?: scale them to a mean of 0 and /)
  })

  test('with both: scale both', async () => {
    const message = await messageOf([hidden(), dense(1)], diabetes(100).data)
    expect(message).toMatch(
      /\. The targets are 25 to 346 and the inputs are -1.* to 1.*: scale them to a mean of 0/,
    )
  })

  test.each([
    ['normalization', normalization({ mean: 0, standardDeviation: 100 })],
    ['layerNormalization', layerNormalization()],
  ])('behind %s, inputs of hundreds are not to blame', async (_, first) => {
    const message = await messageOf([first, hidden(), dense(1)], diabetes(100, 0.01).data, 1000)
    expect(message).toMatch(/\. Use a learning rate below 1000, or clipNorm$/)
  })

  test('with targets and inputs of about 1: the learning rate', async () => {
    const message = await messageOf([hidden(), dense(1)], diabetes(1, 0.01).data, 100)
    expect(message).toMatch(/\. Use a learning rate below 100, or clipNorm$/)
  })

  test('of a classifier, targets that it does not learn from are not looked at; bytes are small', async () => {
    const {
      data: { targets },
      sums,
    } = diabetes()
    const inputs = Uint8Array.from(uniform(SAMPLES * SIZE, 0, 255, 2, 0))
    const labels = sums.map(sum => Number(sum > 0))
    const message = await messageOf(
      [hidden(), dense(2, { activation: 'softmax' })],
      { inputs, bytes: 'pixels', inputSize: SIZE, targets, labels },
      1e38,
    )
    expect(message).toMatch(/\. Use a learning rate below 1e\+38, or clipNorm$/)
  })
})

describe('a regression that is given labels', () => {
  const messageFor = async (units: number, labels: number[]) => {
    using samples = await dataset({ inputs: labels.map(label => [label]), labels })
    using model = await sequential([dense(units)], { inputSize: 1 })
    return await model
      .compile({})
      .fit(samples)
      .then(
        () => '',
        (error: Error) => error.message,
      )
  }

  test.each([
    [1, [151, 75, 141], 'crossEntropy behind a softmax'],
    [1, [0, 1, 1], 'binaryCrossEntropy behind a sigmoid'],
    [3, [0, 1, 2], 'crossEntropy behind a softmax'],
  ])('%d units, labels %j: give targets; for classes, %s', async (units, labels, classifier) => {
    expect(await messageFor(units, labels)).toBe(
      'meanSquaredError needs targets, and this data set has none but labels: give numbers that are to be predicted as ' +
        `targets; for classes, use ${classifier}`,
    )
  })
})

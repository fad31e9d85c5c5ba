// Sample and class weights in training and evaluation: what a weight means, told without looking inside.
import { describe, expect, test } from 'vitest'
import {
  type CompileOptions,
  type DatasetOptions,
  dataset,
  dense,
  type LayerActivation,
  sequential,
} from '../../src/index.ts'

const inputs = Array.from({ length: 12 }, (_, i) => [Math.sin(3 * i), Math.cos(5 * i)])
const labels = inputs.map((_, i) => (i * 5) % 3)
const whole = (weights: readonly number[], list: readonly number[]) =>
  list.flatMap((value, i) => new Array<number>(weights[i] ?? 0).fill(value))
const weights = inputs.map((_, i) => i % 4)

/** The parameters after some steps of full batches, and what evaluation gives. */
async function train(
  truth: Partial<DatasetOptions>,
  options: CompileOptions,
  [units, activation]: [number, LayerActivation],
) {
  using data = await dataset({ inputs, ...truth })
  using model = await sequential([dense(units, { activation })], { inputSize: 2, seed: 4 })
  model.compile({ learningRate: 0.3, ...options })
  const { epochs } = await model.fit(data, { epochs: 5, batchSize: 1000, shuffle: false })
  const [layer] = await model.getParameters()
  const { loss } = await model.evaluate(data)
  return [...(layer?.weights ?? []), ...(layer?.bias ?? []), loss, ...epochs.map(({ loss }) => loss)]
}

const close = (values: readonly number[]) => values.map(value => expect.closeTo(value, 5))

test.each([
  ['crossEntropy', 3, 'softmax', {}],
  ['hinge', 3, 'identity', {}],
  ['huber', 1, 'identity', { targets: inputs.map(([x = 0]) => [2 * x]) }],
] as const)('%s: a sample of weight n counts as n samples', async (loss, units, activation, given) => {
  const order = whole(
    weights,
    inputs.map((_, i) => i),
  )
  const repeat = <T>(list: readonly T[]) => order.map(i => list[i] as T)
  const truth = 'targets' in given ? { targets: [...given.targets] } : { labels }
  const repeated = 'targets' in given ? { targets: repeat(given.targets) } : { labels: repeat(labels) }
  const once = await train({ ...truth, sampleWeights: weights }, { loss }, [units, activation])
  const often = await train({ inputs: repeat(inputs), ...repeated }, { loss }, [units, activation])
  expect(once).toEqual(close(often))
})

test('crossEntropy: the weight of a class is that of each of its samples', async () => {
  const classWeights = [0.5, 3, 1]
  const byClass = await train({ labels }, { loss: { name: 'crossEntropy', classWeights } }, [3, 'softmax'])
  const sampleWeights = labels.map(label => classWeights[label] ?? 0)
  const bySample = await train({ labels, sampleWeights }, { loss: 'crossEntropy' }, [3, 'softmax'])
  expect(byClass).toEqual(close(bySample))
})

test('one-hot targets are as good as labels', async () => {
  const targets = labels.map(label => [0, 1, 2].map(j => (j === label ? 1 : 0)))
  expect(await train({ targets }, {}, [3, 'softmax'])).toEqual(
    close(await train({ labels }, {}, [3, 'softmax'])),
  )
})

test('binaryCrossEntropy of one output is crossEntropy of the logits 0 and z', async () => {
  const halves = labels.map(label => Math.min(label, 1))
  using data = await dataset({ inputs, labels: halves })
  using one = await sequential([dense(1, { activation: 'sigmoid' })], { inputSize: 2 })
  using two = await sequential([dense(2, { activation: 'softmax' })], { inputSize: 2 })
  const [w = 0, v = 0, b = 0] = [0.75, -2, 0.5]
  await one.setParameters([{ weights: Float32Array.of(w, v), bias: Float32Array.of(b) }])
  await two.setParameters([{ weights: Float32Array.of(0, w, 0, v), bias: Float32Array.of(0, b) }])
  const classWeights = [0.5, 2]
  one.compile({ loss: { name: 'binaryCrossEntropy', classWeights } })
  two.compile({ loss: { name: 'crossEntropy', classWeights } })
  // The class weights count in the divisor of crossEntropy alone.
  const mean = halves.reduce((sum, label) => sum + (classWeights[label] ?? 0), 0) / halves.length
  const { loss, logLoss = 0, calibrationError = 0, ...expected } = await two.evaluate(data)
  expect(await one.evaluate(data)).toEqual({
    ...expected,
    loss: expect.closeTo(loss * mean, 6),
    logLoss: expect.closeTo(logLoss, 6),
    calibrationError: expect.closeTo(calibrationError, 6),
  })
})

describe('weights that are all 0', () => {
  const none = new Array(12).fill(0)
  test.each<[CompileOptions['loss'], number, LayerActivation]>([
    ['crossEntropy', 3, 'softmax'],
    ['hinge', 3, 'identity'],
  ])('%s: loss 0, and nothing is learned', async (loss, units, activation) => {
    using data = await dataset({ inputs, labels, sampleWeights: none })
    using model = await sequential([dense(units, { activation })], { inputSize: 2 })
    model.compile({ ...(loss && { loss }) })
    const before = await model.getParameters()
    const { epochs } = await model.fit(data, { batchSize: 5, validationData: data })
    expect(epochs).toMatchObject([{ loss: 0, valLoss: 0 }])
    expect(await model.getParameters()).toEqual(before)
  })
})

test('a data set gives its weights back, in slices too', async () => {
  using data = await dataset({ inputs, labels, sampleWeights: weights, build: 'simd' })
  expect((await data.slice(1, 4).read()).sampleWeights).toEqual(Float32Array.of(1, 2, 3))
  expect(await (await dataset({ inputs, labels })).read()).not.toHaveProperty('sampleWeights')
})

// Lecture, sections 3 and 4: MNIST's numbers, the network's shapes, batches, epochs and iterations.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type Dataset,
  dataset,
  dense,
  iterationsPerEpoch,
  loadMnist,
  type Sequential,
  sequential,
} from '../../src/index.ts'
import { mnistSource } from '../support/mnist.ts'

let train: Dataset
let test10k: Dataset
let model: Sequential

beforeAll(async () => {
  const mnist = await loadMnist(mnistSource)
  train = mnist.train
  test10k = mnist.test
  model = await sequential([dense(512, { activation: 'relu' }), dense(10, { activation: 'softmax' })], {
    inputSize: 28 * 28,
    seed: 1,
  })
})

afterAll(() => {
  model.dispose()
  train.dispose()
  test10k.dispose()
})

describe('§3 MNIST', () => {
  test('60,000 training and 10,000 test images', () => {
    expect([train.length, test10k.length]).toEqual([60_000, 10_000])
  })

  test('28 × 28 = 784 grey pixels, of which 81 % are black', async () => {
    expect(train.imageShape).toEqual([28, 28])
    expect(train.inputSize).toBe(784)
    const { inputs } = await train.read()
    expect(inputs).toBeInstanceOf(Uint8Array)
    expect(inputs.length).toBe(60_000 * 784)
    let black = 0
    for (const pixel of inputs) if (pixel === 0) black += 1
    expect(black / inputs.length).toBeCloseTo(0.81, 2)
  })

  test('ten digits', () => {
    expect(train.classes).toBe(10)
  })

  test('X(784) → W1(784 × 512) → W2(512 × 10) → Y(10): the shapes of the layers', async () => {
    const [layer1, layer2, ...others] = await model.getParameters()
    expect(layer1?.weights.length).toBe(784 * 512)
    expect(layer1?.bias.length).toBe(512)
    expect(layer2?.weights.length).toBe(512 * 10)
    expect(layer2?.bias.length).toBe(10)
    expect(others).toEqual([])
    expect(model.summary()).toBe(
      [
        'layer  activation    weights  output  parameters',
        'dense  relu        784 × 512     512     401,920',
        'dense  softmax      512 × 10      10       5,130',
        'total: 407,050 parameters',
      ].join('\n'),
    )
  })

  test('the output is ten probabilities, of which the sum is 1', async () => {
    const [probabilities, ...others] = await model.predict(test10k.slice(0, 1))
    expect(others).toEqual([])
    expect(probabilities?.length).toBe(10)
    expect(Math.min(...(probabilities ?? []))).toBeGreaterThan(0)
    expect(probabilities?.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 6)
  })
})

describe('§4 batch training', () => {
  test('a batch of 100: X(100 × 784) → Y(100 × 10)', async () => {
    const batch = train.slice(0, 100)
    expect((await batch.read()).inputs.length).toBe(100 * 784)
    const outputs = await model.predict(batch)
    expect(outputs.length).toBe(100)
    expect(outputs.every(row => row.length === 10)).toBe(true)
  })

  test('X(100 × 784) → 512 units → Y(100 × 10) in training, and ∂L/∂B is the sum of ∂L/∂Y over axis 0', async () => {
    using network = await sequential(
      [dense(512, { activation: 'relu' }), dense(10, { activation: 'softmax' })],
      { inputSize: 784, seed: 1 },
    )
    network.compile({ learningRate: 0.1 })
    using trainer = await network.trainer(train, { batchSize: 100 })
    await trainer.forward()
    await trainer.backward()
    const shapeOf = (rows: Float32Array[]) => [rows.length, ...new Set(rows.map(row => row.length))]
    expect(shapeOf(await trainer.read('inputs'))).toEqual([100, 784])
    expect(shapeOf(await trainer.read('activations', 0))).toEqual([100, 512])
    expect(shapeOf(await trainer.read('predictions'))).toEqual([100, 10])
    for (const [layer, units] of [512, 10].entries()) {
      const deltas = await trainer.read('deltas', layer)
      expect(shapeOf(deltas)).toEqual([100, units])
      const { bias } = await trainer.read('gradients', layer)
      expect(bias.length).toBe(units)
      for (const [unit, gradient] of bias.entries()) {
        expect(gradient).toBeCloseTo(
          deltas.reduce((sum, row) => sum + (row[unit] ?? 0), 0),
          6,
        )
      }
    }
  })

  test('in each epoch each sample is used once, in another order', async () => {
    const inputs = Array.from({ length: 250 }, (_, i) => [i])
    using numbered = await dataset({ inputs, labels: inputs.map(() => 0) })
    using small = (await sequential([dense(2, { activation: 'softmax' })], { inputSize: 1 })).compile({
      learningRate: 1e-6,
    })
    using trainer = await small.trainer(numbered, { batchSize: 100 })
    const epochs: number[][] = []
    for (let epoch = 0; epoch < 2; ++epoch) {
      const used: number[] = []
      for (let i = 0; i < iterationsPerEpoch(250, 100); ++i) {
        await trainer.forward()
        for (const [sample = -1] of await trainer.read('inputs')) used.push(sample)
        await trainer.backward()
        await trainer.step()
      }
      expect(used.toSorted((a, b) => a - b)).toEqual(inputs.flat())
      epochs.push(used)
    }
    expect(epochs[1]).not.toEqual(epochs[0])
  })

  test('one image and the same image in a batch give the same bits', async () => {
    const outputs = await model.predict(train.slice(0, 100))
    for (const at of [0, 57, 99]) {
      const [alone] = await model.predict(train.slice(at, at + 1))
      expect(alone).toEqual(outputs[at])
    }
  })

  test('60,000 samples, batch 100: 600 iterations an epoch, 3,000 updates in 5 epochs', () => {
    expect(iterationsPerEpoch(train.length, 100)).toBe(600)
    expect(5 * iterationsPerEpoch(train.length, 100)).toBe(3_000)
  })

  test('exercise: batch 200, 10 epochs: 300 iterations an epoch, 3,000 updates in all', () => {
    expect(iterationsPerEpoch(train.length, 200)).toBe(300)
    expect(10 * iterationsPerEpoch(train.length, 200)).toBe(3_000)
  })

  test.each([
    [1, 600],
    [5, 3_000],
  ])('batch 100, epochs %d: 600 iterations an epoch, %d updates in all', async (count, expected) => {
    const small = await sequential([dense(10, { activation: 'softmax' })], { inputSize: 784, seed: 1 })
    small.compile({ learningRate: 0.1 })
    let updates = 0
    let samples = 0
    const { epochs } = await small.fit(train, {
      epochs: count,
      batchSize: 100,
      onBatchEnd: logs => {
        updates += 1
        samples += logs.samples
        expect(logs.iterations).toBe(600)
      },
    })
    small.dispose()
    expect([updates, samples]).toEqual([expected, count * 60_000])
    expect(epochs.map(({ iterations, samples }) => [iterations, samples])).toEqual(
      Array(count).fill([600, 60_000]),
    )
  })

  test('batch 200, ten epochs: 300 iterations an epoch, 3,000 updates in all', async () => {
    const small = await sequential([dense(10, { activation: 'softmax' })], { inputSize: 784, seed: 1 })
    small.compile({ learningRate: 0.1 })
    let updates = 0
    const { epochs } = await small.fit(train, {
      epochs: 10,
      batchSize: 200,
      onBatchEnd: () => void updates++,
    })
    small.dispose()
    expect(epochs.map(({ iterations }) => iterations)).toEqual(Array(10).fill(300))
    expect(updates).toBe(3_000)
  })
})

// Regression: the lecture's perceptron y = wx + b (section 1) is the smallest model.
import { describe, expect, test } from 'vitest'
import { dataset, dense, sequential } from '../../src/index.ts'
import { builds } from '../support/builds.ts'

describe.each(builds)('%s', build => {
  test('lecture §1: one perceptron recovers w and b of a line by gradient descent', async () => {
    const xs = Array.from({ length: 50 }, (_, i) => i / 25 - 1)
    const [w, b] = [2, -0.5]
    using data = await dataset({ inputs: xs.map(x => [x]), targets: xs.map(x => [w * x + b]), build })
    using model = await sequential([dense(1)], { inputSize: 1, seed: 3, build })
    model.compile({ learningRate: 0.1, loss: 'meanSquaredError' })
    const { epochs } = await model.fit(data, { epochs: 100, batchSize: 10 })
    const [layer] = await model.getParameters()
    expect(layer?.weights[0]).toBeCloseTo(w, 5)
    expect(layer?.bias[0]).toBeCloseTo(b, 5)
    expect(epochs.at(-1)?.loss).toBeLessThan(1e-10)
    expect(epochs.at(-1)).not.toHaveProperty('accuracy')
  })

  test('lecture §1: many inputs, one output', async () => {
    const w = [1, -2, 3]
    const inputs = Array.from({ length: 40 }, (_, i) => [Math.sin(i), Math.cos(2 * i), Math.sin(3 * i + 1)])
    const targets = inputs.map(x => [x.reduce((sum, value, j) => sum + value * (w[j] ?? 0), 0.25)])
    using data = await dataset({ inputs, targets, build })
    using model = await sequential([dense(1)], { inputSize: 3, build })
    model.compile({ learningRate: 0.3 })
    await model.fit(data, { epochs: 300, batchSize: 40 })
    const [layer] = await model.getParameters()
    expect([...(layer?.weights ?? []), ...(layer?.bias ?? [])]).toEqual([
      expect.closeTo(1, 4),
      expect.closeTo(-2, 4),
      expect.closeTo(3, 4),
      expect.closeTo(0.25, 4),
    ])
  })

  test('a hidden layer learns what a line cannot: the exclusive or', async () => {
    const inputs = [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]
    using data = await dataset({ inputs, labels: [0, 1, 1, 0], build })
    using model = await sequential([dense(8, { activation: 'tanh' }), dense(2, { activation: 'softmax' })], {
      inputSize: 2,
      seed: 1,
      build,
    })
    model.compile({ learningRate: 0.5 })
    await model.fit(data, { epochs: 500, batchSize: 4 })
    expect(await model.evaluate(data)).toMatchObject({ accuracy: 1, samples: 4 })
    using line = await sequential([dense(2, { activation: 'softmax' })], { inputSize: 2, seed: 1, build })
    line.compile({ learningRate: 0.5 })
    await line.fit(data, { epochs: 500, batchSize: 4 })
    expect((await line.evaluate(data)).accuracy).toBeLessThan(1)
  })
})

// Lecture, section 1: the perceptron, and the pipeline of learning by hand-computed numbers.
import { expect, test } from 'vitest'
import { dataset, dense, sequential } from '../../src/index.ts'

const build = 'simd'

test('a perceptron: many inputs, one output y = w·x + b', async () => {
  using perceptron = await sequential([dense(1)], { inputSize: 3, build })
  await perceptron.setParameters([{ weights: Float32Array.of(2, -1, 0.5), bias: Float32Array.of(3) }])
  const inputs = [
    [0, 0, 0],
    [1, 1, 1],
    [-2, 4, 8],
  ]
  const outputs = (await perceptron.predict(inputs)).map(row => [...row])
  expect(outputs).toEqual(inputs.map(([x1 = 0, x2 = 0, x3 = 0]) => [2 * x1 - x2 + 0.5 * x3 + 3]))
})

test('one perceptron is linear regression: it learns the line of least squares', async () => {
  const [xs, ys] = [
    [0, 1, 2, 3],
    [1, 2, 2, 4],
  ]
  // By the normal equations: w = Σ(x − x̄)(y − ȳ) / Σ(x − x̄)² = 4.5 / 5, b = ȳ − w·x̄ = 2.25 − 0.9·1.5.
  const [w, b] = [0.9, 0.9]
  using data = await dataset({ inputs: xs.map(x => [x]), targets: ys.map(y => [y]), build })
  using perceptron = await sequential([dense(1)], { inputSize: 1, build })
  perceptron.compile({ learningRate: 0.1, loss: 'meanSquaredError' })
  await perceptron.fit(data, { epochs: 500, batchSize: 4 })
  const [{ weights, bias } = { weights: [], bias: [] }] = await perceptron.getParameters()
  expect(weights[0]).toBeCloseTo(w, 4)
  expect(bias[0]).toBeCloseTo(b, 4)
})

test('data → model → prediction → loss → gradient → direction → change of the weights', async () => {
  using data = await dataset({ inputs: [[1], [2]], targets: [[1], [3]], build })
  using model = await sequential([dense(1)], { inputSize: 1, build })
  await model.setParameters([{ weights: Float32Array.of(0), bias: Float32Array.of(0) }])
  model.compile({ learningRate: 0.1, loss: 'meanSquaredError' })
  using trainer = await model.trainer(data, { batchSize: 2, shuffle: false })
  const { loss } = await trainer.forward()
  expect((await trainer.read('predictions')).map(([y]) => y)).toEqual([0, 0])
  expect(loss).toBe((1 + 9) / 2)
  await trainer.backward()
  const { weights: dw, bias: db } = await trainer.read('gradients', 0)
  expect([dw[0], db[0]]).toEqual([1 * -1 + 2 * -3, -1 - 3])
  await trainer.step()
  const [{ weights, bias } = { weights: [], bias: [] }] = await model.getParameters()
  expect(weights[0]).toBeCloseTo(0.7, 6)
  expect(bias[0]).toBeCloseTo(0.4, 6)
  expect((await trainer.forward()).loss).toBeLessThan(loss)
})

test('input layer, hidden layer, output layer: every layer but the input layer has weights', async () => {
  using model = await sequential([dense(3, { activation: 'sigmoid' }), dense(2)], { inputSize: 4, build })
  const shapes = (await model.getParameters()).map(({ weights, bias }) => [weights.length, bias.length])
  expect(shapes).toEqual([
    [4 * 3, 3],
    [3 * 2, 2],
  ])
})

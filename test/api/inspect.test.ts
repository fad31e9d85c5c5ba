// Weights as images, and the samples of which a classifier is the most wrong.
import { expect, test } from 'vitest'
import {
  ArgumentError,
  dataset,
  dense,
  firstLayerImages,
  mostConfused,
  ShapeError,
  sequential,
} from '../../src/index.ts'

test('the first layer as images: 128 is 0, the largest magnitude of a unit or of the layer is 1 or 255', async () => {
  using model = await sequential([dense(3)], { inputSize: 4 })
  // By unit: (1, −2, 0, 0.5), (0, 0, 0, 0), (−4, 1, 2, 4).
  const weights = Float32Array.of(1, 0, -4, -2, 0, 1, 0, 0, 2, 0.5, 0, 4)
  await model.setParameters([{ weights, bias: new Float32Array(3) }])
  expect(await firstLayerImages(model, [2, 2])).toEqual([
    Uint8Array.of(192, 1, 128, 160),
    Uint8Array.of(128, 128, 128, 128),
    Uint8Array.of(1, 160, 192, 255),
  ])
  const [first] = await firstLayerImages(model, [1, 4], { contrast: 'layer' })
  expect(first).toEqual(Uint8Array.of(160, 65, 128, 144))
  await expect(firstLayerImages(model, [2, 3])).rejects.toThrow(ShapeError)
  await expect(firstLayerImages(model, [2, 2], { contrast: 'none' as 'unit' })).rejects.toThrow(ArgumentError)
})

test.each(['softmax', 'logSoftmax'] as const)('the most confused samples of a %s', async activation => {
  using model = await sequential([dense(3, { activation })], { inputSize: 3 })
  await model.setParameters([
    { weights: Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1), bias: new Float32Array(3) },
  ])
  const probabilities = [
    [0.7, 0.2, 0.1],
    [0.05, 0.9, 0.05],
    [0.3, 0.3, 0.4],
    [0.25, 0.5, 0.25],
  ]
  using data = await dataset({
    inputs: probabilities.map(row => row.map(Math.log)),
    labels: [0, 2, 0, 1],
  })
  const confused = await mostConfused(model, data, 3)
  expect(confused.map(({ index, label, predicted }) => [index, label, predicted])).toEqual([
    [1, 2, 1],
    [2, 0, 2],
    [3, 1, 1],
  ])
  expect(confused[0]?.probability).toBeCloseTo(0.9, 5)
  expect(confused[0]?.labelProbability).toBeCloseTo(0.05, 5)
  expect(await mostConfused(model, data)).toHaveLength(4)
  const reversed = data.slice(1, 3)
  expect((await mostConfused(model, reversed, 1))[0]?.index).toBe(0)
})

test('of one sigmoid; of an output that gives no probabilities', async () => {
  using model = await sequential([dense(1, { activation: 'sigmoid' })], { inputSize: 1 })
  await model.setParameters([{ weights: Float32Array.of(1), bias: Float32Array.of(0) }])
  using data = await dataset({ inputs: [[2], [-1.5], [1]], labels: [1, 1, 0] })
  expect((await mostConfused(model, data, 2)).map(({ index, predicted }) => [index, predicted])).toEqual([
    [1, 0],
    [2, 1],
  ])
  using regression = await sequential([dense(1)], { inputSize: 1 })
  await expect(mostConfused(regression, data)).rejects.toThrow('activation is identity')
  using unlabelled = await dataset({ inputs: [[2]] })
  await expect(mostConfused(model, unlabelled)).rejects.toThrow('no labels')
  await expect(mostConfused(model, data, 0)).rejects.toThrow(ArgumentError)
})

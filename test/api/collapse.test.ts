// collapse: linear layers fold into one, others stay, and the outputs prove it.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  activation,
  batchNormalization,
  collapse,
  dataset,
  dense,
  dropout,
  type Layer,
  ShapeError,
  sequential,
} from '../../src/index.ts'

const kindsOf = (layers: readonly Layer[]) => layers.map(({ kind }) => kind)

test('worked example: y1 = 2·x1 + 1, y2 = 3·x2 − 1, z = y1 + y2 = 2·x1 + 3·x2', async () => {
  using deep = await sequential([dense(2), dense(1)], { inputSize: 2 })
  await deep.setParameters([
    { weights: Float32Array.of(2, 0, 0, 3), bias: Float32Array.of(1, -1) },
    { weights: Float32Array.of(1, 1), bias: Float32Array.of(0) },
  ])
  using data = await dataset({
    inputs: [
      [0, 0],
      [1, 0],
      [0, 1],
      [5, -7],
      [0.25, 8],
    ],
  })
  const { model, folded, difference } = await collapse(deep, data)
  using flat = model
  expect(await flat.getParameters()).toEqual([{ weights: Float32Array.of(2, 3), bias: Float32Array.of(0) }])
  expect(folded).toBe(1)
  expect(difference).toEqual({ samples: 5, largest: 0, relative: 0 })
  expect(await flat.predict(data)).toEqual([0, 2, 3, -11, 24.5].map(z => Float32Array.of(z)))
})

test('deep chains of linear layers, in front of layers that stay', async () => {
  const widths = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 2, maxLength: 7 })
  await fc.assert(
    fc.asyncProperty(widths, fc.nat(2 ** 32 - 1), async (units, seed) => {
      const layers = [
        ...units.map(count => dense(count, { biasInitializer: 'normal' })),
        dense(4, { activation: 'relu' }),
        dense(3),
        dense(3, { activation: 'softmax' }),
      ]
      using deep = await sequential(layers, { inputSize: 5, seed })
      const { model, folded, difference } = await collapse(deep)
      using flat = model
      expect(flat.layers.map(({ kind }) => kind)).toEqual(['dense', 'dense'])
      expect(flat.layers).toEqual([layers.at(-3), layers.at(-1)])
      expect(folded).toBe(units.length + 1)
      expect(difference.samples).toBe(100)
      expect(difference.relative).toBeLessThan(1e-5)
    }),
    { seed: 1, numRuns: 50 },
  )
})

test('what does not collapse stays as it is', async () => {
  const layers = [
    dense(6, { activation: 'tanh' }),
    batchNormalization(),
    dense(4),
    activation('relu'),
    dense(2),
  ]
  using model = await sequential(layers, { inputSize: 3, seed: 1 })
  const { model: same, folded, difference } = await collapse(model)
  using copy = same
  expect(kindsOf(copy.layers)).toEqual(kindsOf(layers))
  expect(await copy.getParameters()).toEqual(await model.getParameters())
  expect([folded, difference.largest]).toEqual([0, 0])
})

test('a dropout between linear layers goes, one behind an activation stays', async () => {
  const layers = [dense(6, { activation: 'relu' }), dropout(0.5), dense(5), dropout(0.5), dense(2)]
  using model = await sequential(layers, { inputSize: 3, seed: 1 })
  const { model: collapsed, folded, difference } = await collapse(model)
  using flat = collapsed
  expect(kindsOf(flat.layers)).toEqual(['dense', 'dropout', 'dense'])
  expect(folded).toBe(1)
  expect(difference.relative).toBeLessThan(1e-6)
})

test('samples of another size are refused, and nothing stays in memory', async () => {
  using model = await sequential([dense(2), dense(1)], { inputSize: 2 })
  using data = await dataset({ inputs: [[1, 2, 3]] })
  await expect(collapse(model, data)).rejects.toThrow(ShapeError)
})

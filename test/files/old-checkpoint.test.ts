// A checkpoint of schema 1, taken within an epoch and within a group of batches by wasmlp before schema 2, goes on to the
// same weights as a training that never rested.
import { expect, test } from 'vitest'
import { batchNormalization, dataset, dense, dropout, type FitOptions, sequential } from '../../src/index.ts'
import { readFixture } from '../support/fixture.ts'
import { CLASSES, INPUTS, trainingProblem, withoutSeconds } from '../support/training-problem.ts'

async function create({ rate = 0.25, momentum = 0.2 } = {}) {
  const layers = [
    dense(4, { activation: 'tanh', initializer: 'xavier' }),
    batchNormalization({ momentum }),
    dropout(rate),
    dense(CLASSES, { activation: 'softmax', initializer: 'heFanOut' }),
  ]
  const model = await sequential(layers, { inputSize: INPUTS, seed: 2, build: 'simd' })
  return model.compile({
    optimizer: 'adam',
    schedule: { name: 'reduceOnPlateau', patience: 0, threshold: 0.5 },
  })
}

async function data() {
  const all = await dataset({ ...trainingProblem(), build: 'simd' })
  const fit: FitOptions = { epochs: 4, batchSize: 10, accumulate: 3, validationData: all.slice(50) }
  return { train: all.slice(0, 50), fit }
}

test.each([
  [{ rate: 0.5 }, 'the training to resume has layers.2.rate 0.25, and this one 0.5'],
  [{ momentum: 0.1 }, 'the training to resume has layers.1.momentum 0.2, and this one 0.1'],
])('is not resumed with %j', async (other, message) => {
  const { train, fit } = await data()
  using model = await create(other)
  await model.loadCheckpoint(await readFixture('checkpoint-schema-1.safetensors'))
  await expect(model.fit(train, { ...fit, resume: true })).rejects.toThrow(message)
})

test('goes on as if it had never rested', async () => {
  const { train, fit } = await data()
  using whole = await create()
  const expected = withoutSeconds((await whole.fit(train, fit)).epochs)
  using model = await create()
  await model.loadCheckpoint(await readFixture('checkpoint-schema-1.safetensors'))
  const found = withoutSeconds((await model.fit(train, { ...fit, resume: true })).epochs)
  expect(await model.getParameters()).toEqual(await whole.getParameters())
  expect(found).toEqual(expected.map(logs => ({ ...logs, loss: expect.closeTo(logs.loss, 12) })))
})

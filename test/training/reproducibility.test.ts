// The same seed gives the same bits: in every run, in Node and in Chromium. The hash below is the same for both.
import { expect, test } from 'vitest'
import { dense, loadMnist, sequential } from '../../src/index.ts'
import { mnistSource } from '../support/mnist.ts'
import { hashParameters } from '../support/sha256.ts'

/** The initial weights are named, so that the bits stay those of before the default changed. */
const AFTER_50_ITERATIONS = 'f3b72751f8fd8b2990efe9292cae216ec1df8c9fb4835aac8c20d5ac4e3ad307'

async function trainFor50Iterations() {
  const { train } = await loadMnist(mnistSource, { build: 'simd' })
  using data = train
  using model = await sequential(
    [dense(512, { activation: 'relu' }), dense(10, { activation: 'softmax', initializer: 'heFanOut' })],
    {
      inputSize: 784,
      seed: 1,
      build: 'simd',
    },
  )
  model.compile({ learningRate: 0.1 })
  await model.fit((await data.shuffle({ seed: 1 })).slice(0, 5_000), { batchSize: 100 })
  return hashParameters(await model.getParameters())
}

test('784-512-10 on MNIST: all bits of the weights after 50 iterations', async () => {
  expect(await trainFor50Iterations()).toBe(AFTER_50_ITERATIONS)
})

test('784-512-10 on MNIST: a second run gives the same bits', async () => {
  expect(await trainFor50Iterations()).toBe(await trainFor50Iterations())
})

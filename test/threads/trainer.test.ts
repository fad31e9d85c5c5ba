// A trainer whose kernels are loaded when a team of threads is there already.
import { afterAll, expect, test } from 'vitest'
import { closeThreads, dataset, dense, sequential } from '../../src/index.ts'

afterAll(() => closeThreads())

test('an optimiser whose kernels come after the threads', async () => {
  const inputs = Float32Array.from({ length: 1000 * 200 }, (_, i) => Math.sin(i * 78.233))
  const labels = Int32Array.from({ length: 1000 }, (_, i) => i % 3)
  using data = await dataset({ inputs, inputSize: 200, labels, build: 'simd' })
  const layers = [dense(512, { activation: 'relu' }), dense(512), dense(3, { activation: 'softmax' })]
  using model = await sequential(layers, { inputSize: 200, threads: 2, build: 'simd' })
  model.compile({})
  await model.fit(data, { epochs: 1, batchSize: 500 })
  model.compile({ optimizer: 'adam' })
  const trainer = await model.trainer(data, { batchSize: 500 })
  await trainer.forward()
  await trainer.backward()
  expect(await trainer.step()).toEqual({ learningRate: 0.001 })
  trainer.dispose()
})

// A batch that linear memory has no room for is refused before training, with the largest that fits.
import { expect, test } from 'vitest'
import { AllocationError, dataset, dense, memoryUsage, sequential } from '../../src/index.ts'

test('a batch too large: the error names the bytes and the largest batch, nothing is allocated, and the model stays usable', async () => {
  const samples = 60_000
  using data = await dataset({
    inputs: new Uint8Array(samples),
    bytes: 'pixels',
    inputSize: 1,
    labels: new Uint8Array(samples),
  })
  // 60,000 × 9,000 outputs, with their gradients, are 4.3 GB.
  using model = await sequential([dense(9000, { activation: 'softmax' })], { inputSize: 1 })
  model.compile({ learningRate: 0.1 })
  const before = await memoryUsage()
  const error = await model.fit(data, { batchSize: samples }).then(
    () => expect.unreachable(),
    (error: Error) => error,
  )
  expect(error).toBeInstanceOf(AllocationError)
  expect(error.message).toMatch(
    /^batches of 60,000 need about 4,\d{3} MB of linear memory, and \d,\d{3} MB of 4,295 MB are free: use a batchSize of [\d,]+ at most$/,
  )
  expect((await memoryUsage()).inUse).toBe(before.inUse)
  expect((await memoryUsage()).total).toBeLessThan(100e6)
  const largest = Number(/batchSize of ([\d,]+)/.exec(error.message)?.[1]?.replaceAll(',', ''))
  expect(largest).toBeGreaterThan(30_000)
  expect(largest).toBeLessThan(60_000)
  const { epochs } = await model.fit(data.slice(0, 100), { batchSize: 100 })
  expect(epochs).toHaveLength(1)
})

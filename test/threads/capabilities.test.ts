// What a model says of its threads when they cannot be started.
import { expect, test, vi } from 'vitest'
import * as platform from '#platform'
import { dataset, dense, sequential } from '../../src/index.ts'

vi.mock('#platform', { spy: true })

test('a model has the threads that were asked for until they could not be started, and then says why', async () => {
  vi.mocked(platform.startWorker).mockImplementation(() => {
    throw new Error('workers are not allowed here')
  })
  const layers = [dense(300, { activation: 'relu' }), dense(10, { activation: 'softmax' })]
  using model = await sequential(layers, { inputSize: 100, threads: 3, worker: false })
  expect(model.capabilities).toMatchObject({ threads: 3, threadsReason: 'threads: 3 was asked for' })
  using data = await dataset({
    inputs: Uint8Array.from({ length: 60_000 }, (_, i) => i % 256),
    bytes: 'pixels',
    inputSize: 100,
    labels: Array.from({ length: 600 }, (_, i) => i % 10),
    worker: false,
  })
  await model.compile({ learningRate: 0.01 }).fit(data)
  expect(model.capabilities).toMatchObject({
    threads: 1,
    threadsReason: expect.stringContaining('workers are not allowed here'),
  })
})

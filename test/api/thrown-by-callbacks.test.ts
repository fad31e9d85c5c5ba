// Whatever a callback, a stream or a store throws, fit rejects with it, or names it: in a worker as in the calling thread.
import { beforeAll, describe, expect, test } from 'vitest'
import {
  CheckpointError,
  type Dataset,
  dataset,
  dense,
  type FitOptions,
  memoryCheckpoints,
  type StreamingDataset,
  sequential,
  streamingDataset,
} from '../../src/index.ts'
import { ODD_VALUES } from '../support/odd-thrown-values.ts'

const inputs = [[1], [2], [3], [4]]
const labels = [0, 1, 0, 1]

/** How fit rejects, in a list: a promise would look into what can be thrown. */
async function rejection(
  train: Dataset | StreamingDataset,
  worker: boolean,
  options: FitOptions,
): Promise<unknown[]> {
  using model = await sequential([dense(2, { activation: 'softmax' })], { inputSize: 1, worker })
  model.compile()
  return model.fit(train, { epochs: 2, batchSize: 2, ...options }).then(
    () => [],
    error => [error],
  )
}

describe.each([true, false])('with worker: %s', worker => {
  let data: Dataset
  beforeAll(async () => {
    data = await dataset({ inputs, labels, worker })
  })

  describe.each(Object.entries(ODD_VALUES))('%s', (_, make) => {
    test.each(['onTrainBegin', 'onBatchEnd', 'onEpochEnd', 'onTrainEnd'])('thrown by %s', async name => {
      const value = make()
      const callback = () => {
        throw value
      }
      const [thrown] = await rejection(data, worker, { [name]: callback })
      expect(Object.is(thrown, value)).toBe(true)
    })

    test('rejected by a callback', async () => {
      const value = make()
      const [thrown] = await rejection(data, worker, { onEpochEnd: async () => Promise.reject(value) })
      expect(Object.is(thrown, value)).toBe(true)
    })

    test.skipIf(make() === undefined)('as the reason of an abort', async () => {
      const value = make()
      const controller = new AbortController()
      const { signal } = controller
      const [thrown] = await rejection(data, worker, { signal, onEpochEnd: () => controller.abort(value) })
      expect(Object.is(thrown, value)).toBe(true)
    })

    test('thrown by a stream', async () => {
      const value = make()
      function* chunks() {
        yield { inputs, labels }
        throw value
      }
      const [thrown] = await rejection(streamingDataset({ chunks, inputSize: 1 }), worker, {})
      expect(Object.is(thrown, value)).toBe(true)
    })

    test.each(['list', 'write'])('thrown by %s of a store', async method => {
      const value = make()
      const fail = () => {
        throw value
      }
      const store = { ...memoryCheckpoints(), [method]: fail }
      const [thrown] = await rejection(data, worker, { checkpoints: { store } })
      expect(thrown).toBeInstanceOf(CheckpointError)
      expect(Object.is((thrown as CheckpointError).cause, value)).toBe(true)
    })
  })
})

// Models and data in a worker: what they give is what the calling thread would have given.
import { expect, test } from 'vitest'
import {
  type BatchLogs,
  DisposedError,
  dataset,
  dense,
  dropout,
  type EngineOptions,
  type LayerParameters,
  memoryCheckpoints,
  memoryUsage,
  sequential,
  streamingDataset,
} from '../../src/index.ts'
import { hashParameters } from '../support/sha256.ts'

const SAMPLES = 120
const INPUTS = 6
const inputs = Array.from({ length: SAMPLES }, (_, i) =>
  Array.from({ length: INPUTS }, (_, j) => Math.sin(i * 12.9898 + j * 78.233)),
)
const labels = inputs.map(([a = 0, b = 0]) => (a + b > 0 ? 1 : 0))

const create = async (options: EngineOptions) =>
  (
    await sequential([dense(8, { activation: 'relu' }), dropout(0.1), dense(2, { activation: 'softmax' })], {
      inputSize: INPUTS,
      seed: 4,
      build: 'simd',
      ...options,
    })
  ).compile({ optimizer: 'adam', learningRate: 0.01 })

const createData = (options: EngineOptions) => dataset({ inputs, labels, build: 'simd', ...options })

const places = [{ worker: true }, { worker: false }]

// The first, since garbage of others would disturb it.
test('disposal leaves nothing in the memory of the worker', async () => {
  const before = await memoryUsage({ worker: true, build: 'simd' })
  for (let i = 0; i < 20; ++i) {
    using model = await create({ worker: true })
    using data = await createData({ worker: true })
    await model.fit(data, { batchSize: 40 })
  }
  expect((await memoryUsage({ worker: true, build: 'simd' })).inUse).toBe(before.inUse)
})

test('a worker gives the bits of the calling thread, wherever the data are', async () => {
  const results: unknown[] = []
  for (const modelPlace of places) {
    for (const dataPlace of places) {
      using model = await create(modelPlace)
      using data = await createData(dataPlace)
      const { epochs } = await model.fit(data, { epochs: 3, batchSize: 16, validationSplit: 0.2 })
      const { loss, accuracy } = await model.evaluate(data)
      results.push({
        weights: await hashParameters(await model.getParameters()),
        losses: epochs.map(logs => [logs.loss, logs.valLoss]),
        evaluation: [loss, accuracy],
        outputs: (await model.predict(inputs)).map(row => [...row]),
      })
    }
  }
  expect(results[1]).toEqual(results[0])
  expect(results[2]).toEqual(results[0])
  expect(results[3]).toEqual(results[0])
})

test.each(places)('data that are not where the model is: %o', async place => {
  const elsewhere = { worker: !place.worker }
  const usage = async () => (await memoryUsage({ ...place, build: 'simd' })).inUse
  using model = await create(place)
  const data = await createData(elsewhere)
  const before = await usage()
  for (let i = 0; i < 3; ++i) {
    await Promise.all([model.evaluate(data), model.predict(data), model.fit(data, { validationSplit: 0.5 })])
  }
  expect(await usage(), 'copies that are left').toBe(before)
  data.dispose()
  await expect(model.evaluate(data)).rejects.toBeInstanceOf(DisposedError)
})

test.each(places)('options and parameters can be of the caller’s own classes: %o', async place => {
  class Stopping {
    readonly monitor = 'loss'
    readonly minDelta = 10
  }
  class Parameters {
    readonly weights: Float32Array
    readonly bias: Float32Array

    constructor({ weights, bias }: LayerParameters) {
      this.weights = weights
      this.bias = bias
    }
  }
  using model = await create(place)
  using data = await createData(place)
  const { epochs } = await model.fit(data, { epochs: 9, earlyStopping: new Stopping() })
  expect(epochs).toHaveLength(2)
  const parameters = await model.getParameters()
  await model.setParameters(parameters.map(layer => new Parameters(layer)))
  expect(await model.getParameters()).toEqual(parameters)
})

test('callbacks, iterators, streams and checkpoints cross', async () => {
  const run = async (place: EngineOptions) => {
    using model = await create(place)
    const batches: BatchLogs[] = []
    const events: string[] = []
    const store = memoryCheckpoints()
    const stream = streamingDataset({
      chunks: async function* () {
        for (let i = 0; i < SAMPLES; i += 40) {
          yield { inputs: inputs.slice(i, i + 40), labels: labels.slice(i, i + 40) }
        }
      },
      samples: SAMPLES,
    })
    const fit = model.fit(stream, {
      epochs: 2,
      batchSize: 30,
      checkpoints: { store, every: 2 },
      onTrainBegin: () => void events.push('begin'),
      onBatchEnd: async logs => {
        await Promise.resolve()
        batches.push(logs)
      },
      onTrainEnd: ({ epochs }) => void events.push(`end after ${epochs.length}`),
    })
    for await (const { epoch } of fit) events.push(`epoch ${epoch}`)
    return { batches, events, files: (await store.list()).sort(), weights: await model.getParameters() }
  }
  const [there, here] = [await run({ worker: true }), await run({ worker: false })]
  expect(there).toEqual(here)
  expect(there.batches).toHaveLength(8)
})

test('a training rests, goes on and is cancelled in a worker as it is here', async () => {
  const run = async (place: EngineOptions) => {
    using model = await create(place)
    using data = await createData(place)
    const controller = new AbortController()
    const losses: number[] = []
    let rest = () => {}
    const resting = new Promise<void>(resolve => {
      rest = resolve
    })
    const fit = model.fit(data, {
      epochs: 3,
      batchSize: 30,
      signal: controller.signal,
      onBatchEnd({ loss }) {
        losses.push(loss)
        if (losses.length === 3) {
          fit.pause()
          rest()
        }
        if (losses.length === 6) controller.abort(new Error('enough'))
      },
    })
    await resting
    const parameters = await model.getParameters()
    for (let i = 0; i < 20; ++i) await new Promise(resolve => setTimeout(resolve))
    expect(losses).toHaveLength(3)
    expect(await model.getParameters()).toEqual(parameters)
    fit.resume()
    await expect(fit).rejects.toThrow('enough')
    return { losses, resting: parameters, cancelled: await model.getParameters() }
  }
  const [there, here] = [await run({ worker: true }), await run({ worker: false })]
  expect(there).toEqual(here)
  expect(there.losses).toHaveLength(6)
  expect(there.cancelled).not.toEqual(there.resting)
})

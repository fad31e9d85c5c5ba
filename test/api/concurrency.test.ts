// What happens at the same time: several operations on one model, callbacks that use it, abortion, disposal.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  type Dataset,
  dataset,
  dense,
  type EngineOptions,
  type FitOptions,
  memoryUsage,
  type Sequential,
  sequential,
} from '../../src/index.ts'

const SAMPLES = 1_000
const INPUTS = 6
const numbers = Float32Array.from({ length: SAMPLES * INPUTS }, (_, i) => Math.sin(i * i))
const labels = Int32Array.from({ length: SAMPLES }, (_, i) => ((numbers[i * INPUTS] ?? 0) > 0 ? 1 : 0))

const createData = () => dataset({ inputs: numbers, inputSize: INPUTS, labels })

async function create(options: EngineOptions = {}): Promise<Sequential> {
  const layers = [dense(5, { activation: 'tanh' }), dense(2, { activation: 'softmax' })]
  return (await sequential(layers, { inputSize: INPUTS, seed: 3, ...options })).compile({ learningRate: 0.2 })
}

let data: Dataset
let inUse = 0

beforeAll(async () => {
  data = await createData()
})

afterAll(() => data.dispose())

// Every time slice is over as soon as it began: operations give way after each batch.
beforeEach(async () => {
  let now = 0
  vi.spyOn(performance, 'now').mockImplementation(() => (now += 1_000))
  inUse = (await memoryUsage()).inUse
})

// Whatever ended, and however, has given its memory back; models are disposed of by their tests.
afterEach(async () => {
  vi.restoreAllMocks()
  expect((await memoryUsage()).inUse).toBe(inUse)
})

/** Parameters after training that nothing disturbs. */
async function trainedAlone(options: FitOptions) {
  using model = await create()
  await model.fit(data, options)
  return model.getParameters()
}

const disposed = { code: 'ERR_DISPOSED', message: 'this model was disposed: create another' }
const dataDisposed = { code: 'ERR_DISPOSED', message: 'this data set was disposed: load it again' }
const running = {
  name: 'StateError',
  code: 'ERR_STATE',
  message: expect.stringContaining('fit is running on this model'),
}

describe('several operations at once', () => {
  test('predictions and evaluations do not disturb each other', async () => {
    using model = await create()
    const [evaluation, outputs, some, [one]] = await Promise.all([
      model.evaluate(data),
      model.predict(data),
      model.predict(data.slice(100, 900)),
      model.predict(numbers.subarray(0, INPUTS)),
    ])
    expect(outputs).toEqual(await model.predict(data))
    expect(some).toEqual(outputs.slice(100, 900))
    expect(one).toEqual(outputs[0])
    expect(evaluation).toEqual(await model.evaluate(data))
  })

  test('nor do they disturb training', async () => {
    using model = await create()
    await Promise.all([
      model.fit(data, { epochs: 3, validationData: data }),
      model.evaluate(data),
      model.predict(data),
      model.toSafetensors(),
    ])
    expect(await model.getParameters()).toEqual(await trainedAlone({ epochs: 3 }))
  })

  test('two models train on one data set', async () => {
    using one = await create()
    using two = await create()
    await Promise.all([one.fit(data, { epochs: 2 }), two.fit(data, { epochs: 2 })])
    expect(await one.getParameters()).toEqual(await trainedAlone({ epochs: 2 }))
    expect(await two.getParameters()).toEqual(await one.getParameters())
  })

  test('a second fit is refused, and the first goes on; behind it there is room for another', async () => {
    using model = await create()
    const first = model.fit(data, { epochs: 2 })
    await expect(model.fit(data)).rejects.toMatchObject(running)
    await expect(first).resolves.toMatchObject({ epochs: [{ epoch: 1 }, { epoch: 2 }] })
    await model.fit(data)
    expect(await model.getParameters()).toEqual(await trainedAlone({ epochs: 3 }))
  })

  test('compile while fit runs is refused, and changes nothing', async () => {
    using model = await create()
    const first = model.fit(data)
    expect(() => model.compile({ learningRate: 5 })).toThrow(
      'compile while a training is under way, which it would not change',
    )
    await first
    expect(await model.getParameters()).toEqual(await trainedAlone({}))
  })
})

describe('a callback', () => {
  test('can ask the model, which changes nothing', async () => {
    using model = await create()
    const predictions: Float32Array[][] = []
    const before = await model.predict(data)
    await model.fit(data, {
      epochs: 2,
      batchSize: 200,
      onBatchEnd: async () => {
        predictions.push(await model.predict(data))
        await model.evaluate(data)
        await model.toSafetensors()
      },
      onEpochEnd: async () => {
        await model.setParameters(await model.getParameters())
      },
    })
    expect(predictions.length).toBe(10)
    expect(new Set([before, ...predictions].map(outputs => String(outputs[0]))).size).toBe(11)
    expect(predictions.at(-1)).toEqual(await model.predict(data))
    expect(await model.getParameters()).toEqual(await trainedAlone({ epochs: 2, batchSize: 200 }))
  })

  test.each(['onBatchEnd', 'onEpochEnd'] as const)('%s cannot train the model', async name => {
    using model = await create()
    const fit = model.fit(data, { [name]: () => model.fit(data).then(() => {}) })
    await expect(fit).rejects.toMatchObject(running)
    await expect(model.fit(data)).resolves.toBeDefined()
  })

  test.each(['onBatchEnd', 'onEpochEnd'] as const)('%s that throws or rejects ends training', async name => {
    using model = await create()
    const reason = new Error('mine')
    let calls = 0
    const throwing = () => {
      calls += 1
      throw reason
    }
    await expect(model.fit(data, { epochs: 2, [name]: throwing })).rejects.toBe(reason)
    await expect(model.fit(data, { epochs: 2, [name]: async () => throwing() })).rejects.toBe(reason)
    await expect(model.fit(data, { [name]: () => Promise.reject(undefined) })).rejects.toBe(undefined)
    expect(calls).toBe(2)
    await expect(model.fit(data)).resolves.toBeDefined()
  })

  test('cannot change the history', async () => {
    using model = await create()
    const { epochs } = await model.fit(data, {
      onEpochEnd: logs => {
        logs.loss = -1
      },
    })
    expect(epochs[0]?.loss).toBeGreaterThan(0)
  })

  test.each(['onBatchEnd', 'onEpochEnd'] as const)(
    '%s can dispose of model and data: fit goes on to its end, and what it asks then rejects',
    async name => {
      const [model, own] = [await create(), await createData()]
      let calls = 0
      const callback = async () => {
        calls += 1
        model.dispose()
        own.dispose()
        await expect(model.predict(data)).rejects.toMatchObject(disposed)
        await expect(own.read()).rejects.toMatchObject(dataDisposed)
      }
      const { epochs } = await model.fit(own, {
        epochs: 3,
        batchSize: SAMPLES,
        validationData: own,
        [name]: callback,
      })
      expect([epochs.length, calls]).toEqual([3, 3])
    },
  )
})

/** Operations of many batches, each of which stops for an abort. */
const operations: [string, (model: Sequential, data: Dataset, signal?: AbortSignal) => Promise<unknown>][] = [
  ['fit', (model, data, signal) => model.fit(data, { epochs: 1e6, ...(signal && { signal }) })],
  ['evaluate', (model, data, signal) => model.evaluate(data, signal && { signal })],
  ['predict of a data set', (model, data, signal) => model.predict(data, signal && { signal })],
]
const withNumbers: typeof operations = [
  ...operations,
  ['predict of numbers', (model, _, signal) => model.predict(numbers, signal && { signal })],
]

/** A callback, and a promise of its n-th call. */
function nthCall(n: number) {
  let calls = 0
  let resolve = () => {}
  const reached = new Promise<void>(done => {
    resolve = done
  })
  const callback = () => {
    calls += 1
    if (calls === n) resolve()
  }
  return { reached, callback }
}

describe.each(withNumbers)('%s', (_, run) => {
  const reason = new Error('enough')

  test('aborted before', async () => {
    using model = await create()
    await expect(run(model, data, AbortSignal.abort(reason))).rejects.toBe(reason)
  })

  test('aborted at once', async () => {
    using model = await create()
    const controller = new AbortController()
    const result = run(model, data, controller.signal)
    controller.abort(reason)
    await expect(result).rejects.toBe(reason)
  })

  test('aborted without a reason', async () => {
    using model = await create()
    const controller = new AbortController()
    const result = run(model, data, controller.signal)
    controller.abort()
    await expect(result).rejects.toMatchObject({ name: 'AbortError' })
    await expect(model.fit(data)).resolves.toBeDefined()
  })

  test('its model disposed of meanwhile, as others run: the memory goes with the last', async () => {
    const model = await create()
    const controller = new AbortController()
    const result = run(model, data, controller.signal)
    const others = [model.predict(data), model.evaluate(data)]
    model.dispose()
    await expect(model.getParameters()).rejects.toMatchObject(disposed)
    await Promise.all(others)
    controller.abort(reason)
    await result.catch(error => expect(error).toBe(reason)) // a short one is done by now
  })
})

describe.each(operations)('%s', (_, run) => {
  test('its data set disposed of before', async () => {
    using model = await create()
    const own = await createData()
    own.dispose()
    await expect(run(model, own)).rejects.toMatchObject(dataDisposed)
    await expect(run(model, own.slice(10))).rejects.toMatchObject(dataDisposed)
  })
})

test('fit, aborted after some batches, from outside', async () => {
  using model = await create()
  const controller = new AbortController()
  const { reached, callback } = nthCall(3)
  const fit = model.fit(data, { epochs: 1e6, signal: controller.signal, onBatchEnd: callback })
  await reached
  controller.abort('enough')
  await expect(fit).rejects.toBe('enough')
})

describe('within a time slice, when operations do not give way', () => {
  beforeEach(() => void vi.spyOn(performance, 'now').mockReturnValue(0))

  test('an abort stops fit behind the batch', async () => {
    using model = await create()
    const controller = new AbortController()
    let batches = 0
    const onBatchEnd = () => {
      batches += 1
      if (batches === 2) controller.abort('enough')
    }
    await expect(model.fit(data, { epochs: 3, signal: controller.signal, onBatchEnd })).rejects.toBe('enough')
    expect(batches).toBe(2)
  })
})

test('aborted afterwards: nothing happens', async () => {
  using model = await create()
  const controller = new AbortController()
  const { signal } = controller
  const history = await model.fit(data, { signal })
  const outputs = await model.predict(data, { signal })
  controller.abort()
  expect(history.epochs.length).toBe(1)
  expect(await model.predict(data)).toEqual(outputs)
})

test('fit, aborted during validation', async () => {
  using model = await create({ worker: false }) // in this thread, which asks for this signal
  const controller = new AbortController()
  const { signal } = controller
  // Asked once after the only training batch, then after each of validation's.
  let asked = 0
  Object.defineProperty(signal, 'aborted', {
    get() {
      asked += 1
      if (asked === 3) controller.abort('enough')
      return asked >= 3
    },
  })
  let batches = 0
  const fit = model.fit(data, {
    batchSize: SAMPLES,
    validationData: data,
    signal,
    onBatchEnd: () => void batches++,
    onEpochEnd: () => expect.unreachable(),
  })
  await expect(fit).rejects.toBe('enough')
  expect(batches).toBe(1)
  expect(asked).toBeGreaterThanOrEqual(3) // and once more, perhaps, as training ends
})

// Code of the caller's that never answers: callbacks, streams, stores, servers. What waits for it can be ended by a signal,
// stop(), dispose() and closeEngine(), here and in a worker.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  type CheckpointStore,
  closeEngine,
  type DataChunk,
  type Dataset,
  dataset,
  dense,
  type FitOptions,
  memoryCheckpoints,
  memoryUsage,
  type Sequential,
  type StreamingDataset,
  sequential,
  streamingDataset,
  type TrainingRun,
} from '../../src/index.ts'

const SAMPLES = 40
const inputs = Array.from({ length: SAMPLES }, (_, i) => [Math.sin(i * 12.9898), Math.sin(i * 78.233)])
const labels = inputs.map(([a = 0, b = 0]) => (a + b > 0 ? 1 : 0))

const closed = { name: 'DisposedError', message: 'the engine was closed: create models and data sets anew' }

/** What never comes. */
const never = () => new Promise<never>(() => {})

/** A promise, and what fulfils it. */
function announced(): { promise: Promise<void>; announce: () => void } {
  let announce = () => {}
  const promise = new Promise<void>(resolve => {
    announce = resolve
  })
  return { promise, announce }
}

const unhandled: unknown[] = []
const note = (event: unknown) => void unhandled.push(event)
const isNode = typeof process === 'object' && 'versions' in process

beforeEach(() => {
  unhandled.length = 0
  if (isNode) process.on('unhandledRejection', note)
  else addEventListener('unhandledrejection', note)
})

afterEach(async () => {
  vi.useRealTimers()
  if (isNode) process.off('unhandledRejection', note)
  else removeEventListener('unhandledrejection', note)
  await closeEngine()
  expect(unhandled).toEqual([])
})

/** Lets the time pass that dispose() gives to what is waited for. */
const passTime = () => vi.advanceTimersByTime(10_000)

describe.each([{ worker: false }, { worker: true }])('%o', place => {
  const create = async (): Promise<Sequential> => {
    const layers = [dense(4, { activation: 'tanh' }), dense(2, { activation: 'softmax' })]
    const model = await sequential(layers, { inputSize: 2, seed: 3, ...place })
    return model.compile({ learningRate: 0.5 })
  }
  const createData = () => dataset({ inputs, labels, ...place })

  /** How a training gets stuck; `announce` is called when it is. */
  type Trap = (announce: () => void) => { data?: StreamingDataset; options?: FitOptions }

  const stuck = (announce: () => void) => () => {
    announce()
    return never()
  }

  const callbacks: [string, Trap][] = (
    ['onTrainBegin', 'onEpochBegin', 'onBatchEnd', 'onEpochEnd', 'onTrainEnd'] as const
  ).map(name => [name, announce => ({ options: { [name]: stuck(announce) } })])

  const chunk = (): DataChunk => ({ inputs: inputs.slice(0, 20), labels: labels.slice(0, 20) })
  /** Chunks, the last but so many of which never comes. */
  const stream = (announce: () => void, chunks: number): StreamingDataset =>
    streamingDataset({
      chunks: async function* () {
        for (let i = 0; i < chunks; ++i) yield chunk()
        announce()
        await never()
      },
    })

  const streams: [string, Trap][] = [
    ['the first chunk', announce => ({ data: stream(announce, 0) })],
    ['the third chunk', announce => ({ data: stream(announce, 2) })],
    ['what gives the chunks', announce => ({ data: streamingDataset({ chunks: stuck(announce) }) })],
    [
      'the second epoch’s first chunk',
      announce => {
        let epoch = 0
        return {
          data: streamingDataset({
            chunks: async function* () {
              epoch += 1
              if (epoch === 1) yield chunk()
              else {
                announce()
                await never()
              }
            },
          }),
        }
      },
    ],
  ]

  const checkpoints = (announce: () => void, method: keyof CheckpointStore): FitOptions => ({
    checkpoints: { store: { ...memoryCheckpoints(), [method]: stuck(announce) }, every: 2 },
  })
  const reads: [string, Trap][] = [
    ['the store’s check', announce => ({ options: checkpoints(announce, 'check') })],
    ['the store’s list', announce => ({ options: checkpoints(announce, 'list') })],
    [
      'the store’s read',
      announce => {
        const options = checkpoints(announce, 'read')
        const list = async () => ['checkpoint-0001-000000.safetensors']
        const store = { ...memoryCheckpoints(), read: stuck(announce), list }
        return { options: { ...options, checkpoints: { store }, resume: true } }
      },
    ],
  ]
  const writes: [string, Trap][] = [
    ['the store’s write', announce => ({ options: checkpoints(announce, 'write') })],
    ['the store’s remove', announce => ({ options: checkpoints(announce, 'remove') })],
  ]

  /** A training that is stuck. */
  async function begin(
    trap: Trap,
    signal?: AbortSignal,
  ): Promise<{ model: Sequential; data: Dataset; run: TrainingRun }> {
    const { promise, announce } = announced()
    const { data: streamed, options } = trap(announce)
    const [model, data] = [await create(), await createData()]
    const run = model.fit(streamed ?? data, {
      epochs: 3,
      batchSize: 10,
      ...options,
      ...(signal && { signal }),
    })
    run.catch(() => {})
    await promise
    for (let i = 0; i < 3; ++i) await new Promise(resolve => setTimeout(resolve))
    return { model, data, run }
  }

  /** The model can be used, and trained again. */
  async function checkModel(model: Sequential, data: Dataset): Promise<void> {
    expect((await model.fit(data)).epochs).toHaveLength(1)
    expect((await model.evaluate(data)).loss).toBeGreaterThan(0)
  }

  const all = [...callbacks, ...streams, ...reads, ...writes]

  test.each([...callbacks, ...streams, ...reads])('a signal ends waiting for %s', async (_, trap) => {
    const controller = new AbortController()
    const { model, data, run } = await begin(trap, controller.signal)
    controller.abort('enough')
    await expect(run).rejects.toBe('enough')
    await checkModel(model, data)
  })

  test.each(writes)('a signal ends waiting for %s, when that had its time', async (_, trap) => {
    const controller = new AbortController()
    const { model, data, run } = await begin(trap, controller.signal)
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    controller.abort('enough')
    passTime()
    vi.useRealTimers()
    await expect(run).rejects.toBe('enough')
    await checkModel(model, data)
  })

  test.each([...callbacks, ...streams, ...reads])('stop() ends waiting for %s', async (name, trap) => {
    const { model, data, run } = await begin(trap)
    run.stop()
    const { epochs } = await run
    const expected = name === 'onTrainEnd' ? 3 : /^onEpochEnd|^the second/.test(name) ? 1 : 0
    expect(epochs).toHaveLength(expected)
    await checkModel(model, data)
  })

  test.each(writes)('stop() ends waiting for %s, when that had its time', async (_, trap) => {
    const { model, data, run } = await begin(trap)
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    run.stop()
    passTime()
    vi.useRealTimers()
    await expect(run).rejects.toMatchObject({
      name: 'CheckpointError',
      message: expect.stringContaining('the store has not answered since stop()'),
    })
    await checkModel(model, data)
  })

  test.each(all)('dispose() ends waiting for %s, when that had its time', async (_, trap) => {
    const before = (await memoryUsage(place)).inUse
    const { model, data, run } = await begin(trap)
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    model.dispose()
    passTime()
    vi.useRealTimers()
    await expect(run).rejects.toMatchObject({
      name: 'DisposedError',
      message: expect.stringMatching(/^this model was disposed, and .+ has not answered since$/),
    })
    data.dispose()
    expect((await memoryUsage(place)).inUse).toBe(before)
  })

  test.each(all)('closeEngine() ends waiting for %s', async (_, trap) => {
    const { model, data, run } = await begin(trap)
    await closeEngine()
    await expect(run).rejects.toMatchObject(closed)
    await expect(model.evaluate(data)).rejects.toMatchObject(closed)
  })

  test('closeEngine() just behind fit ends what waits later', async () => {
    const model = await create()
    const data = await createData()
    const run = model.fit(data, { onTrainBegin: never })
    const ended = expect(run).rejects.toMatchObject(closed)
    await closeEngine()
    await ended
  })

  test('a second fit is refused, though the first has more to load', async () => {
    const model = await create()
    const data = await createData()
    const run = model.fit(data, {
      epochs: 2,
      checkpoints: { store: memoryCheckpoints() },
      onEpochEnd: () => {},
    })
    await expect(model.fit(data)).rejects.toMatchObject({
      name: 'StateError',
      message: expect.stringContaining('fit is running on this model already'),
    })
    expect((await run).epochs).toHaveLength(2)
  })

  test('dispose() lets a callback and a stream have their time, and the training ends as it would have', async () => {
    const model = await create()
    let disposals = 0
    const run = model.fit(
      streamingDataset({
        chunks: async function* () {
          for (let i = 0; i < 2; ++i) {
            await new Promise(resolve => setTimeout(resolve, 5))
            yield chunk()
          }
        },
      }),
      {
        epochs: 3,
        batchSize: 10,
        onBatchEnd: async () => {
          disposals += 1
          model.dispose()
          await new Promise(resolve => setTimeout(resolve, 2))
        },
      },
    )
    expect((await run).epochs).toHaveLength(3)
    expect(disposals).toBe(12)
  })

  test('what a callback that nobody waits for throws later, nobody hears of', async () => {
    const model = await create()
    const data = await createData()
    let fail = (_: Error) => {}
    const run = model.fit(data, {
      onEpochEnd: (_, run) => {
        run.stop()
        // Once the answer is waited for: an end before it would not be one of this wait.
        setTimeout(() => run.stop(), 20)
        return new Promise((_, reject) => {
          fail = reject
        })
      },
    })
    expect((await run).epochs).toHaveLength(1)
    fail(new Error('too late'))
    await new Promise(resolve => setTimeout(resolve, 5))
  })

  test('stop() before the beginning: callbacks are called and awaited all the same', async () => {
    const model = await create()
    const data = await createData()
    const events: string[] = []
    const run = model.fit(data, {
      onTrainBegin: async () => {
        await new Promise(resolve => setTimeout(resolve, 2))
        events.push('begin')
      },
      onTrainEnd: async () => {
        await new Promise(resolve => setTimeout(resolve, 2))
        events.push('end')
      },
    })
    run.stop()
    expect((await run).epochs).toEqual([])
    expect(events).toEqual(['begin', 'end'])
  })

  test('a callback that trains its own model, or waits for its own training: it can be ended', async () => {
    const model = await create()
    const data = await createData()
    const errors: unknown[] = []
    const { promise, announce } = announced()
    const run: TrainingRun = model.fit(data, {
      epochs: 2,
      onEpochEnd: async ({ epoch }) => {
        if (epoch === 1) await model.fit(data).catch(error => errors.push(error))
        else {
          announce()
          await run
        }
      },
    })
    await promise
    expect(errors).toMatchObject([{ name: 'StateError' }])
    await new Promise(resolve => setTimeout(resolve, 5))
    run.stop()
    expect((await run).epochs).toHaveLength(2)
  })

  test('a generator whose return never comes: stop() ends the training, when that had its time', async () => {
    const model = await create()
    const data = await createData()
    const { promise, announce } = announced()
    const run = model.fit(
      streamingDataset({
        chunks: () => ({
          [Symbol.asyncIterator]: () => ({
            next: async () => ({ done: false as const, value: chunk() }),
            return: stuck(announce),
          }),
        }),
      }),
      { batchSize: 10, onBatchEnd: (_, run) => run.stop() },
    )
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    await promise
    passTime()
    vi.useRealTimers()
    expect((await run).epochs).toEqual([])
    await checkModel(model, data)
  })

  test('a loop over the batches whose body never goes on leaves the training alone', async () => {
    const model = await create()
    const data = await createData()
    const run = model.fit(data, { epochs: 2 })
    void (async () => {
      for await (const _ of run.batches()) await never()
    })()
    expect((await run).epochs).toHaveLength(2)
  })
})

// fit on a stream: what a data set gives, chunk by chunk, gives the same bits.
import { describe, expect, test } from 'vitest'
import {
  ArgumentError,
  type AugmentationOptions,
  type CompileOptions,
  type DataChunk,
  DataError,
  type Dataset,
  dataset,
  dense,
  type FitOptions,
  ShapeError,
  StateError,
  type StreamingDataset,
  sequential,
  streamingDataset,
} from '../../src/index.ts'

const SAMPLES = 70
const SIZE = 5
const inputs = Array.from({ length: SAMPLES }, (_, i) =>
  Array.from({ length: SIZE }, (_, j) => Math.sin(i * 12.9898 + j * 78.233)),
)
const labels = inputs.map(([a = 0, b = 0]) => (a > b ? 1 : 0))

/** The samples in chunks of so many. */
async function* chunksOf(size: number): AsyncGenerator<DataChunk> {
  for (let begin = 0; begin < SAMPLES; begin += size) {
    yield { inputs: inputs.slice(begin, begin + size), labels: labels.slice(begin, begin + size) }
  }
}

const create = async (compile: CompileOptions = { optimizer: 'momentum' }) =>
  (
    await sequential([dense(4, { activation: 'tanh' }), dense(2, { activation: 'softmax' })], {
      inputSize: SIZE,
      seed: 1,
    })
  ).compile(compile)

async function train(data: StreamingDataset | 'stored', options: FitOptions, compile?: CompileOptions) {
  using model = await create(compile)
  const train = data === 'stored' ? await dataset({ inputs, labels }) : data
  const { epochs } = await model.fit(train, options)
  return {
    epochs: epochs.map(({ seconds, ...logs }) => logs),
    parameters: await model.getParameters(),
  }
}

describe('a stream trains as the data set with the same samples does', () => {
  test.each([1, 7, 16, 100])('in chunks of %s', async size => {
    const stream = streamingDataset({ chunks: () => chunksOf(size) })
    const options = { epochs: 3, batchSize: 16, shuffle: false }
    expect(await train(stream, options)).toEqual(await train('stored', options))
  })

  test.each([true, false])(
    'with gradients that are added up; the number of samples known: %s',
    async isKnown => {
      const stream = streamingDataset({ chunks: () => chunksOf(10), ...(isKnown && { samples: SAMPLES }) })
      const options = { epochs: 2, batchSize: 8, accumulate: 4, shuffle: false }
      expect(await train(stream, options)).toEqual(await train('stored', options))
    },
  )

  test('with sample weights', async () => {
    const sampleWeights = inputs.map((_, i) => (i % 3) + 0.5)
    async function* weighted() {
      let begin = 0
      for await (const chunk of chunksOf(10)) {
        yield { ...chunk, sampleWeights: sampleWeights.slice(begin, begin + 10) }
        begin += 10
      }
    }
    using model = await create()
    const options = { epochs: 2, batchSize: 16, shuffle: false }
    await model.fit(streamingDataset({ chunks: weighted }), options)
    using stored = await create()
    await stored.fit(await dataset({ inputs, labels, sampleWeights }), options)
    expect(await model.getParameters()).toEqual(await stored.getParameters())
    const { parameters } = await train('stored', options)
    expect(await model.getParameters()).not.toEqual(parameters)
  })

  test('as images that are distorted', async () => {
    const images = { inputs: new Uint8Array(SAMPLES * 36).map((_, i) => (i * i) % 251), labels }
    async function* chunks() {
      for (let begin = 0; begin < SAMPLES; begin += 10) {
        const end = begin + 10
        yield {
          inputs: images.inputs.subarray(36 * begin, 36 * end),
          labels: labels.slice(begin, end),
          imageShape: [6, 6] as const,
        }
      }
    }
    const run = async (data: Dataset | StreamingDataset, augmentation?: AugmentationOptions) => {
      const layers = [dense(2, { activation: 'softmax' })]
      using model = (await sequential(layers, { inputSize: 36, seed: 1 })).compile()
      await model.fit(data, { batchSize: 16, shuffle: false, ...(augmentation && { augmentation }) })
      return model.getParameters()
    }
    const distorted = await run(streamingDataset({ chunks }), { rotation: 20 })
    expect(distorted).toEqual(await run(await dataset({ ...images, imageShape: [6, 6] }), { rotation: 20 }))
    expect(distorted).not.toEqual(await run(streamingDataset({ chunks })))
  })

  test('with dropLast and a schedule', async () => {
    const stream = streamingDataset({ chunks: () => chunksOf(10), samples: SAMPLES })
    const options = { epochs: 2, batchSize: 16, dropLast: true, shuffle: false }
    const compile: CompileOptions = { optimizer: 'adam', schedule: 'oneCycle' }
    expect(await train(stream, options, compile)).toEqual(await train('stored', options, compile))
  })
})

test('a shuffle buffer mixes the samples otherwise in each epoch, and the same for the same seed', async () => {
  const run = (shuffleBuffer: number) =>
    train(streamingDataset({ chunks: () => chunksOf(10), shuffleBuffer }), { epochs: 2, batchSize: 16 })
  const mixed = await run(30)
  expect(await run(30)).toEqual(mixed)
  expect(await run(0)).not.toEqual(mixed)
})

test('chunks are asked for as they are needed, and the iterator is closed when training stops', async () => {
  using model = await create()
  let given = 0
  let closed = 0
  const stream = streamingDataset({
    async *chunks() {
      try {
        for (;;) {
          given += 1
          yield { inputs: inputs.slice(0, 10), labels: labels.slice(0, 10) }
        }
      } finally {
        closed += 1
      }
    },
  })
  let batches = 0
  const run = model.fit(stream, {
    batchSize: 10,
    onBatchEnd: ({ iterations }) => {
      expect(iterations).toBe(Number.POSITIVE_INFINITY)
      batches += 1
      expect(given - batches).toBeLessThanOrEqual(2)
      if (batches === 5) run.stop()
    },
  })
  await run
  expect(batches).toBe(5)
  expect(closed).toBe(1)
})

describe('another number of samples than was said', () => {
  /** What a training said before it failed. */
  async function failed(samples: number, options: FitOptions = {}, chunks = () => chunksOf(10)) {
    using model = await create({ optimizer: 'adam', schedule: { name: 'step', every: 1 } })
    const iterations: number[] = []
    const epochs: number[] = []
    const fit = model.fit(streamingDataset({ chunks, samples }), {
      epochs: 2,
      batchSize: 16,
      onBatchEnd: logs => void iterations.push(logs.iteration),
      onEpochEnd: logs => void epochs.push(logs.epoch),
      ...options,
    })
    const error = await fit.then(
      () => expect.unreachable(),
      (error: Error) => error,
    )
    expect(error).toBeInstanceOf(DataError)
    return { message: error.message, iterations, epochs }
  }

  test('more', async () => {
    const { message, iterations, epochs } = await failed(40)
    expect(message).toBe(
      'the stream has 70 samples, and streamingDataset was told 40: give samples: 70, or leave it out',
    )
    expect(iterations).toEqual([1, 2])
    expect(epochs).toEqual([])
  })

  test('fewer', async () => {
    const { message, iterations, epochs } = await failed(75)
    expect(message).toContain('has 70 samples, and streamingDataset was told 75')
    expect(iterations).toEqual([1, 2, 3, 4, 5])
    expect(epochs).toEqual([])
  })

  test('one more and one less where the last batch is left out', async () => {
    for (const samples of [69, 71]) {
      const { message } = await failed(samples, { dropLast: true })
      expect(message).toContain(`has 70 samples, and streamingDataset was told ${samples}`)
    }
  })

  test('in a later epoch', async () => {
    let epoch = 0
    const { message, epochs } = await failed(SAMPLES, {}, async function* () {
      epoch += 1
      for await (const chunk of chunksOf(10)) {
        yield chunk
        if (epoch === 2) return
      }
    })
    expect(message).toContain(`has 10 samples, and streamingDataset was told ${SAMPLES}`)
    expect(epochs).toEqual([1])
  })

  test('without an end', async () => {
    const { message } = await failed(40, {}, async function* () {
      for (;;) yield* chunksOf(10)
    })
    expect(message).toMatch(/^the stream has more than \d+ samples, and streamingDataset was told 40/)
  })

  test('is no matter to a training that is stopped before', async () => {
    using model = await create()
    const run = model.fit(streamingDataset({ chunks: () => chunksOf(10), samples: 1000 }), {
      batchSize: 16,
      onBatchEnd: () => run.stop(),
    })
    await expect(run).resolves.toMatchObject({ epochs: [] })
  })
})

describe('refused', () => {
  test('a generator that is to be read twice', async () => {
    using model = await create()
    const fit = model.fit(streamingDataset({ chunks: chunksOf(10) }), { epochs: 2 })
    await expect(fit).rejects.toThrow(StateError)
  })

  test('a schedule that must know the length', async () => {
    using model = await create({ optimizer: 'sgd', schedule: 'cosine' })
    const fit = model.fit(streamingDataset({ chunks: () => chunksOf(10) }))
    await expect(fit).rejects.toThrow(ArgumentError)
    await expect(fit).rejects.toThrow("the schedule 'cosine' needs the length of an epoch")
  })

  test('labels that the network has no output for, samples of another size, and splits', async () => {
    using model = await create()
    const bad = streamingDataset({ chunks: [{ inputs, labels: labels.map(label => label * 2) }] })
    await expect(model.fit(bad)).rejects.toThrow('label 2')
    const short = streamingDataset({ chunks: [{ inputs: [[1, 2]], labels: [0] }] })
    await expect(model.fit(short)).rejects.toThrow(ShapeError)
    const good = streamingDataset({ chunks: () => chunksOf(10) })
    await expect(model.fit(good, { validationSplit: 0.5 })).rejects.toThrow('a stream cannot be split')
  })

  test('what the source throws', async () => {
    using model = await create()
    const fit = model.fit(
      streamingDataset({
        async *chunks() {
          yield { inputs, labels }
          throw new Error('the cable was pulled out')
        },
      }),
      { batchSize: 16 },
    )
    await expect(fit).rejects.toThrow('the cable was pulled out')
  })
})

// Streams of chunks: re-cut into batches, in bounded memory, checked, shuffled, and ended early.
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { streamingDataset } from '../../src/api/streaming-dataset.ts'
import type { DataChunk, StreamingDatasetOptions } from '../../src/api/streaming-options.ts'
import { ChunkReader, type ChunkReaderOptions } from '../../src/data/chunk-reader.ts'
import { createRoom } from '../../src/data/rows.ts'
import { allocateSamples } from '../../src/data/samples.ts'
import { engineFor } from '../../src/engine/engines.ts'
import { Arena } from '../../src/wasm/arena.ts'
import { loadModuleSource } from '../../src/wasm/module-sources.ts'
import { createRuntime } from '../../src/wasm/runtime.ts'

const engine = await engineFor({ build: 'simd' })
const permutation = (length: number, seed: number, stream: number) => engine.permutation(length, seed, stream)

/** For what TypeScript refuses and plain JavaScript does not. */
const untyped = (value: unknown) => value as never

/** Samples whose two values, label and target are made of their number. */
const chunkOf = (numbers: number[]): DataChunk => ({
  inputs: Float32Array.from(numbers.flatMap(number => [number, number + 1])),
  labels: numbers,
  targets: Float32Array.from(numbers, number => number / 2),
})

/** Chunks of samples numbered from 0, of the given sizes. */
function chunksOf(sizes: number[]): DataChunk[] {
  let number = 0
  return sizes.map(size => chunkOf(Array.from({ length: size }, () => number++)))
}

/** All batches of one epoch, as the numbers of their samples, once inputs, labels and targets have been seen to agree. */
async function batchesOf(
  options: StreamingDatasetOptions,
  batchSize: number,
  readerOptions: ChunkReaderOptions = {},
): Promise<number[][]> {
  const reader = await ChunkReader.open(
    await streamingDataset({ inputSize: 2, ...options }).open(),
    readerOptions,
  )
  const room = createRoom(reader.layout, batchSize)
  const batches: number[][] = []
  for (;;) {
    const rows = await reader.next(room, batchSize)
    if (rows === 0) break
    const labels = [...(room.labels?.view.subarray(0, rows) ?? [])]
    expect([...room.inputs.view.subarray(0, 2 * rows)]).toEqual(labels.flatMap(label => [label, label + 1]))
    expect([...(room.targets?.view.subarray(0, rows) ?? [])]).toEqual(labels.map(label => label / 2))
    batches.push(labels)
  }
  expect(await reader.next(room, batchSize)).toBe(0)
  return batches
}

const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0)
const ascending = (numbers: number[]) => numbers.toSorted((a, b) => a - b)
const upTo = (length: number) => Array.from({ length }, (_, i) => i)
const sizes = fc.array(fc.nat(9), { maxLength: 12 }).filter(sizes => sum(sizes) > 0)
const batchSize = fc.integer({ min: 1, max: 20 })

test('chunks of any sizes become batches of one size, the last one shorter', async () => {
  await fc.assert(
    fc.asyncProperty(sizes, batchSize, async (sizes, batchSize) => {
      const numbers = upTo(sum(sizes))
      const expected = upTo(Math.ceil(numbers.length / batchSize)).map(i =>
        numbers.slice(i * batchSize, (i + 1) * batchSize),
      )
      const chunks = chunksOf(sizes)
      expect(await batchesOf({ chunks }, batchSize)).toEqual(expected)
      expect(await batchesOf({ chunks: () => new Set(chunks) }, batchSize)).toEqual(expected)
      const generate = async function* () {
        yield* chunks
      }
      expect(await batchesOf({ chunks: generate }, batchSize)).toEqual(expected)
      const stream = async () =>
        new ReadableStream<DataChunk>({
          start(controller) {
            for (const chunk of chunks) controller.enqueue(chunk)
            controller.close()
          },
        })
      expect(await batchesOf({ chunks: stream }, batchSize)).toEqual(expected)
    }),
  )
})

describe('shuffled', () => {
  const shuffle = (rows: number, seed = 0, epoch = 0) => ({ shuffle: { rows, seed, epoch, permutation } })

  test('every sample comes once, the same for the same seed and epoch', async () => {
    await fc.assert(
      fc.asyncProperty(
        sizes,
        batchSize,
        fc.integer({ min: 1, max: 30 }),
        fc.nat(),
        async (sizes, size, rows, seed) => {
          const chunks = chunksOf(sizes)
          const batches = await batchesOf({ chunks }, size, shuffle(rows, seed))
          expect(ascending(batches.flat())).toEqual(upTo(sum(sizes)))
          expect(batches.slice(0, -1).every(batch => batch.length === size)).toBe(true)
          expect(await batchesOf({ chunks }, size, shuffle(rows, seed))).toEqual(batches)
          const others = await batchesOf({ chunks: [chunkOf(upTo(sum(sizes)))] }, 7, shuffle(rows, seed))
          expect(others.flat()).toEqual(batches.flat())
        },
      ),
    )
  })

  test('other seeds and epochs give other orders; a buffer of one row gives none', async () => {
    const order = async (...of: [number, number?, number?]) =>
      (await batchesOf({ chunks: chunksOf([30, 30, 40]) }, 100, shuffle(...of))).flat()
    const orders = await Promise.all([order(20), order(20, 1), order(20, 0, 1), order(20, 1, 1), order(21)])
    expect(new Set(orders.map(String)).size).toBe(5)
    expect(await order(1)).toEqual(upTo(100))
  })

  test('a buffer larger than any memory takes room for the rows that come', async () => {
    const numbers = (await batchesOf({ chunks: chunksOf([300, 200]) }, 500, shuffle(2 ** 40))).flat()
    expect(ascending(numbers)).toEqual(upTo(500))
    expect(numbers).toEqual((await batchesOf({ chunks: chunksOf([300, 200]) }, 500, shuffle(501))).flat())
  })

  test('rows go as far as a buffer lets them, and no further forward', async () => {
    const numbers = (await batchesOf({ chunks: chunksOf([1000]) }, 1000, shuffle(100))).flat()
    numbers.forEach((number, place) => {
      expect(number - place).toBeLessThan(100)
    })
    const shifts = numbers.map((number, place) => Math.abs(number - place))
    expect(Math.max(...shifts)).toBeGreaterThan(100)
    expect(sum(shifts) / 1000).toBeGreaterThan(30)
  })

  test('a buffer that holds all gives every order of three about equally often', async () => {
    const counts = new Map<string, number>()
    for (let seed = 0; seed < 600; ++seed) {
      const order = String((await batchesOf({ chunks: chunksOf([2, 1]) }, 3, shuffle(3, seed))).flat())
      counts.set(order, (counts.get(order) ?? 0) + 1)
    }
    // A buffer of exactly three keeps the last ones for its second round: only one that is larger sees the end at once.
    const all = new Map<string, number>()
    for (let seed = 0; seed < 600; ++seed) {
      const order = String((await batchesOf({ chunks: chunksOf([2, 1]) }, 3, shuffle(4, seed))).flat())
      all.set(order, (all.get(order) ?? 0) + 1)
    }
    for (const found of [counts, all]) {
      expect(found.size).toBe(6)
      // Binomial, n = 600, p = 1/6: standard deviation 9.1.
      for (const count of found.values()) expect(Math.abs(count - 100)).toBeLessThan(46)
    }
  })
})

describe('memory', () => {
  test('at most the chunk in hand and the next have been asked for, at any time', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, batchSize, async (sizes, batchSize) => {
        let given = 0
        function* chunks() {
          for (const chunk of chunksOf(sizes)) {
            given += 1
            yield chunk
          }
        }
        const reader = await ChunkReader.open(await streamingDataset({ chunks, inputSize: 2 }).open())
        const room = createRoom(reader.layout, batchSize)
        for (let read = 0; ; ) {
          const rows = await reader.next(room, batchSize)
          if (rows === 0) break
          read += rows
          await Promise.resolve()
          // Chunks of which a row was read, and empty ones before them.
          let begun = 0
          for (let before = 0; begun < sizes.length && before < read; ++begun) before += sizes[begun] ?? 0
          let next = begun
          while (sizes[next] === 0) ++next
          expect(given).toBeLessThanOrEqual(next + 1)
        }
      }),
    )
  })

  test('batches go to linear memory, also when that grows while a chunk is awaited', async () => {
    const runtime = await createRuntime('simd', loadModuleSource)
    const arena = new Arena(runtime.memory)
    async function* chunks() {
      for (const chunk of chunksOf([3, 3, 3])) {
        arena.f32(100_000)
        yield chunk
      }
    }
    const reader = await ChunkReader.open(await streamingDataset({ chunks, inputSize: 2 }).open())
    const samples = allocateSamples(arena, reader.layout, 4)
    expect(samples.info).toEqual({ samples: 4, inputSize: 2, targetSize: 1 })
    const labels: number[] = []
    for (let rows = 4; rows === 4; ) {
      rows = await reader.next(samples, 4)
      labels.push(...(samples.labels?.view.subarray(0, rows) ?? []))
      const [first = 0] = samples.labels?.view ?? []
      expect([...samples.inputs.view.subarray(0, 2)]).toEqual([first, first + 1])
    }
    expect(labels).toEqual(upTo(9))
    arena.free()
  })

  test('pixels stay bytes', async () => {
    const chunks = [
      { inputs: Uint8Array.of(1, 2), bytes: 'pixels' as const },
      { inputs: Uint8ClampedArray.of(3, 4, 5, 6) },
    ]
    const reader = await ChunkReader.open(await streamingDataset({ chunks, inputSize: 2 }).open())
    expect(reader.layout).toEqual({
      inputSize: 2,
      isBytes: true,
      hasLabels: false,
      targetSize: undefined,
      hasWeights: false,
      imageShape: undefined,
    })
    const room = createRoom(reader.layout, 3)
    expect(await reader.next(room, 3)).toBe(3)
    expect(room).toEqual({
      inputs: { view: Uint8Array.of(1, 2, 3, 4, 5, 6) },
      labels: undefined,
      targets: undefined,
    })
  })
})

describe('epochs', () => {
  test('a function and an array can be read again and again', async () => {
    for (const chunks of [chunksOf([2, 3]), () => chunksOf([2, 3]).values()]) {
      const data = streamingDataset({ chunks, inputSize: 2 })
      for (let epoch = 0; epoch < 2; ++epoch) {
        const reader = await ChunkReader.open(await data.open())
        expect(await reader.next(createRoom(reader.layout, 9), 9)).toBe(5)
      }
    }
  })

  test('a generator and a stream once', async () => {
    for (const chunks of [chunksOf([1]).values(), new ReadableStream<DataChunk>()]) {
      const data = streamingDataset({ chunks })
      await data.open()
      await expect(data.open()).rejects.toThrow(
        expect.objectContaining({
          code: 'ERR_STATE',
          message: expect.stringContaining('give a function that makes them for each epoch'),
        }),
      )
    }
  })

  test('a function that gives the same generator again gives no samples', async () => {
    const generator = chunksOf([1]).values()
    const data = streamingDataset({ chunks: () => generator, inputSize: 2 })
    const reader = await ChunkReader.open(await data.open())
    expect(await reader.next(createRoom(reader.layout, 2), 2)).toBe(1)
    await expect(ChunkReader.open(await data.open())).rejects.toMatchObject({
      code: 'ERR_DATA_COUNT',
      message: expect.stringContaining('it must make new ones at each call'),
    })
  })
})

/** Something to be called once, and a promise of that. */
function signal() {
  let resolve = () => {}
  const called = new Promise<void>(resolved => {
    resolve = resolved
  })
  return { called, call: vi.fn(() => resolve()) }
}

/** Reads all of it; counts how often the iterator's `return` was called. */
async function readAll(
  chunks: DataChunk[],
  { classes, ...options }: Partial<StreamingDatasetOptions> & { classes?: number } = {},
) {
  const closed = signal()
  async function* generate() {
    try {
      yield* chunks
    } finally {
      closed.call()
    }
  }
  const error = await batchesOf({ chunks: generate, ...options }, 4, { classes }).then(
    () => undefined,
    error => error,
  )
  // What closes the source is not waited for where reading fails.
  await closed.called
  expect(closed.call).toHaveBeenCalledTimes(1)
  return error
}

describe('chunks that are refused, by their number, and the source is closed', () => {
  const good = chunkOf([0, 1, 2])
  const { inputs, labels = [], targets } = good
  const flat = { inputs: new Float32Array(6), labels: [0, 1, 2], targets: new Float32Array(3) }

  test.each<[string, DataChunk, string, string]>([
    [
      'another inputSize',
      { ...flat, inputSize: 3, labels: [0, 1], targets: [[1], [2]] },
      'ERR_SHAPE',
      'chunk 2 has 3 numbers a sample',
    ],
    ['bytes', { ...flat, inputs: new Uint8ClampedArray(6) }, 'ERR_SHAPE', 'chunk 2 has 2 bytes a sample'],
    [
      'no labels',
      { inputs, ...(targets && { targets }) },
      'ERR_SHAPE',
      'no labels and 1 values a target, but those before have',
    ],
    [
      'sampleWeights',
      { ...good, sampleWeights: [1, 2, 3] },
      'ERR_SHAPE',
      'a target, with sampleWeights, but',
    ],
    [
      'too few sampleWeights',
      { ...good, sampleWeights: [1] },
      'ERR_SHAPE',
      'chunk 2 has 1 sampleWeights for 3',
    ],
    ['images', { ...flat, imageShape: [1, 2] }, 'ERR_SHAPE', 'a target, as images of 1 × 2, but'],
    ['no targets', { inputs, labels }, 'ERR_SHAPE', 'labels and no targets, but'],
    ['another targetSize', { ...flat, targets: new Float32Array(6) }, 'ERR_SHAPE', '2 values a target, but'],
    [
      'half a row',
      { ...flat, inputs: new Float32Array(5) },
      'ERR_SHAPE',
      'chunk 2 has inputs of 5 elements: expected rows of 2',
    ],
    [
      'half an inputSize',
      { ...flat, inputSize: 1.5, labels: [0, 1, 2, 3] },
      'ERR_SHAPE',
      'expected rows of 1.5',
    ],
    ['a negative inputSize', { ...flat, inputSize: -2 }, 'ERR_SHAPE', 'expected rows of -2'],
    ['too few labels', { ...flat, labels: [0] }, 'ERR_SHAPE', 'chunk 2 has 1 labels for 3 samples'],
    [
      'targets that do not divide',
      { ...flat, targets: new Float32Array(4) },
      'ERR_SHAPE',
      '4 values in targets for 3 samples',
    ],
    [
      'no values in targets',
      { ...flat, targets: new Float32Array() },
      'ERR_SHAPE',
      '0 values in targets for 3 samples',
    ],
    ['ragged rows', { ...flat, inputs: [[1, 2], [3], [4]] }, 'ERR_SHAPE', 'chunk 2: inputs[1] has 1 values'],
    ['text', { ...flat, inputs: untyped('12') }, 'ERR_ARGUMENT', 'chunk 2: inputs is of type String'],
    ['a label that is none', { ...flat, labels: [0, 0.5, 1] }, 'ERR_ARGUMENT', 'chunk 2: labels[1] is 0.5'],
    [
      'a label too large',
      { ...flat, labels: [0, 1, 5] },
      'ERR_SHAPE',
      'chunk 2 has the label 5 in row 2: expected a class 0–4',
    ],
    ['null', untyped(null), 'ERR_ARGUMENT', 'chunk 2 is of type Null: expected an object with inputs'],
  ])('%s', async (_, chunk, code, message) => {
    expect(await readAll([good, chunk, good], { classes: 5 })).toMatchObject({
      code,
      message: expect.stringContaining(message),
    })
  })

  test('the first one', async () => {
    expect(await readAll([{ ...good, labels: [1] }])).toMatchObject({
      message: 'chunk 1 has 1 labels for 3 samples: expected one for each',
    })
  })

  test('none at all', async () => {
    expect(await readAll([])).toMatchObject({ code: 'ERR_DATA_COUNT' })
    expect(await readAll([{ ...chunkOf([]) }])).toMatchObject({ code: 'ERR_DATA_COUNT' })
    expect(await readAll([good, chunkOf([]), good])).toBeUndefined()
  })

  test('what the source throws, and what its function gives', async () => {
    const failure = new Error('no network')
    async function* broken() {
      yield good
      throw failure
    }
    await expect(batchesOf({ chunks: broken }, 2)).rejects.toBe(failure)
    await expect(batchesOf({ chunks: () => Promise.reject(failure) }, 2)).rejects.toBe(failure)
    await expect(batchesOf({ chunks: untyped(() => 5) }, 2)).rejects.toMatchObject({
      code: 'ERR_ARGUMENT',
      message: 'chunks() gave something of type Number: expected an iterable or a stream',
    })
  })
})

describe('ended early', () => {
  /** A source of chunks without end, or one that is stuck behind the first two. */
  function endless(isStuck: boolean) {
    const closed = signal()
    async function* chunks() {
      try {
        yield chunkOf([0])
        yield chunkOf([1])
        if (isStuck) await new Promise(() => {})
        for (;;) yield chunkOf([2])
      } finally {
        closed.call()
      }
    }
    return { data: streamingDataset({ chunks, inputSize: 2 }), closed }
  }

  test('close ends the iterator, once', async () => {
    const { data, closed } = endless(false)
    const reader = await ChunkReader.open(await data.open())
    const room = createRoom(reader.layout, 3)
    expect(await reader.next(room, 3)).toBe(3)
    await reader.close()
    await reader.close()
    expect(closed.call).toHaveBeenCalledTimes(1)
    expect(await reader.next(room, 3)).toBe(0)
  })

  test('a signal ends it, also while a chunk does not come', async () => {
    for (const isStuck of [false, true]) {
      const { data, closed } = endless(isStuck)
      const controller = new AbortController()
      const reader = await ChunkReader.open(await data.open(), { signal: controller.signal })
      const room = createRoom(reader.layout, 2)
      expect(await reader.next(room, 2)).toBe(2)
      const next = isStuck ? reader.next(room, 2) : undefined
      controller.abort('enough')
      await expect(next ?? reader.next(room, 2)).rejects.toBe('enough')
      await expect(reader.next(room, 2)).rejects.toBe('enough')
      if (!isStuck) await closed.called
    }
  })

  test('before it began', async () => {
    const { data } = endless(false)
    await expect(ChunkReader.open(await data.open(), { signal: AbortSignal.abort('no') })).rejects.toBe('no')
  })
})

test.each<[string, unknown, string]>([
  ['nothing', undefined, 'streamingDataset takes its options as an object'],
  ['no chunks', {}, 'chunks is of type Undefined: expected a function'],
  [
    'a buffer misspelt',
    { chunks: [], buffer: 5 },
    'streamingDataset has no option buffer (did you mean shuffleBuffer?): it takes chunks, ',
  ],
  ['text', { chunks: 'abc' }, 'chunks is of type String'],
  ['half a buffer', { chunks: [], shuffleBuffer: 0.5 }, 'shuffleBuffer is 0.5'],
  ['a negative buffer', { chunks: [], shuffleBuffer: -1 }, 'shuffleBuffer is -1'],
  ['no samples', { chunks: [], samples: 0 }, 'samples is 0'],
])('streamingDataset refuses %s', (_, options, message) => {
  expect(() => streamingDataset(untyped(options))).toThrow(
    expect.objectContaining({ code: 'ERR_ARGUMENT', message: expect.stringContaining(message) }),
  )
})

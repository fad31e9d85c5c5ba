// Every error that the package throws, by a call that provokes it: its class, its code, and a message that says what
// was found, what was expected and what to do.
import { describe, expect, test, vi } from 'vitest'
import * as platform from '#platform'
import * as wasmlp from '../../src/index.ts'
import { encodeIdx, encodeIdxHeader } from '../support/encode-idx.ts'
import { gzip } from '../support/gzip.ts'

const { dataset, dense, loadMnist, sequential, sequentialFromSafetensors, WasmlpError } = wasmlp

type ErrorClass = new (...args: never[]) => wasmlp.WasmlpError

const images = encodeIdx('uint8', [2, 1, 2], [1, 2, 3, 4])
const labels = encodeIdx('uint8', [2], [0, 1])
const load = (trainImages: Uint8Array) =>
  loadMnist({ trainImages, trainLabels: labels, testImages: images, testLabels: labels })
const perceptron = () => sequential([dense(1)], { inputSize: 2 })

async function withoutSimd(): Promise<unknown> {
  const validate = vi.spyOn(WebAssembly, 'validate').mockReturnValue(false)
  try {
    return await perceptron()
  } finally {
    validate.mockRestore()
  }
}

const cases: [code: string, Class: ErrorClass, provoke: () => Promise<unknown>, message: RegExp][] = [
  [
    'ERR_SHAPE',
    wasmlp.ShapeError,
    async () => (await perceptron()).predict([[1, 2, 3]]),
    /^dense\(1\) expects inputs of 2 features, got samples of 3$/,
  ],
  [
    'ERR_ARGUMENT',
    wasmlp.ArgumentError,
    () => dataset({ inputs: [[1], [2]], labels: [0, 0.5] }),
    /^labels\[1\] is 0\.5: expected a class 0, 1, 2, …$/,
  ],
  [
    'ERR_DATA_MAGIC',
    wasmlp.DataError,
    () => load(new TextEncoder().encode('<html>')),
    /^trainImages is not an IDX file: it begins with 3c 68 74 6d instead of 00 00, .*check the address$/,
  ],
  [
    'ERR_DATA_RANK',
    wasmlp.DataError,
    () => load(labels),
    /^trainImages has rank 1 .*, but rank 3 was expected: give the file that has it/,
  ],
  [
    'ERR_DATA_TRUNCATED',
    wasmlp.DataError,
    () => load(images.subarray(0, -1)),
    /^trainImages is cut short: its header promises 2 × 1 × 2 .*\(4 bytes\), but 3 bytes follow \(get the file again\)$/,
  ],
  [
    'ERR_DATA_TRAILING',
    wasmlp.DataError,
    () => load(new Uint8Array([...images, 0])),
    /^trainImages is longer than it says: its header promises .*\(4 bytes\), but 5 bytes follow \(get the file again\)$/,
  ],
  [
    'ERR_DATA_TOO_LARGE',
    wasmlp.DataError,
    () => load(encodeIdxHeader('uint8', [2, 2 ** 16, 2 ** 16])),
    /^trainImages promises .*\(8589934592 bytes\), more than the limit of 2147483648 bytes: raise maxBytes/,
  ],
  [
    'ERR_DATA_CORRUPT',
    wasmlp.DataError,
    async () => {
      const file = await gzip(images)
      return load(file.fill(0xff, 10, 14))
    },
    /^trainImages is a broken gzip file: .* \(get the file again\)$/,
  ],
  [
    'ERR_DATA_COUNT',
    wasmlp.DataError,
    () => load(encodeIdx('uint8', [1, 1, 2], [1, 2])),
    /^trainImages has 1 images .* trainLabels 2 labels: expected one label for each image.*same data set\?\)$/,
  ],
  [
    'ERR_DATA_NOT_FOUND',
    wasmlp.DataError,
    () => loadMnist('/no-such-folder/'),
    /^(http:.*\/no-such-folder\/ has none of train-labels-idx1-ubyte, .*: check the address, or|\/no-such-folder\/ is not there: expected a folder)/,
  ],
  [
    'ERR_FORMAT',
    wasmlp.FormatError,
    () => sequentialFromSafetensors(new Uint8Array(3)),
    /^safetensors: the file has 3 bytes, expected at least 8$/,
  ],
  [
    'ERR_ALLOCATION',
    wasmlp.AllocationError,
    () => sequential([dense(2 ** 20)], { inputSize: 2 ** 11 }),
    /^linear memory cannot grow from \d+ bytes by \d+ \(.*4 GiB\): free buffers, models or data sets that are no longer/,
  ],
  [
    'ERR_DISPOSED',
    wasmlp.DisposedError,
    async () => {
      const model = await perceptron()
      model.dispose()
      return model.predict([[1, 2]])
    },
    /^this model was disposed: create another$/,
  ],
  [
    'ERR_STATE',
    wasmlp.StateError,
    async () => (await perceptron()).fit(await dataset({ inputs: [[1, 2]], targets: [[1]] })),
    /^fit before compile: call model\.compile\(.*\) first$/,
  ],
  [
    'ERR_UNSUPPORTED',
    wasmlp.UnsupportedError,
    withoutSimd,
    /^wasmlp needs WebAssembly with SIMD, which this runtime lacks: use Node .*, Chrome .*, Firefox .*, Safari .* or later, /,
  ],
  [
    'ERR_CHECKPOINT',
    wasmlp.CheckpointError,
    async () => {
      const full = { ...wasmlp.memoryCheckpoints(), write: () => Promise.reject(new Error('disk full')) }
      const data = await dataset({ inputs: [[1, 2]], targets: [[1]] })
      return (await perceptron()).compile().fit(data, { checkpoints: { store: full } })
    },
    /^checkpoints: checkpoint-0001-000000\.safetensors cannot be written: disk full$/,
  ],
  [
    'ERR_TRAINING',
    wasmlp.TrainingError,
    async () => {
      const data = await dataset({ inputs: [[1, Number.NaN]], targets: [[1]] })
      return (await perceptron()).compile({ learningRate: 0.25 }).fit(data)
    },
    /^the loss is NaN at iteration 1 of epoch 1: the inputs of the batch are not finite\. The weights are those before this/,
  ],
]

test.each(cases)('%s', async (code, Class, provoke, message) => {
  const error = await provoke().then(
    () => expect.unreachable(),
    (error: Error) => error,
  )
  expect(error).toBeInstanceOf(Class)
  expect(error).toBeInstanceOf(WasmlpError)
  expect(error).toBeInstanceOf(Error)
  expect(error).toMatchObject({ name: Class.name, code })
  expect(error.message).toMatch(message)
  expect(error.stack).toContain(error.message)
})

const data = () => dataset({ inputs: [[1, 2]], targets: [[1]] })
const compiled = async () => (await perceptron()).compile()

describe.each([
  ['null', null],
  ['number', 5],
  ['an array', []],
])('options that are no object, but %s', (found, value) => {
  const options = value as never
  test.each<[string, () => unknown]>([
    ['dense(3)', () => dense(3, options)],
    ['sequential', () => sequential([dense(1)], options)],
    ['sequentialFromSafetensors', () => sequentialFromSafetensors(new Uint8Array(), options)],
    ['compile', async () => (await perceptron()).compile(options)],
    ['fit', async () => (await compiled()).fit(await data(), options)],
    ['evaluate', async () => (await compiled()).evaluate(await data(), options)],
    ['predict', async () => (await perceptron()).predict([[1, 2]], options)],
    ['dataset', () => dataset(options)],
    ['split', async () => (await data()).split(0.5, options)],
    ['shuffle', async () => (await data()).shuffle(options)],
    ['loadMnist', () => loadMnist('/', options)],
    ['memoryUsage', () => wasmlp.memoryUsage(options)],
    ['parseIdx', () => wasmlp.parseIdx(images, options)],
  ])('%s', async (call, provoke) => {
    await expect((async () => provoke())()).rejects.toMatchObject({
      code: 'ERR_ARGUMENT',
      message: expect.stringMatching(
        new RegExp(
          `^${call.replace(/[()]/g, '\\$&')} takes its options as an object, such as \\{.*\\}, got ${found}$`,
        ),
      ),
    })
  })
})

test.each<[string, () => unknown, string]>([
  [
    'an option that fit does not have',
    async () => (await compiled()).fit(await data(), { epoch: 3 } as never),
    'fit has no option epoch (did you mean epochs?): it takes epochs, batchSize, ',
  ],
  [
    'an option that compile does not have',
    async () => (await perceptron()).compile({ lr: 0.1 } as never),
    'compile has no option lr (did you mean learningRate?): it takes optimizer, learningRate, ',
  ],
  [
    'an option that sequential does not have',
    async () => sequential([dense(1)], { inputSize: 1, thread: 2 } as never),
    'sequential has no option thread (did you mean threads?): it takes inputSize, seed, threads, build, worker',
  ],
  [
    'an option that a trainer does not have',
    async () => (await compiled()).trainer(await data(), { batch: 3 } as never),
    'trainer has no option batch (did you mean batchSize?): it takes batchSize, ',
  ],
  [
    'an option that split does not have',
    async () => (await data()).split(0.5, { stratified: true } as never),
    'split has no option stratified (did you mean stratify?): it takes seed, stratify',
  ],
  [
    'an option that configure does not have',
    async () => wasmlp.configure({ wasmURL: '/wasm/' } as never),
    'configure has no option wasmURL (did you mean wasmUrl?): it takes wasmUrl, workerUrl, vectors',
  ],
  [
    'earlyStopping: true',
    async () => (await compiled()).fit(await data(), { earlyStopping: true as never }),
    'earlyStopping takes its options as an object, such as { patience: 3 }, got boolean',
  ],
  [
    'an option that early stopping does not have',
    async () => (await compiled()).fit(await data(), { earlyStopping: { min: 1 } as never }),
    'earlyStopping has no option min (did you mean minDelta?): it takes monitor, patience, minDelta, restoreBest',
  ],
  [
    'a callback of fit that is no function',
    async () => (await compiled()).fit(await data(), { onBatchEnd: 'log' as never }),
    'onBatchEnd of fit is "log": expected a function',
  ],
  [
    'a signal of fit that is none',
    async () => (await compiled()).fit(await data(), { signal: new AbortController() as never }),
    "signal of fit is AbortController: expected an AbortController's signal",
  ],
  [
    'a signal of evaluate that is none',
    async () => (await compiled()).evaluate(await data(), { signal: 5 as never }),
    "signal of evaluate is 5: expected an AbortController's signal",
  ],
  [
    'a signal of predict that is none',
    async () => (await perceptron()).predict([[1, 2]], { signal: true as never }),
    "signal of predict is true: expected an AbortController's signal",
  ],
])('%s', async (_, provoke, message) => {
  await expect((async () => provoke())()).rejects.toMatchObject({
    code: 'ERR_ARGUMENT',
    message: expect.stringContaining(message),
  })
})

test.runIf(platform.name === 'browser')('vectors, which are for Node', () => {
  expect(() => wasmlp.configure({ vectors: 256 })).toThrow(
    expect.objectContaining({
      code: 'ERR_UNSUPPORTED',
      message: 'vectors is for Node: leave it out in browsers',
    }),
  )
})

test('options that are needed, but left out', async () => {
  await expect(dataset(undefined as never)).rejects.toMatchObject({
    message: expect.stringMatching(/^dataset takes its options .*, got undefined$/),
  })
  await expect(sequential([dense(1)], undefined as never)).rejects.toMatchObject({
    message: expect.stringMatching(/^sequential takes its options .* \{ inputSize: 784 \}, got undefined$/),
  })
})

test('no class of errors is left out', () => {
  const classes = Object.values(wasmlp).filter(
    value => typeof value === 'function' && value.prototype instanceof WasmlpError,
  )
  // The end of a worker is provoked in test/threads, where there are threads; StorageError in test/storage.
  const provoked = [...cases.map(([, Class]) => Class), wasmlp.WorkerError, wasmlp.StorageError]
  expect(new Set(provoked)).toEqual(new Set(classes))
})

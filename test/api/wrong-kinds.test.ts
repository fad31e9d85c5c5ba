// What is no model, no data set and no file where one is expected: an ArgumentError that says what came and what should have.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadCsv, loadNpy, loadNpz, streamCsv } from '../../src/data/index.ts'
import { quantizationCost, toLayersModel, toOnnx, toSafetensors } from '../../src/formats/index.ts'
import {
  checkGradients,
  closeEngine,
  closeThreads,
  collapse,
  crossValidate,
  type Dataset,
  dataset,
  dense,
  diagnose,
  findLearningRate,
  firstLayerImages,
  loadMnist,
  mostConfused,
  normalization,
  type Sequential,
  sequential,
} from '../../src/index.ts'

let model: Sequential
let data: Dataset
beforeAll(async () => {
  model = (await sequential([dense(2, { activation: 'softmax' })], { inputSize: 4 })).compile()
  data = await dataset({ inputs: [[0, 1, 0, 1]], labels: [1] })
})
afterAll(() => {
  model.dispose()
  data.dispose()
})

type Call = (...args: never[]) => unknown

/** Calls a function as a program in JavaScript does. */
const call = async (of: Call, ...args: unknown[]) => (of as (...args: unknown[]) => unknown)(...args)

const refused = async (of: Call, args: unknown[], message: string) =>
  expect(call(of, ...args)).rejects.toMatchObject({
    code: 'ERR_ARGUMENT',
    message: expect.stringContaining(message),
  })

const OF_MODELS: Record<string, Call> = {
  checkGradients,
  collapse,
  diagnose,
  findLearningRate,
  mostConfused,
  quantizationCost,
  firstLayerImages,
  toLayersModel,
  toOnnx,
  toSafetensors,
}

describe.each(Object.entries(OF_MODELS))('%s', (name, of) => {
  const second = () => (name === 'firstLayerImages' ? [2, 2] : name.startsWith('to') ? {} : data)
  const expected = 'a model, which sequential() makes'

  test('of nothing', () => refused(of, [], `${name} got undefined: expected ${expected}`))
  test('of a number', () => refused(of, [5, second()], `${name} got 5: expected ${expected}`))
  test('of an object', () => refused(of, [{ x: 1 }, second()], `${name} got { x }: expected ${expected}`))
  test('of a data set', () => refused(of, [data, second()], `${name} got a data set: expected ${expected}`))
  test('of a promise', () =>
    refused(
      of,
      [Promise.resolve(model), second()],
      `${name} got Promise: expected ${expected} (await it first)`,
    ))
})

const OF_DATA = { checkGradients, diagnose, findLearningRate, mostConfused, quantizationCost, crossValidate }

describe.each(Object.entries<Call>(OF_DATA))('%s', (name, of) => {
  const first = () => (name === 'crossValidate' ? () => model : model)
  const expected = 'a data set, which dataset() and loadMnist() make'

  test('without data', () => refused(of, [first()], `${name} got undefined: expected ${expected}`))
  test('on numbers', () => refused(of, [first(), [[1]]], `${name} got [[…]]: expected ${expected}`))
  test('on a model', () => refused(of, [first(), model], `${name} got a model: expected ${expected}`))
})

test('collapse of a model with another', () =>
  refused(collapse, [model, model], 'collapse got a model: expected a data set'))

describe('crossValidate', () => {
  test('swapped', () => refused(crossValidate, [data, () => model], 'createModel is of type object'))
  test('of a function that gives no model', async () => {
    using more = await dataset({ inputs: [[0], [1]], labels: [0, 1] })
    await refused(
      crossValidate,
      [() => undefined, more, { folds: 2 }],
      'crossValidate of its createModel got undefined: expected a model',
    )
  })
})

describe('firstLayerImages', () => {
  test.each([
    [{ imageShape: [2, 2] }, '{ imageShape }'],
    [2, '2'],
    [undefined, 'undefined'],
    [[2], '[2]'],
    [['2', 2], '["2", 2]'],
  ])('of the size %j', (size, shown) =>
    refused(
      firstLayerImages,
      [model, size],
      `the images' size is ${shown}: expected [height, width], such as [28, 28]`,
    ),
  )
})

describe.each<[string, Call, string]>([
  ['loadCsv', loadCsv, 'parseCsv'],
  ['loadNpy', loadNpy, 'parseNpy'],
  ['loadNpz', loadNpz, 'parseNpz'],
])('%s', (name, load, parse) => {
  const expected = `expected a path or URL (bytes: ${parse})`
  test.each([
    [undefined, 'undefined'],
    [null, 'null'],
    [5, '5'],
    [{ path: 'x' }, '{ path }'],
    [Uint8Array.of(1), 'Uint8Array'],
  ])('of %j', (location, shown) => refused(load, [location], `${name} got ${shown}: ${expected}`))
})

test('streamCsv of nothing', () =>
  refused(
    (async (source: never) => streamCsv(source).next()) as Call,
    [undefined],
    'CSV data is of type Undefined: expected',
  ))

describe('loadMnist', () => {
  test.each([
    [null, 'null'],
    [5, '5'],
    [true, 'true'],
  ])('of %j', (source, shown) =>
    refused(
      loadMnist,
      [source],
      `loadMnist got ${shown}: expected a directory's path or URL, the files' bytes, or options`,
    ),
  )
  test('of null, with options', () => refused(loadMnist, [null, { only: 'test' }], 'loadMnist got null'))
})

describe('options where none are taken', () => {
  test.each<[string, () => unknown[], Call]>([
    ['normalization', () => [{ mean: 0, standardDeviation: 1 }], normalization],
    ['closeEngine', () => [], closeEngine],
    ['closeThreads', () => [], closeThreads],
    ['checkGradients', () => [model, data, {}], checkGradients],
  ])('%s', (name, args, of) => refused(of, [...args(), { z: 1 }], `${name} takes no options`))
})

test('an event is no object of options: closeThreads and closeEngine can be listeners', async () => {
  const target = new EventTarget()
  const ends: Promise<void>[] = []
  for (const close of [closeThreads, closeEngine]) {
    target.addEventListener('pagehide', event => {
      ends.push((close as (event: Event) => Promise<void>)(event))
    })
  }
  target.dispatchEvent(new Event('pagehide'))
  await expect(Promise.all(ends)).resolves.toHaveLength(2)
})

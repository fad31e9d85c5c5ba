// What other libraries' users set on objects, and what would change nothing here, is an error that says what to do instead.
import { describe, expect, test } from 'vitest'
import {
  dataset,
  dense,
  type FitOptions,
  normalization,
  type Sequential,
  sequential,
  streamingDataset,
} from '../../src/index.ts'

const create = async () =>
  (
    await sequential(
      [
        normalization({ mean: [0, 0], standardDeviation: 1 }),
        dense(2, { activation: 'softmax', initializer: { name: 'normal', standardDeviation: 0.1 } }),
      ],
      { inputSize: 2 },
    )
  ).compile()

const example = () =>
  dataset({
    inputs: [
      [0, 1],
      [1, 0],
    ],
    labels: [0, 1],
  })

/** Sets a property as a program in JavaScript does. */
function set(object: object, name: string, value: unknown): void {
  ;(object as Record<string, unknown>)[name] = value
}

describe.each<[string, (model: Sequential) => void, string]>([
  [
    'model.layers[1].trainable = false',
    model => set(model.layers[1] as object, 'trainable', false),
    'all layers train, trainable or not: put those that must not back with setParameters',
  ],
  ['model.trainable = false', model => set(model, 'trainable', false), 'all layers train, trainable or not'],
  ['model.stopTraining = true', model => set(model, 'stopTraining', true), 'call stop() of what fit returns'],
  [
    'model.learningRate = 0.01',
    model => set(model, 'learningRate', 0.01),
    'while fit runs by run.setLearningRate',
  ],
])('%s', (_, run, message) => {
  test('is a StateError', async () => {
    using model = await create()
    expect(() => run(model)).toThrow(expect.objectContaining({ code: 'ERR_STATE' }))
    expect(() => run(model)).toThrow(message)
  })
})

test('layers cannot be changed: neither they nor what they hold', async () => {
  using model = await create()
  const [scaling, layer] = model.layers
  expect(() => set(layer as object, 'units', 5)).toThrow(TypeError)
  expect(() => set(Reflect.get(layer as object, 'initializer'), 'standardDeviation', 5)).toThrow(TypeError)
  expect(() => set(Reflect.get(scaling as object, 'mean'), '0', 5)).toThrow(TypeError)
  expect(() => (model.layers as unknown[]).push(dense(1))).toThrow(TypeError)
})

test('a caller’s own layers stay as they are, and may stand in a row twice', async () => {
  const initializer = { name: 'normal', standardDeviation: 0.1 } as const
  const hidden = dense(2, { initializer })
  using model = await sequential([hidden, hidden], { inputSize: 2 })
  expect(model.layers).toEqual([hidden, hidden])
  expect(structuredClone(model.layers)).toEqual([hidden, hidden])
  expect(Object.isFrozen(hidden) || Object.isFrozen(initializer)).toBe(false)
})

describe('compile while fit runs', () => {
  test.each(['onTrainBegin', 'onEpochBegin', 'onBatchEnd', 'onEpochEnd', 'onTrainEnd'] as const)(
    'in %s is a StateError, which fit rejects with',
    async callback => {
      using model = await create()
      const before = model.trainingConfig
      const run = model.fit(await example(), { [callback]: () => model.compile({ learningRate: 0.01 }) })
      await expect(run).rejects.toMatchObject({
        code: 'ERR_STATE',
        message: expect.stringContaining('for its learning rate: run.setLearningRate'),
      })
      expect(model.trainingConfig).toEqual(before)
    },
  )

  test('is a StateError from outside too, and none afterwards', async () => {
    using model = await create()
    const run = model.fit(await example())
    expect(() => model.compile()).toThrow(expect.objectContaining({ code: 'ERR_STATE' }))
    await run
    model.compile({ learningRate: 0.01 })
    expect(model.trainingConfig.optimizer.learningRate).toBe(0.01)
  })

  test('is none after a fit that was refused', async () => {
    using model = await create()
    await expect(model.fit(await example(), { epochs: -1 })).rejects.toThrow('epochs is -1')
    model.compile()
  })
})

describe('compile while a trainer is open', () => {
  test('is a StateError that changes nothing, and none when it is disposed of', async () => {
    using model = await create()
    const before = model.trainingConfig
    const trainer = await model.trainer(await example())
    expect(() => model.compile({ learningRate: 0.01 })).toThrow(
      expect.objectContaining({ code: 'ERR_STATE', message: expect.stringContaining('dispose the trainer') }),
    )
    expect(model.trainingConfig).toEqual(before)
    trainer.dispose()
    model.compile({ learningRate: 0.01 })
    expect(model.trainingConfig.optimizer.learningRate).toBe(0.01)
  })

  test('is a StateError while it is being opened, too', async () => {
    using model = await create()
    const opening = model.trainer(await example())
    expect(() => model.compile()).toThrow(expect.objectContaining({ code: 'ERR_STATE' }))
    using _trainer = await opening
  })

  test('is none after a trainer that was refused', async () => {
    using model = await create()
    await expect(model.trainer(await example(), { batchSize: -1 })).rejects.toThrow('batchSize')
    model.compile()
  })

  test('is a StateError, whatever became of another one before', async () => {
    using model = await create()
    const first = await model.trainer(await example())
    first.dispose()
    using _second = await model.trainer(await example())
    first.dispose()
    expect(() => model.compile()).toThrow(expect.objectContaining({ code: 'ERR_STATE' }))
  })
})

test('a run cannot be given what it does not have', async () => {
  using model = await create()
  const run = model.fit(await example(), {
    onTrainBegin: inner => expect(() => set(inner, 'learningRate', 1)).toThrow(TypeError),
  })
  expect(() => set(run, 'learningRate', 0.01)).toThrow(TypeError)
  await run
})

describe('what would be set and change nothing', () => {
  const assign = (target: object, name: string, value: unknown) => () => {
    ;(target as Record<string, unknown>)[name] = value
  }

  test.each([
    ['layers', [dense(5)]],
    ['inputSize', 9],
    ['seed', 9],
    ['optimizer', 'adam'],
    ['loss', 'huber'],
    ['stop_training', true],
  ])('model.%s = …', async (name, value) => {
    using model = await sequential([dense(2)], { inputSize: 1 })
    expect(assign(model, name, value)).toThrow(TypeError)
    expect((await model.predict([[1], [2]])).map(({ length }) => length)).toEqual([2, 2])
  })

  test('fields of a data set, a stream and a trainer', async () => {
    using data = await dataset({ inputs: [[0], [1]], targets: [[1], [3]] })
    using model = (await sequential([dense(1)], { inputSize: 1 })).compile({ learningRate: 0.1 })
    using trainer = await model.trainer(data)
    expect(assign(data, 'sampleWeights', [0, 1])).toThrow(TypeError)
    expect(assign(data, 'labels', [0, 1])).toThrow(TypeError)
    expect(assign(trainer, 'learningRate', 0.4)).toThrow(TypeError)
    expect(assign(streamingDataset({ chunks: [] }), 'samples', 4)).toThrow(TypeError)
  })

  test('a layer that is not to train, before it is in a model', async () => {
    const layer = Object.assign(dense(4), { trainable: false })
    await expect(sequential([layer, dense(1)], { inputSize: 1 })).rejects.toThrow('all layers train')
    await expect(sequential([dense(1)], { inputSize: 1 })).resolves.toBeDefined()
  })
})

describe('options that only look like some', () => {
  const trainWith = async (options: unknown) => {
    using data = await dataset({ inputs: [[0], [1]], targets: [[1], [3]] })
    using model = (await sequential([dense(1)], { inputSize: 1 })).compile({ learningRate: 0.1 })
    return model.fit(data, options as FitOptions)
  }

  test.each([
    ['a Map', new Map([['epochs', 3]]), 'got Map'],
    ['a signal by itself', AbortSignal.abort(), 'got AbortSignal'],
    ['a promise', Promise.resolve({ epochs: 3 }), 'got Promise'],
    ['a misspelt one that is inherited', Object.create({ epoch: 3 }), 'no option epoch'],
  ])('%s', async (_, options, message) => {
    await expect(trainWith(options)).rejects.toThrow(message)
  })

  test.each([
    ['shuffle', 'batch'],
    ['shuffle', 'false'],
    ['dropLast', 'no'],
    ['dropLast', null],
    ['resume', 1],
  ])('fit: %s: %o is neither true nor false', async (name, value) => {
    await expect(trainWith({ [name]: value })).rejects.toThrow(`${name} of fit is`)
  })

  test('flags of nested options, and of functions, likewise', async () => {
    await expect(trainWith({ earlyStopping: { restoreBest: 'no' } })).rejects.toThrow(
      'restoreBest of earlyStopping',
    )
    using data = await dataset({ inputs: [[0], [1]], labels: [0, 1] })
    await expect(data.split(0.5, { stratify: 'yes' as never })).rejects.toThrow('stratify of split')
  })
})

test.each([
  [{ weights: ['2'], bias: [0] }, 'weights[0] is "2"'],
  [{ weights: [1], bias: [null] }, 'bias[0] is null'],
  [{ weights: [true], bias: [0] }, 'weights[0] is true'],
])('setParameters(%o) turns nothing into numbers', async (parameters, message) => {
  using model = await sequential([dense(1)], { inputSize: 1 })
  await expect(model.setParameters([parameters as never])).rejects.toThrow(message)
})

// What other libraries' users set on objects, and what would change nothing here, is an error that says what to do instead.
import { describe, expect, test } from 'vitest'
import { dataset, dense, normalization, type Sequential, sequential } from '../../src/index.ts'

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

// What `fit` keeps from call to call: the optimiser, and what a schedule has counted; and what lets both begin anew.
import { describe, expect, test } from 'vitest'
import {
  type CompileOptions,
  dataset,
  dense,
  type FitOptions,
  type ScheduleOptions,
  type Sequential,
  sequential,
} from '../../src/index.ts'
import { CLASSES, INPUTS, trainingProblem } from '../support/training-problem.ts'

const data = () => dataset(trainingProblem(50))

async function create(compile: CompileOptions): Promise<Sequential> {
  const layers = [dense(6, { activation: 'tanh' }), dense(CLASSES, { activation: 'softmax' })]
  return (await sequential(layers, { inputSize: INPUTS, seed: 3 })).compile(compile)
}

/** Trains some more epochs; their learning rates. */
async function rates(model: Sequential, options: FitOptions = {}) {
  using train = await data()
  const { epochs } = await model.fit(train, { epochs: 2, batchSize: 10, ...options })
  return epochs.map(({ learningRate }) => learningRate)
}

const halving: ScheduleOptions = { name: 'exponential', factor: 0.5 }
const momentum = { optimizer: 'momentum', learningRate: 0.5, schedule: halving } as const

describe.each<[string, ScheduleOptions]>([
  ['constant', { name: 'constant' }],
  ['constant, with a warm-up into the second fit', { name: 'constant', warmUp: 2.5 }],
  ['step', { name: 'step', every: 3, factor: 0.5 }],
  ['exponential', halving],
  ['exponential, warmed up', { name: 'exponential', factor: 0.5, warmUp: 1 }],
  ['reduceOnPlateau', { name: 'reduceOnPlateau', patience: 0, threshold: 0.9, factor: 0.5 }],
])('%s goes on', (_, schedule) => {
  const compile: CompileOptions = { optimizer: 'momentum', learningRate: 0.5, schedule }

  test('two epochs and two more are four', async () => {
    using whole = await create(compile)
    const expected = await rates(whole, { epochs: 4 })
    using model = await create(compile)
    expect([...(await rates(model)), ...(await rates(model))]).toEqual(expected)
    expect(await model.getParameters()).toEqual(await whole.getParameters())
  })

  test('by way of a checkpoint, too', async () => {
    using whole = await create(compile)
    await rates(whole, { epochs: 4 })
    using first = await create(compile)
    await rates(first)
    using second = await create(compile)
    await second.loadCheckpoint(await first.toCheckpoint())
    await rates(second)
    expect(await second.getParameters()).toEqual(await whole.getParameters())
  })
})

test.each(['cosine', 'oneCycle'] as const)('%s spans the epochs of each call', async schedule => {
  using model = await create({ learningRate: 0.5, schedule })
  const first = await rates(model)
  expect(await rates(model)).toEqual(first)
})

test('0.5, 0.25, 0.125, 0.0625, one epoch a call', async () => {
  using model = await create(momentum)
  const all: number[] = []
  for (let i = 0; i < 4; ++i) all.push(...(await rates(model, { epochs: 1 })))
  expect(all).toEqual([0.5, 0.25, 0.125, 0.0625])
})

test('an epoch that was not finished counts', async () => {
  using model = await create(momentum)
  using train = await data()
  const run = model.fit(train, { batchSize: 10, onBatchEnd: () => run.stop() })
  await run
  expect(await rates(model)).toEqual([0.25, 0.125])
})

test('a trainer goes on, and fit behind it', async () => {
  using model = await create(momentum)
  using train = await data()
  await rates(model)
  {
    using trainer = await model.trainer(train, { batchSize: 50 })
    await trainer.forward()
    await trainer.backward()
    expect(await trainer.step()).toEqual({ learningRate: 0.125 })
  }
  expect(await rates(model)).toEqual([0.0625, 0.03125])
})

/** What a model does next that begins anew, from the parameters of another. */
async function anew(model: Sequential): Promise<void> {
  using fresh = await create(momentum)
  await fresh.setParameters(await model.getParameters())
  using train = await data()
  const fit = { batchSize: 10, shuffle: false }
  const { epochs } = await fresh.fit(train, fit)
  expect((await model.fit(train, fit)).epochs[0]?.learningRate).toBe(epochs[0]?.learningRate)
  expect(await model.getParameters()).toEqual(await fresh.getParameters())
}

test('compile lets both begin anew', async () => {
  using model = await create(momentum)
  await rates(model)
  model.compile(momentum)
  await anew(model)
})

test('loadSafetensors lets both begin anew', async () => {
  using model = await create(momentum)
  await rates(model)
  using other = await create(momentum)
  await model.loadSafetensors(await other.toSafetensors())
  await anew(model)
})

test('a file that does not fit changes nothing', async () => {
  using whole = await create(momentum)
  await rates(whole, { epochs: 4 })
  using model = await create(momentum)
  await rates(model)
  await expect(model.loadSafetensors(new Uint8Array(9))).rejects.toThrow()
  await rates(model)
  expect(await model.getParameters()).toEqual(await whole.getParameters())
})

test('setParameters keeps both: weights can be looked at and put back', async () => {
  using whole = await create(momentum)
  await rates(whole, { epochs: 4 })
  using model = await create(momentum)
  await rates(model)
  const parameters = await model.getParameters()
  using other = await create(momentum)
  await model.setParameters(await other.getParameters())
  await model.setParameters(parameters)
  await rates(model)
  expect(await model.getParameters()).toEqual(await whole.getParameters())
})

describe('a checkpoint of another schedule', () => {
  test.each<[string, CompileOptions]>([
    ['another learning rate', { ...momentum, learningRate: 0.25 }],
    ['another factor', { ...momentum, schedule: { name: 'exponential', factor: 0.25 } }],
    ['no schedule', { optimizer: 'momentum', learningRate: 0.5 }],
  ])('%s: the compiled one begins anew', async (_, compile) => {
    using expected = await create(momentum)
    const first = await rates(expected)
    using model = await create(momentum)
    using other = await create(compile)
    await rates(other)
    await model.loadCheckpoint(await other.toCheckpoint())
    expect(await rates(model)).toEqual(first)
  })
})

// A plan that the next call of `fit` takes over: whatever happens in between, the weights are those of calls that plan anew.
import { describe, expect, test } from 'vitest'
import {
  type CompileOptions,
  type Dataset,
  dataset,
  dense,
  type FitOptions,
  type LayerParameters,
  memoryUsage,
  type Sequential,
  sequential,
} from '../../src/index.ts'

const SAMPLES = 24

async function examples(phase = 0) {
  const inputs = Array.from({ length: SAMPLES }, (_, i) => [Math.sin(i + phase), Math.cos(3 * i), i % 3])
  return dataset({ inputs, labels: inputs.map((_, i) => i % 3), build: 'simd' })
}

async function createModel(options: CompileOptions = {}) {
  const layers = [dense(5, { activation: 'relu' }), dense(3, { activation: 'softmax' })]
  const model = await sequential(layers, { inputSize: 3, seed: 4, threads: 1, build: 'simd' })
  return model.compile({ learningRate: 0.05, ...options })
}

/** Weights and biases, in one list. */
const flat = (parameters: LayerParameters[]) =>
  parameters.flatMap(({ weights, bias }) => [...weights, ...bias])

/** What `fit` is called in between, which plans anew and changes nothing. */
async function forgetPlan(model: Sequential): Promise<void> {
  const trainer = await model.trainer(await examples(), { batchSize: 4 })
  trainer.dispose()
}

const optimizers: CompileOptions[] = [
  { optimizer: 'sgd' },
  { optimizer: 'nesterov' },
  { optimizer: 'adam', clipNorm: 1 },
  { optimizer: 'rmsprop', schedule: 'cosine' },
]

describe.each(optimizers)('%o', compile => {
  type Act = (model: Sequential, data: Dataset) => unknown
  const trainWith =
    (options: FitOptions = {}): Act =>
    (model, data) =>
      model.fit(data, { batchSize: 8, ...options })
  const cases: Record<string, Act[]> = {
    'nothing in between': [trainWith(), trainWith(), trainWith()],
    'other batches': [trainWith(), trainWith({ batchSize: 5 }), trainWith()],
    'another seed, another order': [
      trainWith(),
      trainWith({ seed: 9 }),
      trainWith({ shuffle: false }),
      trainWith(),
    ],
    'batches added up': [trainWith(), trainWith({ accumulate: 2 }), trainWith({ accumulate: 3 })],
    compile: [trainWith(), model => model.compile({ learningRate: 0.2 }), trainWith(), trainWith()],
    'compile as before': [
      trainWith(),
      model => model.compile({ learningRate: 0.05, ...compile }),
      trainWith(),
    ],
    setParameters: [
      trainWith(),
      async model => {
        const parameters = await model.getParameters()
        for (const { weights } of parameters) weights.reverse()
        await model.setParameters(parameters)
      },
      trainWith(),
    ],
  }

  test.each(Object.entries(cases))('%s', async (_, acts) => {
    const [kept, anew] = [await createModel(compile), await createModel(compile)]
    const data = await examples()
    const fits = (model: Sequential) => model.fit(data, { batchSize: 8 })
    for (const act of acts) {
      await act(kept, data)
      await fits(kept)
      await fits(kept)
      await act(anew, data)
      await forgetPlan(anew)
      await fits(anew)
      await forgetPlan(anew)
      await fits(anew)
      await forgetPlan(anew)
    }
    expect(flat(await kept.getParameters())).toEqual(flat(await anew.getParameters()))
  })
})

test('a stop in the middle, and resume', async () => {
  const [first, second] = [await createModel(), await createModel()]
  const data = await examples()
  const rest = async (model: Sequential) => {
    const run = model.fit(data, {
      batchSize: 8,
      epochs: 3,
      onBatchEnd: ({ epoch, iteration }) => (epoch === 2 && iteration === 2 ? run.stop() : undefined),
    })
    await run
    await model.fit(data, { batchSize: 8, epochs: 3, resume: true })
  }
  await first.fit(data, { batchSize: 8 })
  await rest(first)
  await second.fit(data, { batchSize: 8 })
  await forgetPlan(second)
  await second.fit(data, { batchSize: 8, epochs: 3 })
  expect(flat(await first.getParameters())).toEqual(flat(await second.getParameters()))
})

test('other samples in the place of those that were disposed of', async () => {
  const [first, second] = [await createModel(), await createModel()]
  const train = async (model: Sequential, isForgotten: boolean) => {
    for (const phase of [0, 1, 2]) {
      const data = await examples(phase)
      await model.fit(data, { batchSize: 8 })
      data.dispose()
      if (isForgotten) await forgetPlan(model)
    }
    return flat(await model.getParameters())
  }
  expect(await train(first, false)).toEqual(await train(second, true))
})

test('other samples of the same number', async () => {
  const [first, second] = [await createModel(), await createModel()]
  for (const data of [await examples(0), await examples(1)]) {
    await first.fit(data, { batchSize: 8 })
    await second.fit(data, { batchSize: 8 })
    await forgetPlan(second)
  }
  expect(flat(await first.getParameters())).toEqual(flat(await second.getParameters()))
})

test('a slice of the same samples is not the whole', async () => {
  const [first, second] = [await createModel(), await createModel()]
  const data = await examples()
  await first.fit(data, { batchSize: 8 })
  await first.fit(data.slice(0, 8), { batchSize: 8 })
  await second.fit(data, { batchSize: 8 })
  await forgetPlan(second)
  await second.fit(data.slice(0, 8), { batchSize: 8 })
  expect(flat(await first.getParameters())).toEqual(flat(await second.getParameters()))
})

test('its memory does not count as in use', async () => {
  using model = await createModel({ optimizer: 'adam' })
  const data = await examples()
  const { inUse } = await memoryUsage({ build: 'simd' })
  await model.fit(data, { batchSize: 8 })
  expect((await memoryUsage({ build: 'simd' })).inUse).toBe(inUse)
})

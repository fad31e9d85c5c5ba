// What a model tells while it is being trained. Its first weights are kept in another order then.
import { expect, test } from 'vitest'
import { type Dataset, dataset, dense, type Sequential, sequential } from '../../src/index.ts'

const INPUTS = 60
const SAMPLES = 90

/** Mostly zeros, in the first two batches; the third batch of 30 is dense. */
const inputs = Uint8Array.from({ length: SAMPLES * INPUTS }, (_, i) =>
  i % 6 === 1 || i >= 60 * INPUTS ? 1 + ((i * 91) % 255) : 0,
)
const labels = Array.from({ length: SAMPLES }, (_, i) => (i * 7) % 5)

async function create(): Promise<Sequential> {
  const layers = [dense(53, { activation: 'relu' }), dense(5, { activation: 'softmax' })]
  return (await sequential(layers, { inputSize: INPUTS, seed: 4 })).compile({ learningRate: 0.3 })
}

const options = { batchSize: 30, shuffle: false }

/** What a model that was trained for so many batches, and no longer, has and says. */
async function after(data: Dataset, batches: number) {
  using model = await create()
  await model.fit(data.slice(0, 30 * batches), options)
  return await observe(model, data)
}

async function observe(model: Sequential, data: Dataset) {
  return {
    parameters: await model.getParameters(),
    evaluation: await model.evaluate(data),
    outputs: await model.predict(data),
    output: await model.predict(inputs.subarray(0, INPUTS), { bytes: 'pixels' }),
  }
}

test('parameters, evaluations and predictions are those after the last batch', async () => {
  using data = await dataset({ inputs, inputSize: INPUTS, labels, bytes: 'pixels' })
  using model = await create()
  const seen: Awaited<ReturnType<typeof observe>>[] = []
  await model.fit(data, { ...options, onBatchEnd: async () => void seen.push(await observe(model, data)) })
  expect(seen).toEqual([await after(data, 1), await after(data, 2), await after(data, 3)])
})

test('a prediction that was planned before has the weights of the last batch', async () => {
  using data = await dataset({ inputs, inputSize: INPUTS, labels, bytes: 'pixels' })
  const image = inputs.subarray(0, INPUTS)
  const predict = (model: Sequential) => model.predict(image, { bytes: 'pixels' })
  using model = await create()
  await predict(model)
  const seen: Float32Array[][] = []
  await model.fit(data, { ...options, onBatchEnd: async () => void seen.push(await predict(model)) })
  for (const [batch, outputs] of seen.entries()) {
    using other = await create()
    await other.fit(data.slice(0, 30 * (batch + 1)), options)
    expect(outputs).toEqual(await predict(other))
  }
  expect(seen).toHaveLength(3)
})

test('parameters that are set between two batches are those that the next one trains', async () => {
  using data = await dataset({ inputs, inputSize: INPUTS, labels, bytes: 'pixels' })
  using other = await create()
  const parameters = await other.getParameters()
  for (const { weights } of parameters) weights.reverse()

  using model = await create()
  const onBatchEnd = async ({ iteration }: { iteration: number }) => {
    if (iteration === 1) await model.setParameters(parameters)
  }
  await model.fit(data.slice(0, 60), { ...options, onBatchEnd })

  await other.setParameters(parameters)
  await other.fit(data.slice(30, 60), options)
  expect(await model.getParameters()).toEqual(await other.getParameters())
})

test('a fit that is stopped leaves the weights of its last batch', async () => {
  using data = await dataset({ inputs, inputSize: INPUTS, labels, bytes: 'pixels' })
  using model = await create()
  const controller = new AbortController()
  const onBatchEnd = ({ iteration }: { iteration: number }) => {
    if (iteration === 2) controller.abort('enough')
  }
  await expect(model.fit(data, { ...options, onBatchEnd, signal: controller.signal })).rejects.toBe('enough')
  expect(await observe(model, data)).toEqual(await after(data, 2))
})

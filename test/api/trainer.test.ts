// The custom loop: the same bits as fit, every tensor of every stage, and the order of the stages.
import { describe, expect, test } from 'vitest'
import {
  ArgumentError,
  type CompileOptions,
  type Dataset,
  DisposedError,
  dataset,
  dense,
  type Layer,
  type Sequential,
  StateError,
  sequential,
} from '../../src/index.ts'
import { largestDifference } from '../support/largest-difference.ts'

const SAMPLES = 44
const INPUTS = 12

const floats = () => Float32Array.from({ length: SAMPLES * INPUTS }, (_, i) => Math.sin(i * 12.9898))
const sparse = () =>
  Uint8Array.from({ length: SAMPLES * INPUTS }, (_, i) => (i % 5 === 1 ? (i * 91) % 256 : 0))
const labels = Array.from({ length: SAMPLES }, (_, i) => (i * 7) % 3)
const targets = Float32Array.from({ length: SAMPLES * 3 }, (_, i) => Math.cos(i))

const example = (inputs: Float32Array | Uint8Array): Promise<Dataset> =>
  dataset({
    inputs,
    inputSize: INPUTS,
    ...(inputs instanceof Uint8Array && { bytes: 'pixels' }),
    labels,
    targets,
    targetSize: 3,
  })

const classifier = [dense(20, { activation: 'relu' }), dense(3, { activation: 'softmax' })]

function create(options: CompileOptions, layers: Layer[] = classifier) {
  return sequential(layers, { inputSize: INPUTS, seed: 3 }).then(model => model.compile(options))
}

const bitsOf = async (model: Sequential) =>
  (await model.getParameters()).flatMap(({ weights, bias }) => [...weights, ...bias])

const trainings: [string, CompileOptions, Layer[]?][] = [
  ['plain gradient descent', { learningRate: 0.3 }],
  ['adam with a cosine', { optimizer: 'adam', learningRate: 0.01, schedule: 'cosine', clipNorm: 0.5 }],
  ['reduceOnPlateau', { learningRate: 0.5, schedule: { name: 'reduceOnPlateau', patience: 0, factor: 0.5 } }],
  [
    'a tanh output and mean squared error',
    { learningRate: 0.2, loss: 'meanSquaredError' },
    [dense(9, { activation: 'leakyRelu' }), dense(3, { activation: 'tanh' })],
  ],
]

describe.each([
  ['floats', floats],
  ['sparse bytes', sparse],
] as const)('%s', (_, inputs) => {
  test.each(trainings)('%s: the same bits as fit', async (_, options, layers) => {
    using data = await example(inputs())
    using expected = await create(options, layers)
    const settings = { epochs: 3, batchSize: 10, seed: 9 }
    const { epochs } = await expected.fit(data, settings)

    using model = await create(options, layers)
    using trainer = await model.trainer(data, settings)
    const losses: number[] = []
    for (let epoch = 1; epoch <= 3; ++epoch) {
      let sum = 0
      for (let iteration = 1; iteration <= 5; ++iteration) {
        const logs = await trainer.forward()
        expect(logs).toMatchObject({ epoch, iteration, iterations: 5, samples: iteration === 5 ? 4 : 10 })
        sum += logs.loss * logs.samples
        await trainer.backward()
        const { learningRate } = await trainer.step()
        if (iteration === 5) expect(learningRate).toBe(epochs[epoch - 1]?.learningRate)
      }
      losses.push(sum / SAMPLES)
    }
    expect(losses).toEqual(epochs.map(({ loss }) => loss))
    expect(await bitsOf(model)).toEqual(await bitsOf(expected))
  })
})

test('fit, a trainer and fit again are one training', async () => {
  using data = await example(floats())
  const options = { optimizer: 'adam', learningRate: 0.01 } as const
  using expected = await create(options)
  for (let i = 0; i < 3; ++i) await expected.fit(data, { batchSize: 20 })
  using model = await create(options)
  await model.fit(data, { batchSize: 20 })
  {
    using trainer = await model.trainer(data, { batchSize: 20 })
    for (let i = 0; i < 3; ++i) {
      await trainer.forward()
      await trainer.backward()
      await trainer.step()
    }
  }
  await model.fit(data, { batchSize: 20 })
  expect(await bitsOf(model)).toEqual(await bitsOf(expected))
})

test.each([
  ['floats', floats],
  ['sparse bytes', sparse],
] as const)('every tensor of every stage: %s', async (_, inputs) => {
  using data = await example(inputs())
  using model = await create({ learningRate: 0.3 })
  using trainer = await model.trainer(data, { batchSize: 10 })
  const positions = [5, 3, 40]
  const { loss, accuracy } = await trainer.forward(positions)
  const [first, second] = await model.getParameters()
  if (!first || !second) throw new Error('two layers')

  const x = await trainer.read('inputs')
  const scale = inputs() instanceof Uint8Array ? 255 : 1
  const wanted = positions.map(i => inputs().slice(i * INPUTS, (i + 1) * INPUTS))
  expect(x).toEqual(wanted.map(row => Float32Array.from(row, value => value / scale)))

  const z = await trainer.read('weightedSums', 0)
  const y = await trainer.read('activations', 0)
  for (const [i, row] of z.entries()) {
    const sums = Array.from(row, (_, j) =>
      [...(x[i] ?? [])].reduce(
        (sum, value, k) => sum + value * (first.weights[k * 20 + j] ?? 0),
        first.bias[j] ?? 0,
      ),
    )
    expect(largestDifference(row, sums)).toBeLessThan(1e-5)
  }
  expect(y).toEqual(z.map(row => row.map(value => Math.max(value, 0))))

  const probabilities = await trainer.read('predictions')
  expect(await trainer.read('activations', 1)).toEqual(probabilities)
  const answers = positions.map(i => labels[i] ?? 0)
  const meanLoss = answers.reduce((sum, label, i) => sum - Math.log(probabilities[i]?.[label] ?? 0), 0) / 3
  expect(loss).toBeCloseTo(meanLoss, 5)
  const right = answers.filter(
    (label, i) => probabilities[i]?.indexOf(Math.max(...(probabilities[i] ?? []))) === label,
  )
  expect(accuracy).toBe(right.length / 3)

  await trainer.backward()
  const deltas = await trainer.read('deltas', 1)
  for (const [i, row] of deltas.entries()) {
    const expected = Array.from(
      row,
      (_, j) => ((probabilities[i]?.[j] ?? 0) - (answers[i] === j ? 1 : 0)) / 3,
    )
    expect(largestDifference(row, expected)).toBeLessThan(1e-6)
  }
  const { weights, bias } = await trainer.read('gradients', 1)
  const biasGradient = Array.from(bias, (_, j) => deltas.reduce((sum, row) => sum + (row[j] ?? 0), 0))
  expect(largestDifference(bias, biasGradient)).toBeLessThan(1e-6)
  const weightGradient = Array.from(weights, (_, at) =>
    deltas.reduce((sum, row, i) => sum + (y[i]?.[Math.floor(at / 3)] ?? 0) * (row[at % 3] ?? 0), 0),
  )
  expect(largestDifference(weights, weightGradient)).toBeLessThan(1e-6)
  expect(await bitsOf(model)).toEqual([first, second].flatMap(p => [...p.weights, ...p.bias]))

  await trainer.step(0.25)
  const updates = await trainer.read('updates', 1)
  expect(
    largestDifference(
      updates.weights,
      weights.map(g => -0.25 * g),
    ),
  ).toBeLessThan(1e-6)
  const [, after] = await model.getParameters()
  expect(
    largestDifference(
      after?.weights ?? [],
      second.weights.map((w, i) => w + (updates.weights[i] ?? 0)),
    ),
  ).toBeLessThan(1e-7)
  expect(largestDifference(await trainer.read('gradients', 1).then(g => g.weights), weights)).toBe(0)
})

test('the activations of a sigmoid that the loss contains', async () => {
  using data = await dataset({ inputs: [[1], [2]], labels: [0, 1] })
  using model = await sequential([dense(1, { activation: 'sigmoid' })], { inputSize: 1 })
  model.compile({ loss: 'binaryCrossEntropy' })
  using trainer = await model.trainer(data, { shuffle: false })
  await trainer.forward()
  expect(await trainer.read('predictions')).toEqual(await model.predict(data))
  const [z] = await trainer.read('weightedSums', 0)
  expect(z?.[0]).not.toBe((await model.predict(data))[0]?.[0])
})

describe('out of turn', () => {
  async function open() {
    const data = await example(floats())
    const model = await create({ learningRate: 0.3 })
    return { model, data, trainer: await model.trainer(data) }
  }

  test('each call says what is missing', async () => {
    const { trainer } = await open()
    const refuses = async (promise: Promise<unknown>, missing: RegExp) => {
      const error: StateError | undefined = await promise.then(
        () => undefined,
        reason => reason,
      )
      expect(error).toBeInstanceOf(StateError)
      expect(error?.message).toMatch(missing)
    }
    await refuses(trainer.backward(), /call forward\(\) first/)
    await refuses(trainer.step(), /call forward\(\) and backward\(\) first/)
    await refuses(trainer.skip(), /call forward\(\) first/)
    await refuses(trainer.read('inputs'), /forward\(\)/)
    await trainer.forward()
    await refuses(trainer.forward(), /call backward\(\) for the batch in hand, or skip\(\)/)
    await refuses(trainer.step(), /call backward\(\) first/)
    await refuses(trainer.read('gradients', 0), /backward\(\)/)
    await trainer.backward()
    await refuses(trainer.backward(), /call step\(\) first/)
    await refuses(trainer.forward(), /call step\(\)/)
    await refuses(trainer.read('updates', 0), /step\(\)/)
    await trainer.step()
    await refuses(trainer.step(), /forward\(\) and backward\(\)/)
    await trainer.forward()
    await refuses(trainer.read('deltas', 0), /backward\(\)/)
  })

  test('calls that are not awaited keep their order', async () => {
    const { trainer, model } = await open()
    const before = await bitsOf(model)
    await Promise.all([trainer.forward(), trainer.backward(), trainer.step(), trainer.forward()])
    expect(await bitsOf(model)).not.toEqual(before)
  })

  test('skip leaves out a batch', async () => {
    const { trainer, model } = await open()
    const before = await bitsOf(model)
    await trainer.forward()
    await trainer.backward()
    await trainer.skip()
    expect(await bitsOf(model)).toEqual(before)
    expect((await trainer.forward()).epoch).toBe(2)
  })

  test('positions, layers and learning rates that there are not', async () => {
    const { trainer } = await open()
    await expect(trainer.forward([SAMPLES])).rejects.toThrow(ArgumentError)
    await expect(trainer.forward([])).rejects.toThrow(ArgumentError)
    await expect(trainer.forward([0.5])).rejects.toThrow(ArgumentError)
    await trainer.forward([0])
    await expect(trainer.read('activations', 2)).rejects.toThrow('layer 2')
    await trainer.backward()
    await expect(trainer.step(-1)).rejects.toThrow(ArgumentError)
    await expect(trainer.step(Number.NaN)).rejects.toThrow(ArgumentError)
  })

  test('a model has one training at a time, and it ends with either', async () => {
    const { trainer, model, data } = await open()
    await expect(model.fit(data)).rejects.toThrow('a trainer is open')
    await expect(model.trainer(data)).rejects.toThrow('a trainer is open')
    await expect(model.toCheckpoint()).rejects.toThrow('a trainer is open')
    trainer.dispose()
    trainer.dispose()
    await expect(trainer.forward()).rejects.toThrow(DisposedError)
    await model.fit(data)
    const next = await model.trainer(data)
    model.dispose()
    await expect(next.forward()).rejects.toThrow(DisposedError)
  })
})

// The training loop: what it reports, in which order it takes the samples, how it stops.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  ArgumentError,
  type BatchLogs,
  type Dataset,
  dataset,
  dense,
  type EpochLogs,
  type LayerParameters,
  memoryUsage,
  ShapeError,
  StateError,
  sequential,
  TrainingError,
} from '../../src/index.ts'

const SAMPLES = 250

/** Two classes, parted by the sign of the first of three values; sample i carries i in its third. */
let data: Dataset

beforeAll(async () => {
  const inputs = Array.from({ length: SAMPLES }, (_, i) => [Math.sin(7 * i), Math.cos(3 * i), i / SAMPLES])
  data = await dataset({ inputs, labels: inputs.map(([x = 0]) => (x > 0 ? 1 : 0)) })
})

afterAll(() => data.dispose())

const create = async (seed = 1) => {
  const model = await sequential([dense(6, { activation: 'relu' }), dense(2, { activation: 'softmax' })], {
    inputSize: 3,
    seed,
  })
  return model.compile({ learningRate: 0.5 })
}

describe('what fit reports', () => {
  test('batches: number, samples, loss and accuracy of each, the last one shorter', async () => {
    using model = await create()
    const batches: BatchLogs[] = []
    await model.fit(data, { batchSize: 100, onBatchEnd: logs => void batches.push(logs) })
    expect(batches.map(({ iteration, iterations, samples }) => [iteration, iterations, samples])).toEqual([
      [1, 3, 100],
      [2, 3, 100],
      [3, 3, 50],
    ])
    for (const { loss, accuracy } of batches) {
      expect(loss).toBeGreaterThan(0)
      expect(accuracy).toBeGreaterThanOrEqual(0)
      expect(accuracy).toBeLessThanOrEqual(1)
    }
  })

  test('dropLast leaves the short batch out', async () => {
    using model = await create()
    const { epochs } = await model.fit(data, { batchSize: 100, dropLast: true })
    expect(epochs).toMatchObject([{ iterations: 2, samples: 200 }])
  })

  test('an epoch: the mean of its samples’ losses, the share of right answers', async () => {
    using model = await create()
    const batches: BatchLogs[] = []
    const { epochs } = await model.fit(data, { batchSize: 100, onBatchEnd: logs => void batches.push(logs) })
    const mean = batches.reduce((sum, { loss, samples }) => sum + loss * samples, 0) / SAMPLES
    const right = batches.reduce((sum, { accuracy = 0, samples }) => sum + accuracy * samples, 0)
    expect(epochs[0]?.loss).toBeCloseTo(mean, 12)
    expect(epochs[0]?.accuracy).toBeCloseTo(right / SAMPLES, 12)
    expect(epochs[0]?.seconds).toBeGreaterThanOrEqual(0)
  })

  test('the loss of a batch is the one before its update', async () => {
    using model = await create()
    const { loss } = await model.evaluate(data)
    const { epochs } = await model.fit(data, { batchSize: SAMPLES, shuffle: false })
    expect(epochs[0]?.loss).toBeCloseTo(loss, 5)
  })

  test('validation: what evaluate gives after the epoch', async () => {
    using model = await create()
    const seen: EpochLogs[] = []
    const [training, validation] = await data.split(0.8, { seed: 1 })
    await model.fit(training, {
      epochs: 3,
      validationData: validation,
      onEpochEnd: logs => void seen.push(logs),
    })
    const { loss, accuracy } = await model.evaluate(validation)
    expect(seen.map(({ epoch }) => epoch)).toEqual([1, 2, 3])
    expect(seen[2]).toMatchObject({ valLoss: loss, valAccuracy: accuracy })
  })

  test('callbacks that return promises are awaited', async () => {
    using model = await create()
    const order: string[] = []
    await model.fit(data, {
      epochs: 2,
      batchSize: SAMPLES,
      onBatchEnd: async ({ epoch }) => {
        await Promise.resolve()
        order.push(`batch of epoch ${epoch}`)
      },
      onEpochEnd: async ({ epoch }) => {
        await Promise.resolve()
        order.push(`epoch ${epoch}`)
      },
    })
    expect(order).toEqual(['batch of epoch 1', 'epoch 1', 'batch of epoch 2', 'epoch 2'])
  })

  test('zero epochs change nothing', async () => {
    using model = await create()
    const before = await model.getParameters()
    expect(await model.fit(data, { epochs: 0 })).toEqual({ epochs: [] })
    expect(await model.getParameters()).toEqual(before)
  })
})

describe('the order of the samples', () => {
  const lossesOf = async (options: { shuffle?: boolean; seed?: number; epochs?: number }) => {
    using model = await create()
    const losses: number[] = []
    await model.fit(data, { batchSize: 50, ...options, onBatchEnd: ({ loss }) => void losses.push(loss) })
    return losses
  }

  test('the same seed gives the same batches, another seed others', async () => {
    const first = await lossesOf({ seed: 5 })
    expect(await lossesOf({ seed: 5 })).toEqual(first)
    expect(await lossesOf({ seed: 6 })).not.toEqual(first)
  })

  test('without shuffle, samples come as they stand', async () => {
    using model = await create()
    const { loss } = await model.evaluate(data.slice(0, 50))
    const [first] = await lossesOf({ shuffle: false })
    expect(first).toBeCloseTo(loss, 5)
  })

  test('two epochs, then three more, equal five, bit for bit', async () => {
    using once = await create()
    await once.fit(data, { epochs: 5, batchSize: 32 })
    using twice = await create()
    await twice.fit(data, { epochs: 2, batchSize: 32 })
    await twice.fit(data, { epochs: 3, batchSize: 32 })
    expect(await twice.getParameters()).toEqual(await once.getParameters())
  })

  test('each epoch has an order of its own', async () => {
    using model = await create()
    model.compile({ learningRate: 1e-40 })
    const losses: number[] = []
    await model.fit(data, { epochs: 2, batchSize: 50, onBatchEnd: ({ loss }) => void losses.push(loss) })
    expect(losses.slice(5)).not.toEqual(losses.slice(0, 5))
  })
})

describe('stopping', () => {
  test('an aborted signal rejects with its reason and leaves the model as the last batch left it', async () => {
    using model = await create()
    const controller = new AbortController()
    const reason = new Error('enough')
    const fit = model.fit(data, {
      epochs: 1000,
      batchSize: 50,
      shuffle: false,
      signal: controller.signal,
      onBatchEnd: ({ epoch, iteration }) => {
        if (epoch === 2 && iteration === 2) controller.abort(reason)
      },
    })
    await expect(fit).rejects.toBe(reason)
    using other = await create()
    await other.fit(data, { batchSize: 50, shuffle: false })
    await other.fit(data.slice(0, 100), { batchSize: 50, shuffle: false })
    expect(await model.getParameters()).toEqual(await other.getParameters())
  })

  test('a timer can abort: the event loop runs while training goes on', async () => {
    using model = await create()
    const signal = AbortSignal.timeout(30)
    await expect(model.fit(data, { epochs: 1e9, signal })).rejects.toMatchObject({ name: 'TimeoutError' })
  })

  test('an error in a callback stops training and is passed on', async () => {
    using model = await create()
    const error = new Error('mine')
    const onBatchEnd = () => {
      throw error
    }
    await expect(model.fit(data, { onBatchEnd })).rejects.toBe(error)
    await expect(model.fit(data)).resolves.toBeDefined()
  })

  test('a loss that is not finite: an error that names the batch, the weights as they were before it', async () => {
    const inputs = Array.from({ length: 20 }, (_, i) => [i === 13 ? Number.NaN : i / 20])
    using bad = await dataset({ inputs, labels: inputs.map((_, i) => i % 2) })
    const layers = [dense(2, { activation: 'softmax' })]
    using model = (await sequential(layers, { inputSize: 1 })).compile()
    const fit = model.fit(bad, { batchSize: 5, shuffle: false })
    await expect(fit).rejects.toThrow(TrainingError)
    await expect(fit).rejects.toThrow('iteration 3 of epoch 1')
    using good = (await sequential(layers, { inputSize: 1 })).compile()
    await good.fit(bad.slice(0, 10), { batchSize: 5, shuffle: false })
    expect(await model.getParameters()).toEqual(await good.getParameters())
  })
})

describe('divergence in the very last batch, which no other follows', () => {
  const fitOnce = async (x: number, target: number, learningRate: number, hidden?: LayerParameters[]) => {
    const layers = hidden ? [dense(1, { activation: 'relu' }), dense(1)] : [dense(1)]
    const model = (await sequential(layers, { inputSize: 1 })).compile({ learningRate })
    await model.setParameters(hidden ?? [parameters(0.5)])
    const samples = await dataset({ inputs: [[0], [x]], targets: [[0], [target]] })
    const epochs: EpochLogs[] = []
    const fit = model.fit(samples, {
      batchSize: 1,
      shuffle: false,
      onEpochEnd: logs => void epochs.push(logs),
    })
    const outcome = await fit.then(
      () => 'resolved',
      (error: unknown) => error,
    )
    const weights = (await model.getParameters()).flatMap(({ weights, bias }) => [...weights, ...bias])
    return { outcome, weights, epochs }
  }
  const parameters = (weight: number) => ({ weights: Float32Array.of(weight), bias: new Float32Array(1) })
  const diverged = expect.objectContaining({
    code: 'ERR_TRAINING',
    message: expect.stringMatching(
      /^the weights diverged in the last batch, iteration 2 of epoch 1; .* learning rate below [\de+]+, or clipNorm/,
    ),
  })

  test('infinite weights: those before come back', async () => {
    const { outcome, weights, epochs } = await fitOnce(10, 1000, 1e37)
    expect(weights).toEqual([0.5, 0])
    expect(outcome).toEqual(diverged)
    expect(epochs).toEqual([])
  })

  test('finite weights with an infinite loss: those before come back', async () => {
    const { outcome, weights } = await fitOnce(100, 0, 1e33)
    expect(weights).toEqual([0.5, 0])
    expect(outcome).toEqual(diverged)
  })

  test('an infinite weight that a ReLU hides from the loss', async () => {
    const { outcome, weights } = await fitOnce(1e4, 9.5, 1e33, [parameters(1e-6), parameters(1e3)])
    expect(weights).toEqual([Math.fround(1e-6), 0, 1e3, 0])
    expect(outcome).toEqual(diverged)
  })

  test('large, but finite weights pass', async () => {
    const { outcome, weights } = await fitOnce(10, 1000, 1e4)
    expect(Math.max(...weights.map(Math.abs))).toBeGreaterThan(1e6)
    expect(outcome).toBe('resolved')
  })
})

describe('what does not go together', () => {
  test.each([
    [{ batchSize: 0 }, 'batchSize is 0'],
    [{ batchSize: 2.5 }, 'batchSize is 2.5'],
    [{ epochs: -1 }, 'epochs is -1'],
    [{ epochs: Number.NaN }, 'epochs is NaN'],
    [{ epochs: '3' as never }, 'epochs is "3"'],
    [{ seed: -1 }, 'seed is -1'],
    [{ batchSize: 300, dropLast: true }, '250 samples make no batch of 300'],
  ])('%o', async (options, message) => {
    using model = await create()
    const fit = model.fit(data, options)
    await expect(fit).rejects.toThrow(ArgumentError)
    await expect(fit).rejects.toThrow(message)
  })

  test('fit before compile', async () => {
    using model = await sequential([dense(1)], { inputSize: 3 })
    await expect(model.fit(data)).rejects.toThrow(StateError)
  })

  test('a second fit while one runs', async () => {
    using model = await create()
    const first = model.fit(data, { epochs: 3 })
    await expect(model.fit(data)).rejects.toThrow(StateError)
    await expect(first).resolves.toBeDefined()
  })

  test('samples of another size: both sizes are named', async () => {
    using model = (await sequential([dense(2, { activation: 'softmax' })], { inputSize: 4 })).compile()
    const fit = model.fit(data)
    await expect(fit).rejects.toThrow(ShapeError)
    await expect(fit).rejects.toThrow('dense(2) expects inputs of 4 features, got samples of 3')
  })

  test('more classes than outputs, labels without classes, targets of another size', async () => {
    using three = await dataset({ inputs: [[1], [2], [3]], labels: [0, 1, 2] })
    using narrow = (await sequential([dense(2, { activation: 'softmax' })], { inputSize: 1 })).compile()
    await expect(narrow.fit(three)).rejects.toThrow('labels up to 2, but the last layer only 2 units')
    using regression = (await sequential([dense(1)], { inputSize: 1 })).compile()
    await expect(regression.fit(three)).rejects.toThrow('needs targets')
    using pairs = await dataset({
      inputs: [[1], [2]],
      targets: [
        [1, 2],
        [3, 4],
      ],
    })
    await expect(regression.fit(pairs)).rejects.toThrow('targets of 2 values, but the last layer 1 units')
  })
})

test('linear memory does not grow from the second epoch to the fiftieth', async () => {
  using model = await create()
  const totals = new Set<number>()
  const inUse = new Set<number>()
  const before = await memoryUsage()
  await model.fit(data, {
    epochs: 50,
    validationData: data,
    onEpochEnd: async () => {
      const usage = await memoryUsage()
      totals.add(usage.total)
      inUse.add(usage.inUse)
    },
  })
  expect([totals.size, inUse.size]).toEqual([1, 1])
  expect((await memoryUsage()).inUse).toBe(before.inUse)
})

// A learning rate that is chosen while a training runs.
import { describe, expect, test } from 'vitest'
import {
  ArgumentError,
  type CompileOptions,
  dataset,
  dense,
  type FitOptions,
  memoryCheckpoints,
  type Sequential,
  sequential,
  type TrainingControls,
} from '../../src/index.ts'

const inputs = Array.from({ length: 12 }, (_, i) => [Math.sin(i * 12.9898), Math.sin(i * 78.233)])
const labels = inputs.map(([a = 0, b = 0]) => (a + b > 0 ? 1 : 0))

const example = (worker = false) => dataset({ inputs, labels, worker })

async function create(options: CompileOptions, worker = false) {
  const layers = [dense(3, { activation: 'tanh' }), dense(2, { activation: 'softmax' })]
  return (await sequential(layers, { inputSize: 2, seed: 2, worker })).compile(options)
}

const weightsOf = async (model: Sequential) =>
  (await model.getParameters()).flatMap(({ weights, bias }) => [...weights, ...bias])

/** The learning rate of each batch: three an epoch. */
async function ratesOf(model: Sequential, options: FitOptions, worker = false): Promise<number[]> {
  const rates: number[] = []
  await model.fit(await example(worker), {
    batchSize: 4,
    ...options,
    onBatchEnd(logs, run) {
      rates.push(logs.learningRate)
      return options.onBatchEnd?.(logs, run)
    },
  })
  return rates
}

/** Chooses a rate after so many batches in all. */
const chooseAfter = (batches: number, learningRate: number) => {
  let done = 0
  return (_: unknown, run: TrainingControls) => {
    done += 1
    if (done === batches) run.setLearningRate(learningRate)
  }
}

describe.each([false, true])('in a worker: %s', worker => {
  test('from a callback, it counts from the next batch on', async () => {
    using model = await create({ learningRate: 0.5 }, worker)
    expect(await ratesOf(model, { epochs: 2, onBatchEnd: chooseAfter(2, 0.25) }, worker)).toEqual([
      0.5, 0.5, 0.25, 0.25, 0.25, 0.25,
    ])
  })

  test('from each callback', async () => {
    using model = await create({ learningRate: 0.5 }, worker)
    const rates = await ratesOf(
      model,
      {
        epochs: 2,
        onTrainBegin: run => run.setLearningRate(0.4),
        onEpochBegin: ({ epoch }, run) => epoch === 2 && run.setLearningRate(0.2),
        onEpochEnd: ({ epoch }, run) => epoch === 1 && run.setLearningRate(0.3),
      },
      worker,
    )
    expect(rates).toEqual([0.4, 0.4, 0.4, 0.2, 0.2, 0.2])
  })

  test('from the run, while it rests', async () => {
    using model = await create({ learningRate: 0.5 }, worker)
    const rates: number[] = []
    const run = model.fit(await example(worker), {
      epochs: 2,
      batchSize: 4,
      onBatchEnd({ iteration, epoch, learningRate }) {
        rates.push(learningRate)
        if (epoch === 1 && iteration === 1) {
          run.pause()
          run.setLearningRate(0.125)
          run.resume()
        }
      },
    })
    await run
    expect(rates).toEqual([0.5, 0.125, 0.125, 0.125, 0.125, 0.125])
  })

  test('the callback’s second argument stops the training', async () => {
    using model = await create({ learningRate: 0.5 }, worker)
    const { epochs } = await model.fit(await example(worker), {
      epochs: 9,
      onEpochEnd: (_, run) => run.stop(),
    })
    expect(epochs).toHaveLength(1)
  })
})

test('the weights are those of a loop of one’s own with the same rates', async () => {
  const rates = [0.5, 0.5, 0.1, 0.1, 0.1, 0.1]
  using data = await example()
  using model = await create({ optimizer: 'adam', learningRate: 0.5 })
  await model.fit(data, { epochs: 2, batchSize: 4, onBatchEnd: chooseAfter(2, 0.1) })
  using twin = await create({ optimizer: 'adam', learningRate: 0.5 })
  using trainer = await twin.trainer(data, { batchSize: 4, epochs: 2 })
  for (const rate of rates) {
    await trainer.forward()
    await trainer.backward()
    await trainer.step(rate)
  }
  expect(await weightsOf(model)).toEqual(await weightsOf(twin))
})

describe('a schedule goes on in proportion', () => {
  test.each<[string, CompileOptions['schedule'] & object, number[]]>([
    ['exponential', { name: 'exponential', factor: 0.5 }, [0.8, 0.3, 0.15]],
    ['step', { name: 'step', every: 2, factor: 0.5 }, [0.8, 0.3, 0.15]],
    ['cosine, half way down', { name: 'cosine' }, [0.8, 0.3, 0.3 / 3]],
    ['constant with a warm-up', { name: 'constant', warmUp: 2 }, [0.8 / 7, 0.3, 0.3 * (7 / 4)]],
  ])('%s', async (_, schedule, expected) => {
    using model = await create({ learningRate: 0.8, schedule })
    const rates = await ratesOf(model, { epochs: 3, onBatchEnd: chooseAfter(3, 0.3) })
    expect(rates[3]).toBe(0.3) // to the bit
    for (const [epoch, rate] of expected.entries()) expect(rates[3 * epoch]).toBeCloseTo(rate, 12)
  })

  test('reduceOnPlateau reduces what was chosen, down to its minimum', async () => {
    using model = await create({
      learningRate: 0.8,
      schedule: { name: 'reduceOnPlateau', factor: 0.5, patience: 0, threshold: 0.9, minimum: 0.1 },
    })
    const rates = await ratesOf(model, { epochs: 5, batchSize: 12, onBatchEnd: chooseAfter(1, 0.3) })
    expect(rates).toEqual([0.8, 0.3, 0.15, 0.1, 0.1].map(rate => expect.closeTo(rate, 12)))
  })
})

describe.each<[string, CompileOptions]>([
  ['one rate', { learningRate: 0.5, optimizer: 'momentum' }],
  ['a schedule', { learningRate: 0.5, schedule: { name: 'exponential', factor: 0.7 } }],
])('%s: a resumed training goes on with it, to the bit', (_, options) => {
  const epochs = 4

  async function undisturbed() {
    using model = await create(options)
    const rates = await ratesOf(model, { epochs, onBatchEnd: chooseAfter(5, 0.2) })
    return { rates, weights: await weightsOf(model) }
  }

  test.each(['batch', 'epoch', 'callback'])('after an interruption behind a %s', async place => {
    const store = memoryCheckpoints()
    const controller = new AbortController()
    const choose = chooseAfter(5, 0.2)
    const first: number[] = []
    using broken = await create(options)
    await broken
      .fit(await example(), {
        epochs,
        batchSize: 4,
        checkpoints: { store, every: 1 },
        signal: controller.signal,
        onBatchEnd(logs, run) {
          first.push(logs.learningRate)
          choose(logs, run)
          // Behind the fifth batch, the choice has not been followed by one yet.
          const end = { batch: 8, callback: 5 }[place]
          if (first.length === end) controller.abort('a power cut')
        },
        onEpochEnd: ({ epoch }) => epoch === 2 && place === 'epoch' && controller.abort('a power cut'),
      })
      .catch(() => {})
    using model = await create(options)
    const rest = await ratesOf(model, { epochs, checkpoints: { store }, resume: true })
    const { rates, weights } = await undisturbed()
    expect([...first, ...rest]).toEqual(rates)
    expect(await weightsOf(model)).toEqual(weights)
  })
})

test('a later fit goes on with it; compile begins anew', async () => {
  using model = await create({ learningRate: 0.5 })
  await ratesOf(model, { onBatchEnd: chooseAfter(1, 0.25) })
  expect(await ratesOf(model, {})).toEqual([0.25, 0.25, 0.25])
  model.compile({ learningRate: 0.5 })
  expect(await ratesOf(model, {})).toEqual([0.5, 0.5, 0.5])
})

const REFUSED = [-1, 0, 1e-46, 1e39, Number.NaN, Number.POSITIVE_INFINITY, '0.1', undefined, null]

test.each(REFUSED)('%s is refused, in the words of compile', async rate => {
  using model = await create({ learningRate: 0.5 })
  const run = model.fit(await example())
  const shown = typeof rate === 'string' ? JSON.stringify(rate) : rate
  const message = `learningRate is ${shown}: expected a number above 0 that single precision holds`
  expect(() => run.setLearningRate(rate as number)).toThrow(ArgumentError)
  expect(() => run.setLearningRate(rate as number)).toThrow(message)
  await run
  if (rate !== undefined && rate !== null) {
    expect(() => model.compile({ learningRate: rate as number })).toThrow(message)
  }
})

describe('after the training', () => {
  const refusal = expect.objectContaining({
    code: 'ERR_STATE',
    message: 'setLearningRate after fit has ended: use compile, or the run of the next fit',
  })

  test('it is a StateError, and changes nothing', async () => {
    using model = await create({ learningRate: 0.5 })
    const run = model.fit(await example())
    await run
    expect(() => run.setLearningRate(0.1)).toThrow(refusal)
    expect(await ratesOf(model, {})).toEqual([0.5, 0.5, 0.5])
  })

  test('that failed, too', async () => {
    using model = await create({ learningRate: 0.5 })
    const run = model.fit(await example(), { epochs: -1 })
    await expect(run).rejects.toThrow('epochs is -1')
    expect(() => run.setLearningRate(0.1)).toThrow(refusal)
  })

  test('in onTrainEnd it is for the next fit', async () => {
    using model = await create({ learningRate: 0.5 })
    const run = model.fit(await example(), { onTrainEnd: () => run.setLearningRate(0.25) })
    await run
    expect(await ratesOf(model, {})).toEqual([0.25, 0.25, 0.25])
  })
})

test('oneCycle rises above what was chosen at its beginning, in proportion', async () => {
  using model = await create({ learningRate: 0.8, schedule: { name: 'oneCycle' } })
  const rates = await ratesOf(model, { epochs: 10, onTrainBegin: run => run.setLearningRate(0.1) })
  expect(rates[0]).toBeCloseTo(0.1)
  expect(Math.max(...rates)).toBeCloseTo(2.5, 1)
})

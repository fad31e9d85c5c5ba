// A training that rests, wherever that is, and goes on in another model gives what one gives that never rested.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeCheckpoint, encodeCheckpoint } from '../../src/files/checkpoint-file.ts'
import { readSafetensors } from '../../src/files/safetensors.ts'
import {
  ArgumentError,
  type BatchLogs,
  type BuildChoice,
  batchNormalization,
  type CompileOptions,
  dataset,
  dense,
  dropout,
  type EngineOptions,
  type FitOptions,
  layerNormalization,
  memoryCheckpoints,
  normalization,
  optimizerNames,
  prelu,
  type ScheduleOptions,
  type Sequential,
  scheduleNames,
  sequential,
  streamingDataset,
  WasmlpError,
} from '../../src/index.ts'
import type { OptionRule } from '../../src/optimizers/named-options.ts'
import { SCHEDULES } from '../../src/optimizers/schedule-table.ts'
import { xxh64 } from '../../src/reference/xxh64.ts'
import { builds } from '../support/builds.ts'
import { CLASSES, INPUTS, SAMPLES, trainingProblem, withoutSeconds } from '../support/training-problem.ts'

interface Training {
  build?: BuildChoice
  compile: CompileOptions
  fit: FitOptions
}

async function create(
  { build = 'simd', compile }: Training,
  options: EngineOptions = {},
): Promise<Sequential> {
  const layers = [
    dense(9),
    batchNormalization(),
    prelu(),
    dropout(0.2),
    dense(7, { activation: 'tanh' }),
    layerNormalization(),
    dense(CLASSES, { activation: 'softmax' }),
  ]
  return (await sequential(layers, { inputSize: INPUTS, seed: 2, build, ...options })).compile(compile)
}

/** What a training leaves behind. */
async function outcome(model: Sequential, history: { epochs: { seconds: number }[] }) {
  return { parameters: await model.getParameters(), epochs: withoutSeconds(history.epochs) }
}

async function data(build: BuildChoice = 'simd') {
  const all = await dataset({ ...trainingProblem(), build })
  return { train: all.slice(0, SAMPLES - 20), validationData: all.slice(SAMPLES - 20) }
}

async function undisturbed(training: Training) {
  using model = await create(training)
  const { train, validationData } = await data(training.build)
  const batches: BatchLogs[] = []
  const history = await model.fit(train, {
    validationData,
    onBatchEnd: logs => void batches.push(logs),
    ...training.fit,
  })
  return { ...(await outcome(model, history)), batches }
}

/** Rests after `stops` batches of this and every further model; `how` says by what. */
async function disturbed(training: Training, stops: readonly number[], how: 'abort' | 'stop') {
  const { train, validationData } = await data(training.build)
  const batches: BatchLogs[] = []
  let bytes: Uint8Array | undefined
  for (const stop of [...stops, Infinity]) {
    using model = await create(training)
    if (bytes) await model.loadCheckpoint(bytes)
    const controller = new AbortController()
    let count = 0
    const run = model.fit(train, {
      validationData,
      ...training.fit,
      resume: bytes !== undefined,
      signal: controller.signal,
      onBatchEnd(logs) {
        batches.push(logs)
        count += 1
        if (count < stop) return
        if (how === 'stop') run.stop()
        else controller.abort('rest')
      },
    })
    const history = await run.catch(reason => expect(reason).toBe('rest'))
    if (history && stop === Infinity) return { ...(await outcome(model, history)), batches }
    bytes = await model.toCheckpoint()
  }
  return expect.unreachable()
}

describe.each(builds)('%s', build => {
  test.each(optimizerNames)('%s: five epochs and five more are ten', async optimizer => {
    const training = { build, compile: { optimizer }, fit: { batchSize: 16 } }
    const { train, validationData } = await data(build)
    using first = await create(training)
    await first.fit(train, { batchSize: 16, validationData, epochs: 5 })
    using second = await create(training)
    await second.loadCheckpoint(await first.toCheckpoint())
    const history = await second.fit(train, { batchSize: 16, validationData, epochs: 10, resume: true })
    const { batches, ...whole } = await undisturbed({ ...training, fit: { batchSize: 16, epochs: 10 } })
    expect(await outcome(second, history)).toEqual(whole)
  })
})

/** What shows sooner than by default. */
const settings: Record<string, object> = {
  step: { factor: 0.5 },
  exponential: { factor: 0.8, warmUp: 1.5 },
  reduceOnPlateau: { patience: 0, threshold: 0.05 },
}

const schedules = scheduleNames.map(name => {
  const needed = Object.entries<OptionRule>(SCHEDULES[name].options).filter(
    ([, { standard }]) => standard === undefined,
  )
  const ones = Object.fromEntries(needed.map(([option]) => [option, 1]))
  return { name, ...ones, ...settings[name] } as ScheduleOptions
})

const trainings = fc.record({
  compile: fc.record({
    optimizer: fc.constantFrom(...optimizerNames),
    learningRate: fc.constantFrom(0.01, 0.3),
    schedule: fc.constantFrom(...schedules),
  }),
  fit: fc.record({
    epochs: fc.integer({ min: 2, max: 4 }), // one batch would be too little for oneCycle
    batchSize: fc.constantFrom(8, 16, 50),
    shuffle: fc.boolean(),
    dropLast: fc.boolean(),
    accumulate: fc.constantFrom(1, 1, 3),
    seed: fc.constantFrom(0, 5),
  }),
})
const early = fc.constantFrom<FitOptions>(
  {},
  { earlyStopping: { patience: 1 } },
  { earlyStopping: { monitor: 'accuracy', minDelta: 0.01 } },
  { earlyStopping: { monitor: 'loss', restoreBest: false } },
)
const stops = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 3 })

test.each(['abort', 'stop'] as const)('a training that rests anywhere, by %s', async how => {
  await fc.assert(
    fc.asyncProperty(trainings, early, stops, async ({ compile, fit }, stopping, places) => {
      const training = { compile, fit: { ...fit, ...stopping } }
      expect(await disturbed(training, places, how)).toEqual(await undisturbed(training))
    }),
    { numRuns: 40 },
  )
})

test('gradients that wait for their group are in the checkpoint', async () => {
  const training = { compile: { optimizer: 'adam' as const }, fit: { batchSize: 10, accumulate: 4 } }
  expect(await disturbed(training, [2], 'abort')).toEqual(await undisturbed(training))
})

test('a training that was aborted while its last epoch was evaluated', async () => {
  const training: Training = { compile: { optimizer: 'adam', schedule: { name: 'cosine' } }, fit: {} }
  const { train, validationData } = await data()
  using first = await create(training, { worker: false }) // in this thread, which asks for this signal
  const controller = new AbortController()
  let batches = 0
  const { signal } = controller
  // Asked after the last batch, then after that of the validation. Before, a busy machine is asked more often.
  let asked = 0
  Object.defineProperty(signal, 'aborted', {
    get() {
      if (batches === 2) asked += 1
      if (asked === 2) controller.abort('rest')
      return asked >= 2
    },
  })
  const fit = { validationData, batchSize: 25 }
  await expect(
    first.fit(train, {
      ...fit,
      signal,
      onBatchEnd: () => void batches++,
      onEpochEnd: () => expect.unreachable(),
    }),
  ).rejects.toBe('rest')
  using second = await create(training)
  await second.loadCheckpoint(await first.toCheckpoint())
  const history = await second.fit(train, {
    ...fit,
    resume: true,
    onBatchEnd: () => expect.unreachable(),
  })
  const { batches: _, ...whole } = await undisturbed({ ...training, fit: { batchSize: 25 } })
  expect(await outcome(second, history)).toEqual(whole)
})

test('a training that early stopping ended stays at its end, and goes on with more patience', async () => {
  const compile = { optimizer: 'adam' as const, learningRate: 0.3 }
  const fit = { epochs: 30, batchSize: 10 }
  const training = { compile, fit: { ...fit, earlyStopping: { patience: 1 } } }
  const { train, validationData } = await data()
  using first = await create(training)
  const { epochs } = await first.fit(train, { ...training.fit, validationData })
  expect(epochs.length).toBeLessThan(28)
  const before = await first.getParameters()
  const again = await first.fit(train, { ...training.fit, validationData, resume: true })
  expect(again.epochs).toHaveLength(epochs.length)
  expect(await first.getParameters()).toEqual(before)

  const patient = { ...fit, epochs: epochs.length + 2, earlyStopping: { patience: 50 } }
  using second = await create(training)
  await second.loadCheckpoint(await first.toCheckpoint())
  const history = await second.fit(train, { ...patient, validationData, resume: true })
  const { batches, ...whole } = await undisturbed({ compile, fit: patient })
  expect(await outcome(second, history)).toEqual(whole)
})

test('weights that were set meanwhile are those that training goes on with', async () => {
  const training: Training = { compile: {}, fit: { epochs: 3, earlyStopping: { patience: 9 } } }
  const { train, validationData } = await data()
  using model = await create(training)
  await model.fit(train, { ...training.fit, validationData })
  using other = await create(training)
  await model.setParameters(await other.getParameters())
  const outputs = await other.predict(train)
  expect(await model.predict(train)).toEqual(outputs)
  let seen: unknown
  await model.fit(train, {
    ...training.fit,
    epochs: 4,
    validationData,
    resume: true,
    onTrainBegin: async () => {
      seen = await model.predict(train)
    },
  })
  expect(seen).toEqual(outputs)
})

describe('a training is not resumed with another', () => {
  const layers = {
    mean: normalization({ mean: 0.5, standardDeviation: 2 }),
    dense: dense(6, { activation: 'leakyRelu', slope: 0.25, initializer: 'xavier' }),
    momentum: batchNormalization({ momentum: 0.25 }),
    slope: prelu({ slope: 0.5 }),
    rate: dropout(0.2),
    epsilon: layerNormalization({ epsilon: 1e-3 }),
    last: dense(CLASSES, { activation: 'softmax' }),
  }
  const model = async (given: Partial<typeof layers>) =>
    (await sequential(Object.values({ ...layers, ...given }), { inputSize: INPUTS, seed: 2 })).compile()

  async function resume(given: Partial<typeof layers>) {
    const { train } = await data()
    const store = memoryCheckpoints()
    const fit: FitOptions = { batchSize: 10, checkpoints: { store } }
    using first = await model({})
    await first.fit(train, fit)
    using second = await model(given)
    return second.fit(train, { ...fit, epochs: 2, resume: true })
  }

  test.each<[Partial<typeof layers>, string]>([
    [{ rate: dropout(0.3) }, 'has layers.4.rate 0.2, and this one 0.3'],
    [{ momentum: batchNormalization() }, 'has layers.2.momentum 0.25, and this one 0.1'],
  ])('%j', async (given, message) => {
    const refused = resume(given)
    await expect(refused).rejects.toThrow(ArgumentError)
    await expect(refused).rejects.toThrow(message)
  })

  test.each<Partial<typeof layers>>([
    { mean: normalization({ mean: 0.25, standardDeviation: 2 }) },
    { dense: dense(6, { activation: 'leakyRelu', slope: 0.125 }) },
    { dense: dense(6, { activation: 'relu' }) },
    { epsilon: layerNormalization() },
  ])('%j', async given => {
    await expect(resume(given)).rejects.toThrow(WasmlpError)
  })

  test('but with whatever weights only begin with', async () => {
    const given = { dense: dense(6, { activation: 'leakyRelu', slope: 0.25 }), slope: prelu() }
    await expect(resume(given)).resolves.toMatchObject({ epochs: [{ epoch: 1 }, { epoch: 2 }] })
  })
})

test('a training on a stream that rests within an epoch', async () => {
  const { inputs, labels } = trainingProblem(60)
  const stream = () =>
    streamingDataset({
      chunks: function* () {
        for (let begin = 0; begin < 60; begin += 15) {
          yield {
            inputs: inputs.subarray(begin * INPUTS, (begin + 15) * INPUTS),
            labels: labels.slice(begin, begin + 15),
          }
        }
      },
      inputSize: INPUTS,
      bytes: 'pixels',
      shuffleBuffer: 20,
    })
  const training: Training = { compile: { optimizer: 'adam' }, fit: { epochs: 3, batchSize: 10 } }
  using whole = await create(training)
  const expected = await outcome(whole, await whole.fit(stream(), training.fit))
  for (const place of [1, 6, 8]) {
    using first = await create(training)
    let count = 0
    const run = first.fit(stream(), {
      ...training.fit,
      onBatchEnd() {
        count += 1
        if (count === place) run.stop()
      },
    })
    await run
    using second = await create(training)
    await second.loadCheckpoint(await first.toCheckpoint())
    const history = await second.fit(stream(), { ...training.fit, resume: true })
    expect(await outcome(second, history), `after ${place} batches`).toEqual(expected)
  }
})

test('a checkpoint at a place that no epoch of the samples has is refused', async () => {
  const compile: CompileOptions = { optimizer: 'adam' }
  const fit: FitOptions = { epochs: 3, batchSize: 20 }
  const { train } = await data()
  using model = await create({ compile, fit })
  await model.fit(train, { ...fit, epochs: 1 })
  const contents = readSafetensors(await model.toCheckpoint())
  const checkpoint = decodeCheckpoint(contents, INPUTS, model.layers)
  const state = { ...checkpoint.state, iteration: 1e9 }
  const bytes = await encodeCheckpoint(INPUTS, model.layers, { ...checkpoint, state }, async file =>
    xxh64(file, 0n),
  )
  await model.loadCheckpoint(bytes)
  await expect(model.fit(train, { ...fit, resume: true })).rejects.toThrow(
    `the training stands at iteration 1000000000 of ${Math.ceil((SAMPLES - 20) / 20)}`,
  )
})

test('a trainer after compile begins a training of its own, whose checkpoint tells how it was compiled', async () => {
  const before: CompileOptions = { optimizer: 'momentum', learningRate: 0.01 }
  const after: CompileOptions = { optimizer: 'adam', learningRate: 0.01 }
  const layers = [dense(2, { activation: 'softmax' })]
  using data = await dataset({ inputs: [[1], [2], [3], [4]], labels: [0, 1, 0, 1] })
  using model = await sequential(layers, { inputSize: 1 })
  await model.compile(before).fit(data, { batchSize: 2 })
  model.compile(after)
  {
    using trainer = await model.trainer(data, { batchSize: 2 })
    await trainer.forward()
    await trainer.backward()
    await trainer.step()
  }
  const checkpoint = await model.toCheckpoint()
  using other = await sequential(layers, { inputSize: 1 })
  await other.loadCheckpoint(checkpoint)
  const rest = { batchSize: 2, resume: true }
  await expect(other.compile(before).fit(data, rest)).rejects.toThrow(
    'the training to resume has optimizer.algorithm.name "adam", and this one "momentum"',
  )
  // What a loop of the caller's own does not say, another may say.
  const more = other.compile(after).fit(data, { ...rest, validationData: data })
  await expect(more).resolves.toMatchObject({ epochs: [{ epoch: 1 }] })
})

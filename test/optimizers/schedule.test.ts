// Learning-rate schedules against PyTorch's (test/fixtures/pytorch-optimizers.py), and their options.
import { describe, expect, expectTypeOf, test } from 'vitest'
import { ArgumentError } from '../../src/errors.ts'
import { cosinePi } from '../../src/optimizers/cosine.ts'
import { createSchedule } from '../../src/optimizers/create-schedule.ts'
import type { LearningRateSchedule } from '../../src/optimizers/learning-rate.ts'
import type { NeededOf } from '../../src/optimizers/named-options.ts'
import { ScheduledRate } from '../../src/optimizers/schedule.ts'
import { resolveSchedule, scheduleNames } from '../../src/optimizers/schedule-options.ts'
import type { SCHEDULES, ScheduleName, ScheduleOptions } from '../../src/optimizers/schedule-table.ts'
import trace from '../fixtures/pytorch-optimizers.json'

function create(
  schedule: ScheduleName | ScheduleOptions | undefined,
  iterationsPerEpoch: number,
  epochs: number,
  learningRate = trace.learningRate,
) {
  const config = resolveSchedule(schedule, learningRate)
  return new ScheduledRate(config, learningRate, iterationsPerEpoch, epochs)
}

/** The learning rate of each iteration from one on, with PyTorch's losses at the end of each epoch. */
function run(schedule: LearningRateSchedule, perEpoch: number, end: number, begin = 0): number[] {
  return Array.from({ length: end - begin }, (_, i) => {
    const rate = schedule.at(begin + i)
    if ((begin + i + 1) % perEpoch === 0) {
      schedule.endEpoch(trace.losses[(begin + i + 1) / perEpoch - 1] ?? Number.NaN)
    }
    return rate
  })
}

/** Schedules of which there is no trace, with rates that were worked out by hand. */
const worked: {
  schedule: ScheduleOptions
  iterationsPerEpoch: number
  epochs: number
  learningRates: number[]
}[] = [
  // 0.1 + 0.2·(1 + cos(π·k/4)) for k = 0–3, then the same with k/8 for k = 0–7, and k/16 for k = 0 and 1.
  {
    schedule: { name: 'cosineRestarts', period: 2, periodFactor: 2, minimum: 0.1 },
    iterationsPerEpoch: 2,
    epochs: 7,
    learningRates: [
      0.5, 0.441421356237309, 0.3, 0.15857864376269, 0.5, 0.484775906502257, 0.441421356237309,
      0.376536686473017, 0.3, 0.223463313526982, 0.15857864376269, 0.115224093497742, 0.5, 0.496157056080646,
    ],
  },
  // 0.25·(1 + cos(π·k/3)) behind a warm-up of one epoch: 0.5·(k + 1)/4.
  {
    schedule: { name: 'cosineRestarts', period: 1, warmUp: 1 },
    iterationsPerEpoch: 3,
    epochs: 3,
    learningRates: [0.125, 0.25, 0.375, 0.5, 0.375, 0.125, 0.5, 0.375, 0.125],
  },
]

const examples = [...trace.schedules, ...worked]

test.each(examples)('$schedule, $epochs epochs of $iterationsPerEpoch: known rates', example => {
  const { iterationsPerEpoch, epochs, learningRates } = example
  const given = example.schedule as ScheduleName | ScheduleOptions
  const schedule = create(given, iterationsPerEpoch, epochs)
  const rates = run(schedule, iterationsPerEpoch, iterationsPerEpoch * epochs)
  expect(rates).toHaveLength(learningRates.length)
  for (const [i, rate] of rates.entries()) {
    const expected = learningRates[i] ?? Number.NaN
    expect(Math.abs(rate - expected), `iteration ${i}`).toBeLessThanOrEqual(1e-12 * expected + 1e-16)
  }
})

test('restarts go on at once behind as many epochs as a checkpoint can have', () => {
  const options: ScheduleOptions = { name: 'cosineRestarts', period: 3 }
  const [fresh, late] = [create(options, 5, 3), create(options, 5, 3)]
  late.restore({ ...late.state, epochs: 1e8 - 1 }) // a multiple of 3
  expect(run(late, 5, 15)).toEqual(run(fresh, 5, 15))
})

test('all schedules are compared with PyTorch, or with what was worked out', () => {
  const compared = new Set(
    examples.map(({ schedule }) => (typeof schedule === 'string' ? schedule : schedule.name)),
  )
  expect([...compared].sort()).toEqual([...scheduleNames].sort())
})

test('the schedules that a name alone stands for are those without an option that must be given', () => {
  type Alone = {
    [Name in keyof typeof SCHEDULES]: [NeededOf<(typeof SCHEDULES)[Name]['options']>] extends [never]
      ? Name
      : never
  }[keyof typeof SCHEDULES]
  expectTypeOf<ScheduleName>().toEqualTypeOf<Alone>()
})

test('constant, also when nothing is given', async () => {
  expect(run(create(undefined, 3, 2), 3, 6)).toEqual(Array(6).fill(trace.learningRate))
  const constant = await createSchedule(
    resolveSchedule(undefined, trace.learningRate),
    trace.learningRate,
    3,
    2,
  )
  expect(run(constant, 3, 6)).toEqual(Array(6).fill(trace.learningRate))
})

test('a training gets the schedule that it asks for', async () => {
  for (const { schedule, iterationsPerEpoch, epochs, learningRates } of trace.schedules) {
    const given = schedule as ScheduleName | ScheduleOptions
    const config = resolveSchedule(given, trace.learningRate)
    const created = await createSchedule(config, trace.learningRate, iterationsPerEpoch, epochs)
    const { length } = learningRates
    const expected = run(create(given, iterationsPerEpoch, epochs), iterationsPerEpoch, length)
    expect(run(created, iterationsPerEpoch, length)).toEqual(expected)
  }
})

test.each(examples)('$schedule: restored at any epoch, it goes on as if it had not stopped', example => {
  const { iterationsPerEpoch, epochs } = example
  const given = example.schedule as ScheduleName | ScheduleOptions
  const total = iterationsPerEpoch * epochs
  const whole = run(create(given, iterationsPerEpoch, epochs), iterationsPerEpoch, total)
  for (let epoch = 1; epoch < epochs; ++epoch) {
    const middle = epoch * iterationsPerEpoch
    const first = create(given, iterationsPerEpoch, epochs)
    const second = create(given, iterationsPerEpoch, epochs)
    const before = run(first, iterationsPerEpoch, middle)
    second.restore(JSON.parse(JSON.stringify(first.state)))
    expect([...before, ...run(second, iterationsPerEpoch, total, middle)]).toEqual(whole)
  }
})

test('behind the last iteration the learning rate stays as it is', () => {
  expect(create({ name: 'cosine', minimum: 0.01 }, 5, 2).at(10)).toBe(0.01)
  expect(create({ name: 'cosine', minimum: 0.01 }, 5, 2).at(99)).toBe(0.01)
  const oneCycle = create('oneCycle', 5, 2)
  expect(oneCycle.at(99)).toBe(oneCycle.at(9))
})

test('a warm-up longer than the training rises all the time', () => {
  const rates = run(create({ name: 'constant', warmUp: 3 }, 1, 2), 1, 2)
  expect(rates).toEqual([trace.learningRate / 4, trace.learningRate / 2])
})

describe('a schedule that spans the training needs some of it', () => {
  test.each<[ScheduleOptions, number, number, number]>([
    [{ name: 'oneCycle', warmUp: 2 }, 2, 2, 0],
    [{ name: 'oneCycle', warmUp: 5 }, 2, 2, 0],
    [{ name: 'oneCycle', warmUp: 1.5 }, 2, 2, 1],
    [{ name: 'oneCycle' }, 1, 1, 1],
    [{ name: 'cosine', warmUp: 2 }, 2, 2, 0],
    [{ name: 'cosine', warmUp: 3 }, 1, 2, 0],
  ])('%j, %i iterations an epoch, %i epochs', (schedule, perEpoch, epochs, left) => {
    const plan = () => create(schedule, perEpoch, epochs)
    expect(plan).toThrow(ArgumentError)
    expect(plan).toThrow(`the schedule '${schedule.name}' has ${left} of ${perEpoch * epochs} iterations`)
  })

  test('which has no warm-up, or a shorter one, or nothing to train', () => {
    expect(create({ name: 'cosine', warmUp: 1.5 }, 2, 2).at(3)).toBe(trace.learningRate)
    expect(create({ name: 'oneCycle', warmUp: 1 }, 2, 2).at(2)).toBeGreaterThan(trace.learningRate / 2)
    expect(() => create({ name: 'oneCycle', warmUp: 1 }, 2, 0)).not.toThrow()
  })
})

test('one cycle whose first phase is a single iteration begins at its top', () => {
  expect(create({ name: 'oneCycle', pctStart: 0.25 }, 4, 1).at(0)).toBe(trace.learningRate)
})

test('a loss that is no number is no improvement', () => {
  const schedule = create({ name: 'reduceOnPlateau', patience: 0 }, 1, 9)
  schedule.endEpoch(1)
  schedule.endEpoch(Number.NaN)
  expect(schedule.state).toMatchObject({ learningRate: 0.05, best: 1, badEpochs: 0, cooldown: 0 })
})

test('a reduction below 1e-8 is left out, as in PyTorch', () => {
  const schedule = create({ name: 'reduceOnPlateau', patience: 0 }, 1, 9, 1.05e-8)
  schedule.endEpoch(1)
  schedule.endEpoch(1)
  expect(schedule.state.learningRate).toBe(1.05e-8)
})

test('cosinePi is within 1e-15 of Math.cos, and exact where it can be', () => {
  for (let i = 0; i <= 10_000; ++i) {
    const x = i / 10_000
    const difference = Math.abs(cosinePi(x) - Math.cos(Math.PI * x))
    if (!(difference <= 1e-15)) expect.fail(`cosinePi(${x}) is ${cosinePi(x)}`)
  }
  expect([0, 0.5, 1].map(cosinePi)).toEqual([1, 0, -1])
})

describe('ArgumentError', () => {
  test.each([
    ['linear', /^unknown schedule "linear": expected 'constant', 'step', /],
    ['step', /^every of the schedule 'step' is not given: expected a whole number of epochs, 1 or more$/],
    [{ name: 'step', every: 0 }, /every/],
    [{ name: 'step', every: 1.5 }, /every/],
    [{ name: 'step', every: 2, factor: 0 }, /factor/],
    ['exponential', /factor of the schedule 'exponential' is not given/],
    [{ name: 'exponential', factor: 1.1 }, /factor .* is 1.1: expected a number above 0, 1 at most/],
    [{ name: 'cosine', minimum: -1 }, /minimum/],
    [{ name: 'cosine', minimum: 0.6 }, /minimum .* is 0.6: expected 0.5, the learning rate, at most/],
    [{ name: 'cosine', restarts: 2 }, /has no option restarts: it takes minimum, warmUp/],
    [{ name: 'oneCycle', pctStart: 1 }, /pctStart/],
    [{ name: 'oneCycle', divFactor: 0.5 }, /divFactor/],
    [
      { name: 'oneCycle', anneal: 'cos' },
      /^anneal of the schedule 'oneCycle' is "cos": expected 'cosine' or 'linear'$/,
    ],
    [{ name: 'oneCycle', anneal: 1 }, /anneal .* is 1/],
    [{ name: 'oneCycle', pctStart: '0.3' }, /pctStart .* is "0.3": expected a number/],
    [{ name: 'reduceOnPlateau', factor: 1 }, /factor/],
    [{ name: 'reduceOnPlateau', patience: -1 }, /patience/],
    [{ name: 'reduceOnPlateau', minimum: 0.6 }, /minimum/],
    [{ name: 'constant', warmUp: -1 }, /warmUp/],
    [{ name: 'constant', warmUp: Infinity }, /warmUp/],
  ])('%j', (schedule, message) => {
    const resolve = () => resolveSchedule(schedule as unknown as ScheduleOptions, 0.5)
    expect(resolve).toThrow(ArgumentError)
    expect(resolve).toThrow(message)
  })

  test.each([
    { learningRate: Number.NaN, best: null, badEpochs: 0, cooldown: 0 },
    { learningRate: 0.1, best: Infinity, badEpochs: 0, cooldown: 0 },
    { learningRate: 0.1, best: 1, badEpochs: 0.5, cooldown: 0 },
    { learningRate: 0.1, best: 1, badEpochs: 0, cooldown: -1 },
    { learningRate: 0.1, best: 1, badEpochs: 0, cooldown: 0, epochs: 0.5 },
  ])('%j cannot be restored', state => {
    const schedule = create('reduceOnPlateau', 1, 9)
    expect(() => schedule.restore({ ...schedule.state, ...state })).toThrow(ArgumentError)
    expect(schedule.state.learningRate).toBe(0.5)
  })
})

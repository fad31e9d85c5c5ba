// The models of the chapter on batch training: the lecture's numbers, the race, and what the package refuses.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { closeEngine, type Dataset, dataset, dense, sequential } from 'wasmlp'
import { createKernels } from 'wasmlp/kernels'
import { biasModel } from '../../src/web/chapters/batch/bias.model.ts'
import * as calculator from '../../src/web/chapters/batch/calculator.model.ts'
import { bytesOf, LINEAR_MEMORY, memoryModel } from '../../src/web/chapters/batch/memory.model.ts'
import { LIMIT, raceModel } from '../../src/web/chapters/batch/race.model.ts'
import * as shapes from '../../src/web/chapters/batch/shapes.model.ts'
import { pageDigits } from '../support/page-digits.ts'

let digits: Dataset

beforeAll(async () => {
  const { images, labels } = pageDigits('train', 1_500)
  digits = await dataset({ inputs: images, imageShape: [28, 28], labels, build: 'simd' })
})

afterAll(() => closeEngine())

describe('shapes', () => {
  test('100 × 784 · 784 × 512 · 512 × 10 → 100 × 10', () => {
    expect(shapes.matrices.value.map(({ rows, columns }) => [rows, columns])).toEqual([
      [100, 784],
      [784, 512],
      [512, 10],
      [100, 10],
    ])
    expect(shapes.multiplications.value).toEqual({ first: 40_140_800, second: 512_000, all: 40_652_800 })
    expect(shapes.bytes.value).toEqual({ batch: 317_600, weights: 1_626_112 })
  })

  test('only X and Y grow with the batch', () => {
    shapes.batchSize.value = 1000
    expect(shapes.matrices.value.map(({ rows }) => rows)).toEqual([1000, 784, 512, 1000])
    expect(shapes.bytes.value).toEqual({ batch: 3_176_000, weights: 1_626_112 })
    shapes.batchSize.value = 100
  })
})

describe('the gradient of the bias', () => {
  test('(1 2 3; 4 5 6) → 5 7 9, a column at a time', async () => {
    const bias = biasModel(await createKernels({ build: 'simd' }))
    expect(bias.summed.value.size).toBe(0)
    bias.press(1)
    expect([...bias.summed.value]).toEqual([1])
    expect(bias.column(1)).toEqual([2, 5])
    expect(bias.sums.value).toEqual([5, 7, 9])
    bias.pressAll()
    expect(bias.summed.value.size).toBe(3)
  })

  test('follows other numbers and other samples', async () => {
    const bias = biasModel(await createKernels({ build: 'simd' }))
    bias.entry(3).value = -1.5
    expect(bias.sums.value).toEqual([-0.5, 7, 9])
    for (let i = 0; i < 9; ++i) bias.addRow()
    expect(bias.rows.value).toBe(5)
    expect(bias.sums.value).toEqual([1 - 4 * 1.5, 2 + 4 * 5, 3 + 4 * 6])
    for (let i = 0; i < 9; ++i) bias.removeRow()
    expect(bias.sums.value).toEqual([1, 2, 3])
    bias.lecture()
    expect(bias.sums.value).toEqual([5, 7, 9])
  })
})

describe('epochs and iterations', () => {
  test('60,000 in batches of 100: 600 iterations; 5 epochs are 3,000 updates', () => {
    expect(calculator.counts.value).toEqual({ iterations: 600, updates: 3000, last: 100, isShort: false })
    calculator.example(1)
    expect(calculator.counts.value.updates).toBe(600)
    calculator.example(5)
    expect(calculator.counts.value.updates).toBe(3000)
  })

  test.each([
    [1050, 100, 1, { iterations: 11, updates: 11, last: 50, isShort: true }],
    [7, 100, 3, { iterations: 1, updates: 3, last: 7, isShort: true }],
    [5, 1, 2, { iterations: 5, updates: 10, last: 1, isShort: false }],
  ])('%i samples in batches of %i, %i epochs', (samples, batchSize, epochs, expected) => {
    expect(calculator.count(samples, batchSize, epochs)).toEqual(expected)
  })

  test('the exercise tells its answer only after a try: 300, and 3,000 in all', () => {
    const { answers } = calculator
    calculator.check()
    calculator.isSolutionShown.value = true
    expect([calculator.checked.value, calculator.shownSolution.value]).toEqual([undefined, undefined])
    calculator.isSolutionShown.value = false

    answers.iterations.value = '200'
    answers.updates.value = '3,000'
    calculator.check()
    expect(calculator.checked.value).toEqual({ iterations: false, updates: true })
    expect(calculator.shownSolution.value).toBeUndefined()
    calculator.isSolutionShown.value = true
    expect(calculator.shownSolution.value).toMatchObject({ iterations: 300, updates: 3000 })
    calculator.isSolutionShown.value = false

    answers.iterations.value = '300'
    calculator.check()
    expect(calculator.checked.value).toEqual({ iterations: true, updates: true })
    expect(calculator.shownSolution.value).toMatchObject({ iterations: 300, updates: 3000 })
  })
})

describe('the race', () => {
  const race = (train = async () => digits, pace = async () => {}) =>
    raceModel({ train, test: async () => digits.slice(0, 200), pace })
  const becomes = (model: ReturnType<typeof race>, state: string) =>
    expect.poll(() => model.state.value, { timeout: 60_000, interval: 5 }).toBe(state)

  test('gives each batch size the same time, from the same weights', { timeout: 90_000 }, async () => {
    const model = race()
    model.start()
    await becomes(model, 'finished')
    const lanes = model.lanes.value
    expect(lanes.map(({ batchSize }) => batchSize)).toEqual([1, 10, 100, 1000, 1500])
    const first = lanes[0]?.points[0]
    for (const { batchSize, points, state } of lanes) {
      expect(state).toBe('done')
      expect(points[0]).toEqual(first)
      const { seconds = 0, epochs = 0, updates = 0 } = points.at(-1) ?? {}
      expect(seconds).toBeGreaterThanOrEqual(LIMIT)
      expect(seconds - (points.at(-2)?.seconds ?? 0)).toBeGreaterThan(0)
      // An epoch that does not divide has a shorter last batch.
      const perEpoch = Math.ceil(1500 / batchSize)
      const whole = Math.floor(epochs + 1e-9)
      const rest = Math.ceil(((epochs - whole) * 1500) / batchSize - 1e-6)
      expect(updates).toBe(whole * perEpoch + rest)
      expect(points.some(point => point.epochs === 1)).toBe(true)
    }
    // All at once learns least: it has the fewest updates.
    const losses = lanes.map(({ points }) => points.at(-1)?.loss ?? Number.NaN)
    expect(Math.max(...losses)).toBe(losses[4])
  })

  test('its first epoch is that of fit, whatever the turns', { timeout: 90_000 }, async () => {
    const model = race()
    model.start()
    await expect
      .poll(() => model.lanes.value[2]?.points.some(({ epochs }) => epochs === 1), { timeout: 60_000 })
      .toBe(true)
    const loss = model.lanes.value[2]?.points.find(({ epochs }) => epochs === 1)?.loss
    model.reset()
    const layers = [dense(100, { activation: 'relu' }), dense(10, { activation: 'softmax' })]
    const same = await sequential(layers, { inputSize: 784, seed: 1, build: 'simd' })
    const order = await digits.shuffle({ seed: 1 })
    await same.compile({ learningRate: 0.05 }).fit(order, { batchSize: 100, shuffle: false })
    expect((await same.evaluate(digits.slice(0, 200))).loss).toBe(loss)
    same.dispose()
  })

  test('pauses, goes on, and starts over', { timeout: 90_000 }, async () => {
    const model = race()
    model.start()
    await expect.poll(() => model.lanes.value.length, { timeout: 60_000, interval: 5 }).toBe(5)
    model.pause()
    await becomes(model, 'paused')
    await model.untilQuiet()
    const at = model.lanes.value
    model.start()
    await expect.poll(() => model.lanes.value, { timeout: 60_000 }).not.toEqual(at)
    model.seedField.value = 7
    expect([model.state.value, model.lanes.value]).toEqual(['ready', []])
  })

  test('says that a network diverged, and lets the others go on', { timeout: 90_000 }, async () => {
    const model = race()
    model.learningRateField.value = 1e9
    model.start()
    await becomes(model, 'finished')
    expect(model.lanes.value.some(({ state }) => state === 'diverged')).toBe(true)
  })

  test('says why it failed', async () => {
    const model = race(async () => {
      throw new Error('no digits')
    })
    model.start()
    await becomes(model, 'failed')
    expect(model.error.value).toEqual(new Error('no digits'))
  })
})

describe('memory', () => {
  test('of all images at once is what the documents say, and of 8,192 units too much', async () => {
    const memory = memoryModel(async () => digits)
    memory.units.value = 512
    memory.batchSize.value = 60_000
    expect([memory.bytes.value, memory.fit.value]).toEqual([undefined, 'unknown'])
    await memory.measure()
    const megabytes = (memory.bytes.value ?? 0) / 1e6
    expect(megabytes).toBeGreaterThan(930)
    expect(megabytes).toBeLessThan(980)
    expect(memory.fit.value).toBe('fits')

    memory.units.value = 8192
    await memory.measure()
    expect(memory.fit.value).toBe('refused')
    await expect
      .poll(() => memory.refusal.value, { timeout: 20_000 })
      .toMatchObject({
        name: 'AllocationError',
        message: expect.stringMatching(/^batches of 60,000 need about [\d,]+ MB of linear memory/),
      })
    memory.batchSize.value = 100
    expect([memory.fit.value, memory.refusal.value]).toEqual(['fits', undefined])
    expect(bytesOf(memory.need.value ?? { model: 0, base: 0, sample: 0 }, 60_000)).toBeGreaterThan(
      LINEAR_MEMORY,
    )
  })

  test('waits for the race, and says why it could not be measured', async () => {
    let isQuiet = false
    const memory = memoryModel(
      async () => {
        throw new Error('no digits')
      },
      async () => {
        isQuiet = true
      },
    )
    await memory.measure()
    expect([memory.state.value, memory.error.value, isQuiet]).toEqual([
      'failed',
      new Error('no digits'),
      false,
    ])
  })
})

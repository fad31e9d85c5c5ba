// Five epochs, and five more from the checkpoint, are ten: with four threads the bits of one.
import { describe, expect, test } from 'vitest'
import {
  type BuildName,
  batchNormalization,
  dataset,
  dense,
  dropout,
  type OptimizerName,
  optimizerNames,
  type Sequential,
  sequential,
} from '../../src/index.ts'
import { builds } from '../support/builds.ts'
import { CLASSES, INPUTS, trainingProblem } from '../support/training-problem.ts'

const SAMPLES = 64

/** Wide enough that a batch is worth four threads: 32 × (30 × 250 + 250 × 250 + …) multiply-adds, 500,000 for each. */
async function create(build: BuildName, threads: number, optimizer: OptimizerName): Promise<Sequential> {
  const layers = [
    dense(250, { activation: 'relu' }),
    batchNormalization(),
    dropout(0.1),
    dense(250, { activation: 'tanh' }),
    dense(CLASSES, { activation: 'softmax' }),
  ]
  return (await sequential(layers, { inputSize: INPUTS, seed: 1, build, threads })).compile({
    optimizer,
    learningRate: 0.003,
  })
}

describe.each(builds)('%s', build => {
  test.each(optimizerNames)('%s', async optimizer => {
    using data = await dataset({ ...trainingProblem(SAMPLES), build })
    const fit = { batchSize: 32 }
    using whole = await create(build, 1, optimizer)
    await whole.fit(data, { ...fit, epochs: 10 })
    const expected = await whole.getParameters()
    using first = await create(build, 4, optimizer)
    await first.fit(data, { ...fit, epochs: 5 })
    using second = await create(build, 4, optimizer)
    await second.loadCheckpoint(await first.toCheckpoint())
    await second.fit(data, { ...fit, epochs: 10, resume: true })
    expect(await second.getParameters()).toEqual(expected)
  })
})

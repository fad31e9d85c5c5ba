// Batches of more sparse rows than are multiplied at once: their blocks' gradients add up to the batch's.
import { describe, expect, test } from 'vitest'
import { storeContents } from '../../src/data/samples.ts'
import { dataset, dense, normalization, type OptimizerOptions, sequential } from '../../src/index.ts'
import { outputOf } from '../../src/layers/layers.ts'
import { resolveLoss } from '../../src/losses/loss-options.ts'
import { BLOCK_ROWS } from '../../src/network/input.ts'
import { networkGradients } from '../../src/reference/network.ts'
import { Arena } from '../../src/wasm/arena.ts'
import { kernelBuilds } from '../support/builds.ts'
import { createFullRuntime } from '../support/full-runtime.ts'
import { largestDifference } from '../support/largest-difference.ts'
import { kernelGradients, twinOf } from '../support/network-gradients.ts'
import { referenceLoss } from '../support/reference-loss.ts'

const INPUTS = 20
const softmax = dense(5, { activation: 'softmax' })

const bytes = (rows: number) =>
  Uint8Array.from({ length: rows * INPUTS }, (_, i) => (i % 5 < 2 ? (i * 91) % 256 : 0))
const classes = (rows: number) => Int32Array.from({ length: rows }, (_, i) => (i * 3) % 5)

const networks = [
  ['weights as they are', [dense(70, { activation: 'relu' }), softmax]],
  [
    'weights with a scaling folded in',
    [normalization({ mean: 0.25, standardDeviation: 0.5 }), dense(70, { activation: 'tanh' }), softmax],
  ],
] as const

describe.each(kernelBuilds)('%s', build => {
  describe.each(networks)('%s', (_, layers) => {
    test.each([BLOCK_ROWS, BLOCK_ROWS + 1, 2 * BLOCK_ROWS + 1])('%i rows', async rows => {
      const runtime = await createFullRuntime(build)
      const arena = new Arena(runtime.memory)
      const inputs = bytes(rows)
      const labels = classes(rows)
      const samples = storeContents(arena, { inputs, inputSize: INPUTS, labels })
      const alone = await kernelGradients(runtime, 1, samples, layers, 'crossEntropy')
      for (const threads of [2, 3, 4]) {
        expect(await kernelGradients(runtime, threads, samples, layers, 'crossEntropy')).toEqual(alone)
      }
      const loss = referenceLoss(resolveLoss('crossEntropy', [outputOf(layers)]), {
        labels,
        targets: new Float32Array(),
        weights: new Float64Array(rows).fill(1),
      })
      const x = Float64Array.from(inputs, byte => byte / 255)
      const twin = twinOf(layers, alone.parameters, INPUTS, rows)
      const expected = networkGradients(twin, x, [], rows, loss)
      expect(Math.abs(alone.value - expected.loss) / expected.loss).toBeLessThan(1e-5)
      for (const [i, gradient] of alone.gradients.entries()) {
        const { dWeights, dBias } = expected.layers[i] ?? {}
        expect(largestDifference(gradient, [...(dWeights ?? []), ...(dBias ?? [])])).toBeLessThan(1e-6)
      }
    })
  })

  test.skipIf(build === 'relaxed256')('an update in the same pass is one by the gradient', async () => {
    const rows = 2 * BLOCK_ROWS + 1
    using data = await dataset({
      inputs: bytes(rows),
      inputSize: INPUTS,
      bytes: 'pixels',
      labels: classes(rows),
      build,
    })
    const trained = async (optimizer: OptimizerOptions) => {
      using model = await sequential([dense(70, { activation: 'relu' }), softmax], {
        inputSize: INPUTS,
        build,
      })
      model.compile({ optimizer, learningRate: 0.5 })
      await model.fit(data, { epochs: 3, batchSize: rows })
      return (await model.getParameters()).flatMap(({ weights, bias }) => [...weights, ...bias])
    }
    const inPlace = await trained({ name: 'sgd' })
    expect(largestDifference(inPlace, await trained({ name: 'momentum', momentum: 0 }))).toBeLessThan(1e-6)
  })
})

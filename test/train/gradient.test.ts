// The whole network's gradient, against the f64 twin and against central differences.
import { describe, expect, test } from 'vitest'
import { type Storage, storeContents } from '../../src/data/storage.ts'
import { activationNames } from '../../src/kernels/activation-kinds.ts'
import { type DenseLayer, dense } from '../../src/model/layers.ts'
import { Network } from '../../src/model/network.ts'
import { elementwiseLoss } from '../../src/reference/losses.ts'
import {
  networkGradients,
  numericalNetworkGradients,
  type ReferenceLayer,
  type ReferenceLoss,
} from '../../src/reference/network.ts'
import { BackwardPass } from '../../src/train/backward.ts'
import { ForwardPass } from '../../src/train/forward.ts'
import { type LossName, resolveLoss, takesLogits } from '../../src/train/loss-options.ts'
import { createLoss } from '../../src/train/losses.ts'
import { Arena } from '../../src/wasm/arena.ts'
import { computeShare, type Executor } from '../../src/wasm/calls.ts'
import type { KernelExports } from '../../src/wasm/exports.ts'
import { createRuntime, type Runtime } from '../../src/wasm/runtime.ts'
import { builds } from '../support/builds.ts'

const ROWS = 7
const INPUTS = 11

/** Numbers that look random, the same in every run. */
const noise = (length: number, seed: number) =>
  Float32Array.from({ length }, (_, i) => Math.sin(seed * 12.9898 + i * 78.233) * 0.8)

type LossOfTwin = Extract<LossName, 'crossEntropy' | 'meanSquaredError' | 'binaryCrossEntropy'>

const binaryCrossEntropy: ReferenceLoss = {
  takesSums: true,
  compute: (sums, targets) =>
    elementwiseLoss('binaryCrossEntropy', sums, targets, new Float64Array(ROWS).fill(1)),
}

const networks: [string, LossOfTwin, DenseLayer[]][] = [
  ['relu, softmax', 'crossEntropy', [dense(30, { activation: 'relu' }), dense(5, { activation: 'softmax' })]],
  [
    'wide',
    'crossEntropy',
    [
      dense(61, { activation: 'leakyRelu' }),
      dense(26, { activation: 'tanh' }),
      dense(5, { activation: 'softmax' }),
    ],
  ],
  ['no hidden layer', 'crossEntropy', [dense(5, { activation: 'softmax' })]],
  [
    'sigmoid, tanh',
    'crossEntropy',
    [
      dense(9, { activation: 'sigmoid' }),
      dense(26, { activation: 'tanh' }),
      dense(5, { activation: 'softmax' }),
    ],
  ],
  [
    'leaky ReLU, softplus',
    'meanSquaredError',
    [dense(6, { activation: 'leakyRelu', slope: 0.25 }), dense(10, { activation: 'softplus' }), dense(5)],
  ],
  ...activationNames
    .filter(name => name !== 'step')
    .map((name): [string, LossOfTwin, DenseLayer[]] => [
      `${name}, logSoftmax`,
      'crossEntropy',
      [
        dense(30, { activation: name }),
        dense(9, { activation: name }),
        dense(5, { activation: 'logSoftmax' }),
      ],
    ]),
  [
    'ELU with an alpha, an output of GELU',
    'meanSquaredError',
    [
      dense(6, { activation: 'elu', alpha: 0.25 }),
      dense(10, { activation: 'silu' }),
      dense(5, { activation: 'gelu' }),
    ],
  ],
  ['identity layers', 'meanSquaredError', [dense(4), dense(5)]],
  ['a tanh output', 'meanSquaredError', [dense(5, { activation: 'tanh' })]],
  [
    'a sigmoid that the loss contains',
    'binaryCrossEntropy',
    [dense(9, { activation: 'tanh' }), dense(5, { activation: 'sigmoid' })],
  ],
  ['a sigmoid alone that the loss contains', 'binaryCrossEntropy', [dense(5, { activation: 'sigmoid' })]],
]

const inputs: [string, Float32Array | Uint8Array][] = [
  ['floats', noise(ROWS * INPUTS, 3)],
  ['dense bytes', Uint8Array.from({ length: ROWS * INPUTS }, (_, i) => (i * 37) % 255 || 1)],
  ['sparse bytes', Uint8Array.from({ length: ROWS * INPUTS }, (_, i) => (i % 4 === 1 ? (i * 91) % 256 : 0))],
]

/** Computes the shares of so many threads in one, the last thread's first: no share may need another's. */
function inTurns(kernels: KernelExports, threads: number): Executor {
  return {
    threads,
    run(calls) {
      for (const call of calls) {
        for (let thread = threads - 1; thread >= 0; --thread) computeShare(kernels, call, thread, threads)
      }
      return undefined
    },
  }
}

/** Loss and gradients of one batch that holds all rows, by the kernels. */
async function kernelGradients(
  runtime: Runtime,
  threads: number,
  storage: Storage,
  layers: DenseLayer[],
  lossName: LossName,
) {
  const executor = inTurns(runtime.kernels, threads)
  const arena = new Arena(runtime.memory)
  const network = new Network(runtime, arena, { inputSize: INPUTS, layers, seed: 5 })
  for (const [i, { bias }] of network.layers.entries()) bias.view.set(noise(bias.length, 20 + i))
  const random = { seed: 5, step: arena.i32(1) }
  const resolved = resolveLoss(lossName, layers)
  const logits = takesLogits(resolved)
  const forward = new ForwardPass(network, storage, {
    runtime,
    arena,
    capacity: ROWS,
    threads,
    logits,
    random,
    augmentation: undefined,
  })
  const backward = new BackwardPass(forward)
  const loss = createLoss(resolved, runtime, arena, network, storage, ROWS)
  const gradients = network.layout.allocate(arena)
  gradients.vector.view.fill(Number.NaN)
  const { input, output } = forward
  const batch = await input.load(
    executor,
    Int32Array.from({ length: ROWS }, (_, i) => i),
  )
  executor.run([
    ...forward.calls(batch),
    loss.call(ROWS, input.indices, output, backward.outputGradient),
    ...backward.calls(batch, 1, 0, gradients),
  ])
  const result = {
    value: loss.mean(ROWS),
    correct: loss.correct(ROWS),
    parameters: network.read(),
    gradients: gradients.layers.map(({ weights, bias }) => [...weights.view, ...bias.view]),
  }
  arena.free()
  return result
}

/** |a − b| against rtol·|b| + atol, the worst element. */
function worst(actual: ArrayLike<number>, expected: ArrayLike<number>, rtol: number, atol: number): number {
  expect(actual.length).toBe(expected.length)
  let ratio = 0
  for (let i = 0; i < expected.length; ++i) {
    const b = expected[i] ?? Number.NaN
    const error = Math.abs((actual[i] ?? Number.NaN) - b) / (rtol * Math.abs(b) + atol)
    ratio = Number.isNaN(error) ? Number.POSITIVE_INFINITY : Math.max(ratio, error)
  }
  return ratio
}

describe.each(builds)('%s', build => {
  describe.each(networks)('%s', (_, lossName, layers) => {
    test.each(inputs)('%s', async (_, values) => {
      const runtime = await createRuntime(build)
      const arena = new Arena(runtime.memory)
      const labels = Int32Array.from({ length: ROWS }, (_, i) => (i * 3) % 5)
      const isBinary = lossName === 'binaryCrossEntropy'
      const targets = noise(ROWS * 5, 9).map(value => (isBinary ? Math.abs(value) : value))
      const storage = storeContents(arena, {
        inputs: values,
        inputSize: INPUTS,
        labels,
        targets,
        targetSize: 5,
      })
      const alone = await kernelGradients(runtime, 1, storage, layers, lossName)
      const { value, parameters, gradients } = alone
      for (const threads of [2, 3, 4, 8]) {
        const together = await kernelGradients(runtime, threads, storage, layers, lossName)
        expect(together, `${threads} threads`).toEqual(alone)
      }

      const twin: ReferenceLayer[] = layers.map(({ units, activation, slope }, i) => ({
        inputs: layers[i - 1]?.units ?? INPUTS,
        units,
        activation,
        slope,
        weights: Float64Array.from(parameters[i]?.weights ?? []),
        bias: Float64Array.from(parameters[i]?.bias ?? []),
      }))
      const x = Float64Array.from(values, value => (values instanceof Uint8Array ? value / 255 : value))
      const wanted = lossName === 'crossEntropy' ? labels : targets
      const loss = lossName === 'binaryCrossEntropy' ? binaryCrossEntropy : lossName
      const expected = networkGradients(twin, x, wanted, ROWS, loss)
      const differences = numericalNetworkGradients(twin, x, wanted, ROWS, loss)

      expect(Math.abs(value - expected.loss) / expected.loss).toBeLessThan(1e-5)
      for (const [i, gradient] of gradients.entries()) {
        const layer = expected.layers[i]
        const byDifferences = differences.layers[i]
        const analytic = [...(layer?.dWeights ?? []), ...(layer?.dBias ?? [])]
        const numeric = [...(byDifferences?.dWeights ?? []), ...(byDifferences?.dBias ?? [])]
        expect(worst(gradient, analytic, 1e-4, 1e-6), `layer ${i + 1} against the twin`).toBeLessThan(1)
        expect(worst(gradient, numeric, 1e-3, 1e-5), `layer ${i + 1} against differences`).toBeLessThan(1)
      }
    })
  })
})

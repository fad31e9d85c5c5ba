// The whole network's gradient, against the f64 twin and against central differences.
import { describe, expect, test } from 'vitest'
import { storeContents } from '../../src/data/samples.ts'
import { activationNames, SOFTMAX_NAMES } from '../../src/kernels/activations.ts'
import { activation, dropout, flatten, prelu } from '../../src/layers/elementwise.ts'
import { dense, type Layer, outputOf } from '../../src/layers/layers.ts'
import { batchNormalization, layerNormalization, normalization } from '../../src/layers/normalization.ts'
import { layerKinds } from '../../src/layers/rules.ts'
import { resolveLoss } from '../../src/losses/loss-options.ts'
import { LOSSES, type LossName, lossNames } from '../../src/losses/loss-table.ts'
import { networkGradients, numericalNetworkGradients } from '../../src/reference/network.ts'
import { Arena } from '../../src/wasm/arena.ts'
import { builds } from '../support/builds.ts'
import { createFullRuntime } from '../support/full-runtime.ts'
import { kernelGradients, noise, twinOf } from '../support/network-gradients.ts'
import { referenceLoss } from '../support/reference-loss.ts'

const ROWS = 7
const INPUTS = 11

const softmax = dense(5, { activation: 'softmax' })

const networks: [string, LossName, Layer[]][] = [
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
  ...activationNames.flatMap((name): [string, LossName, Layer[]][] => [
    [
      `${name}, logSoftmax`,
      'crossEntropy',
      [
        dense(30, { activation: name }),
        dense(9, { activation: name }),
        dense(5, { activation: 'logSoftmax' }),
      ],
    ],
    [
      `an output of ${name}`,
      'meanSquaredError',
      [dense(9), activation(name), dense(5, { activation: name })],
    ],
  ]),
  ...lossNames.map((name): [string, LossName, Layer[]] => [
    `the loss ${name}`,
    name,
    [dense(9, { activation: 'tanh' }), dense(5, { activation: LOSSES[name].contains?.[0] ?? 'identity' })],
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
  ['a tanh output alone', 'meanSquaredError', [dense(5, { activation: 'tanh' })]],
  ['a sigmoid alone that the loss contains', 'binaryCrossEntropy', [dense(5, { activation: 'sigmoid' })]],
  [
    'activations in layers of their own, flatten',
    'crossEntropy',
    [flatten(), dense(17), activation('leakyRelu', { slope: 0.25 }), activation('tanh'), flatten(), softmax],
  ],
  ['PReLU with one slope', 'crossEntropy', [dense(17), prelu(), softmax]],
  [
    'PReLU with a slope for each unit, behind a softplus',
    'meanSquaredError',
    [dense(17, { activation: 'tanh' }), prelu({ shared: false, slope: -0.5 }), dense(5)],
  ],
  [
    'dropout behind a ReLU and at the output',
    'meanSquaredError',
    [dense(30, { activation: 'relu' }), dropout(0.3), dense(5), dropout(0.5)],
  ],
  ['dropout of the inputs', 'crossEntropy', [dropout(0.2), dense(17, { activation: 'sigmoid' }), softmax]],
  [
    'batch normalisation before and behind an activation',
    'crossEntropy',
    [
      dense(17),
      batchNormalization(),
      activation('relu'),
      dense(9, { activation: 'softplus' }),
      batchNormalization({ epsilon: 0.1 }),
      softmax,
    ],
  ],
  ['batch normalisation of the inputs', 'crossEntropy', [batchNormalization(), softmax]],
  [
    'layer normalisation before and behind an activation',
    'meanSquaredError',
    [
      dense(17),
      layerNormalization(),
      activation('tanh'),
      dense(9, { activation: 'leakyRelu' }),
      layerNormalization({ epsilon: 0.1 }),
      dense(5),
    ],
  ],
  ['layer normalisation of the inputs', 'meanSquaredError', [layerNormalization(), dense(5)]],
  [
    'scaled inputs',
    'crossEntropy',
    [normalization({ mean: 0.3, standardDeviation: 0.5 }), dense(30, { activation: 'relu' }), softmax],
  ],
  [
    'each input scaled by itself, then dropped',
    'crossEntropy',
    [
      normalization({ mean: noise(INPUTS, 40), standardDeviation: noise(INPUTS, 41).map(v => v * v + 0.1) }),
      dropout(0.2),
      softmax,
    ],
  ],
]

const inputs: [string, Float32Array | Uint8Array][] = [
  ['floats', noise(ROWS * INPUTS, 3)],
  ['dense bytes', Uint8Array.from({ length: ROWS * INPUTS }, (_, i) => (i * 37) % 255 || 1)],
  ['sparse bytes', Uint8Array.from({ length: ROWS * INPUTS }, (_, i) => (i % 4 === 1 ? (i * 91) % 256 : 0))],
]

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

test('there is a network for every kind of layer, and for every activation that only a last layer has', () => {
  const layers = networks.flatMap(([, , layers]) => layers)
  const found = new Set<string>(
    layers.flatMap(layer => [layer.kind, ...('activation' in layer ? [layer.activation] : [])]),
  )
  expect([...layerKinds, ...SOFTMAX_NAMES].filter(name => !found.has(name))).toEqual([])
})

describe.each(builds)('%s', build => {
  describe.each(networks)('%s', (_, lossName, layers) => {
    test.each(inputs)('%s', async (_, values) => {
      const runtime = await createFullRuntime(build)
      const arena = new Arena(runtime.memory)
      const labels = Int32Array.from({ length: ROWS }, (_, i) => (i * 3) % 5)
      const { takesClasses, targets: rule } = LOSSES[lossName]
      const targets = noise(ROWS * 5, 9).map(value => (rule === 'unitInterval' ? Math.abs(value) : value))
      const samples = storeContents(arena, {
        inputs: values,
        inputSize: INPUTS,
        labels,
        targets,
        targetSize: 5,
      })
      const alone = await kernelGradients(runtime, 1, samples, layers, lossName)
      const { value, parameters, gradients } = alone
      for (const threads of [2, 3, 4, 8]) {
        const together = await kernelGradients(runtime, threads, samples, layers, lossName)
        expect(together, `${threads} threads`).toEqual(alone)
      }

      const twin = twinOf(layers, parameters, INPUTS, ROWS)
      const x = Float64Array.from(values, value => (values instanceof Uint8Array ? value / 255 : value))
      const loss = referenceLoss(resolveLoss(lossName, [outputOf(layers)]), {
        labels: takesClasses ? labels : undefined,
        targets,
        weights: new Float64Array(ROWS).fill(1),
      })
      const expected = networkGradients(twin, x, [], ROWS, loss)
      const differences = numericalNetworkGradients(twin, x, [], ROWS, loss)

      expect(Math.abs(value - expected.loss) / expected.loss).toBeLessThan(1e-5)
      for (const [i, gradient] of gradients.entries()) {
        const layer = expected.layers[i]
        const byDifferences = differences.layers[i]
        const analytic = [...(layer?.dWeights ?? []), ...(layer?.dBias ?? [])]
        const numeric = [...(byDifferences?.dWeights ?? []), ...(byDifferences?.dBias ?? [])]
        expect(
          worst(analytic, numeric, 1e-3, 1e-5),
          `layer ${i + 1}: the twin against differences`,
        ).toBeLessThan(1)
        expect(worst(gradient, analytic, 1e-4, 1e-6), `layer ${i + 1} against the twin`).toBeLessThan(1)
        expect(worst(gradient, numeric, 1e-3, 1e-5), `layer ${i + 1} against differences`).toBeLessThan(1)
      }
    })
  })
})

// Models with every kind of layer and activation, all of whose parameters differ from those of a new model: what a
// format loses shows in their predictions.
import {
  activation,
  activationNames,
  batchNormalization,
  dense,
  dropout,
  flatten,
  type Layer,
  type LayerParameters,
  layerNormalization,
  normalization,
  prelu,
  type Sequential,
  sequential,
} from '../../src/index.ts'
import { parameterName } from '../../src/kernels/activation-parameters.ts'

const INPUT_SIZE = 7

/** A name for each, and its layers. */
export const VARIED: readonly (readonly [name: string, layers: Layer[]])[] = [
  ...activationNames.map(
    name => [`dense ${name}`, [dense(9, { activation: name }), dense(4)]] satisfies [string, Layer[]],
  ),
  ...activationNames.map(
    name =>
      [`activation ${name}`, [dense(9, { activation: 'relu' }), activation(name), dense(4)]] satisfies [
        string,
        Layer[],
      ],
  ),
  ...activationNames.flatMap((name): [string, Layer[]][] => {
    const parameter = parameterName(name)
    if (!parameter) return []
    const [title, value] = parameter === 'slope' ? ['a slope', -0.3] : ['an alpha', 0.7]
    return [[`${name} with ${title}`, [dense(9, { activation: name, [parameter]: value }), dense(4)]]]
  }),
  ['softmax', [dense(9, { activation: 'tanh' }), dense(4, { activation: 'softmax' })]],
  ['logSoftmax', [dense(9, { activation: 'tanh' }), dense(4, { activation: 'logSoftmax' })]],
  ['softmax in a layer of its own', [dense(4), activation('softmax')]],
  ['prelu, one slope', [dense(9), prelu(), dense(4)]],
  ['prelu, a slope for each unit', [dense(9), prelu({ shared: false }), dense(4)]],
  ['dropout', [dropout(0.1), dense(9, { activation: 'relu' }), dropout(0.5), dense(4)]],
  ['flatten', [flatten(), dense(4)]],
  [
    'batchNormalization',
    [dense(9), batchNormalization({ epsilon: 0.01, momentum: 0.2 }), activation('relu'), dense(4)],
  ],
  ['batchNormalization first and last', [batchNormalization(), dense(4), batchNormalization()]],
  ['layerNormalization', [dense(9), layerNormalization({ epsilon: 0.01 }), activation('gelu'), dense(4)]],
  ['normalization, one mean', [normalization({ mean: 0.1307, standardDeviation: 0.3081 }), dense(4)]],
  [
    'normalization, a mean for each input',
    [
      flatten(),
      normalization({
        mean: [0.1, -0.2, 0.3, 0, 3, 0.7, 1e-3],
        standardDeviation: [1, 0.3, 2, 0, 0.7, 0.11, 1e-2],
      }),
      dense(4),
    ],
  ],
  [
    'many layers',
    [
      normalization({ mean: 0.3, standardDeviation: 0.7 }),
      dense(16, { activation: 'silu' }),
      dropout(0.2),
      dense(12),
      batchNormalization(),
      prelu({ shared: false }),
      dense(8, { activation: 'step' }),
      layerNormalization(),
      dense(4, { activation: 'softmax' }),
    ],
  ],
]

/** Numbers between −1 and 1 that look like random ones, always the same. */
const wave = (i: number, seed: number) => Math.sin(12.9898 * (i + 1) + 78.233 * seed)

/** A model whose parameters are all such numbers, running variances above 0; the `simd` build, whose bits are the same everywhere. */
export async function createVaried(layers: readonly Layer[], inputSize = INPUT_SIZE): Promise<Sequential> {
  const model = await sequential(layers, { inputSize, build: 'simd' })
  const parameters = await model.getParameters()
  await model.setParameters(parameters.map((layer, place) => vary(layer, place + 1)))
  return model
}

function vary(
  { weights, bias, runningMean, runningVariance }: LayerParameters,
  seed: number,
): LayerParameters {
  return {
    weights: weights.map((_, i) => wave(i, seed)),
    bias: bias.map((_, i) => wave(i, seed + 0.5)),
    ...(runningMean && { runningMean: runningMean.map((_, i) => wave(i, seed + 0.25)) }),
    ...(runningVariance && {
      runningVariance: runningVariance.map((_, i) => 0.1 + wave(i, seed + 0.75) ** 2),
    }),
  }
}

/** Rows of inputs, for all of which predictions are compared. */
export function variedInputs(rows = 33, inputSize = INPUT_SIZE): Float32Array[] {
  return Array.from({ length: rows }, (_, row) =>
    Float32Array.from({ length: inputSize }, (_, i) => 2 * wave(i, row + 100)),
  )
}

/**
 * Layers as they come back from a format that keeps dropout or not, and knows an activation by its place: one behind a dense
 * layer without is that layer's, and how parameters began is forgotten.
 */
export function asReadBack(layers: readonly Layer[], keepsDropout = false): Layer[] {
  const read: Layer[] = []
  for (const layer of layers) {
    const last = read.at(-1)
    if (layer.kind === 'dropout' && !keepsDropout) continue
    if (layer.kind === 'activation' && last?.kind === 'dense' && last.activation === 'identity') {
      read[read.length - 1] = { ...last, activation: layer.activation, slope: layer.slope }
    } else if (layer.kind !== 'activation' || layer.activation !== 'identity') {
      read.push(forgetBeginning(layer))
    }
  }
  return read
}

/** A layer without what its parameters began with. */
export function forgetBeginning(layer: Layer): Layer {
  if (layer.kind === 'dense') return { ...layer, initializer: undefined }
  return layer.kind === 'prelu' ? { ...layer, slope: 0.25 } : layer
}

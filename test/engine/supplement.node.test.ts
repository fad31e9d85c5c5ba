// The supplement is loaded by whatever needs it, and by nothing else. Each case has all modules of the package anew:
// what another has loaded is not there.
import { beforeEach, expect, test, vi } from 'vitest'
import type { CompileOptions, Dataset, DatasetOptions, FitOptions, Layer } from '../../src/index.ts'
import { activationNames } from '../../src/kernels/activations.ts'
import { optimizerNames } from '../../src/optimizers/optimizer-options.ts'

type Package = typeof import('../../src/index.ts')

interface Case {
  layers?(package_: Package): Layer[]
  compile?: CompileOptions
  fit?: FitOptions
  data?: Partial<DatasetOptions>
  /** What is done with the data set before. */
  prepare?(package_: Package, data: Dataset): Promise<unknown>
}

const SAMPLES = 20
const SIDE = 6
const inputs = Uint8Array.from({ length: SAMPLES * SIDE * SIDE }, (_, i) => ((i * i) % 7 === 1 ? i % 256 : 0))
const labels = Int32Array.from({ length: SAMPLES }, (_, i) => i % 3)
const oneHot = Array.from(labels, label => [0, 1, 2].map(k => Number(k === label)))
const values = Array.from(labels, label => [label - 1, label])
const sampleWeights = Float32Array.from(labels, label => 1 + label)

const regression = { targets: values }
const line = ({ dense }: Package) => [dense(4), dense(2)]
const behind =
  (layer: (package_: Package) => Layer) =>
  (package_: Package): Layer[] => [
    package_.dense(4),
    layer(package_),
    package_.dense(3, { activation: 'softmax' }),
  ]
const before =
  (layer: (package_: Package) => Layer) =>
  (package_: Package): Layer[] => [layer(package_), package_.dense(3, { activation: 'softmax' })]

const plain: Record<string, Case> = {
  'dense layers, plain gradient descent': {},
  ...Object.fromEntries(
    (['identity', 'step', 'relu', 'leakyRelu', 'sigmoid', 'tanh'] as const).map(name => [
      name,
      {
        layers: ({ dense, activation }: Package) => [
          dense(4, { activation: name }),
          activation(name),
          dense(3, { activation: 'softmax' }),
        ],
      },
    ]),
  ),
  'an activation, a flattening first': {
    layers: ({ dense, activation, flatten }) => [
      flatten(),
      activation('relu'),
      dense(3, { activation: 'softmax' }),
    ],
  },
  'initializers that are uniform or constant': {
    layers: ({ dense }) => [
      dense(4, { initializer: 'lecun', biasInitializer: { name: 'constant', value: 1 } }),
      dense(3, { activation: 'softmax', initializer: 'zeros', biasInitializer: 'uniform' }),
    ],
  },
}

const needy: Record<string, Case> = {
  ...Object.fromEntries(
    optimizerNames
      .filter(name => name !== 'sgd')
      .map(optimizer => [optimizer, { compile: { optimizer, learningRate: 0.01 } }]),
  ),
  'weight decay': { compile: { optimizer: { name: 'sgd', weightDecay: 0.1 } } },
  clipNorm: { compile: { clipNorm: 1 } },
  clipValue: { compile: { clipValue: 1 } },
  l1: { compile: { l1: 0.01 } },
  l2: { compile: { l2: 0.01 } },
  accumulation: { fit: { accumulate: 2 } },
  augmentation: { fit: { augmentation: { rotation: 10, elastic: { alpha: 2, sigma: 1 } } } },
  dropout: { layers: behind(({ dropout }) => dropout(0.5)) },
  'dropout first': { layers: before(({ dropout }) => dropout(0.5)) },
  prelu: { layers: behind(({ prelu }) => prelu()) },
  'batch normalisation': { layers: behind(({ batchNormalization }) => batchNormalization()) },
  'batch normalisation first': { layers: before(({ batchNormalization }) => batchNormalization()) },
  'layer normalisation': { layers: behind(({ layerNormalization }) => layerNormalization()) },
  'scaled inputs': {
    layers: before(({ normalization }) => normalization({ mean: 0.1, standardDeviation: 0.3 })),
  },
  ...Object.fromEntries(
    (['normal', 'truncatedNormal', 'heNormal', 'xavierNormal', 'lecunNormal', 'orthogonal'] as const).map(
      initializer => [
        `${initializer} weights`,
        {
          layers: ({ dense }: Package) => [dense(4), dense(3, { activation: 'softmax', initializer })],
        },
      ],
    ),
  ),
  'normal biases': {
    layers: ({ dense }) => [dense(3, { activation: 'softmax', biasInitializer: 'normal' })],
  },
  ...Object.fromEntries(
    activationNames
      .filter(name => !['identity', 'step', 'relu', 'leakyRelu', 'sigmoid', 'tanh'].includes(name))
      .flatMap(name => [
        [
          name,
          {
            layers: ({ dense }: Package) => [
              dense(4, { activation: name }),
              dense(3, { activation: 'softmax' }),
            ],
          },
        ],
        [`${name} as a layer of its own`, { layers: behind(({ activation }) => activation(name)) }],
      ]),
  ),
  'class weights': { compile: { loss: { name: 'crossEntropy', classWeights: [1, 2, 3] } } },
  'label smoothing': { compile: { loss: { name: 'crossEntropy', labelSmoothing: 0.1 } } },
  'sample weights': { data: { labels, sampleWeights } },
  'one-hot targets': { data: { targets: oneHot } },
  'a regression': { layers: line, data: regression },
  'log-softmax': { layers: ({ dense }) => [dense(3, { activation: 'logSoftmax' })] },
  hinge: { compile: { loss: 'hinge' }, layers: ({ dense }) => [dense(3)] },
  standardisation: { prepare: (_, data) => data.standardization() },
  'augmented copies': { prepare: ({ augment }, data) => augment(data, { noise: 3 }) },
}

beforeEach(() => vi.resetModules())

/** Trains, evaluates and predicts; whether the supplement was loaded. */
async function loadsSupplement({ layers, compile, fit, data = { labels }, prepare }: Case): Promise<boolean> {
  const package_ = await import('../../src/index.ts')
  const { dense, dataset, sequential } = package_
  const modules = await import('../../src/wasm/compile-module.ts')
  const compileModule = vi.spyOn(modules, 'compileModule')
  const set = await dataset({ inputs, inputSize: SIDE * SIDE, imageShape: [SIDE, SIDE], ...data })
  await prepare?.(package_, set)
  const classifier = [dense(4, { activation: 'relu' }), dense(3, { activation: 'softmax' })]
  const model = await sequential(layers?.(package_) ?? classifier, { inputSize: SIDE * SIDE, build: 'simd' })
  model.compile({ learningRate: 0.01, ...compile })
  await model.fit(set, { epochs: 2, batchSize: 8, validationSplit: 0.2, ...fit })
  await model.evaluate(set)
  await model.predict(set)
  model.dispose()
  return compileModule.mock.calls.some(([name]) => name.endsWith('-supplement'))
}

test.each(Object.entries(plain))('%s: not loaded', async (_, example) => {
  expect(await loadsSupplement(example)).toBe(false)
})

test.each(Object.entries(needy))('%s: loaded', async (_, example) => {
  expect(await loadsSupplement(example)).toBe(true)
})

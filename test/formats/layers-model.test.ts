// Models as TensorFlow.js's LayersModel: TensorFlow.js predicts what the model does, in both directions, and nothing but a
// FormatError comes of what is no such model.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  FormatError,
  type LayersModelSource,
  sequentialFromLayersModel,
  toLayersModel,
  weightFilesOf,
} from '../../src/formats/index.ts'
import {
  ArgumentError,
  activation,
  activationNames,
  dense,
  dropout,
  memoryUsage,
  sequential,
} from '../../src/index.ts'
import { FOREIGN_NAMES } from '../../src/kernels/activations.ts'
import { expectClose } from '../support/expect-close.ts'
import {
  loadInTensorFlow,
  predictInTensorFlow,
  saveInTensorFlow,
  type TensorFlowModel,
  tensorFlow,
} from '../support/tensorflow.ts'
import { asReadBack, createVaried, forgetBeginning, VARIED, variedInputs } from '../support/varied-models.ts'

const inputs = variedInputs()

/** What TensorFlow.js has not. */
const WITHOUT_NAME = activationNames.filter(
  name => name !== 'leakyRelu' && FOREIGN_NAMES[name].keras === undefined,
)
const MISSING = new RegExp(`\\b(${WITHOUT_NAME.join('|')})\\b|with an alpha|many layers`)
const PRESENT = VARIED.filter(([name]) => !MISSING.test(name))

describe.each(PRESENT)('%s', (_, layers) => {
  test.each(['f32', 'f16'] as const)('TensorFlow.js predicts the same, weights %s', async weights => {
    using model = await createVaried(layers)
    const files = await toLayersModel(model, { weights })
    using copy = await sequentialFromLayersModel(files, { build: 'simd' })
    const found = await predictInTensorFlow(await loadInTensorFlow(files), inputs)
    expectClose(found, await copy.predict(inputs))
    if (weights === 'f32') expectClose(found, await model.predict(inputs))
  })

  test('read again, the layers are the same, and predictions to the bit', async () => {
    using model = await createVaried(layers)
    const { modelJson, weightData } = await toLayersModel(model)
    using copy = await sequentialFromLayersModel(
      { modelJson: JSON.stringify(modelJson), weightData: new Uint8Array(weightData) },
      { build: 'simd' },
    )
    const expected = asReadBack(layers, true).filter(({ kind }) => kind !== 'flatten')
    if (!layers.some(({ kind }) => kind === 'normalization')) {
      expect(copy.layers.map(forgetBeginning)).toEqual(expected)
    }
    expect(await copy.predict(inputs)).toEqual(await model.predict(inputs))
  })
})

test('what TensorFlow.js has not', () => {
  expect(WITHOUT_NAME).toEqual(
    expect.arrayContaining(['step', 'geluTanh', 'hardSigmoid', 'hardTanh', 'hardSwish']),
  )
})

test.each([
  ['step', dense(2, { activation: 'step' })],
  ['hardTanh', activation('hardTanh')],
  ['hardSigmoid', dense(2, { activation: 'hardSigmoid' })],
  ['hardSwish', dense(2, { activation: 'hardSwish' })],
  ['geluTanh', dense(2, { activation: 'geluTanh' })],
  ['elu with alpha 0.5', dense(2, { activation: 'elu', alpha: 0.5 })],
  ['celu with alpha 1', dense(2, { activation: 'celu' })],
] as const)('refuses to export %s', async (name, layer) => {
  using model = await sequential([dense(2), layer], { inputSize: 2 })
  await expect(toLayersModel(model)).rejects.toThrow(ArgumentError)
  await expect(toLayersModel(model)).rejects.toThrow(
    `layer 2 (${layer.kind}, ${name}) has no equal in TensorFlow.js`,
  )
})

test('refuses to export 8 bits', async () => {
  using model = await sequential([dense(2)], { inputSize: 2 })
  await expect(toLayersModel(model, { weights: 'int8' as 'f16' })).rejects.toThrow(
    'a LayersModel has no scale for each unit',
  )
})

test('names the files of the weights', async () => {
  using model = await sequential([dense(2)], { inputSize: 2 })
  expect(weightFilesOf((await toLayersModel(model)).modelJson)).toEqual(['weights.bin'])
  expect(weightFilesOf((await toLayersModel(model, { weightsFile: 'm.bin' })).modelJson)).toEqual(['m.bin'])
})

test('refuses a manifest before any of its files is read', async () => {
  using model = await sequential([dense(2)], { inputSize: 2 })
  const { modelJson } = await toLayersModel(model)
  const [group = { paths: [], weights: [] }] = modelJson.weightsManifest
  const paths = Array.from({ length: 100 }, () => 'weights.bin')
  expect(() => weightFilesOf({ ...modelJson, weightsManifest: [{ ...group, paths }] })).toThrow(
    'the manifest names the file "weights.bin" twice',
  )
  const weights = group.weights.map(weight => ({ ...weight, shape: [1e5, 1e5] }))
  expect(() => weightFilesOf({ ...modelJson, weightsManifest: [{ ...group, weights }] })).toThrow(
    'its layers can have',
  )
})

describe('what TensorFlow.js saved', () => {
  const { layers: l } = tensorFlow
  type Layers = NonNullable<NonNullable<Parameters<typeof tensorFlow.sequential>[0]>['layers']>
  const inputShape = [7]
  const rows: readonly (readonly [string, () => Layers])[] = [
    [
      'dense layers with activations',
      () => [
        l.dense({ units: 6, activation: 'swish', inputShape }),
        l.dense({ units: 5, activation: 'gelu_new', useBias: false }),
        l.dense({ units: 4, activation: 'softmax' }),
      ],
    ],
    [
      'normalisations without scale or center',
      () => [
        l.dense({ units: 6, inputShape }),
        l.batchNormalization({ scale: false, momentum: 0.8 }),
        l.layerNormalization({ center: false }),
        l.batchNormalization({ center: false, epsilon: 0.1 }),
        l.dense({ units: 4 }),
      ],
    ],
    [
      'activations in layers of their own',
      () => [
        l.rescaling({ scale: 0.5, offset: -1, inputShape }),
        l.dense({ units: 6 }),
        l.leakyReLU({ alpha: 0.2 }),
        l.dropout({ rate: 0.3 }),
        l.dense({ units: 5 }),
        l.prelu({ alphaInitializer: 'randomNormal' }),
        l.dense({ units: 5 }),
        l.prelu({ alphaInitializer: 'randomNormal', sharedAxes: [1] }),
        l.dense({ units: 5 }),
        l.elu({}),
        l.reLU({}),
        l.dense({ units: 4 }),
        l.softmax({}),
      ],
    ],
    [
      'a layer normalisation without scale and center, and its hard sigmoid',
      () => [
        l.dense({ units: 6, inputShape, activation: 'hardSigmoid' }),
        l.layerNormalization({ center: false, scale: false }),
        l.dense({ units: 4 }),
        l.activation({ activation: 'hardSigmoid' }),
      ],
    ],
    [
      'rectifiers with a largest value',
      () => [
        l.dense({ units: 6, inputShape, activation: 'relu6' }),
        l.dense({ units: 6 }),
        l.reLU({ maxValue: 0.5 }),
        l.dense({ units: 4, activation: 'relu6' }),
        l.activation({ activation: 'mish' }),
      ],
    ],
    [
      'what does nothing but in training',
      () => [
        l.gaussianNoise({ stddev: 0.5, inputShape }),
        l.dense({ units: 6, activation: 'relu' }),
        l.gaussianDropout({ rate: 0.5 }),
        l.alphaDropout({ rate: 0.5 }),
        l.dense({ units: 4 }),
      ],
    ],
    [
      'a scaling between layers',
      () => [
        l.dense({ units: 6, inputShape, activation: 'tanh' }),
        l.rescaling({ scale: -3, offset: 0.5 }),
        l.dense({ units: 4, activation: 'sigmoid' }),
        l.rescaling({ scale: 255, offset: 1 }),
      ],
    ],
    [
      'an InputLayer and a Reshape',
      () => [l.inputLayer({ inputShape }), l.reshape({ targetShape: [7] }), l.dense({ units: 4 })],
    ],
  ]
  test.each(rows)('%s', async (_, create) => {
    const model = tensorFlow.sequential({ layers: create() })
    const expected = await predictInTensorFlow(model, inputs)
    using copy = await sequentialFromLayersModel(await saveInTensorFlow(model))
    expectClose(await copy.predict(inputs), expected)
  })

  test('a Functional model in a row, of images', async () => {
    const input = tensorFlow.input({ shape: [1, 7, 1] })
    const flat = l.flatten().apply(l.rescaling({ scale: 2 }).apply(input))
    const hidden = l.dense({ units: 5, activation: 'relu' }).apply(flat)
    const output = l.dense({ units: 4, activation: 'softsign' }).apply(hidden)
    const model = tensorFlow.model({ inputs: input, outputs: output as typeof input })
    using copy = await sequentialFromLayersModel(await saveInTensorFlow(model))
    expectClose(await copy.predict(inputs), await predictInTensorFlow(model, inputs, [1, 7, 1]))
  })

  test.each<[string, () => TensorFlowModel, string]>([
    [
      'a layer of another kind',
      () =>
        tensorFlow.sequential({
          layers: [
            l.conv1d({ filters: 2, kernelSize: 1, inputShape: [3, 2], name: 'c' }),
            l.flatten(),
            l.dense({ units: 2 }),
          ],
        }),
      'layer "c" (Conv1D): layers of this class are not supported, expected one of InputLayer, Dense',
    ],
    [
      'a dense layer over images',
      () =>
        tensorFlow.sequential({
          layers: [l.dense({ units: 2, inputShape: [2, 3], name: 'd' }), l.flatten()],
        }),
      'layer "d" (Dense): a sample is not a row of numbers here',
    ],
    [
      'images whose channels are moved',
      () =>
        tensorFlow.sequential({
          layers: [
            l.flatten({ dataFormat: 'channelsFirst', inputShape: [2, 3], name: 'f' }),
            l.dense({ units: 2 }),
          ],
        }),
      'layer "f" (Flatten): data_format is "channels_first", expected "channels_last"',
    ],
    [
      'a model that branches',
      () => {
        const input = tensorFlow.input({ shape: [7] })
        const a = l.dense({ units: 3 }).apply(input) as typeof input
        const b = l.dense({ units: 3 }).apply(input) as typeof input
        const sum = l.add().apply([a, b]) as typeof input
        return tensorFlow.model({ inputs: input, outputs: sum })
      },
      'expected a row of layers',
    ],
  ])('refuses %s', async (_, create, message) => {
    const files = await saveInTensorFlow(create())
    await expect(sequentialFromLayersModel(files)).rejects.toThrow(FormatError)
    await expect(sequentialFromLayersModel(files)).rejects.toThrow(message)
  })
})

describe('what Keras writes', () => {
  const kernel = Float32Array.of(1, 2, 3, 4, 5, 6)
  const manifest = (specs: object[]) => [{ paths: ['group1-shard1of1.bin'], weights: specs }]
  const denseLayer = {
    class_name: 'Dense',
    config: { name: 'd', units: 2, activation: 'linear', use_bias: false },
  }
  const input = { class_name: 'InputLayer', config: { name: 'in', batch_shape: [null, 3] } }
  const sequentialOf = (layers: object[], version = '2.15.0') => ({
    model_config: { class_name: 'Sequential', config: { layers } },
    keras_version: version,
  })
  const kernelSpec = { name: 'model/d/cell/kernel', shape: [3, 2], dtype: 'float32' }

  test('a model a level deeper, weights with longer names', async () => {
    const modelJson = {
      modelTopology: sequentialOf([input, denseLayer]),
      weightsManifest: manifest([kernelSpec]),
    }
    using model = await sequentialFromLayersModel({ modelJson, weightData: kernel.buffer })
    expect(await model.getParameters()).toEqual([{ weights: kernel, bias: new Float32Array(2) }])
  })

  test('weights in several files', async () => {
    const bytes = new Uint8Array(kernel.buffer)
    const modelJson = { modelTopology: sequentialOf([denseLayer]), weightsManifest: manifest([kernelSpec]) }
    using model = await sequentialFromLayersModel({
      modelJson,
      weightData: [bytes.slice(0, 5), bytes.slice(5).buffer],
    })
    expect((await model.getParameters())[0]?.weights).toEqual(kernel)
  })

  test('weights that the converter quantised', async () => {
    const spec = { ...kernelSpec, quantization: { dtype: 'uint8', scale: 0.5, min: -1 } }
    const modelJson = { modelTopology: sequentialOf([denseLayer]), weightsManifest: manifest([spec]) }
    using model = await sequentialFromLayersModel({
      modelJson,
      weightData: Uint8Array.of(0, 1, 2, 3, 4, 255),
    })
    expect([...((await model.getParameters())[0]?.weights ?? [])]).toEqual([-1, -0.5, 0, 0.5, 1, 126.5])
  })

  test('a Functional model of Keras 3, its hard sigmoid, and a Normalization', async () => {
    const take = (name: string) => [
      { args: [{ class_name: '__keras_tensor__', config: { keras_history: [name, 0, 0] } }], kwargs: {} },
    ]
    const layers = [
      {
        ...denseLayer,
        config: { ...denseLayer.config, activation: 'hard_sigmoid' },
        name: 'd',
        inbound_nodes: take('n'),
      },
      { ...input, name: 'in', inbound_nodes: [] },
      {
        class_name: 'Normalization',
        config: { name: 'n', axis: [-1], mean: [1, 2, 3], variance: [4, 9, 16] },
        name: 'n',
        inbound_nodes: take('in'),
      },
    ]
    const modelJson = {
      modelTopology: { class_name: 'Functional', config: { layers }, keras_version: '3.5.0' },
      weightsManifest: manifest([kernelSpec]),
    }
    using model = await sequentialFromLayersModel({ modelJson, weightData: kernel.buffer })
    expect(model.layers).toMatchObject([
      { kind: 'normalization', mean: [1, 2, 3], standardDeviation: [2, 3, 4] },
      { kind: 'dense', activation: 'hardSigmoid' },
    ])
  })

  test.each([
    ['before the layers’', ['dense/dense/kernel', 'dense/dense_1/kernel']],
    ['before the layers’, with cells between', ['dense/dense/c/kernel', 'dense/dense_1/c/kernel']],
    ['of the second layer', ['dense_1/dense/kernel', 'dense_1/dense_1/kernel']],
    ['twice', ['dense/dense/dense/kernel', 'dense/dense/dense_1/kernel']],
  ])('a model that has the name of one of its layers, %s', async (_, names) => {
    const square = (name = '') => ({ name, shape: [2, 2], dtype: 'float32' })
    const [first, second] = [Float32Array.of(1, 2, 3, 4), Float32Array.of(5, 6, 7, 8)]
    const modelJson = {
      modelTopology: sequentialOf(
        ['dense', 'dense_1'].map(name => ({ ...denseLayer, config: { ...denseLayer.config, name } })),
        '3.5.0',
      ),
      weightsManifest: manifest(names.map(square)),
    }
    const weightData = new Uint8Array(Float32Array.of(...first, ...second).buffer)
    using model = await sequentialFromLayersModel({ modelJson, weightData })
    expect((await model.getParameters()).map(({ weights }) => weights)).toEqual([first, second])
  })

  test.each([
    ['one number', [], [2], [4]],
    ['a number for each input', [3], [1, 2, 3], [4, 9, 16]],
    ['a number for each input of a batch', [1, 3], [1, 2, 3], [4, 9, 16]],
  ])('a Normalization whose statistics are weights, %s', async (_, shape, mean, variance) => {
    const weights = [
      { name: 'n/mean', shape, dtype: 'float32' },
      { name: 'n/variance', shape, dtype: 'float32' },
      { name: 'n/count', shape: [], dtype: 'int32' },
      kernelSpec,
    ]
    const config = { name: 'n', axis: shape.length === 0 ? null : [-1], mean: null, variance: null }
    const modelJson = {
      modelTopology: sequentialOf([input, { class_name: 'Normalization', config }, denseLayer], '3.5.0'),
      weightsManifest: manifest(weights),
    }
    const weightData = new Uint8Array([
      ...new Uint8Array(Float32Array.of(...mean, ...variance).buffer),
      ...[9, 0, 0, 0],
      ...new Uint8Array(kernel.buffer),
    ])
    using model = await sequentialFromLayersModel({ modelJson, weightData })
    const only = <T>(list: T[]) => (list.length === 1 ? list[0] : list)
    expect(model.layers[0]).toMatchObject({
      kind: 'normalization',
      mean: only(mean),
      standardDeviation: only(variance.map(Math.sqrt)),
    })
    const [output] = await model.predict([[4, 4, 4]])
    const scaled = mean.map((m, i) => (4 - m) / Math.sqrt(variance[i] ?? 0))
    const [a = 0, b = a, c = a] = scaled
    expectClose([output ?? new Float32Array()], [Float32Array.of(a + b * 3 + c * 5, a * 2 + b * 4 + c * 6)])
  })

  test.each([
    ['hard_silu', 'hardSwish'],
    ['hard_swish', 'hardSwish'],
    ['mish', 'mish'],
    ['relu6', 'relu6'],
    ['silu', 'silu'],
    ['celu', 'celu'],
  ])('the activation %s of Keras 3', async (name, expected) => {
    const modelJson = {
      modelTopology: sequentialOf(
        [input, { ...denseLayer, config: { ...denseLayer.config, activation: name } }],
        '3.5.0',
      ),
      weightsManifest: manifest([kernelSpec]),
    }
    using model = await sequentialFromLayersModel({ modelJson, weightData: kernel.buffer })
    expect(model.layers).toMatchObject([{ kind: 'dense', activation: expected }])
  })

  test.each<[string, object, object]>([
    ['a ReLU', { class_name: 'ReLU', config: { name: 're_lu' } }, { activation: 'relu' }],
    [
      'a LeakyReLU',
      { module: 'keras.layers', class_name: 'LeakyReLU', config: { negative_slope: 0.25 } },
      { activation: 'leakyRelu', slope: 0.25 },
    ],
    ['an ELU', { class_name: 'ELU', config: { alpha: 0.5 } }, { activation: 'elu', slope: 0.5 }],
    [
      'a ReLU with a slope',
      { class_name: 'ReLU', config: { negative_slope: 0.125, max_value: null } },
      { activation: 'leakyRelu', slope: 0.125 },
    ],
    [
      'a function by its name',
      { module: 'builtins', class_name: 'function', config: 'silu', registered_name: 'function' },
      { activation: 'silu' },
    ],
    ['a class without numbers', { class_name: 'tanh', config: {} }, { activation: 'tanh' }],
  ])('an activation that is an object of Keras 3: %s', async (_, activation, expected) => {
    const modelJson = {
      modelTopology: sequentialOf(
        [input, { ...denseLayer, config: { ...denseLayer.config, activation } }],
        '3.5.0',
      ),
      weightsManifest: manifest([kernelSpec]),
    }
    using model = await sequentialFromLayersModel({ modelJson, weightData: kernel.buffer })
    expect(model.layers).toMatchObject([{ kind: 'dense', ...expected }])
  })

  test.each<[string, LayersModelSource, string]>([
    [
      'an activation of a class that it does not know',
      {
        modelJson: {
          modelTopology: sequentialOf([
            {
              ...denseLayer,
              config: {
                ...denseLayer.config,
                activation: { class_name: 'PReLU', config: { shared_axes: null } },
              },
            },
          ]),
          weightsManifest: manifest([kernelSpec]),
        },
        weightData: kernel.buffer,
      },
      'layer "d" (Dense): activation is of class "PReLU", expected a function or one of ReLU, LeakyReLU, ELU, Softmax',
    ],
    ...(
      [
        [{ max_value: 6, negative_slope: 0.1 }, 'it has a max_value and a negative_slope'],
        [{ threshold: 1 }, 'it has a threshold'],
      ] as const
    ).map(([config, message]): [string, LayersModelSource, string] => [
      `a ReLU: ${message}`,
      {
        modelJson: {
          modelTopology: sequentialOf([denseLayer, { class_name: 'ReLU', config: { name: 'r', ...config } }]),
          weightsManifest: manifest([kernelSpec]),
        },
        weightData: kernel.buffer,
      },
      `layer "r" (ReLU): ${message}`,
    ]),
    [
      'weights that could both be a layer’s',
      {
        modelJson: {
          modelTopology: sequentialOf([denseLayer]),
          weightsManifest: manifest(['a/d/kernel', 'b/d/kernel'].map(name => ({ ...kernelSpec, name }))),
        },
        weightData: new Float32Array(12).buffer,
      },
      'layer "d" (Dense): weights "a/d/kernel" and "b/d/kernel" could both be "d/kernel"',
    ],
    [
      'a weight that two layers would have',
      {
        modelJson: {
          modelTopology: sequentialOf([
            denseLayer,
            { ...denseLayer, config: { ...denseLayer.config, name: 'e' } },
          ]),
          weightsManifest: manifest([{ ...kernelSpec, name: 'd/e/kernel' }]),
        },
        weightData: kernel.buffer,
      },
      'layer "e" (Dense): weight "d/e/kernel" is the nearest to "e/kernel", but layer "d" has it',
    ],
    [
      'two layers of one name, which would share its weights',
      {
        modelJson: {
          modelTopology: sequentialOf(
            [denseLayer, denseLayer].map(layer => ({ ...layer, config: { ...layer.config, units: 3 } })),
          ),
          weightsManifest: manifest([{ ...kernelSpec, shape: [3, 3] }]),
        },
        weightData: new Float32Array(9).buffer,
      },
      'layers-model: layers 1 and 2 are both called "d", expected a name for each',
    ],
    [
      'a weight that is there twice',
      {
        modelJson: {
          modelTopology: sequentialOf([denseLayer]),
          weightsManifest: manifest([kernelSpec, kernelSpec]),
        },
        weightData: new Float32Array(12).buffer,
      },
      'layers-model: weight "model/d/cell/kernel" is there twice',
    ],
    [
      'two lists of weights',
      {
        modelJson: {
          modelTopology: sequentialOf([denseLayer]),
          weightsManifest: manifest([kernelSpec]),
          weightSpecs: [kernelSpec],
        },
        weightData: kernel.buffer,
      },
      'layers-model: model.json has weightsManifest and weightSpecs, expected one of them',
    ],
    ['text that is no JSON', { modelJson: '{', weightData: kernel.buffer }, 'model.json is not JSON'],
    ['an empty file', { modelJson: '', weightData: kernel.buffer }, 'model.json is not JSON'],
    ['a list', { modelJson: '[]', weightData: kernel.buffer }, 'model.json holds no object'],
    [
      'another format',
      { modelJson: { format: 'graph-model' }, weightData: kernel.buffer },
      'the format is "graph-model"',
    ],
    ['nothing else', { modelJson: {}, weightData: kernel.buffer }, 'weightsManifest is missing'],
    [
      'a file that is named twice',
      {
        modelJson: {
          modelTopology: sequentialOf([denseLayer]),
          weightsManifest: [{ paths: ['a.bin', './b/../a.bin'], weights: [kernelSpec] }],
        },
        weightData: kernel.buffer,
      },
      'layers-model: the manifest names the file "./b/../a.bin" twice, expected each file once',
    ],
    [
      'more weights than its layers can have',
      {
        modelJson: {
          modelTopology: sequentialOf([denseLayer]),
          weightsManifest: manifest(Array.from({ length: 99 }, (_, i) => ({ ...kernelSpec, name: `w${i}` }))),
        },
        weightData: kernel.buffer,
      },
      'layers-model: the manifest has 99 weights, and its 1 layers can have 8: it is of another model',
    ],
    [
      'larger weights than its layers can have',
      {
        modelJson: {
          modelTopology: sequentialOf([input, denseLayer]),
          weightsManifest: manifest([{ ...kernelSpec, shape: [1e6, 2] }]),
        },
        weightData: kernel.buffer,
      },
      'layers-model: the weights in the manifest have 2000000 numbers, and its layers can have ',
    ],
    [
      'sizes below 0',
      {
        modelJson: {
          modelTopology: sequentialOf([denseLayer]),
          weightsManifest: manifest([{ ...kernelSpec, shape: [-3, -2] }]),
        },
        weightData: kernel.buffer,
      },
      'layers-model: weightsManifest.0.weights.0.shape.0 is -3, expected a whole number, 0 or more',
    ],
    [
      'an argument that only looks like a list',
      {
        modelJson: {
          modelTopology: sequentialOf([
            { class_name: 'Rescaling', config: { name: 'r', scale: { length: 3 } } },
            denseLayer,
          ]),
          weightsManifest: manifest([kernelSpec]),
        },
        weightData: kernel.buffer,
      },
      'layer "r" (Rescaling): scale is { length }, expected a finite number, or a list of such',
    ],
    [
      'weights that are cut',
      {
        modelJson: { modelTopology: sequentialOf([denseLayer]), weightsManifest: manifest([kernelSpec]) },
        weightData: kernel.buffer.slice(4),
      },
      'the weights have 20 bytes, expected 24',
    ],
    [
      'weights that are quantised as no converter does',
      {
        modelJson: {
          modelTopology: sequentialOf([denseLayer]),
          weightsManifest: manifest([
            { ...kernelSpec, quantization: { dtype: 'int32', scale: 0.5, min: -1 } },
          ]),
        },
        weightData: kernel.buffer,
      },
      'weight "model/d/cell/kernel" is quantised as "int32", expected float16, uint8 or uint16',
    ],
    [
      'a weight that is missing',
      {
        modelJson: { modelTopology: sequentialOf([denseLayer]), weightsManifest: [] },
        weightData: new Uint8Array(),
      },
      'layer "d" (Dense): the file has no weight "d/kernel"',
    ],
    [
      'a kernel of another shape',
      {
        modelJson: {
          modelTopology: sequentialOf([denseLayer]),
          weightsManifest: manifest([{ ...kernelSpec, shape: [2, 3] }]),
        },
        weightData: kernel.buffer,
      },
      'the kernel is [2, 3], expected [inputs, 2]',
    ],
    [
      'lists within lists',
      {
        modelJson: `{"weightSpecs":[{"name":"a","shape":${'['.repeat(100_000)}${']'.repeat(100_000)}}]}`,
        weightData: kernel.buffer,
      },
      'layers-model:',
    ],
  ])('refuses %s', async (_, source, message) => {
    const { inUse } = await memoryUsage()
    await expect(sequentialFromLayersModel(source)).rejects.toThrow(FormatError)
    await expect(sequentialFromLayersModel(source)).rejects.toThrow(message)
    expect((await memoryUsage()).inUse).toBe(inUse)
  })
})

describe('any file', () => {
  async function readOrRefuse(source: LayersModelSource): Promise<boolean> {
    try {
      using _ = await sequentialFromLayersModel(source)
      return true
    } catch (error) {
      if (!(error instanceof FormatError)) throw error
      return false
    }
  }

  const files = createVaried(
    [dense(3, { activation: 'relu' }), dropout(0.5), dense(2, { activation: 'softmax' })],
    3,
  ).then(async model => {
    const { modelJson, weightData } = await toLayersModel(model)
    model.dispose()
    return { modelJson: JSON.stringify(modelJson), weightData }
  })

  test('cut after any character, or any byte of the weights, it is refused', async () => {
    const { modelJson, weightData } = await files
    for (let length = 1; length < modelJson.length; length++) {
      expect(await readOrRefuse({ modelJson: modelJson.slice(0, length), weightData })).toBe(false)
    }
    for (let length = 0; length < weightData.byteLength; length++) {
      expect(await readOrRefuse({ modelJson, weightData: weightData.slice(0, length) })).toBe(false)
    }
    expect(await readOrRefuse({ modelJson, weightData })).toBe(true)
  })

  test('with values exchanged for others, it is read or refused', async () => {
    const { modelJson, weightData } = await files
    const values = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom(0, -1, 1e300, 'Dense', 'relu', null, []),
    )
    await fc.assert(
      fc.asyncProperty(fc.nat(), values, async (at, value) => {
        let count = 0
        const walk = (node: unknown): unknown => {
          if (count++ === at % 130) return value
          if (Array.isArray(node)) return node.map(walk)
          if (typeof node !== 'object' || node === null) return node
          return Object.fromEntries(Object.entries(node).map(([key, member]) => [key, walk(member)]))
        }
        const changed = walk(JSON.parse(modelJson))
        await readOrRefuse({ modelJson: JSON.stringify(changed), weightData })
      }),
      { numRuns: 1000 },
    )
  })

  test('with characters changed, it is read or refused', async () => {
    const { modelJson, weightData } = await files
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.string({ maxLength: 2 }), async (at, text) => {
        const place = at % modelJson.length
        const changed = modelJson.slice(0, place) + text + modelJson.slice(place + 1)
        if (changed !== '') await readOrRefuse({ modelJson: changed, weightData })
      }),
      { numRuns: 1000 },
    )
  })
})

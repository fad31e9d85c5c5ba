// Models as safetensors files: what comes back, what PyTorch sees, what is refused.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readSafetensors, toFloat32, writeSafetensors } from '../../src/files/safetensors.ts'
import {
  activation,
  activationNames,
  batchNormalization,
  dataset,
  dense,
  dropout,
  flatten,
  type Layer,
  layerNormalization,
  memoryUsage,
  normalization,
  prelu,
  sequential,
  sequentialFromSafetensors,
  WasmlpError,
} from '../../src/index.ts'
import { fileOf } from '../support/safetensors-file.ts'

const hiddenLayer = fc.oneof(
  fc
    .tuple(fc.integer({ min: 1, max: 6 }), fc.constantFrom(...activationNames))
    .map(([units, activation]) => dense(units, { activation })),
  fc
    .tuple(
      fc.integer({ min: 1, max: 6 }),
      fc.double({ min: -3e38, max: 3e38, noNaN: true }).map(slope => slope + 0),
    )
    .map(([units, slope]) => dense(units, { activation: 'leakyRelu', slope })),
  fc
    .tuple(fc.integer({ min: 1, max: 6 }), fc.double({ min: 0, max: 1e38, noNaN: true }))
    .map(([units, alpha]) => dense(units, { activation: 'elu', alpha: alpha + 0 })),
)
const lastLayer = fc.oneof(
  hiddenLayer,
  fc
    .tuple(fc.integer({ min: 1, max: 6 }), fc.constantFrom('softmax', 'logSoftmax'))
    .map(([units, activation]) => dense(units, { activation })),
)
const network = fc.record({
  inputSize: fc.integer({ min: 1, max: 6 }),
  layers: fc
    .tuple(fc.array(hiddenLayer, { maxLength: 4 }), lastLayer)
    .map(([hidden, last]) => [...hidden, last]),
  seed: fc.integer({ min: 0, max: 0xffffffff }),
})

/** What a file keeps of a layer. */
const kept = (layer: Layer) => (layer.kind === 'dense' ? { ...layer, initializer: undefined } : layer)

describe('there and back', () => {
  test('layers, weights and outputs are the same, and so are the bytes of a second file', async () => {
    await fc.assert(
      fc.asyncProperty(network, async ({ layers, inputSize, seed }) => {
        using model = await sequential(layers, { inputSize, seed })
        const bytes = await model.toSafetensors()
        using copy = await sequentialFromSafetensors(bytes)
        expect(copy.inputSize).toBe(inputSize)
        expect(copy.layers.map(kept)).toEqual(layers.map(kept))
        expect(await copy.getParameters()).toEqual(await model.getParameters())
        expect(await copy.toSafetensors()).toEqual(bytes)
        const inputs = [Array.from({ length: inputSize }, (_, i) => Math.cos(i))]
        expect(await copy.predict(inputs)).toEqual(await model.predict(inputs))
      }),
    )
  })

  test('the smallest and largest weights keep their bits', async () => {
    using model = await sequential([dense(2)], { inputSize: 2 })
    const largest = (2 - 2 ** -23) * 2 ** 127
    const weights = Float32Array.of(-1e-45, -0, largest, 1e-45)
    await model.setParameters([{ weights, bias: Float32Array.of(-0, -largest) }])
    using copy = await sequentialFromSafetensors(await model.toSafetensors())
    expect(await copy.getParameters()).toEqual(await model.getParameters())
  })

  test('from an ArrayBuffer, and from a view at an odd offset', async () => {
    using model = await sequential([dense(3, { activation: 'relu' }), dense(2)], { inputSize: 2, seed: 9 })
    const bytes = await model.toSafetensors()
    const odd = new Uint8Array(bytes.length + 12).subarray(5, 5 + bytes.length)
    odd.set(bytes)
    for (const file of [bytes.buffer, odd]) {
      using copy = await sequentialFromSafetensors(file)
      expect(await copy.getParameters()).toEqual(await model.getParameters())
      using other = await sequential(model.layers, { inputSize: 2, seed: 1 })
      await other.loadSafetensors(file)
      expect(await other.getParameters()).toEqual(await model.getParameters())
    }
  })

  test('a model from a file can be trained on', async () => {
    using model = await sequential([dense(1)], { inputSize: 1 })
    using copy = await sequentialFromSafetensors(await model.toSafetensors())
    using data = await dataset({ inputs: [[1], [2]], targets: [[2], [4]] })
    copy.compile()
    const { epochs } = await copy.fit(data, { epochs: 20, shuffle: false })
    expect(epochs.at(-1)?.loss).toBeLessThan(epochs[0]?.loss ?? 0)
  })
})

describe("what PyTorch's nn.Sequential sees", () => {
  test('names count activations but for identity; a weight is [out, in], the transpose of ours', async () => {
    const layers = [
      dense(4, { activation: 'relu' }), // Linear, ReLU: 0, 1
      dense(3), // Linear: 2
      dense(3, { activation: 'tanh' }), // Linear, Tanh: 3, 4
      dense(2, { activation: 'softmax' }), // Linear: 5
    ]
    using model = await sequential(layers, { inputSize: 5, seed: 2 })
    const { tensors, metadata } = readSafetensors(await model.toSafetensors())
    expect([...tensors].map(([name, { dtype, shape }]) => [name, dtype, shape])).toEqual([
      ['0.weight', 'F32', [4, 5]],
      ['0.bias', 'F32', [4]],
      ['2.weight', 'F32', [3, 4]],
      ['2.bias', 'F32', [3]],
      ['3.weight', 'F32', [3, 3]],
      ['3.bias', 'F32', [3]],
      ['5.weight', 'F32', [2, 3]],
      ['5.bias', 'F32', [2]],
    ])
    expect(metadata.format).toBe('pt')
    const [first] = await model.getParameters()
    const weight = tensors.get('0.weight')
    for (let input = 0; input < 5; ++input) {
      for (let unit = 0; unit < 4; ++unit) {
        expect(weight?.data[unit * 5 + input]).toBe(first?.weights[input * 4 + unit])
      }
    }
  })

  test('the architecture in the metadata', async () => {
    using model = await sequential(
      [
        dense(4, { activation: 'leakyRelu', slope: 0.25 }),
        dense(2, { activation: 'elu', alpha: 0.75 }),
        dense(3, { activation: 'softmax' }),
      ],
      { inputSize: 5 },
    )
    const { metadata } = readSafetensors(await model.toSafetensors())
    expect(JSON.parse(metadata.wasmlp ?? '')).toEqual({
      schema: 1,
      inputSize: 5,
      layers: [
        { units: 4, activation: 'leakyRelu', slope: 0.25 },
        { units: 2, activation: 'elu', alpha: 0.75 },
        { units: 3, activation: 'softmax' },
      ],
    })
  })
})

/** A tensor of 1, 2, 3, … */
const tensor = (...shape: number[]) => {
  const length = shape.reduce((product, size) => product * size, 1)
  return { dtype: 'F32' as const, shape, data: Float32Array.from({ length }, (_, i) => i + 1) }
}

describe('weights alone', () => {
  const layers = [dense(2, { activation: 'relu' }), dense(1)]

  test.each([
    ['with a Flatten in front', '1', '3'],
    ['without gaps', '0', '1'],
    ['in numeric order, not that of the letters', '9', '10'],
  ])('modules %s', async (_, first, second) => {
    const file = writeSafetensors([
      [`${second}.bias`, tensor(1)],
      [`${first}.weight`, tensor(2, 3)],
      [`${second}.weight`, tensor(1, 2)],
      [`${first}.bias`, tensor(2)],
    ])
    using model = await sequential(layers, { inputSize: 3 })
    await model.loadSafetensors(file)
    expect(await model.getParameters()).toEqual([
      { weights: Float32Array.of(1, 4, 2, 5, 3, 6), bias: Float32Array.of(1, 2) },
      { weights: Float32Array.of(1, 2), bias: Float32Array.of(1) },
    ])
  })

  test.each<[string, Layer[], [string, ReturnType<typeof tensor>][], object[]]>([
    [
      'Linear(bias=False), Linear',
      layers,
      [
        ['0.weight', tensor(2, 3)],
        ['2.weight', tensor(1, 2)],
        ['2.bias', tensor(1)],
      ],
      [
        { weights: Float32Array.of(1, 4, 2, 5, 3, 6), bias: new Float32Array(2) },
        { weights: Float32Array.of(1, 2), bias: Float32Array.of(1) },
      ],
    ],
    [
      'Linear(bias=False), LayerNorm(bias=False), BatchNorm1d(affine=False)',
      [dense(2), layerNormalization(), batchNormalization()],
      [
        ['0.weight', tensor(2, 1)],
        ['1.weight', tensor(2)],
        ['2.running_mean', tensor(2)],
        ['2.running_var', tensor(2)],
      ],
      [
        { weights: Float32Array.of(1, 2), bias: new Float32Array(2) },
        { weights: Float32Array.of(1, 2), bias: new Float32Array(2) },
        {
          weights: Float32Array.of(1, 1),
          bias: new Float32Array(2),
          runningMean: Float32Array.of(1, 2),
          runningVariance: Float32Array.of(1, 2),
          batches: 0,
        },
      ],
    ],
  ])('of modules that have no bias, or nothing to learn: %s', async (_, layers, tensors, expected) => {
    const [[, { shape }] = ['', tensor(1, 1)]] = tensors
    using model = await sequential(layers, { inputSize: shape[1] ?? 0 })
    await model.loadSafetensors(writeSafetensors(tensors))
    expect(await model.getParameters()).toEqual(expected)
  })

  test('refused: a BatchNorm1d that has only one of weight and bias', async () => {
    using model = await sequential([dense(2), batchNormalization()], { inputSize: 1 })
    const tensors: [string, ReturnType<typeof tensor>][] = [
      ['0.weight', tensor(2, 1)],
      ['1.weight', tensor(2)],
      ['1.running_mean', tensor(2)],
      ['1.running_var', tensor(2)],
    ]
    await expect(model.loadSafetensors(writeSafetensors(tensors))).rejects.toThrow(
      'the file has no tensor "1.bias", expected one of [2]',
    )
  })

  test('refused: a file of wasmlp without a bias, which it always has', async () => {
    const architecture = { schema: 1, inputSize: 3, layers: [{ units: 2, activation: 'relu' }] }
    const file = writeSafetensors([['0.weight', tensor(2, 3)]], { wasmlp: JSON.stringify(architecture) })
    await expect(sequentialFromSafetensors(file)).rejects.toThrow(
      'the file has no tensor "0.bias", expected one of [2]',
    )
  })

  test('halves and doubles become floats', async () => {
    const header = {
      '0.weight': { dtype: 'F16', shape: [1, 2], data_offsets: [8, 12] },
      '0.bias': { dtype: 'F64', shape: [1], data_offsets: [0, 8] },
    }
    const file = fileOf(JSON.stringify(header), 12)
    const { tensors } = readSafetensors(file)
    const [weight, bias] = [tensors.get('0.weight'), tensors.get('0.bias')]
    if (!weight || !bias) throw new Error('the file is wrong')
    using model = await sequential([dense(1)], { inputSize: 2 })
    await model.loadSafetensors(file)
    expect(await model.getParameters()).toEqual([{ weights: toFloat32(weight), bias: toFloat32(bias) }])
  })

  test('make no model on their own: what to do instead', async () => {
    const file = writeSafetensors([
      ['0.weight', tensor(2, 3)],
      ['0.bias', tensor(2)],
    ])
    await expect(sequentialFromSafetensors(file)).rejects.toMatchObject({
      name: 'FormatError',
      code: 'ERR_FORMAT',
      message: expect.stringMatching(
        /no architecture .* create the model with its layers first, then load the weights/,
      ),
    })
  })

  const whole = {
    '0.weight': tensor(2, 3),
    '0.bias': tensor(2),
    '2.weight': tensor(1, 2),
    '2.bias': tensor(1),
  }
  type Tensors = Record<string, ReturnType<typeof tensor> | undefined>

  test.each<[string, Tensors, string]>([
    [
      'a transposed weight',
      { '0.weight': tensor(3, 2) },
      'tensor "0.weight" has the shape [3, 2], but the layer needs [2, 3]',
    ],
    [
      'a module whose number has two spellings',
      { '02.weight': tensor(1, 2) },
      'the file has a tensor "02.weight": expected only N.weight and N.bias',
    ],
    [
      'modules whose numbers are the same as doubles',
      {
        '0.weight': undefined,
        '0.bias': undefined,
        '9007199254740993.weight': tensor(2, 3),
        '9007199254740993.bias': tensor(2),
      },
      'the file has a tensor "9007199254740993.weight"',
    ],
    [
      'a flat weight',
      { '0.weight': tensor(6) },
      'tensor "0.weight" has the shape [6], but the layer needs [2, 3]',
    ],
    [
      'a bias as a matrix',
      { '2.bias': tensor(1, 1) },
      'tensor "2.bias" has the shape [1, 1], but the layer needs [1]',
    ],
    ['other inputs', { '0.weight': tensor(2, 784) }, 'has the shape [2, 784], but the layer needs [2, 3]'],
    [
      'no weight',
      { '2.weight': undefined },
      'the file has a tensor "2.bias": expected only N.weight and N.bias',
    ],
    [
      'a layer too many',
      { '4.weight': tensor(1, 1), '4.bias': tensor(1) },
      'weights of 3 layers, expected 2',
    ],
    ['a layer too few', { '2.weight': undefined, '2.bias': undefined }, 'weights of 1 layers, expected 2'],
    [
      'another name',
      { 'fc1.weight': tensor(2, 3) },
      'the file has a tensor "fc1.weight": expected only N.weight and N.bias',
    ],
    [
      'batch normalisation',
      { '1.weight': tensor(2), '1.bias': tensor(2), '1.running_mean': tensor(2) },
      '"1.running_mean"',
    ],
  ])('refused, with nothing changed: %s', async (_, wrong, message) => {
    const tensors = Object.entries({ ...whole, ...wrong }).flatMap(([name, value]) =>
      value ? [[name, value] as const] : [],
    )
    using model = await sequential(layers, { inputSize: 3 })
    const before = await model.getParameters()
    await expect(model.loadSafetensors(writeSafetensors(tensors))).rejects.toMatchObject({
      code: 'ERR_FORMAT',
      message: expect.stringContaining(message),
    })
    expect(await model.getParameters()).toEqual(before)
  })

  test('refused: whole numbers', async () => {
    const header = {
      '0.weight': { dtype: 'I32', shape: [1, 1], data_offsets: [0, 4] },
      '0.bias': { dtype: 'I32', shape: [1], data_offsets: [4, 8] },
    }
    using model = await sequential([dense(1)], { inputSize: 1 })
    await expect(model.loadSafetensors(fileOf(JSON.stringify(header), 8))).rejects.toMatchObject({
      code: 'ERR_FORMAT',
      message: expect.stringContaining('cannot convert I32 to 32-bit floats'),
    })
  })
})

describe('the architecture of a file', () => {
  const withArchitecture = (architecture: unknown) =>
    writeSafetensors(
      [
        ['0.weight', tensor(2, 3)],
        ['0.bias', tensor(2)],
      ],
      { wasmlp: typeof architecture === 'string' ? architecture : JSON.stringify(architecture) },
    )
  const right = { schema: 1, inputSize: 3, layers: [{ units: 2, activation: 'relu' }] }

  test('without a version: of version 1', async () => {
    const { schema: _, ...old } = right
    using model = await sequentialFromSafetensors(withArchitecture(old))
    expect(model.layers).toEqual([dense(2, { activation: 'relu' })])
  })

  test('as it should be', async () => {
    using model = await sequentialFromSafetensors(withArchitecture(right))
    expect(model.layers).toEqual([dense(2, { activation: 'relu' })])
  })

  test.each<[string, unknown, string]>([
    [
      'of the next version',
      { ...right, schema: 4 },
      "the model's schema is version 4, and this wasmlp reads versions 1–3: use a newer wasmlp",
    ],
    ['of version 0', { ...right, schema: 0 }, 'schema is version 0, and this wasmlp reads versions 1'],
    [
      'of a version in text',
      { ...right, schema: '1' },
      'schema is version "1", and this wasmlp reads versions 1',
    ],
    ['null', 'null', 'makes no network: it is null, expected an object'],
    ['no JSON', '{"schema":1', 'the architecture in the metadata is not JSON'],
    ['empty', '', 'the architecture in the metadata is not JSON'],
    ['without layers', { schema: 1, inputSize: 3 }, 'makes no network: layers is missing'],
    ['with no layer', { ...right, layers: [] }, 'makes no network: a network needs at least one layer'],
    ['with a null layer', { ...right, layers: [null] }, 'makes no network: layers.0 is null'],
    [
      'with an unknown activation',
      { ...right, layers: [{ units: 2, activation: 'swish' }] },
      'unknown activation "swish"',
    ],
    [
      'with half a unit',
      { ...right, layers: [{ units: 2.5 }] },
      'makes no network: layers.0.units is 2.5, expected a whole number, 1 or more',
    ],
    [
      'with units in text',
      { ...right, layers: [{ units: '2' }] },
      'makes no network: layers.0.units is "2", expected a whole number, 1 or more',
    ],
    [
      'with a slope for ReLU',
      { ...right, layers: [{ units: 2, activation: 'relu', slope: 1 }] },
      'relu takes no slope',
    ],
    [
      'with a null slope',
      { ...right, layers: [{ units: 2, activation: 'leakyRelu', slope: null }] },
      'makes no network',
    ],
    [
      'with a slope for ELU',
      { ...right, layers: [{ units: 2, activation: 'elu', slope: 1 }] },
      'elu takes no slope',
    ],
    [
      'with a softmax inside',
      { ...right, layers: [{ units: 2, activation: 'softmax' }, { units: 1 }] },
      'only the last layer',
    ],
    ['without inputSize', { schema: 1, layers: right.layers }, 'makes no network: inputSize is missing'],
    ['with inputSize 0', { ...right, inputSize: 0 }, 'makes no network: inputSize is 0'],
    ['with inputSize in text', { ...right, inputSize: '3' }, 'makes no network: inputSize is "3"'],
    ['with inputSize in a list', { ...right, inputSize: [3] }, 'makes no network: inputSize is [3]'],
    [
      'of other sizes than the weights',
      { ...right, inputSize: 4 },
      'has the shape [2, 3], but the layer needs [2, 4]',
    ],
    [
      'with a scaling by what only looks like a list',
      {
        schema: 2,
        inputSize: 3,
        layers: [{ kind: 'normalization', mean: { length: 3 }, standardDeviation: 1 }, ...right.layers],
      },
      'layers.0.mean is { length }, expected a finite number, or a list of such',
    ],
    [
      'of a kind in an object',
      { ...right, layers: [{ kind: { toString: 1 }, units: 2 }] },
      'layers.0.kind is { toString }, expected a text',
    ],
    [
      'with a field that no layer has',
      { ...right, layers: [{ units: 2, initializer: 'he' }] },
      'layers.0.initializer is no field of its object, expected only kind, units, activation, slope, alpha',
    ],
    [
      'with a key twice',
      '{"schema":1,"inputSize":3,"inputSize":3,"layers":[{"units":2}]}',
      'the architecture in the metadata has the key "inputSize" twice',
    ],
    [
      'with a prototype',
      '{"schema":1,"inputSize":3,"layers":[{"units":2,"__proto__":{"activation":"relu"}}]}',
      'the architecture in the metadata has the key "__proto__"',
    ],
    [
      'nested without end',
      `{"schema":${'['.repeat(1e5)}${']'.repeat(1e5)}}`,
      'the architecture in the metadata is nested over 64 levels deep',
    ],
    [
      'of vast sizes',
      { ...right, inputSize: 1e15, layers: [{ units: 1e15, activation: 'relu' }] },
      'but the layer needs',
    ],
  ])('refused, with nothing left in memory: %s', async (_, architecture, message) => {
    const { inUse } = await memoryUsage()
    await expect(sequentialFromSafetensors(withArchitecture(architecture))).rejects.toMatchObject({
      name: 'FormatError',
      code: 'ERR_FORMAT',
      message: expect.stringContaining(message),
    })
    expect((await memoryUsage()).inUse).toBe(inUse)
  })
})

describe('running statistics in a file', () => {
  const withStatistics = (variance: number, batches: bigint) =>
    writeSafetensors(
      [
        ['1.num_batches_tracked', { dtype: 'I64', shape: [], data: BigInt64Array.of(batches) }],
        ['0.weight', tensor(1, 1)],
        ['0.bias', tensor(1)],
        ['1.weight', tensor(1)],
        ['1.bias', tensor(1)],
        ['1.running_mean', tensor(1)],
        ['1.running_var', { dtype: 'F32', shape: [1], data: Float32Array.of(variance) }],
      ],
      {
        wasmlp: JSON.stringify({
          schema: 2,
          inputSize: 1,
          layers: [{ units: 1 }, { kind: 'batchNormalization' }],
        }),
      },
    )

  test.each<[string, number, bigint, string]>([
    ['a variance below 0', -1, 1n, 'tensor "1.running_var" has -1 at [0], expected variances, 0 or more'],
    ['fewer batches than none', 1, -1n, 'tensor "1.num_batches_tracked" is -1, expected a whole number'],
    [
      'more batches than can be counted',
      1,
      2n ** 62n,
      'tensor "1.num_batches_tracked" is 4611686018427388000',
    ],
  ])('refused, with nothing left in memory: %s', async (_, variance, batches, message) => {
    const { inUse } = await memoryUsage()
    await expect(sequentialFromSafetensors(withStatistics(variance, batches))).rejects.toMatchObject({
      code: 'ERR_FORMAT',
      message: expect.stringContaining(message),
    })
    expect((await memoryUsage()).inUse).toBe(inUse)
  })

  test('right ones are taken', async () => {
    using model = await sequentialFromSafetensors(withStatistics(0, 3n))
    expect((await model.getParameters())[1]).toMatchObject({ batches: 3 })
  })
})

describe('what is no file', () => {
  test.each<[string, unknown]>([
    ['a path', 'model.safetensors'],
    ['a promise of bytes', Promise.resolve(new Uint8Array(8))],
    ['a number', 100],
    ['null', null],
    ['undefined', undefined],
  ])('%s', async (_, value) => {
    using model = await sequential([dense(1)], { inputSize: 1 })
    const error = {
      code: 'ERR_ARGUMENT',
      message: expect.stringContaining('the safetensors file must be a Uint8Array or an ArrayBuffer, got'),
    }
    await expect(sequentialFromSafetensors(value as never)).rejects.toMatchObject(error)
    await expect(model.loadSafetensors(value as never)).rejects.toMatchObject(error)
  })

  test('a file with any byte changed, or cut anywhere: a model, or a FormatError, and no memory lost', async () => {
    using model = await sequential([dense(2, { activation: 'leakyRelu' }), dense(1)], { inputSize: 2 })
    const bytes = await model.toSafetensors()
    const { inUse } = await memoryUsage()
    const position = fc.integer({ min: 0, max: bytes.length - 1 })
    await fc.assert(
      fc.asyncProperty(position, fc.integer({ min: 0, max: 255 }), fc.boolean(), async (at, value, cut) => {
        const broken = cut ? bytes.slice(0, at) : bytes.slice()
        if (!cut) broken[at] = value
        try {
          const copy = await sequentialFromSafetensors(broken)
          copy.dispose()
        } catch (error) {
          expect(error).toBeInstanceOf(WasmlpError)
          expect(error).toMatchObject({ code: 'ERR_FORMAT' })
        }
        expect((await memoryUsage()).inUse).toBe(inUse)
      }),
      { numRuns: 1000 },
    )
  })
})

test('weights learned for one activation are refused by another, and both are named', async () => {
  using tanh = await sequential([dense(3, { activation: 'tanh' }), dense(2)], { inputSize: 4 })
  using relu = await sequential([dense(3, { activation: 'relu' }), dense(2)], { inputSize: 4 })
  const before = await relu.getParameters()
  await expect(relu.loadSafetensors(await tanh.toSafetensors())).rejects.toMatchObject({
    code: 'ERR_FORMAT',
    message: expect.stringContaining('layer 1 of the file is tanh, but that of the model relu'),
  })
  expect(await relu.getParameters()).toEqual(before)
})

test('weights learned with another alpha are refused', async () => {
  using one = await sequential([dense(3, { activation: 'elu' })], { inputSize: 4 })
  using half = await sequential([dense(3, { activation: 'elu', alpha: 0.5 })], { inputSize: 4 })
  await expect(half.loadSafetensors(await one.toSafetensors())).rejects.toMatchObject({
    code: 'ERR_FORMAT',
    message: expect.stringContaining(
      'layer 1 of the file is elu with alpha 1, but that of the model elu with alpha 0.5',
    ),
  })
})

describe('layers of all kinds', () => {
  const layers = [
    flatten(),
    normalization({ mean: [0.1, 0.2], standardDeviation: 0.5 }),
    dense(3),
    batchNormalization({ momentum: 0.2, epsilon: 1e-3 }),
    activation('leakyRelu', { slope: 0.25 }),
    dropout(0.5),
    dense(4, { activation: 'relu' }),
    layerNormalization(),
    prelu(),
    dense(3),
    prelu({ shared: false, slope: 0.1 }),
    dense(2),
    activation('softmax'),
  ]

  /** A model whose running statistics have moved. */
  async function trained() {
    const model = await sequential(layers, { inputSize: 2 })
    using data = await dataset({
      inputs: [
        [1, 2],
        [3, 4],
        [5, 7],
      ],
      labels: [0, 1, 1],
    })
    model.compile({})
    await model.fit(data, { batchSize: 3, epochs: 2 })
    return model
  }

  test('the names, types and shapes that PyTorch’s nn.Sequential has', async () => {
    using model = await trained()
    const { tensors } = readSafetensors(await model.toSafetensors())
    const found = [...tensors].map(([name, { dtype, shape }]) => `${name} ${dtype} [${shape}]`)
    expect(found.toSorted()).toEqual(
      [
        // 0 is Flatten; scaled inputs are no module.
        '1.weight F32 [3,2]',
        '1.bias F32 [3]',
        '2.weight F32 [3]',
        '2.bias F32 [3]',
        '2.running_mean F32 [3]',
        '2.running_var F32 [3]',
        '2.num_batches_tracked I64 []',
        // 3 is LeakyReLU, 4 Dropout, 6 ReLU.
        '5.weight F32 [4,3]',
        '5.bias F32 [4]',
        '7.weight F32 [4]',
        '7.bias F32 [4]',
        '8.weight F32 [1]',
        '9.weight F32 [3,4]',
        '9.bias F32 [3]',
        '10.weight F32 [3]',
        '11.weight F32 [2,3]',
        '11.bias F32 [2]',
      ].toSorted(),
    )
    expect(tensors.get('2.num_batches_tracked')?.data).toEqual(BigInt64Array.of(2n))
  })

  test('there and back: layers, parameters, outputs, and the bytes of a second file', async () => {
    using model = await trained()
    const bytes = await model.toSafetensors()
    using copy = await sequentialFromSafetensors(bytes)
    expect(copy.layers.map(kept)).toEqual(layers.map(kept))
    expect(await copy.getParameters()).toEqual(await model.getParameters())
    expect(await copy.toSafetensors()).toEqual(bytes)
    expect(await copy.predict([[1, 2]])).toEqual(await model.predict([[1, 2]]))
    using other = await sequential(layers, { inputSize: 2, seed: 7 })
    await other.loadSafetensors(bytes)
    expect(await other.getParameters()).toEqual(await model.getParameters())
  })

  test('a file without num_batches_tracked counts from 0', async () => {
    using model = await sequential([dense(1), batchNormalization()], { inputSize: 1 })
    const one = (value: number) => ({ dtype: 'F32' as const, shape: [1], data: Float32Array.of(value) })
    await model.loadSafetensors(
      writeSafetensors([
        ['0.weight', { ...one(2), shape: [1, 1] }],
        ['0.bias', one(3)],
        ['1.weight', one(4)],
        ['1.bias', one(5)],
        ['1.running_mean', one(6)],
        ['1.running_var', one(7)],
      ]),
    )
    const [, normalizing] = await model.getParameters()
    expect(normalizing).toEqual({
      weights: Float32Array.of(4),
      bias: Float32Array.of(5),
      runningMean: Float32Array.of(6),
      runningVariance: Float32Array.of(7),
      batches: 0,
    })
  })

  test.each<[string, Layer, Layer, string]>([
    [
      'another activation',
      activation('tanh'),
      activation('relu'),
      'is activation tanh, but that of the model activation relu',
    ],
    [
      'another epsilon',
      layerNormalization(),
      layerNormalization({ epsilon: 0.1 }),
      'with epsilon 0.00001, but',
    ],
    [
      'another kind',
      layerNormalization(),
      batchNormalization(),
      'layer 1 of the file is layerNormalization with epsilon 0.00001, but that of the model batchNormalization',
    ],
    [
      'another scaling',
      normalization({ mean: 1, standardDeviation: 1 }),
      normalization({ mean: 0, standardDeviation: 1 }),
      'normalization with mean 1',
    ],
  ])('the weights of a model with %s are refused', async (_, theirs, ours, message) => {
    using model = await sequential([theirs, dense(1)], { inputSize: 2 })
    using other = await sequential([ours, dense(1)], { inputSize: 2 })
    const before = await other.getParameters()
    await expect(other.loadSafetensors(await model.toSafetensors())).rejects.toThrow(message)
    expect(await other.getParameters()).toEqual(before)
  })

  test('the weights of a model with a layer more, which has none, are refused', async () => {
    using model = await sequential([dense(1), activation('tanh')], { inputSize: 2 })
    using other = await sequential([dense(1)], { inputSize: 2 })
    await expect(other.loadSafetensors(await model.toSafetensors())).rejects.toThrow(
      'the file has a layer 2 that the model has not, activation tanh: create the model with the layers of the file',
    )
  })

  test('the weights of a model with a layer fewer, which has none, are refused', async () => {
    using model = await sequential([dense(1)], { inputSize: 2 })
    using other = await sequential([dense(1), dropout(0.5), activation('tanh')], { inputSize: 2 })
    const before = await other.getParameters()
    await expect(other.loadSafetensors(await model.toSafetensors())).rejects.toMatchObject({
      code: 'ERR_FORMAT',
      message:
        'the model has a layer 3 that the file has not, activation tanh: create the model with the layers of the file',
    })
    expect(await other.getParameters()).toEqual(before)
  })

  test('sizes that the metadata say are those of the model, whatever the tensors are', async () => {
    using model = await sequential([flatten(), dense(3), batchNormalization(), dense(2)], { inputSize: 2 })
    const { tensors, metadata } = readSafetensors(await model.toSafetensors())
    const architecture = JSON.parse(metadata.wasmlp ?? '')
    const withMetadata = (wasmlp?: object) =>
      writeSafetensors(tensors as never, wasmlp && { wasmlp: JSON.stringify(wasmlp) })
    const [first, second, third] = architecture.layers
    const before = await model.getParameters()
    for (const [wrong, message] of [
      [{ inputSize: 5 }, 'the file is of a model of 5 inputs, but the model has 2'],
      [
        { layers: [first, { ...second, units: 7 }, third, { units: 2 }] },
        'layer 2 of the file gives 7 values, but that of the model 3',
      ],
      [
        { layers: [second, third, { ...second, units: 9 }] },
        'layer 3 of the file gives 9 values, but that of the model 2',
      ],
    ] as const) {
      await expect(model.loadSafetensors(withMetadata({ ...architecture, ...wrong }))).rejects.toMatchObject({
        code: 'ERR_FORMAT',
        message: `${message}: create the model with the layers of the file`,
      })
    }
    expect(await model.getParameters()).toEqual(before)
    // Without metadata the tensors alone say what fits, and a flatten is no size.
    await model.loadSafetensors(withMetadata())
    await model.loadSafetensors(withMetadata({ ...architecture, layers: architecture.layers.slice(1) }))
    expect(await model.getParameters()).toEqual(before)
  })

  test('the weights of a model with other dropout, or with a flatten, are taken', async () => {
    using model = await sequential([flatten(), dense(2), dropout(0.1), dense(1)], { inputSize: 2 })
    using other = await sequential([dense(2), dense(1), dropout(0.5)], { inputSize: 2, seed: 1 })
    await other.loadSafetensors(await model.toSafetensors())
    const learned = (await model.getParameters()).filter(({ weights }) => weights.length > 0)
    const taken = (await other.getParameters()).filter(({ weights }) => weights.length > 0)
    expect(taken).toEqual(learned)
  })

  test('a model of dense layers alone is written as wasmlp 0.1 reads it', async () => {
    const schemaOf = async (layers: readonly Layer[]) => {
      using model = await sequential(layers, { inputSize: 2 })
      return JSON.parse(readSafetensors(await model.toSafetensors()).metadata.wasmlp ?? '').schema
    }
    expect(await schemaOf([dense(2)])).toBe(1)
    expect(await schemaOf([dense(2), dropout(0.5)])).toBe(2)
  })
})

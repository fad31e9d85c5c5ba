// ONNX files of other programs: what onnxruntime computes from them, a model does; and nothing but a FormatError comes of
// what is no such file.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FormatError, sequentialFromOnnx, toOnnx } from '../../src/formats/index.ts'
import { ATTRIBUTE_TYPES, TENSOR_TYPES } from '../../src/formats/onnx-types.ts'
import { dense, layerNormalization, memoryUsage } from '../../src/index.ts'
import { fromBase64 } from '../support/base64.ts'
import { expectClose } from '../support/expect-close.ts'
import { readText } from '../support/fixture.ts'
import { float, floats, type GraphDraft, int, integers, node, onnxFile } from '../support/onnx-graph.ts'
import { runOnnx } from '../support/onnx-session.ts'
import { createVaried, variedInputs } from '../support/varied-models.ts'

const INPUTS = variedInputs(9, 3)
const W = floats('w', [3, 2], [0.5, -1, 0.25, 2, -0.75, 1.5])
const B = floats('b', [2], [0.1, -0.2])
const constant = (name: string, value: number) => floats(name, [], [value])

/** gemm → what is between → a second layer. */
const behind = (nodes: GraphDraft['nodes'], initializers: GraphDraft['initializers'] = []): GraphDraft => ({
  nodes: [node('Gemm', ['input', 'w', 'b'], 'x'), ...nodes, node('Gemm', ['y', 'w2'], 'output')],
  initializers: [W, B, floats('w2', [2, 2], [1, 0.5, -0.5, 2]), ...initializers],
})

const axes = (...ints: number[]) => ({ name: 'axes', type: ATTRIBUTE_TYPES.ints, ints })
const limits = (low: number, high: number) => [constant('low', low), constant('high', high)]
const layerNormConstants = Object.entries({ two: 2, epsilon: 0.0123, half: 0.5 }).map(([name, value]) =>
  node('Constant', [], name, [{ name: 'value', type: 4, tensor: constant('', value) }]),
)
const LAYER_NORM_WEIGHTS = [floats('gamma', [2], [1.5, -2]), floats('beta', [2], [0.25, 3])]

/** As PyTorch writes it below opset 17. */
const SPELLED_LAYER_NORM = [
  ...layerNormConstants,
  node('ReduceMean', ['x'], 'mean', [axes(-1)]),
  node('Sub', ['x', 'mean'], 'd'),
  node('Pow', ['d', 'two'], 'squares'),
  node('ReduceMean', ['squares'], 'variance', [axes(-1)]),
  node('Add', ['variance', 'epsilon'], 'sum'),
  node('Sqrt', ['sum'], 'deviation'),
  node('Div', ['d', 'deviation'], 'n'),
  node('Mul', ['n', 'gamma'], 'm'),
  node('Add', ['m', 'beta'], 'y'),
]

describe('predicts what onnxruntime does', () => {
  test.each<[string, GraphDraft]>([
    ['Gemm', { nodes: [node('Gemm', ['input', 'w', 'b'], 'output')], initializers: [W, B] }],
    ['Gemm without C', { nodes: [node('Gemm', ['input', 'w'], 'output')], initializers: [W] }],
    [
      'Gemm with alpha, beta and transB, and one number as C',
      {
        nodes: [
          node('Gemm', ['input', 'w', 'b'], 'output', [
            float('alpha', 0.3),
            float('beta', -2),
            int('transB', 1),
          ]),
        ],
        initializers: [floats('w', [2, 3], [0.5, -1, 0.25, 2, -0.75, 1.5]), floats('b', [1], [0.7])],
      },
    ],
    [
      'MatMul and Add, in both orders',
      {
        nodes: [
          node('MatMul', ['input', 'w'], 'x'),
          node('Add', ['x', 'b'], 'y'),
          node('Relu', ['y'], 'z'),
          node('MatMul', ['z', 'w2'], 'u'),
          node('Add', ['b2', 'u'], 'output'),
        ],
        initializers: [W, B, floats('w2', [2, 2], [1, 2, 3, 4]), floats('b2', [1, 2], [5, 6])],
      },
    ],
    [
      'weights behind Transpose, Identity and Cast',
      {
        nodes: [
          node('Transpose', ['w'], 't', [{ name: 'perm', type: 7, ints: [1, 0] }]),
          node('Identity', ['t'], 'i'),
          node('Cast', ['i'], 'c', [int('to', TENSOR_TYPES.float)]),
          node('MatMul', ['input', 'c'], 'output'),
        ],
        initializers: [floats('w', [2, 3], [0.5, -1, 0.25, 2, -0.75, 1.5])],
      },
    ],
    [
      'weights in Constant nodes',
      {
        nodes: [
          node('Constant', [], 'w', [{ name: 'value', type: 4, tensor: { ...W, name: '' } }]),
          node('Gemm', ['input', 'w'], 'x'),
          node('Constant', [], 'slope', [{ name: 'value_float', type: 1, float: 0.5 }]),
          node('PRelu', ['x', 'slope'], 'output'),
        ],
      },
    ],
    [
      'zeros that are left out, as writers of proto3 do',
      {
        nodes: [
          node('Gemm', ['input', 'w', 'b'], 'x', [
            { name: 'transA', type: ATTRIBUTE_TYPES.int },
            { name: 'beta', type: ATTRIBUTE_TYPES.float },
          ]),
          node('Constant', [], 'slope', [{ name: 'value_float', type: ATTRIBUTE_TYPES.float }]),
          node('PRelu', ['x', 'slope'], 'output'),
        ],
        initializers: [W, B],
      },
    ],
    [
      'images of several dimensions, flattened',
      {
        inputDims: ['n', 1, 3, 1],
        nodes: [
          node('Sub', ['input', 'mean'], 'c'),
          node('Div', ['c', 'deviation'], 's'),
          node('Flatten', ['s'], 'f'),
          node('Gemm', ['f', 'w', 'b'], 'output'),
        ],
        initializers: [constant('mean', 0.13), constant('deviation', 0.31), W, B],
      },
    ],
    [
      'Reshape to rows',
      {
        inputDims: ['n', 3, 1],
        nodes: [node('Reshape', ['input', 'shape'], 'f'), node('Gemm', ['f', 'w', 'b'], 'output')],
        initializers: [integers('shape', [-1, 3]), W, B],
      },
    ],
    [
      'Reshape to rows by floats that are cast, as PyTorch writes it for opset 7',
      {
        opset: 7,
        inputDims: ['n', 3, 1],
        nodes: [
          node('Cast', ['shape'], 'long', [int('to', TENSOR_TYPES.int64)]),
          node('Reshape', ['input', 'long'], 'f'),
          node('Gemm', ['f', 'w', 'b'], 'output'),
        ],
        initializers: [
          { name: 'shape', dims: [2], type: TENSOR_TYPES.double, doubles: [-1, 3] },
          W,
          { ...B, dims: [1, 2] },
        ],
      },
    ],
    [
      'Reshape to rows whose number is computed, as PyTorch 2 writes it',
      {
        inputDims: ['n', 3, 1],
        nodes: [
          node('Shape', ['input'], 's', [int('start', 0), int('end', 1)]),
          node('Squeeze', ['s'], 'size'),
          node('Reshape', ['size', 'one'], 'sizes'),
          node('Cast', ['sizes'], 'long', [int('to', TENSOR_TYPES.int64)]),
          node('Concat', ['long', 'rest'], 'shape', [int('axis', 0)]),
          node('Reshape', ['input', 'shape'], 'f', [int('allowzero', 1)]),
          node('Gemm', ['f', 'w', 'b'], 'output'),
        ],
        initializers: [integers('one', [-1]), integers('rest', [-1]), W, B],
      },
    ],
    [
      'inputs scaled by Mul, then shifted by Add',
      {
        nodes: [
          node('Mul', ['factor', 'input'], 's'),
          node('Add', ['s', 'term'], 't'),
          node('Gemm', ['t', 'w', 'b'], 'output'),
        ],
        initializers: [floats('factor', [3], [2, 0.5, 1]), floats('term', [1, 3], [1, -2, 0.5]), W, B],
      },
    ],
    [
      'Dropout, and Cast among floats',
      behind(
        [node('Dropout', ['x', 'ratio'], 'd'), node('Cast', ['d'], 'y', [int('to', TENSOR_TYPES.float)])],
        [constant('ratio', 0.4)],
      ),
    ],
    ['Clip from 0', behind([node('Clip', ['x', 'zero'], 'y')], [constant('zero', 0)])],
    [
      'nodes that nothing uses',
      behind([node('Sin', ['x'], 'wave'), node('Cos', ['b'], 'constant'), node('Relu', ['x'], 'y')]),
    ],
    ['LeakyRelu’s own alpha', behind([node('LeakyRelu', ['x'], 'y')])],
    [
      'LayerNormalization without B',
      behind([node('LayerNormalization', ['x', 'scale'], 'y')], [floats('scale', [2], [1, -2])]),
    ],
    ['LayerNorm in elementary operators, with weights', behind(SPELLED_LAYER_NORM, LAYER_NORM_WEIGHTS)],
    [
      'LayerNorm in elementary operators, without weights, its variance by Mul, and Reciprocal',
      behind([
        ...layerNormConstants,
        node('ReduceMean', ['x'], 'mean', [axes(1)]),
        node('Sub', ['x', 'mean'], 'd'),
        node('Mul', ['d', 'd'], 'squares'),
        node('ReduceMean', ['squares'], 'variance', [axes(-1), int('keepdims', 1)]),
        node('Add', ['epsilon', 'variance'], 'sum'),
        node('Pow', ['sum', 'half'], 'deviation'),
        node('Reciprocal', ['deviation'], 'inverse'),
        node('Mul', ['d', 'inverse'], 'y'),
      ]),
    ],
    [
      'LayerNorm in elementary operators, axes as an input',
      {
        ...behind(
          [
            ...layerNormConstants,
            node('ReduceMean', ['x', 'axes'], 'mean'),
            node('Sub', ['x', 'mean'], 'd'),
            node('Pow', ['d', 'two'], 'squares'),
            node('ReduceMean', ['squares', 'axes'], 'variance'),
            node('Add', ['variance', 'epsilon'], 'sum'),
            node('Sqrt', ['sum'], 'deviation'),
            node('Div', ['d', 'deviation'], 'y'),
          ],
          [integers('axes', [-1])],
        ),
        opset: 18,
      },
    ],
    ['HardSigmoid with its own slope', behind([node('HardSigmoid', ['x'], 'y')])],
    [
      'HardSigmoid with another slope and shift',
      behind([node('HardSigmoid', ['x'], 'y', [float('alpha', 0.3), float('beta', 0.7)])]),
    ],
    [
      'HardSigmoid of the inputs, twice',
      {
        nodes: [
          node('HardSigmoid', ['input'], 'h'),
          node('HardSigmoid', ['h'], 'i', [float('alpha', 0.9), float('beta', -0.1)]),
          node('Gemm', ['i', 'w', 'b'], 'output'),
        ],
        initializers: [W, B],
      },
    ],
    ['Clip without limits', behind([node('Clip', ['x'], 'y')])],
    ['Clip to 0–6', behind([node('Clip', ['x', 'low', 'high'], 'y')], limits(0, 6))],
    ['Clip to [−2, 2]', behind([node('Clip', ['x', 'low', 'high'], 'y')], limits(-2, 2))],
    ['Clip to [−0.5, 0.75]', behind([node('Clip', ['x', 'low', 'high'], 'y')], limits(-0.5, 0.75))],
    ['Clip to 0.5 and above', behind([node('Clip', ['x', 'low'], 'y')], limits(0.5, 0))],
    ['Clip to 0.5 and below', behind([node('Clip', ['x', '', 'high'], 'y')], limits(0, 0.5))],
    [
      'Clip by attributes, whose defaults are the largest floats',
      {
        opset: 9,
        nodes: [
          node('Gemm', ['input', 'w', 'b'], 'x'),
          node('Clip', ['x'], 'low', [float('max', 0.5)]),
          node('Clip', ['low'], 'y', [float('min', -0.25), float('max', 3.4028234663852886e38)]),
          node('Gemm', ['y', 'w2', 'b'], 'output'),
        ],
        initializers: [W, B, floats('w2', [2, 2], [1, 0.5, -0.5, 2])],
      },
    ],
    [
      'ReLU6 as a Relu and a Clip, in both orders',
      behind(
        [
          node('Relu', ['x'], 'r'),
          node('Clip', ['r', '', 'high'], 'c'),
          node('Gemm', ['c', 'w2'], 'g'),
          node('Clip', ['g', '', 'high'], 'd'),
          node('Relu', ['d'], 'y'),
        ],
        limits(0, 0.6),
      ),
    ],
    [
      'Softplus with a beta, as PyTorch writes it',
      behind(
        [node('Mul', ['x', 'beta'], 'm'), node('Softplus', ['m'], 's'), node('Div', ['s', 'beta'], 'y')],
        [constant('beta', 2)],
      ),
    ],
    [
      'a scaling by units behind an activation, below 0 too',
      behind(
        [node('Tanh', ['x'], 't'), node('Mul', ['t', 'k'], 'm'), node('Sub', ['one', 'm'], 'y')],
        [floats('k', [2], [-3, 0.5]), constant('one', 1)],
      ),
    ],
    ['Celu', behind([node('Celu', ['x'], 'y', [float('alpha', 0.4)])])],
    [
      'a scaling through ReLU, PRelu and dropout',
      behind(
        [
          node('Sigmoid', ['x'], 's'),
          node('Mul', ['s', 'k'], 'm'),
          node('Relu', ['m'], 'r'),
          node('PRelu', ['r', 'slope'], 'p'),
          node('Dropout', ['p'], 'y'),
        ],
        [floats('k', [1, 2], [3, 0.5]), constant('slope', 0.2)],
      ),
    ],
    [
      'a scaling between two activations',
      behind(
        [node('Relu', ['x'], 'r'), node('Mul', ['r', 'k'], 'm'), node('Sigmoid', ['m'], 'y')],
        [constant('k', 1.7)],
      ),
    ],
    [
      'a scaling behind the last activation',
      {
        nodes: [
          node('Gemm', ['input', 'w', 'b'], 'x'),
          node('Tanh', ['x'], 't'),
          node('Mul', ['t', 'k'], 'm'),
          node('Add', ['m', 'one'], 'output'),
        ],
        initializers: [W, B, floats('k', [2], [2, 5]), constant('one', 1)],
      },
    ],
    [
      'a scaling behind a dense layer, and behind batch and layer normalisation',
      behind(
        [
          node('Mul', ['x', 'k'], 'm'),
          node('BatchNormalization', ['m', 'k', 'b', 'b', 'variance'], 'n'),
          node('Sub', ['one', 'n'], 's'),
          node('LayerNormalization', ['s', 'k'], 'l'),
          node('Div', ['l', 'k'], 'y'),
        ],
        [floats('k', [2], [-2, 5]), floats('variance', [2], [0.5, 2]), constant('one', 1)],
      ),
    ],
    [
      'inputs taken from 1',
      {
        nodes: [node('Sub', ['one', 'input'], 's'), node('Gemm', ['s', 'w', 'b'], 'output')],
        initializers: [constant('one', 1), W, B],
      },
    ],
    [
      'Flatten along the last axis of rows',
      {
        nodes: [node('Flatten', ['input'], 'f', [int('axis', -1)]), node('Gemm', ['f', 'w', 'b'], 'output')],
        initializers: [W, B],
      },
    ],
    ['opset 26', { ...behind([node('Relu', ['x'], 'y')]), opset: 26, more: { irVersion: 13 } }],
    ['HardSwish', behind([node('HardSwish', ['x'], 'y')])],
    [
      'Mish and Swish, operators since opsets 18 and 24',
      {
        ...behind([node('Mish', ['x'], 'm'), node('Swish', ['m'], 'y')]),
        opset: 24,
        more: { irVersion: 10 },
      },
    ],
    [
      'hard swish as PyTorch writes it below opset 14',
      behind([node('HardSigmoid', ['x'], 'h', [float('alpha', 1 / 6)]), node('Mul', ['x', 'h'], 'y')]),
    ],
    [
      'hard swish by a Clip',
      behind(
        [
          node('Add', ['x', 'three'], 'a'),
          node('Clip', ['a', 'low', 'high'], 'c'),
          node('Mul', ['x', 'c'], 'm'),
          node('Div', ['m', 'high'], 'y'),
        ],
        [constant('three', 3), ...limits(0, 6)],
      ),
    ],
    [
      'Mish as PyTorch writes it',
      behind([node('Softplus', ['x'], 's'), node('Tanh', ['s'], 't'), node('Mul', ['x', 't'], 'y')]),
    ],
    ['SiLU as PyTorch writes it', behind([node('Sigmoid', ['x'], 's'), node('Mul', ['x', 's'], 'y')])],
    [
      'GELU as PyTorch writes it',
      behind(
        [
          node('Div', ['x', 'root'], 'd'),
          node('Erf', ['d'], 'e'),
          node('Add', ['e', 'one'], 'a'),
          node('Mul', ['x', 'a'], 'm'),
          node('Mul', ['m', 'half'], 'y'),
        ],
        [constant('root', Math.SQRT2), constant('one', 1), constant('half', 0.5)],
      ),
    ],
    [
      'GELU by tanh, with Pow, its constants in nodes',
      behind([
        ...Object.entries({ three: 3, c: 0.044715, root: Math.sqrt(2 / Math.PI), one: 1, half: 0.5 }).map(
          ([name, value]) =>
            node('Constant', [], name, [{ name: 'value', type: 4, tensor: constant('', value) }]),
        ),
        node('Pow', ['x', 'three'], 'p'),
        node('Mul', ['c', 'p'], 'cp'),
        node('Add', ['x', 'cp'], 'sum'),
        node('Mul', ['sum', 'root'], 'r'),
        node('Tanh', ['r'], 't'),
        node('Add', ['t', 'one'], 'g'),
        node('Mul', ['half', 'x'], 'h'),
        node('Mul', ['h', 'g'], 'y'),
      ]),
    ],
  ])('%s', async (_, graph) => {
    const file = onnxFile(graph)
    using model = await sequentialFromOnnx(file)
    const shaped = graph.inputDims?.slice(1).map(Number) ?? [3]
    const expected = await runOnnx(file, INPUTS, shaped)
    expectClose(await model.predict(INPUTS), expected)
  })
})

test('a GELU whose numbers are 16-bit floats is one', async () => {
  const file = onnxFile(
    behind(
      [
        ...['root', 'one', 'half'].map(name =>
          node('Cast', [`${name}16`], name, [int('to', TENSOR_TYPES.float)]),
        ),
        node('Div', ['x', 'root'], 'd'),
        node('Erf', ['d'], 'e'),
        node('Add', ['e', 'one'], 'a'),
        node('Mul', ['x', 'a'], 'm'),
        node('Mul', ['m', 'half'], 'y'),
      ],
      Object.entries({ root: 0x3da8, one: 0x3c00, half: 0x3800 }).map(([name, bits]) => ({
        name: `${name}16`,
        dims: [],
        type: TENSOR_TYPES.float16,
        ints32: [bits],
      })),
    ),
  )
  using model = await sequentialFromOnnx(file)
  expect(model.layers[0]).toMatchObject({ kind: 'dense', activation: 'gelu' })
})

interface PyTorchCase {
  name: string
  file: string
  inputs: number[][]
  /** Of the model in evaluation mode; null where it was exported in training mode. */
  outputs: number[][] | null
}

describe('predicts what PyTorch did, of what it exported', async () => {
  const cases: PyTorchCase[] = JSON.parse(await readText('test/fixtures/pytorch-onnx.json'))
  const isPredicted = (one: PyTorchCase): one is PyTorchCase & { outputs: number[][] } => one.outputs !== null
  test.each(cases.filter(isPredicted))('$name', async ({ file, inputs, outputs }) => {
    using model = await sequentialFromOnnx(fromBase64(file))
    expectClose(
      await model.predict(inputs),
      outputs.map(row => Float32Array.from(row)),
    )
  })

  test.each(cases.filter(one => !isPredicted(one)))('refuses $name', async ({ file }) => {
    await expect(sequentialFromOnnx(fromBase64(file))).rejects.toThrow(
      'export the model for inference (in PyTorch, after model.eval())',
    )
  })
})

describe('reads constants of every kind', () => {
  const values = [0.5, -1, 0.25, 2, -0.75, 1.5]
  const bits = (half: number) => Math.abs(half)
  const tensor = { name: 'w', dims: [3, 2] }
  const halves = [0x3800, 0xbc00, 0x3400, 0x4000, 0xba00, 0x3e00]
  const brains = [0x3f00, 0xbf80, 0x3e80, 0x4000, 0xbf40, 0x3fc0]
  test.each([
    ['float_data', { ...tensor, type: TENSOR_TYPES.float, floats: values }],
    [
      'double, raw',
      { ...tensor, type: TENSOR_TYPES.double, raw: new Uint8Array(Float64Array.from(values).buffer) },
    ],
    ['double_data', { ...tensor, type: TENSOR_TYPES.double, doubles: values }],
    [
      'float16, raw',
      { ...tensor, type: TENSOR_TYPES.float16, raw: new Uint8Array(Uint16Array.from(halves).buffer) },
    ],
    ['float16 in int32_data', { ...tensor, type: TENSOR_TYPES.float16, ints32: halves.map(bits) }],
    [
      'bfloat16, raw',
      { ...tensor, type: TENSOR_TYPES.bfloat16, raw: new Uint8Array(Uint16Array.from(brains).buffer) },
    ],
  ])('%s', async (_, w) => {
    const file = onnxFile({ nodes: [node('MatMul', ['input', 'w'], 'output')], initializers: [w] })
    using model = await sequentialFromOnnx(file)
    const [parameters] = await model.getParameters()
    expect([...(parameters?.weights ?? [])]).toEqual(values)
  })

  test('numbers that are packed, as protobuf allows', async () => {
    // dims [3, 2], data type float and six floats, each list in one field.
    const data = [...new Uint8Array(Float32Array.from(values).buffer)]
    const packed = Uint8Array.of(0x0a, 2, 3, 2, 0x10, 1, 0x22, 24, ...data, 0x42, 1, 0x77)
    const plain = onnxFile({ nodes: [node('MatMul', ['input', 'w'], 'output')], initializers: [] })
    const graph = Uint8Array.of(0x2a, packed.length, ...packed) // GraphProto.initializer
    using model = await sequentialFromOnnx(withinGraph(plain, graph))
    const [parameters] = await model.getParameters()
    expect([...(parameters?.weights ?? [])]).toEqual(values)
  })
})

/** A file whose graph, below 128 bytes, has more fields at its end. */
function withinGraph(file: Uint8Array, more: Uint8Array): Uint8Array {
  const at = file.indexOf(0x3a) // ModelProto.graph
  const length = file[at + 1] ?? 0
  expect(length + more.length).toBeLessThan(256)
  const total = length + more.length
  const head = [...file.slice(0, at + 1), (total & 127) | 128, total >> 7]
  return Uint8Array.of(
    ...head,
    ...file.slice(at + 2, at + 2 + length),
    ...more,
    ...file.slice(at + 2 + length),
  )
}

describe('refuses, naming the node and its operator', () => {
  const gemm = node('Gemm', ['input', 'w', 'b'], 'output')
  const simple = { nodes: [gemm], initializers: [W, B] }
  test.each<[string, GraphDraft, string]>([
    [
      'an operator that is none of a dense network',
      { nodes: [node('Conv', ['input', 'w'], 'output')], initializers: [W] },
      'node "Conv_output" (Conv): this operator is not supported, expected one of Add, BatchNormalization',
    ],
    [
      'an operator of another domain',
      { nodes: [{ ...node('Gemm', ['input', 'w'], 'output'), domain: 'com.microsoft' }], initializers: [W] },
      'node "Gemm_output" (Gemm): its domain is "com.microsoft"',
    ],
    [
      'a node without a name',
      { nodes: [{ operator: 'Sin', inputs: ['input'], outputs: ['output'] }] },
      'node "number 1" (Sin): this operator is not supported',
    ],
    [
      'the batch, transposed',
      { nodes: [node('Gemm', ['input', 'w'], 'output', [int('transA', 1)])], initializers: [W] },
      'node "Gemm_output" (Gemm): transA is 1, expected 0',
    ],
    [
      'weights that do not go with the input',
      { ...simple, inputDims: ['n', 4] },
      'node "Gemm_output" (Gemm): it takes 3 values, but the layer before gives 4',
    ],
    [
      'data in another file',
      {
        nodes: [gemm],
        initializers: [{ name: 'w', dims: [3, 2], type: 1, location: 1 }, B],
      },
      'node "Gemm_output" (Gemm): tensor "w": its data are in another file',
    ],
    [
      'too few bytes for a shape',
      { nodes: [gemm], initializers: [{ ...W, dims: [3, 3] }, B] },
      'tensor "w": it has 24 bytes of data, expected 36',
    ],
    [
      'more elements than numbers can count',
      { nodes: [gemm], initializers: [{ ...W, dims: [2 ** 31, 2 ** 31] }, B] },
      'tensor "w": its shape is [2147483648,2147483648], expected up to 8 dimensions, each 0 or more, of fewer than 2⁵³',
    ],
    [
      'a negative dimension',
      { nodes: [gemm], initializers: [{ ...W, dims: [-3, -2] }, B] },
      'tensor "w": its shape is [-3,-2], expected up to 8 dimensions, each 0 or more',
    ],
    [
      'strings',
      { nodes: [gemm], initializers: [{ ...W, type: 8 }, B] },
      'tensor "w": its elements are of type 8, expected one of float',
    ],
    [
      'a graph that branches',
      behind([node('Relu', ['x'], 'r'), node('Add', ['x', 'r'], 'y')]),
      'node "Relu_r" (Relu): the graph branches at "x"',
    ],
    [
      'a value from nowhere',
      { nodes: [node('Gemm', ['input', 'nowhere'], 'output')] },
      '"nowhere" is neither a constant nor what the layer before gives',
    ],
    [
      'a SiLU that is scaled by little',
      behind(
        [node('Mul', ['x', 'k'], 'm'), node('Sigmoid', ['x'], 's'), node('Mul', ['m', 's'], 'y')],
        [constant('k', 1.004)],
      ),
      'node "Mul_m" (Mul): the graph branches at "x"',
    ],
    [
      'inputs that are divided by 0',
      {
        nodes: [node('Div', ['input', 'd'], 's'), node('Gemm', ['s', 'w', 'b'], 'output')],
        initializers: [floats('d', [3], [1, 0, 2]), W, B],
      },
      'node "Div_s" (Div): values are multiplied by Infinity, expected finite numbers',
    ],
    [
      'a hard swish of another slope',
      behind([node('HardSigmoid', ['x'], 'h'), node('Mul', ['x', 'h'], 'y')]),
      'node "HardSigmoid_h" (HardSigmoid): the graph branches at "x"',
    ],
    [
      'a Swish of another slope',
      {
        ...behind([node('Swish', ['x'], 'y', [float('alpha', 2)])]),
        opset: 24,
        more: { irVersion: 10 },
      },
      'node "Swish_y" (Swish): alpha is 2, expected 1',
    ],
    [
      'limits that leave nothing between',
      behind([node('Clip', ['x', 'low', 'high'], 'y')], limits(6, 0)),
      'node "Clip_y" (Clip): the limits are 6 and 0, expected one below the other',
    ],
    [
      'a limit beside which single precision loses the values',
      behind([node('Clip', ['x', 'low', 'high'], 'y')], limits(0, 1000)),
      'node "Clip_y" (Clip): the upper limit is 1000: single precision loses the values',
    ],
    [
      'the same below',
      behind([node('Clip', ['x', 'low', 'high'], 'y')], limits(-1e6, 0)),
      'node "Clip_y" (Clip): the lower limit is -1000000: single precision loses the values',
    ],
    [
      'limits too near each other',
      behind([node('Clip', ['x', 'low', 'high'], 'y')], limits(0, 1e-38)),
      'node "Clip_y" (Clip): 1 / (their distance) is ',
    ],
    [
      'a Celu that has no alpha',
      behind([node('Celu', ['x'], 'y', [float('alpha', 0)])]),
      'alpha is 0, expected a number above 0',
    ],
    [
      'a scaling for another number of units',
      behind([node('Relu', ['x'], 'r'), node('Mul', ['r', 'k'], 'y')], [floats('k', [3], [1, 2, 3])]),
      'node "Mul_y" (Mul): it takes 3 values, but the layer before gives 2',
    ],
    [
      'a scaling of no number that is known',
      {
        inputDims: ['n', 'm'],
        nodes: [node('Relu', ['input'], 'r'), node('Mul', ['r', 'k'], 'm'), node('Tanh', ['m'], 'output')],
        initializers: [constant('k', 2)],
      },
      'node "Tanh_output" (Tanh): node "Mul_m" (Mul) scales or shifts values, and the file does not say how many',
    ],
    [
      'a scaling for which a small file would need a large layer',
      {
        inputDims: ['n', 4096],
        nodes: [node('Relu', ['input'], 'r'), node('Mul', ['r', 'k'], 'output')],
        initializers: [constant('k', 2)],
      },
      'node "Mul_output" (Mul) scales or shifts values, and no dense layer is beside it: the network would take more',
    ],
    [
      'a layer normalisation of images',
      {
        ...behind(SPELLED_LAYER_NORM, LAYER_NORM_WEIGHTS),
        inputDims: ['n', 2, 2],
        nodes: [node('Relu', ['input'], 'x'), ...SPELLED_LAYER_NORM, node('Flatten', ['y'], 'output')],
      },
      'a sample is not a row of numbers here',
    ],
    [
      'a normalisation over the batch, spelled out',
      behind([node('ReduceMean', ['x'], 'mean', [axes(0)]), node('Sub', ['x', 'mean'], 'y')]),
      'node "ReduceMean_mean" (ReduceMean): a mean of "x" begins no layer normalisation over the last axis',
    ],
    [
      'images that are flattened but for their last axis',
      {
        inputDims: ['n', 2, 3],
        nodes: [node('Flatten', ['input'], 'f', [int('axis', -1)]), node('Gemm', ['f', 'w', 'b'], 'output')],
        initializers: [W, B],
      },
      'node "Flatten_f" (Flatten): axis is -1, expected 1',
    ],
    [
      'a softmax between layers',
      behind([node('Softmax', ['x'], 'y')]),
      'the file makes no network: layer 1 of 2 is a softmax',
    ],
    [
      'a softmax over images',
      {
        inputDims: ['n', 1, 3],
        nodes: [
          node('Softmax', ['input'], 's'),
          node('Flatten', ['s'], 'f'),
          node('Gemm', ['f', 'w'], 'output'),
        ],
        initializers: [W],
      },
      'node "Softmax_s" (Softmax): a sample is not a row of numbers here',
    ],
    [
      'batch normalisation in training',
      behind([node('BatchNormalization', ['x', 'b', 'b', 'b', 'b'], 'y', [int('training_mode', 1)])]),
      'training_mode is 1: it normalises by the batch or drops values at random, as in training; export the model for ' +
        'inference (in PyTorch, after model.eval())',
    ],
    [
      'dropout in training',
      behind(
        [node('Dropout', ['x', 'ratio', 'training'], 'y')],
        [
          constant('ratio', 0.5),
          { name: 'training', dims: [], type: TENSOR_TYPES.bool, raw: Uint8Array.of(1) },
        ],
      ),
      'node "Dropout_y" (Dropout): training_mode is true: it normalises by the batch or drops values at random',
    ],
    ...[7, 9, 13].map((opset): [string, GraphDraft, string] => [
      `batch normalisation in training, opset ${opset}`,
      {
        ...behind([
          {
            ...node('BatchNormalization', ['x', 'b', 'b', 'b', 'b'], 'y'),
            outputs: ['y', 'mean', 'variance', 'saved_mean', 'saved_variance'],
          },
        ]),
        opset,
      },
      'node "BatchNormalization_y" (BatchNormalization): it has 5 outputs: it normalises by the batch',
    ]),
    [
      'a shape that mixes the samples of a batch',
      {
        inputDims: ['n', 4, 3],
        nodes: [
          node('Shape', ['input'], 's'),
          node('Gather', ['s', 'one'], 'g'),
          node('Unsqueeze', ['g', 'zero'], 'u'),
          node('Concat', ['u', 'rest'], 'shape', [int('axis', 0)]),
          node('Reshape', ['input', 'shape'], 'f'),
          node('Gemm', ['f', 'w'], 'output'),
        ],
        initializers: [
          { name: 'one', dims: [], type: TENSOR_TYPES.int64, ints64: [1] },
          integers('zero', [0]),
          integers('rest', [-1]),
          W,
        ],
      },
      'node "Reshape_f" (Reshape): the new shape is [4,-1], expected [batch, n]',
    ],
    [
      'a shape without samples',
      {
        nodes: [
          node('Reshape', ['input', 'shape'], 'f', [int('allowzero', 1)]),
          node('Gemm', ['f', 'w'], 'output'),
        ],
        initializers: [integers('shape', [0, 3]), W],
      },
      'node "Reshape_f" (Reshape): allowzero is 1, expected 0',
    ],
    ['no layer', { nodes: [node('Relu', ['input'], 'output')] }, 'needs at least one dense layer'],
    [
      'an output that is another',
      { ...simple, nodes: [node('Gemm', ['input', 'w'], 'x')] },
      'the graph\'s output is "output"',
    ],
    ['an opset of the future', { ...simple, opset: 99 }, "the file's opset is 99, expected 7–26"],
    [
      'an IR version of the future',
      { ...simple, more: { irVersion: 99 } },
      "the file's IR version is 99, and this wasmlp reads up to 13: use a newer wasmlp",
    ],
    [
      'more layers than any network has',
      {
        nodes: Array.from({ length: 5000 }, (_, i) =>
          node('Relu', [i === 0 ? 'input' : `v${i}`], i === 4999 ? 'output' : `v${i + 1}`),
        ),
      },
      'node "Relu_v4097" (Relu): the network has more than 4096 layers',
    ],
  ])('%s', async (_, graph, message) => {
    const file = onnxFile(graph)
    const { inUse } = await memoryUsage()
    await expect(sequentialFromOnnx(file)).rejects.toMatchObject({
      name: 'FormatError',
      code: 'ERR_FORMAT',
      message: expect.stringContaining(message),
    })
    expect((await memoryUsage()).inUse).toBe(inUse)
  })

  test('a small file that asks for much memory', async () => {
    const size = 64
    const file = onnxFile({
      inputDims: ['n', size],
      nodes: [
        ...Array.from({ length: 1000 }, (_, i) =>
          node('Gemm', [i === 0 ? 'input' : `v${i}`, 'square'], i === 999 ? 'output' : `v${i + 1}`),
        ),
      ],
      initializers: [floats('square', [size, size], new Array(size * size).fill(0))],
    })
    await expect(sequentialFromOnnx(file)).rejects.toThrow('more than 4 floats for each byte of its file')
  })

  test.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(), 'no ir_version or no graph'],
    ['a safetensors file', new TextEncoder().encode('\x02\0\0\0\0\0\0\0{}'), 'onnx:'],
    ['groups within groups', new Uint8Array(1_000_000).fill(0x0b), 'onnx:'],
    ['groups of other fields', new Uint8Array(1_000_000).fill(0x7b), 'a group'],
    ['a length beyond the file', Uint8Array.of(8, 8, 0x3a, 0xff, 0xff, 0xff, 0xff, 0x0f), 'before the end'],
  ])('%s', async (_, file, message) => {
    await expect(sequentialFromOnnx(file)).rejects.toThrow(message)
    await expect(sequentialFromOnnx(file)).rejects.toBeInstanceOf(FormatError)
  })
})

describe('any bytes', () => {
  /** Whether a model came of it; throws what is no FormatError. */
  async function readOrRefuse(file: Uint8Array): Promise<boolean> {
    try {
      using _ = await sequentialFromOnnx(file)
      return true
    } catch (error) {
      if (!(error instanceof FormatError)) throw error
      return false
    }
  }

  const files = Promise.all(
    [[dense(3, { activation: 'silu' }), layerNormalization(), dense(2, { activation: 'softmax' })]].map(
      async layers => {
        using model = await createVaried(layers, 3)
        return [await toOnnx(model), await toOnnx(model, { weights: 'int8' })]
      },
    ),
  ).then(found => found.flat())

  test('cut after any byte, a file is refused', async () => {
    for (const file of await files) {
      for (let length = 0; length < file.length; length++) {
        // The opset's number stands last: what is before it is a whole model already, without one.
        expect(await readOrRefuse(file.slice(0, length)), `${length} of ${file.length} bytes`).toBe(false)
      }
      expect(await readOrRefuse(file)).toBe(true)
    }
  })

  test('with bytes changed, one is read or refused', async () => {
    const [file = new Uint8Array(), quantized = new Uint8Array()] = await files
    const change = fc.record({ at: fc.nat(), to: fc.nat(255) })
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(file, quantized),
        fc.array(change, { minLength: 1, maxLength: 4 }),
        async (original, changes) => {
          const damaged = original.slice()
          for (const { at, to } of changes) damaged[at % damaged.length] = to
          await readOrRefuse(damaged)
        },
      ),
      { numRuns: 1000 },
    )
  })

  test('none at all', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async file => {
        expect(await readOrRefuse(file)).toBe(false)
      }),
      { numRuns: 500 },
    )
  })
})

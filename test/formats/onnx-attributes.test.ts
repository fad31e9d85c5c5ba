// Every attribute of ONNX operators that is read, changed to everything that it must not be, along the table of them.
import { type GenericSchema, is } from 'valibot'
import { describe, expect, test } from 'vitest'
import { sequentialFromOnnx } from '../../src/formats/index.ts'
import { ATTRIBUTES } from '../../src/formats/onnx-attributes.ts'
import { CONSTANT_OPERATIONS } from '../../src/formats/onnx-constant-operators.ts'
import type { Draft, OnnxAttribute } from '../../src/formats/onnx-messages.ts'
import { OPERATOR_ATTRIBUTES } from '../../src/formats/onnx-operator-attributes.ts'
import { OPERATIONS } from '../../src/formats/onnx-operators.ts'
import { ATTRIBUTE_TYPES, TENSOR_TYPES } from '../../src/formats/onnx-types.ts'
import { FormatError } from '../../src/index.ts'
import { float, floats, type GraphDraft, int, integers, node, onnxFile } from '../support/onnx-graph.ts'

type Name = keyof typeof ATTRIBUTES

const W = floats('w', [3, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9])
const ROWS = ['g', 'b', 'm', 'v'].map(name => floats(name, [3], [1, 1, 1]))

/** A graph with an operator that reads an attribute, before a matrix product. */
const graph =
  (operator: string, inputs: string[] = [], more: Partial<GraphDraft> = {}) =>
  (attributes: Draft<OnnxAttribute>[]): GraphDraft => ({
    nodes: [
      node('MatMul', ['input', 'w'], 'first'),
      node(operator, ['first', ...inputs], 'second', attributes),
      node('MatMul', ['second', 'w'], 'output'),
    ],
    initializers: [W, ...ROWS, integers('shape', [-1, 3])],
    ...more,
  })

/** The same with an operator on constants. */
const constants =
  (operator: string, inputs: string[], initializers: GraphDraft['initializers'] = [], opset = 17) =>
  (attributes: Draft<OnnxAttribute>[]): GraphDraft => ({
    nodes: [node(operator, inputs, 'c', attributes), node('MatMul', ['input', 'c'], 'output')],
    initializers: [W, ...initializers],
    opset,
  })

const QUANTIZED = [
  { name: 'q', dims: [3, 3], type: TENSOR_TYPES.int8, raw: new Uint8Array(9) },
  floats('s', [], [1]),
]

/** The same with a new shape that begins with the batch. */
const shapeOf = (attributes: Draft<OnnxAttribute>[]): GraphDraft => ({
  nodes: [
    node('Shape', ['input'], 's', attributes),
    node('Gather', ['s', 'zero'], 'n'),
    node('Concat', ['n', 'three'], 'shape', [int('axis', 0)]),
    node('Reshape', ['input', 'shape'], 'r'),
    node('MatMul', ['r', 'w'], 'output'),
  ],
  initializers: [W, integers('zero', [0]), integers('three', [3])],
})

const text = (name: string, value: string) => ({
  name,
  type: ATTRIBUTE_TYPES.text,
  text: new TextEncoder().encode(value),
})

/** For each attribute, a value that is read, and a graph that reads it. */
const SEEDS: {
  readonly [Of in Name]: [Draft<OnnxAttribute>, (attributes: Draft<OnnxAttribute>[]) => GraphDraft]
} = {
  allowzero: [
    int('allowzero', 0),
    graph('Reshape', ['zeros'], { initializers: [W, integers('zeros', [0, 3])] }),
  ],
  alpha: [float('alpha', 0.1), graph('LeakyRelu')],
  approximate: [text('approximate', 'tanh'), graph('Gelu', [], { opset: 20 })],
  axes: [{ name: 'axes', type: ATTRIBUTE_TYPES.ints, ints: [0] }, attributes => unsqueezed(attributes)],
  axis: [int('axis', -1), graph('LayerNormalization', ['g', 'b'])],
  beta: [float('beta', 0.5), graph('HardSigmoid')],
  block_size: [int('block_size', 0), constants('DequantizeLinear', ['q', 's'], QUANTIZED, 21)],
  end: [int('end', 2), shapeOf],
  epsilon: [float('epsilon', 1e-3), graph('LayerNormalization', ['g', 'b'])],
  gamma: [float('gamma', 1.0507010221481323), graph('Selu')],
  max: [float('max', 6), graph('Clip', [], { opset: 9 })],
  min: [float('min', 0), graph('Clip', [], { opset: 9 })],
  momentum: [float('momentum', 0.9), graph('BatchNormalization', ['g', 'b', 'm', 'v'])],
  output_dtype: [
    int('output_dtype', TENSOR_TYPES.float),
    constants('DequantizeLinear', ['q', 's'], QUANTIZED, 23),
  ],
  perm: [{ name: 'perm', type: ATTRIBUTE_TYPES.ints, ints: [1, 0] }, constants('Transpose', ['w'])],
  ratio: [float('ratio', 0.5), graph('Dropout', [], { opset: 10 })],
  spatial: [int('spatial', 1), graph('BatchNormalization', ['g', 'b', 'm', 'v'], { opset: 8 })],
  stash_type: [int('stash_type', 1), graph('LayerNormalization', ['g', 'b'])],
  start: [int('start', 0), shapeOf],
  to: [int('to', TENSOR_TYPES.float), graph('Cast')],
  training_mode: [int('training_mode', 0), graph('BatchNormalization', ['g', 'b', 'm', 'v'])],
  transA: [int('transA', 0), graph('Gemm', ['w'])],
  transB: [int('transB', 1), graph('Gemm', ['w'])],
}

/** A new shape of a rest that is put together: 3, as a list of its own. */
const unsqueezed = (attributes: Draft<OnnxAttribute>[]): GraphDraft => ({
  nodes: [
    node('Unsqueeze', ['number'], 'three', attributes),
    node('Concat', ['rest', 'three'], 'shape', [int('axis', 0)]),
    node('Reshape', ['input', 'shape'], 'r'),
    node('MatMul', ['r', 'w'], 'output'),
  ],
  initializers: [W, integers('rest', [-1]), { ...integers('number', [3]), dims: [] }],
  opset: 12,
})

const NUMBERS = [Number.NaN, Infinity, -Infinity, -1, 0, 1, 2, 9, 1e30, -1e30, -0]
const WHOLES = [-1, 0, 1, 2, 9, -9, 2 ** 31, 2 ** 53, 2 ** 62, -(2 ** 62)]

/** What an attribute of a name may say, right and wrong, with the value that its schema sees. */
function variantsOf(name: Name): [Draft<OnnxAttribute>, unknown][] {
  switch (ATTRIBUTES[name].type) {
    case 'float':
      return NUMBERS.map(value => [float(name, value), Math.fround(value)])
    case 'int':
      return WHOLES.map(value => [int(name, value), value])
    case 'text':
      return ['', 'x', '\u001b[2J', 'x'.repeat(10_000)].map(value => [text(name, value), value])
    case 'ints':
      return [[], [0], [-1], [1e15], new Array<number>(10_000).fill(0)].map(ints => [
        { name, type: ATTRIBUTE_TYPES.ints, ints },
        ints,
      ])
  }
}

async function failure(graph: GraphDraft): Promise<unknown> {
  try {
    ;(await sequentialFromOnnx(onnxFile(graph))).dispose()
    return undefined
  } catch (error) {
    return error
  }
}

describe.each(Object.keys(SEEDS) as Name[])('%s', name => {
  const [right, create] = SEEDS[name]

  test('is read', async () => {
    expect(await failure(create([right]))).toBeUndefined()
  })

  test('is refused where it is none', async () => {
    for (const [attribute, value] of variantsOf(name)) {
      const error = await failure(create([attribute]))
      const what = `${name} = ${String(value).slice(0, 40)}`
      if (error !== undefined) expect(error, what).toBeInstanceOf(FormatError)
      if (is(ATTRIBUTES[name].schema as GenericSchema, value)) continue
      expect(error, what).toBeInstanceOf(FormatError)
      expect((error as FormatError).message, what).toContain(name)
      expect((error as FormatError).message.length, what).toBeLessThan(400)
    }
  })

  test('is refused with another type, and twice', async () => {
    const type = right.type === ATTRIBUTE_TYPES.float ? ATTRIBUTE_TYPES.int : ATTRIBUTE_TYPES.float
    expect(await failure(create([{ ...right, type }]))).toBeInstanceOf(FormatError)
    expect(await failure(create([right, right]))).toMatchObject({
      code: 'ERR_FORMAT',
      message: expect.stringContaining(`the attribute "${name}" is there twice`),
    })
  })
})

describe('a name that means two things is refused', () => {
  const product = node('MatMul', ['input', 'w'], 'output')
  test.each<[string, GraphDraft, string]>([
    ['a tensor', { nodes: [product], initializers: [W, W] }, 'the value "w" is there twice'],
    ['a result', { nodes: [product, product], initializers: [W] }, 'the value "output" is there twice'],
    [
      'a tensor and a result',
      { nodes: [node('Identity', ['input'], 'w'), product], initializers: [W] },
      'the value "w"',
    ],
    [
      'an input and a result',
      {
        nodes: [
          node('Relu', ['input'], 'r'),
          node('MatMul', ['r', 'w'], 'input'),
          node('Identity', ['input'], 'output'),
        ],
        initializers: [W],
      },
      'the value "input" is there twice',
    ],
    [
      'the version of the operators',
      {
        nodes: [product],
        initializers: [W],
        more: {
          opsets: [
            { domain: '', version: 17 },
            { domain: 'ai.onnx', version: 7 },
          ],
        },
      },
      'several opsets of ai.onnx',
    ],
    [
      'the version of the operators, left out',
      { nodes: [product], initializers: [W], more: { opsets: [{ domain: 'com.microsoft', version: 1 }] } },
      'onnx: the file names no opset of ai.onnx, expected one of 7–26',
    ],
    [
      'the version of the format',
      { nodes: [product], initializers: [W], more: { irVersion: -1 } },
      'IR version is -1',
    ],
  ])('%s', async (_, graph, message) => {
    await expect(sequentialFromOnnx(onnxFile(graph))).rejects.toThrow(FormatError)
    await expect(sequentialFromOnnx(onnxFile(graph))).rejects.toThrow(message)
  })
})

describe('an attribute that its operator does not have is refused', () => {
  test('every operator that is read has a list of them', () => {
    for (const operator of [...Object.keys(OPERATIONS), ...Object.keys(CONSTANT_OPERATIONS)]) {
      expect(Object.keys(OPERATOR_ATTRIBUTES)).toContain(operator)
    }
  })

  const unknown = int('surplus', 1)
  const seeds: [string, (attributes: Draft<OnnxAttribute>[]) => GraphDraft][] = [
    ['Relu', graph('Relu')],
    ['Gemm', graph('Gemm', ['w'])],
    ['Add', graph('Add', ['g'])],
    ['Dropout', graph('Dropout')],
    ['Transpose', constants('Transpose', ['w'])],
    ['Shape', shapeOf],
    ['Unsqueeze', unsqueezed],
    [
      'Constant',
      attributes =>
        constants('Constant', [])([{ name: 'value', type: 4, tensor: { ...W, name: '' } }, ...attributes]),
    ],
    [
      'Sigmoid',
      // Part of a SiLU that is spelled out.
      attributes => ({
        nodes: [
          node('MatMul', ['input', 'w'], 'x'),
          node('Sigmoid', ['x'], 's', attributes),
          node('Mul', ['x', 's'], 'y'),
          node('MatMul', ['y', 'w'], 'output'),
        ],
        initializers: [W],
      }),
    ],
  ]

  test.each(seeds)('%s', async (operator, create) => {
    expect(await failure(create([]))).toBeUndefined()
    const error = await failure(create([unknown]))
    expect(error).toBeInstanceOf(FormatError)
    expect((error as FormatError).message).toMatch(
      new RegExp(
        `^onnx: node "${operator}_\\w+" \\(${operator}\\): it has an attribute "surplus", expected `,
      ),
    )
  })

  test.each<[string, GraphDraft, string]>([
    ['of older versions', graph('Clip')([float('max', 6)]), '"max", expected none in opset 17'],
    [
      'of newer versions',
      graph('BatchNormalization', ['g', 'b', 'm', 'v'], { opset: 13 })([int('training_mode', 0)]),
      '"training_mode", expected epsilon, momentum in opset 13',
    ],
    [
      'that ONNX had before version 7',
      graph('Add', ['g'])([int('broadcast', 1)]),
      '"broadcast", expected none in opset 17',
    ],
    ['without a name', graph('Relu')([{ type: ATTRIBUTE_TYPES.int, int: 1 }]), '"", expected none'],
    ['of no value', constants('Constant', [])([]), 'it holds nothing, expected one of value, '],
    [
      'of two values',
      constants(
        'Constant',
        [],
      )([{ name: 'value', type: 4, tensor: { ...W, name: '' } }, int('value_int', 1)]),
      'it holds value, value_int, expected one of value, ',
    ],
    ['of a precision', graph('LayerNormalization', ['g', 'b'])([int('stash_type', 16)]), 'stash_type is 16'],
    [
      'of a type of results',
      constants('DequantizeLinear', ['q', 's'], QUANTIZED, 23)([int('output_dtype', TENSOR_TYPES.bfloat16)]),
      'output_dtype is 16, expected 0 or 1',
    ],
    [
      'of another axis',
      unsqueezed([{ name: 'axes', type: 7, ints: [1] }]),
      'axes is [1], expected [0] or [-1]',
    ],
  ])('%s', async (_, draft, message) => {
    const error = await failure(draft)
    expect(error).toBeInstanceOf(FormatError)
    expect((error as FormatError).message).toContain(message)
  })

  test('lists that are joined along another axis', async () => {
    const draft = unsqueezed([])
    const nodes = draft.nodes.map(one =>
      one.operator === 'Concat' ? { ...one, attributes: [int('axis', 1)] } : one,
    )
    expect(await failure({ ...draft, nodes })).toMatchObject({
      message: expect.stringContaining('axis is 1, expected 0 or -1'),
    })
  })

  test('a mean that keeps no axis is no layer normalisation, also where a zero is left out', async () => {
    const create = (attributes: Draft<OnnxAttribute>[]): GraphDraft => {
      const axes = { name: 'axes', type: ATTRIBUTE_TYPES.ints, ints: [-1] }
      return {
        nodes: [
          node('MatMul', ['input', 'w'], 'x'),
          node('ReduceMean', ['x'], 'mean', [axes, ...attributes]),
          node('Sub', ['x', 'mean'], 'd'),
          node('Pow', ['d', 'two'], 'squares'),
          node('ReduceMean', ['squares'], 'variance', [axes]),
          node('Add', ['variance', 'epsilon'], 'sum'),
          node('Sqrt', ['sum'], 'deviation'),
          node('Div', ['d', 'deviation'], 'y'),
          node('MatMul', ['y', 'w'], 'output'),
        ],
        initializers: [W, floats('two', [], [2]), floats('epsilon', [], [1e-3])],
      }
    }
    expect(await failure(create([]))).toBeUndefined()
    expect(await failure(create([int('keepdims', 1)]))).toBeUndefined()
    for (const keepdims of [int('keepdims', 0), { name: 'keepdims', type: ATTRIBUTE_TYPES.int }]) {
      expect(await failure(create([keepdims]))).toBeInstanceOf(FormatError)
    }
    expect(await failure(create([float('keepdims', 1)]))).toBeInstanceOf(FormatError)
  })

  test('what cannot change the values is passed over', async () => {
    const cast = graph('Cast', [], { opset: 24 })([
      int('to', TENSOR_TYPES.float),
      int('saturate', 0),
      text('round_mode', 'down'),
    ])
    for (const draft of [cast, graph('Dropout')([int('seed', 7)])]) {
      expect(await failure(draft)).toBeUndefined()
    }
  })
})

// Every attribute of ONNX operators that is read, changed to everything that it must not be, along the table of them.
import { type GenericSchema, is } from 'valibot'
import { describe, expect, test } from 'vitest'
import { sequentialFromOnnx } from '../../src/formats/index.ts'
import { ATTRIBUTES } from '../../src/formats/onnx-attributes.ts'
import type { Draft, OnnxAttribute } from '../../src/formats/onnx-messages.ts'
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
  (operator: string, inputs: string[], initializers: GraphDraft['initializers'] = []) =>
  (attributes: Draft<OnnxAttribute>[]): GraphDraft => ({
    nodes: [node(operator, inputs, 'c', attributes), node('MatMul', ['input', 'c'], 'output')],
    initializers: [W, ...initializers],
  })

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
  axis: [int('axis', -1), graph('LayerNormalization', ['g', 'b'])],
  beta: [float('beta', 0.5), graph('HardSigmoid')],
  block_size: [
    int('block_size', 0),
    constants(
      'DequantizeLinear',
      ['q', 's'],
      [{ name: 'q', dims: [3, 3], type: TENSOR_TYPES.int8, raw: new Uint8Array(9) }, floats('s', [], [1])],
    ),
  ],
  end: [int('end', 2), shapeOf],
  epsilon: [float('epsilon', 1e-3), graph('LayerNormalization', ['g', 'b'])],
  gamma: [float('gamma', 1.0507010221481323), graph('Selu')],
  max: [float('max', 6), graph('Clip', [], { opset: 9 })],
  min: [float('min', 0), graph('Clip', [], { opset: 9 })],
  momentum: [float('momentum', 0.9), graph('BatchNormalization', ['g', 'b', 'm', 'v'])],
  perm: [{ name: 'perm', type: ATTRIBUTE_TYPES.ints, ints: [1, 0] }, constants('Transpose', ['w'])],
  ratio: [float('ratio', 0.5), graph('Dropout', [], { opset: 10 })],
  spatial: [int('spatial', 1), graph('BatchNormalization', ['g', 'b', 'm', 'v'], { opset: 8 })],
  start: [int('start', 0), shapeOf],
  to: [int('to', TENSOR_TYPES.float), graph('Cast')],
  training_mode: [int('training_mode', 0), graph('BatchNormalization', ['g', 'b', 'm', 'v'])],
  transA: [int('transA', 0), graph('Gemm', ['w'])],
  transB: [int('transB', 1), graph('Gemm', ['w'])],
}

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
      'the version of the format',
      { nodes: [product], initializers: [W], more: { irVersion: -1 } },
      'IR version is -1',
    ],
  ])('%s', async (_, graph, message) => {
    await expect(sequentialFromOnnx(onnxFile(graph))).rejects.toThrow(FormatError)
    await expect(sequentialFromOnnx(onnxFile(graph))).rejects.toThrow(message)
  })
})

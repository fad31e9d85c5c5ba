// The tables of docs/formats.md: what they list is what is read.
import { describe, expect, test } from 'vitest'
import { sequentialFromOnnx } from '../../src/formats/index.ts'
import { KERAS_LAYERS } from '../../src/formats/keras-layers.ts'
import { OPERATIONS } from '../../src/formats/onnx-operators.ts'
import { dense, layerNormalization, prelu, sequential } from '../../src/index.ts'
import { FOREIGN_NAMES } from '../../src/kernels/activations.ts'
import { readText } from '../support/fixture.ts'
import { floats, node, onnxFile } from '../support/onnx-graph.ts'
import { rowsOf as rowsOfPage, wordsOf } from '../support/page-tables.ts'

const page = await readText('docs/formats.md')

/** The rows of a table of the page. */
const rowsOf = (heading: string, title: string) => rowsOfPage(page, heading, title)

test('ONNX: its operators', () => {
  const ofActivations = Object.values(FOREIGN_NAMES).flatMap(({ onnx }) =>
    onnx.length === 1 ? onnx.map(({ operator }) => operator) : [],
  )
  const listed = new Set([...wordsOf(rowsOf('ONNX', 'operators')), ...ofActivations])
  expect([...listed].sort()).toEqual(Object.keys(OPERATIONS).sort())
})

test('Keras: its layers', () => {
  expect(wordsOf(rowsOf('Keras and TensorFlow.js', 'layers')).sort()).toEqual(
    Object.keys(KERAS_LAYERS).sort(),
  )
})

describe('ONNX: what a scaling becomes', () => {
  const W = floats('w', [2, 2], [1, 2, 3, 4])
  const k = floats('k', [], [2])
  const initializers = [W, k]
  const inputDims = ['n', 2]
  const cases = [
    [[node('Mul', ['input', 'k'], 'x'), node('MatMul', ['x', 'w'], 'output')], 'normalization dense'],
    [[node('MatMul', ['input', 'w'], 'x'), node('Mul', ['x', 'k'], 'output')], 'dense'],
    [
      [node('Tanh', ['input'], 'x'), node('Mul', ['x', 'k'], 'y'), node('MatMul', ['y', 'w'], 'output')],
      'activation dense',
    ],
    [
      [node('MatMul', ['input', 'w'], 'x'), node('Tanh', ['x'], 'y'), node('Mul', ['y', 'k'], 'output')],
      'dense dense',
    ],
  ] as const

  test('as many rows', () => {
    expect(rowsOf('Scaling between layers', 'where the file has them')).toHaveLength(cases.length)
  })

  test.each(cases)('%#', async (nodes, kinds) => {
    using model = await sequentialFromOnnx(onnxFile({ nodes: [...nodes], initializers, inputDims }))
    expect(model.layers.map(({ kind }) => kind).join(' ')).toBe(kinds)
  })
})

test('Scaling: the activations between two of them', async () => {
  const rows = rowsOf('Scaling between layers', 'activation')
  expect(wordsOf(rows, 1).sort()).toEqual(
    ['hardSigmoid', 'hardSigmoid', 'hardTanh', 'relu', 'relu', 'softplus'].sort(),
  )
})

test('PyTorch: what leaves nothing in a file', async () => {
  const rows = rowsOf("PyTorch's safetensors", 'module')
  expect(rows.map(([module, read = '']) => [module, read.split(':')[0]])).toContainEqual([
    '`LayerNorm(elementwise_affine=False)`',
    'no',
  ])
  using whole = await sequential([dense(2), prelu()], { inputSize: 1 })
  using model = await sequential([dense(2), layerNormalization(), prelu()], { inputSize: 1 })
  await expect(model.loadSafetensors(await whole.toSafetensors())).rejects.toThrow()
})

// Data sets as safetensors files: what is refused. What comes back is in test/storage.
import { describe, expect, test } from 'vitest'
import { decodeDataset, encodeDataset } from '../../src/files/dataset-file.ts'
import { readSafetensors, type WritableTensor, writeSafetensors } from '../../src/files/safetensors.ts'

const metadata = (description: unknown) => ({ 'wasmlp.dataset': JSON.stringify(description) })
const inputs: [string, WritableTensor] = ['inputs', { dtype: 'U8', shape: [2, 1], data: Uint8Array.of(1, 2) }]
const floats = (name: string, shape: number[]): [string, WritableTensor] => [
  name,
  { dtype: 'F32', shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) },
]
const whole: [string, WritableTensor] = ['labels', { dtype: 'I32', shape: [2], data: new Int32Array(2) }]

test('a file has what PyTorch and NumPy read: tensors by name, bytes last', () => {
  const file = encodeDataset({
    inputs: Uint8Array.of(1, 2, 3, 4),
    inputSize: 2,
    imageShape: [1, 2],
    labels: Int32Array.of(0, 1),
    targets: Float32Array.of(5, 6),
    sampleWeights: Float32Array.of(1, 2),
  })
  const { tensors, metadata } = readSafetensors(file)
  expect([...tensors].map(([name, { dtype, shape }]) => [name, dtype, shape])).toEqual([
    ['labels', 'I32', [2]],
    ['targets', 'F32', [2, 1]],
    ['sampleWeights', 'F32', [2]],
    ['inputs', 'U8', [2, 2]],
  ])
  expect(JSON.parse(metadata['wasmlp.dataset'] ?? '')).toEqual({ schema: 1, imageShape: [1, 2] })
})

describe('refused', () => {
  test.each<[string, [string, WritableTensor][], Record<string, string>]>([
    ['version 2, and this wasmlp reads version 1: use a newer wasmlp', [inputs], metadata({ schema: 2 })],
    ['schema is missing', [inputs], metadata({})],
    ['its metadata have no wasmlp.dataset', [inputs], {}],
    ['is not JSON', [inputs], { 'wasmlp.dataset': '{' }],
    ['has nothing as inputs, expected U8 or F32 [samples, values]', [], metadata({ schema: 1 })],
    ['has F32 [3] as inputs', [floats('inputs', [3])], metadata({ schema: 1 })],
    ['has I32 [2] as inputs', [['inputs', whole[1]]], metadata({ schema: 1 })],
    ['has F32 [2] as labels, expected I32', [floats('labels', [2]), inputs], metadata({ schema: 1 })],
    [
      'has F32 [2] as targets, expected F32 [2, values]',
      [floats('targets', [2]), inputs],
      metadata({ schema: 1 }),
    ],
    [
      'has I32 [2] as sampleWeights, expected F32',
      [['sampleWeights', whole[1]], inputs],
      metadata({ schema: 1 }),
    ],
    [
      'imageShape.0 is -2, expected a whole number, 1 or more',
      [inputs],
      metadata({ schema: 1, imageShape: [-2, -3] }),
    ],
    ['imageShape is 1 × 2, but a sample has 1 values', [inputs], metadata({ schema: 1, imageShape: [1, 2] })],
    ['classes is "x", expected a whole number', [whole, inputs], metadata({ schema: 1, classes: 'x' })],
    ['version { toString }', [inputs], metadata({ schema: { toString: 1 } })],
    ['samples is no field of its object', [inputs], metadata({ schema: 1, samples: 2 })],
    ['has the key "schema" twice', [inputs], { 'wasmlp.dataset': '{"schema":1,"schema":1}' }],
    ['is nested over 64 levels', [inputs], { 'wasmlp.dataset': '['.repeat(1e5) }],
    [
      'has a tensor "more", expected only inputs, labels',
      [floats('more', [2]), inputs],
      metadata({ schema: 1 }),
    ],
    [
      'has F32 [3] as sampleWeights, expected F32 [2]',
      [floats('sampleWeights', [3]), inputs],
      metadata({ schema: 1 }),
    ],
    ['has F32 [0, 1] as inputs', [floats('inputs', [0, 1])], metadata({ schema: 1 })],
    [
      'labels have -1 at [1], expected classes 0, 1, 2, …',
      [['labels', { dtype: 'I32', shape: [2], data: Int32Array.of(0, -1) }], inputs],
      metadata({ schema: 1 }),
    ],
    [
      'labels have 2 at [0]',
      [['labels', { dtype: 'I32', shape: [2], data: Int32Array.of(2, 0) }], inputs],
      metadata({ schema: 1, classes: 2 }),
    ],
    [
      'sampleWeights have NaN at [0], expected finite numbers, 0 or more',
      [['sampleWeights', { dtype: 'F32', shape: [2], data: Float32Array.of(Number.NaN, 1) }], inputs],
      metadata({ schema: 1 }),
    ],
  ])('%s', (message, tensors, metadata) => {
    const contents = readSafetensors(writeSafetensors(tensors, metadata))
    expect(() => decodeDataset(contents)).toThrow(expect.objectContaining({ code: 'ERR_FORMAT' }))
    expect(() => decodeDataset(contents)).toThrow(message)
  })
})

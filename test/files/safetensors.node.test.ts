// safetensors files from elsewhere: PyTorch's weights in test/fixtures, read through Node's Buffer.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type F32Tensor, readSafetensors, toFloat32, writeSafetensors } from '../../src/files/safetensors.ts'
import trace from '../fixtures/pytorch-trace.json' with { type: 'json' }

const file = readFileSync(new URL('../fixtures/pytorch-784-512-10.safetensors', import.meta.url))

test('reads the weights that PyTorch wrote, whose sums and norms it knows', () => {
  const { tensors, metadata } = readSafetensors(file)
  expect(metadata).toEqual({})
  expect([...tensors].map(([name, { dtype, shape }]) => [name, dtype, shape])).toEqual([
    ['0.weight', 'F32', [512, 784]],
    ['0.bias', 'F32', [512]],
    ['2.weight', 'F32', [10, 512]],
    ['2.bias', 'F32', [10]],
  ])
  const before = new Map(Object.entries(trace.mnist.before))
  for (const [name, tensor] of tensors) {
    let sum = 0
    let squares = 0
    for (const value of toFloat32(tensor)) {
      sum += value
      squares += value * value
    }
    expect(sum).toBeCloseTo(before.get(name)?.sum ?? Number.NaN, 10)
    expect(Math.sqrt(squares)).toBeCloseTo(before.get(name)?.norm ?? Number.NaN, 10)
  }
})

test('writes them as the same bytes', () => {
  const { tensors } = readSafetensors(file)
  const written = writeSafetensors(tensors as Map<string, F32Tensor>)
  expect(Buffer.compare(written, file)).toBe(0)
})

test("copies out of a Buffer, whose slice() would share the file's memory", () => {
  const buffer = Buffer.from(
    writeSafetensors([['a', { dtype: 'F32', shape: [1], data: Float32Array.of(7) }]]),
  )
  const { tensors } = readSafetensors(buffer)
  buffer.fill(0)
  expect(tensors.get('a')?.data).toEqual(Float32Array.of(7))
})

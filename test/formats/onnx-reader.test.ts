// What reading an ONNX file costs: so much for each of its bytes, in short steps.
import { expect, test } from 'vitest'
import { finish } from '../../src/data/steps.ts'
import { sequentialFromOnnx } from '../../src/formats/index.ts'
import { encodeOnnx } from '../../src/formats/onnx-messages.ts'
import { readOnnx } from '../../src/formats/onnx-reader.ts'

/** `count` empty messages in the field of that number, 2 bytes each. */
const empties = (field: number, count: number) =>
  Uint8Array.from({ length: 2 * count }, (_, i) => (i % 2 === 0 ? (field << 3) | 2 : 0))

const OPSETS = 8
const UNKNOWN = 15

test.each([
  ['messages', empties(OPSETS, 2 ** 18 + 1)],
  ['names', encodeOnnx({ graph: { nodes: [{ inputs: new Array(2 ** 18).fill('') }] } })],
])('more %s than any row of layers has are refused', async (_, file) => {
  await expect(sequentialFromOnnx(file)).rejects.toMatchObject({
    code: 'ERR_FORMAT',
    message: 'onnx: the file has more than 262,144 messages and names, expected a row of layers',
  })
})

const steps = (file: Uint8Array) => [...readOnnx(file)].length

test('messages, fields of no interest and numbers are read in steps', () => {
  const numbers = new Float64Array(2 ** 18)
  expect(steps(empties(OPSETS, 2 ** 18))).toBeGreaterThanOrEqual(2 ** 6)
  expect(steps(empties(UNKNOWN, 2 ** 18))).toBeGreaterThanOrEqual(2 ** 6)
  for (const list of ['floats', 'ints32', 'ints64', 'doubles', 'dims'] as const) {
    const file = encodeOnnx({ graph: { initializers: [{ [list]: numbers }] } })
    expect(steps(file), list).toBeGreaterThanOrEqual(2 ** 3)
  }
})

test.each([
  ['a text', 2],
  ['a message', OPSETS],
  ['a field of no interest', UNKNOWN],
])('the length of %s is read to its last bit, not as one of 32 bits', (_, field) => {
  const tag = (field << 3) | 2
  for (const high of [
    [0x80, 0x80, 0x80, 0x80, 0x70],
    [...new Array<number>(9).fill(0x80), 1],
  ]) {
    const file = Uint8Array.from([tag, ...high])
    expect(() => finish(readOnnx(file))).toThrow(/^onnx: .*of \d{11,} bytes begins 0 bytes before the end$/)
  }
  expect(() => finish(readOnnx(Uint8Array.of(tag, 0)))).not.toThrow()
})

// Memory that the runtime does not have is a typed error; other failures stay what they are.
import { expect, test } from 'vitest'
import { allocate } from '../src/allocate.ts'
import { inWords } from '../src/bytes-in-words.ts'

test('a typed array that is too long', () => {
  expect(() =>
    allocate(
      () => new Float32Array(2 ** 40),
      () => 'use less',
    ),
  ).toThrow(expect.objectContaining({ code: 'ERR_ALLOCATION', message: 'use less' }))
})

test('what fails otherwise, and what does not fail', () => {
  const fail = () => {
    throw new TypeError('no')
  }
  expect(() => allocate(fail, () => 'use less')).toThrow(new TypeError('no'))
  expect(
    allocate(
      () => new Float32Array(2),
      () => 'use less',
    ),
  ).toEqual(new Float32Array(2))
})

test.each([
  [1, '1 MB'],
  [34_000_000, '34 MB'],
  [1_234_567_890, '1.23 GB'],
  [4e12, '4,000 GB'],
])('%d bytes are %s', (bytes, words) => {
  expect(inWords(bytes)).toBe(words)
})

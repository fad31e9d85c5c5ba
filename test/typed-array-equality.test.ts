// What test/support/typed-array-equality.ts makes quick stays what it was: typed arrays are equal if all their elements are.
import { expect, test } from 'vitest'

test.each([
  ['an element', Float32Array.of(1, 2, 3), Float32Array.of(1, 2, 4)],
  ['the length', Float32Array.of(1, 2), Float32Array.of(1, 2, 3)],
  ['the type', Float32Array.of(1, 2), Float64Array.of(1, 2)],
  ['the sign of zero', Float32Array.of(0), Float32Array.of(-0)],
])('typed arrays that differ in %s are not equal, alone or inside others', (_, a, b) => {
  expect(a).not.toEqual(b)
  expect(b).not.toEqual(a)
  expect({ weights: [a] }).not.toEqual({ weights: [b] })
  expect(() => expect({ weights: [a] }).toEqual({ weights: [b] })).toThrow(/^expected .* to deeply equal/)
})

test('those with the same elements are equal, NaN too, wherever they stand in their buffers', () => {
  const words = Float32Array.of(7, 1, Number.NaN, -0)
  expect(words.subarray(1)).toEqual(Float32Array.of(1, Number.NaN, -0))
  expect({ weights: [words] }).toEqual({ weights: [words.slice()] })
})

// Comparison of long lists: `toEqual` takes minutes to show how two of them differ.
import { expect } from 'vitest'

/** Fails with the first index at which the lists differ; ±0 are equal. */
export function expectSame(actual: ArrayLike<number>, expected: ArrayLike<number>, what = ''): void {
  expect(actual.length, what).toBe(expected.length)
  for (let i = 0; i < expected.length; i++) {
    if (actual[i] !== expected[i])
      expect.fail(`element ${i} is ${actual[i]}, expected ${expected[i]} ${what}`)
  }
}

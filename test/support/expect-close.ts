// Outputs of two libraries, compared.
import { expect } from 'vitest'

/**
 * Both compute in 32 bits, each in an order of its own, a few dozen terms: what they may differ by, in parts of the largest
 * output.
 */
const TOLERANCE = 2e-6

/** Expects rows to be those of another library, within the tolerance. */
export function expectClose(found: readonly Float32Array[], expected: readonly Float32Array[]): void {
  expect(found).toHaveLength(expected.length)
  const largest = Math.max(...expected.flatMap(row => [...row].map(Math.abs)))
  for (const [i, row] of expected.entries()) {
    expect(found[i]).toHaveLength(row.length)
    for (const [j, value] of row.entries()) {
      expect(Math.abs((found[i]?.[j] ?? Number.NaN) - value)).toBeLessThanOrEqual(TOLERANCE * largest)
    }
  }
}

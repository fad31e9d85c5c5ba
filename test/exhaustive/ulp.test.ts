// The largest errors of the kernels' elementary functions over every one of the 2³² floats. Takes a quarter of an hour:
// `npm run test:exhaustive`, not part of `npm test`.
import { expect, test } from 'vitest'
import { createKernels } from '../../src/kernels/index.ts'
import { measureUlp, ULP_LIMITS } from '../support/ulp.ts'

test.each(ULP_LIMITS)('%s is within %s ULP for all floats', { timeout: 3_600_000 }, async (name, limit) => {
  const kernels = await createKernels({ build: 'simd' })
  const report = measureUlp(kernels, name, { first: 0, last: 2 ** 32, stride: 1 })
  console.log(`${name}: at most ${report.worst.toFixed(6)} ULP, at ${report.argument}`)
  expect(report.worst).toBeLessThanOrEqual(limit)
  expect(report.values).toBe(2 ** 32)
})

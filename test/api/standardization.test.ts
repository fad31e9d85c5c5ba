// Means and standard deviations of a data set's values, against plain double-precision sums.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dataset, memoryUsage } from '../../src/index.ts'

/** Mean and standard deviation of each column. */
function statistics(rows: number[][]) {
  const columns = rows[0]?.map((_, j) => rows.map(row => row[j] ?? 0)) ?? []
  const average = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const mean = columns.map(average)
  const variance = columns.map((values, j) => average(values.map(value => (value - (mean[j] ?? 0)) ** 2)))
  return { mean, standardDeviation: variance.map(value => Math.fround(Math.sqrt(value)) || 1) }
}

const close = (found: Float32Array, expected: number[]) =>
  found.forEach((value, j) => {
    const wanted = expected[j] ?? Number.NaN
    expect(Math.abs(value - wanted)).toBeLessThanOrEqual(1e-6 * Math.abs(wanted) + 1e-7)
  })

const table = (value: fc.Arbitrary<number>) =>
  fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 140 })).chain(([rows, columns]) =>
    fc.array(fc.array(value, { minLength: columns, maxLength: columns }), {
      minLength: rows,
      maxLength: rows,
    }),
  )

test('floats, over the samples of a view', async () => {
  const value = fc.float({ min: -1000, max: 1000, noNaN: true })
  await fc.assert(
    fc.asyncProperty(table(value), fc.nat(), async (rows, skipped) => {
      const from = skipped % rows.length
      using data = await dataset({ inputs: rows })
      const { mean, standardDeviation } = await data.slice(from).standardization()
      const expected = statistics(rows.slice(from))
      expect(mean.length).toBe(data.inputSize)
      close(mean, expected.mean)
      close(standardDeviation, expected.standardDeviation)
    }),
    { numRuns: 30 },
  )
})

test('bytes count as 0–1', async () => {
  await fc.assert(
    fc.asyncProperty(table(fc.integer({ min: 0, max: 255 })), async rows => {
      using data = await dataset({
        inputs: Uint8Array.from(rows.flat()),
        inputSize: rows[0]?.length ?? 0,
        bytes: 'pixels',
      })
      const { mean, standardDeviation } = await data.standardization()
      const expected = statistics(rows.map(row => row.map(value => value / 255)))
      close(mean, expected.mean)
      close(standardDeviation, expected.standardDeviation)
    }),
    { numRuns: 30 },
  )
})

test('what never changes has the standard deviation 1, and a mean that is exactly it', async () => {
  const inputs = Array.from({ length: 1001 }, () => [0.1, 0, -3e30])
  using data = await dataset({ inputs })
  expect(await data.standardization()).toEqual({
    mean: Float32Array.of(0.1, 0, -3e30),
    standardDeviation: Float32Array.of(1, 1, 1),
  })
})

test.each([Number.NaN, Number.POSITIVE_INFINITY])('%s is refused, by its place', async value => {
  using data = await dataset({
    inputs: [
      [1, 2],
      [1, value],
    ],
  })
  const { inUse } = await memoryUsage()
  await expect(data.standardization()).rejects.toMatchObject({
    code: 'ERR_ARGUMENT',
    message: `value 1 of the samples has the mean ${value}: expected finite numbers in all samples`,
  })
  expect((await memoryUsage()).inUse).toBe(inUse)
})

test('no samples, or none any more', async () => {
  const data = await dataset({ inputs: [[1]] })
  await expect(data.slice(1).standardization()).rejects.toMatchObject({ code: 'ERR_ARGUMENT' })
  data.dispose()
  await expect(data.standardization()).rejects.toMatchObject({ code: 'ERR_DISPOSED' })
})

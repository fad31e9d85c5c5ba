// Layer normalisation's kernels against the f64 twin.
import { beforeAll, describe, expect, test } from 'vitest'
import { at } from '../../src/reference/element.ts'
import {
  layerNormalization,
  layerNormalizationGradient,
  rowMoments,
} from '../../src/reference/normalization.ts'
import { uniform } from '../../src/reference/random.ts'
import { call } from '../../src/wasm/calls.ts'
import { builds } from '../support/builds.ts'
import { createFullRuntime } from '../support/full-runtime.ts'
import { GuardedCalls, type Region } from '../support/guarded-call.ts'
import { largestDifference } from '../support/largest-difference.ts'

const EPSILON = 2 ** -23

const sizes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 31, 33, 130].flatMap(columns =>
  [1, 2, 5, 17].map(rows => [rows, columns] as const),
)

const pool = uniform(3000, -2, 2, 6, 0)
const gammas = uniform(200, 0.5, 1.5, 6, 1)
const betas = uniform(200, -1, 1, 6, 2)
const gradients = uniform(3000, -1, 1, 6, 3)

describe.each(builds)('%s build', build => {
  let calls: GuardedCalls

  beforeAll(async () => {
    calls = new GuardedCalls(await createFullRuntime(build), 3000)
  })

  function normalize(x: Float32Array, columns: number) {
    const rows = x.length / columns
    return calls.run(
      {
        x: { read: x },
        y: { write: x.length },
        gamma: { read: gammas.subarray(0, columns) },
        beta: { read: betas.subarray(0, columns) },
        mean: { write: rows },
        inverse: { write: rows },
      },
      p => call('layerNormalization', p.x, p.y, rows, columns, p.gamma, p.beta, 1e-5, p.mean, p.inverse),
    )
  }

  test.each(sizes)('forward pass of %i × %i', (rows, columns) => {
    const x = pool.subarray(0, rows * columns)
    const { y, mean } = normalize(x, columns)
    const moments = rowMoments(x, rows, columns)
    expect(largestDifference(mean, moments.mean, () => EPSILON * 4)).toBeLessThanOrEqual(2)
    const expected = layerNormalization(x, gammas.subarray(0, columns), betas.subarray(0, columns))
    // An error δ of the mean is one of δ / σ in y.
    const scale = (i: number) =>
      EPSILON * (4 + 16 / Math.sqrt(at(moments.variance, Math.floor(i / columns)) + 1e-5))
    expect(largestDifference(y, expected, scale)).toBeLessThanOrEqual(2)
  })

  test('a mean of 10,000 beside a deviation of 1 loses no digits but those of the input', () => {
    const x = pool.subarray(0, 300).map(value => 10_000 + value)
    const { y } = normalize(x, 100)
    const expected = layerNormalization(x, gammas.subarray(0, 100), betas.subarray(0, 100))
    expect(largestDifference(y, expected)).toBeLessThan(2e-3)
  })

  test('in place; a row that does not vary gives β', () => {
    const x = pool.slice(0, 51)
    x.fill(0.1, 17, 34)
    const { y } = normalize(x, 17)
    expect([...y.subarray(17, 34)]).toEqual([...betas.subarray(0, 17)])
    const inPlace = calls.run(
      {
        x: { update: x },
        gamma: { read: gammas.subarray(0, 17) },
        beta: { read: betas.subarray(0, 17) },
        mean: { write: 3 },
        inverse: { write: 3 },
      },
      p => call('layerNormalization', p.x, p.x, 3, 17, p.gamma, p.beta, 1e-5, p.mean, p.inverse),
    )
    expect(inPlace.x).toEqual(y)
  })

  test('a NaN or Infinity stays in its row', () => {
    const x = pool.slice(0, 20)
    x[7] = Number.NaN
    x[11] = Infinity
    const { y } = normalize(x, 5)
    expect([...y].map(Number.isNaN)).toEqual(Array.from({ length: 20 }, (_, i) => i >= 5 && i < 15))
  })

  describe.each([0, 1] as const)('gradient, accumulate %i', accumulate => {
    test.each(sizes)('%i × %i', (rows, columns) => {
      const x = pool.subarray(0, rows * columns)
      const dy = gradients.subarray(0, rows * columns)
      const gamma = gammas.subarray(0, columns)
      const before = betas.subarray(0, columns)
      const { mean, inverse } = normalize(x, columns)
      const target: Region = accumulate ? { update: before } : { write: columns }
      const result = calls.run(
        {
          x: { read: x },
          dy: { update: dy },
          gamma: { read: gamma },
          mean: { read: mean },
          inverse: { read: inverse },
          dGamma: target,
          dBeta: target,
        },
        p => [
          call(
            'layerNormalizationParameterGradient',
            p.x,
            p.dy,
            rows,
            columns,
            p.mean,
            p.inverse,
            accumulate,
            p.dGamma,
            p.dBeta,
          ),
          call('layerNormalizationGradient', p.x, p.dy, p.dy, rows, columns, p.gamma, p.mean, p.inverse),
        ],
      )
      const expected = layerNormalizationGradient(x, dy, gamma)
      const sum = (gradient: Float64Array) => gradient.map((value, j) => value + accumulate * at(before, j))
      // x̂ is at most √columns, and where the deviation is small its error is that of the mean, divided by it.
      const inverses = Math.max(...inverse)
      const bound = EPSILON * Math.sqrt(columns) * (1 + 4 * inverses)
      expect(largestDifference(result.dGamma, sum(expected.dGamma), () => bound * rows)).toBeLessThanOrEqual(
        2,
      )
      expect(largestDifference(result.dBeta, sum(expected.dBeta), () => EPSILON * rows)).toBeLessThanOrEqual(
        2,
      )
      expect(largestDifference(result.dy, expected.dx, () => 2 * bound * inverses)).toBeLessThanOrEqual(4)
    })
  })
})

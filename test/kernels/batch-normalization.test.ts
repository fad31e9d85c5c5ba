// Batch normalisation's kernels against the f64 twin.
import { beforeAll, describe, expect, test } from 'vitest'
import { at } from '../../src/reference/element.ts'
import {
  batchNormalization,
  batchNormalizationGradient,
  columnMoments,
  runningMoments,
} from '../../src/reference/normalization.ts'
import { uniform } from '../../src/reference/random.ts'
import { call } from '../../src/wasm/calls.ts'
import { builds } from '../support/builds.ts'
import { createFullRuntime } from '../support/full-runtime.ts'
import { GuardedCalls } from '../support/guarded-call.ts'
import { largestDifference } from '../support/largest-difference.ts'

const EPSILON = 2 ** -23

const sizes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 31, 33, 130].flatMap(columns =>
  [2, 3, 17].map(rows => [rows, columns] as const),
)

const pool = uniform(3000, -2, 2, 5, 0)
const gammas = uniform(200, 0.5, 1.5, 5, 1)
const betas = uniform(200, -1, 1, 5, 2)
const gradients = uniform(3000, -1, 1, 5, 3)

describe.each(builds)('%s build', build => {
  let calls: GuardedCalls

  beforeAll(async () => {
    calls = new GuardedCalls(await createFullRuntime(build), 3000)
  })

  function statistics(x: Float32Array, rows: number, columns: number) {
    return calls.run({ x: { read: x }, mean: { write: columns }, variance: { write: columns } }, p =>
      call('batchStatistics', p.x, rows, columns, p.mean, p.variance),
    )
  }

  function normalize(
    x: Float32Array,
    columns: number,
    mean: Float32Array,
    variance: Float32Array,
    gamma = gammas.subarray(0, columns),
    beta = betas.subarray(0, columns),
  ) {
    return calls.run(
      {
        x: { read: x },
        y: { write: x.length },
        gamma: { read: gamma },
        beta: { read: beta },
        mean: { read: mean },
        variance: { read: variance },
        inverse: { write: columns },
      },
      p =>
        call(
          'batchNormalization',
          p.x,
          p.y,
          x.length / columns,
          columns,
          p.gamma,
          p.beta,
          p.mean,
          p.variance,
          1e-5,
          p.inverse,
        ),
    )
  }

  test.each(sizes)('statistics and forward pass of %i × %i', (rows, columns) => {
    const x = pool.subarray(0, rows * columns)
    const [gamma, beta] = [gammas.subarray(0, columns), betas.subarray(0, columns)]
    const { mean, variance } = statistics(x, rows, columns)
    const expected = columnMoments(x, rows, columns)
    // Terms are at most 4 for the mean, 16 for the variance.
    expect(largestDifference(mean, expected.mean, () => EPSILON * 4)).toBeLessThanOrEqual(2)
    expect(largestDifference(variance, expected.variance, () => EPSILON * 16)).toBeLessThanOrEqual(2)

    const { y, inverse } = normalize(x, columns, mean, variance)
    const wanted = batchNormalization(x, gamma, beta, expected)
    // An error δ of the mean is one of δ / σ in y.
    const scale = (i: number) => EPSILON * (4 + 16 / Math.sqrt(at(expected.variance, i % columns) + 1e-5))
    expect(largestDifference(y, wanted, scale)).toBeLessThanOrEqual(2)
    expect(inverse.every(value => value > 0)).toBe(true)
  })

  test('y has mean β and variance γ² where the input’s variance is large beside epsilon', () => {
    const rows = 100
    const x = pool.subarray(0, rows * 7)
    const { mean, variance } = statistics(x, rows, 7)
    const { y } = normalize(x, 7, mean, variance)
    const moments = columnMoments(y, rows, 7)
    expect(largestDifference(moments.mean, betas.subarray(0, 7))).toBeLessThan(1e-5)
    const squares = gammas.subarray(0, 7).map(value => value * value)
    expect(largestDifference(moments.variance, squares)).toBeLessThan(1e-4)
  })

  test('in inference each row is for itself: running statistics', () => {
    const x = pool.subarray(0, 9)
    const running = { mean: pool.subarray(100, 109), variance: gammas.subarray(100, 109) }
    const { y } = normalize(x, 9, running.mean, running.variance)
    const wanted = batchNormalization(x, gammas.subarray(0, 9), betas.subarray(0, 9), {
      mean: Float64Array.from(running.mean),
      variance: Float64Array.from(running.variance),
    })
    expect(largestDifference(y, wanted, () => EPSILON * 8)).toBeLessThanOrEqual(2)
  })

  test('a mean of 10,000 beside a deviation of 1 loses no digits but those of the input', () => {
    const [rows, columns] = [40, 5]
    const x = pool.subarray(0, rows * columns).map(value => 10_000 + value)
    const { mean, variance } = statistics(x, rows, columns)
    const expected = columnMoments(x, rows, columns)
    expect(largestDifference(mean, expected.mean, () => EPSILON * 1e4)).toBeLessThanOrEqual(1)
    expect(largestDifference(variance, expected.variance)).toBeLessThan(1e-5)
  })

  test('columns that do not vary: variance 0, y = β', () => {
    const x = new Float32Array(40).fill(0.1)
    const { mean, variance } = statistics(x, 8, 5)
    expect([...mean, ...variance]).toEqual([...x.subarray(0, 5), 0, 0, 0, 0, 0])
    const { y } = normalize(x, 5, mean, variance)
    expect([...y.subarray(5, 10)]).toEqual([...betas.subarray(0, 5)])
  })

  test('in place', () => {
    const x = pool.subarray(0, 51)
    const { mean, variance } = statistics(x, 3, 17)
    const { y } = normalize(x, 17, mean, variance)
    const regions = {
      x: { update: x },
      gamma: { read: gammas.subarray(0, 17) },
      beta: { read: betas.subarray(0, 17) },
      mean: { read: mean },
      variance: { read: variance },
      inverse: { write: 17 },
    }
    const inPlace = calls.run(regions, p =>
      call('batchNormalization', p.x, p.x, 3, 17, p.gamma, p.beta, p.mean, p.variance, 1e-5, p.inverse),
    )
    expect(inPlace.x).toEqual(y)
  })

  test('a NaN stays in its column, Infinity becomes NaN', () => {
    const x = pool.slice(0, 12)
    x[5] = Number.NaN
    x[2] = Infinity
    const { mean, variance } = statistics(x, 3, 4)
    const { y } = normalize(x, 4, mean, variance)
    expect([...y].map(Number.isNaN)).toEqual(Array.from({ length: 12 }, (_, i) => i % 4 === 1 || i % 4 === 2))
  })

  describe.each([0, 1] as const)('gradient, accumulate %i', accumulate => {
    test.each(sizes)('%i × %i', (rows, columns) => {
      const x = pool.subarray(0, rows * columns)
      const dy = gradients.subarray(0, rows * columns)
      const gamma = gammas.subarray(0, columns)
      const before = betas.subarray(0, columns)
      const { mean, variance } = statistics(x, rows, columns)
      const { inverse } = normalize(x, columns, mean, variance)
      const target = accumulate ? { update: before } : { write: columns }
      const result = calls.run(
        {
          x: { read: x },
          dy: { update: dy },
          gamma: { read: gamma },
          mean: { read: mean },
          inverse: { read: inverse },
          dGamma: target,
          dBeta: target,
          workspace: { write: 3 * columns },
        },
        p =>
          call(
            'batchNormalizationGradient',
            p.x,
            p.dy,
            p.dy,
            rows,
            columns,
            p.gamma,
            p.mean,
            p.inverse,
            accumulate,
            p.dGamma,
            p.dBeta,
            p.workspace,
          ),
      )
      const expected = batchNormalizationGradient(x, dy, gamma)
      const sum = (gradient: Float64Array) => gradient.map((value, j) => value + accumulate * at(before, j))
      // x̂ is at most √rows.
      const bound = EPSILON * rows * Math.sqrt(rows)
      const deviation = (j: number) => 1 / at(inverse, j)
      const relative = (j: number) => bound * (1 + 4 / deviation(j))
      expect(largestDifference(result.dGamma, sum(expected.dGamma), relative)).toBeLessThanOrEqual(2)
      expect(largestDifference(result.dBeta, sum(expected.dBeta), () => bound)).toBeLessThanOrEqual(2)
      const scale = (i: number) => relative(i % columns) / deviation(i % columns)
      expect(largestDifference(result.dy, expected.dx, scale)).toBeLessThanOrEqual(4)
    })
  })

  test.each([1, 4, 17, 130])('running statistics of %i columns', columns => {
    const [rows, momentum] = [10, 0.1]
    const running = { mean: pool.subarray(0, columns), variance: gammas.subarray(0, columns) }
    const batch = { mean: pool.subarray(500, 500 + columns), variance: gammas.subarray(50, 50 + columns) }
    const result = calls.run(
      {
        mean: { read: batch.mean },
        variance: { read: batch.variance },
        runningMean: { update: running.mean },
        runningVariance: { update: running.variance },
        batches: { update: [41] },
      },
      p =>
        call(
          'updateRunningStatistics',
          rows,
          columns,
          momentum,
          p.mean,
          p.variance,
          p.runningMean,
          p.runningVariance,
          p.batches,
        ),
    )
    const widen = ({ mean, variance }: typeof running) => ({
      mean: Float64Array.from(mean),
      variance: Float64Array.from(variance),
    })
    const expected = runningMoments(widen(running), widen(batch), rows, momentum)
    expect(largestDifference(result.runningMean, expected.mean, () => EPSILON * 2)).toBeLessThanOrEqual(1)
    const variances = largestDifference(result.runningVariance, expected.variance, () => EPSILON * 2)
    expect(variances).toBeLessThanOrEqual(1)
    expect([...result.batches]).toEqual([42])
  })
})

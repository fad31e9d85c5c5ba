// randomUniform and shuffle against the twin, bit for bit, normal numbers within an error, and what their distributions must look like.
import { beforeAll, describe, expect, test } from 'vitest'
import { ArgumentError, createKernels, type Kernels } from '../../src/kernels/index.ts'
import { normalDistribution, normalQuantile } from '../../src/reference/normal.ts'
import { normal, shuffle, uniform } from '../../src/reference/random.ts'
import { builds } from '../support/builds.ts'
import { expectSame } from '../support/expect-same.ts'
import { GuardedFloats } from '../support/guarded-floats.ts'
import { largestDifference } from '../support/largest-difference.ts'
import { hashParameters } from '../support/sha256.ts'

/** SHA-256 of 10,000 normal numbers and of as many truncated ones. */
const NORMAL_BITS_OF_SEED_7 = 'd8318bf8f5e5d6be7e198422cb5280e2aa1d7e419f34e7f9f6ed1d48741cc336'

const MAX = 0xffffffff

const seeds: [number, number][] = [
  [0, 0],
  [1, 0],
  [0, 1],
  [123456789, 987654321],
  [MAX, MAX],
]

describe.each(builds)('%s build', build => {
  let kernels: Kernels

  beforeAll(async () => {
    kernels = await createKernels({ build })
  })

  function draw(length: number, low: number, high: number, seed: number, stream: number): Float32Array {
    const x = kernels.f32(length)
    kernels.randomUniform(x, low, high, seed, stream)
    const values = x.view.slice()
    x.free()
    return values
  }

  function order(length: number, seed: number, stream: number): Int32Array {
    const x = kernels.i32(length)
    x.view.set(Int32Array.from({ length }, (_, i) => i))
    kernels.shuffle(x, seed, stream)
    const values = x.view.slice()
    x.free()
    return values
  }

  describe('randomUniform', () => {
    test.each(seeds)('the twin’s bits for seed %i, stream %i', (seed, stream) => {
      for (const [low, high] of [
        [0, 1],
        [-1, 1],
        [-0.0874, 0.0874],
        [3, -7],
        [0.1, 1e30],
      ] as const) {
        expectSame(draw(1001, low, high, seed, stream), uniform(1001, low, high, seed, stream))
      }
    })

    test('0–40 elements anywhere are the first of a long vector', () => {
      const long = uniform(40, -1, 1, 5, 6)
      const x = new GuardedFloats(kernels, 40)
      for (let n = 0; n <= 40; n++) {
        x.reset(n, n % 4)
        kernels.randomUniform(x.upload(), -1, 1, 5, 6)
        expect([...x.result], `n ${n}`).toEqual([...long.subarray(0, n)])
        expect(x.changedOutside(1, n), `n ${n}`).toBe(0)
      }
    })

    test('200,000 numbers: mean 1/2, variance 1/12, no correlation with the next, flat histogram', () => {
      const n = 200_000
      const x = Float64Array.from(draw(n, 0, 1, 42, 0))
      const mean = x.reduce((sum, value) => sum + value, 0) / n
      const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n
      const covariance =
        x.reduce((sum, value, i) => sum + (value - mean) * ((x[i + 1] ?? mean) - mean), 0) / n
      // Five standard deviations of each estimate.
      expect(Math.abs(mean - 1 / 2)).toBeLessThan(5 * Math.sqrt(1 / 12 / n))
      expect(Math.abs(variance - 1 / 12)).toBeLessThan(5 * Math.sqrt(1 / 180 / n))
      expect(Math.abs(covariance)).toBeLessThan(5 / 12 / Math.sqrt(n))
      const histogram = new Float64Array(100)
      for (const value of x)
        histogram[Math.floor(value * 100)] = (histogram[Math.floor(value * 100)] ?? 0) + 1
      const chiSquared = histogram.reduce((sum, count) => sum + (count - n / 100) ** 2 / (n / 100), 0)
      // χ² with 99 degrees of freedom has mean 99 and standard deviation 14.
      expect(chiSquared).toBeGreaterThan(99 - 5 * 14)
      expect(chiSquared).toBeLessThan(99 + 5 * 14)
    })

    test('numbers stay within [low, high]', () => {
      const x = draw(100_000, -0.25, 0.5, 42, 1)
      expect(x.every(value => value >= -0.25 && value <= 0.5)).toBe(true)
    })

    test('seeds and streams differ in every place', () => {
      const first = draw(1000, 0, 1, 1, 1)
      for (const other of [draw(1000, 0, 1, 2, 1), draw(1000, 0, 1, 1, 2), draw(1000, 0, 1, 2, 2)]) {
        expect(other.filter((value, i) => value === first[i]).length).toBeLessThan(2)
      }
    })
  })

  describe('randomNormal and randomTruncatedNormal', () => {
    function drawNormal(
      name: 'randomNormal' | 'randomTruncatedNormal',
      length: number,
      mean: number,
      deviation: number,
      seed: number,
      stream: number,
    ): Float32Array {
      const x = kernels.f32(length)
      kernels[name](x, mean, deviation, seed, stream)
      const values = x.view.slice()
      x.free()
      return values
    }

    // AS 241 has a relative error of 10⁻⁷, and the result is rounded to f32 once.
    test.each(seeds)('within 2e-7 of the twin for seed %i, stream %i', (seed, stream) => {
      for (const [name, tail] of [
        ['randomNormal', 0],
        ['randomTruncatedNormal', normalDistribution(-2)],
      ] as const) {
        const z = normal(1001, 0, 1, tail, seed, stream)
        const scale = (i: number) => 2e-7 * Math.abs(z[i] ?? 0)
        expect(largestDifference(drawNormal(name, 1001, 0, 1, seed, stream), z, scale)).toBeLessThan(1)
        const moved = normal(1001, -3, 0.25, tail, seed, stream)
        const result = drawNormal(name, 1001, -3, 0.25, seed, stream)
        expect(largestDifference(result, moved)).toBeLessThan(5 * 2e-7)
      }
    })

    test('0–40 elements anywhere are the first of a long vector', () => {
      const long = drawNormal('randomNormal', 40, 0, 1, 5, 6)
      const x = new GuardedFloats(kernels, 40)
      for (let n = 0; n <= 40; n++) {
        x.reset(n, n % 4)
        kernels.randomNormal(x.upload(), 0, 1, 5, 6)
        expect([...x.result], `n ${n}`).toEqual([...long.subarray(0, n)])
        expect(x.changedOutside(1, n), `n ${n}`).toBe(0)
      }
    })

    test('the same bits in every build and runtime', async () => {
      const weights = drawNormal('randomNormal', 10_000, 0.5, 0.1, 7, 3)
      const bias = drawNormal('randomTruncatedNormal', 10_000, 0.5, 0.1, 7, 3)
      expect(await hashParameters([{ weights, bias }])).toBe(NORMAL_BITS_OF_SEED_7)
    })

    test('200,000 numbers: moments, no correlation with the next, as many in each hundredth', () => {
      const n = 200_000
      const z = Float64Array.from(drawNormal('randomNormal', n, 0, 1, 42, 0))
      const moment = (power: number) => z.reduce((sum, value) => sum + value ** power, 0) / n
      // Five standard deviations of each estimate: the variances of z, z², z³, z⁴ and z·z′ are 1, 2, 15, 96 and 1.
      expect(Math.abs(moment(1))).toBeLessThan(5 * Math.sqrt(1 / n))
      expect(Math.abs(moment(2) - 1)).toBeLessThan(5 * Math.sqrt(2 / n))
      expect(Math.abs(moment(3))).toBeLessThan(5 * Math.sqrt(15 / n))
      expect(Math.abs(moment(4) - 3)).toBeLessThan(5 * Math.sqrt(96 / n))
      const covariance = z.reduce((sum, value, i) => sum + value * (z[i + 1] ?? 0), 0) / n
      expect(Math.abs(covariance)).toBeLessThan(5 * Math.sqrt(1 / n))
      const bounds = Array.from({ length: 99 }, (_, i) => normalQuantile((i + 1) / 100))
      const counts = new Float64Array(100)
      for (const value of z) {
        const bin = bounds.findIndex(bound => value < bound)
        const index = bin < 0 ? 99 : bin
        counts[index] = (counts[index] ?? 0) + 1
      }
      const chiSquared = counts.reduce((sum, count) => sum + (count - n / 100) ** 2 / (n / 100), 0)
      // χ² with 99 degrees of freedom has mean 99 and standard deviation 14.
      expect(Math.abs(chiSquared - 99)).toBeLessThan(5 * 14)
    })

    test('truncated: nothing beyond two standard deviations, of which 0.8796 are left', () => {
      const n = 200_000
      const z = Float64Array.from(drawNormal('randomTruncatedNormal', n, 0, 1, 42, 0))
      const largest = z.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
      expect(largest).toBeLessThanOrEqual(2)
      expect(largest).toBeGreaterThan(1.999)
      // Variance 1 − 4·φ(2) / (1 − 2·Φ(−2)); z² has a standard deviation below 1.
      expect(Math.abs(z.reduce((sum, value) => sum + value, 0) / n)).toBeLessThan(
        5 * 0.8796 * Math.sqrt(1 / n),
      )
      const variance = z.reduce((sum, value) => sum + value ** 2, 0) / n
      expect(Math.abs(variance - 0.773741)).toBeLessThan(5 * Math.sqrt(1 / n))
    })

    test('other numbers than the uniform ones of the same seed and stream', () => {
      const z = drawNormal('randomNormal', 1000, 0, 1, 1, 1)
      const u = draw(1000, 0, 1, 1, 1)
      const same = z.filter((value, i) => Math.abs(normalDistribution(value) - (u[i] ?? 0)) < 1e-3)
      expect(same.length).toBeLessThan(20)
    })
  })

  describe('shuffle', () => {
    test.each(seeds)('the twin’s order for seed %i, stream %i', (seed, stream) => {
      for (const length of [0, 1, 2, 3, 4, 5, 100, 5000]) {
        const expected = Int32Array.from({ length }, (_, i) => i)
        shuffle(expected, seed, stream)
        expectSame(order(length, seed, stream), expected, `length ${length}`)
      }
    })

    test('the twin’s order of 400,000 elements, where Lemire’s method rejects some words', () => {
      const expected = Int32Array.from({ length: 400_000 }, (_, i) => i)
      shuffle(expected, 17, 18)
      expectSame(order(400_000, 17, 18), expected)
    })

    test('60,000 indices: each once, few in their places', () => {
      const shuffled = order(60_000, 1, 0)
      expectSame(
        shuffled.toSorted(),
        Int32Array.from({ length: 60_000 }, (_, i) => i),
      )
      // The number that stay has a Poisson distribution with mean 1.
      expect(shuffled.filter((value, i) => value === i).length).toBeLessThan(10)
    })

    test('all 24 orders of 4 elements are equally frequent', () => {
      const draws = 24_000
      const counts = new Map<string, number>()
      for (let stream = 0; stream < draws; stream++) {
        const key = order(4, 9, stream).join()
        counts.set(key, (counts.get(key) ?? 0) + 1)
      }
      expect(counts.size).toBe(24)
      const chiSquared = [...counts.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)
      // χ² with 23 degrees of freedom has mean 23 and standard deviation 6.8.
      expect(chiSquared).toBeLessThan(23 + 5 * 6.8)
    })

    test('any values are moved, and nothing beside them', () => {
      const x = kernels.i32(7)
      x.view.set([-7, 5, 5, -2147483648, 2147483647, 0, -7])
      kernels.shuffle(x.subarray(1, 6), 3, 4)
      const [first, ...rest] = x.view
      expect([first, rest.pop()]).toEqual([-7, -7])
      expect(rest.toSorted((a, b) => a - b)).toEqual([-2147483648, 0, 5, 5, 2147483647])
    })
  })

  test.each([-1, 0.5, MAX + 1, Number.NaN, Infinity])('seed and stream %s throw', bad => {
    const x = kernels.f32(4)
    const indices = kernels.i32(4)
    expect(() => kernels.randomUniform(x, 1, 2, bad, 0)).toThrow(ArgumentError)
    expect(() => kernels.randomUniform(x, 1, 2, 0, bad)).toThrow(ArgumentError)
    expect(() => kernels.shuffle(indices, bad, 0)).toThrow(ArgumentError)
    expect(() => kernels.shuffle(indices, 0, bad)).toThrow(ArgumentError)
    expect([...x.view]).toEqual([0, 0, 0, 0])
  })
})

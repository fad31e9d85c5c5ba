// softmax, logSoftmax and softmaxGradient against the f64 twin, every width 1–40.
import { beforeAll, describe, expect, test } from 'vitest'
import { createKernels, type Kernels } from '../../src/kernels/index.ts'
import { at } from '../../src/reference/element.ts'
import { uniform } from '../../src/reference/random.ts'
import { logSoftmax, softmax, softmaxGradient } from '../../src/reference/softmax.ts'
import { call, computeShare } from '../../src/wasm/calls.ts'
import { builds } from '../support/builds.ts'
import { createFullRuntime } from '../support/full-runtime.ts'
import { GuardedFloats } from '../support/guarded-floats.ts'
import { largestDifference } from '../support/largest-difference.ts'

const EPSILON = 2 ** -23

const widths = [...Array(41).keys(), 1000]
const pool = uniform(3100, -20, 20, 7, 0)

/** The largest |x − max| is 40, and its rounding error of 2⁻²⁴·40 is exp's relative error. */
const SOFTMAX_THRESHOLD = 24

describe.each(builds)('%s build', build => {
  let kernels: Kernels
  let x: GuardedFloats
  let y: GuardedFloats
  let dy: GuardedFloats

  beforeAll(async () => {
    kernels = await createKernels({ build })
    x = new GuardedFloats(kernels, 3000)
    y = new GuardedFloats(kernels, 3000)
    dy = new GuardedFloats(kernels, 3000)
  })

  test.each([0, 1, 3])('softmax of %d rows: relative error, sums of 1', rows => {
    for (const columns of widths) {
      const region = x.reset(rows * columns, columns % 4)
      region.set(pool.subarray(0, rows * columns))
      y.reset(rows * columns, (columns + 1) % 4)
      kernels.softmax(x.upload(), y.upload(), rows, columns)
      const expected = softmax(region, rows, columns)
      const error = largestDifference(y.result, expected, i => EPSILON * at(expected, i))
      expect(error, `${columns} columns`).toBeLessThanOrEqual(SOFTMAX_THRESHOLD)
      for (let i = 0; i < rows && columns > 0; i++) {
        const sum = y.result.subarray(i * columns, (i + 1) * columns).reduce((a, b) => a + b, 0)
        expect(Math.abs(sum - 1), `${columns} columns`).toBeLessThanOrEqual(4 * EPSILON)
      }
      expect(x.changedOutside() + y.changedOutside(1, rows * columns), `${columns} columns`).toBe(0)
    }
  })

  // The sum's relative error becomes the logarithm's error; the largest |y| is 47, rounded once.
  test.each([0, 1, 3])('logSoftmax of %d rows is within 24 ε', rows => {
    for (const columns of widths) {
      const region = x.reset(rows * columns, columns % 4)
      region.set(pool.subarray(0, rows * columns))
      y.reset(rows * columns, (columns + 1) % 4)
      kernels.logSoftmax(x.upload(), y.upload(), rows, columns)
      const expected = logSoftmax(region, rows, columns)
      expect(
        largestDifference(y.result, expected, () => EPSILON),
        `${columns} columns`,
      ).toBeLessThanOrEqual(24)
      expect(x.changedOutside() + y.changedOutside(1, rows * columns), `${columns} columns`).toBe(0)
    }
  })

  test('softmaxGradient', () => {
    for (const columns of widths) {
      const rows = 3
      const outputs = y.reset(rows * columns, columns % 4)
      outputs.set(softmax(pool.subarray(0, rows * columns), rows, columns))
      const gradients = dy.reset(rows * columns, (columns + 1) % 4)
      gradients.set(pool.subarray(7, 7 + rows * columns).map(value => value / 20))
      x.reset(rows * columns, (columns + 2) % 4)
      kernels.softmaxGradient(y.upload(), dy.upload(), x.upload(), rows, columns)
      // dy and Σ dy·y are at most 1: the error of y·(dy − Σ dy·y) is a few ε·y.
      const expected = softmaxGradient(outputs, gradients, rows, columns)
      const error = largestDifference(x.result, expected, i => EPSILON * at(outputs, i))
      expect(error, `${columns} columns`).toBeLessThanOrEqual(4)
      const changed = [y.changedOutside(), dy.changedOutside(), x.changedOutside(1, rows * columns)]
      expect(changed, `${columns} columns`).toEqual([0, 0, 0])
    }
  })

  test.each(['softmax', 'logSoftmax'] as const)('the shares of threads together are %s', async kernel => {
    const runtime = await createFullRuntime(build)
    const [rows, columns] = [7, 5]
    const from = runtime.memory.f32(rows * columns)
    const to = runtime.memory.f32(rows * columns)
    from.view.set(pool.subarray(0, rows * columns))
    runtime.kernels[kernel](from.pointer, to.pointer, rows, columns, 0, 1)
    const alone = to.view.slice()
    for (const threads of [2, 3, 4, 8]) {
      to.view.fill(Number.NaN)
      for (let thread = threads - 1; thread >= 0; --thread) {
        computeShare(runtime.kernels, call(kernel, from.pointer, to.pointer, rows, columns), thread, threads)
      }
      expect(to.view, `${threads} threads`).toEqual(alone)
    }
  })

  test('in place', () => {
    const a = kernels.f32(26)
    const b = kernels.f32(26)
    a.view.set(pool.subarray(0, 26))
    kernels.softmax(a, b, 2, 13)
    kernels.softmax(a, a, 2, 13)
    expect(a.view).toEqual(b.view)

    kernels.logSoftmax(a, b, 2, 13)
    kernels.logSoftmax(a, a, 2, 13)
    expect(a.view).toEqual(b.view)
    a.view.set(softmax(pool.subarray(0, 26), 2, 13))

    const gradient = kernels.f32(26)
    gradient.view.set(pool.subarray(26, 52))
    const expected = kernels.f32(26)
    kernels.softmaxGradient(a, gradient, expected, 2, 13)
    kernels.softmaxGradient(a, gradient, gradient, 2, 13)
    expect(gradient.view).toEqual(expected.view)
  })

  test.each([
    ['1e4 and −1e4', [1e4, -1e4, 1e4, -1e4, 0], [0.5, 0, 0.5, 0, 0]],
    ['the largest floats', [3e38, -3e38, 3e38, -3e38, -3e38], [0.5, 0, 0.5, 0, 0]],
    ['−Infinity', [-Infinity, 3, -Infinity, 3, -Infinity], [0, 0.5, 0, 0.5, 0]],
    ['a NaN', [1, 2, Number.NaN, 3, 4], Array(5).fill(Number.NaN)],
  ])('a row with %s', (_, row, expected) => {
    const a = kernels.f32(10)
    const b = kernels.f32(10)
    a.view.set([0, 0, 0, 0, 0, ...row])
    kernels.softmax(a, b, 2, 5)
    expect([...b.view]).toEqual([...Array(5).fill(Math.fround(0.2)), ...expected])
  })

  test.each([
    [
      '1e4 and −1e4',
      [1e4, -1e4, 1e4, -1e4, 0],
      [-Math.LN2, -2e4 - Math.LN2, -Math.LN2, -2e4 - Math.LN2, -1e4 - Math.LN2],
    ],
    ['the largest floats', [3e38, -3e38, 3e38, -3e38, 0], [0, -Infinity, 0, -Infinity, -3e38]],
    [
      '−Infinity',
      [-Infinity, 3, -Infinity, 3, -Infinity],
      [-Infinity, -Math.LN2, -Infinity, -Math.LN2, -Infinity],
    ],
    ['a NaN', [1, 2, Number.NaN, 3, 4], Array(5).fill(Number.NaN)],
  ])('logSoftmax of a row with %s', (_, row, expected) => {
    const a = kernels.f32(10)
    a.view.set([0, 0, 0, 0, 0, ...row])
    kernels.logSoftmax(a, a, 2, 5)
    expect(a.view).toEqual(Float32Array.of(...Array(5).fill(-Math.log(5)), ...expected))
  })
})

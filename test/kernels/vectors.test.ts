// saxpy, sdot, sscal and sgdUpdate against the f64 twin: every length 0–40, increments of both signs, unaligned.
import { beforeAll, describe, expect, test } from 'vitest'
import { createKernels, type Kernels } from '../../src/kernels/index.ts'
import { axpy, dot, scal } from '../../src/reference/blas.ts'
import { at, type Values } from '../../src/reference/element.ts'
import { uniform } from '../../src/reference/random.ts'
import { builds } from '../support/builds.ts'
import { GuardedFloats } from '../support/guarded-floats.ts'
import { largestDifference } from '../support/largest-difference.ts'

const EPSILON = 2 ** -23

const lengths = [...Array(41).keys(), 1003]
const increments = [1, 2, 7, -1, -3]
const poolX = uniform(1003, -1, 1, 3, 0)
const poolY = uniform(1003, -1, 1, 3, 1)

/** Elements 0, |inc|, 2·|inc|, … in the order in which they stand. */
const strided = (values: Values, n: number, inc: number) =>
  Array.from({ length: n }, (_, i) => at(values, i * Math.abs(inc)))

describe.each(builds)('%s build', build => {
  let kernels: Kernels
  let x: GuardedFloats
  let y: GuardedFloats

  beforeAll(async () => {
    kernels = await createKernels({ build })
    x = new GuardedFloats(kernels, 7100)
    y = new GuardedFloats(kernels, 7100)
  })

  /** A region of n elements, `inc` apart. */
  function place(guarded: GuardedFloats, n: number, inc: number, shift: number, pool: Float32Array) {
    const region = guarded.reset(n > 0 ? (n - 1) * Math.abs(inc) + 1 : 0, shift)
    for (let i = 0; i < n; i++) region[i * Math.abs(inc)] = at(pool, i)
    return { region, buffer: guarded.upload() }
  }

  test('saxpy', () => {
    let cases = 0
    for (const n of lengths)
      for (const incx of increments)
        for (const incy of increments)
          for (const alpha of [1, -0.375, 1 / 3]) {
            const shift = cases++ % 4
            const from = place(x, n, incx, shift, poolX)
            const to = place(y, n, incy, (shift + 1) % 4, poolY)
            const expected = Float64Array.from(to.region)
            axpy(n, Math.fround(alpha), from.region, incx, expected, incy)
            const bound = Float64Array.from(to.region, Math.abs)
            axpy(n, Math.abs(alpha), from.region.map(Math.abs), incx, bound, incy)
            kernels.saxpy(n, alpha, from.buffer, incx, to.buffer, incy)
            const bounds = strided(bound, n, incy)
            const error = largestDifference(
              strided(y.result, n, incy),
              strided(expected, n, incy),
              i => EPSILON * at(bounds, i),
            )
            const what = `n ${n}, incx ${incx}, incy ${incy}, alpha ${alpha}`
            if (error > 1) expect.fail(`${error} ε: ${what}`)
            if (x.changedOutside() > 0) expect.fail(`x changed: ${what}`)
            if (y.changedOutside(n, 1, Math.abs(incy)) > 0) expect.fail(`changed beside y: ${what}`)
          }
    expect(cases).toBe(42 * 5 * 5 * 3)
  })

  test('sdot', () => {
    let cases = 0
    for (const n of lengths)
      for (const incx of increments)
        for (const incy of increments) {
          const shift = cases++ % 4
          const left = place(x, n, incx, shift, poolX)
          const right = place(y, n, incy, (shift + 1) % 4, poolY)
          const bound = dot(n, left.region.map(Math.abs), incx, right.region.map(Math.abs), incy)
          const result = kernels.sdot(n, left.buffer, incx, right.buffer, incy)
          const expected = dot(n, left.region, incx, right.region, incy)
          const error = largestDifference([result], [expected], () => EPSILON * bound)
          if (error > 4) expect.fail(`${error} ε: n ${n}, incx ${incx}, incy ${incy}`)
          if (x.changedOutside() + y.changedOutside() > 0) expect.fail('x or y changed')
        }
    expect(cases).toBe(42 * 5 * 5)
  })

  test('sscal is exact: one product, rounded once', () => {
    let cases = 0
    for (const n of lengths)
      for (const incx of increments)
        for (const alpha of [0, 1, -0.375, 1 / 3]) {
          const { region, buffer } = place(x, n, incx, cases++ % 4, poolX)
          const expected = Float64Array.from(region)
          scal(n, Math.fround(alpha), expected, incx)
          kernels.sscal(n, alpha, buffer, incx)
          const what = `n ${n}, incx ${incx}, alpha ${alpha}`
          expect(strided(x.result, n, incx), what).toEqual(strided(Float32Array.from(expected), n, incx))
          expect(x.changedOutside(n, 1, Math.abs(incx)), what).toBe(0)
        }
    expect(cases).toBe(42 * 5 * 4)
  })

  test('a negative increment starts from the far end', () => {
    const from = kernels.f32(3)
    const to = kernels.f32(5)
    from.view.set([1, 2, 3])
    kernels.saxpy(3, 1, from, 1, to, -2)
    expect([...to.view]).toEqual([3, 0, 2, 0, 1])
    expect(kernels.sdot(3, from, -1, to, 2)).toBe(3 * 3 + 2 * 2 + 1 * 1)
  })

  test('sgdUpdate: w − learningRate·dw', () => {
    for (const n of lengths) {
      const dw = place(x, n, 1, n % 4, poolX)
      const w = place(y, n, 1, (n + 1) % 4, poolY)
      const expected = Float64Array.from(w.region)
      axpy(n, -Math.fround(0.1), dw.region, 1, expected, 1)
      kernels.sgdUpdate(w.buffer, dw.buffer, 0.1)
      const error = largestDifference(
        y.result,
        expected,
        i => EPSILON * (0.1 * Math.abs(at(poolX, i)) + Math.abs(at(poolY, i))),
      )
      expect(error, `n ${n}`).toBeLessThanOrEqual(1)
      expect(x.changedOutside() + y.changedOutside(1, n), `n ${n}`).toBe(0)
    }
  })
})

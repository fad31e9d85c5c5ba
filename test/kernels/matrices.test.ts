// transpose, broadcastRow, sumAxis0 and argmax against the f64 twin: every width 0–40, unaligned.
import { beforeAll, describe, expect, test } from 'vitest'
import { createKernels, type F32Buffer, type Kernels } from '../../src/kernels/index.ts'
import { at } from '../../src/reference/element.ts'
import { argmax, broadcastRow, sumAxis0, transpose } from '../../src/reference/matrices.ts'
import { uniform } from '../../src/reference/random.ts'
import { builds } from '../support/builds.ts'
import { GuardedFloats } from '../support/guarded-floats.ts'
import { largestDifference } from '../support/largest-difference.ts'

const EPSILON = 2 ** -23

const heights = [0, 1, 2, 5, 16, 33]
const widths = [...Array(41).keys(), 67]
const pool = uniform(33 * 67, -1, 1, 5, 0)

describe.each(builds)('%s build', build => {
  let kernels: Kernels
  let x: GuardedFloats
  let y: GuardedFloats

  beforeAll(async () => {
    kernels = await createKernels({ build })
    x = new GuardedFloats(kernels, pool.length)
    y = new GuardedFloats(kernels, pool.length)
  })

  /** Runs `check` for each shape, x filled with `length(rows, columns)` random numbers. */
  function eachShape(
    length: (rows: number, columns: number) => number,
    check: (rows: number, columns: number, region: Float32Array, buffer: F32Buffer, shift: number) => void,
  ) {
    let cases = 0
    for (const rows of heights)
      for (const columns of widths) {
        const shift = cases++ % 4
        const region = x.reset(length(rows, columns), shift)
        region.set(pool.subarray(0, region.length))
        check(rows, columns, region, x.upload(), (shift + 3) % 4)
        if (x.changedOutside() > 0) expect.fail(`x changed: ${rows} × ${columns}`)
      }
    expect(cases).toBe(6 * 42)
  }

  const product = (rows: number, columns: number) => rows * columns

  test('transpose', () => {
    eachShape(product, (rows, columns, region, buffer, shift) => {
      y.reset(rows * columns, shift)
      kernels.transpose(buffer, y.upload(), rows, columns)
      expect([...y.result], `${rows} × ${columns}`).toEqual([...transpose(region, rows, columns)])
      expect(y.changedOutside(1, rows * columns), `${rows} × ${columns}`).toBe(0)
    })
  })

  test('broadcastRow', () => {
    eachShape(
      (_, columns) => columns,
      (rows, columns, region, buffer, shift) => {
        y.reset(rows * columns, shift)
        kernels.broadcastRow(buffer, y.upload(), rows, columns)
        expect([...y.result], `${rows} × ${columns}`).toEqual([...broadcastRow(region, rows, columns)])
        expect(y.changedOutside(1, rows * columns), `${rows} × ${columns}`).toBe(0)
      },
    )
  })

  test('sumAxis0', () => {
    eachShape(product, (rows, columns, region, buffer, shift) => {
      y.reset(columns, shift)
      kernels.sumAxis0(buffer, y.upload(), rows, columns)
      const expected = sumAxis0(region, rows, columns)
      const bound = sumAxis0(region.map(Math.abs), rows, columns)
      const error = largestDifference(y.result, expected, j => EPSILON * at(bound, j))
      expect(error, `${rows} × ${columns}`).toBeLessThanOrEqual(4)
      expect(y.changedOutside(1, columns), `${rows} × ${columns}`).toBe(0)
    })
  })

  test('argmax', () => {
    const indices = kernels.i32(33 + 2)
    eachShape(product, (rows, columns, region, buffer) => {
      if (columns === 0) return
      indices.view.fill(-1)
      kernels.argmax(buffer, indices.subarray(1, 1 + rows), rows, columns)
      const expected = [-1, ...argmax(region, rows, columns), -1]
      expect([...indices.view.subarray(0, rows + 2)], `${rows} × ${columns}`).toEqual(expected)
    })
  })

  test.each([
    ['equal elements', [1, 3, 3, 2, 3], 1],
    ['all equal', [0, 0, 0, 0, 0], 0],
    ['both zeros', [-0, 0, -0, 0, -1], 0],
    ['infinities', [-Infinity, Infinity, 1, Infinity, 0], 1],
    ['nothing but −Infinity', [-Infinity, -Infinity, -Infinity, -Infinity, -Infinity], 0],
    ['a NaN', [1, 7, NaN, Infinity, NaN], 2],
    ['a NaN in front', [NaN, 7, NaN, Infinity, 0], 0],
    ['a NaN at the end', [1, 7, Infinity, 0, NaN], 4],
  ])('argmax of %s', (_, row, expected) => {
    const xBuffer = kernels.f32(10)
    const yBuffer = kernels.i32(2)
    xBuffer.view.set([5, 4, 3, 2, 1, ...row])
    kernels.argmax(xBuffer, yBuffer, 2, 5)
    expect([...yBuffer.view]).toEqual([0, expected])
  })
})

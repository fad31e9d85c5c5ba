// orthonormalize: orthonormal rows with the span and the signs of the Gram–Schmidt process, against the f64 twin.
import { beforeAll, describe, expect, test } from 'vitest'
import { createKernels, type Kernels, ShapeError } from '../../src/kernels/index.ts'
import { dot } from '../../src/reference/blas.ts'
import { orthonormalize } from '../../src/reference/orthonormal.ts'
import { uniform } from '../../src/reference/random.ts'
import { builds } from '../support/builds.ts'
import { GuardedFloats } from '../support/guarded-floats.ts'
import { largestDifference } from '../support/largest-difference.ts'

const EPSILON = 2 ** -23

/** The largest difference between x·xᵀ and the unit matrix. */
function distanceFromOrthonormal(x: Float32Array, rows: number, columns: number): number {
  let largest = 0
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j <= i; j++) {
      const product = dot(columns, x.subarray(i * columns), 1, x.subarray(j * columns), 1)
      largest = Math.max(largest, Math.abs(product - (i === j ? 1 : 0)))
    }
  }
  return largest
}

describe.each(builds)('%s build', build => {
  let kernels: Kernels

  beforeAll(async () => {
    kernels = await createKernels({ build })
  })

  test('every shape up to 9 × 17: the twin’s basis, and nothing beside it', () => {
    const x = new GuardedFloats(kernels, 9 * 17)
    for (let rows = 0; rows <= 9; rows++) {
      for (const columns of [0, 1, 2, 3, 4, 5, 8, 9, 15, 16, 17]) {
        if (rows > columns) continue
        const what = `${rows} × ${columns}`
        const values = uniform(rows * columns, -1, 1, 3, rows * 20 + columns)
        x.reset(rows * columns, columns % 4).set(values)
        kernels.orthonormalize(x.upload(), rows, columns)
        expect(distanceFromOrthonormal(x.result, rows, columns), what).toBeLessThan(4 * EPSILON)
        // Square matrices are the worst conditioned: up to some hundreds here.
        expect(largestDifference(x.result, orthonormalize(values, rows, columns)), what).toBeLessThan(2e-4)
        expect(x.changedOutside(1, rows * columns), what).toBe(0)
      }
    }
  })

  test('100 × 100 and 100 × 131 are orthonormal to 8 ε', () => {
    for (const columns of [100, 131]) {
      const x = kernels.f32(100 * columns)
      kernels.randomNormal(x, 0, 1, 1, 0)
      kernels.orthonormalize(x, 100, columns)
      expect(distanceFromOrthonormal(x.view, 100, columns)).toBeLessThan(8 * EPSILON)
    }
  })

  test('rows that are nearly dependent become orthonormal as well', () => {
    const x = kernels.f32(9)
    x.view.set([1, 1e-4, 0, 1, 0, 1e-4, 1, 1e-4, 1e-4])
    kernels.orthonormalize(x, 3, 3)
    expect(distanceFromOrthonormal(x.view, 3, 3)).toBeLessThan(4 * EPSILON)
  })

  test('the signs: each row goes the way of the one that was given', () => {
    const x = kernels.f32(4)
    x.view.set([-2, 0, 5, -3])
    kernels.orthonormalize(x, 2, 2)
    expect([...x.view]).toEqual([-1, 0, 0, -1])
  })

  test('more rows than columns: ShapeError', () => {
    expect(() => kernels.orthonormalize(kernels.f32(6), 3, 2)).toThrow(ShapeError)
    expect(() => kernels.orthonormalize(kernels.f32(6), 3, 2)).toThrow(
      'x is 3 × 2, but at most 2 vectors of 2 elements',
    )
    expect(() => kernels.orthonormalize(kernels.f32(5), 2, 3)).toThrow(ShapeError)
  })
})

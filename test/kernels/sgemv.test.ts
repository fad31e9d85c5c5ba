// sgemv against the f64 twin: |y − yref| ≤ 4·ε·(|α||A||x| + |β||y|), component by component.
import { beforeAll, describe, expect, test } from 'vitest'
import { createKernels, type Kernels } from '../../src/kernels/index.ts'
import { gemv } from '../../src/reference/blas.ts'
import { at } from '../../src/reference/element.ts'
import { uniform } from '../../src/reference/random.ts'
import { builds } from '../support/builds.ts'
import { GuardedFloats } from '../support/guarded-floats.ts'

const EPSILON = 2 ** -23
const THRESHOLD = 4

const sizes = [0, 1, 3, 4, 5, 8, 15, 17, 33, 131]
const scalings = [0, 1, -0.5].flatMap(alpha => [0, 1, 0.75].map(beta => [alpha, beta] as const))
const increments = [
  [1, 1],
  [2, -1],
  [-1, 3],
  [-2, -2],
] as const
const pool = uniform(20_000, -1, 1, 4, 0)

describe.each(builds)('sgemv, %s build', build => {
  let kernels: Kernels

  beforeAll(async () => {
    kernels = await createKernels({ build })
  })

  test.each(['N', 'T'] as const)('%s: 7,200 cases', trans => {
    const a = new GuardedFloats(kernels, 20_000)
    const x = new GuardedFloats(kernels, 300)
    const y = new GuardedFloats(kernels, 400)
    let cases = 0
    let worst = 0
    let worstCase = 'no case'
    let damage: string | undefined
    // As long as a row, or longer, with canaries in the gap.
    for (const m of sizes)
      for (const n of sizes)
        for (const [alpha, beta] of scalings)
          for (const [incx, incy] of increments)
            for (const lda of [Math.max(1, n), n + 7]) {
              const shift = cases++ % 4
              const [rows, columns] = trans === 'N' ? [m, n] : [n, m]
              const [stepX, stepY] = [Math.abs(incx), Math.abs(incy)]
              const matrix = a.reset(m > 0 && n > 0 ? (m - 1) * lda + n : 0, shift)
              const vector = x.reset(columns > 0 ? (columns - 1) * stepX + 1 : 0, (shift + 1) % 4)
              const result = y.reset(rows > 0 ? (rows - 1) * stepY + 1 : 0, (shift + 2) % 4)
              if (alpha !== 0) {
                for (let i = 0; i < m; i++) {
                  for (let j = 0; j < n; j++) matrix[i * lda + j] = at(pool, i * n + j)
                }
                for (let j = 0; j < columns; j++) vector[j * stepX] = at(pool, 1000 + j)
              }
              for (let i = 0; i < rows && beta !== 0; i++) result[i * stepY] = at(pool, 2000 + i)

              const expected = Float64Array.from(result)
              gemv(trans, m, n, alpha, matrix, lda, vector, incx, beta, expected, incy)
              const bound = Float64Array.from(result, Math.abs)
              const magnitudes = [matrix.map(Math.abs), vector.map(Math.abs)] as const
              gemv(trans, m, n, Math.abs(alpha), magnitudes[0], lda, magnitudes[1], incx, beta, bound, incy)
              kernels.sgemv(trans, m, n, alpha, a.upload(), lda, x.upload(), incx, beta, y.upload(), incy)

              const what = `m ${m}, n ${n}, α ${alpha}, β ${beta}, incx ${incx}, incy ${incy}, lda ${lda}`
              for (let i = 0; i < rows; i++) {
                const error = Math.abs(at(y.result, i * stepY) - at(expected, i * stepY))
                const ratio = error === 0 ? 0 : error / (EPSILON * at(bound, i * stepY))
                if (ratio <= worst) continue
                worst = Number.isNaN(ratio) ? Number.POSITIVE_INFINITY : ratio
                worstCase = `y(${i}): ${what}`
              }
              const changed = a.changedOutside() + x.changedOutside() + y.changedOutside(rows, 1, stepY)
              if (changed > 0) damage ??= `${changed} words: ${what}`
            }
    expect(cases).toBe(7200)
    expect(damage).toBeUndefined()
    expect(worst, worstCase).toBeLessThanOrEqual(THRESHOLD)
  })
})

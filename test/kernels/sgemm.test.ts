// sgemm against the f64 twin, with LAPACK's residual for each component:
// |C − Cref| ≤ t·ε·(|α||A||B| + |β||C|), t = 4.
import { beforeAll, describe, expect, test } from 'vitest'
import { createKernels, type Kernels } from '../../src/kernels/index.ts'
import { at } from '../../src/reference/element.ts'
import { philox4x32 } from '../../src/reference/random.ts'
import { builds } from '../support/builds.ts'
import { GemmSweep, transposes } from '../support/gemm-sweep.ts'

const THRESHOLD = 4

// 0, 1, T − 1, T, T + 1 and 2T + 1 of microtiles of 2 or 6 rows and of 8, 12 or 16 columns, and of 2 or 4 steps of k.
const rowCounts = [0, 1, 2, 3, 5, 6, 7, 13]
const columnCounts = [0, 1, 4, 7, 8, 9, 11, 12, 13, 15, 16, 17, 25, 33]
const stepCounts = [0, 1, 2, 3, 4, 5, 9]
const scalings = [0, 1, -0.5].flatMap(alpha => [0, 1, 0.75].map(beta => ({ alpha, beta })))
const leadingDimensions = ['tight', 'prime'] as const

function expectWithin(sweep: GemmSweep, cases: number, threshold = THRESHOLD) {
  expect(sweep.cases).toBe(cases)
  expect(sweep.damage).toBeUndefined()
  expect(sweep.worst, sweep.worstCase).toBeLessThanOrEqual(threshold)
}

describe.each(builds)('sgemm, %s build', build => {
  let kernels: Kernels

  beforeAll(async () => {
    kernels = await createKernels({ build })
  })

  test.each(transposes)('%s%s: 14,112 cases around the microtile', (transA, transB) => {
    const sweep = new GemmSweep(kernels, 600)
    for (const m of rowCounts)
      for (const n of columnCounts)
        for (const k of stepCounts)
          for (const scaling of scalings)
            for (const ld of leadingDimensions) sweep.run({ transA, transB, m, n, k, ...scaling, ld })
    expectWithin(sweep, 14_112)
  })

  // 1, T − 1, T, T + 1 and 2T + 1 of cache blocks of 96, 256 and 512, one dimension at a time.
  const blockSizes = [95, 96, 97, 193, 255, 256, 257, 511, 512, 513, 1025]

  test.each(transposes)('%s%s: 891 cases around the cache blocks', (transA, transB) => {
    const sweep = new GemmSweep(kernels, 1031 * 300)
    const blockScalings = [
      { alpha: 1, beta: 0 },
      { alpha: 1, beta: 1 },
      { alpha: -0.5, beta: 0.75 },
    ]
    for (const large of blockSizes)
      for (const first of [1, 7, 13])
        for (const second of [5, 16, 257])
          for (const scaling of blockScalings) {
            const common = { transA, transB, ...scaling, ld: 'prime' } as const
            sweep.run({ ...common, m: large, n: first, k: second })
            sweep.run({ ...common, m: first, n: large, k: second })
            sweep.run({ ...common, m: first, n: second, k: large })
          }
    expectWithin(sweep, 891)
  })

  test.each(transposes)('%s%s: several blocks in every dimension at once', (transA, transB) => {
    const sweep = new GemmSweep(kernels, 540 * 540)
    sweep.run({ transA, transB, m: 193, n: 525, k: 513, alpha: -0.5, beta: 0.75, ld: 'prime' })
    expectWithin(sweep, 1)
  })

  test('400 random shapes and scalings', () => {
    const sweep = new GemmSweep(kernels, 160 * 160)
    for (let i = 0; i < 400; i++) {
      const [m, n, k, other] = philox4x32([i, 0, 0, 0], [2024, 0])
      const [transA, transB] = at(transposes, other % 4)
      const { alpha, beta } = at(scalings, (other >>> 2) % 9)
      const ld = at(leadingDimensions, (other >>> 8) % 2)
      sweep.run({ transA, transB, m: m % 150, n: n % 150, k: k % 150, alpha, beta, ld })
    }
    expectWithin(sweep, 400)
  })

  // X(100 × 784) · W1(784 × 512) · W2(512 × 10), the gradients Xᵀ·dH and Hᵀ·dY, and dY·W2ᵀ: lecture, section 4.
  // Rounding errors of k numbers of one sign grow like √k·ε (Higham & Mary, "A new approach to probabilistic rounding
  // error analysis", 2019), and where many components are computed, some exceed 4·ε.
  test.each([
    ['N', 'N', 100, 512, 784],
    ['N', 'N', 100, 10, 512],
    ['N', 'T', 100, 512, 10],
    ['T', 'N', 512, 10, 100],
    ['T', 'N', 784, 512, 100],
  ] as const)(
    '%s%s, m %i, n %i, k %i of the lecture’s network, positive numbers',
    (transA, transB, m, n, k) => {
      const sweep = new GemmSweep(kernels, 784 * 512, 0)
      sweep.run({ transA, transB, m, n, k, alpha: 1, beta: 0, ld: 'tight' })
      expectWithin(sweep, 1, Math.max(THRESHOLD, Math.sqrt(k)))
    },
  )

  test.each(transposes)(
    '%s%s: a NaN in A or B reaches its row or column of C, past zeros',
    (transA, transB) => {
      const n = 19
      const a = kernels.f32(n * n)
      const b = kernels.f32(n * n)
      const c = kernels.f32(n * n)
      const row = 17
      const column = 2
      const p = 5
      a.view[transA === 'N' ? row * n + p : p * n + row] = Number.NaN
      b.view[transB === 'N' ? p * n + column : column * n + p] = Number.NaN
      kernels.sgemm(transA, transB, n, n, n, 1, a, n, b, n, 0, c, n)
      const expected = Array.from({ length: n * n }, (_, i) =>
        Math.floor(i / n) === row || i % n === column ? Number.NaN : 0,
      )
      expect([...c.view]).toEqual(expected)
    },
  )

  test('A and B can be the same buffer: A·Aᵀ', () => {
    const a = kernels.f32(6)
    const c = kernels.f32(4)
    a.view.set([1, 2, 3, 4, 5, 6])
    kernels.sgemm('N', 'T', 2, 2, 3, 1, a, 3, a, 3, 0, c, 2)
    expect([...c.view]).toEqual([14, 32, 32, 77])
  })
})

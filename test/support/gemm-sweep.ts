// Runs sgemm case after case against the f64 twin and keeps the worst that it met.
import type { Kernels, Transpose } from '../../src/kernels/index.ts'
import { gemm } from '../../src/reference/blas.ts'
import { uniform } from '../../src/reference/random.ts'
import { GuardedFloats } from './guarded-floats.ts'

/** The spacing of f32 at 1. */
const EPSILON = 2 ** -23

/** Rows begin anywhere in a pool of random numbers; a prime, so that no two of a matrix are alike. */
const POOL_ROWS = 4093
const LONGEST_ROW = 1100

/** One call of sgemm. */
export interface GemmCase {
  transA: Transpose
  transB: Transpose
  m: number
  n: number
  k: number
  alpha: number
  beta: number
  /** Leading dimensions: as long as the rows (`tight`) or the next prime after that, with canaries in the gap. */
  ld: 'tight' | 'prime'
}

/** The four ways to transpose. */
export const transposes: [Transpose, Transpose][] = [
  ['N', 'N'],
  ['N', 'T'],
  ['T', 'N'],
  ['T', 'T'],
]

function nextPrime(n: number): number {
  for (let p = n + 1; ; p++) {
    let divisor = 2
    while (divisor * divisor <= p && p % divisor !== 0) divisor++
    if (p > 1 && divisor * divisor > p) return p
  }
}

/** One operand, reused by all cases: where it stands in linear memory, and its absolute values. */
class Operand {
  readonly guarded: GuardedFloats
  readonly magnitudes: Float32Array
  readonly #pool: Float32Array
  readonly #poolMagnitudes: Float32Array
  values: Float32Array = new Float32Array()

  /** Has room for `capacity` floats, drawn from [low, 1). */
  constructor(kernels: Kernels, capacity: number, low: number, stream: number) {
    this.guarded = new GuardedFloats(kernels, capacity)
    this.magnitudes = new Float32Array(capacity)
    this.#pool = uniform(POOL_ROWS + LONGEST_ROW, low, 1, 1, stream)
    this.#poolMagnitudes = this.#pool.map(Math.abs)
  }

  /** rows × columns numbers, ld apart; NaN in the gaps, and everywhere unless `filled`. */
  fill(rows: number, columns: number, ld: number, shift: number, filled: boolean): void {
    const length = rows > 0 && columns > 0 ? (rows - 1) * ld + columns : 0
    this.values = this.guarded.reset(length, shift)
    for (let i = 0; filled && length > 0 && i < rows; i++) {
      const start = (i * 31 + shift) % POOL_ROWS
      this.values.set(this.#pool.subarray(start, start + columns), i * ld)
      this.magnitudes.set(this.#poolMagnitudes.subarray(start, start + columns), i * ld)
    }
  }
}

/** How many cases ran, and the worst of them. Nothing is read from C where β = 0, nor from A and B where α = 0. */
export class GemmSweep {
  readonly #kernels: Kernels
  readonly #a: Operand
  readonly #b: Operand
  readonly #c: Operand
  readonly #expected: Float64Array
  readonly #bound: Float64Array

  cases = 0
  /** Largest |C − Cref| / (ε·(|α||A||B| + |β||C|)), component by component; Infinity where C is NaN. */
  worst = 0
  worstCase = 'no case'
  /** The first case that changed A, B, or a word outside C. */
  damage: string | undefined

  /** `capacity`: floats of the largest operand. A and B are drawn from [low, 1). */
  constructor(kernels: Kernels, capacity: number, low = -1) {
    this.#kernels = kernels
    this.#a = new Operand(kernels, capacity, low, 0)
    this.#b = new Operand(kernels, capacity, low, 1)
    this.#c = new Operand(kernels, capacity, -1, 2)
    this.#expected = new Float64Array(capacity)
    this.#bound = new Float64Array(capacity)
  }

  run(gemmCase: GemmCase): void {
    const { transA, transB, m, n, k, alpha, beta, ld } = gemmCase
    const [rowsA, columnsA] = transA === 'N' ? [m, k] : [k, m]
    const [rowsB, columnsB] = transB === 'N' ? [k, n] : [n, k]
    const leading = (columns: number) => (ld === 'prime' ? nextPrime(columns) : Math.max(1, columns))
    const lda = leading(columnsA)
    const ldb = leading(columnsB)
    const ldc = leading(n)
    const shift = this.cases % 4
    const a = this.#a
    const b = this.#b
    const c = this.#c
    a.fill(rowsA, columnsA, lda, shift, alpha !== 0)
    b.fill(rowsB, columnsB, ldb, (shift + 1) % 4, alpha !== 0)
    c.fill(m, n, ldc, (shift + 2) % 4, beta !== 0)
    this.#expected.set(c.values)
    this.#bound.set(c.magnitudes.subarray(0, c.values.length))
    const size = [transA, transB, m, n, k] as const
    gemm(...size, alpha, a.values, lda, b.values, ldb, beta, this.#expected, ldc)
    const [alphaSize, betaSize] = [Math.abs(alpha), Math.abs(beta)]
    gemm(...size, alphaSize, a.magnitudes, lda, b.magnitudes, ldb, betaSize, this.#bound, ldc)

    const [aBuffer, bBuffer, cBuffer] = [a.guarded.upload(), b.guarded.upload(), c.guarded.upload()]
    this.#kernels.sgemm(...size, alpha, aBuffer, lda, bBuffer, ldb, beta, cBuffer, ldc)

    this.cases++
    this.#compare(gemmCase, c.guarded.result, ldc)
    const changed =
      a.guarded.changedOutside() + b.guarded.changedOutside() + c.guarded.changedOutside(m, n, ldc)
    if (changed > 0) this.damage ??= `${changed} words: ${JSON.stringify(gemmCase)}`
  }

  #compare(gemmCase: GemmCase, result: Float32Array, ldc: number): void {
    const { m, n } = gemmCase
    for (let i = 0; i < m; i++) {
      for (let j = i * ldc; j < i * ldc + n; j++) {
        const error = Math.abs((result[j] ?? Number.NaN) - (this.#expected[j] ?? Number.NaN))
        const ratio = error === 0 ? 0 : error / (EPSILON * (this.#bound[j] ?? Number.NaN))
        if (ratio <= this.worst) continue
        this.worst = Number.isNaN(ratio) ? Number.POSITIVE_INFINITY : ratio
        this.worstCase = `C(${i}, ${j - i * ldc}) of ${JSON.stringify(gemmCase)}`
      }
    }
  }
}

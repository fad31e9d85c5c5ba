// BLAS in f64. Matrices are row-major, element (i, j) at i·ld + j; arguments and their order are those of `Kernels`.
import type { Transpose } from '../kernels/types.ts'
import { at, type Values } from './element.ts'

/**
 * C ← α·op(A)·op(B) + β·C: β = 0 leaves C unread, α = 0 leaves A and B unread. What lies outside A or B counts as NaN
 * (the innermost loop runs a billion times in the tests: `at` would double its time).
 */
export function gemm(
  transA: Transpose,
  transB: Transpose,
  m: number,
  n: number,
  k: number,
  alpha: number,
  a: Values,
  lda: number,
  b: Values,
  ldb: number,
  beta: number,
  c: Float64Array,
  ldc: number,
): void {
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0
      for (let p = 0; p < k && alpha !== 0; p++) {
        const left = a[transA === 'N' ? i * lda + p : p * lda + i] ?? Number.NaN
        const right = b[transB === 'N' ? p * ldb + j : j * ldb + p] ?? Number.NaN
        sum += left * right
      }
      const old = beta === 0 ? 0 : beta * at(c, i * ldc + j)
      c[i * ldc + j] = alpha * sum + old
    }
  }
}

/** Where element i of n stands: a negative increment starts from the far end. */
function place(i: number, n: number, inc: number): number {
  return inc > 0 ? i * inc : (n - 1 - i) * -inc
}

/** y ← α·op(A)·x + β·y with A m × n as stored: β = 0 leaves y unread, α = 0 leaves A and x unread. */
export function gemv(
  trans: Transpose,
  m: number,
  n: number,
  alpha: number,
  a: Values,
  lda: number,
  x: Values,
  incx: number,
  beta: number,
  y: Float64Array,
  incy: number,
): void {
  const rows = trans === 'N' ? m : n
  const columns = trans === 'N' ? n : m
  for (let i = 0; i < rows; i++) {
    let sum = 0
    for (let j = 0; j < columns && alpha !== 0; j++) {
      sum += at(a, trans === 'N' ? i * lda + j : j * lda + i) * at(x, place(j, columns, incx))
    }
    const to = place(i, rows, incy)
    y[to] = alpha * sum + (beta === 0 ? 0 : beta * at(y, to))
  }
}

/** y ← α·x + y. */
export function axpy(n: number, alpha: number, x: Values, incx: number, y: Float64Array, incy: number): void {
  for (let i = 0; i < n; i++) {
    const to = place(i, n, incy)
    y[to] = alpha * at(x, place(i, n, incx)) + at(y, to)
  }
}

/** Σ xᵢ·yᵢ. */
export function dot(n: number, x: Values, incx: number, y: Values, incy: number): number {
  let sum = 0
  for (let i = 0; i < n; i++) sum += at(x, place(i, n, incx)) * at(y, place(i, n, incy))
  return sum
}

/** x ← α·x. */
export function scal(n: number, alpha: number, x: Float64Array, incx: number): void {
  for (let i = 0; i < n; i++) x[place(i, n, incx)] = alpha * at(x, place(i, n, incx))
}

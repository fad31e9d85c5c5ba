// The orthonormal basis of the rows of a matrix, in f64.
import { dot } from './blas.ts'

/**
 * The Gram–Schmidt process, each row twice: row i less its projections on the result's rows before it, divided by its
 * length. x is rows × columns, rows ≤ columns.
 */
export function orthonormalize(x: ArrayLike<number>, rows: number, columns: number): Float64Array {
  const result = Float64Array.from(x)
  for (let i = 0; i < rows; i++) {
    const row = result.subarray(i * columns, (i + 1) * columns)
    for (let pass = 0; pass < 2; pass++) {
      for (let j = 0; j < i; j++) {
        const other = result.subarray(j * columns, (j + 1) * columns)
        const projection = dot(columns, other, 1, row, 1)
        other.forEach((value, k) => {
          row[k] = (row[k] ?? 0) - projection * value
        })
      }
    }
    const length = Math.sqrt(dot(columns, row, 1, row, 1))
    row.forEach((value, k) => {
      row[k] = value / length
    })
  }
  return result
}

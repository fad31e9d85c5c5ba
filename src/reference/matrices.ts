// Transpose, broadcast and reductions in f64. x is rows × columns, row-major, without gaps.
import { at, type Values } from './element.ts'

/** xᵀ, columns × rows. */
export function transpose(x: Values, rows: number, columns: number): Float64Array {
  return Float64Array.from({ length: rows * columns }, (_, i) =>
    at(x, (i % rows) * columns + Math.floor(i / rows)),
  )
}

/** rows × columns, each row the columns elements of b. */
export function broadcastRow(b: Values, rows: number, columns: number): Float64Array {
  return Float64Array.from({ length: rows * columns }, (_, i) => at(b, i % columns))
}

/** Σᵢ xᵢⱼ for each column j: the gradient of a bias (lecture, section 4). */
export function sumAxis0(x: Values, rows: number, columns: number): Float64Array {
  const sums = new Float64Array(columns)
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) sums[j] = at(sums, j) + at(x, i * columns + j)
  }
  return sums
}

/** Index of each row's first NaN; where there is none, of the first of its largest elements. */
export function argmax(x: Values, rows: number, columns: number): number[] {
  return Array.from({ length: rows }, (_, i) => {
    const row = Array.from({ length: columns }, (_, j) => at(x, i * columns + j))
    const nan = row.findIndex(Number.isNaN)
    return nan >= 0 ? nan : row.indexOf(Math.max(...row))
  })
}

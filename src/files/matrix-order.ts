// Transposes matrices of weights: files have units × inputs where the network has inputs × units.
import { ELEMENTS_PER_STEP, type Steps } from '../data/steps.ts'

/** Rows and columns of a tile: the lines of memory that it reads and writes fit into the cache. */
const TILE = 32

/** columns × rows from rows × columns. */
export function* transpose(
  matrix: Float32Array,
  rows: number,
  columns: number,
): Steps<Float32Array<ArrayBuffer>> {
  const result = new Float32Array(matrix.length)
  let sinceStep = 0
  for (let row = 0; row < rows; row += TILE) {
    for (let column = 0; column < columns; column += TILE) {
      transposeTile(matrix, result, { rows, columns, row, column })
      sinceStep += TILE * TILE
      if (sinceStep < ELEMENTS_PER_STEP) continue
      sinceStep = 0
      yield
    }
  }
  return result
}

function transposeTile(
  matrix: Float32Array,
  result: Float32Array,
  { rows, columns, row, column }: { rows: number; columns: number; row: number; column: number },
): void {
  const rowEnd = Math.min(row + TILE, rows)
  const columnEnd = Math.min(column + TILE, columns)
  for (let j = column; j < columnEnd; ++j) {
    for (let i = row; i < rowEnd; ++i) result[j * rows + i] = matrix[i * columns + j] ?? 0
  }
}

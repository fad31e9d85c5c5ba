// Softmax by row, its logarithm, and their derivatives in f64. All matrices are rows × columns, row-major. Lecture, section 2.
import { at, type Values } from './element.ts'

/** yᵢⱼ = exp(xᵢⱼ − maxⱼ xᵢ) / Σⱼ exp(xᵢⱼ − maxⱼ xᵢ). */
export function softmax(x: Values, rows: number, columns: number): Float64Array {
  const y = new Float64Array(rows * columns)
  for (let i = 0; i < rows; i++) {
    const row = Array.from({ length: columns }, (_, j) => at(x, i * columns + j))
    const largest = Math.max(...row)
    const exponentials = row.map(value => Math.exp(value - largest))
    const sum = exponentials.reduce((a, b) => a + b, 0)
    y.set(
      exponentials.map(value => value / sum),
      i * columns,
    )
  }
  return y
}

/** dxᵢⱼ = yᵢⱼ · (dyᵢⱼ − Σⱼ dyᵢⱼ·yᵢⱼ), where y is the softmax of x. */
export function softmaxGradient(y: Values, dy: Values, rows: number, columns: number): Float64Array {
  const dx = new Float64Array(rows * columns)
  for (let i = 0; i < rows; i++) {
    let dot = 0
    for (let j = 0; j < columns; j++) dot += at(dy, i * columns + j) * at(y, i * columns + j)
    for (let j = 0; j < columns; j++) {
      dx[i * columns + j] = at(y, i * columns + j) * (at(dy, i * columns + j) - dot)
    }
  }
  return dx
}

/** yᵢⱼ = xᵢⱼ − maxⱼ xᵢ − log Σⱼ exp(xᵢⱼ − maxⱼ xᵢ). */
export function logSoftmax(x: Values, rows: number, columns: number): Float64Array {
  const y = new Float64Array(rows * columns)
  for (let i = 0; i < rows; i++) {
    const row = Array.from({ length: columns }, (_, j) => at(x, i * columns + j))
    const largest = Math.max(...row)
    const sum = row.reduce((total, value) => total + Math.exp(value - largest), 0)
    y.set(
      row.map(value => value - largest - Math.log(sum)),
      i * columns,
    )
  }
  return y
}

/** dxᵢⱼ = dyᵢⱼ − exp(yᵢⱼ)·Σⱼ dyᵢⱼ, where y is the logSoftmax of x. */
export function logSoftmaxGradient(y: Values, dy: Values, rows: number, columns: number): Float64Array {
  const dx = new Float64Array(rows * columns)
  for (let i = 0; i < rows; i++) {
    let sum = 0
    for (let j = 0; j < columns; j++) sum += at(dy, i * columns + j)
    for (let j = 0; j < columns; j++) {
      dx[i * columns + j] = at(dy, i * columns + j) - Math.exp(at(y, i * columns + j)) * sum
    }
  }
  return dx
}

// Losses and their gradients in f64.
import { at, type Values } from './element.ts'
import { softmax } from './softmax.ts'

/** A loss and its gradient with respect to what it was computed from. */
export interface LossAndGradient {
  loss: number
  gradient: Float64Array
}

/** Mean of (y − t)² over all elements; gradient 2·(y − t) / length. */
export function meanSquaredError(y: Values, target: Values): LossAndGradient {
  const gradient = new Float64Array(y.length)
  let sum = 0
  for (let i = 0; i < y.length; i++) {
    const difference = at(y, i) - at(target, i)
    sum += difference ** 2
    gradient[i] = (2 * difference) / y.length
  }
  return { loss: sum / y.length, gradient }
}

/**
 * Mean over the rows of −log softmax(x)[label] = log Σⱼ exp(xⱼ − max) − (x[label] − max); gradient
 * (softmax(x) − onehot(label)) / rows. x is rows × columns, labels has a class 0 … columns − 1 for each row.
 */
export function softmaxCrossEntropy(
  x: Values,
  labels: Values,
  rows: number,
  columns: number,
): LossAndGradient {
  const gradient = softmax(x, rows, columns).map(probability => probability / rows)
  let loss = 0
  for (let i = 0; i < rows; i++) {
    const row = Array.from({ length: columns }, (_, j) => at(x, i * columns + j))
    const largest = Math.max(...row)
    const sum = row.reduce((total, value) => total + Math.exp(value - largest), 0)
    const label = at(labels, i)
    loss += Math.log(sum) - (at(row, label) - largest)
    gradient[i * columns + label] = at(gradient, i * columns + label) - 1 / rows
  }
  return { loss: loss / rows, gradient }
}

// Losses and their gradients in f64. Definitions are PyTorch 1.13's where it has them.
import { at, type Values } from './element.ts'
import { softmax } from './softmax.ts'

/** A loss and its gradient with respect to what it was computed from. */
export interface LossAndGradient {
  loss: number
  gradient: Float64Array
}

/** A loss of one element, given the output and its target. */
export type ElementwiseLossName =
  | 'meanSquaredError'
  | 'meanAbsoluteError'
  | 'huber'
  | 'binaryCrossEntropy'
  | 'hinge'

/** [l, ∂l/∂y] of one element; `delta` is Huber's. Binary cross-entropy takes a logit y. */
function elementLoss(name: ElementwiseLossName, y: number, t: number, delta: number): [number, number] {
  const difference = y - t
  switch (name) {
    case 'meanSquaredError':
      return [difference ** 2, 2 * difference]
    case 'meanAbsoluteError':
      return [Math.abs(difference), Math.sign(difference)]
    case 'huber': {
      const distance = Math.abs(difference)
      if (distance <= delta) return [difference ** 2 / 2, difference]
      return [delta * (distance - delta / 2), delta * Math.sign(difference)]
    }
    case 'binaryCrossEntropy':
      return [Math.max(y, 0) - y * t + Math.log1p(Math.exp(-Math.abs(y))), 1 / (1 + Math.exp(-y)) - t]
    case 'hinge':
      return t * y < 1 ? [1 - t * y, -t] : [0, 0]
  }
}

const sumOf = (values: Values) => Array.from(values).reduce((sum, value) => sum + value, 0)

/**
 * Σᵢ wᵢ·cᵢ·Σⱼ l(yᵢⱼ, tᵢⱼ) / (columns·Σ w), and its gradient with respect to y; `weights` has a w for each row,
 * `factors` a c, 1 unless given, that does not count in the divisor. 0 where Σ w is.
 */
export function elementwiseLoss(
  name: ElementwiseLossName,
  y: Values,
  target: Values,
  weights: Values,
  { delta = 1, factors }: { delta?: number; factors?: Values | undefined } = {},
): LossAndGradient {
  const columns = y.length / weights.length
  const total = sumOf(weights) * columns
  const gradient = new Float64Array(y.length)
  if (total === 0) return { loss: 0, gradient }
  let sum = 0
  for (let i = 0; i < y.length; i++) {
    const row = Math.floor(i / columns)
    const weight = at(weights, row) * (factors ? at(factors, row) : 1)
    const [loss, derivative] = elementLoss(name, at(y, i), at(target, i), delta)
    sum += weight * loss
    gradient[i] = (weight * derivative) / total
  }
  return { loss: sum / total, gradient }
}

/** Mean of (y − t)² over all elements; gradient 2·(y − t) / length. */
export function meanSquaredError(y: Values, target: Values): LossAndGradient {
  return elementwiseLoss('meanSquaredError', y, target, [1])
}

/**
 * Mean over the rows of −log softmax(x)[label] = log Σⱼ exp(xⱼ − max) − (x[label] − max); gradient (softmax(x) −
 * onehot(label)) / rows. x is rows × columns, labels has a class from 0 to columns − 1 for each row.
 */
export function softmaxCrossEntropy(
  x: Values,
  labels: Values,
  rows: number,
  columns: number,
): LossAndGradient {
  return weightedCrossEntropy(x, oneHot(labels, columns), new Float64Array(rows).fill(1))
}

/** A 1 at each row's label, rows × columns. */
export function oneHot(labels: Values, columns: number): Float64Array {
  const result = new Float64Array(labels.length * columns)
  for (let i = 0; i < labels.length; i++) result[i * columns + at(labels, i)] = 1
  return result
}

/**
 * Σᵢ wᵢ·Σⱼ −aᵢⱼ·log softmax(xᵢ)ⱼ / Σᵢ wᵢ·dᵢ with aᵢⱼ = cⱼ·((1 − smoothing)·qᵢⱼ + smoothing/columns): x and the
 * distributions q are rows × columns, w has a weight for each row, c for each class; d, 1 unless given, is what a row
 * counts in the divisor.
 */
export function weightedCrossEntropy(
  x: Values,
  distributions: Values,
  weights: Values,
  options: { smoothing?: number; classWeights?: Values; divisors?: Values } = {},
): LossAndGradient {
  const { smoothing = 0, classWeights, divisors } = options
  const rows = weights.length
  const columns = x.length / rows
  const gradient = new Float64Array(x.length)
  const total = sumOf(Array.from(weights, (weight, i) => weight * (divisors ? at(divisors, i) : 1)))
  if (total === 0) return { loss: 0, gradient }
  const probabilities = softmax(x, rows, columns)
  let sum = 0
  for (let i = 0; i < rows; i++) {
    const row = Array.from({ length: columns }, (_, j) => at(x, i * columns + j))
    const largest = Math.max(...row)
    const logSum = Math.log(sumOf(row.map(value => Math.exp(value - largest))))
    const a = row.map((_, j) => {
      const share = (1 - smoothing) * at(distributions, i * columns + j) + smoothing / columns
      return classWeights ? at(classWeights, j) * share : share
    })
    const mass = sumOf(a)
    for (let j = 0; j < columns; j++) {
      const index = i * columns + j
      sum += at(weights, i) * at(a, j) * (logSum - (at(row, j) - largest))
      gradient[index] = (at(weights, i) * (mass * at(probabilities, index) - at(a, j))) / total
    }
  }
  return { loss: sum / total, gradient }
}

/**
 * Σᵢ wᵢ·cᵢ·Σⱼ max(0, 1 − xᵢ[label] + xᵢⱼ) / (columns·Σ w) over all j but the label, and its gradient; 0 where Σ w is. x
 * is rows × columns; labels, weights w and factors c (1 unless given) have an element for each row.
 */
export function multiclassHinge(
  x: Values,
  labels: Values,
  weights: Values,
  factors?: Values,
): LossAndGradient {
  const columns = x.length / weights.length
  const total = sumOf(weights) * columns
  const gradient = new Float64Array(x.length)
  if (total === 0) return { loss: 0, gradient }
  let sum = 0
  for (let i = 0; i < weights.length; i++) {
    const right = i * columns + at(labels, i)
    const scale = (at(weights, i) * (factors ? at(factors, i) : 1)) / total
    for (let index = i * columns; index < (i + 1) * columns; index++) {
      const margin = 1 - at(x, right) + at(x, index)
      if (index === right || margin <= 0) continue
      sum += scale * margin
      gradient[index] = scale
      gradient[right] = at(gradient, right) - scale
    }
  }
  return { loss: sum, gradient }
}

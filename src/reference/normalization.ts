// Batch and layer normalisation in f64, as PyTorch 1.13 defines BatchNorm1d and LayerNorm. x is rows × columns,
// row-major; γ and β have an element for each column.
import { at, type Values } from './element.ts'
import { transpose } from './matrices.ts'

/** Means and biased variances of a matrix's columns, or rows. */
export interface Moments {
  mean: Float64Array
  variance: Float64Array
}

/** The gradients of Σ dy·y with respect to x, γ and β. */
export interface NormalizationGradients {
  dx: Float64Array
  dGamma: Float64Array
  dBeta: Float64Array
}

/** Mean and biased variance, Σ (x − mean)² / columns, of each row. */
export function rowMoments(x: Values, rows: number, columns: number): Moments {
  const mean = new Float64Array(rows)
  const variance = new Float64Array(rows)
  for (let i = 0; i < rows; i++) {
    const row = Array.from({ length: columns }, (_, j) => at(x, i * columns + j))
    const average = row.reduce((sum, value) => sum + value, 0) / columns
    mean[i] = average
    variance[i] = row.reduce((sum, value) => sum + (value - average) ** 2, 0) / columns
  }
  return { mean, variance }
}

/** Mean and biased variance, Σ (x − mean)² / rows, of each column. */
export function columnMoments(x: Values, rows: number, columns: number): Moments {
  return rowMoments(transpose(x, rows, columns), columns, rows)
}

/**
 * γ·(x − mean) / √(variance + epsilon) + β by the columns' moments: the batch's, or those that ran along in training.
 */
export function batchNormalization(
  x: Values,
  gamma: Values,
  beta: Values,
  { mean, variance }: Moments,
  epsilon = 1e-5,
): Float64Array {
  const columns = gamma.length
  return Float64Array.from(x, (value, i) => {
    const j = i % columns
    const xhat = (value - at(mean, j)) / Math.sqrt(at(variance, j) + epsilon)
    return at(gamma, j) * xhat + at(beta, j)
  })
}

/**
 * With x̂ = (x − mean)·s and s = 1 / √(variance + epsilon) of the batch itself: dx = γ·s·(dy − mean dy −
 * x̂·mean(dy·x̂)), dγ = Σ dy·x̂, dβ = Σ dy, all means and sums over the rows.
 */
export function batchNormalizationGradient(
  x: Values,
  dy: Values,
  gamma: Values,
  epsilon = 1e-5,
): NormalizationGradients {
  const columns = gamma.length
  const rows = x.length / columns
  const { mean, variance } = columnMoments(x, rows, columns)
  const dx = new Float64Array(x.length)
  const dGamma = new Float64Array(columns)
  const dBeta = new Float64Array(columns)
  for (let j = 0; j < columns; j++) {
    const s = 1 / Math.sqrt(at(variance, j) + epsilon)
    const xhat = (i: number) => (at(x, i * columns + j) - at(mean, j)) * s
    let sum = 0
    let product = 0
    for (let i = 0; i < rows; i++) {
      sum += at(dy, i * columns + j)
      product += at(dy, i * columns + j) * xhat(i)
    }
    dBeta[j] = sum
    dGamma[j] = product
    for (let i = 0; i < rows; i++) {
      const centred = at(dy, i * columns + j) - sum / rows - (xhat(i) * product) / rows
      dx[i * columns + j] = at(gamma, j) * s * centred
    }
  }
  return { dx, dGamma, dBeta }
}

/** (1 − momentum)·running + momentum·batch, the batch's variance unbiased: times rows / (rows − 1). */
export function runningMoments(running: Moments, batch: Moments, rows: number, momentum = 0.1): Moments {
  const unbiased = rows / (rows - 1)
  return {
    mean: running.mean.map((old, j) => (1 - momentum) * old + momentum * at(batch.mean, j)),
    variance: running.variance.map(
      (old, j) => (1 - momentum) * old + momentum * at(batch.variance, j) * unbiased,
    ),
  }
}

/** γ·(x − mean) / √(variance + epsilon) + β by the moments of each row. */
export function layerNormalization(x: Values, gamma: Values, beta: Values, epsilon = 1e-5): Float64Array {
  const columns = gamma.length
  const { mean, variance } = rowMoments(x, x.length / columns, columns)
  return Float64Array.from(x, (value, index) => {
    const [i, j] = [Math.floor(index / columns), index % columns]
    const xhat = (value - at(mean, i)) / Math.sqrt(at(variance, i) + epsilon)
    return at(gamma, j) * xhat + at(beta, j)
  })
}

/**
 * With x̂ = (x − mean)·s, s = 1 / √(variance + epsilon) of a row, and g = γ·dy: dx = s·(g − mean g − x̂·mean(g·x̂)),
 * means over the row; dγ = Σ dy·x̂ and dβ = Σ dy over the rows.
 */
export function layerNormalizationGradient(
  x: Values,
  dy: Values,
  gamma: Values,
  epsilon = 1e-5,
): NormalizationGradients {
  const columns = gamma.length
  const rows = x.length / columns
  const { mean, variance } = rowMoments(x, rows, columns)
  const dx = new Float64Array(x.length)
  const dGamma = new Float64Array(columns)
  const dBeta = new Float64Array(columns)
  for (let i = 0; i < rows; i++) {
    const s = 1 / Math.sqrt(at(variance, i) + epsilon)
    const xhat = (j: number) => (at(x, i * columns + j) - at(mean, i)) * s
    const g = (j: number) => at(gamma, j) * at(dy, i * columns + j)
    let sum = 0
    let product = 0
    for (let j = 0; j < columns; j++) {
      sum += g(j)
      product += g(j) * xhat(j)
      dGamma[j] = at(dGamma, j) + at(dy, i * columns + j) * xhat(j)
      dBeta[j] = at(dBeta, j) + at(dy, i * columns + j)
    }
    for (let j = 0; j < columns; j++) {
      dx[i * columns + j] = s * (g(j) - sum / columns - (xhat(j) * product) / columns)
    }
  }
  return { dx, dGamma, dBeta }
}

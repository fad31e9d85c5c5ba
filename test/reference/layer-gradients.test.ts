// The twins' gradients of normalisation, PReLU and input scaling against central differences of Σ dy·y.
import { describe, expect, test } from 'vitest'
import { dot, gemm } from '../../src/reference/blas.ts'
import { centralDifferences } from '../../src/reference/central-differences.ts'
import { dropout, dropoutFactors } from '../../src/reference/dropout.ts'
import { foldInputScaling, scaleRows, unfoldInputScaling } from '../../src/reference/input-scaling.ts'
import { sumAxis0 } from '../../src/reference/matrices.ts'
import {
  batchNormalization,
  batchNormalizationGradient,
  columnMoments,
  layerNormalization,
  layerNormalizationGradient,
  runningMoments,
} from '../../src/reference/normalization.ts'
import { prelu, preluGradient } from '../../src/reference/prelu.ts'
import { uniform } from '../../src/reference/random.ts'
import { largestDifference } from '../support/largest-difference.ts'

const TOLERANCE = 1e-8
const [ROWS, COLUMNS] = [5, 4]

const random = (length: number, stream: number, low = -2, high = 2) =>
  Float64Array.from(uniform(length, low, high, 2, stream))

const x = random(ROWS * COLUMNS, 0)
const dy = random(ROWS * COLUMNS, 1)
const gamma = random(COLUMNS, 2, 0.5, 1.5)
const beta = random(COLUMNS, 3)

const objective = (y: Float64Array) => dot(y.length, dy, 1, y, 1)

describe.each([
  [
    'batch normalisation',
    () => batchNormalization(x, gamma, beta, columnMoments(x, ROWS, COLUMNS)),
    () => batchNormalizationGradient(x, dy, gamma),
  ],
  [
    'layer normalisation',
    () => layerNormalization(x, gamma, beta),
    () => layerNormalizationGradient(x, dy, gamma),
  ],
] as const)('%s', (_, forward, gradient) => {
  test.each([
    ['dx', x],
    ['dGamma', gamma],
    ['dBeta', beta],
  ] as const)('%s', (name, by) => {
    const numerical = centralDifferences(by, () => objective(forward()))
    expect(largestDifference(gradient()[name], numerical)).toBeLessThan(TOLERANCE)
  })
})

test('batch normalisation: worked by hand', () => {
  const moments = columnMoments([1, 10, 3, 10], 2, 2)
  expect([...moments.mean, ...moments.variance]).toEqual([2, 10, 1, 0])
  expect([...batchNormalization([1, 10, 3, 10], [2, 2], [0, 5], moments, 0)].slice(0, 1)).toEqual([-2])
  const running = runningMoments(
    { mean: Float64Array.of(0, 0), variance: Float64Array.of(1, 1) },
    moments,
    2,
    0.5,
  )
  // The unbiased variance of 1 and 3 is 2.
  expect([...running.mean, ...running.variance]).toEqual([1, 5, 1.5, 0.5])
})

test('layer normalisation: worked by hand', () => {
  expect([...layerNormalization([1, 3, 10, 30], [1, 2], [0, 1], 0)]).toEqual([-1, 3, -1, 3])
})

describe.each([1, COLUMNS])('PReLU with %i slopes', count => {
  const slopes = random(count, 4, 0.1, 0.5)

  test('dx and da', () => {
    const forward = () => objective(prelu(x, slopes, COLUMNS))
    const { dx, dSlopes } = preluGradient(x, dy, slopes, COLUMNS)
    expect(largestDifference(dx, centralDifferences(x, forward))).toBeLessThan(TOLERANCE)
    expect(largestDifference(dSlopes, centralDifferences(slopes, forward))).toBeLessThan(TOLERANCE)
  })
})

test('input scaling: the gradient of a folded product is that of the scaled one', () => {
  const units = 3
  const weights = random(COLUMNS * units, 5)
  const bias = random(units, 6)
  const scaling = { mean: random(COLUMNS, 7), scale: random(COLUMNS, 8, 0.5, 3) }
  const dz = random(ROWS * units, 9)
  const product = (from: Float64Array, w: Float64Array, b: Float64Array) => {
    const z = Float64Array.from({ length: ROWS * units }, (_, i) => b[i % units] ?? Number.NaN)
    gemm('N', 'N', ROWS, units, COLUMNS, 1, from, COLUMNS, w, units, 1, z, units)
    return z
  }
  const scaled = () => product(scaleRows(x, scaling), weights, bias)
  const folded = foldInputScaling(weights, bias, scaling)
  expect(largestDifference(product(x, folded.weights, folded.bias), scaled())).toBeLessThan(1e-13)

  const g = new Float64Array(COLUMNS * units)
  gemm('T', 'N', COLUMNS, units, ROWS, 1, x, COLUMNS, dz, units, 0, g, units)
  const numerical = centralDifferences(weights, () => dot(dz.length, dz, 1, scaled(), 1))
  const gradient = unfoldInputScaling(g, sumAxis0(dz, ROWS, units), scaling)
  expect(largestDifference(gradient, numerical)).toBeLessThan(TOLERANCE)
})

test('dropout keeps the expectation: E m = 1', () => {
  const factors = dropoutFactors(4000, 0.25, 1, 2, 3)
  expect(new Set(factors)).toEqual(new Set([0, 4 / 3]))
  const mean = dropout(new Float64Array(4000).fill(1), factors).reduce((a, b) => a + b, 0) / 4000
  // Five standard deviations.
  expect(Math.abs(mean - 1)).toBeLessThan(5 * Math.sqrt(1 / 3 / 4000))
})

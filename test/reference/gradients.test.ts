// The twin's derivatives against central differences of the twin's functions.
import { describe, expect, test } from 'vitest'
import { activationNames as names } from '../../src/kernels/activations.ts'
import { activation, activationDerivative } from '../../src/reference/activations.ts'
import { dot } from '../../src/reference/blas.ts'
import { centralDifferences } from '../../src/reference/central-differences.ts'
import { at } from '../../src/reference/element.ts'
import { meanSquaredError, softmaxCrossEntropy } from '../../src/reference/losses.ts'
import {
  networkGradients,
  networkLoss,
  numericalNetworkGradients,
  predict,
  type ReferenceDense,
  type ReferenceLayer,
  type ReferenceLoss,
} from '../../src/reference/network.ts'
import { uniform } from '../../src/reference/random.ts'
import { logSoftmax, logSoftmaxGradient, softmax, softmaxGradient } from '../../src/reference/softmax.ts'
import { largestDifference } from '../support/largest-difference.ts'

/** Central differences of functions of size 1 come this close to the derivative. */
const TOLERANCE = 1e-9

const random = (length: number, stream: number, limit = 2) =>
  Float64Array.from(uniform(length, -limit, limit, 1, stream))

test('centralDifferences of a cubic, and x as it was', () => {
  const x = Float64Array.of(2, -3)
  const gradient = centralDifferences(x, () => at(x, 0) ** 3 + 5 * at(x, 1))
  expect(largestDifference(gradient, [12, 5])).toBeLessThan(TOLERANCE)
  expect([...x]).toEqual([2, -3])
})

test.each(names)('activationDerivative of %s', name => {
  const x = random(100, 0, 6)
  const numerical = x.map(a => {
    const point = Float64Array.of(a)
    return at(
      centralDifferences(point, () => activation(name, at(point, 0), 0.2)),
      0,
    )
  })
  const analytic = x.map(a => activationDerivative(name, a, 0.2))
  expect(largestDifference(analytic, numerical)).toBeLessThan(TOLERANCE)
})

test('softmaxGradient', () => {
  const x = random(15, 0)
  const dy = random(15, 1)
  const numerical = centralDifferences(x, () => dot(15, dy, 1, softmax(x, 3, 5), 1))
  expect(largestDifference(softmaxGradient(softmax(x, 3, 5), dy, 3, 5), numerical)).toBeLessThan(TOLERANCE)
})

test('logSoftmax and its gradient', () => {
  const x = random(15, 0)
  const dy = random(15, 1)
  const y = logSoftmax(x, 3, 5)
  expect(largestDifference(y.map(Math.exp), softmax(x, 3, 5))).toBeLessThan(TOLERANCE)
  const numerical = centralDifferences(x, () => dot(15, dy, 1, logSoftmax(x, 3, 5), 1))
  expect(largestDifference(logSoftmaxGradient(y, dy, 3, 5), numerical)).toBeLessThan(TOLERANCE)
})

test('meanSquaredError', () => {
  const y = random(12, 0)
  const target = random(12, 1)
  const numerical = centralDifferences(y, () => meanSquaredError(y, target).loss)
  expect(largestDifference(meanSquaredError(y, target).gradient, numerical)).toBeLessThan(TOLERANCE)
})

test('softmaxCrossEntropy', () => {
  const x = random(15, 0)
  const labels = [4, 0, 2]
  const numerical = centralDifferences(x, () => softmaxCrossEntropy(x, labels, 3, 5).loss)
  expect(largestDifference(softmaxCrossEntropy(x, labels, 3, 5).gradient, numerical)).toBeLessThan(TOLERANCE)
})

describe('networkGradients', () => {
  const rows = 3
  const x = random(rows * 4, 100)

  const layer = (
    inputs: number,
    units: number,
    activation: ReferenceDense['activation'],
    stream: number,
  ) => ({
    inputs,
    units,
    weights: random(inputs * units, stream, 1),
    bias: random(units, stream + 1, 1),
    activation,
    slope: 0.3,
  })

  function expectGradients(layers: ReferenceLayer[], targets: ArrayLike<number>, loss: ReferenceLoss) {
    const analytic = networkGradients(layers, x, targets, rows, loss)
    const numerical = numericalNetworkGradients(layers, x, targets, rows, loss)
    expect(analytic.loss).toBe(numerical.loss)
    expect(analytic.layers).toHaveLength(layers.length)
    for (const [i, { dWeights, dBias }] of numerical.layers.entries()) {
      expect(largestDifference(at(analytic.layers, i).dWeights, dWeights), `dW${i + 1}`).toBeLessThan(
        TOLERANCE,
      )
      expect(largestDifference(at(analytic.layers, i).dBias, dBias), `db${i + 1}`).toBeLessThan(TOLERANCE)
    }
    expect(largestDifference(analytic.dx, numerical.dx), 'dx').toBeLessThan(TOLERANCE)
  }

  test.each(names)('two layers, %s then softmax, cross-entropy', name => {
    expectGradients([layer(4, 5, name, 0), layer(5, 3, 'softmax', 2)], [2, 0, 1], 'crossEntropy')
  })

  test.each([...names, 'softmax' as const, 'logSoftmax' as const])(
    'one layer, %s, mean squared error',
    name => {
      expectGradients([layer(4, 3, name, 0)], random(9, 50), 'meanSquaredError')
    },
  )

  test('a logSoftmax, cross-entropy', () => {
    expectGradients([layer(4, 5, 'tanh', 0), layer(5, 3, 'logSoftmax', 2)], [2, 0, 1], 'crossEntropy')
  })

  test('five layers, identity, mean squared error', () => {
    const layers = [
      layer(4, 6, 'tanh', 0),
      layer(6, 5, 'relu', 2),
      layer(5, 7, 'sigmoid', 4),
      layer(7, 3, 'softplus', 6),
      layer(3, 2, 'identity', 8),
    ]
    expectGradients(layers, random(6, 50), 'meanSquaredError')
  })

  test('predict and networkLoss of the lecture’s worked example: z = y1 + y2 = 2·x1 + 3·x2', () => {
    const layers: ReferenceLayer[] = [
      {
        inputs: 2,
        units: 2,
        weights: Float64Array.of(2, 0, 0, 3),
        bias: Float64Array.of(1, -1),
        activation: 'identity',
      },
      {
        inputs: 2,
        units: 1,
        weights: Float64Array.of(1, 1),
        bias: Float64Array.of(0),
        activation: 'identity',
      },
    ]
    const points = [5, 7, -1, 4]
    expect([...predict(layers, points, 2)]).toEqual([31, 10])
    expect(networkLoss(layers, points, [30, 13], 2, 'meanSquaredError')).toBe((1 + 9) / 2)
  })

  test('cross-entropy of a network without softmax is refused', () => {
    expect(() => networkGradients([layer(4, 3, 'relu', 0)], x, [0, 1, 2], rows, 'crossEntropy')).toThrow(
      'ends in relu',
    )
  })
})

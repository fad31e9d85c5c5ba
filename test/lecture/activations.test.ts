// The lecture's activation functions and numbers, computed by the kernels.
import { beforeAll, describe, expect, test } from 'vitest'
import { type ActivationName, createKernels, type Kernels } from '../../src/kernels/index.ts'
import { builds } from '../support/builds.ts'

const EPSILON = 2 ** -23

describe.each(builds)('%s build', build => {
  let kernels: Kernels

  beforeAll(async () => {
    kernels = await createKernels({ build })
  })

  function upload(values: ArrayLike<number>) {
    const buffer = kernels.f32(values.length)
    buffer.view.set(values)
    return buffer
  }

  /** h of each value. */
  function apply(name: ActivationName, values: ArrayLike<number>): number[] {
    const y = kernels.f32(values.length)
    kernels.activation(name, upload(values), y)
    return [...y.view]
  }

  /** dy·h′ of each value. */
  function backward(name: ActivationName, values: ArrayLike<number>, dy = 1): number[] {
    const dx = kernels.f32(values.length)
    const gradient = upload(Array.from(values, () => dy))
    kernels.activationGradient(name, upload(values), upload(apply(name, values)), gradient, dx)
    return [...dx.view]
  }

  function expectClose(actual: number[], expected: number[]) {
    expect(actual).toHaveLength(expected.length)
    for (const [i, value] of actual.entries()) {
      const limit = 2 * EPSILON * Math.max(1, Math.abs(expected[i] ?? 0))
      expect(Math.abs(value - (expected[i] ?? 0)), `${value}, expected ${expected[i]}`).toBeLessThanOrEqual(
        limit,
      )
    }
  }

  describe('lecture §2, table of activation functions', () => {
    test('step: 1 if a > 0, else 0; derivative 0', () => {
      expect(apply('step', [-2, -0.5, 0, 0.5, 2])).toEqual([0, 0, 0, 1, 1])
      expect(backward('step', [-2, -0.5, 0, 0.5, 2])).toEqual([0, 0, 0, 0, 0])
    })

    test('sigmoid: 1 / (1 + exp(−a)); derivative h·(1 − h)', () => {
      const a = [-3, -1, 0, 1, 3]
      const h = a.map(value => 1 / (1 + Math.exp(-value)))
      expectClose(apply('sigmoid', a), h)
      expectClose(
        backward('sigmoid', a),
        h.map(value => value * (1 - value)),
      )
    })

    test('the sigmoid’s derivative is at most 0.25, and that at 0', () => {
      const a = Array.from({ length: 4001 }, (_, i) => (i - 2000) / 100)
      const derivatives = backward('sigmoid', a)
      expect(Math.max(...derivatives)).toBe(0.25)
      expect(derivatives.indexOf(0.25)).toBe(a.indexOf(0))
      expect(derivatives.filter(value => value === 0.25)).toHaveLength(1)
    })

    test('ReLU: a if a > 0, else 0; derivative 1 or 0, at 0 a sub-gradient in [0, 1]', () => {
      expect(apply('relu', [-2, -0.5, 0.5, 2])).toEqual([0, 0, 0.5, 2])
      expect(backward('relu', [-2, -0.5, 0, 0.5, 2])).toEqual([0, 0, 0, 1, 1])
    })

    test('leaky ReLU: a if a > 0, else 0.1·a; derivative 1 or 0.1', () => {
      expectClose(apply('leakyRelu', [-2, -0.5, 0, 0.5, 2]), [-0.2, -0.05, 0, 0.5, 2])
      expectClose(backward('leakyRelu', [-2, -0.5, 0.5, 2]), [0.1, 0.1, 1, 1])
    })

    test('softplus: log(1 + exp(a)); derivative sigmoid(a)', () => {
      const a = [-3, -1, 0, 1, 3]
      expectClose(
        apply('softplus', a),
        a.map(value => Math.log(1 + Math.exp(value))),
      )
      expectClose(
        backward('softplus', a),
        a.map(value => 1 / (1 + Math.exp(-value))),
      )
    })

    test('identity: a; derivative 1', () => {
      expect(apply('identity', [-2, -0.5, 0, 0.5, 2])).toEqual([-2, -0.5, 0, 0.5, 2])
      expect(backward('identity', [-2, -0.5, 0, 0.5, 2])).toEqual([1, 1, 1, 1, 1])
    })
  })

  describe('lecture §2, softmax', () => {
    function softmax(logits: number[]): number[] {
      const y = kernels.f32(logits.length)
      kernels.softmax(upload(logits), y, 1, logits.length)
      return [...y.view]
    }

    test('[0.3, 2.9, 4.0] → [0.018, 0.245, 0.737], which sum to 1', () => {
      const y = softmax([0.3, 2.9, 4.0])
      expect(y.map(value => value.toFixed(3))).toEqual(['0.018', '0.245', '0.737'])
      expect(Math.abs(y.reduce((a, b) => a + b) - 1)).toBeLessThanOrEqual(EPSILON)
    })

    test('adding a constant C to all logits changes nothing', () => {
      // Sums with multiples of 1/4 are exact, so that the same differences go into the exponential.
      expect(softmax([1000.25, 1003, 1004.5])).toEqual(softmax([0.25, 3, 4.5]))
    })

    test('C = −max keeps it from overflowing: logits of ±1e4', () => {
      expect(softmax([1e4, -1e4, 0])).toEqual([1, 0, 0])
      expect(softmax([1e4, 1e4])).toEqual([0.5, 0.5])
      expect(softmax([-1e4, -1e4, -1e4, -1e4])).toEqual([0.25, 0.25, 0.25, 0.25])
    })
  })

  describe('lecture §2, vanishing gradient', () => {
    /** The argument at which the sigmoid is h. */
    const logit = (h: number) => Math.log(h / (1 - h))

    test('forward, rounded as there: 1 → 0.73 → 0.67', () => {
      const [first = 0] = apply('sigmoid', [1])
      expect(first.toFixed(2)).toBe('0.73')
      const [second = 0] = apply('sigmoid', [0.73])
      expect(second.toFixed(2)).toBe('0.67')
    })

    test('1·(1 − 0.67)·0.67 = 0.22, then 0.22·(1 − 0.73)·0.73 = 0.043', () => {
      const [first = 0] = backward('sigmoid', [logit(0.67)])
      expect(first.toFixed(2)).toBe('0.22')
      const [second = 0] = backward('sigmoid', [logit(0.73)], 0.22)
      expect(second.toFixed(3)).toBe('0.043')
    })

    test('two layers at 0.01 give 0.0001', () => {
      // h·(1 − h) = 0.01
      const a = logit((1 - Math.sqrt(1 - 4 * 0.01)) / 2)
      const [first = 0] = backward('sigmoid', [a])
      expect(first).toBeCloseTo(0.01, 7)
      const [second = 0] = backward('sigmoid', [a], first)
      expect(second).toBeCloseTo(0.0001, 9)
    })

    test('through ten layers the sigmoid leaves less than a millionth, ReLU all', () => {
      let sigmoidGradient = 1
      let reluGradient = 1
      for (let layer = 0; layer < 10; layer++) {
        sigmoidGradient = backward('sigmoid', [0], sigmoidGradient)[0] ?? Number.NaN
        reluGradient = backward('relu', [1], reluGradient)[0] ?? Number.NaN
      }
      expect(sigmoidGradient).toBe(0.25 ** 10)
      expect(reluGradient).toBe(1)
    })
  })

  test('lecture §4: the gradient of the bias is the sum of ∂L/∂Y over axis 0, the batch axis', () => {
    const dBias = kernels.f32(10)
    // 100 samples × 10 outputs: sample i, output j has the gradient i − 10·j.
    const dy = upload(Float32Array.from({ length: 1000 }, (_, at) => Math.floor(at / 10) - 10 * (at % 10)))
    kernels.sumAxis0(dy, dBias, 100, 10)
    expect([...dBias.view]).toEqual(Array.from({ length: 10 }, (_, j) => 4950 - 1000 * j))
  })
})

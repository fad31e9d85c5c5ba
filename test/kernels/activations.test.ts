// Activations and their gradients against the f64 twin. The accuracy of those that are not exact: accuracy.test.ts.
import { beforeAll, describe, expect, test } from 'vitest'
import {
  type ActivationName,
  type ActivationOptions,
  activationNames,
  createKernels,
  type F32Buffer,
  type Kernels,
} from '../../src/kernels/index.ts'
import { activation, activationDerivative } from '../../src/reference/activations.ts'
import { at } from '../../src/reference/element.ts'
import { uniform } from '../../src/reference/random.ts'
import { builds } from '../support/builds.ts'
import { GuardedFloats } from '../support/guarded-floats.ts'
import { largestDifference } from '../support/largest-difference.ts'

const EPSILON = 2 ** -23

const names = activationNames

/** Every kind of argument, in a prime number of floats. */
const x = Float32Array.of(
  ...[0, -0, 1, -1, 100, -100, 1e4, -1e4, 2 ** -126, -(2 ** -126), 2 ** -149, -(2 ** -149), 3e38, -3e38],
  ...uniform(87, -12, 12, 6, 0),
)
const dy = uniform(x.length, -2, 2, 6, 1)

const bits = (values: Float32Array) => [...new Int32Array(values.slice().buffer)]

describe.each(builds)('%s build', build => {
  let kernels: Kernels

  beforeAll(async () => {
    kernels = await createKernels({ build })
  })

  function upload(values: ArrayLike<number>): F32Buffer {
    const buffer = kernels.f32(values.length)
    buffer.view.set(values)
    return buffer
  }

  test.each(['step', 'relu', 'leakyRelu', 'identity', 'hardTanh'] as const)('%s is exact', name => {
    const y = kernels.f32(x.length)
    kernels.activation(name, upload(x), y)
    const expected = Float32Array.from(x, a => activation(name, a, Math.fround(0.1)))
    expect(largestDifference(y.view, expected)).toBe(0)
  })

  test('leaky ReLU takes a slope, also 0 and a negative one', () => {
    const y = kernels.f32(4)
    const from = upload([-2, 0, 3, -Infinity])
    kernels.activation('leakyRelu', from, y, { slope: 0.25 })
    expect([...y.view]).toEqual([-0.5, 0, 3, -Infinity])
    kernels.activation('leakyRelu', from, y, { slope: -1 })
    expect(y.view.map(Math.abs)).toEqual(Float32Array.of(2, 0, 3, Infinity))
    kernels.activation('leakyRelu', from.subarray(0, 3), y.subarray(0, 3), { slope: 0 })
    expect(y.view.map(Math.abs)).toEqual(Float32Array.of(0, 0, 3, Infinity))
  })

  test('hardSigmoid: a sum and a quotient, each rounded once', () => {
    const y = kernels.f32(x.length)
    kernels.activation('hardSigmoid', upload(x), y)
    const expected = Float32Array.from(x, a => Math.min(Math.max(Math.fround(a + 3), 0), 6) / 6)
    expect(largestDifference(y.view, expected)).toBe(0)
  })

  test('ELU takes an alpha, also 0', () => {
    const y = kernels.f32(5)
    const from = upload([-1, 0, 3, -Infinity, Infinity])
    kernels.activation('elu', from, y, { alpha: 0.25 })
    expect([...y.view]).toEqual([Math.fround(0.25 * Math.expm1(-1)), 0, 3, -0.25, Infinity])
    kernels.activation('elu', from, y, { alpha: 0 })
    expect(y.view.map(Math.abs)).toEqual(Float32Array.of(0, 0, 3, 0, Infinity))
  })

  test('CELU takes an alpha, in which it is computed in f64', () => {
    for (const alpha of [0.25, 3, 2 ** -149, 3e38].map(Math.fround)) {
      const y = kernels.f32(x.length)
      kernels.activation('celu', upload(x), y, { alpha })
      const expected = Float64Array.from(x, a => activation('celu', a, alpha))
      const scale = (i: number) => EPSILON * Math.abs(at(expected, i)) + 2 ** -149
      expect(largestDifference(y.view, expected, scale), `alpha ${alpha}`).toBeLessThan(0.52)
    }
  })

  /** h′ of each element of x. */
  function derivatives(name: ActivationName, parameter?: number): Float64Array {
    return Float64Array.from(x, a => activationDerivative(name, a, parameter))
  }

  function gradient(name: ActivationName, options: ActivationOptions = {}): Float32Array {
    const from = upload(x)
    const y = kernels.f32(x.length)
    const dx = kernels.f32(x.length)
    kernels.activation(name, from, y, options)
    kernels.activationGradient(name, from, y, upload(dy), dx, options)
    return dx.view
  }

  test.each(['step', 'relu', 'identity', 'hardTanh', 'relu6'] as const)(
    'the gradient of %s is exact',
    name => {
      const expected = derivatives(name).map((derivative, i) => at(dy, i) * derivative)
      expect(largestDifference(gradient(name), expected)).toBe(0)
    },
  )

  test.each([undefined, 0.25])('the gradient of leakyRelu with slope %s is rounded once', slope => {
    const expected = derivatives('leakyRelu', Math.fround(slope ?? 0.1)).map(
      (derivative, i) => at(dy, i) * derivative,
    )
    expect(
      largestDifference(
        gradient('leakyRelu', slope === undefined ? {} : { slope }),
        Float32Array.from(expected),
      ),
    ).toBe(0)
  })

  test('the gradient of softplus is within 2 ε of each value', () => {
    const expected = derivatives('softplus').map((derivative, i) => at(dy, i) * derivative)
    const error = largestDifference(
      gradient('softplus'),
      expected,
      i => EPSILON * Math.abs(at(expected, i)) + 2 ** -149,
    )
    expect(error).toBeLessThanOrEqual(2)
  })

  // Computed from y, whose rounding error of ε/2 the derivative passes on: h·(1 − h), 1 − h², h + alpha, (1 − |h|)².
  // That of GELU and SiLU is rounded once, and near its zeros as exact.
  test.each([...names.map(name => [name, {}]), ['elu', { alpha: 0.25 }], ['elu', { alpha: 0 }]] as [
    ActivationName,
    ActivationOptions,
  ][])('the gradient of %s, %o, is within 2 ε of dy', (name, options) => {
    const expected = derivatives(name, options.alpha).map((derivative, i) => at(dy, i) * derivative)
    const error = largestDifference(gradient(name, options), expected, i => EPSILON * Math.abs(at(dy, i)))
    expect(error).toBeLessThanOrEqual(2)
  })

  test.each(['gelu', 'geluTanh', 'silu', 'mish'] as const)(
    'the gradient of %s is within 2 ε of each value',
    name => {
      const expected = derivatives(name).map((derivative, i) => at(dy, i) * derivative)
      const scale = (i: number) => EPSILON * Math.abs(at(expected, i)) + 2 ** -149
      expect(largestDifference(gradient(name), expected, scale)).toBeLessThanOrEqual(2)
    },
  )

  test.each([
    ['hardSigmoid', 3, 1 / 6],
    ['hardTanh', 1, 1],
  ] as const)('the gradient of %s is 0 at ±%d and beyond, not within', (name, end, inside) => {
    const from = upload([end, -end, 2 * end, -2 * end, 0.99 * end, -0.99 * end])
    const y = kernels.f32(6)
    const dx = kernels.f32(6)
    kernels.activation(name, from, y)
    kernels.activationGradient(name, from, y, upload(Array(6).fill(6)), dx)
    expect([...dx.view]).toEqual([0, 0, 0, 0, 6 * inside, 6 * inside])
  })

  test.each([
    ['relu6', [0, -1, 5.99, 6, 7], [0, 0, 6, 0, 0]],
    ['hardSwish', [-3, -4, 0, 3, 4], [0, 0, 3, 6, 6]],
  ] as const)('the gradient of %s at its ends', (name, arguments_, expected) => {
    const from = upload(arguments_)
    const y = kernels.f32(5)
    const dx = kernels.f32(5)
    kernels.activation(name, from, y)
    kernels.activationGradient(name, from, y, upload(Array(5).fill(6)), dx)
    expect([...dx.view]).toEqual(expected)
  })

  test.each([
    ['step', 0],
    ['relu', 0],
    ['leakyRelu', 0.5],
    ['elu', 0.25],
    ['selu', Math.fround(1.0507009873554805 * 1.6732632423543772)],
  ] as const)('%s at 0 and −0 takes the derivative for x < 0', (name, derivative) => {
    const from = upload([0, -0])
    const dx = kernels.f32(2)
    kernels.activationGradient(
      name,
      from,
      from,
      upload([8, 8]),
      dx,
      name === 'leakyRelu' ? { slope: 0.5 } : name === 'elu' ? { alpha: 0.25 } : {},
    )
    expect([...dx.view]).toEqual([8 * derivative, 8 * derivative])
  })

  test.each(names)('%s and its gradient in place give the same bits', name => {
    const from = upload(x)
    const y = kernels.f32(x.length)
    kernels.activation(name, from, y)
    const inPlace = upload(x)
    kernels.activation(name, inPlace, inPlace)
    expect(bits(inPlace.view)).toEqual(bits(y.view))

    const dx = kernels.f32(x.length)
    kernels.activationGradient(name, from, y, upload(dy), dx)
    const gradientInPlace = upload(dy)
    kernels.activationGradient(name, from, y, gradientInPlace, gradientInPlace)
    expect(bits(gradientInPlace.view)).toEqual(bits(dx.view))
  })

  test.each([...names, 'exp', 'log'] as const)(
    '%s of 0–17 elements, anywhere, gives the bits of a long vector',
    name => {
      const apply = (from: F32Buffer, to: F32Buffer) =>
        name === 'exp' || name === 'log' ? kernels[name](from, to) : kernels.activation(name, from, to)
      const long = kernels.f32(x.length)
      apply(upload(x), long)
      const input = new GuardedFloats(kernels, 17)
      const output = new GuardedFloats(kernels, 17)
      for (let n = 0; n <= 17; n++) {
        for (let shift = 0; shift < 4; shift++) {
          input.reset(n, shift).set(x.subarray(0, n))
          output.reset(n, (shift + 1) % 4)
          apply(input.upload(), output.upload())
          expect(bits(output.result), `n ${n}, shift ${shift}`).toEqual(bits(long.view.subarray(0, n)))
          expect(input.changedOutside() + output.changedOutside(1, n), `n ${n}, shift ${shift}`).toBe(0)
        }
      }
    },
  )

  test.each(names)('the gradient of %s of 0–17 elements, anywhere, gives the bits of a long vector', name => {
    const y = kernels.f32(x.length)
    kernels.activation(name, upload(x), y)
    const long = kernels.f32(x.length)
    kernels.activationGradient(name, upload(x), y, upload(dy), long)
    const inputs = [x, y.view.slice(), dy].map(values => ({
      values,
      guarded: new GuardedFloats(kernels, 17),
    }))
    const output = new GuardedFloats(kernels, 17)
    for (let n = 0; n <= 17; n++) {
      for (let shift = 0; shift < 4; shift++) {
        const [xn, yn, dyn] = inputs.map(({ values, guarded }, i) => {
          guarded.reset(n, (shift + i) % 4).set(values.subarray(0, n))
          return guarded.upload()
        })
        output.reset(n, (shift + 3) % 4)
        if (!xn || !yn || !dyn) throw new Error('three inputs')
        kernels.activationGradient(name, xn, yn, dyn, output.upload())
        expect(bits(output.result), `n ${n}, shift ${shift}`).toEqual(bits(long.view.subarray(0, n)))
        const changed = inputs.map(({ guarded }) => guarded.changedOutside())
        expect([...changed, output.changedOutside(1, n)], `n ${n}, shift ${shift}`).toEqual([0, 0, 0, 0])
      }
    }
  })
})

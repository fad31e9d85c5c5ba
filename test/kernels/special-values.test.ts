// NaN, infinities and zeros through every elementary function.
import { beforeAll, describe, expect, test } from 'vitest'
import { activationNames, createKernels, type Kernels } from '../../src/kernels/index.ts'
import { activation, activationDerivative, TWINS } from '../../src/reference/activations.ts'
import { builds } from '../support/builds.ts'

const { NaN: nan, POSITIVE_INFINITY: infinity, NEGATIVE_INFINITY: minusInfinity } = Number

/** Where a linear unit is 0 or x. */
const beyond = [
  [1e4, 1e4],
  [-1e4, 0],
  [3e38, Math.fround(3e38)],
  [-3e38, 0],
  [-200, 0],
] as const

// [h(NaN), h(∞), h(−∞), h(0), h(−0)], and what each gives for other arguments of note, of those that were worked out by hand.
const table = {
  step: {
    values: [nan, 1, 0, 0, 0],
    others: [
      [2 ** -149, 1],
      [-(2 ** -149), 0],
    ],
  },
  sigmoid: {
    values: [nan, 1, 0, 0.5, 0.5],
    others: [
      [1e4, 1],
      [-1e4, 0],
    ],
  },
  relu: {
    values: [nan, infinity, 0, 0, 0],
    others: [
      [2 ** -149, 2 ** -149],
      [-(2 ** -149), 0],
    ],
  },
  leakyRelu: {
    values: [nan, infinity, minusInfinity, 0, -0],
    others: [
      [1e4, 1e4],
      [-1e4, -1e3],
    ],
  },
  softplus: {
    values: [nan, infinity, 0, Math.fround(Math.LN2), Math.fround(Math.LN2)],
    others: [
      [1e4, 1e4],
      [-1e4, 0],
      [3e38, Math.fround(3e38)],
    ],
  },
  identity: { values: [nan, infinity, minusInfinity, 0, -0], others: [] },
  tanh: {
    values: [nan, 1, -1, 0, -0],
    others: [
      [1e4, 1],
      [-1e4, -1],
    ],
  },
  elu: {
    values: [nan, infinity, -1, 0, 0],
    others: [
      [1e4, 1e4],
      [-1e4, -1],
      [-(2 ** -149), -(2 ** -149)],
    ],
  },
  selu: {
    values: [nan, infinity, Math.fround(-1.0507009873554805 * 1.6732632423543772), 0, 0],
    others: [
      [3e38, Math.fround(1.0507009873554805 * Math.fround(3e38))],
      [3.3e38, infinity],
    ],
  },
  gelu: { values: [nan, infinity, 0, 0, 0], others: beyond },
  geluTanh: { values: [nan, infinity, 0, 0, 0], others: beyond },
  silu: { values: [nan, infinity, 0, 0, 0], others: beyond },
  hardSigmoid: {
    values: [nan, 1, 0, 0.5, 0.5],
    others: [
      [3, 1],
      [-3, 0],
      [2 ** -149, 0.5],
    ],
  },
  hardTanh: {
    values: [nan, 1, -1, 0, -0],
    others: [
      [1e4, 1],
      [-1e4, -1],
    ],
  },
  softsign: {
    values: [nan, 1, -1, 0, -0],
    others: [
      [3e38, 1],
      [-3e38, -1],
      [1, 0.5],
    ],
  },
  relu6: {
    values: [nan, 6, 0, 0, 0],
    others: [
      [6, 6],
      [3e38, 6],
      [-(2 ** -149), 0],
      [2 ** -149, 2 ** -149],
    ],
  },
  hardSwish: { values: [nan, infinity, 0, 0, 0], others: [...beyond, [3, 3], [-3, 0]] },
  mish: { values: [nan, infinity, 0, 0, 0], others: beyond },
  exp: {
    values: [nan, infinity, 0, 1, 1],
    others: [
      [1e4, infinity],
      [-1e4, 0],
      [89, infinity],
      [-104, 0],
    ],
  },
  log: {
    values: [nan, infinity, nan, minusInfinity, minusInfinity],
    others: [
      [-1, nan],
      [-(2 ** -149), nan],
      [1, 0],
      [2 ** -149, Math.fround(-149 * Math.LN2)],
    ],
  },
} as const

describe.each(builds)('%s build', build => {
  let kernels: Kernels

  beforeAll(async () => {
    kernels = await createKernels({ build })
  })

  test.each(Object.keys(table) as (keyof typeof table)[])('%s', name => {
    const { values, others } = table[name]
    const x = [nan, infinity, minusInfinity, 0, -0, ...others.map(([argument]) => argument)]
    const expected = [...values, ...others.map(([, result]) => result)]
    const from = kernels.f32(x.length)
    const to = kernels.f32(x.length)
    from.view.set(x)
    if (name === 'exp' || name === 'log') kernels[name](from, to)
    else kernels.activation(name, from, to)
    const results = [...to.view]
    // The zeros of these may have either sign.
    const signless = [
      'relu',
      'relu6',
      'elu',
      'selu',
      'gelu',
      'geluTanh',
      'silu',
      'hardSwish',
      'mish',
    ].includes(name)
    expect(signless ? results.map(value => (value === 0 ? 0 : value)) : results).toEqual(expected)
  })

  test.each(activationNames)('%s as the f64 twin has it, zeros of either sign apart', name => {
    const x = [nan, infinity, minusInfinity, 0, -0, 1e4, -1e4, 3e38, -3e38, 2 ** -126, -(2 ** -126)].map(
      Math.fround,
    )
    const from = kernels.f32(x.length)
    const to = kernels.f32(x.length)
    from.view.set(x)
    kernels.activation(name, from, to)
    const parameter = Math.fround(TWINS[name].initial ?? 0)
    const signless = (value: number) => (value === 0 ? 0 : value)
    expect([...to.view].map(signless)).toEqual(
      x.map(a => signless(Math.fround(activation(name, a, parameter)))),
    )
  })

  test.each([...activationNames, 'exp', 'log'] as const)(
    'a NaN of either sign, in any lane, stays NaN: %s',
    name => {
      for (let lane = 0; lane < 7; lane++) {
        for (const pattern of [0x7fc00000, 0xffc00000, 0x7f800001, 0xffffffff]) {
          const from = kernels.f32(7)
          const to = kernels.f32(7)
          from.view.fill(1)
          new Uint32Array(from.view.buffer, from.pointer, 7)[lane] = pattern
          if (name === 'exp' || name === 'log') kernels[name](from, to)
          else kernels.activation(name, from, to)
          expect([...to.view].map(Number.isNaN), `lane ${lane}, ${pattern.toString(16)}`).toEqual(
            Array.from({ length: 7 }, (_, i) => i === lane),
          )
          from.free()
          to.free()
        }
      }
    },
  )

  test.each(activationNames)('the gradient of %s at ±Infinity is that of the limit', name => {
    const from = kernels.f32(4)
    from.view.set([infinity, minusInfinity, 3e38, -3e38])
    const y = kernels.f32(4)
    const dx = kernels.f32(4)
    kernels.activation(name, from, y)
    dx.view.fill(1)
    kernels.activationGradient(name, from, y, dx, dx)
    const expected = [1e6, -1e6, 1e6, -1e6].map(a => Math.fround(activationDerivative(name, a)))
    for (const [i, value] of dx.view.entries())
      expect(value, `element ${i}`).toBeCloseTo(expected[i] ?? nan, 6)
  })
})

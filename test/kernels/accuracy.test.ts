// Errors of the elementary functions in ULP over samples of all floats.
import { beforeAll, describe, expect, test } from 'vitest'
import { createKernels, type Kernels } from '../../src/kernels/index.ts'
import { builds } from '../support/builds.ts'
import { type BitPatterns, type MeasuredFunction, measureUlp, ULP_LIMITS, ulpError } from '../support/ulp.ts'

/** Bit patterns of positive floats, from those of 2^−14 up to those of 2^7; with the sign bit, of negative ones. */
const [CURVED_FIRST, CURVED_LAST] = [0x38800000, 0x43000000]
const SIGN = 0x80000000

describe.each(builds)('%s build', build => {
  let kernels: Kernels

  beforeAll(async () => {
    kernels = await createKernels({ build })
  })

  function expectWithin(name: MeasuredFunction, limit: number, patterns: BitPatterns, values: number) {
    const report = measureUlp(kernels, name, patterns)
    expect(report.worst, JSON.stringify(report)).toBeLessThanOrEqual(limit)
    expect(report.values).toBe(values)
  }

  // A prime stride: 8,216 or 8,217 values for every exponent and sign, NaN and subnormal ones included.
  test.each(ULP_LIMITS)('%s within %s ULP over every exponent and both signs', (name, limit) => {
    expectWithin(name, limit, { first: 0, last: 2 ** 32, stride: 1021 }, Math.ceil(2 ** 32 / 1021))
  })

  test.each(ULP_LIMITS)('%s within %s ULP where it bends, 2^−14 ≤ |x| < 2^7', (name, limit) => {
    const stride = 251
    const values = Math.ceil((CURVED_LAST - CURVED_FIRST) / stride)
    expectWithin(name, limit, { first: CURVED_FIRST, last: CURVED_LAST, stride }, values)
    expectWithin(name, limit, { first: SIGN + CURVED_FIRST, last: SIGN + CURVED_LAST, stride }, values)
  })

  // Of exp, sigmoid, tanh and softplus the results are 1, 1/2, x and log 2 there; of those below, multiples of x.
  test.each([
    ['exp', 0.5],
    ['log', 1],
    ['sigmoid', 0.5],
    ['tanh', 0.5],
    ['softplus', 0.5],
    ['elu', 0.5],
    ['selu', 0.51],
    ['gelu', 0.51],
    ['geluTanh', 0.51],
    ['silu', 0.51],
    ['softsign', 0.5],
    ['hardSwish', 0.5],
    ['mish', 0.51],
  ] as const)('%s within %s ULP at subnormal arguments', (name, limit) => {
    const values = Math.ceil(0x800000 / 61)
    expectWithin(name, limit, { first: 0, last: 0x800000, stride: 61 }, values)
    expectWithin(name, limit, { first: SIGN, last: SIGN + 0x800000, stride: 61 }, values)
  })
})

describe('ulpError', () => {
  test.each([
    ['the exact value', 1, 1, 0],
    ['one step above 1', 1 + 2 ** -23, 1, 1],
    ['half a step below 1, where steps are half as long', 1, 1 - 2 ** -24, 1],
    ['half a step of the smallest subnormals', 0, 2 ** -150, 0.5],
    ['Infinity for what rounds to it', Infinity, 2 ** 128 - 2 ** 103, 0],
    ['Infinity for the largest float', Infinity, 2 ** 128 - 2 ** 104, 1],
    ['the largest float for Infinity', 2 ** 128 - 2 ** 104, Infinity, Infinity],
    ['NaN for a number', Number.NaN, 1, Infinity],
    ['a number for NaN', 1, Number.NaN, Infinity],
    ['NaN for NaN', Number.NaN, Number.NaN, 0],
    ['Infinity of the wrong sign', -Infinity, Infinity, Infinity],
  ])('%s', (_, result, expected, error) => {
    expect(ulpError(result, expected)).toBe(error)
  })
})

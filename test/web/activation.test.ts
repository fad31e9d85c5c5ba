// The models of the chapter on activation functions: the lecture's numbers, and what the exhibits say of each function.
import { beforeAll, describe, expect, test } from 'vitest'
import { activationNames, createKernels, type Kernels } from 'wasmlp/kernels'
import { activation, activationDerivative } from '../../src/reference/activations.ts'
import { chainModel } from '../../src/web/chapters/activation/chain.model.ts'
import { FUNCTIONS } from '../../src/web/chapters/activation/function-table.ts'
import { functionsModel } from '../../src/web/chapters/activation/functions.model.ts'
import { softmaxModel } from '../../src/web/chapters/activation/softmax.model.ts'

let kernels: Kernels

beforeAll(async () => {
  kernels = await createKernels({ build: 'simd' })
})

describe('functions and slopes', () => {
  test('has every function of the package, the lecture’s first', () => {
    const names = FUNCTIONS.map(({ name }) => name)
    expect([...names].sort()).toEqual([...activationNames].sort())
    expect(names.slice(0, 6)).toEqual(['step', 'sigmoid', 'relu', 'leakyRelu', 'softplus', 'identity'])
    expect(FUNCTIONS.slice(6).some(({ lecture }) => lecture)).toBe(false)
  })

  test.each(FUNCTIONS)('$name: value and slope are those of the formula', ({ name, domain }) => {
    const model = functionsModel(kernels)
    model.name.value = name
    for (const place of [domain[0], -1.3, 0.4, 2, domain[1]]) {
      model.place.value = place
      const { a, h, slope } = model.point.value
      expect(h).toBeCloseTo(activation(name, a), 5)
      expect(slope).toBeCloseTo(activationDerivative(name, a), 5)
      expect(model.tangent(a + 1) - model.tangent(a)).toBeCloseTo(slope, 5)
    }
  })

  test('the sigmoid’s slope is never above 0.25, which it has at 0 alone', () => {
    const model = functionsModel(kernels)
    expect(model.name.value).toBe('sigmoid')
    expect(model.steepest.value).toMatchObject({ a: 0, most: 0.25 })
    expect(Math.max(...model.curve.value.slope)).toBe(0.25)
  })

  test('a slope that a corner’s side comes near to counts as the largest', () => {
    const model = functionsModel(kernels)
    model.name.value = 'hardSwish'
    expect(model.steepest.value.most).toBeCloseTo(1.5, 4)
    expect(model.steepest.value.least).toBeCloseTo(-0.5, 4)
    expect(model.steepest.value.a).toBeUndefined()
  })

  test('the step jumps at 0, where the kernel’s slope is 0', () => {
    const model = functionsModel(kernels)
    model.name.value = 'step'
    expect(model.corner.value).toBeUndefined()
    model.place.value = 0
    expect(model.corner.value).toEqual({ kind: 'jump', low: 0, high: 1 })
    expect(model.point.value.slope).toBe(0)
  })

  test('ReLU has the sub-differential [0, 1] at 0, of which the kernel takes 0', () => {
    const model = functionsModel(kernels)
    model.name.value = 'relu'
    model.place.value = 0
    expect(model.corner.value).toEqual({ kind: 'corner', left: 0, right: 1, all: true })
    expect(model.point.value).toEqual({ a: 0, h: 0, slope: 0 })
    model.place.value = 0.05
    expect(model.corner.value).toBeUndefined()
  })

  test('leaky ReLU and ELU follow their parameter', () => {
    const model = functionsModel(kernels)
    model.place.value = 0
    model.name.value = 'leakyRelu'
    model.parameter.value = 0.3
    expect(model.corner.value).toMatchObject({ left: expect.closeTo(0.3), right: 1, all: true })
    model.name.value = 'elu'
    expect(model.corner.value).toBeUndefined()
    expect(model.range.value.low).toBeCloseTo(-1)
    model.parameter.value = 2
    expect(model.corner.value).toMatchObject({ left: expect.closeTo(2, 4), right: 1, all: false })
    expect(model.range.value.low).toBeCloseTo(-2)
    model.name.value = 'leakyRelu'
    expect(model.parameter.value).toBe(0.3)
  })

  test('stays within what a function shows', () => {
    const model = functionsModel(kernels)
    model.name.value = 'relu6'
    model.place.value = 8.5
    expect(model.a.value).toBe(8.5)
    model.name.value = 'tanh'
    expect(model.a.value).toBe(5)
  })
})

describe('the lecture’s chain', () => {
  test('1 → 0.73 → 0.67, and back 1 → 0.22 → 0.043', () => {
    const model = chainModel(kernels)
    expect(model.outputs.value).toEqual([0.73, 0.67])
    const [second, first] = model.steps.value
    expect(second).toMatchObject({ output: 0.67, before: 1, after: 0.22 })
    expect(second.slope).toBeCloseTo((1 - 0.67) * 0.67)
    expect(first).toMatchObject({ output: 0.73, before: 0.22, after: 0.043 })
    expect(first.slope).toBeCloseTo((1 - 0.73) * 0.73)
  })

  test('without rounding: 0.7311 → 0.675, and back 0.2194 → 0.04313', () => {
    const model = chainModel(kernels)
    model.rounded.value = false
    expect(model.outputs.value.map(value => value.toFixed(4))).toEqual(['0.7311', '0.6750'])
    expect(model.steps.value.map(({ after }) => after.toPrecision(4))).toEqual(['0.2194', '0.04313'])
  })

  test('two layers at 0.01 leave 0.0001', () => {
    const model = chainModel(kernels)
    model.flat()
    expect(model.steps.value.map(({ after }) => after)).toEqual([0.01, 0.0001])
  })

  test('at their steepest two sigmoids leave 0.0625', () => {
    const model = chainModel(kernels)
    model.rounded.value = false
    model.steepest()
    expect(model.steps.value.map(({ after }) => after)).toEqual([0.25, 0.0625])
  })

  test('an output set by hand leaves the other one, and the input anew sets both', () => {
    const model = chainModel(kernels)
    model.first.value = 0.9
    expect(model.outputs.value).toEqual([0.9, 0.67])
    expect(model.input.value).toBeUndefined()
    expect(model.steps.value[1].after).toBe(0.02) // 0.22 · 0.09
    model.input.value = 1
    expect(model.outputs.value).toEqual([0.73, 0.67])
  })
})

describe('softmax', () => {
  const digits = (values: readonly number[]) => values.map(value => value.toFixed(3))

  test('[0.3, 2.9, 4.0] → [0.018, 0.245, 0.737], which sum to 1', () => {
    const model = softmaxModel(kernels)
    expect(digits(model.stable.value.probabilities)).toEqual(['0.018', '0.245', '0.737'])
    expect(model.stable.value.total).toBeCloseTo(1, 6)
    expect(model.asWritten.value.state).toBe('fine')
  })

  test('C changes nothing until exp overflows in single precision', () => {
    const model = softmaxModel(kernels)
    for (const [constant, state] of [
      [-4, 'fine'],
      [50, 'fine'],
      [84, 'fine'],
      [85, 'overflow'],
      [110, 'overflow'],
      [-85, 'fine'],
      [-110, 'underflow'],
    ] as const) {
      model.constant.value = constant
      expect(model.asWritten.value.state, `C = ${constant}`).toBe(state)
      expect(digits(model.stable.value.probabilities), `C = ${constant}`).toEqual(['0.018', '0.245', '0.737'])
      if (state === 'fine')
        expect(digits(model.asWritten.value.probabilities)).toEqual(['0.018', '0.245', '0.737'])
      else expect(model.asWritten.value.probabilities.some(Number.isNaN)).toBe(true)
    }
  })

  test('just before it underflows, digits are lost', () => {
    const model = softmaxModel(kernels)
    model.constant.value = -106
    expect(model.asWritten.value.state).toBe('inexact')
  })
})

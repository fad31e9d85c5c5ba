// Names, defaults and errors of compile's options for optimisers.
import { describe, expect, test } from 'vitest'
import { ArgumentError } from '../../src/errors.ts'
import { resolveOptimizer, type UpdateOptions } from '../../src/optimizers/optimizer-options.ts'
import type { OptimizerName } from '../../src/optimizers/optimizer-table.ts'
import { isPlainSgd } from '../../src/training/descent.ts'

test('nothing given: plain SGD as it always was', () => {
  expect(resolveOptimizer({})).toEqual({
    algorithm: { name: 'sgd', weightDecay: 0 },
    learningRate: 0.1,
    clipNorm: undefined,
    clipValue: undefined,
    l1: 0,
    l2: 0,
  })
})

/** Those of PyTorch's. test/docs/lists.node.test.ts compares all with the guide. */
const defaults: Partial<Record<OptimizerName, object>> = {
  sgd: { learningRate: 0.1, weightDecay: 0 },
  momentum: { learningRate: 0.01, momentum: 0.9, weightDecay: 0 },
  nesterov: { learningRate: 0.01, momentum: 0.9, weightDecay: 0 },
  adagrad: { learningRate: 0.01, epsilon: 1e-10, weightDecay: 0 },
  rmsprop: {
    learningRate: 0.01,
    alpha: 0.99,
    epsilon: 1e-8,
    momentum: 0,
    centered: false,
    weightDecay: 0,
  },
  adam: { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 },
  adamw: { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 },
}

test.each(Object.entries(defaults))('%s: defaults, by name and by object', (name, expected) => {
  for (const optimizer of [name, { name }]) {
    const { algorithm, learningRate } = resolveOptimizer({ optimizer } as UpdateOptions)
    expect({ ...algorithm, learningRate }).toEqual({ name, ...expected })
  }
})

test('what is given stays, and undefined is not given', () => {
  const options = {
    optimizer: { name: 'adam', beta1: 0.5, epsilon: undefined },
    learningRate: 0.02,
    clipNorm: 5,
    clipValue: 2,
    l1: 0.1,
    l2: 0.2,
  } as unknown as UpdateOptions
  expect(resolveOptimizer(options)).toEqual({
    algorithm: { name: 'adam', beta1: 0.5, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 },
    learningRate: 0.02,
    clipNorm: 5,
    clipValue: 2,
    l1: 0.1,
    l2: 0.2,
  })
})

describe('ArgumentError', () => {
  test.each([
    [
      { optimizer: 'adamax' },
      /^unknown optimizer "adamax" \(did you mean adam\?\): expected 'sgd', 'momentum', /,
    ],
    [{ optimizer: 'constructor' }, /unknown optimizer/],
    [{ optimizer: null }, /unknown optimizer null/],
    [{ optimizer: [] }, /unknown optimizer \[\]/],
    [{ optimizer: { beta1: 0.9 } }, /unknown optimizer undefined/],
    [
      { optimizer: { name: 'sgd', momentum: 0.9 } },
      /^the optimizer 'sgd' has no option momentum: it takes weightDecay$/,
    ],
    [
      { optimizer: { name: 'adam', beta_1: 0.9 } },
      /has no option beta_1 \(did you mean beta1\?\): it takes beta1, beta2, /,
    ],
    [
      { optimizer: { name: 'adam', beta1: 1 } },
      /^beta1 of the optimizer 'adam' is 1: expected a number in \[0, 1\)$/,
    ],
    [{ optimizer: { name: 'adam', beta2: -0.1 } }, /beta2/],
    [{ optimizer: { name: 'adam', beta2: Number.NaN } }, /beta2 .* is NaN/],
    [{ optimizer: { name: 'adam', beta2: '0.9' } }, /beta2 .* is "0.9"/],
    [{ optimizer: { name: 'adam', epsilon: 0 } }, /epsilon/],
    [{ optimizer: { name: 'adagrad', epsilon: 1e-60 } }, /epsilon .* single precision/],
    [{ optimizer: { name: 'momentum', momentum: 1 } }, /momentum/],
    [{ optimizer: { name: 'rmsprop', alpha: 1 } }, /alpha/],
    [{ optimizer: { name: 'rmsprop', centered: 1 } }, /centered .* is 1: expected true or false/],
    [{ optimizer: { name: 'adamw', weightDecay: -1 } }, /weightDecay/],
    [{ optimizer: { name: 'adamw', weightDecay: Infinity } }, /weightDecay/],
    [{ learningRate: 0 }, /^learningRate is 0: expected a number above 0 that single precision holds$/],
    [{ learningRate: 1e-60 }, /learningRate/],
    [{ learningRate: '1' }, /learningRate/],
    [{ clipNorm: 0 }, /clipNorm/],
    [{ clipNorm: Infinity }, /clipNorm/],
    [{ clipValue: -1 }, /clipValue/],
    [{ l1: -1 }, /l1 is -1: expected a finite number, 0 or more/],
    [{ l2: Number.NaN }, /l2/],
  ])('%j', (options, message) => {
    expect(() => resolveOptimizer(options as unknown as UpdateOptions)).toThrow(ArgumentError)
    expect(() => resolveOptimizer(options as unknown as UpdateOptions)).toThrow(message)
  })
})

test.each([
  [{}, true],
  [{ optimizer: 'sgd', learningRate: 0.5 }, true],
  [{ optimizer: { name: 'sgd', weightDecay: 0.1 } }, false],
  [{ optimizer: 'momentum' }, false],
  [{ clipNorm: 1 }, false],
  [{ clipValue: 1 }, false],
  [{ l1: 0.1 }, false],
  [{ l2: 0.1 }, false],
] as [UpdateOptions, boolean][])('isPlainSgd of %j is %s', (options, expected) => {
  expect(isPlainSgd(resolveOptimizer(options))).toBe(expected)
})

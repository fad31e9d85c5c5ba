// The f64 twins of activations against PyTorch's values, for those that no training there has.
import { expect, test } from 'vitest'
import { activationNames } from '../../src/index.ts'
import { activation, activationDerivative, TWINS } from '../../src/reference/activations.ts'

const expectRelative = (found: number, wanted: number, what: string) =>
  expect(Math.abs(found - wanted), what).toBeLessThanOrEqual(2 ** -50 * Math.abs(wanted))

test('values and derivatives are those of PyTorch', () => {
  for (const name of activationNames) {
    for (const [a, parameter, value, derivative] of TWINS[name].pytorch ?? []) {
      expectRelative(activation(name, a, parameter), value, `${name}(${a}), parameter ${parameter}`)
      expectRelative(activationDerivative(name, a, parameter), derivative, `${name}′(${a}), ${parameter}`)
    }
  }
})

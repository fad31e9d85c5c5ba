import { expect, test } from 'vitest'
import { ArgumentError } from '../../src/errors.ts'
import { checkSameTraining } from '../../src/training/identity.ts'

test.each([
  ['optimizer', { optimizer: { toString: 1 } }],
  ['loss', { optimizer: { name: 'sgd' }, loss: { constructor: 1 } }],
])('%s with names that all objects have is another training', (_, before) => {
  const now = { optimizer: { name: 'sgd' }, loss: { name: 'crossEntropy' } }
  expect(() => checkSameTraining(before, now)).toThrow(ArgumentError)
})

test('a long name from a file is cut', () => {
  expect(() => checkSameTraining({ ['x'.repeat(1000)]: 1 }, {})).toThrow(
    /has x{100} 1, and this one not given/,
  )
})

// The two lists of activations: in the docstring of ActivationName, and in docs/layers.md. Each has a row for each, with its
// formula and what draws the weights.
import { describe, expect, test } from 'vitest'
import { activationNames } from '../../src/index.ts'
import { activationRow, SOFTMAX_NAMES } from '../../src/kernels/activations.ts'
import { readText } from '../support/fixture.ts'

const expected = (names: readonly string[]) =>
  names.map(name => [name, activationRow(name).initializer ?? 'xavier'])

describe.each([
  ['src/kernels/activations.ts', activationNames],
  ['docs/layers.md', [...activationNames, ...SOFTMAX_NAMES]],
] as const)('%s', async (path, names) => {
  const text = await readText(path)
  const rows = [...text.matchAll(/^(?: \* )?\| `(\w+)` \| (.+) \| `(\w+)` \|$/gm)].map(
    ([, ...cells]) => cells,
  )

  test('lists all, each with its initial weights', () => {
    const found = rows.map(([name, , initializer]) => [name, initializer])
    expect(found.sort()).toEqual(expected(names).sort())
  })

  test.each(names)('%s: its formula has its parameter', name => {
    const formula = rows.find(([listed]) => listed === name)?.[1]
    expect(formula).toContain(activationRow(name).parameter?.name ?? '')
  })
})

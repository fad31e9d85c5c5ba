// The two lists of activations: in the docstring of ActivationName, and in docs/layers.md. Each has a row for each, with its
// formula and what draws the weights.
import { describe, expect, test } from 'vitest'
import { activationNames } from '../../src/index.ts'
import { activationRow, FOREIGN_NAMES, SOFTMAX_NAMES } from '../../src/kernels/activations.ts'
import { readText } from '../support/fixture.ts'

const expected = (names: readonly string[]) =>
  names.map(name => [name, activationRow(name).initializer ?? 'xavier'])

describe.each([
  ['src/kernels/activations.ts', activationNames],
  ['docs/layers.md', [...activationNames, ...SOFTMAX_NAMES]],
] as const)('%s', async (path, names) => {
  const text = await readText(path)
  const rows = [...text.matchAll(/^(?: \* )?\| `(\w+)` \| (.+) \| `(he|lecunNormal|xavier)` \|/gm)].map(
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

test('docs/layers.md has the names in other formats', async () => {
  const rows = (await readText('docs/layers.md')).matchAll(
    /^\| `(\w+)` \| .+ \| `\w+` \| ([^|]+) \| ([^|]+) \|$/gm,
  )
  const words = (cell = '') => [...cell.matchAll(/`(\w+)`/g)].map(([, word]) => word)
  expect(
    Array.from(rows, ([, name, onnx, keras]) => ({
      name,
      onnx: words(onnx),
      keras: words(keras),
      isOnlyRead: keras?.includes('only read'),
    })),
  ).toEqual(
    Object.entries(FOREIGN_NAMES).map(([name, { onnx, keras, otherKeras = [], keras3 }]) => {
      const names = [keras ?? [], otherKeras, keras3 ?? []].flat()
      return {
        name,
        onnx: onnx.map(({ operator }) => operator),
        keras: names,
        isOnlyRead: keras === undefined && names.length > 0,
      }
    }),
  )
})

// The seeds are whole files: each is read, and so is what its grammar makes of its fields.
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Inputs } from './inputs.ts'
import { PARSERS, type Parser, parserNames } from './parsers.ts'
import { judge } from './verdict.ts'

/** Arrays of text and of structures, as NumPy saves them, which are refused. */
const REFUSED = ['structure.npy', 'text.npy']

describe.each(parserNames)('%s', name => {
  const { seeds } = new Inputs(name, 1, join(import.meta.dirname, 'seeds'))

  test.each(seeds)('$name', async ({ name: seed, bytes, tree }) => {
    const parser: Parser = PARSERS[name]
    const outcome = REFUSED.includes(seed) && name === 'npy' ? 'ERR_DATA_TYPE' : 'accepted'
    for (const file of [bytes, parser.grammar.close(tree)]) {
      expect(await judge(name, { seed, bytes: file, mutations: 0 })).toEqual({ outcome })
    }
  })
})

test('an input follows from its number', () => {
  const [a, b] = [1, 1].map(seed => new Inputs('npz', seed, join(import.meta.dirname, 'seeds')))
  for (const number of [0, 1, 1000]) expect(a?.at(number)).toEqual(b?.at(number))
  expect(a?.at(1)).not.toEqual(a?.at(2))
})

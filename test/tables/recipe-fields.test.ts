// Every field of a recipe in a file, changed to everything that it must not be: the loops go over the schemas themselves.
import { type GenericSchema, is } from 'valibot'
import { describe, expect, test } from 'vitest'
import { FormatError } from '../../src/errors.ts'
import { readSafetensors, type SafetensorsFile, writeSafetensors } from '../../src/files/safetensors.ts'
import type { Recipe } from '../../src/tables/recipe.ts'
import {
  COLUMN_FIELDS,
  decodeRecipe,
  encodeRecipe,
  TABLE,
  TARGET_FIELDS,
} from '../../src/tables/recipe-file.ts'
import { changed, failure, placesIn, type Step, WRONG, without } from '../support/schema-fields.ts'

const scaled = { center: 0.1, scale: 1 / 3, clip: true, fill: -1e300, indicator: true, parts: [] } as const
const classes: Recipe = {
  columns: [
    { name: 'number', kind: 'number', ...scaled },
    {
      name: 'quantile',
      kind: 'number',
      ...scaled,
      quantiles: { values: [-1e300, 1 / 3], shares: [1 / 7, 0.9] },
    },
    { name: 'date', kind: 'date', ...scaled, fill: undefined, parts: ['month', 'hour'] },
    { name: 'boolean', kind: 'boolean', ...scaled },
    {
      name: '',
      kind: 'category',
      encoding: 'oneHot',
      names: ['a', '__proto__'],
      rare: ['c'],
      unknown: 'error',
      missing: { constant: 'c' },
    },
  ],
  target: { kind: 'classes', name: 'y', classes: ['no', 'yes'] },
}
const numbers: Recipe = {
  columns: [],
  target: { kind: 'numbers', outputs: [{ name: 'y', center: 5e-324, scale: 1e300 }] },
}

/** What a file gives back of a recipe. */
function inFile(recipe: Recipe): SafetensorsFile {
  const { tensors, metadata } = encodeRecipe(recipe)
  return readSafetensors(writeSafetensors(tensors, metadata))
}
const KEY = 'wasmlp.table'

test.each([classes, numbers])('what is written is read, to the last bit', recipe => {
  expect(decodeRecipe(inFile(recipe))).toEqual(recipe)
})

const file = inFile(classes)
const json = JSON.parse(file.metadata[KEY] ?? '')
const numbersFile = inFile(numbers)
const numbersJson = JSON.parse(numbersFile.metadata[KEY] ?? '')
const openIn =
  ({ tensors, metadata }: SafetensorsFile) =>
  (text: string) =>
    decodeRecipe({ tensors, metadata: { ...metadata, [KEY]: text } })

interface Case {
  name: string
  schema: GenericSchema
  at: Step[]
  whole: object
  open: (text: string) => unknown
}

const CASES: Case[] = [
  { name: 'the recipe', schema: TABLE, at: [], whole: json, open: openIn(file) },
  ...Object.entries(COLUMN_FIELDS).map(([kind, schema]) => {
    const place = classes.columns.findIndex(column => column.kind === kind)
    return {
      name: `a column of the kind ${kind}`,
      schema,
      at: ['columns', place],
      whole: json,
      open: openIn(file),
    }
  }),
  { name: 'classes', schema: TARGET_FIELDS.classes, at: ['target'], whole: json, open: openIn(file) },
  {
    name: 'numbers',
    schema: TARGET_FIELDS.numbers,
    at: ['target'],
    whole: numbersJson,
    open: openIn(numbersFile),
  },
]

describe.each(CASES)('$name', ({ schema, at, whole, open }) => {
  const value = at.reduce<unknown>((inner, step) => Object(inner)[step], whole)
  const places = [...placesIn(schema, value)].map(({ path, ...rest }) => ({
    path: [...at, ...path],
    ...rest,
  }))

  test('opens as it is, and has a value for every field', () => {
    expect(places.filter(({ isThere }) => !isThere)).toEqual([])
    expect(failure(() => open(JSON.stringify(whole)))).toBeUndefined()
  })

  test.each(places.map(place => [place.path.join('.') || 'all', place] as const))(
    '%s',
    (_, { path, schema }) => {
      for (const literal of WRONG) {
        const error = failure(() => open(changed(whole, path, literal)))
        const what = `${path.join('.')} = ${literal.slice(0, 40)}`
        if (error !== undefined) expect(error, what).toBeInstanceOf(FormatError)
        let parsed: unknown
        try {
          parsed = JSON.parse(literal)
        } catch {
          continue
        }
        if (is(schema, parsed)) continue
        expect(error, what).toBeInstanceOf(FormatError)
        expect((error as FormatError).message.length, what).toBeLessThan(500)
      }
      const isField = typeof path.at(-1) === 'string'
      if (isField) expect(failure(() => open(without(whole, path)))).toBeInstanceOf(FormatError)
      const inner = path.reduce<unknown>((inner, step) => Object(inner)[step], whole)
      if (Object.prototype.toString.call(inner) !== '[object Object]') return
      expect(failure(() => open(changed(whole, [...path, 'surplus'], '1')))).toBeInstanceOf(FormatError)
    },
  )
})

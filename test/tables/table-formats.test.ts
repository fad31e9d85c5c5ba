// Models of tables in other tools' formats: raw rows give what `predict` gives.
import { describe, expect, test } from 'vitest'
import { finish } from '../../src/data/steps.ts'
import { sequentialFromLayersModel, sequentialFromOnnx } from '../../src/formats/index.ts'
import { readOnnx } from '../../src/formats/onnx-reader.ts'
import { ArgumentError, FormatError } from '../../src/index.ts'
import {
  parseTable,
  type SequentialForOptions,
  sequentialFor,
  type TableModel,
  type TableRow,
} from '../../src/tables/index.ts'
import { runOnnxOfDoubles } from '../support/onnx-session.ts'

/** What a file's metadata, which end it, have under a key. */
function metadataOf(file: Uint8Array, key: string): unknown {
  const text = new TextDecoder('latin1').decode(file)
  const at = text.lastIndexOf(key)
  const begin = text.indexOf('[', at)
  let depth = 0
  for (let i = begin; i < file.length; ++i) {
    depth += Number(text[i] === '[') - Number(text[i] === ']')
    if (depth === 0) return JSON.parse(new TextDecoder().decode(file.slice(begin, i + 1)))
  }
  throw new Error(`no ${key}`)
}

type Described = { name: string; kind: string; names?: string[] }[]

/** Raw rows, as the docstring of `toOnnx` tells them. */
function rawRows(rows: readonly TableRow[], columns: Described): Float64Array {
  return Float64Array.from(
    rows.flatMap(row =>
      columns.map(({ name, kind, names = [] }) => {
        const value = row[name]
        if (value === null || value === undefined) return Number.NaN
        if (kind === 'category') return names.indexOf(String(value))
        return kind === 'date' ? Date.parse(String(value)) : Number(value)
      }),
    ),
  )
}

function runOnnx(file: Uint8Array, rows: readonly TableRow[]) {
  const columns = metadataOf(file, 'wasmlp.columns') as Described
  return runOnnxOfDoubles(file, rawRows(rows, columns), columns.length)
}

/** Numbers, 0–1, that look random and are the same everywhere. */
const noise = (i: number, stream: number) =>
  ((Math.imul(i + 1, 2654435761) ^ Math.imul(stream + 7, 40503)) >>> 8) / 2 ** 24

const DAY = 86_400_000
const rows = Array.from({ length: 250 }, (_, i) => {
  const year = 2000 + 24 * noise(i, 1)
  const name = ['north', 'east', 'south', 'west'][Math.floor(4.02 * noise(i, 2))]
  return {
    year: i % 9 ? year : null,
    lift: i % 7 ? noise(i, 3) > 0.5 : null,
    district: name ?? 'islands',
    owner: i % 5 ? (['a', 'b'][i % 2] ?? 'a') : null,
    sold:
      i % 11 ? new Date(Math.floor(40_000 * noise(i, 4)) * DAY + 3_600_000 * (i % 24)).toISOString() : null,
    size: 1e6 * noise(i, 5) ** 3,
    price: 1e5 + 4000 * (year - 2000) + 5e4 * noise(i, 6),
  }
})

const OPTIONS: SequentialForOptions = {
  hidden: [8],
  seed: 1,
  build: 'simd',
  columns: {
    size: { scaling: 'robust' },
    year: { scaling: 'quantile' },
    district: { minCount: 5, unknown: 'other' },
    owner: { missing: { constant: 'b' } },
    sold: { parts: ['month', 'weekday', 'hour'] },
  },
}

async function modelOf(
  target: string,
  options = OPTIONS,
  data: readonly TableRow[] = rows,
): Promise<TableModel> {
  const table = await parseTable(data, { target })
  const model = await sequentialFor(table, options)
  await model.fit(table, { epochs: 2 })
  return model
}

describe('ONNX', () => {
  test('of classes: the same probabilities from raw rows, gaps, names and dates among them', async () => {
    const data = rows.map(({ price, ...row }) => ({
      ...row,
      class: ['a', 'b', 'none'][(price % 3) | 0] ?? '',
    }))
    using model = await modelOf('class', OPTIONS, data)
    const file = await model.toOnnx()
    expect(metadataOf(file, 'wasmlp.classes')).toEqual(['a', 'b', 'none'])
    const odd = [
      { ...rows[0], district: 'elsewhere', sold: '1899-12-31T23:59:00Z' },
      { ...rows[1], district: 'islands', sold: '2000-02-29' },
      { ...rows[2], sold: '2100-03-01T12:00:00Z', size: 1e9 },
    ]
    const asked = [...rows, ...odd] as TableRow[]
    const found = await runOnnx(file, asked)
    const expected = (await model.predict(asked)).flatMap(({ probabilities = {} }) =>
      Object.values(probabilities),
    )
    expect(found.length).toBe(expected.length)
    const worst = expected.reduce((most, p, i) => Math.max(most, Math.abs(p - (found[i] ?? 9))), 0)
    expect(worst).toBeLessThan(1e-6)
  })

  test('of numbers: the same, in their unit', async () => {
    using model = await modelOf('price')
    const file = await model.toOnnx()
    expect(metadataOf(file, 'wasmlp.targets')).toEqual(['price'])
    const found = await runOnnx(file, rows)
    for (const [i, { values = {} }] of (await model.predict(rows)).entries()) {
      expect(Math.abs((found[i] ?? 0) / (values.price ?? 1) - 1)).toBeLessThan(1e-6)
    }
  })

  test('keeps weights in 8 bits, and says which versions it needs', async () => {
    using model = await modelOf('price')
    const file = await model.toOnnx({ weights: 'int8' })
    expect(finish(readOnnx(file)).opsets).toEqual([{ domain: '', version: 17 }])
    expect((await runOnnx(file, rows)).every(Number.isFinite)).toBe(true)
    const wrong = { weight: 'int8' } as unknown as { weights: 'int8' }
    await expect(model.toOnnx(wrong)).rejects.toThrow(/no option weight/)
  })

  test('is not read again, since it branches', async () => {
    using model = await modelOf('price')
    await expect(sequentialFromOnnx(await model.toOnnx())).rejects.toBeInstanceOf(FormatError)
  })
})

describe('LayersModel', () => {
  const plain = rows.map(({ size, price, lift, year }) => ({
    size,
    price,
    lift: lift ?? false,
    year: year ?? 2010,
  }))

  test('of columns that are scaled takes raw rows, and answers in the unit of the target', async () => {
    using model = await modelOf('price', { hidden: [8], seed: 1, build: 'simd' }, plain)
    using copy = await sequentialFromLayersModel(await model.toLayersModel(), { build: 'simd' })
    const asked = plain.map(row =>
      model.recipe.columns.map(({ name }) => Number(row[name as keyof typeof row])),
    )
    const found = await copy.predict(asked)
    for (const [i, { values = {} }] of (await model.predict(plain)).entries()) {
      expect(Math.abs((found[i]?.[0] ?? 0) / (values.price ?? 1) - 1)).toBeLessThan(1e-5)
    }
  })

  test.each<[string, readonly TableRow[], RegExp]>([
    ['gaps', rows, /the column "year" may have gaps.*use toOnnx/],
    ['names', plain.map((row, i) => ({ ...row, name: 'abc'[i % 3] ?? '' })), /"name" is one of names/],
  ])('of a table with %s is refused', async (_, data, message) => {
    using model = await modelOf('price', { hidden: [] }, data)
    const error = await model.toLayersModel().catch(error => error)
    expect(error).toBeInstanceOf(ArgumentError)
    expect(error.message).toMatch(message)
  })
})

// Whatever table is written, read, split, encoded and decoded comes back.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  encodeTable,
  fitRecipe,
  parseTable,
  type Recipe,
  type Scaling,
  type TableRow,
} from '../../src/tables/index.ts'
import { DATE_PARTS, widthOf } from '../../src/tables/recipe.ts'

const DAY = 86_400_000
const gap = <Value>(values: fc.Arbitrary<Value>) => fc.option(values, { freq: 4 })

// A column that is nearly 0 everywhere else makes a 1 one beyond single precision, which is an error.
const double = fc
  .double({ min: -50, max: 50, noNaN: true })
  .map(value => (Math.abs(value) < 1e-30 ? 0 : value))

const row = fc.record({
  number: gap(fc.oneof(fc.integer({ min: -1000, max: 1000 }), double)),
  flag: gap(fc.boolean()),
  name: gap(fc.constantFrom('red', 'green, or blue', '"quoted"', 'two\nlines', '0', '__proto__')),
  date: gap(fc.integer({ min: -10_000, max: 30_000 }).map(day => new Date(day * DAY).toISOString())),
  class: fc.constantFrom('a', 'b'),
})
const KINDS = { number: 'number', flag: 'boolean', name: 'category', date: 'date' } as const

/** The inputs of a sample as a row again. */
function decoded({ columns }: Recipe, sample: Float32Array): Record<string, unknown> {
  let offset = 0
  const entries = columns.map((column): [string, unknown] => {
    const inputs = sample.subarray(offset, offset + widthOf(column))
    offset += inputs.length
    if (column.kind === 'category') {
      const place = inputs.indexOf(1)
      return [column.name, column.names[place] ?? null]
    }
    const { name, kind, center, scale, indicator, clip, quantiles, parts } = column
    if (indicator && inputs[1] === 1) return [name, null]
    const y = inputs[0] ?? 0
    let value = (clip ? y / Math.sqrt(1 - (y / 3) ** 2) : y) * scale + center
    if (quantiles) {
      const { values, shares } = quantiles
      const found = shares.findIndex(share => share >= value)
      // Single precision may go beyond the last.
      const at = found < 0 ? shares.length - 1 : Math.max(1, found)
      const [low = 0, high = low] = [shares[at - 1], shares[at]]
      const [begin = 0, end = begin] = [values[at - 1], values[at]]
      value = high === low ? begin : begin + ((value - low) / (high - low)) * (end - begin)
    }
    if (kind === 'boolean') return [name, value === 1]
    if (kind === 'number') return [name, value]
    let at = 1 + Number(indicator)
    const places = parts.map(part => {
      const width = DATE_PARTS[part]
      at += width
      return [part, inputs.subarray(at - width, at).indexOf(1)]
    })
    return [name, { value, ...Object.fromEntries(places) }]
  })
  return Object.fromEntries(entries)
}

const cell = (value: unknown) => (value === null ? '' : `"${String(value).replaceAll('"', '""')}"`)
const asCsv = (rows: readonly TableRow[]) =>
  [Object.keys(rows[0] ?? {}), ...rows.map(row => Object.values(row))]
    .map(line => line.map(cell).join(','))
    .join('\n')

test.each<Scaling>(['standard', 'minMax', 'robust', 'quantile', 'none'])('with scaling %s', async scaling => {
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 8, maxLength: 40 }), fc.boolean(), async (given, isCsv) => {
      const column = (name: string) => given.map(row => row[name as keyof typeof row])
      fc.pre(['number', 'flag', 'name', 'date'].every(name => column(name).some(value => value !== null)))
      fc.pre(new Set(column('class')).size === 2)
      const text = isCsv ? asCsv(given) : JSON.stringify(given)
      const table = await parseTable(text, { target: 'class', kinds: KINDS })
      const recipe = fitRecipe(table, { scaling, columns: { date: { parts: ['month', 'weekday', 'hour'] } } })
      const { train, test } = await table.split({ test: 0.3, seed: 1 })
      const found = [train, test].flatMap(part => {
        const { inputs, inputSize, labels = [] } = encodeTable(recipe, part)
        return part.toObjects().map((row, i) => {
          const sample = inputs.subarray(i * inputSize, (i + 1) * inputSize)
          const back = decoded(recipe, sample)
          expectNear(back, row, given, recipe, sample)
          expect(recipe.target).toMatchObject({ classes: { [labels[i] ?? 9]: row.class } })
          return row
        })
      })
      const key = (row: object) => JSON.stringify(Object.entries(row).sort())
      expect(found.map(key).sort()).toEqual(given.map(row => key({ ...row })).sort())
    }),
    { numRuns: 15, seed: 17 },
  )
})

/** Numbers and dates lose what single precision does; the parts of dates lose nothing. */
function expectNear(
  back: Record<string, unknown>,
  { class: _, number, date, ...row }: Record<string, unknown>,
  given: readonly { number: number | null; date: string | null }[],
  recipe: Recipe,
  sample: Float32Array,
): void {
  const { number: found, date: foundDate, ...others } = back
  expect(others).toEqual(row)
  expectNearValue(
    found,
    number,
    'number',
    given.flatMap(({ number }) => number ?? []),
    recipe,
    sample,
  )
  if (date === null) {
    expect(foundDate).toBeNull()
    return
  }
  const expected = new Date(String(date))
  const { value, ...parts } = Object(foundDate)
  expect(parts).toEqual({ month: expected.getUTCMonth(), weekday: expected.getUTCDay(), hour: 0 })
  const dates = given.flatMap(({ date }) => (date === null ? [] : Date.parse(date)))
  expectNearValue(value, expected.getTime(), 'date', dates, recipe, sample)
}

function expectNearValue(
  found: unknown,
  value: unknown,
  name: string,
  all: readonly number[],
  { columns }: Recipe,
  sample: Float32Array,
): void {
  if (value === null) {
    expect(found).toBeNull()
    return
  }
  const place = columns.findIndex(column => column.name === name)
  const offset = columns.slice(0, place).reduce((sum, column) => sum + widthOf(column), 0)
  const column = columns[place]
  const y = Math.abs(sample[offset] ?? 0)
  const isClipped = column?.kind !== 'category' && column?.clip
  // Near ±3, nothing is left to tell values apart.
  if (isClipped && y > 2.99) return
  const flat = isClipped ? (1 - (y / 3) ** 2) ** -1.5 : 1
  // What is nearer to 0 than this is 0 in single precision.
  const least = 1e-37
  const range = Math.max(...all.map(Math.abs)) * 2
  expect(Math.abs(Number(found) - Number(value))).toBeLessThanOrEqual(1e-5 * range * flat + least)
}

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

const row = fc.record({
  number: gap(fc.oneof(fc.integer({ min: -1000, max: 1000 }), fc.double({ min: -50, max: 50, noNaN: true }))),
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
      const at = Math.max(
        1,
        shares.findIndex(share => share >= value),
      )
      const [low = 0, high = low] = [shares[at - 1], shares[at]]
      const [begin = 0, end = begin] = [values[at - 1], values[at]]
      value = high === low ? begin : begin + ((value - low) / (high - low)) * (end - begin)
    }
    if (kind === 'boolean') return [name, value === 1]
    if (kind === 'number') return [name, value]
    const day = Math.round(value / DAY) * DAY
    let at = 1 + Number(indicator)
    for (const part of parts) {
      const date = new Date(day)
      const expected = { month: date.getUTCMonth(), weekday: date.getUTCDay(), hour: 0 }[part]
      expect(inputs.subarray(at, at + DATE_PARTS[part]).indexOf(1)).toBe(expected)
      at += DATE_PARTS[part]
    }
    return [name, new Date(day).toISOString()]
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
    { numRuns: 15 },
  )
})

/** Numbers lose what single precision does; dates are whole days, and lose nothing. */
function expectNear(
  back: Record<string, unknown>,
  { class: _, number, ...row }: Record<string, unknown>,
  given: readonly { number: number | null }[],
  { columns }: Recipe,
  sample: Float32Array,
): void {
  const { number: found, ...others } = back
  expect(others).toEqual(row)
  if (number === null) {
    expect(found).toBeNull()
    return
  }
  const numbers = given.flatMap(({ number }) => number ?? [])
  const range = Math.max(...numbers.map(Math.abs), 1e-300) * 2
  const isClipped = columns.some(
    column => column.name === 'number' && column.kind === 'number' && column.clip,
  )
  // Near ±3, nothing is left to tell values apart.
  if (isClipped && Math.abs(sample[0] ?? 0) > 2.99) return
  const flat = isClipped ? Math.max(1 - ((sample[0] ?? 0) / 3) ** 2, 1e-6) ** -1.5 : 1
  expect(Math.abs(Number(found) - Number(number))).toBeLessThanOrEqual(1e-5 * range * flat)
}

// How rows become samples: scales, categories, what stands for missing values, and what is refused.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  encodeTable,
  fitRecipe,
  parseTable,
  type RecipeOptions,
  TableError,
  type TableRow,
} from '../../src/tables/index.ts'

/** The inputs of some rows, one list for each, with the target y. */
async function encoded(
  rows: readonly TableRow[],
  options: RecipeOptions = {},
  others = rows,
): Promise<number[][]> {
  const table = await parseTable(
    rows.map((row, i) => ({ ...row, y: i % 2 ? 'a' : 'b' })),
    { target: 'y' },
  )
  const recipe = fitRecipe(table, options)
  const { inputs, inputSize } = encodeTable(recipe, await parseTable(others, { like: table }), false)
  return Array.from({ length: inputs.length / inputSize }, (_, i) =>
    Array.from(inputs.subarray(i * inputSize, (i + 1) * inputSize)),
  )
}

const rowsOf = (values: readonly unknown[]) => values.map(x => ({ x }))

describe('numbers', () => {
  test.each<[string, RecipeOptions, number[]]>([
    ['standard, as StandardScaler', {}, [-1.5, -0.5, -0.5, -0.5, 0, 0, 1, 2]],
    ['minMax, as MinMaxScaler', { scaling: 'minMax' }, [0, 2 / 7, 2 / 7, 2 / 7, 3 / 7, 3 / 7, 5 / 7, 1]],
    ['none', { scaling: 'none' }, [2, 4, 4, 4, 5, 5, 7, 9]],
    ['for one column', { columns: { x: { scaling: 'none' } } }, [2, 4, 4, 4, 5, 5, 7, 9]],
  ])('%s', async (_, options, expected) => {
    const inputs = await encoded(rowsOf([2, 4, 4, 4, 5, 5, 7, 9]), options)
    expect(inputs.flat()).toEqual(expected.map(Math.fround))
  })

  test('robust: the median and the quartiles, and nothing beyond ±3', async () => {
    const inputs = await encoded(rowsOf([1, 2, 3, 4, 1e9]), { scaling: 'robust' })
    const clipped = (z: number) => Math.fround(z / Math.sqrt(1 + (z / 3) ** 2))
    expect(inputs.flat()).toEqual([clipped(-1), clipped(-0.5), 0, clipped(0.5), 3])
  })

  test('quantile: shares of the training rows over ±√3, the middle of those of one value, and nothing beyond', async () => {
    const inputs = await encoded(
      rowsOf([1, 2, 2, 2, 100]),
      { scaling: 'quantile' },
      rowsOf([-5, 1, 1.5, 2, 51, 100, 1e9]),
    )
    const shares = [0, 0, 0.25, 0.5, 0.75, 1, 1]
    expect(inputs.flat()).toEqual(shares.map(share => Math.fround((share - 0.5) / Math.sqrt(1 / 12))))
    for (const most of [5e-324, 1e-310, 1.7e308]) {
      expect(await encoded(rowsOf([-most, most]), { scaling: 'quantile' }, rowsOf([0]))).toEqual([[0]])
    }
    const many = Array.from({ length: 5000 }, (_, i) => (i / 5000) ** 3)
    const found = (await encoded(rowsOf(many), { scaling: 'quantile' })).flat()
    expect(Math.abs(found.reduce((sum, z) => sum + z, 0) / found.length)).toBeLessThan(0.01)
  })

  test('a column that never varies is 0', async () => {
    for (const scaling of ['standard', 'minMax', 'robust', 'quantile'] as const) {
      expect((await encoded(rowsOf([7, 7, 7]), { scaling })).flat()).toEqual([0, 0, 0])
    }
  })

  test.each<[string, RecipeOptions, number]>([
    ['median', { scaling: 'none' }, 2],
    ['mean', { scaling: 'none', columns: { x: { missing: 'mean' } } }, 4],
    ['a constant', { scaling: 'none', columns: { x: { missing: { constant: -1 } } } }, -1],
  ])('missing: %s, with an indicator', async (_, options, fill) => {
    expect(await encoded(rowsOf([1, null, 2, 9]), options)).toEqual([
      [1, 0],
      [fill, 1],
      [2, 0],
      [9, 0],
    ])
  })

  test('without the indicator', async () => {
    const options: RecipeOptions = { scaling: 'none', columns: { x: { indicator: false } } }
    expect(await encoded(rowsOf([1, null, 2, 9]), options)).toEqual([[1], [2], [2], [9]])
  })
})

describe('categories', () => {
  test('one-hot in the order of their names; numbers by size', async () => {
    expect(await encoded(rowsOf(['red', 'blue', 'red']))).toEqual([
      [0, 1],
      [1, 0],
      [0, 1],
    ])
  })

  test('missing: a category of its own, or a name', async () => {
    const rows = rowsOf(['red', null, 'blue', 'red'])
    expect((await encoded(rows))[1]).toEqual([0, 0, 1])
    expect((await encoded(rows, { columns: { x: { missing: { constant: 'red' } } } }))[1]).toEqual([0, 1])
  })

  test('rare ones share an input, and unknown ones with them', async () => {
    const rows = rowsOf(['a', 'a', 'b', 'c', 'a'])
    const options: RecipeOptions = { columns: { x: { minCount: 2, unknown: 'other' } } }
    expect(await encoded(rows, options, rowsOf(['a', 'b', 'c', 'd']))).toEqual([
      [1, 0],
      [0, 1],
      [0, 1],
      [0, 1],
    ])
    expect(await encoded(rows, { columns: { x: { unknown: 'other' } } }, rowsOf(['d']))).toEqual([[0, 0, 0]])
  })
})

test('dates: scaled, with the parts that the training rows have all of', async () => {
  const days = Array.from({ length: 14 }, (_, day) => ({
    x: new Date(Date.UTC(2024, 0, day + 1)).toISOString(),
  }))
  const inputs = await encoded(days)
  expect(inputs[0]?.length).toBe(1 + 7)
  expect(inputs.map(row => row.slice(1).indexOf(1))).toEqual(days.map((_, day) => (day + 1) % 7)) // a Monday
  const hours = await encoded(days, { columns: { x: { parts: ['hour'] } } })
  expect(hours[0]?.length).toBe(1 + 24)
})

test('true and false are 1 and 0', async () => {
  expect((await encoded(rowsOf([true, false, true]))).flat()).toEqual([1, 0, 1])
})

describe('no statistic sees rows that a model is not trained on', () => {
  const row = fc.record({
    number: fc.option(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { nil: null }),
    category: fc.constantFrom('a', 'b', 'c', null),
    flag: fc.option(fc.boolean(), { nil: null }),
    date: fc.date({ min: new Date('2000-01-01'), max: new Date('2030-01-01'), noInvalidDate: true }),
    y: fc.double({ min: -100, max: 100, noNaN: true }),
  })
  const kinds = {
    number: 'number',
    category: 'category',
    flag: 'boolean',
    date: 'date',
    y: 'number',
  } as const

  test('the recipe of a part is that of a table of its rows alone, whatever the other rows hold', async () => {
    const scaling = fc.constantFrom('standard', 'minMax', 'robust', 'none')
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 4, maxLength: 20 }),
        fc.nat(100),
        scaling,
        async (rows, seed, scaling) => {
          const table = await parseTable(rows, { target: 'y', kinds })
          const { train } = await table.split({ validation: 0.25, test: 0.25, seed })
          const alone = await parseTable(train.toObjects(), { target: 'y', kinds })
          const recipe = (part: typeof train) => {
            try {
              return fitRecipe(part, { scaling, columns: { category: { minCount: 2 } } })
            } catch (error) {
              if (error instanceof TableError) return error.message
              throw error
            }
          }
          expect(recipe(train)).toEqual(recipe(alone))
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('what does not fit is told column by column, with row and value', () => {
  const rows = [
    { size: 1, colour: 'red', y: 'a' },
    { size: 2, colour: 'blue', y: 'b' },
  ]

  test('unknown names, missing values, a class that is none', async () => {
    const table = await parseTable(rows, { target: 'y' })
    const recipe = fitRecipe(table)
    const other = await parseTable(
      [
        { size: 1, colour: 'green', y: 'a' },
        { size: null, colour: null, y: 'c' },
      ],
      { like: table },
    )
    const error = (() => {
      try {
        return encodeTable(recipe, other)
      } catch (error) {
        return error
      }
    })()
    expect(error).toBeInstanceOf(TableError)
    expect(error).toMatchObject({
      problems: [
        { column: 'size', row: 2, message: expect.stringContaining('the training rows all had one') },
        { column: 'colour', row: 1, value: '"green"', message: expect.stringContaining('"blue", "red"') },
        { column: 'colour', row: 2 },
        { column: 'y', row: 2, value: '"c"' },
      ],
    })
  })

  test('columns that are not there, or are of another kind', async () => {
    const recipe = fitRecipe(await parseTable(rows, { target: 'y' }))
    const other = await parseTable([{ sizes: 1, colour: 3 }])
    expect(() => encodeTable(recipe, other, false)).toThrow(
      /"size".*did you mean sizes.*"colour".*kind number here/,
    )
  })

  test('what no recipe can be fitted on', async () => {
    const table = await parseTable(rows, { target: 'y' })
    const wrong = (options: object, message: RegExp) =>
      expect(() => fitRecipe(table, options as RecipeOptions)).toThrow(message)
    wrong({ columns: { sise: {} } }, /did you mean size/)
    wrong({ columns: { y: {} } }, /no input/)
    wrong({ columns: { size: { missing: 'category' } } }, /is for names/)
    wrong({ columns: { colour: { missing: 'median' } } }, /is for numbers/)
    wrong({ columns: { colour: { missing: { constant: 'black' } } } }, /no training row has/)
    wrong({ columns: { size: { missing: 'zero' } } }, /unknown rule "zero"/)
    wrong({ columns: { size: { minCount: 0 } } }, /minCount/)
    wrong({ scaling: 'log' }, /unknown scaling/)
    expect(() => fitRecipe(table.slice(0, 1))).toThrow(/fewer than two classes/)
    expect(() => fitRecipe(table.slice(0, 0))).toThrow(/no rows/)
    const gaps = await parseTable([...rows, { size: null, colour: 'red', y: 'a' }], { target: 'y' })
    expect(() => fitRecipe(gaps, { columns: { size: { missing: 'refuse' } } })).toThrow(
      /1 training rows have no value/,
    )
  })
})

// Tables as they are read: formats, kinds, and what is told of those that are wrong.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseTable, type ReadOptions, TableError } from '../../src/tables/index.ts'

/** The error of a table that is refused. */
async function refused(
  source: Parameters<typeof parseTable>[0],
  options: ReadOptions = {},
): Promise<TableError> {
  const error = await parseTable(source, options).then(
    () => undefined,
    error => error,
  )
  if (error instanceof TableError) return error
  throw new Error(`expected a TableError, got ${error}`)
}

const kindsOf = async (text: string, options: ReadOptions = {}) => (await parseTable(text, options)).kinds

describe('formats', () => {
  const rows = [
    { size: 3.5, colour: 'blue' },
    { size: -4.25, colour: 'red' },
  ]

  test.each<[string, string]>([
    ['commas', 'size,colour\n3.5,blue\n-4.25,red\n'],
    ['semicolons and decimal commas', 'size;colour\r\n3,5;blue\r\n-4,25;red\r\n'],
    ['tabs', 'size\tcolour\n3.5\tblue\n-4.25\tred'],
    ['bars', 'size|colour\n3.5|blue\n-4.25|red'],
    ['quoted decimal commas', 'size,colour\n"3,5",blue\n"-4,25",red\n'],
    ['JSON', '[{"size": 3.5, "colour": "blue"}, {"size": -4.25, "colour": "red"}]'],
    ['lines of JSON', '{"size": 3.5, "colour": "blue"}\n\n{"colour": "red", "size": -4.25}\n'],
  ])('%s', async (_, text) => {
    const table = await parseTable(text)
    expect(table.toObjects()).toEqual(rows)
    expect(table.kinds).toEqual({ size: 'number', colour: 'category' })
    // In parts as they come, each of which ends anywhere.
    const bytes = new TextEncoder().encode(text)
    const parts = Array.from(bytes, (_, i) => bytes.subarray(i, i + 1))
    expect((await parseTable(parts)).toObjects()).toEqual(rows)
  })

  test('plain objects, from an array and from a generator', async () => {
    expect((await parseTable(rows)).toObjects()).toEqual(rows)
    const generated = (async function* () {
      yield* rows
    })()
    expect((await parseTable(generated)).toObjects()).toEqual(rows)
  })

  test('a quoted line break, comments, thousands, no header', async () => {
    const text = '# made by hand\n"a\nb",1.234.567\n# more\nc,2\n'
    const table = await parseTable(text, { comment: '#', thousands: '.', decimal: ',', header: false })
    expect(table.toObjects()).toEqual([
      { 0: 'a\nb', 1: 1234567 },
      { 0: 'c', 1: 2 },
    ])
  })

  test('three digits behind a comma are a thousand, or nothing, where tabs separate the fields', async () => {
    expect(await kindsOf('a\tb\n1\t1,234\n2\t5,678\n')).toEqual({ a: 'number', b: 'category' })
    expect(await kindsOf('a;b\n1;1,234\n2;5,678\n')).toEqual({ a: 'number', b: 'number' })
  })
})

describe('kinds', () => {
  const column = (values: readonly (string | number)[]) =>
    ['x,y', ...values.map(value => `${value},0`)].join('\n')
  const twelve = Array.from({ length: 12 }, (_, i) => i)

  test.each<[string, string, readonly (string | number)[]]>([
    ['numbers', 'number', ['1', '-2.5', '1e3']],
    ['names', 'category', ['red', 'blue', 'red']],
    ['true and false', 'boolean', ['true', 'FALSE', 'True']],
    ['dates', 'date', ['2024-02-29', '31.12.2023', '2024/05/01 10:30']],
    ['no day of the calendar', 'category', ['2023-02-29', '2024-05-01']],
    ['codes', 'category', ['01234', '01234', '98765', '98765']],
    ['row numbers', 'skip', twelve],
    ['row numbers with a gap', 'number', twelve.map(i => (i === 7 ? 70 : i))],
    ['texts', 'skip', Array.from({ length: 50 }, (_, i) => `text ${i}`)],
    ['nothing', 'skip', ['', 'NA', '?']],
  ])('%s: %s', async (_, kind, values) => {
    const table = await parseTable(column(values))
    expect(table.kinds.x).toBe(kind)
    expect(table.describe().columns[0]?.why).not.toBe('')
  })

  test('a column without a name is left out', async () => {
    expect(await kindsOf(',a\n7,1\n9,2\n')).toEqual({ '': 'skip', a: 'number' })
  })

  test('a target of few whole numbers is classes, others are numbers', async () => {
    const classes = column([0, 1, 2, 0, 1, 2])
    expect((await kindsOf(classes, { target: 'x' })).x).toBe('category')
    expect((await kindsOf(classes)).x).toBe('number')
    expect((await kindsOf(column([0.5, 1, 0.5, 1]), { target: 'x' })).x).toBe('number')
    expect((await kindsOf(classes, { target: 'x', kinds: { x: 'number' } })).x).toBe('number')
  })

  test('what is given counts', async () => {
    expect(await kindsOf('zip,n\n1234,1\n5678,2\n', { kinds: { zip: 'category', n: 'skip' } })).toEqual({
      zip: 'category',
      n: 'skip',
    })
  })

  test('like another table: its kinds, without its target, and no other columns', async () => {
    const table = await parseTable('zip,n,y\n1234,1,a\n5678,2,b\n', {
      kinds: { zip: 'category' },
      target: 'y',
    })
    const other = await parseTable('more,n,zip\n1,2,1234\n', { like: table })
    expect(other.kinds).toEqual({ more: 'skip', n: 'number', zip: 'category' })
    expect(other.targets).toEqual([])
    expect((await parseTable('y,n\na,1\n', { like: table })).targets).toEqual(['y'])
  })
})

describe('describe', () => {
  test('kind, role, missing, distinct, range and examples of the rows that a part has', async () => {
    const table = await parseTable('a,b,when\n1,x,2024-01-02\n,y,2024-01-01\n5,x,\n7,z,2025-01-01\n', {
      target: 'b',
    })
    expect(table.slice(0, 3).describe()).toMatchObject({
      rows: 3,
      columns: [
        {
          name: 'a',
          kind: 'number',
          role: 'input',
          missing: 1,
          distinct: 2,
          range: [1, 5],
          examples: [1, 5],
        },
        { name: 'b', kind: 'category', role: 'target', missing: 0, distinct: 2, range: undefined },
        { name: 'when', kind: 'date', missing: 1, range: ['2024-01-01', '2024-01-02'] },
      ],
    })
    expect(String(table.describe())).toMatch(
      /^4 rows\ncolumn {2}kind .*\na {7}number .*\nb {7}category, target/,
    )
  })
})

describe('problems', () => {
  test('all of them in one report, each with its place', async () => {
    const text = 'age,when,y\n1,2024-01-01,a\nold,soon,b\n3,2024-01-01,\n4,5\nelder,2024-01-01,a\n'
    const error = await refused(text, {
      target: 'y',
      kinds: { age: 'number', when: 'date', hight: 'number' },
    })
    expect(error).toMatchObject({ name: 'TableError', code: 'ERR_DATA_VALUE' })
    expect(error.problems).toMatchObject([
      {
        column: undefined,
        row: 4,
        line: 5,
        rows: 1,
        message: expect.stringContaining('another number of fields'),
      },
      { column: undefined, row: undefined, message: expect.stringContaining('"hight"') },
      {
        column: 'age',
        row: 2,
        line: 3,
        value: '"old"',
        rows: 2,
        message: expect.stringContaining('is no number'),
      },
      { column: 'when', row: 2, line: 3, value: '"soon"', rows: 1 },
      { column: 'y', row: 3, line: 4, rows: 1, message: expect.stringContaining("missingTarget: 'skip'") },
    ])
    expect(error.message).toMatch(
      /^the table has 5 problems: \(1\) line 5: .*column "age", line 3: "old" is no number/,
    )
  })

  test('lines count comments, empty lines and quoted line breaks', async () => {
    const text = '# one\na,b\n"x\ny",1\n\n# two\nz,two\n'
    const error = await refused(text, { comment: '#', kinds: { b: 'number' } })
    expect(error.problems).toMatchObject([{ column: 'b', row: 2, line: 7, value: '"two"' }])
  })

  test('a column of numbers with a few other texts is no list of names', async () => {
    const numbers = Array.from({ length: 30 }, (_, i) => `${i * 1.5},0`)
    const error = await refused(['x,y', ...numbers, 'unknown,0'].join('\n'))
    expect(error.problems).toMatchObject([{ column: 'x', line: 32, value: '"unknown"' }])
    expect(error.message).toContain('missingValues, or set kinds: { "x": \'category\' }')
  })

  test('no rows, an unknown target, a target that cannot be predicted', async () => {
    expect((await refused('a,b\n')).message).toContain('no rows of data')
    expect((await refused([])).message).toContain('no rows of data')
    expect((await refused('colour,b\n1,2\n', { target: 'color' })).message).toContain(
      '(did you mean colour?)',
    )
    expect((await refused('a,b\n2024-01-01,2\n', { target: 'a' })).message).toContain('of the kind date')
    expect((await refused('a,b\nx,2\ny,3\n', { target: ['a', 'b'] })).message).toContain(
      'as all of several targets',
    )
    expect((await refused('a,a,b\n1,2,3\n')).message).toContain('several columns have this name')
  })

  test('rows without a target are left out where that is asked for', async () => {
    const table = await parseTable('a,y\n1,\n2,x\n3,z\n', { target: 'y', missingTarget: 'skip' })
    expect(table.toObjects().map(({ a }) => a)).toEqual([2, 3])
    expect((await refused('a,y\n1,\n', { target: 'y', missingTarget: 'skip' })).message).toContain('no row')
  })

  test('objects that are none, and values that no table has', async () => {
    const error = await refused(JSON.parse('[{"a": 1}, null, {"a": {"b": 1}}, {"a": 1e999}]'))
    expect(error.problems).toMatchObject([
      { column: undefined, row: 2, value: 'null' },
      { column: 'a', row: 3, value: '{ b }', rows: 2 },
    ])
  })

  test.each([
    ['{"a": 1,}\n{"a": 2}', 'ERR_DATA_CORRUPT'],
    ['{"a": 1, "a": 2}', 'ERR_DATA_CORRUPT'],
    ['[{"a": 1}', 'ERR_DATA_CORRUPT'],
    [`[${'['.repeat(1e5)}`, 'ERR_DATA_CORRUPT'],
    ['a,b\n1,"2', 'ERR_DATA_CORRUPT'],
  ])('a text that is broken: %.20s', async (text, code) => {
    await expect(
      parseTable(text, { format: /^[[{]/.test(text) ? (text[0] === '[' ? 'json' : 'jsonl') : 'csv' }),
    ).rejects.toMatchObject({ code })
  })
})

describe('split', () => {
  const rows = Array.from({ length: 100 }, (_, i) => ({ i: i * 1.5, y: i % 10 < 3 ? 'few' : 'many' }))

  test('each row is in one part, and classes keep their proportions', async () => {
    const table = await parseTable(rows, { target: 'y' })
    const { train, validation, test } = await table.split({ validation: 0.2, test: 0.1, seed: 3 })
    const parts = [train, validation, test].map(part => part.toObjects())
    expect(parts.map(part => part.length)).toEqual([70, 20, 10])
    expect(
      parts
        .flat()
        .map(({ i }) => Number(i))
        .sort((a, b) => a - b),
    ).toEqual(rows.map(({ i }) => i))
    expect(parts.map(part => part.filter(({ y }) => y === 'few').length)).toEqual([21, 6, 3])
    const again = await table.split({ validation: 0.2, test: 0.1, seed: 3 })
    expect(again.test.toObjects()).toEqual(parts[2])
    const other = await table.split({ validation: 0.2, test: 0.1, seed: 4 })
    expect(other.test.toObjects()).not.toEqual(parts[2])
  })

  test('folds: each row is held out once, and classes keep their proportions', async () => {
    const table = await parseTable(rows, { target: 'y' })
    const folds = await table.kFold(4, { seed: 3 })
    const held = folds.map(({ validation }) => validation.toObjects())
    expect(held.map(part => part.length)).toEqual([25, 25, 25, 25])
    expect(folds.map(({ train }) => train.length)).toEqual([75, 75, 75, 75])
    const all = held.flat().map(({ i }) => Number(i))
    expect(all.sort((a, b) => a - b)).toEqual(rows.map(({ i }) => i))
    expect(held.map(part => part.filter(({ y }) => y === 'few').length).sort()).toEqual([7, 7, 8, 8])
    const [again] = await table.kFold(4, { seed: 3 })
    expect(again?.validation.toObjects()).toEqual(held[0])
    for (const k of [1, 101, 2.5])
      await expect(table.kFold(k)).rejects.toMatchObject({ code: 'ERR_ARGUMENT' })
    await expect(table.kFold(2, { seed: -1 })).rejects.toMatchObject({ code: 'ERR_ARGUMENT' })
  })

  test('wrong shares', async () => {
    const table = await parseTable(rows)
    for (const options of [
      { test: 1 },
      { test: 0.5, validation: 0.5 },
      { test: 0.001 },
      { test: 0.1, seed: -1 },
    ]) {
      await expect(table.split(options)).rejects.toMatchObject({ code: 'ERR_ARGUMENT' })
    }
    await expect(table.split({ test: 0.1, stratify: true })).rejects.toMatchObject({ code: 'ERR_ARGUMENT' })
  })
})

describe('whatever is written is read', () => {
  const name = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
    .filter(text => isPlain(text) && text !== '__proto__')
  /** A text that stays one: no number, no date, not missing, without spaces around it. */
  const isPlain = (text: string) =>
    text.trim() === text &&
    !/^(|NA|N\/A|NaN|nan|null|\?|true|false|Unnamed.*)$/i.test(text) &&
    Number.isNaN(Number(text)) &&
    !/\r|\0|^\ufeff|^#/.test(text)
  const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null, freq: 5 })
  const VALUES = {
    number: maybe(fc.double({ noNaN: true, noDefaultInfinity: true }).map(value => value + 0)),
    boolean: maybe(fc.boolean()),
    date: maybe(
      fc
        .date({ min: new Date('1000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
        .map(date => date.toISOString()),
    ),
    category: maybe(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }).filter(isPlain)),
  } as const
  const tables = fc
    .uniqueArray(fc.tuple(name, fc.constantFrom('number', 'boolean', 'date', 'category')), {
      selector: ([it]) => it,
      minLength: 1,
      maxLength: 5,
    })
    .chain(columns =>
      fc.record({
        kinds: fc.constant(Object.fromEntries(columns)),
        rows: fc.array(
          fc.record(Object.fromEntries(columns.map(([column, kind]) => [column, VALUES[kind]]))),
          { minLength: 1, maxLength: 12 },
        ),
        delimiter: fc.constantFrom(',', ';', '\t', '|'),
        comma: fc.boolean(),
      }),
    )

  const field = (value: unknown, delimiter: string, comma: boolean) => {
    const text =
      value === null
        ? ''
        : typeof value === 'number' && comma
          ? String(value).replace('.', ',')
          : String(value)
    return text === '' ||
      new RegExp(`["\\n${delimiter}]|^\\s|\\s$`).test(text.replace('|', '\\|')) ||
      text.includes(delimiter)
      ? `"${text.replaceAll('"', '""')}"`
      : text
  }

  test('as CSV, as JSON and as lines of JSON, whatever the split', async () => {
    await fc.assert(
      fc.asyncProperty(tables, async ({ kinds, rows, delimiter, comma }) => {
        const columns = Object.keys(kinds)
        const csv = [columns, ...rows.map(row => columns.map(column => row[column]))]
          .map(record => record.map(value => field(value, delimiter, comma)).join(delimiter))
          .join('\n')
        const options: ReadOptions = { kinds, delimiter, decimal: comma ? ',' : '.', format: 'csv' }
        expect((await parseTable(csv, options)).toObjects()).toEqual(rows)
        expect((await parseTable(JSON.stringify(rows), { kinds })).toObjects()).toEqual(rows)
        const lines = rows.map(row => JSON.stringify(row)).join('\n')
        const table = await parseTable(lines, { kinds })
        expect(table.toObjects()).toEqual(rows)
        if (rows.length < 4) return
        const { train, test } = await table.split({ test: 0.5, stratify: false })
        const key = (row: object) => JSON.stringify(row)
        expect([...train.toObjects(), ...test.toObjects()].map(key).sort()).toEqual(rows.map(key).sort())
      }),
      { numRuns: 150 },
    )
  })
})

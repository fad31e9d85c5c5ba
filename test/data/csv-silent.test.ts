// What a table must never silently become: another number, another class, another column.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type CsvData,
  type CsvOptions,
  parseCsv,
  parseNpy,
  parseNpz,
  streamCsv,
} from '../../src/data/index.ts'

/** For what TypeScript refuses and plain JavaScript does not. */
const untyped = (value: unknown) => value as never

async function firstChunk(text: string, options: CsvOptions): Promise<CsvData | undefined> {
  for await (const chunk of streamCsv([text], options)) return chunk
  return undefined
}

describe('an empty cell', () => {
  const missing = { code: 'ERR_DATA_VALUE', message: expect.stringContaining('the value is missing') }
  const options: CsvOptions = { missingValues: ['?'] }

  test.each([
    ['nothing', ''],
    ['blanks', '  \t'],
    ['a no-break space', '\u00a0'],
    ['quotes', '""'],
    ['quoted blanks', '" "'],
    ['what was added', '?'],
  ])('of %s is missing, whatever else is', async (_, cell) => {
    const label = { ...options, label: 'y' }
    await expect(parseCsv(`a,h,y\n30,1.7,0\n${cell},1.8,1\n`, label)).rejects.toMatchObject(missing)
    await expect(parseCsv(`a,y\n30,0\n31,${cell}\n`, label)).rejects.toMatchObject(missing)
    await expect(parseCsv(`a,y\n30,no\n31,${cell}\n`, label)).rejects.toMatchObject(missing)
    await expect(firstChunk(`a,y\n30,0\n31,${cell}\n`, label)).rejects.toMatchObject(missing)
    await expect(parseCsv(`a,t\n30,0\n31,${cell}\n`, { ...options, targets: 't' })).rejects.toMatchObject(
      missing,
    )
    await expect(
      parseCsv(`a,c\n30,red\n31,${cell}\n`, { ...options, categorical: ['c'] }),
    ).rejects.toMatchObject(missing)
    const given = { ...options, categorical: ['c'], categories: { c: ['', 'red'] } }
    await expect(parseCsv(`a,c\n30,red\n31,${cell}\n`, given)).rejects.toMatchObject(missing)
    const skipped = await parseCsv(`a,y\n30,0\n31,${cell}\n`, { ...label, missing: 'skip' })
    expect(skipped.inputs).toEqual(Float32Array.of(30))
  })

  test('of quotes is missing in a file of one column, where an empty line is none', async () => {
    const text = 'a\n1\n""\n\n2\n""\n'
    const error = {
      code: 'ERR_DATA_VALUE',
      message: expect.stringContaining('line 3, column "a": the value is'),
    }
    await expect(parseCsv(text)).rejects.toMatchObject(error)
    await expect(firstChunk(text, {})).rejects.toMatchObject(error)
    expect((await parseCsv(text, { missing: 5 })).inputs).toEqual(Float32Array.of(1, 5, 2, 5))
    expect((await firstChunk(text, { missing: 5 }))?.inputs).toEqual(Float32Array.of(1, 5, 2, 5))
    expect((await parseCsv(text, { missing: 'skip' })).inputs).toEqual(Float32Array.of(1, 2))
    const commented = await parseCsv('a\n#""\n""\n#\n\n#', { missing: 5, comment: '#' })
    expect(commented.inputs).toEqual(Float32Array.of(5))
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY, -1e39])('is not filled with %s', async missing => {
    await expect(parseCsv('a,b\n1,\n', { missing })).rejects.toMatchObject({
      code: 'ERR_ARGUMENT',
      message: `missing is ${missing}: expected 'error', 'skip' or a number that single precision holds`,
    })
  })

  test('is filled as those that are named', async () => {
    const { inputs } = await parseCsv('a,b\n1,-999\n,2\n', { missing: 5, missingValues: ['-999'] })
    expect(inputs).toEqual(Float32Array.of(1, 5, 5, 2))
    expect((await parseCsv('a,b\n,2\n', { missing: 5, missingValues: [] })).inputs).toEqual(
      Float32Array.of(5, 2),
    )
  })
})

describe('missingValues', () => {
  test('of numbers are those numbers, however they are written; blanks around them do not count', async () => {
    const text = 'a,b\n-999.0,1\n-9.99e2,2\n3,-999\n4,5\n'
    for (const missingValues of [['-999'], ['-999.00'], [' -999 ']]) {
      expect((await parseCsv(text, { missing: 'skip', missingValues })).inputs).toEqual(Float32Array.of(4, 5))
    }
  })

  test('that are no texts are refused, since none would be found', async () => {
    await expect(parseCsv('a\n-999', { missingValues: untyped([-999]) })).rejects.toMatchObject({
      code: 'ERR_ARGUMENT',
      message: 'missingValues is [-999]: expected a list of texts, such as ["NA"]',
    })
  })
})

describe('labels', () => {
  const train = 'x,y\n1,1\n2,2\n3,3\n'

  test.each([
    ['0.0,1.0,2.0,10.0', [0, 1, 2, 10]],
    ['1,2.0,3.,1e0', [1, 2, 3, 1]],
    ['1.000000000000000000e+00,2.000000000000000000e+00,+0', [1, 2, 0]],
    ['007,0', [7, 0]],
  ])('%s are whole numbers', async (fields, labels) => {
    const text = `y,x\n${fields
      .split(',')
      .map(field => `${field},1\n`)
      .join('')}`
    expect((await parseCsv(text, { label: 'y' })).labels).toEqual(Int32Array.from(labels))
    expect((await firstChunk(text, { label: 'y' }))?.labels).toEqual(Int32Array.from(labels))
  })

  test('of a test file have the numbers of the training file', async () => {
    const { labels, categories } = await parseCsv(train, { label: 'y' })
    expect([labels, categories]).toEqual([Int32Array.of(1, 2, 3), { y: ['0', '1', '2', '3'] }])
    const options = { label: 'y', categories }
    for (const fields of [
      ['3.0', '1'],
      ['3.0', '1.0'],
      ['3', '1'],
      ['03', '1e0'],
    ]) {
      const test = `x,y\n${fields.map(field => `1,${field}\n`).join('')}`
      expect((await parseCsv(test, options)).labels, String(fields)).toEqual(Int32Array.of(3, 1))
      expect((await firstChunk(test, options))?.labels, String(fields)).toEqual(Int32Array.of(3, 1))
    }
    for (const field of ['unknown', '4', '-1', '1.5']) {
      await expect(parseCsv(`x,y\n1,3\n1,${field}\n`, options)).rejects.toMatchObject({
        code: 'ERR_DATA_VALUE',
        message: expect.stringContaining(`line 3, column "y": "${field}" is none of its categories`),
      })
    }
  })

  test.each([
    ['a name among numbers', '1,2,unknown', 4, '"unknown" is not a class 0, 1, 2, … as "1" before it is'],
    ['a number among names', 'cat,dog,3', 4, '"3" is a number, and "cat" before it is a name'],
    ['a negative number', '0,1,-1', 4, '"-1" is not a class 0, 1, 2, …'],
    ['a fraction', '0,1.5', 3, '"1.5" is not a class 0, 1, 2, …'],
    [
      'prices',
      '99.5,100.25',
      2,
      '"99.5" is not a class 0, 1, 2, … (a quantity is read by the option targets',
    ],
    ['beyond 32 bits', '0,2147483648', 3, '"2147483648" is not a class'],
  ])('%s: a stray is an error that names line and value', async (_, fields, line, message) => {
    const text = `y,x\n${fields
      .split(',')
      .map(field => `${field},1\n`)
      .join('')}`
    await expect(parseCsv(text, { label: 'y' })).rejects.toMatchObject({
      code: 'ERR_DATA_VALUE',
      message: expect.stringContaining(`CSV data, line ${line}, column "y": ${message}`),
    })
  })

  test('that are listed are numbered so, whatever they are', async () => {
    const categories = { y: ['-1', '1', '3+'] }
    const text = 'x,y\n1,1.0\n1,-1\n1,3+\n1,+1\n'
    expect(await parseCsv(text, { label: 'y', categories })).toMatchObject({
      labels: Int32Array.of(1, 0, 2, 1),
      categories,
    })
  })

  test('from thousands of classes on are checked in a test file, too', async () => {
    const { labels, categories } = await parseCsv('id,y\n1,5000\n2,7\n3,12\n', { label: 'y' })
    expect([labels, categories.y?.length]).toEqual([Int32Array.of(5000, 7, 12), 5001])
    const options = { label: 'y', categories }
    expect((await parseCsv('id,y\n1,12.0\n2,4999\n', options)).labels).toEqual(Int32Array.of(12, 4999))
    for (const field of ['cat', '5001', '-1']) {
      await expect(parseCsv(`id,y\n1,7\n2,${field}\n3,cat\n`, options)).rejects.toMatchObject({
        code: 'ERR_DATA_VALUE',
        message: expect.stringContaining(`line 3, column "y": "${field}" is none of its categories`),
      })
    }
  })

  test('that are too many for a list are refused, since a test file could not be checked against them', async () => {
    expect((await parseCsv('x,y\n1,65535\n', { label: 'y' })).categories.y?.length).toBe(2 ** 16)
    await expect(parseCsv('x,y\n1,0\n1,65536\n', { label: 'y' })).rejects.toMatchObject({
      code: 'ERR_DATA_VALUE',
      message: expect.stringContaining('line 3, column "y": "65536" is not a class 0–65535'),
    })
    const categories = { y: ['7', '2147483647'] }
    expect((await parseCsv('x,y\n1,2147483647\n', { label: 'y', categories })).labels).toEqual(
      Int32Array.of(1),
    )
  })

  test('written in any way are the same, also with the categories of the training file', async () => {
    const label = fc.nat({ max: 300 })
    const form = fc.constantFrom<(value: number) => string>(
      value => `${value}`,
      value => `${value}.0`,
      value => `${value}.`,
      value => `+${value}`,
      value => `00${value}`,
      value => value.toExponential(18),
      value => ` ${value.toFixed(3)} `,
    )
    const field = fc.tuple(label, form)
    await fc.assert(
      fc.asyncProperty(fc.array(field, { minLength: 1, maxLength: 30 }), async fields => {
        const text = (rows: [number, (value: number) => string][]) =>
          `y,x\n${rows.map(([value, write]) => `${write(value)},1`).join('\n')}`
        const { labels, categories } = await parseCsv(text(fields), { label: 'y' })
        expect(labels).toEqual(Int32Array.from(fields, ([value]) => value))
        const again = await parseCsv(text(fields.toReversed()), { label: 'y', categories })
        expect(again.labels).toEqual(labels?.toReversed())
        expect(again.categories).toEqual(categories)
      }),
    )
  })
})

describe('categories', () => {
  test('that are whole numbers are the same however they are written, codes with leading zeros are others', async () => {
    const { inputs, categories } = await parseCsv('c\n1\n1.0\n01\n2.0\n', { categorical: { c: 'index' } })
    expect([inputs, categories]).toEqual([Float32Array.of(1, 1, 0, 2), { c: ['01', '1', '2.0'] }])
    const options = { categorical: { c: 'index' }, categories } as const
    expect((await parseCsv('c\n2\n1.00\n', options)).inputs).toEqual(Float32Array.of(2, 1))
  })

  test('of the training file may name the label that rows to be predicted have not', async () => {
    const training = 'age,plan,churned\n30,basic,no\n40,gold,yes\n'
    const options = { categorical: ['plan'], label: 'churned' }
    const { categories } = await parseCsv(training, options)
    const rows = 'age,plan\n35,gold\n'
    const { inputs, labels } = await parseCsv(rows, { categorical: ['plan'], categories })
    expect([inputs, labels]).toEqual([Float32Array.of(35, 0, 1), undefined])
    expect((await firstChunk(rows, { categorical: ['plan'], categories }))?.inputs).toEqual(inputs)
  })

  test('may list one column that is not there, the label, and no other', async () => {
    const categories = { plan: ['basic', 'gold'], churnd: ['no', 'yes'], churned: ['no', 'yes'] }
    const rejection = {
      code: 'ERR_ARGUMENT',
      message:
        'categories lists "churnd", "churned", which CSV data does not have: expected its columns, and at most the ' +
        'label beside them',
    }
    const options = { categorical: ['plan'], categories }
    await expect(parseCsv('age,plan\n35,gold\n', options)).rejects.toMatchObject(rejection)
    await expect(firstChunk('age,plan\n35,gold\n', options)).rejects.toMatchObject(rejection)
  })

  test('that nothing would use are refused', async () => {
    const text = 'age,plan,churned\n30,basic,no\n'
    const refused = (message: string) => ({ code: 'ERR_ARGUMENT', message: expect.stringContaining(message) })
    // A label whose list has another name would be numbered anew, and so would a column.
    const others: CsvOptions = { label: 'churned', skip: ['plan'], categories: { Churned: ['yes', 'no'] } }
    await expect(parseCsv(text, others)).rejects.toMatchObject(refused('no column "Churned"'))
    const typo: CsvOptions = {
      categorical: ['plan'],
      skip: ['churned'],
      categories: { plann: ['gold', 'basic'] },
    }
    await expect(parseCsv(text, typo)).rejects.toMatchObject(refused('no column "plann"'))
    const unused: CsvOptions = { label: 'churned', categories: { plan: ['basic'] } }
    await expect(parseCsv(text, unused)).rejects.toMatchObject(
      refused(
        'categories lists column "plan", which is read as numbers: name it in categorical, label or skip',
      ),
    )
  })
})

describe('numbers beyond 2²⁴', () => {
  const times = 'time,x\n1700000000,1\n1700000001,2\n1700000002,3\n'

  test('of which two become one are an error that names the column', async () => {
    const error = {
      code: 'ERR_DATA_VALUE',
      message: expect.stringContaining(
        'CSV data, line 3, column "time": 1700000001 and 1700000000 become one number in single precision',
      ),
    }
    await expect(parseCsv(times)).rejects.toMatchObject(error)
    await expect(parseCsv(times, { targets: 'time' })).rejects.toMatchObject(error)
    for await (const chunk of streamCsv([times.slice(0, 18), times.slice(18)], { skip: ['time'], rows: 1 })) {
      expect(chunk.samples).toBe(1)
    }
    const chunks = streamCsv([times], { rows: 1 })
    await chunks.next()
    await expect(chunks.next()).rejects.toMatchObject(error)
  })

  test.each([
    ['identifiers beyond 2⁵³', '9007199254740993', '9007199254740992'],
    ['fractions of seconds', '1700000000.25', '1700000000.5'],
    ['negative numbers', '-16777217', '-16777216'],
  ])('%s', async (_, one, other) => {
    await expect(parseCsv(`a\n${one}\n${other}\n`)).rejects.toMatchObject({
      message: expect.stringContaining(`line 3, column "a": ${other} and ${one} become one number`),
    })
  })

  test('that stay apart, or are equal, are rounded as all others are', async () => {
    const fields = ['1700000001', '1700000001.0', '1.700000001e9', '1800000001', '34567891', '1e30']
    const { inputs } = await parseCsv(`a\n${fields.join('\n')}`)
    expect(inputs).toEqual(Float32Array.from(fields, Number))
  })

  test('may become one where that is said', async () => {
    const { inputs } = await parseCsv(times, { rounded: ['time'] })
    expect(inputs).toEqual(Float32Array.of(1.7e9, 1, 1.7e9, 2, 1.7e9, 3))
    await expect(parseCsv(times, { rounded: ['tim'] })).rejects.toMatchObject({ code: 'ERR_ARGUMENT' })
    await expect(parseCsv(times, { rounded: untyped('time') })).rejects.toMatchObject({
      message: 'rounded is "time": expected a list of columns, such as ["name"]',
    })
  })
})

describe('a column without a name', () => {
  const written = '"","width","y"\n"1",3.5,0\n"2",3.2,1\n'

  test.each([
    ['as R writes row numbers', written],
    ['as pandas writes an index', ',width,y\n0,3.5,0\n1,3.2,1\n'],
    ['as pandas writes what it read so', 'Unnamed: 0,width,y\n0,3.5,0\n1,3.2,1\n'],
    ['as a delimiter behind each row makes it', 'width,y,\n3.5,0,\n3.2,1,\n'],
  ])('is refused, %s', async (_, text) => {
    const place = text.startsWith('width') ? 2 : 0
    await expect(parseCsv(text, { label: 'y' })).rejects.toMatchObject({
      code: 'ERR_ARGUMENT',
      message: expect.stringContaining(`column ${place} of CSV data has no name`),
    })
    const { inputs, inputNames } = await parseCsv(text, { label: 'y', skip: [place] })
    expect([inputs, inputNames]).toEqual([Float32Array.of(3.5, 3.2), ['width']])
  })

  test('is read where it is asked for', async () => {
    const listed = await parseCsv(written, { label: 'y', inputs: [1, 0] })
    expect([listed.inputs, listed.inputNames]).toEqual([Float32Array.of(3.5, 1, 3.2, 2), ['width', '']])
    expect((await parseCsv(written, { label: 0 })).labels).toEqual(Int32Array.of(1, 2))
    expect((await parseCsv(written, { categorical: [0], label: 'y' })).inputSize).toBe(3)
    expect((await parseCsv('1,2\n', { header: false })).inputNames).toEqual(['0', '1'])
  })
})

describe('the option inputs', () => {
  const text = 'a,b,c\n1,2,3\n'

  test('takes those columns alone, in that order', async () => {
    expect(await parseCsv(text, { inputs: ['c', 0] })).toMatchObject({
      inputs: Float32Array.of(3, 1),
      inputNames: ['c', 'a'],
    })
    expect((await parseCsv('a,b\n1,\n', { inputs: ['a'] })).inputs).toEqual(Float32Array.of(1))
  })

  test.each<[string, CsvOptions, string]>([
    ['another purpose too', { inputs: ['a'], label: 'a' }, 'column "a" is in label and in inputs'],
    ['a column twice', { inputs: ['a', 0] }, 'column "a" is in inputs and in inputs'],
    ['no list', { inputs: untyped('a') }, 'inputs is "a": expected a list of columns'],
    ['none', { inputs: [] }, 'no column of CSV data is left for inputs'],
    ['a categorical column that is not among them', { inputs: ['a'], categorical: ['b'] }, 'column "b"'],
  ])('is refused with %s', async (_, options, message) => {
    await expect(parseCsv(text, options)).rejects.toMatchObject({
      code: 'ERR_ARGUMENT',
      message: expect.stringContaining(message),
    })
  })
})

test('bytes that are gzipped are called so', async () => {
  const bytes = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0)
  const message = (name: string, load: string) => ({
    code: 'ERR_DATA_MAGIC',
    message:
      `${name} is gzipped: inflate it first, as pipeThrough(new DecompressionStream('gzip')) does, or give its path or ` +
      `URL to ${load}, which reads it as it is`,
  })
  await expect(parseCsv(bytes)).rejects.toMatchObject(message('CSV data', 'loadCsv'))
  await expect(parseCsv(bytes, { encoding: 'windows-1252' })).rejects.toMatchObject(
    message('CSV data', 'loadCsv'),
  )
  await expect(parseCsv([new Uint8Array(), bytes])).rejects.toMatchObject(message('CSV data', 'loadCsv'))
  await expect(streamCsv([bytes]).next()).rejects.toMatchObject(message('CSV data', 'loadCsv'))
  await expect((async () => parseNpy(bytes))()).rejects.toMatchObject(message('NumPy data', 'loadNpy'))
  await expect((async () => parseNpz(bytes))()).rejects.toMatchObject(message('NumPy data', 'loadNpz'))
})

// CSV files as samples: columns by their purpose, categories, missing values, and errors that name the place.
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { type CsvData, type CsvOptions, parseCsv, streamCsv } from '../../src/data/index.ts'
import { dataset } from '../../src/index.ts'

const flowers = `width, length ,colour,species
3.5,1.4,blue,setosa
3.2,4.7,red,versicolor
3.1,-5.5e-1,blue,virginica
`

/** All chunks of a file. */
async function chunksOf(text: string, options: CsvOptions & { rows?: number }): Promise<CsvData[]> {
  const chunks: CsvData[] = []
  for await (const chunk of streamCsv([text], options)) chunks.push(chunk)
  return chunks
}

describe('columns', () => {
  test('labels by name, and one-hot columns, with what they mean', async () => {
    const data = await parseCsv(flowers, { label: 'species', categorical: ['colour'] })
    expect(data).toEqual({
      samples: 3,
      inputs: Float32Array.of(3.5, 1.4, 1, 0, 3.2, 4.7, 0, 1, 3.1, -0.55, 1, 0),
      inputSize: 4,
      inputNames: ['width', 'length', 'colour=blue', 'colour=red'],
      labels: Int32Array.of(0, 1, 2),
      categories: { colour: ['blue', 'red'], species: ['setosa', 'versicolor', 'virginica'] },
    })
    using set = await dataset(data)
    expect([set.length, set.inputSize, set.classes]).toEqual([3, 4, 3])
  })

  test('categories as numbers, columns by their places, targets', async () => {
    const data = await parseCsv(flowers, {
      targets: [1, 'width'],
      skip: [3],
      categorical: { colour: 'index' },
    })
    expect(data).toEqual({
      samples: 3,
      inputs: Float32Array.of(0, 1, 0),
      inputSize: 1,
      inputNames: ['colour'],
      targets: Float32Array.of(1.4, 3.5, 4.7, 3.2, -0.55, 3.1),
      targetSize: 2,
      categories: { colour: ['blue', 'red'] },
    })
    using set = await dataset(data)
    expect(set.targetSize).toBe(2)
  })

  test('without a header', async () => {
    const options = { header: false, label: 2, categorical: { 1: 'index' } } as const
    expect(await parseCsv('1,b,7\n2,a,0', options)).toEqual({
      samples: 2,
      inputs: Float32Array.of(1, 1, 2, 0),
      inputSize: 2,
      inputNames: ['0', '1'],
      labels: Int32Array.of(7, 0),
      categories: { 1: ['a', 'b'], 2: ['0', '1', '2', '3', '4', '5', '6', '7'] },
    })
  })

  test('whole numbers are labels as they are, unless their categories are given', async () => {
    const text = 'x,y\n0,10\n0,2\n0,10\n'
    const data = await parseCsv(text, { label: 'y' })
    expect(data.labels).toEqual(Int32Array.of(10, 2, 10))
    expect(data.categories.y).toEqual(Array.from({ length: 11 }, (_, i) => String(i)))
    const other = await parseCsv(text, { label: 'y', categories: { y: ['2', '10'] } })
    expect([other.labels, other.categories]).toEqual([Int32Array.of(1, 0, 1), { y: ['2', '10'] }])
  })

  test('the categories of one file hold for another', async () => {
    const options = { label: 'species', categorical: ['colour'] }
    const { categories } = await parseCsv(flowers, options)
    const test = await parseCsv('width,length,colour,species\n1,2,red,virginica', { ...options, categories })
    expect([test.inputs, test.labels]).toEqual([Float32Array.of(1, 2, 0, 1), Int32Array.of(2)])
    await expect(
      parseCsv('width,length,colour,species\n1,2,red,rose', { ...options, categories }),
    ).rejects.toMatchObject({
      code: 'ERR_DATA_VALUE',
      message:
        'CSV data, line 2, column "species": "rose" is none of its categories: expected "setosa", "versicolor", "virginica"',
    })
  })

  test('names that objects have anyway', async () => {
    const text = '__proto__,constructor\na,toString\nb,hasOwnProperty\n'
    const data = await parseCsv(text, { label: 'constructor', categorical: ['__proto__'] })
    expect(Object.entries(data.categories)).toEqual([
      ['__proto__', ['a', 'b']],
      ['constructor', ['hasOwnProperty', 'toString']],
    ])
    expect(data.labels).toEqual(Int32Array.of(1, 0))
  })

  test.each<[string, CsvOptions, string]>([
    [
      'a name that is not there',
      { label: 'specie' },
      'no column "specie": expected a place, 0–3, or one of "width"',
    ],
    ['a place that is not there', { skip: [4] }, 'no column 4'],
    ['half a place', { skip: [0.5] }, 'no column 0.5'],
    ['categories of no column', { label: 'species', categories: { x: ['a'] } }, 'no column "x"'],
    ['two purposes', { label: 'species', skip: [3] }, 'column "species" is in label and in skip'],
    ['a target twice', { targets: ['width', 0] }, 'column "width" is in targets and in targets'],
    ['no inputs', { targets: [0, 1], skip: [2, 3] }, 'no column of CSV data is left for inputs: there are 4'],
    [
      'an encoding of no kind',
      { categorical: { colour: 'hot' as never } },
      `has "hot" for "colour": expected 'oneHot'`,
    ],
    ['a category twice', { categorical: [2], categories: { colour: ['a', 'a'] } }, 'have a name twice'],
    ['a delimiter that is none', { delimiter: '"' }, 'delimiter is "\\""'],
    ['no delimiter', { delimiter: '' }, 'delimiter is ""'],
    ['a comment that is none', { comment: '' }, 'comment is ""'],
    ['a comment like the delimiter', { comment: ',' }, 'comment is ","'],
    ['an encoding that is none', { encoding: 'utf-9' }, 'encoding is "utf-9"'],
    [
      'no way with missing values',
      { missing: 'drop' as never },
      `missing is "drop": expected 'error', 'skip'`,
    ],
    // Taken for nothing, it would leave the targets among the inputs.
    [
      'an option that there is not',
      { target: 'width' } as never,
      'parseCsv has no option target (did you mean targets?): it takes header, inputs, label, targets',
    ],
    [
      'a header that is named',
      { header: ['a', 'b'] as never },
      'header of parseCsv is ["a", "b"]: expected true or false',
    ],
    ['categories that are none', { categories: 5 as never }, 'categories is 5: expected an object of lists'],
    [
      'a list of categories that is none',
      { categories: { species: 5 as never } },
      'categories of "species" is 5: expected a list of names',
    ],
    [
      'a categorical column without a list',
      { categorical: 'colour' as never },
      'categorical is "colour": expected a list',
    ],
    ['columns to skip that are no list', { skip: 'colour' as never }, 'skip is "colour": expected a list'],
    [
      'missing values in one text',
      { missingValues: 'NA' as never },
      'missingValues is "NA": expected a list',
    ],
    ['no options', null as never, 'parseCsv takes its options as an object'],
  ])('%s', async (_, options, message) => {
    await expect(parseCsv(flowers, options)).rejects.toMatchObject({
      code: 'ERR_ARGUMENT',
      message: expect.stringContaining(message),
    })
  })

  test('a name that two columns have', async () => {
    const text = 'a,a,b\n1,2,3'
    await expect(parseCsv(text, { skip: ['a'] })).rejects.toMatchObject({
      code: 'ERR_ARGUMENT',
      message: 'CSV data has several columns "a": name one by its place, such as 0',
    })
    expect((await parseCsv(text, { skip: [1] })).inputs).toEqual(Float32Array.of(1, 3))
  })
})

describe('fields', () => {
  test('numbers of every form', async () => {
    const forms = [
      '1',
      '-1',
      '+1',
      ' 1 ',
      '1.',
      '.5',
      '1e3',
      '-1.5E-3',
      '00012',
      '123456789012345678901234567890',
      '1e38',
    ]
    const { inputs } = await parseCsv(`x\n${forms.join('\n')}`)
    expect(inputs).toEqual(Float32Array.from(forms, Number))
  })

  test.each([
    'x',
    '1x',
    '1,5',
    '0x10',
    '0b1',
    '0o7',
    '1_000',
    '1e39',
    '-Infinity',
    'true',
    '--1',
    '1 2',
    '١',
  ])('%s is no number', async field => {
    await expect(parseCsv(`a,x\n1,2\n3,"${field}"\n`, { name: 'a.csv' })).rejects.toMatchObject({
      code: 'ERR_DATA_VALUE',
      message: expect.stringContaining(
        `a.csv, line 3, column "x": "${field}" is not a number that single precision holds`,
      ),
    })
  })

  test('missing values: an error, a row less, or a number', async () => {
    const text = 'a,b,c,y\n1,2,x,0\n,3,y,1\n4, NA ,x,0\n5,6,?,1\n7,8,y,\n'
    const options: CsvOptions = { label: 'y', categorical: { c: 'index' } }
    await expect(parseCsv(text, options)).rejects.toMatchObject({
      code: 'ERR_DATA_VALUE',
      message: expect.stringContaining('CSV data, line 3, column "a": the value is missing'),
    })
    const skipped = await parseCsv(text, { ...options, missing: 'skip' })
    expect([skipped.samples, skipped.inputs, skipped.labels]).toEqual([
      1,
      Float32Array.of(1, 2, 0),
      Int32Array.of(0),
    ])
    const filled = await parseCsv('a,b\n1,\nnan,2\n', { missing: -1 })
    expect(filled.inputs).toEqual(Float32Array.of(1, -1, -1, 2))
    for (const [text, column] of [
      ['a,b,c,y\n1,2,?,0', 'c'],
      ['a,b,c,y\n1,2,x,', 'y'],
    ]) {
      await expect(parseCsv(text ?? '', { ...options, missing: 0 })).rejects.toMatchObject({
        code: 'ERR_DATA_VALUE',
        message: expect.stringContaining(`line 2, column "${column}": the value is missing`),
      })
    }
    await expect(parseCsv('a,b\n,1', { targets: 'a', missing: 0 })).rejects.toMatchObject({
      code: 'ERR_DATA_VALUE',
    })
  })

  test.each([
    [
      'a number',
      'a,b\n,1',
      {},
      'a',
      " (missing: 'skip' leaves such rows out, a number, such as missing: 0, fills",
    ],
    ['a category', 'a,b\n,1', { categorical: ['a'] }, 'a', " (missing: 'skip' leaves such rows out)"],
    ['a label', 'a,b\n,1', { label: 'a' }, 'a', " (missing: 'skip' leaves such rows out)"],
    ['a target', 'a,b\n,1', { targets: 'a' }, 'a', " (missing: 'skip' leaves such rows out)"],
    [
      'a category, where numbers are filled in',
      'a,b\n,1',
      { categorical: ['a'], missing: 0 },
      'a',
      ", and missing: 0 fills inputs that are numbers only (missing: 'skip' leaves such rows out)",
    ],
  ] as [string, string, CsvOptions, string, string][])(
    'advice that helps for %s that is missing',
    async (_, text, options, column, advice) => {
      const error = await parseCsv(text, options).catch(error => error)
      expect(error.message).toContain(`column "${column}": the value is missing${advice}`)
    },
  )

  test('what counts as missing can be said: numbers too, and nothing', async () => {
    const { inputs } = await parseCsv('a,b\n1,-999\n2,3', { missing: 'skip', missingValues: ['-999'] })
    expect(inputs).toEqual(Float32Array.of(2, 3))
    const { categories } = await parseCsv('a\n?\n?', { categorical: ['a'], missingValues: [] })
    expect(categories).toEqual({ a: ['?'] })
  })

  test('missing values of columns that are left out do not count', async () => {
    const { inputs } = await parseCsv('a,b\n1,\n2,', { skip: ['b'], missing: 'skip' })
    expect(inputs).toEqual(Float32Array.of(1, 2))
  })

  test.each([';', '\t', '|'])('a file that %j separates is told so', async delimiter => {
    const text = ['a,b', '1,2', '3,4'].join('\n').replaceAll(',', delimiter)
    await expect(parseCsv(text)).rejects.toMatchObject({
      code: 'ERR_DATA_VALUE',
      message: expect.stringContaining("say what separates fields, such as delimiter: ';'"),
    })
    expect((await parseCsv(text, { delimiter })).inputs).toEqual(Float32Array.of(1, 2, 3, 4))
  })

  test('rows of another length', async () => {
    for (const row of ['1', '1,2,3']) {
      await expect(parseCsv(`a,b\n1,2\n\n# 1,2\n${row}\n`, { comment: '#' })).rejects.toMatchObject({
        code: 'ERR_DATA_COUNT',
        message: expect.stringContaining(
          `line 5: the row has ${row.split(',').length} fields, but the first row has 2`,
        ),
      })
    }
  })

  test.each(['', '\n\n', 'a,b\n', 'a,b\n\n'])('no rows: %j', async text => {
    const error = { code: 'ERR_DATA_COUNT', message: 'CSV data has no rows of data: expected at least one' }
    await expect(parseCsv(text)).rejects.toMatchObject(error)
    await expect(chunksOf(text, {})).rejects.toMatchObject(error)
  })

  test('names in a column without end', async () => {
    const rows = Array.from({ length: 4097 }, (_, i) => `name ${i}`)
    await expect(parseCsv(`a\n${rows.join('\n')}`, { categorical: ['a'] })).rejects.toMatchObject({
      code: 'ERR_DATA_VALUE',
      message:
        'CSV data, line 4098, column "a": "name 4096" is one name more than the 4096 that are found without a list: ' +
        'leave the column out, by skip: ["a"], if it holds texts or identifiers; or list all names in the option ' +
        'categories, which has no limit',
    })
    const label = `x,a\n${rows.map(row => `1,${row}`).join('\n')}`
    await expect(parseCsv(label, { label: 'a' })).rejects.toMatchObject({
      code: 'ERR_DATA_VALUE',
      message:
        'CSV data, line 4098, column "a": "name 4096" is one name more than the 4096 that are found without a list: ' +
        'take another column as the label if it holds texts or identifiers; or list all names in the option categories, ' +
        'which has no limit',
    })
    const { inputSize } = await parseCsv(`a\n${rows.join('\n')}`, {
      categorical: ['a'],
      categories: { a: rows },
    })
    expect(inputSize).toBe(4097)
  })

  test('as many categories as rows, in one column or in several', async () => {
    const ids = Array.from({ length: 20_000 }, (_, i) => `${i}`)
    await expect(
      parseCsv(`id\n${ids.join('\n')}`, { categorical: ['id'], categories: { id: ids } }),
    ).rejects.toMatchObject({
      code: 'ERR_ALLOCATION',
      message:
        'CSV data would take 1.6 GB, for 20000 rows of 20000 values, since each of the 20000 categories of column "id" ' +
        'becomes one. Leave the column out, by skip: ["id"], if it holds texts or identifiers; or keep one value for each ' +
        `category, by categorical: { "id": 'index' }; or read the file in parts, by streamCsv`,
    })
    const places = Array.from({ length: 17 }, (_, place) => place)
    const text = ids.slice(0, 4096).map(id => places.map(() => id).join())
    await expect(parseCsv(text.join('\n'), { header: false, categorical: places })).rejects.toMatchObject({
      code: 'ERR_ALLOCATION',
      message: expect.stringContaining(
        '4096 categories of column "0" becomes one, and those of 16 other columns',
      ),
    })
    const { inputs } = await parseCsv(text.join('\n'), {
      header: false,
      categorical: Object.fromEntries(places.map(place => [place, 'index'])),
    })
    expect(inputs.length).toBe(4096 * 17)
  })

  test('chunks of too many one-hot values', async () => {
    const categories = { id: Array.from({ length: 300_000 }, (_, i) => `${i}`) }
    const text = `id\n${'5\n'.repeat(1024)}`
    await expect(chunksOf(text, { categorical: ['id'], categories })).rejects.toMatchObject({
      code: 'ERR_ALLOCATION',
      message: expect.stringContaining('CSV data would take 1.23 GB, for 1024 rows of 300000 values'),
    })
  })
})

test('numbers that were written come back, from text and from a stream of bytes', async () => {
  const number = fc.float({ noNaN: true, noDefaultInfinity: true }).map(value => value + 0) // text has no −0
  const table = fc
    .integer({ min: 1, max: 6 })
    .chain(size =>
      fc.array(fc.array(number, { minLength: size, maxLength: size }), { minLength: 1, maxLength: 40 }),
    )
  await fc.assert(
    fc.asyncProperty(table, fc.nat(), fc.integer({ min: 1, max: 9 }), async (rows, place, chunkRows) => {
      const text = rows.map(row => row.join(',')).join('\n')
      const inputs = Float32Array.from(rows.flat())
      const data = await parseCsv(text, { header: false })
      expect([data.inputs, data.samples, data.inputSize]).toEqual([inputs, rows.length, rows[0]?.length])
      const bytes = new TextEncoder().encode(text)
      const at = place % (bytes.length + 1)
      const stream = new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(bytes.subarray(0, at))
          controller.enqueue(bytes.subarray(at))
          controller.close()
        },
      })
      expect((await parseCsv(stream, { header: false })).inputs).toEqual(inputs)
      const chunks = await chunksOf(text, { header: false, rows: chunkRows })
      expect(chunks.flatMap(chunk => [...chunk.inputs])).toEqual([...inputs])
      expect(chunks.slice(0, -1).every(({ samples }) => samples === chunkRows)).toBe(true)
    }),
  )
})

describe('streamCsv', () => {
  test('with categories that are given', async () => {
    const categories = { species: ['virginica', 'setosa', 'versicolor'], colour: ['red', 'blue'] }
    const options = { label: 'species', categorical: ['colour'], categories, rows: 2 }
    const chunks = await chunksOf(flowers, options)
    const { rows: _, ...others } = options
    const whole = await parseCsv(flowers, others)
    expect(chunks.map(({ samples }) => samples)).toEqual([2, 1])
    expect(chunks.flatMap(({ labels = [] }) => [...labels])).toEqual([1, 2, 0])
    expect(chunks.flatMap(({ inputs }) => [...inputs])).toEqual([...whole.inputs])
    expect(chunks.map(chunk => chunk.categories)).toEqual([categories, categories])
  })

  test('without them', async () => {
    await expect(chunksOf(flowers, { label: 'species', categorical: ['colour'] })).rejects.toMatchObject({
      code: 'ERR_ARGUMENT',
      message: expect.stringContaining('the categories of column "colour" must be known before'),
    })
    await expect(chunksOf(flowers, { label: 'species', skip: ['colour'] })).rejects.toMatchObject({
      code: 'ERR_DATA_VALUE',
      message: expect.stringContaining('line 2, column "species": "setosa" is not a class 0, 1, 2, …'),
    })
    const [chunk] = await chunksOf('x,y\n1,2147483647\n', { label: 'y' })
    expect(chunk?.labels).toEqual(Int32Array.of(2147483647))
    await expect(chunksOf('x,y\n1,2147483648\n', { label: 'y' })).rejects.toMatchObject({
      code: 'ERR_DATA_VALUE',
    })
  })

  test.each([0, -1, 1.5, Number.NaN])('chunks of %s rows are refused', async rows => {
    await expect(chunksOf(flowers, { rows })).rejects.toMatchObject({ code: 'ERR_ARGUMENT' })
  })

  test('who stops early stops the source', async () => {
    const closed = vi.fn()
    async function* source() {
      try {
        for (;;) yield 'x\n1\n2\n'.slice(2)
      } finally {
        closed()
      }
    }
    for await (const chunk of streamCsv(source(), { header: false, rows: 3 })) {
      expect(chunk.samples).toBe(3)
      break
    }
    expect(closed).toHaveBeenCalledTimes(1)
  })
})

test.each([
  [
    'a generator',
    (part: Promise<string>) =>
      (async function* () {
        yield 'a,b\n'
        yield await part
      })(),
  ],
  [
    'a stream',
    (part: Promise<string>) =>
      new ReadableStream<string>(
        {
          start: controller => controller.enqueue('a,b\n'),
          pull: async controller => controller.enqueue(await part),
        },
        { highWaterMark: 0 },
      ),
  ],
])('%s whose next part never comes: a signal ends it', async (_, make) => {
  const controller = new AbortController()
  const reading = parseCsv(make(new Promise(() => {})), { signal: controller.signal })
  setTimeout(() => controller.abort('enough'), 5)
  await expect(reading).rejects.toBe('enough')
})

test('an aborted signal', async () => {
  const controller = new AbortController()
  const closed = vi.fn()
  function* source() {
    try {
      yield '1\n'
      controller.abort('enough')
      for (;;) yield '2\n'
    } finally {
      closed()
    }
  }
  await expect(parseCsv(source(), { header: false, signal: controller.signal })).rejects.toBe('enough')
  expect(closed).toHaveBeenCalledTimes(1)
})

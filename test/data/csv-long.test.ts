// Records that are longer than what is read at once: the same fields as in short ones, within limits, in short steps.
import fc from 'fast-check'
import Papa from 'papaparse'
import { afterEach, describe, expect, test, vi } from 'vitest'
import * as platform from '#platform'
import { parseCsv } from '../../src/data/csv.ts'
import { LongRecord } from '../../src/data/csv-long-record.ts'
import { readRecords } from '../../src/data/csv-records.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

/** Cuts at the given places, sorted or not. */
function cutAt(text: string, places: number[]): string[] {
  const at = [0, ...places.map(place => place % (text.length + 1)).sort((a, b) => a - b), text.length]
  return at.slice(1).map((end, i) => text.slice(at[i], end))
}

/** The records of a text, each by itself, with the line on which it begins. Throws where a quote is wrong. */
function longRecordsOf(pieces: string[], delimiter: string) {
  const records: { fields: string[]; line: number }[] = []
  let record: LongRecord | undefined
  let line = 1
  for (const [i, piece] of pieces.entries()) {
    const isEnd = i === pieces.length - 1
    for (let text: string | undefined = piece; text || (isEnd && record); ) {
      record ??= new LongRecord(line, { delimiter, comment: undefined, name: 'file' })
      text = record.push(text ?? '', isEnd)
      if (text === undefined) break
      records.push({ fields: record.fields, line })
      line += record.lineBreaks + 1
      record = undefined
    }
  }
  return records
}

/** The same by Papa Parse, of the whole text. */
function papaRecordsOf(text: string, delimiter: string) {
  const records: { fields: string[]; line: number }[] = []
  let begin = 0
  const step = ({
    data,
    errors,
    meta,
  }: {
    data: string[][]
    errors: unknown[]
    meta: { cursor: number }
  }) => {
    if (errors.length > 0) throw new Error('a wrong quote')
    const [fields = []] = data
    records.push({ fields, line: text.slice(0, begin).split('\n').length })
    begin = meta.cursor
  }
  new Papa.Parser({ delimiter, newline: '\n', step } as Papa.ParseConfig).parse(text, 0, false)
  // It takes the end of the last line for an empty line.
  return text.endsWith('\n') ? records.slice(0, -1) : records
}

const outcome = <Result>(read: () => Result) => {
  try {
    return read()
  } catch {
    return 'a wrong quote'
  }
}

test('records are what Papa Parse says, however they are cut', () => {
  const seen = new Set<string>()
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('a', '1', ' ', ',', ';', '|', '"', '""', '",', '"\n', '\n', '\t', '😀'), {
        minLength: 1,
        maxLength: 20,
      }),
      fc.constantFrom(',', ';', '||', '\t', ' '),
      fc.array(fc.nat(), { maxLength: 6 }),
      (parts, delimiter, places) => {
        const text = parts.join('')
        const expected = outcome(() => papaRecordsOf(text, delimiter))
        expect(outcome(() => longRecordsOf([text], delimiter))).toEqual(expected)
        expect(outcome(() => longRecordsOf(cutAt(text, places), delimiter))).toEqual(expected)
        seen.add(typeof expected === 'string' ? expected : `${Math.min(2, expected.length)} records`)
      },
    ),
    { numRuns: 5000 },
  )
  expect([...seen].sort()).toEqual(['1 records', '2 records', 'a wrong quote'])
})

/** All records with the lines on which they begin. */
async function recordsOf(pieces: Iterable<string>, comment?: string) {
  const found: { record: string[]; line: number }[] = []
  async function* text() {
    yield* pieces
  }
  for await (const { records, lineOf } of readRecords(text(), { delimiter: ',', comment, name: 'file' })) {
    records.forEach((record, i) => {
      found.push({ record, line: lineOf(i) })
    })
  }
  return found
}

function* piecesOf(text: string, length: number) {
  for (let at = 0; at < text.length; at += length) yield text.slice(at, at + length)
}

describe('records of many pieces among short ones', () => {
  const many = Array.from({ length: 40_000 }, (_, i) => `${i}`)
  const quoted = `"${'a,"" \n'.repeat(20_000)}"`
  const content = 'a," \n'.repeat(20_000)
  const text = ['x,y', many.join(), '1,2', `${quoted},3`, '', many.join(), '4,5'].join('\n')
  const expected = [
    { record: ['x', 'y'], line: 1 },
    { record: many, line: 2 },
    { record: ['1', '2'], line: 3 },
    { record: [content, '3'], line: 4 },
    { record: many, line: 20_006 },
    { record: ['4', '5'], line: 20_007 },
  ]

  test.each([32 * 1024, 10_007, 1_000_000])('in pieces of %i', async length => {
    expect(await recordsOf(piecesOf(text, length))).toEqual(expected)
    expect(await recordsOf(piecesOf(`${text}\n`, length))).toEqual(expected)
    expect(await recordsOf(piecesOf(text.slice(0, -4), length))).toEqual(expected.slice(0, -1))
  })

  test('after comments as long', async () => {
    const comments = `#${'c,"'.repeat(100_000)}\n${'#c\n'.repeat(100_000)}`
    const moved = expected.map(({ record, line }) => ({ record, line: line + 100_001 }))
    expect(await recordsOf(piecesOf(comments + text, 32 * 1024), '#')).toEqual(moved)
    expect(await recordsOf(piecesOf(`a,b\n#${'c'.repeat(200_000)}`, 32 * 1024), '#')).toEqual([
      { record: ['a', 'b'], line: 1 },
    ])
  })

  test('no more than a few pieces are parsed at once', async () => {
    const parser = vi.spyOn(Papa, 'Parser')
    const lengths: number[] = []
    parser.mockImplementation(function (this: Papa.Parser, config) {
      return {
        parse(input, baseIndex, ignoreLastRow) {
          lengths.push(input.length)
          return new RealParser(config).parse(input, baseIndex, ignoreLastRow)
        },
      } as Papa.Parser
    })
    expect(await recordsOf(piecesOf(text, 32 * 1024))).toEqual(expected)
    expect(Math.max(...lengths)).toBeLessThanOrEqual(96 * 1024)
  })
})

const RealParser = Papa.Parser

describe('beyond the limits', () => {
  const MAX = 2 ** 20

  test('as many fields as are read, and one more', async () => {
    const [{ record } = { record: [] }] = await recordsOf(piecesOf(','.repeat(MAX - 1), 32 * 1024))
    expect(record.length).toBe(MAX)
    await expect(parseCsv(`a,b\n${','.repeat(10 * MAX)}`)).rejects.toMatchObject({
      code: 'ERR_DATA_TOO_LARGE',
      message:
        'CSV data, line 2: the row has more than 1048576 fields, which is the limit (are its rows columns? If not, leave ' +
        'columns out where the file is made)',
    })
  })

  test('as long a field as is read, and a character more', async () => {
    const plain = 'x'.repeat(MAX)
    const quoted = `"${'x'.repeat(MAX - 2)}"`
    expect((await recordsOf(piecesOf(`1,${plain}\n${quoted},2`, 32 * 1024))).length).toBe(2)
    await expect(recordsOf(piecesOf(`1,${plain}x,2`, 32 * 1024))).rejects.toMatchObject({
      code: 'ERR_DATA_TOO_LARGE',
      message: expect.stringContaining(
        'file, line 1: field 2 has more than 1048576 characters, which is the limit',
      ),
    })
    await expect(recordsOf(piecesOf(`1,"${plain}"`, 32 * 1024))).rejects.toMatchObject({
      code: 'ERR_DATA_CORRUPT',
      message: expect.stringContaining(
        'line 1: field 2 has more than 1048576 characters, which is the limit (is a quote',
      ),
    })
  })

  test('as long a row as is read, whatever follows, and a character more', async () => {
    const row = `${'x'.repeat(2 ** 19 - 1)},`.repeat(32)
    expect((await recordsOf(piecesOf(`${row}\n1,2\n3`, 100_000))).length).toBe(3)
    await expect(recordsOf(piecesOf(`${row}x\n1,2`, 100_000))).rejects.toMatchObject({
      code: 'ERR_DATA_TOO_LARGE',
      message: expect.stringContaining(
        'file, line 1: the row has more than 16777216 characters, which is the limit',
      ),
    })
  })
})

test('a row of many fields is read in many slices', async () => {
  const fields = 100_000
  const line = Array.from({ length: fields }, (_, i) => i % 10).join()
  let clock = 0
  vi.spyOn(performance, 'now').mockImplementation(() => (clock += 12)) // so that each step has taken too long
  let turns = 0
  let isDone = false
  const count = async () => {
    for (; !isDone; ++turns) await platform.yieldToEventLoop()
  }
  const counting = count()
  const { samples, inputSize } = await parseCsv(line, { header: false })
  isDone = true
  await counting
  expect([samples, inputSize]).toEqual([1, fields])
  // Names, inputs, checks of these, plans, numbers and what the numbers are called.
  expect(turns).toBeGreaterThanOrEqual(6 * Math.floor(fields / 2 ** 13))
})

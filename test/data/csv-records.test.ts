// CSV text as records: what a writer wrote comes back, however the text is cut into pieces.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readRecords } from '../../src/data/csv-records.ts'
import { type CsvSource, readText } from '../../src/data/csv-text.ts'

/** All records with the lines on which they begin. */
async function recordsOf(source: CsvSource, { delimiter = ',', comment = '' } = {}) {
  const text = readText(source, { encoding: 'utf-8', name: 'file', signal: undefined })
  const found: { record: string[]; line: number }[] = []
  for await (const { records, lineOf } of readRecords(text, {
    delimiter,
    comment: comment || undefined,
    name: 'file',
  })) {
    records.forEach((record, i) => {
      found.push({ record, line: lineOf(i) })
    })
  }
  return found
}

/** Cuts at the given places, sorted or not. */
function cutAt<Content extends string | Uint8Array>(content: Content, places: number[]): Content[] {
  const at = [0, ...places.map(place => place % (content.length + 1)).sort((a, b) => a - b), content.length]
  return at.slice(1).map((end, i) => content.slice(at[i], end) as Content)
}

const field = fc.string({
  unit: fc.constantFrom('a', '1', ' ', ',', ';', '"', '\n', 'é', '😀', '#'),
  maxLength: 6,
})
const record = fc.array(field, { minLength: 1, maxLength: 4 })

/** As RFC 4180 has it: quoted where it must be, or anyway. */
const write = (text: string, isQuoted: boolean) =>
  isQuoted || /[",;\n#]/.test(text) || text.trim() !== text ? `"${text.replaceAll('"', '""')}"` : text

test('what was written, in any pieces of text or bytes, with any end of line', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(record, fc.boolean(), fc.constantFrom('', '\n', '#,"\n')), { maxLength: 8 }),
      fc.constantFrom('\n', '\r\n', '\r'),
      fc.boolean(),
      fc.array(fc.nat(), { maxLength: 6 }),
      fc.constantFrom(',', ';'),
      fc.boolean(),
      async (rows, newline, hasLastNewline, places, delimiter, hasMark) => {
        let line = 1
        let text = ''
        const expected = rows.map(([record, isQuoted, before]) => {
          // A field that is alone and empty is quoted, since an empty line is no record.
          const written = record
            .map(field => write(field, isQuoted || record.join('') === ''))
            .join(delimiter)
          text += `${before}${written}\n`
          line += before ? 1 : 0
          const at = line
          line += written.split('\n').length
          return { record, line: at }
        })
        if (!hasLastNewline) text = text.slice(0, -1)
        text = (hasMark ? '\ufeff' : '') + text.replaceAll('\n', newline)
        const options = { delimiter, comment: '#' }
        expect(await recordsOf(cutAt(text, places), options)).toEqual(expected)
        expect(await recordsOf(text, options)).toEqual(expected)
        const bytes = new TextEncoder().encode(text)
        expect(await recordsOf(cutAt(bytes, places), options)).toEqual(expected)
        expect(await recordsOf(bytes.buffer, options)).toEqual(expected)
      },
    ),
    { numRuns: 300 },
  )
})

test('texts of many pieces', async () => {
  const rows = Array.from({ length: 30_000 }, (_, i) => `${i},"${i}\n",é`)
  const expected = rows.map((_, i) => ({ record: [`${i}`, `${i}\n`, 'é'], line: 1 + 2 * i }))
  const found = await recordsOf(new TextEncoder().encode(rows.join('\n')))
  expect(found.length).toBe(expected.length)
  expect([0, 1, 2, 15_000, 29_999].map(i => found[i])).toEqual(
    [0, 1, 2, 15_000, 29_999].map(i => expected[i]),
  )
})

describe('what breaks the rules', () => {
  test.each([
    ['a quote that is not closed', 'a,b\n1,2\n\n3,"4\n5,6', 4],
    ['text behind a quoted field', 'a,b\n"1"x,2\n', 2],
    ['text behind a quoted field of two lines', 'a,b\n"1\n1",2\n"3"x,4\n', 4],
  ])('%s', async (_, text, line) => {
    const error = {
      code: 'ERR_DATA_CORRUPT',
      message: expect.stringContaining(
        `file, line ${line}: a quote is not closed, or not where its field ends`,
      ),
    }
    await expect(recordsOf(text)).rejects.toMatchObject(error)
    await expect(recordsOf([...text])).rejects.toMatchObject(error)
  })

  test('a quote that is not closed in a long file', async () => {
    function* pieces() {
      yield 'a,b\n1,"2'
      for (let i = 0; i < 300; ++i) yield 'x'.repeat(2 ** 16)
    }
    await expect(recordsOf(pieces())).rejects.toMatchObject({
      code: 'ERR_DATA_CORRUPT',
      message: expect.stringContaining(
        'file, line 2: field 2 has more than 1048576 characters, which is the limit (is a quote not closed?',
      ),
    })
  })

  test('bytes that are no text', async () => {
    await expect(recordsOf(Uint8Array.of(0x61, 0xe9, 0x62))).rejects.toMatchObject({
      code: 'ERR_DATA_CORRUPT',
      message: expect.stringContaining('file has bytes that are not utf-8'),
    })
    await expect(recordsOf(Uint8Array.of(0x61, 0xc3))).rejects.toMatchObject({ code: 'ERR_DATA_CORRUPT' })
  })

  test('what is no source at all', async () => {
    for (const source of [null, undefined, 5, {}, () => 'a']) {
      await expect(recordsOf(source as never)).rejects.toMatchObject({ code: 'ERR_ARGUMENT' })
    }
  })
})

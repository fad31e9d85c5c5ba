// What comes from a file or a server stands in messages on one line, without what a terminal would obey, and cut.
import { describe, expect, test } from 'vitest'
import { checkNames, checkNoOptions, checkOptions } from '../src/check-options.ts'
import { describeValue, printable } from '../src/describe-value.ts'
import { ArgumentError, FormatError } from '../src/index.ts'
import { locationName, quoted, quotedList, shapeText, wordOf } from '../src/quote-names.ts'

/** A line feed, clearing the screen in both spellings, deletion, bidi controls, a line separator, a lone surrogate. */
const HOSTILE = 'a\n\x1b[2J\x9b2J\x7f\u202e\u2066\u2028\ud800'

test.each([
  ['a name', '"a name"'],
  ['한글, é, 😀', '"한글, é, 😀"'],
  [HOSTILE, '"a\\n\\u001b[2J\\u009b2J\\u007f\\u202e\\u2066\\u2028\\ud800"'],
  ['x'.repeat(100), `"${'x'.repeat(100)}"`],
  ['x'.repeat(5e6), `"${'x'.repeat(100)}…" (5000000 characters)`],
])('a name is quoted: %#', (name, text) => expect(quoted(name)).toBe(text))

test.each([
  [[], 'none'],
  [['a', 'b'], '"a", "b"'],
  [
    Array.from({ length: 518 }, (_, i) => String(i)),
    `${Array.from({ length: 20 }, (_, i) => `"${i}"`).join(', ')}, … and 498 more`,
  ],
])('a list is cut: %#', (names, text) => expect(quotedList(names)).toBe(text))

test('a list of long names is cut earlier', () => {
  const text = quotedList(Array.from({ length: 20 }, () => 'x'.repeat(1000)))
  expect(text).toMatch(/, … and 15 more$/)
  expect(text.length).toBeLessThan(1000)
})

test.each([
  ['Gemm', 'Gemm'],
  ['com.example:Op-2', 'com.example:Op-2'],
  ['Gemm\x1b[2J', '"Gemm\\u001b[2J"'],
  ['', '""'],
])('a word stays as it is: %#', (name, text) => expect(wordOf(name)).toBe(text))

test.each([
  ['data/train set (1).csv', 'data/train set (1).csv'],
  ['C:\\data\\"x".csv', 'C:\\data\\"x".csv'],
  ['a\nb.csv', '"a\\nb.csv"'],
  [`/${'d'.repeat(500)}/train.csv`, `/${'d'.repeat(99)}…${'d'.repeat(150)}/train.csv (511 characters)`],
  [new URL('https://example.org/a b'), 'https://example.org/a%20b'],
])('a location stays as it is where a line can show it: %#', (location, text) =>
  expect(locationName(location)).toBe(text),
)

test('a shape is cut', () => {
  expect(shapeText([2, 3])).toBe('[2, 3]')
  expect(shapeText(new Array(1e5).fill(1))).toBe('[1, 1, 1, 1, 1, 1, 1, 1, …] (100000 dimensions)')
})

describe('every error, whatever is put into it', () => {
  test('is one line without control characters', () => {
    const { message } = new FormatError(HOSTILE)
    expect(message).toBe('a\\u000a\\u001b[2J\\u009b2J\\u007f\\u202e\\u2066\\u2028\\ud800')
    expect(printable(message)).toBe(message)
  })

  test('has one style of escapes, that of JSON, beyond 16 bits too', () => {
    const name = `${HOSTILE}\u{e0001}`
    expect(JSON.parse(quoted(name))).toBe(name)
    expect(new FormatError(`${describeValue(name)} ${quoted(name)}`).message).toBe(
      `${quoted(name)} ${quoted(name)}`,
    )
  })

  test('has at most 100 characters of an option that there is not', () => {
    const long = 'x'.repeat(5000)
    const options = { [long]: 1 } as object
    for (const message of [
      () => checkNames('fit', options, { epochs: 1 }),
      () => checkNoOptions('fit', [options]),
      () => checkOptions('fit', { epochs: options } as object, '{}', { epochs: true } as never),
    ].map(check => {
      try {
        check()
      } catch (error) {
        return (error as Error).message
      }
      return ''
    })) {
      expect(message).toContain('x'.repeat(50))
      expect(message.length).toBeLessThan(300)
    }
  })

  test('has at most 2,000 characters', () => {
    expect(new ArgumentError('x'.repeat(5e6)).message).toHaveLength(2000)
  })
})

// Rows from wherever they come: CSV, JSON and lines of JSON as text or bytes, and plain objects.

import { isUint8Array } from '../brands.ts'
import { readRecords } from '../data/csv-records.ts'
import { type CsvSource, readText } from '../data/csv-text.ts'
import { isParts, iterate } from '../data/iterate.ts'
import { TimeSlice } from '../data/time-slice.ts'
import { DataError } from '../errors.ts'
import { parseJson } from '../strict-json.ts'
import { CellReader } from './cells.ts'
import { PLAIN_NUMBERS } from './number-format.ts'
import { RawRows, type RawTable, RowLines } from './raw-table.ts'
import type { ReadOptions } from './read-options.ts'
import { Problems } from './table-error.ts'
import { BEGINNING, guessFields, guessFormat, type TableFormat } from './text-format.ts'

/** A row as a plain object: `{ width: 3.5, colour: 'blue' }`. */
export type TableRow = Readonly<Record<string, unknown>>

/**
 * What {@link parseTable} reads: a text or its bytes, whole or in parts (an array, a generator, a stream); or plain objects,
 * as an array, a generator or a stream.
 */
export type TableSource = CsvSource | Iterable<TableRow> | AsyncIterable<TableRow> | ReadableStream<TableRow>

/** Rows of objects, whose values in columns that are left out may be anything. */
function objectRows({ missingValues, kinds = {}, like }: ReadOptions, problems: Problems): RawRows {
  const kindOf = (name: string) =>
    Object.hasOwn(kinds, name)
      ? kinds[name]
      : like && (Object.hasOwn(like.kinds, name) ? like.kinds[name] : 'skip')
  return new RawRows(new CellReader(PLAIN_NUMBERS, missingValues), problems, name => kindOf(name) === 'skip')
}

/** What is read of a source, in pieces between which others can work. `name` is what errors call it. */
export async function readRows(source: TableSource, name: string, options: ReadOptions): Promise<RawTable> {
  const { signal } = options
  if (!isParts(source) || isUint8Array(source)) return readTextRows(source as CsvSource, name, options)
  const parts = iterate<unknown>(source, signal)
  const first = await parts.next()
  const all = (async function* () {
    if (!first.done) yield first.value
    yield* parts
  })()
  const isText = !first.done && (typeof first.value === 'string' || ArrayBuffer.isView(first.value))
  return isText ? readTextRows(all as CsvSource, name, options) : readObjects(all, name, options)
}

async function readObjects(
  objects: AsyncIterable<unknown>,
  name: string,
  options: ReadOptions,
): Promise<RawTable> {
  const { signal } = options
  const rows = objectRows(options, new Problems(name))
  const slice = new TimeSlice()
  for await (const object of objects) {
    rows.addObject(object)
    signal?.throwIfAborted()
    await slice.giveWay()
  }
  return rows.table
}

/** A text whose beginning tells its format. */
interface BegunText {
  readonly format: TableFormat
  readonly beginning: string
  /** The whole of it. */
  readonly text: AsyncIterable<string>
}

/** Reads as much of a source as tells what it is. */
export async function beginText(source: CsvSource, name: string, options: ReadOptions): Promise<BegunText> {
  const { encoding = 'utf-8', signal } = options
  const pieces = readText(source, { encoding, name, signal })
  let beginning = ''
  while (beginning.length < BEGINNING) {
    const { done, value } = await pieces.next()
    if (done) break
    beginning += value
  }
  const text = (async function* () {
    yield beginning
    yield* pieces
  })()
  return { format: options.format ?? guessFormat(beginning), beginning, text }
}

async function readTextRows(source: CsvSource, name: string, options: ReadOptions): Promise<RawTable> {
  const { format, beginning, text } = await beginText(source, name, options)
  switch (format) {
    case 'json':
      return readJson(text, name, options)
    case 'jsonl':
      return readJsonLines(text, name, options)
    default:
      return readFields(text, beginning, name, options)
  }
}

async function readFields(
  text: AsyncIterable<string>,
  beginning: string,
  name: string,
  options: ReadOptions,
): Promise<RawTable> {
  const { comment, header = true, missingValues } = options
  const { delimiter, ...numbers } = await guessFields(beginning, comment, options)
  const lines = new RowLines()
  const rows = new RawRows(new CellReader(numbers, missingValues), new Problems(name, lines.lineOf))
  let isFirst = true
  for await (const { records, lineOf } of readRecords(text, { delimiter, comment, name })) {
    let begin = 0
    if (isFirst) {
      const [first = []] = records
      rows.name(header ? first.map(field => field.trim()) : first.map((_, place) => String(place)))
      begin = header ? 1 : 0
      isFirst = false
    }
    const offset = begin
    lines.add(rows.rows, index => lineOf(index + offset))
    for (let i = begin; i < records.length; ++i) rows.addFields(records[i] ?? [])
  }
  return rows.table
}

/** The most characters of a line of JSON. */
const MAX_LINE = 2 ** 24

async function readJsonLines(
  text: AsyncIterable<string>,
  name: string,
  options: ReadOptions,
): Promise<RawTable> {
  const lines = new RowLines()
  const rows = objectRows(options, new Problems(name, lines.lineOf))
  for await (const found of jsonLines(text, name)) {
    for (const { json, line } of found) {
      lines.add(rows.rows, () => line)
      rows.addObject(jsonOf(json, `${name}, line ${line}`))
    }
  }
  return rows.table
}

/** The lines that are not empty, with their numbers from 1, some at a time. */
export async function* jsonLines(
  text: AsyncIterable<string>,
  name: string,
): AsyncGenerator<{ json: string; line: number }[]> {
  let line = 0
  let rest = ''
  const numbered = (json: string) => ({ json, line: ++line })
  const isFull = ({ json }: { json: string }) => json.trim() !== ''
  for await (const piece of text) {
    const parts = (rest + piece).split('\n')
    rest = parts.pop() ?? ''
    yield parts.map(numbered).filter(isFull)
    if (rest.length > MAX_LINE) {
      throw new DataError(
        'ERR_DATA_TOO_LARGE',
        `${name}, line ${line + 1} has more than ${MAX_LINE} characters, which is the limit (is it one JSON text? Then ` +
          "set format: 'json')",
      )
    }
  }
  yield [rest].map(numbered).filter(isFull)
}

async function readJson(text: AsyncIterable<string>, name: string, options: ReadOptions): Promise<RawTable> {
  const rows = objectRows(options, new Problems(name))
  for (const object of await jsonArray(text, name)) rows.addObject(object)
  return rows.table
}

/** What an array of JSON holds. */
export async function jsonArray(text: AsyncIterable<string>, name: string): Promise<unknown[]> {
  let whole = ''
  for await (const piece of text) whole += piece
  const list = jsonOf(whole, name)
  if (Array.isArray(list)) return list
  throw new DataError('ERR_DATA_CORRUPT', `${name} is JSON, but no array of objects: expected [{ … }, { … }]`)
}

/** What a text of JSON says. */
export function jsonOf(text: string, where: string): unknown {
  try {
    return parseJson(text, where)
  } catch (cause) {
    const { message } = Object(cause) as Error
    throw new DataError('ERR_DATA_CORRUPT', `${message}: expected objects such as {"width": 3.5}`, { cause })
  }
}

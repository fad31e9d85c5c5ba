// CSV text cut into records by Papa Parse. It is maintained, under MIT, without dependencies and strict about quotes.
// Its parser stops before an unfinished record, so a file can come in pieces.
//
// Alternatives considered: csv-parse is four times as large in browsers, since it brings Node's Buffer and streams.
// uDSV and d3-dsv are smaller, but accept broken quotes silently. d3-dsv cannot take a file in pieces. uDSV generates
// code at run time, which a strict Content-Security-Policy forbids.
import Papa from 'papaparse'
import { LongRecord } from './csv-long-record.ts'
import { type RecordOptions, wrongQuote } from './csv-record-options.ts'

/** Some records, and their lines. */
export interface Records {
  records: string[][]
  /** The line on which a record begins, counted from 1. */
  lineOf(index: number): number
}

/** Characters that Papa Parse gets without the end of a record. A longer record is read as it comes. */
const LONG = 2 ** 16

/** What Papa.Parser gives. */
interface Parsed {
  data: string[][]
  errors: { row: number; message: string }[]
  meta: { cursor: number }
}

/**
 * The records of a text, in order, without empty lines and comments. Each piece takes a few milliseconds. Throws
 * {@link DataError} `ERR_DATA_CORRUPT` for a quote that is unclosed, or does not end its field, and `ERR_DATA_TOO_LARGE`
 * for a record beyond the limits. Source: RFC 4180.
 */
export async function* readRecords(
  pieces: AsyncIterable<string>,
  options: RecordOptions,
): AsyncGenerator<Records, void> {
  let text = ''
  let line = 1
  let enough = 0
  let long: LongRecord | undefined
  let isInComment = false
  for await (const piece of pieces) {
    if (isInComment) {
      const end = piece.indexOf('\n')
      if (end < 0) continue
      isInComment = false
      line += 1
      text = piece.slice(end + 1)
    } else text += piece
    if (long) {
      const rest = long.push(text, false)
      text = rest ?? ''
      if (rest === undefined) continue
      yield alone(long, line)
      line += long.lineBreaks + 1
      long = undefined
    }
    if (text.length < enough) continue
    let end = 0
    if (text.includes('\n')) {
      const found = cut(text, line, true, options)
      if (found.records.records.length > 0) yield found.records
      end = found.end
    }
    const begin = skipComments(text, end, options)
    line += countLines(text.slice(0, begin))
    text = text.slice(begin)
    // An unfinished record is parsed again only when it has doubled.
    enough = Math.min(2 * text.length, LONG)
    if (text.length < LONG) continue
    isInComment = options.comment !== undefined && text.startsWith(options.comment)
    if (!isInComment) long = new LongRecord(line, options)
  }
  if (long) {
    const rest = long.push(text, true)
    yield alone(long, line)
    line += long.lineBreaks + 1
    text = rest ?? ''
  }
  const { records } = cut(text, line, false, options)
  if (records.records.length > 0) yield records
}

/** A record that begins on a line. */
const alone = ({ fields }: LongRecord, line: number): Records => ({ records: [fields], lineOf: () => line })

/** Where comment lines end of which the first begins at a place. */
function skipComments(text: string, begin: number, { comment }: RecordOptions): number {
  let at = begin
  while (comment !== undefined && text.startsWith(comment, at)) {
    const end = text.indexOf('\n', at)
    if (end < 0) break
    at = end + 1
  }
  return at
}

/** The records of a text that begins on a line, and where they end. */
function cut(text: string, line: number, isUnfinished: boolean, options: RecordOptions) {
  const { delimiter, comment, name } = options
  const config = { delimiter, newline: '\n' as const, ...(comment !== undefined && { comments: comment }) }
  const { data, errors, meta }: Parsed = new Papa.Parser(config).parse(text, 0, isUnfinished)
  let ends: number[] | undefined
  /** Where a record begins, after preceding comments. */
  const beginOf = (index: number): number => {
    ends ??= recordEnds(text, config, isUnfinished)
    const begin = skipComments(text, ends[index - 1] ?? 0, options)
    // A comment without a line break is the file's end.
    return comment !== undefined && text.startsWith(comment, begin) ? text.length : begin
  }
  const lineOf = (index: number): number => line + countLines(text.slice(0, beginOf(index)))
  const error = errors.find(({ row }) => row < data.length)
  if (error) throw wrongQuote(name, lineOf(error.row))
  // An empty line gives the same record as an empty quoted field.
  const mayBeQuoted = text.includes('""')
  const isEmptyLine = (record: string[], place: number) =>
    record.length === 1 && record[0] === '' && !(mayBeQuoted && text[beginOf(place)] === '"')
  const places = data.flatMap((record, place) => (isEmptyLine(record, place) ? [] : [place]))
  const records: Records = {
    records: places.length === data.length ? data : places.map(place => data[place] ?? []),
    lineOf: index => lineOf(places[index] ?? 0),
  }
  return { records, end: meta.cursor }
}

/** Where each record ends, after its line break. */
function recordEnds(text: string, config: Papa.ParseConfig, isUnfinished: boolean): number[] {
  const ends: number[] = []
  const step = ({ meta }: { meta: { cursor: number } }) => {
    ends.push(meta.cursor)
  }
  new Papa.Parser({ ...config, step }).parse(text, 0, isUnfinished)
  return ends
}

function countLines(text: string): number {
  let count = 0
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) ++count
  return count
}

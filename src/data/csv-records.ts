// CSV text cut into records by Papa Parse. It is maintained, under MIT, without dependencies and strict about quotes.
// Its parser stops before an unfinished record, so a file can come in pieces.
//
// Alternatives considered: csv-parse is four times as large in browsers, since it brings Node's Buffer and streams.
// uDSV and d3-dsv are smaller, but accept broken quotes silently. d3-dsv cannot take a file in pieces. uDSV generates
// code at run time, which a strict Content-Security-Policy forbids.
import Papa from 'papaparse'
import { DataError } from '../errors.ts'

/** Some records, and their lines. */
export interface Records {
  records: string[][]
  /** The line on which a record begins, counted from 1. */
  lineOf(index: number): number
}

/** The field delimiter, and what begins a comment line. */
export interface RecordOptions {
  delimiter: string
  comment: string | undefined
  name: string
}

/** Characters of the longest record. A longer one has an unclosed quote. */
const MAX_RECORD = 2 ** 24

/** What Papa.Parser gives. */
interface Parsed {
  data: string[][]
  errors: { row: number; message: string }[]
  meta: { cursor: number }
}

/**
 * The records of a text, in order, without empty lines and comments. Throws {@link DataError} `ERR_DATA_CORRUPT` for a
 * quote that is unclosed, or does not end its field. Source: RFC 4180.
 */
export async function* readRecords(
  pieces: AsyncIterable<string>,
  options: RecordOptions,
): AsyncGenerator<Records, void> {
  let text = ''
  let line = 1
  let enough = 0
  for await (const piece of pieces) {
    text += piece
    if (text.length < Math.min(enough, MAX_RECORD)) continue
    const { records, end } = cut(text, line, true, options)
    if (records.records.length > 0) yield records
    line += countLines(text.slice(0, end))
    text = text.slice(end)
    if (text.length > MAX_RECORD) {
      throw new DataError(
        'ERR_DATA_CORRUPT',
        `${options.name}, line ${line}: the row has more than ${MAX_RECORD} characters (is a quote not closed, or the ` +
          'delimiter another one?)',
      )
    }
    // An unfinished record is parsed again only when it has doubled.
    enough = 2 * text.length
  }
  const { records } = cut(text, line, false, options)
  if (records.records.length > 0) yield records
}

/** The records of a text that begins on a line, and where they end. */
function cut(text: string, line: number, isUnfinished: boolean, { delimiter, comment, name }: RecordOptions) {
  const config = { delimiter, newline: '\n' as const, ...(comment !== undefined && { comments: comment }) }
  const { data, errors, meta }: Parsed = new Papa.Parser(config).parse(text, 0, isUnfinished)
  let ends: number[] | undefined
  /** Where a record begins, after preceding comments. */
  const beginOf = (index: number): number => {
    ends ??= recordEnds(text, config, isUnfinished)
    let begin = ends[index - 1] ?? 0
    while (comment !== undefined && text.startsWith(comment, begin)) {
      const end = text.indexOf('\n', begin)
      if (end < 0) return text.length
      begin = end + 1
    }
    return begin
  }
  const lineOf = (index: number): number => line + countLines(text.slice(0, beginOf(index)))
  const error = errors.find(({ row }) => row < data.length)
  if (error) {
    throw new DataError(
      'ERR_DATA_CORRUPT',
      `${name}, line ${lineOf(error.row)}: a quote is not closed, or not where its field ends (write a quote within a ` +
        'quoted field as two)',
    )
  }
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

// The text of a dropped table: its encoding, its delimiter and its records. What its numbers are, the package reads.
import Papa from 'papaparse'
import { parseCsv } from 'wasmlp/data'

export interface TableText {
  /** Line breaks are `\n`. */
  readonly text: string
  readonly encoding: string
}

/** In the order in which they are tried. Korean files are often of the second kind. */
const ENCODINGS = ['utf-8', 'euc-kr'] as const

/** Bytes that are decoded in a few milliseconds. */
const BYTES = 2 ** 20

/** Rejects as `parseCsv` does where the bytes are no text. */
export async function decodeTable(bytes: Uint8Array<ArrayBuffer>, name: string): Promise<TableText> {
  for (const encoding of ENCODINGS) {
    const text = await decoded(bytes, encoding)
    if (text === undefined) continue
    // Which no table has, and many other files do.
    if (text.includes('\0')) break
    return { text, encoding }
  }
  await parseCsv(bytes, { name })
  throw new Error(`${name} is no text`)
}

/** Undefined where the bytes are of another encoding. */
async function decoded(bytes: Uint8Array, encoding: string): Promise<string | undefined> {
  const decoder = new TextDecoder(encoding, { fatal: true })
  let text = ''
  /** A line break may be divided. */
  let rest = ''
  for (let begin = 0; begin < bytes.length; begin += BYTES) {
    const isLast = begin + BYTES >= bytes.length
    try {
      rest += decoder.decode(bytes.subarray(begin, begin + BYTES), { stream: !isLast })
    } catch {
      return undefined
    }
    const end = rest.endsWith('\r') && !isLast ? rest.length - 1 : rest.length
    text += rest.slice(0, end).replace(/\r\n?/g, '\n')
    rest = rest.slice(end)
    if (!isLast) await pause()
  }
  return text
}

/** Lets the page do something else. */
const pause = () => new Promise<void>(resolve => setTimeout(resolve))

const DELIMITERS = [',', ';', '\t', '|'] as const
/** Characters that tell it. */
const BEGINNING = 20_000

/** The delimiter that cuts the first rows into the most fields, as many in each. */
export function delimiterOf(text: string): string {
  const isWhole = text.length <= BEGINNING
  let best: { delimiter: string; fields: number } = { delimiter: ',', fields: 1 }
  for (const delimiter of DELIMITERS) {
    const { records } = cut(text.slice(0, BEGINNING), delimiter, !isWhole)
    const fields = records[0]?.length ?? 0
    if (fields > best.fields && records.every(({ length }) => length === fields)) best = { delimiter, fields }
  }
  return best.delimiter
}

function cut(text: string, delimiter: string, isUnfinished: boolean): { records: string[][]; end: number } {
  const parsed = new Papa.Parser({ delimiter, newline: '\n' }).parse(text, 0, isUnfinished) as {
    data: string[][]
    meta: { cursor: number }
  }
  return {
    records: parsed.data.filter(record => record.length > 1 || record[0] !== ''),
    end: parsed.meta.cursor,
  }
}

/** Characters that are cut in a few milliseconds. */
const PIECE = 32 * 1024

/** All records, in pieces between which the page can do something else. */
export async function* recordsOf(text: string, delimiter: string): AsyncGenerator<string[][], void> {
  let size = PIECE
  for (let begin = 0; begin < text.length; ) {
    const isLast = begin + size >= text.length
    const { records, end } = cut(text.slice(begin, begin + size), delimiter, !isLast)
    if (records.length > 0) yield records
    if (isLast) return
    // A record longer than the piece.
    if (end === 0) size *= 2
    else {
      begin += end
      size = PIECE
    }
    await pause()
  }
}

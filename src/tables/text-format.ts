// What a text is that holds a table, by its beginning: JSON, lines of JSON, or fields with a delimiter.
import { readRecords } from '../data/csv-records.ts'
import { guessDecimal, type NumberFormat } from './number-format.ts'

/** How a text holds a table: fields with a delimiter, one array of objects, or an object on each line. */
export type TableFormat = 'csv' | 'json' | 'jsonl'

/** Characters that tell it. */
export const BEGINNING = 2 ** 16

const DELIMITERS = [',', ';', '\t', '|'] as const

/** The format of a text that begins so. */
export function guessFormat(beginning: string): TableFormat {
  const begin = beginning.trimStart()
  if (/^\[\s*[{\]]/.test(begin)) return 'json'
  return /^\{\s*["}]/.test(begin) ? 'jsonl' : 'csv'
}

/** How fields are written. */
export interface FieldFormat extends NumberFormat {
  readonly delimiter: string
}

/**
 * The delimiter that cuts the first records into the most fields, as many in each; and the decimal separator. What is given
 * is not guessed.
 */
export async function guessFields(
  beginning: string,
  comment: string | undefined,
  given: { readonly [Name in keyof FieldFormat]?: FieldFormat[Name] | undefined },
): Promise<FieldFormat> {
  const candidates = given.delimiter === undefined ? DELIMITERS : [given.delimiter]
  let best: { delimiter: string; score: number; records: readonly string[][] } | undefined
  for (const delimiter of candidates) {
    const records = await firstRecords(beginning, delimiter, comment)
    const score = scoreOf(records)
    if (!best || score > best.score) best = { delimiter, score, records }
  }
  const { delimiter = ',', records = [] } = best ?? {}
  const fields = records.flat().map(field => field.trim())
  return {
    delimiter,
    decimal: given.decimal ?? guessDecimal(fields, delimiter),
    thousands: given.thousands,
  }
}

/** The share of records that are as long as the first, and then the length; 0 where there is but one field. */
function scoreOf(records: readonly string[][]): number {
  const fields = records[0]?.length ?? 0
  if (fields < 2) return 0
  const alike = records.filter(({ length }) => length === fields).length
  return alike / records.length + fields / 2 ** 32
}

/** The whole records of a beginning, as far as one is no mistake. */
async function firstRecords(
  beginning: string,
  delimiter: string,
  comment: string | undefined,
): Promise<string[][]> {
  const pieces = (async function* () {
    yield beginning
  })()
  try {
    const { value } = await readRecords(pieces, { delimiter, comment, name: '' }).next()
    return value ? value.records : []
  } catch {
    return []
  }
}

// How a table is written, and what its columns are.
import type { OptionNames } from '../check-options.ts'
import { checkOptions, unknownName } from '../check-options.ts'
import { describeValue, kindOf } from '../describe-value.ts'
import { ArgumentError } from '../errors.ts'
import { quoted } from '../quote-names.ts'
import { COLUMN_KINDS, type ColumnKind } from './kinds.ts'
import { TableSchema } from './table-schema.ts'
import type { TableFormat } from './text-format.ts'

/** Options of {@link parseTable}. What is not given is guessed, unless a default is named. */
export interface ReadOptions {
  /** The column to predict, or several columns of numbers. */
  target?: string | readonly string[]
  /** What columns hold, by name, where the guess is wrong. `'skip'` leaves a column out. */
  kinds?: Readonly<Record<string, ColumnKind>>
  /**
   * Another table, or a model of one: columns are what they are there. Columns that it does not have are left out, and the
   * target may be missing.
   */
  like?: TableSchema
  /** Whether the text is of fields (`'csv'`), one array of JSON objects (`'json'`), or an object on each line (`'jsonl'`). */
  format?: TableFormat
  /** What separates fields. */
  delimiter?: string
  /** What stands before a number's fraction. */
  decimal?: '.' | ','
  /** What groups the digits of numbers in threes; nothing unless given. */
  thousands?: string
  /** Whether the first row of fields names the columns; true unless given. Without, names are '0', '1', … */
  header?: boolean
  /** What a comment line begins with; none unless given. */
  comment?: string
  /**
   * What to do with a row whose target is missing: `'error'` unless given, or `'skip'`, which leaves it out. With `like`,
   * such rows stay.
   */
  missingTarget?: 'error' | 'skip'
  /** What counts as missing besides an empty cell: 'NA', 'N/A', 'NaN', 'nan', 'null' and '?' unless given. */
  missingValues?: readonly string[]
  /** Encoding of bytes: 'utf-8' unless given. */
  encoding?: string
  /** What errors call the table. */
  name?: string
  /** Stops reading; pending calls reject with the signal's reason. */
  signal?: AbortSignal | undefined
}

export const READ_OPTIONS: OptionNames<ReadOptions> = {
  target: 1,
  kinds: 1,
  like: 1,
  format: 1,
  delimiter: 1,
  decimal: 1,
  thousands: 1,
  header: true,
  comment: 1,
  missingTarget: 1,
  missingValues: 1,
  encoding: 1,
  name: 1,
  signal: 1,
}

const FORMATS: readonly TableFormat[] = ['csv', 'json', 'jsonl']

/** Throws {@link ArgumentError} for an option that is no right one. */
export function checkReadOptions<Options extends ReadOptions>(
  call: string,
  options: Options,
  names: NoInfer<OptionNames<Options>>,
): void {
  checkOptions(call, options, "{ target: 'species' }", names)
  const {
    target = [],
    kinds = {},
    like,
    format,
    decimal,
    missingTarget,
    missingValues = [],
  } = options as ReadOptions
  const wrong = (name: string, value: unknown, expected: string) =>
    new ArgumentError(`${name} is ${describeValue(value)}: expected ${expected}`)
  if ([target].flat().some(name => typeof name !== 'string')) {
    throw wrong('target', target, "the name of a column, or a list of names, such as 'species'")
  }
  if (kindOf(kinds) !== 'Object') throw wrong('kinds', kinds, "an object, such as { zip: 'category' }")
  for (const [column, kind] of Object.entries(kinds))
    checkKind(`kinds has for ${quoted(column)} the kind`, kind)
  if (like !== undefined && !(like instanceof TableSchema)) {
    throw wrong('like', like, 'a table, or a model of one')
  }
  if (format !== undefined && !FORMATS.includes(format)) throw unknownName('unknown format', format, FORMATS)
  if (decimal !== undefined && decimal !== '.' && decimal !== ',')
    throw wrong('decimal', decimal, "'.' or ','")
  if (!Array.isArray(missingValues) || missingValues.some(value => typeof value !== 'string')) {
    throw wrong('missingValues', missingValues, 'a list of texts, such as ["NA"]')
  }
  if (missingTarget !== undefined && missingTarget !== 'error' && missingTarget !== 'skip') {
    throw wrong('missingTarget', missingTarget, "'error' or 'skip'")
  }
  checkMarks(options)
}

/** What stands between and before fields. Papa Parse would misread some silently. */
function checkMarks({ delimiter, comment, thousands, decimal }: ReadOptions): void {
  const isMark = (mark: unknown) => typeof mark === 'string' && mark !== '' && !/["\r\n\ufeff]/.test(mark)
  for (const [name, mark] of Object.entries({ delimiter, comment, thousands })) {
    if (mark === undefined || isMark(mark)) continue
    throw new ArgumentError(`${name} is ${describeValue(mark)}: expected a text, such as ';'`)
  }
  if (comment !== undefined && comment === delimiter) {
    throw new ArgumentError(`comment and delimiter are both ${describeValue(comment)}: expected two`)
  }
  if (thousands !== undefined && (thousands === decimal || /\d|[+-]/.test(thousands))) {
    throw new ArgumentError(
      `thousands is ${describeValue(thousands)}: expected a mark that is no part of a number, nor decimal`,
    )
  }
}

function checkKind(what: string, kind: unknown): void {
  if (!COLUMN_KINDS.includes(kind as ColumnKind)) throw unknownName(what, kind, COLUMN_KINDS)
}

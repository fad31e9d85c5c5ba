// Options that say how a table is written and what its columns are.
import { type Command, InvalidArgumentError, Option } from 'commander'
import { hintAt } from '../nearest-name.ts'
import { quoted } from '../quote-names.ts'
import type { ColumnKind, ColumnOptions, ReadOptions, Scaling, TableFormat } from '../tables/index.ts'
import { type JsonSchema, parserFor } from './option-json.ts'
import { kebabCase, listed, oneOf, wholeNumber } from './option-values.ts'

/** As commander gives them. */
export interface TableFlags {
  format?: TableFormat
  delimiter?: string
  decimal?: '.' | ','
  thousands?: string
  header: boolean
  comment?: string
  missingValues?: string[]
  encoding?: string
}

/** Objects, so that the compiler notices a missing name. */
const formats: Record<TableFormat, true> = { csv: true, json: true, jsonl: true }
const kinds: Record<ColumnKind, true> = {
  number: true,
  category: true,
  boolean: true,
  date: true,
  skip: true,
}
const scalings: Record<Scaling, true> = {
  standard: true,
  minMax: true,
  robust: true,
  quantile: true,
  none: true,
}

export const SCALINGS = Object.keys(scalings)

/** For the commands' help. */
export const TABLE_ARGUMENT =
  'table: a CSV, TSV, JSON or JSON lines file, gzipped or not, its URL, or - for standard input'

/** The names of all {@link TableFlags}. */
const flagNames: Record<keyof TableFlags, true> = {
  format: true,
  delimiter: true,
  decimal: true,
  thousands: true,
  header: true,
  comment: true,
  missingValues: true,
  encoding: true,
}
export const TABLE_FLAGS = Object.keys(flagNames)

/** Adds the options for how a table is written. */
export function addTableOptions(command: Command): Command {
  return command
    .optionsGroup('Table:')
    .addOption(
      new Option('--format <name>', `${listed(Object.keys(formats))} (default: by the beginning)`).argParser(
        oneOf(Object.keys(formats)),
      ),
    )
    .option(
      '--delimiter <mark>',
      'what separates fields, such as ";" or tab (default: by the beginning)',
      mark,
    )
    .addOption(
      new Option(
        '--decimal <mark>',
        'what stands before the fraction: . or , (default: by the beginning)',
      ).argParser(decimalMark),
    )
    .option('--thousands <mark>', 'what groups the digits of numbers in threes (default: nothing)', mark)
    .option('--no-header', 'the first row is data; columns are named 0, 1, …')
    .option('--comment <mark>', 'what a comment line begins with (default: there are none)', mark)
    .option(
      '--missing-values <texts>',
      'what is missing besides an empty cell, with commas between (default: NA,N/A,NaN,nan,null,?)',
      parserFor({ type: 'array', items: { type: 'string' } }, (text: string) => text.split(',')),
    )
    .option('--encoding <name>', 'encoding of the bytes (default: utf-8)')
}

/** What `loadTable` is told. */
export function readOptionsOf(flags: TableFlags): ReadOptions {
  const { format, delimiter, decimal, thousands, header, comment, missingValues, encoding } = flags
  return {
    header,
    ...(format !== undefined && { format }),
    ...(delimiter !== undefined && { delimiter }),
    ...(decimal !== undefined && { decimal }),
    ...(thousands !== undefined && { thousands }),
    ...(comment !== undefined && { comment }),
    ...(missingValues !== undefined && { missingValues }),
    ...(encoding !== undefined && { encoding }),
  }
}

/** A mark between or before fields. A tab is hard to type. */
function mark(text: string): string {
  if (text === 'tab' || text === '\\t') return '\t'
  if (text !== '' && !/["\r\n]/.test(text)) return text
  throw new InvalidArgumentError('expected a mark, such as ";"')
}

function decimalMark(text: string): string {
  if (text === '.' || text === ',') return text
  throw new InvalidArgumentError('expected . or ,')
}

/** An option that can be given several times. */
export const REPEATED: JsonSchema = {
  anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }],
}

/** What `--column` says of one. */
export interface ColumnFlag {
  name: string
  kind?: ColumnKind
  options: ColumnOptions
}

/** `--column`, which can be given several times. `how` says whether it tells preparation too, and not the kind alone. */
export function columnOption(how: 'kind' | 'preparation'): Option {
  const names = listed(Object.keys(kinds))
  const text =
    how === 'kind'
      ? `what a column holds: ${names} (default: by its values); can be repeated`
      : `what a column holds, ${names}, and how it is prepared: missing:median, scaling:robust, unknown:other, ` +
        'min-count:5, parts:month+hour, indicator, with commas between; can be repeated'
  const parse = parserFor(REPEATED, (given: string, before: ColumnFlag[] = []) => [
    ...before,
    columnFlag(given, how),
  ])
  return new Option(`--column <name=${how === 'kind' ? 'kind' : 'kind,…'}>`, text).argParser(parse)
}

/** `age=number,missing:mean`. The last = counts, since names may have one. */
function columnFlag(text: string, how: 'kind' | 'preparation'): ColumnFlag {
  const at = text.lastIndexOf('=')
  const example = how === 'kind' ? 'age=number' : 'age=number or age=number,missing:mean'
  if (at <= 0) throw new InvalidArgumentError(`expected a column and its kind, such as ${example}`)
  const flag: ColumnFlag = { name: text.slice(0, at), options: {} }
  for (const word of text.slice(at + 1).split(',')) {
    if (Object.hasOwn(kinds, word)) flag.kind = word as ColumnKind
    else if (how === 'preparation') Object.assign(flag.options, setting(word))
    else {
      const names = Object.keys(kinds)
      throw new InvalidArgumentError(
        `${quoted(word)} is no kind${hintAt(word, names)}: expected one of ${listed(names)}`,
      )
    }
  }
  return flag
}

/** How each word of `--column` is read that has a value. */
const SETTINGS: Readonly<Record<string, (value: string) => ColumnOptions>> = {
  missing: value => ({ missing: missingRule(value) }),
  scaling: value => ({ scaling: oneOf(SCALINGS)(value) as Scaling }),
  unknown: value => ({ unknown: oneOf(['error', 'other'])(value) as 'error' | 'other' }),
  'min-count': value => ({ minCount: wholeNumber(1)(value) }),
  parts: value => ({
    parts: value
      .split('+')
      .map(part => oneOf(['month', 'weekday', 'hour'])(part) as 'month' | 'weekday' | 'hour'),
  }),
}

/** A rule by its name; anything else stands for missing values itself. */
function missingRule(value: string): NonNullable<ColumnOptions['missing']> {
  if (value === 'refuse' || value === 'mean' || value === 'median' || value === 'category') return value
  return { constant: value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : value }
}

function setting(word: string): ColumnOptions {
  if (word === 'indicator' || word === 'no-indicator') return { indicator: word === 'indicator' }
  const [, name = word, value] = /^([^:]*):(.*)$/s.exec(word) ?? []
  const read = Object.hasOwn(SETTINGS, name) && SETTINGS[name]
  if (read && value !== undefined) return read(value)
  const known = [
    ...Object.keys(kinds),
    ...Object.keys(SETTINGS).map(name => `${name}:…`),
    'indicator',
    'no-indicator',
  ]
  throw new InvalidArgumentError(
    `${quoted(word)} is no kind${hintAt(name, known)}: expected ${known.join(', ')}`,
  )
}

/** The kinds of columns that are given, as `loadTable` takes them. */
export function kindsOf(columns: readonly ColumnFlag[] = []): { kinds?: Record<string, ColumnKind> } {
  const given = columns.flatMap(({ name, kind }) => (kind ? [[name, kind] as const] : []))
  return given.length > 0 ? { kinds: Object.fromEntries(given) } : {}
}

/** How columns are prepared, as `sequentialFor` takes it. */
export function preparationOf(columns: readonly ColumnFlag[] = []): {
  columns?: Record<string, ColumnOptions>
} {
  const given = columns.filter(({ options }) => Object.keys(options).length > 0)
  return given.length > 0
    ? { columns: Object.fromEntries(given.map(({ name, options }) => [name, options])) }
    : {}
}

/** `age=number,missing:mean`, from what {@link columnOption} read. */
export function columnText({ name, kind, options }: ColumnFlag): string {
  const { missing, indicator, parts, ...others } = options
  const words = [
    ...(kind ? [kind] : []),
    ...(missing === undefined ? [] : [`missing:${typeof missing === 'object' ? missing.constant : missing}`]),
    ...Object.entries(others).map(([key, value]) => `${kebabCase(key)}:${kebabCase(String(value))}`),
    ...(parts ? [`parts:${parts.join('+')}`] : []),
    ...(indicator === undefined ? [] : [indicator ? 'indicator' : 'no-indicator']),
  ]
  return `${name}=${words.join(',')}`
}

/** A target, which can be given several times. */
export const targetOption = () =>
  new Option('--target <column>', 'the column to predict; repeated, several columns of numbers').argParser(
    parserFor(REPEATED, (name: string, before: string[] = []) => [...before, name]),
  )

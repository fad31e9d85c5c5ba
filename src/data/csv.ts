// CSV files as samples.

import { checkOptions, type OptionNames } from '../check-options.ts'
import { describeValue } from '../describe-value.ts'
import { ArgumentError, DataError } from '../errors.ts'
import { locationName } from '../quote-names.ts'
import { type ColumnPlan, type CsvColumnOptions, planColumns } from './csv-columns.ts'
import type { MissingOptions } from './csv-missing.ts'
import { type Records, readRecords } from './csv-records.ts'
import { type CsvData, CsvTable } from './csv-table.ts'
import { type CsvSource, readText } from './csv-text.ts'
import { checkLocation, isLocation, readLocation } from './read-location.ts'
import { finishInSlices } from './steps.ts'

/** Options of {@link parseCsv}. */
export interface CsvOptions extends CsvColumnOptions, MissingOptions {
  /** What separates fields: ',' unless given. */
  delimiter?: string
  /** What a comment line begins with; none unless given. */
  comment?: string
  /** Encoding of bytes: 'utf-8' unless given. */
  encoding?: string
  /** What errors call the file. */
  name?: string
  /** Stops reading; pending calls reject with the signal's reason. */
  signal?: AbortSignal | undefined
}

/** Options of {@link loadCsv}. */
export interface LoadCsvOptions extends CsvOptions {
  /** The most bytes that the file may have, uncompressed; 2 GiB unless given. */
  maxBytes?: number
}

/** Options of {@link streamCsv}. */
export interface StreamCsvOptions extends CsvOptions {
  /** Rows in each chunk but the last; 1024 unless given. */
  rows?: number
}

/** The options that all take. An unnoticed typo would leave the labels among the inputs. */
const OPTIONS: OptionNames<CsvOptions> = {
  header: true,
  inputs: 1,
  label: 1,
  targets: 1,
  skip: 1,
  categorical: 1,
  categories: 1,
  rounded: 1,
  missing: 1,
  missingValues: 1,
  delimiter: 1,
  comment: 1,
  encoding: 1,
  name: 1,
  signal: 1,
}

/**
 * Reads a CSV file (RFC 4180) as numbers for {@link wasmlp!dataset | dataset}, from its text or bytes, whole or in
 * parts, such as those of a stream. Every column is an input of numbers unless an option says otherwise. Spaces
 * around a field are ignored.
 *
 * Rejects with {@link ArgumentError} for missing columns, and with {@link DataError}, which names the line and the
 * column:
 *
 * - `ERR_DATA_VALUE`: a field that is missing, not a number or not a category
 * - `ERR_DATA_COUNT`: a row of another length than the first, or no rows
 * - `ERR_DATA_CORRUPT`: an unclosed quote, or bytes that are not text
 * - `ERR_DATA_TOO_LARGE`: a row of more than 2²⁰ fields or 2²⁴ characters, or a field of more than 2²⁰ characters
 * - `ERR_DATA_MAGIC`: gzipped bytes
 *
 * Rejects with {@link AllocationError}, before it allocates, where one-hot values would take more than 1 GiB, and more
 * than 16 times what the columns do.
 *
 * @example
 * const iris = await parseCsv('width,length,species\n3.5,1.4,setosa\n3.2,4.7,versicolor\n', { label: 'species' })
 * iris.categories // { species: ['setosa', 'versicolor'] }
 * const data = await dataset(iris)
 */
export async function parseCsv(source: CsvSource, options: CsvOptions = {}): Promise<CsvData> {
  checkOptions('parseCsv', options, "{ label: 'species' }", OPTIONS)
  const name = locationName(options.name ?? 'CSV data')
  let table: CsvTable | undefined
  for await (const { plan, records, begin } of rowsOf(source, name, options, true)) {
    table ??= new CsvTable(plan, name, options)
    await finishInSlices(table.add(records, begin, records.records.length), options.signal)
  }
  if (!table?.samples) throw noRows(name)
  return finishInSlices(table.finish(), options.signal)
}

/**
 * {@link parseCsv} of a file, gzipped or not: by its path or file: URL in Node, by its URL in browsers and Node.
 *
 * Rejects like {@link parseCsv}, and with {@link DataError} `ERR_DATA_NOT_FOUND` where there is no such file, or
 * `ERR_DATA_TOO_LARGE` where it has more than `maxBytes`.
 *
 * @example
 * const train = await loadCsv('train.csv', { label: 'species' })
 * const test = await loadCsv('test.csv', { label: 'species', categories: train.categories })
 */
export async function loadCsv(location: string | URL, options: LoadCsvOptions = {}): Promise<CsvData> {
  checkOptions('loadCsv', options, "{ label: 'species' }", { ...OPTIONS, maxBytes: 1 })
  checkLocation('loadCsv', location, 'parseCsv')
  const { maxBytes = 2 ** 31, ...csvOptions } = options
  const { name = locationName(location), signal } = options
  return parseCsv(readLocation(location, name, maxBytes, signal), { ...csvOptions, name })
}

/**
 * The rows of a CSV file in chunks, for data larger than memory: only one chunk is in memory. The source is a file's
 * path or URL, as for {@link loadCsv}, or its text or bytes in parts.
 *
 * Give categories, and labels that are names, in the option `categories`. Rejects like {@link parseCsv}.
 *
 * @example
 * const train = streamingDataset({ chunks: () => streamCsv('large.csv', { label: 'class' }) })
 */
export async function* streamCsv(
  source: string | URL | Exclude<CsvSource, string>,
  options: StreamCsvOptions = {},
): AsyncGenerator<CsvData, void> {
  checkOptions('streamCsv', options, "{ label: 'species' }", { ...OPTIONS, rows: 1 })
  const { rows = 1024, signal } = options
  if (!Number.isInteger(rows) || rows < 1) {
    throw new ArgumentError(`rows is ${describeValue(rows)}: expected a whole number, 1 or more`)
  }
  const name = locationName(options.name ?? (isLocation(source) ? source : 'CSV data'))
  const text = isLocation(source) ? readLocation(source, name, Number.POSITIVE_INFINITY, signal) : source
  let table: CsvTable | undefined
  let isEmpty = true
  for await (const { plan, records, begin } of rowsOf(text, name, options, false)) {
    for (let at = begin; at < records.records.length; ) {
      table ??= new CsvTable(plan, name, options)
      const end = Math.min(records.records.length, at + rows - table.samples)
      await finishInSlices(table.add(records, at, end), signal)
      at = end
      if (table.samples < rows) continue
      isEmpty = false
      yield await finishInSlices(table.finish(), signal)
      table = undefined
    }
  }
  if (table?.samples) yield await finishInSlices(table.finish(), signal)
  else if (isEmpty) throw noRows(name)
}

const noRows = (name: string) =>
  new DataError('ERR_DATA_COUNT', `${name} has no rows of data: expected at least one`)

/** Rows after the header, from position `begin` of some records on, with the roles of the columns. */
async function* rowsOf(
  source: CsvSource,
  name: string,
  options: CsvOptions,
  isOpen: boolean,
): AsyncGenerator<{ plan: ColumnPlan; records: Records; begin: number }, void> {
  const { delimiter = ',', comment, encoding = 'utf-8', header = true, signal } = options
  checkFormat(options, delimiter)
  let plan: ColumnPlan | undefined
  const text = readText(source, { encoding, name, signal })
  for await (const records of readRecords(text, { delimiter, comment, name })) {
    let begin = 0
    if (!plan) {
      const first = records.records[0] ?? []
      plan = await finishInSlices(planColumns(first, options, isOpen, name), signal)
      begin = header ? 1 : 0
    }
    yield { plan, records, begin }
  }
}

/** Rejects what Papa Parse would silently misread. */
function checkFormat(
  { comment, missing = 'error', missingValues = [] }: CsvOptions,
  delimiter: string,
): void {
  if (typeof delimiter !== 'string' || delimiter === '' || /["\r\n\ufeff]/.test(delimiter)) {
    throw new ArgumentError(
      `delimiter is ${describeValue(delimiter)}: expected one such as ',', ';' or '\\t'`,
    )
  }
  if (
    comment !== undefined &&
    (typeof comment !== 'string' || !/^[^"\r\n\ufeff]+$/.test(comment) || comment === delimiter)
  ) {
    throw new ArgumentError(
      `comment is ${describeValue(comment)}: expected what comments begin with, such as '#'`,
    )
  }
  const isNumber = typeof missing === 'number' && Number.isFinite(Math.fround(missing))
  if (missing !== 'error' && missing !== 'skip' && !isNumber) {
    throw new ArgumentError(
      `missing is ${describeValue(missing)}: expected 'error', 'skip' or a number that single precision holds`,
    )
  }
  if (!Array.isArray(missingValues) || missingValues.some(value => typeof value !== 'string')) {
    throw new ArgumentError(
      `missingValues is ${describeValue(missingValues)}: expected a list of texts, such as ["NA"]`,
    )
  }
}

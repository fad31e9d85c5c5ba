// The roles of a CSV file's columns.

import { describeValue } from '../describe-value.ts'
import { ArgumentError, DataError } from '../errors.ts'
import { quoted, quotedList } from '../quote-names.ts'
import { Categories } from './csv-categories.ts'
import { RoundingCheck } from './rounding.ts'
import type { Steps } from './steps.ts'

/** Columns that are planned in about a millisecond. */
const COLUMNS_PER_STEP = 2 ** 13

/** A column: its name in the header, or its position from 0. */
export type CsvColumn = string | number

/** How a categorical column becomes numbers: one-hot values, or the category's position. */
export type CategoryEncoding = 'oneHot' | 'index'

/** The roles of a file's columns. All that are not mentioned are numeric inputs; each must have a name. */
export interface CsvColumnOptions {
  /**
   * Whether the first row names the columns; true unless given. Without a header, a column's name is its position: '0',
   * '1', …
   */
  header?: boolean
  /** The columns to take as inputs, in this order; unless given, all that have no other role. */
  inputs?: readonly CsvColumn[]
  /**
   * The column with the classes.
   *
   * - Whole numbers from 0 on are the classes, however they are written: 1, 1.0 and 1e0 are one class. They go up to
   *   65535, without a limit in {@link streamCsv}.
   * - Names become their positions in sorted order, which `categories` lists.
   * - Numbers and names do not mix, unless `categories` lists them.
   */
  label?: CsvColumn
  /** The column or columns with targets, for regression. */
  targets?: CsvColumn | readonly CsvColumn[]
  /** Columns to leave out. */
  skip?: readonly CsvColumn[]
  /** Columns of names: one-hot where listed, otherwise as each entry says. */
  categorical?: readonly CsvColumn[] | Readonly<Record<string, CategoryEncoding>>
  /**
   * The names in a column, in order, by the column's name; unless given, those that occur, sorted. Given the result's
   * `categories` of another file, test data get the numbers of the training data. The label column may then be missing.
   */
  categories?: Readonly<Record<string, readonly string[]>>
  /**
   * Columns whose numbers may be rounded to single precision although different ones become equal, beyond 2²⁴. In all
   * others that is an error, since it happens to times and identifiers.
   */
  rounded?: readonly CsvColumn[]
}

/** A column that is read. */
export interface PlannedColumn {
  /** Its position in each row. */
  place: number
  name: string
  /** Undefined for numbers. */
  categories: Categories | undefined
  encoding: CategoryEncoding
  /** Undefined where different numbers may become equal. */
  rounding: RoundingCheck | undefined
  /** For the label column, the first label, which tells whether they are numbers or names. */
  firstLabel: string | undefined
}

/** The roles of a file's columns. */
export interface ColumnPlan {
  /** Fields in a row. */
  fields: number
  names: string[]
  inputs: PlannedColumn[]
  targets: PlannedColumn[]
  label: PlannedColumn | undefined
}

/**
 * Finds the columns in a file's first row. With `isOpen`, categories that are not given are found in the data. Throws
 * {@link ArgumentError} for a missing column, one with two roles, and where no input is left.
 */
export function* planColumns(
  first: readonly string[],
  options: CsvColumnOptions,
  isOpen: boolean,
  file: string,
): Steps<ColumnPlan> {
  checkTypes(options)
  const { header = true, label, skip = [] } = options
  const names: string[] = []
  for (const place of first.keys()) {
    names.push(header ? (first[place] ?? '').trim() : String(place))
    if (place % COLUMNS_PER_STEP === 0) yield
  }
  const placeOf = (column: CsvColumn): number => findColumn(names, column, file)
  const encodings = encodingsOf(options, placeOf)
  const given = givenCategories(options, names, encodings, file)
  const rounded = new Set(options.rounded?.map(placeOf))
  const plan = (place: number, isCategorical: boolean): PlannedColumn => {
    const name = names[place] ?? ''
    const list = given.get(place)
    if (isCategorical && !list && !isOpen) {
      throw new ArgumentError(
        `the categories of column ${quoted(name)} must be known before ${file} is read in parts: give them, as ` +
          `categories: { ${quoted(name)}: ['first', 'second'] }`,
      )
    }
    return {
      place,
      name,
      categories: isCategorical ? new Categories(list) : undefined,
      encoding: encodings.get(place) ?? 'oneHot',
      rounding: rounded.has(place) ? undefined : new RoundingCheck(),
      firstLabel: undefined,
    }
  }
  const purposes = new Map<number, string>()
  const claim = (column: CsvColumn, purpose: string): number => {
    const place = placeOf(column)
    const other = purposes.get(place)
    if (other !== undefined) {
      throw new ArgumentError(
        `column ${quoted(names[place] ?? '')} is in ${other} and in ${purpose}: take it out of one`,
      )
    }
    purposes.set(place, purpose)
    return place
  }
  const labelPlace = label === undefined ? undefined : claim(label, 'label')
  const targets = [options.targets ?? []].flat().map(column => claim(column as CsvColumn, 'targets'))
  for (const column of skip) claim(column, 'skip')
  const inputs = options.inputs?.map(column => claim(column, 'inputs')) ?? []
  for (const place of options.inputs ? [] : names.keys()) {
    if (!purposes.has(place)) inputs.push(place)
    if (place % COLUMNS_PER_STEP === 0) yield
  }
  if (inputs.length === 0) {
    throw new ArgumentError(`no column of ${file} is left for inputs: there are ${names.length} in all`)
  }
  for (const [i, place] of inputs.entries()) {
    if (i % COLUMNS_PER_STEP === 0) yield
    if (header && !options.inputs && !encodings.has(place)) checkNamed(names, place, file)
    if (given.has(place) && !encodings.has(place)) {
      throw new ArgumentError(
        `categories lists column ${quoted(names[place] ?? '')}, which is read as numbers: name it in categorical, ` +
          'label or skip',
      )
    }
  }
  for (const place of encodings.keys()) {
    if (inputs.includes(place) || place === labelPlace) continue
    throw new ArgumentError(
      `column ${quoted(names[place] ?? '')} is in categorical, but is not an input: take it out there`,
    )
  }
  const planned: PlannedColumn[] = []
  for (const place of inputs) {
    planned.push(plan(place, encodings.has(place)))
    if (planned.length % COLUMNS_PER_STEP === 0) yield
  }
  return {
    fields: names.length,
    names,
    inputs: planned,
    targets: targets.map(place => plan(place, false)),
    // In parts, labels without given categories are numbers.
    label: labelPlace === undefined ? undefined : plan(labelPlace, isOpen || given.has(labelPlace)),
  }
}

/** Throws {@link ArgumentError} for a column without a name, such as R and pandas write for row numbers. */
function checkNamed(names: readonly string[], place: number, file: string): void {
  const name = names[place] ?? ''
  if (name !== '' && !/^Unnamed: \d+$/.test(name)) return
  throw new ArgumentError(
    `column ${place} of ${file} has no name: if it holds row numbers, or nothing, leave it out by skip: [${place}]; else ` +
      'list all inputs, by their places, in the option inputs',
  )
}

/**
 * The lists of categories by position. A file may lack the training file's label column, where no label is requested
 * and all other columns have their lists. Throws {@link ArgumentError} where it lacks two.
 */
function givenCategories(
  { label, categories = {} }: CsvColumnOptions,
  names: readonly string[],
  encodings: ReadonlyMap<number, CategoryEncoding>,
  file: string,
): Map<number, readonly string[]> {
  const entries = Object.entries(categories)
  const isComplete = [...encodings.keys()].every(place => Object.hasOwn(categories, names[place] ?? ''))
  const mayLack = label === undefined && isComplete
  const absent = Object.keys(categories).filter(column => !names.includes(column))
  if (mayLack && absent.length > 1) {
    throw new ArgumentError(
      `categories lists ${quotedList(absent)}, which ${file} does not have: expected ` +
        'its columns, and at most the label beside them',
    )
  }
  return new Map(
    entries
      .filter(([column]) => !mayLack || names.includes(column))
      .map(([column, list]) => [findColumn(names, column, file), list]),
  )
}

/** Throws {@link ArgumentError} for a value that would silently be misread or ignored. */
function checkTypes({ categorical = [], categories = {}, ...lists }: CsvColumnOptions): void {
  const isObject = (value: unknown) => typeof value === 'object' && value !== null
  const wrong = (what: string, found: unknown, expected: string) =>
    new ArgumentError(`${what} is ${describeValue(found)}: expected ${expected}`)
  for (const name of ['inputs', 'skip', 'rounded'] as const) {
    const list = lists[name] ?? []
    if (!isList(list)) throw wrong(name, list, 'a list of columns, such as ["name"]')
  }
  if (!isObject(categorical)) throw wrong('categorical', categorical, "a list of columns, such as ['colour']")
  if (!isObject(categories) || isList(categories)) {
    throw wrong('categories', categories, "an object of lists, such as { colour: ['blue', 'red'] }")
  }
  for (const [column, list] of Object.entries(categories)) {
    if (isList(list) && list.every(name => typeof name === 'string')) continue
    throw wrong(`categories of ${quoted(column)}`, list, 'a list of names')
  }
}

const isList = <Element>(value: readonly Element[] | object): value is readonly Element[] =>
  Array.isArray(value)

function encodingsOf({ categorical = [] }: CsvColumnOptions, placeOf: (column: CsvColumn) => number) {
  const entries = isList(categorical)
    ? categorical.map((column): [CsvColumn, CategoryEncoding] => [column, 'oneHot'])
    : Object.entries(categorical)
  const bad = entries.find(([, encoding]) => encoding !== 'oneHot' && encoding !== 'index')
  if (bad) {
    throw new ArgumentError(
      `categorical has ${describeValue(bad[1])} for ${describeValue(bad[0])}: expected 'oneHot' or 'index'`,
    )
  }
  return new Map(entries.map(([column, encoding]) => [placeOf(column), encoding]))
}

function findColumn(names: readonly string[], column: CsvColumn, file: string): number {
  const place = typeof column === 'number' ? column : names.indexOf(column)
  if (!Number.isInteger(place) || place < 0 || place >= names.length) {
    throw new ArgumentError(
      `${file} has no column ${describeValue(column)}: expected a place, 0–${names.length - 1}, or one of ${quotedList(names)}`,
    )
  }
  if (typeof column === 'string' && names.lastIndexOf(column) !== place) {
    throw new ArgumentError(
      `${file} has several columns ${quoted(column)}: name one by its place, such as ${place}`,
    )
  }
  return place
}

/** A field that does not fit its column. */
export function badValue(file: string, line: number, column: PlannedColumn, what: string): DataError {
  return new DataError('ERR_DATA_VALUE', `${file}, line ${line}, column ${quoted(column.name)}: ${what}`)
}

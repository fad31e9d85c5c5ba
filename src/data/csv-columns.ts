// Which columns of a CSV file are what.
import { ArgumentError, DataError } from '../errors.ts'
import { Categories } from './csv-categories.ts'

/** A column: by its name in the header, or by its place, counted from 0. */
export type CsvColumn = string | number

/** How a categorical column becomes numbers: a 1 among zeros, or the category's place. */
export type CategoryEncoding = 'oneHot' | 'index'

/** Says what the columns of a file are. All that are not mentioned are inputs, and numbers. */
export interface CsvColumnOptions {
  /** Whether the first row names the columns; true unless given. Without names, a column's name is its place: '0', '1', … */
  header?: boolean
  /**
   * The column with the classes. Whole numbers are taken as they are; names become the places of the sorted names, which
   * `categories` tells.
   */
  label?: CsvColumn
  /** The column or columns with targets, for regression. */
  targets?: CsvColumn | readonly CsvColumn[]
  /** Columns to leave out. */
  skip?: readonly CsvColumn[]
  /** Columns whose fields are names: one-hot where they are listed, or each as it says. */
  categorical?: readonly CsvColumn[] | Readonly<Record<string, CategoryEncoding>>
  /**
   * The names in a column, in order, by the column's name; unless given, those that occur, sorted. With those that another
   * file gave, the test data get the numbers that the training data had.
   */
  categories?: Readonly<Record<string, readonly string[]>>
}

/** A column that is read. */
export interface PlannedColumn {
  /** Its place in each row. */
  place: number
  name: string
  /** Undefined for numbers. */
  categories: Categories | undefined
  encoding: CategoryEncoding
}

/** What the columns of a file are. */
export interface ColumnPlan {
  /** Fields in a row. */
  fields: number
  names: string[]
  inputs: PlannedColumn[]
  targets: PlannedColumn[]
  label: PlannedColumn | undefined
}

/**
 * Finds the columns in a file's first row. With `isOpen`, categories that are not given are found in the data.
 * Throws {@link ArgumentError} where a column is not there, or has two purposes, and where no input is left.
 */
export function planColumns(
  first: readonly string[],
  options: CsvColumnOptions,
  isOpen: boolean,
  file: string,
): ColumnPlan {
  checkTypes(options)
  const { header = true, label, skip = [], categories = {} } = options
  const names = first.map((field, place) => (header ? field.trim() : String(place)))
  const placeOf = (column: CsvColumn): number => findColumn(names, column, file)
  const encodings = encodingsOf(options, placeOf)
  const given = new Map(Object.entries(categories).map(([column, list]) => [placeOf(column), list]))
  const plan = (place: number, isCategorical: boolean): PlannedColumn => {
    const name = names[place] ?? ''
    const list = given.get(place)
    if (isCategorical && !list && !isOpen) {
      throw new ArgumentError(
        `the categories of column ${JSON.stringify(name)} must be known before ${file} is read in parts: give them, as ` +
          `categories: { ${JSON.stringify(name)}: ['first', 'second'] }`,
      )
    }
    return {
      place,
      name,
      categories: isCategorical ? new Categories(list) : undefined,
      encoding: encodings.get(place) ?? 'oneHot',
    }
  }
  const purposes = new Map<number, string>()
  const claim = (column: CsvColumn, purpose: string): number => {
    const place = placeOf(column)
    const other = purposes.get(place)
    if (other !== undefined) {
      throw new ArgumentError(
        `column ${JSON.stringify(names[place])} is in ${other} and in ${purpose}: take it out of one`,
      )
    }
    purposes.set(place, purpose)
    return place
  }
  const labelPlace = label === undefined ? undefined : claim(label, 'label')
  const targets = [options.targets ?? []].flat().map(column => claim(column as CsvColumn, 'targets'))
  for (const column of skip) claim(column, 'skip')
  const inputs = names.map((_, place) => place).filter(place => !purposes.has(place))
  if (inputs.length === 0) {
    throw new ArgumentError(`no column of ${file} is left for inputs: there are ${names.length} in all`)
  }
  return {
    fields: names.length,
    names,
    inputs: inputs.map(place => plan(place, encodings.has(place))),
    targets: targets.map(place => plan(place, false)),
    // In parts, labels without given categories are numbers.
    label: labelPlace === undefined ? undefined : plan(labelPlace, isOpen || given.has(labelPlace)),
  }
}

/** Throws {@link ArgumentError} for what would silently be taken as something else, or not at all. */
function checkTypes({ header = true, skip = [], categorical = [], categories = {} }: CsvColumnOptions): void {
  const isObject = (value: unknown) => typeof value === 'object' && value !== null
  const wrong = (what: string, found: unknown, expected: string) =>
    new ArgumentError(`${what} is ${JSON.stringify(found)}: expected ${expected}`)
  if (typeof header !== 'boolean') {
    throw wrong('header', header, 'true or false, whether the first row names the columns')
  }
  if (!isList(skip)) throw wrong('skip', skip, "a list of columns, such as ['name']")
  if (!isObject(categorical)) throw wrong('categorical', categorical, "a list of columns, such as ['colour']")
  if (!isObject(categories) || isList(categories)) {
    throw wrong('categories', categories, "an object of lists, such as { colour: ['blue', 'red'] }")
  }
  for (const [column, list] of Object.entries(categories)) {
    if (isList(list) && list.every(name => typeof name === 'string')) continue
    throw wrong(`categories of ${JSON.stringify(column)}`, list, 'a list of names')
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
      `categorical has ${JSON.stringify(bad[1])} for ${JSON.stringify(bad[0])}: expected 'oneHot' or 'index'`,
    )
  }
  return new Map(entries.map(([column, encoding]) => [placeOf(column), encoding]))
}

function findColumn(names: readonly string[], column: CsvColumn, file: string): number {
  const place = typeof column === 'number' ? column : names.indexOf(column)
  if (!Number.isInteger(place) || place < 0 || place >= names.length) {
    const all = names.slice(0, 20).map(name => JSON.stringify(name))
    const list = names.length > 20 ? `${all.join(', ')}, …` : all.join(', ')
    throw new ArgumentError(
      `${file} has no column ${JSON.stringify(column)}: expected a place, 0 … ${names.length - 1}, or one of ${list}`,
    )
  }
  if (typeof column === 'string' && names.lastIndexOf(column) !== place) {
    throw new ArgumentError(
      `${file} has several columns ${JSON.stringify(column)}: name one by its place, such as ${place}`,
    )
  }
  return place
}

/** A field that is not what its column holds. */
export function badValue(file: string, line: number, column: PlannedColumn, what: string): DataError {
  return new DataError(
    'ERR_DATA_VALUE',
    `${file}, line ${line}, column ${JSON.stringify(column.name)}: ${what}`,
  )
}

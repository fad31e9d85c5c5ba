// A column of a table, its values in the form of its kind.
import { isDate } from '../brands.ts'
import { quoted } from '../quote-names.ts'
import { booleanIn, type Cell, type CellReader, dateIn, nameIn, shown } from './cells.ts'
import type { ColumnKind } from './kinds.ts'
import type { Problems } from './table-error.ts'

interface Named {
  readonly name: string
  /** Why it is of its kind. */
  readonly why: string
}

/** Numbers, dates in milliseconds since 1970, or 0 and 1 for false and true; NaN where one is missing. */
export interface NumberColumn extends Named {
  readonly kind: 'number' | 'date' | 'boolean'
  readonly values: Float64Array
}

/** Places in a list of names, −1 where one is missing. */
export interface CategoryColumn extends Named {
  readonly kind: 'category'
  readonly codes: Int32Array
  /** By first appearance. */
  readonly names: readonly string[]
}

/** What no network gets, as it was read. */
interface SkippedColumn extends Named {
  readonly kind: 'skip'
  readonly cells: readonly Cell[]
}

export type TableColumn = NumberColumn | CategoryColumn | SkippedColumn

const READERS = {
  number: { expected: 'is no number', read: (cell: Cell, reader: CellReader) => reader.numberIn(cell) },
  date: { expected: 'is no date, such as 2024-05-31', read: dateIn },
  boolean: {
    expected: 'is neither true nor false',
    read: (cell: Cell) => {
      const value = booleanIn(cell)
      return value === undefined ? undefined : Number(value)
    },
  },
} as const

/** The values of a column. What does not fit its kind goes to the problems. */
export function toColumn(
  name: string,
  kind: ColumnKind,
  why: string,
  cells: readonly Cell[],
  reader: CellReader,
  problems: Problems,
): TableColumn {
  if (kind === 'skip') return { name, kind, why, cells }
  if (kind === 'category') return toCategories(name, why, cells)
  const { expected, read } = READERS[kind]
  const advice = `${expected}: correct it, list it in missingValues, or set kinds: { ${quoted(name)}: 'category' }`
  const values = new Float64Array(cells.length).fill(Number.NaN)
  for (const [row, cell] of cells.entries()) {
    if (cell === null) continue
    const value = read(cell, reader)
    if (value === undefined) problems.addValue(name, row, shown(cell), advice)
    else values[row] = value
  }
  return { name, kind, why, values }
}

function toCategories(name: string, why: string, cells: readonly Cell[]): CategoryColumn {
  const numbers = new Map<string, number>()
  const codes = new Int32Array(cells.length).fill(-1)
  for (const [row, cell] of cells.entries()) {
    if (cell === null) continue
    const category = nameIn(cell)
    const number = numbers.get(category) ?? numbers.size
    numbers.set(category, number)
    codes[row] = number
  }
  return { name, kind: 'category', why, codes, names: [...numbers.keys()] }
}

/** A value as a plain object has it: a date as ISO 8601 writes it, and null where one is missing. */
export function valueAt(column: TableColumn, row: number): string | number | boolean | null {
  if (column.kind === 'category') return column.names[column.codes[row] ?? -1] ?? null
  if (column.kind === 'skip') {
    const cell = column.cells[row] ?? null
    return isDate(cell) ? cell.toISOString() : cell
  }
  const value = column.values[row] ?? Number.NaN
  if (Number.isNaN(value)) return null
  if (column.kind === 'boolean') return value === 1
  return column.kind === 'date' ? new Date(value).toISOString() : value
}

/** Whether a row has no value. */
export function isMissing(column: TableColumn, row: number): boolean {
  if (column.kind === 'category') return (column.codes[row] ?? -1) < 0
  if (column.kind === 'skip') return (column.cells[row] ?? null) === null
  return Number.isNaN(column.values[row] ?? Number.NaN)
}

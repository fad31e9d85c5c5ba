// The values of a table as they come: the texts of a CSV file, or what JSON and plain objects hold.
import { isDate } from '../brands.ts'
import { MissingValues } from '../data/csv-missing.ts'
import { canonical } from '../data/csv-numbers.ts'
import { describeValue, kindOf } from '../describe-value.ts'
import { quoted } from '../quote-names.ts'
import { readDate } from './dates.ts'
import { type NumberFormat, numberReader } from './number-format.ts'

/** A value that is there, or null for one that is missing. Texts have no spaces around them, dates are milliseconds. */
export type Cell = string | number | boolean | Date | null

/** A cell as source code, as far as a line has room for it. */
export const shown = (cell: Cell): string =>
  typeof cell === 'string' ? quoted(cell) : isDate(cell) ? quoted(cell.toISOString()) : String(cell)

/** Makes cells of what stands in a table. */
export class CellReader {
  readonly #missing: MissingValues
  readonly #readNumber: (field: string) => number | undefined

  constructor(format: NumberFormat, missingValues: readonly string[] | undefined) {
    this.#missing = new MissingValues(missingValues)
    this.#readNumber = numberReader(format)
  }

  ofText(field: string): Cell {
    const text = field.trim()
    return this.#missing.has(text) ? null : text
  }

  /** Undefined for what no cell can be, such as an object. */
  ofValue(value: unknown): Cell | undefined {
    if (typeof value === 'string') return this.ofText(value)
    if (value === null || value === undefined) return null
    if (typeof value === 'boolean') return value
    if (typeof value === 'number' || typeof value === 'bigint') {
      const number = Number(value)
      if (Number.isNaN(number)) return null
      if (!Number.isFinite(number)) return undefined
      return this.#missing.hasNoNumbers || !this.#missing.has(String(number)) ? number : null
    }
    if (kindOf(value) !== 'Date') return undefined
    const date = new Date(Number(value))
    return Number.isNaN(date.getTime()) ? null : date
  }

  /** The number in a cell; undefined where there is none. */
  numberIn(cell: Cell): number | undefined {
    if (typeof cell === 'number') return cell
    return typeof cell === 'string' ? this.#readNumber(cell) : undefined
  }
}

/** Milliseconds since 1970; undefined where a cell is no date. */
export function dateIn(cell: Cell): number | undefined {
  if (isDate(cell)) return cell.getTime()
  return typeof cell === 'string' ? readDate(cell) : undefined
}

/** Undefined where a cell is neither true nor false. */
export function booleanIn(cell: Cell): boolean | undefined {
  if (typeof cell === 'boolean') return cell
  if (typeof cell !== 'string' || cell.length > 5) return undefined
  const text = cell.toLowerCase()
  return text === 'true' ? true : text === 'false' ? false : undefined
}

/** A cell as the name of a category. Whole numbers have one name however they are written. */
export function nameIn(cell: Exclude<Cell, null>): string {
  if (typeof cell === 'string') return canonical(cell)
  return isDate(cell) ? cell.toISOString() : String(cell === 0 ? 0 : cell)
}

/** What no cell can be, as source code. */
export const shownValue = (value: unknown): string => describeValue(value)

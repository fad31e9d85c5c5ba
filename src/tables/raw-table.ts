// A table as it was read, column by column, before anybody knows what the columns hold.
import { kindOf } from '../describe-value.ts'
import { type Cell, type CellReader, shownValue } from './cells.ts'
import type { LineOf, Problems } from './table-error.ts'

/** The columns by name, and where rows stand in the text. */
export interface RawTable {
  readonly columns: ReadonlyMap<string, Cell[]>
  readonly rows: number
  /** Rows of another length, which have no values here. */
  readonly ragged: ReadonlySet<number>
  readonly reader: CellReader
  readonly problems: Problems
}

/** Collects rows. */
export class RawRows {
  readonly columns = new Map<string, Cell[]>()
  rows = 0
  readonly #ragged = new Set<number>()
  readonly #reader: CellReader
  readonly #problems: Problems
  /** In the order of the fields. */
  #places: Cell[][] | undefined

  readonly #isLeftOut: (column: string) => boolean

  /** `isLeftOut` says of which columns no value is looked at. */
  constructor(reader: CellReader, problems: Problems, isLeftOut: (column: string) => boolean = () => false) {
    this.#reader = reader
    this.#problems = problems
    this.#isLeftOut = isLeftOut
  }

  get table(): RawTable {
    const { columns, rows } = this
    return { columns, rows, ragged: this.#ragged, reader: this.#reader, problems: this.#problems }
  }

  /** The names of the fields. Two columns of one name are a problem. */
  name(names: readonly string[]): void {
    this.#places = names.map(name => {
      if (this.columns.has(name) && name !== '') {
        this.#problems.add(name, 'several columns have this name: rename all but one')
      }
      const cells: Cell[] = []
      // Columns without a name are none that can be asked for: one stands for all of them.
      this.columns.set(name, cells)
      return cells
    })
  }

  /** A row of fields, in the order of the names. */
  addFields(fields: readonly string[]): void {
    const places = this.#places ?? []
    const isRagged = fields.length !== places.length
    if (isRagged) {
      const message = `the row has another number of fields than the first, ${places.length}: is the delimiter another one?`
      this.#problems.addValue(undefined, this.rows, undefined, message)
      this.#ragged.add(this.rows)
    }
    for (const [i, cells] of places.entries()) {
      cells.push(isRagged ? null : this.#reader.ofText(fields[i] ?? ''))
    }
    this.rows += 1
  }

  /** A plain object, whose keys are columns. Rows that lack a column miss its value. */
  addObject(row: unknown): void {
    if (kindOf(row) !== 'Object') {
      const message = 'is no plain object, such as { width: 3.5 }'
      this.#problems.addValue(undefined, this.rows, shownValue(row), message)
    } else {
      for (const [name, value] of Object.entries(row as object)) {
        const cells = this.#cellsOf(name.trim())
        const cell = this.#reader.ofValue(value)
        if (cell === undefined && !this.#isLeftOut(name.trim())) {
          const message = 'is no value of a table: expected a text, a finite number, true, false or a date'
          this.#problems.addValue(name, this.rows, shownValue(value), message)
        }
        cells[this.rows] = cell ?? null
      }
    }
    this.rows += 1
    for (const cells of this.columns.values()) if (cells.length < this.rows) cells.push(null)
  }

  #cellsOf(name: string): Cell[] {
    const known = this.columns.get(name)
    if (known) return known
    const cells = new Array<Cell>(this.rows).fill(null)
    this.columns.set(name, cells)
    return cells
  }
}

/** Where each row stands: texts of rows in order, of which each knows its lines. */
export class RowLines {
  readonly #parts: { begin: number; lineOf: (index: number) => number }[] = []

  /** From this row on, `lineOf` tells the line, of rows that are counted from there. */
  add(begin: number, lineOf: (index: number) => number): void {
    this.#parts.push({ begin, lineOf })
  }

  readonly lineOf: LineOf = row => {
    const part = this.#parts.findLast(({ begin }) => begin <= row)
    return part?.lineOf(row - part.begin)
  }
}

/** For a table without rows. */
export const NO_ROWS = 'there are no rows of data: expected at least one'

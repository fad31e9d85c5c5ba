// What is wrong with a table: all of it in one error, since a file that is mended problem by problem is read many times.
import { DataError } from '../errors.ts'
import { quoted } from '../quote-names.ts'

/** Something that is wrong with a table, or with rows to predict. */
export interface TableProblem {
  /** The column's name; undefined for what is wrong with a whole row or table. */
  readonly column: string | undefined
  /** The first row that has it, counted from 1 without the header; undefined for a whole column or table. */
  readonly row: number | undefined
  /** Where the table is a text: the line on which that row begins, counted from 1. */
  readonly line: number | undefined
  /** The value there, as source code. */
  readonly value: string | undefined
  /** How many rows have it; 0 for a whole column or table. */
  readonly rows: number
  /** What is wrong, and what to do. */
  readonly message: string
}

/** Problems that a message tells in words. */
const MOST_TOLD = 10

/** A table with problems. `problems` lists them; the message tells the first ten. */
export class TableError extends DataError {
  override readonly name = 'TableError'
  /** All problems, those of rows once for each column and kind. */
  readonly problems: readonly TableProblem[]

  /** @internal */
  constructor(table: string, problems: readonly TableProblem[]) {
    const told = problems.slice(0, MOST_TOLD).map(tell)
    const more = problems.length - told.length
    const list = told.length === 1 ? told : told.map((text, i) => `(${i + 1}) ${text}`)
    const count = problems.length === 1 ? '' : ` has ${problems.length} problems`
    super(
      'ERR_DATA_VALUE',
      `${table}${count}: ${list.join('; ')}${more > 0 ? `; and ${more} more, in problems` : ''}`,
    )
    this.problems = problems
  }
}

function tell({ column, row, line, value, rows, message }: TableProblem): string {
  const place = line === undefined ? row !== undefined && `row ${row}` : `line ${line}`
  const where = [column !== undefined && `column ${quoted(column)}`, place].filter(Boolean).join(', ')
  const others = rows > 1 ? ` (and ${rows - 1} more such ${rows === 2 ? 'row' : 'rows'})` : ''
  return [where, [value, message].filter(Boolean).join(' ') + others].filter(Boolean).join(': ')
}

/** Where a row of a table stands in its text; undefined where it is of no text. */
export type LineOf = (row: number) => number | undefined

/** Collects problems, of which those of one kind in one column are told once. */
export class Problems {
  readonly #table: string
  readonly #lineOf: LineOf
  readonly #found = new Map<string, { -readonly [Key in keyof TableProblem]: TableProblem[Key] }>()

  constructor(table: string, lineOf: LineOf = () => undefined) {
    this.#table = table
    this.#lineOf = lineOf
  }

  /** A value of a row, counted from 0, in a column; or of the whole row. `value` is source code. */
  addValue(column: string | undefined, row: number, value: string | undefined, message: string): void {
    const key = JSON.stringify([column, message])
    const known = this.#found.get(key)
    if (known) known.rows += 1
    else {
      const line = this.#lineOf(row)
      this.#found.set(key, { column, row: row + 1, line, value, rows: 1, message })
    }
  }

  /** A whole column, or the table. */
  add(column: string | undefined, message: string): void {
    const problem = { column, row: undefined, line: undefined, value: undefined, rows: 0, message }
    this.#found.set(JSON.stringify([column, message]), problem)
  }

  /** Throws {@link TableError} where there are some. */
  throwIfAny(): void {
    if (this.#found.size > 0) throw new TableError(this.#table, [...this.#found.values()])
  }
}

/** What a call gives, or the {@link DataError} that it throws. */
export function unlessWrong<Result>(call: () => Result): Result | DataError {
  try {
    return call()
  } catch (error) {
    if (error instanceof DataError) return error
    throw error
  }
}

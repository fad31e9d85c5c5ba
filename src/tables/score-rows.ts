// What metrics are computed from: rows of numbers, as `predict` gives them, in columns.
import { isNumberArray } from '../data/number-arrays.ts'
import { describeValue } from '../describe-value.ts'
import { ArgumentError, ShapeError } from '../errors.ts'

/** A row of numbers for each sample; or one number for each, where there is one output. */
export type ScoreRows = readonly ArrayLike<number>[] | ArrayLike<number>

/** Columns of one length, 1 or more. */
export interface Columns {
  readonly columns: readonly Float64Array[]
  readonly samples: number
}

/**
 * The columns of rows. Throws {@link ArgumentError} for what is no list of numbers, or empty, and for a number that is not so;
 * and {@link ShapeError} for rows of several lengths. `what` is their name in messages.
 */
export function toColumns(
  what: string,
  rows: ScoreRows,
  accepts: (value: number) => boolean = Number.isFinite,
  expected = 'finite numbers',
): Columns {
  if (!Array.isArray(rows) && !isNumberArray(rows)) {
    throw new ArgumentError(
      `${what} is ${describeValue(rows)}: expected rows of numbers, as predict gives them`,
    )
  }
  const samples = rows.length
  if (samples === 0) throw new ArgumentError(`${what} is empty: expected a row for each sample`)
  const first: unknown = rows[0]
  const width = typeof first === 'number' ? 0 : Object(first).length
  if (typeof first !== 'number' && !(width >= 1)) {
    throw new ArgumentError(`${what}[0] is ${describeValue(first)}: expected numbers, or a row of numbers`)
  }
  const columns = Array.from({ length: Math.max(1, width) }, () => new Float64Array(samples))
  for (let i = 0; i < samples; ++i) {
    const row: unknown = rows[i]
    if (width > 0 && Object(row).length !== width) {
      throw new ShapeError(
        `${what}[${i}] is ${describeValue(row)}: expected ${width} numbers, as many as in the first row`,
      )
    }
    for (const [j, column] of columns.entries()) {
      const value: unknown = width > 0 ? Object(row)[j] : row
      if (typeof value !== 'number' || !accepts(value)) {
        const place = width > 0 ? `[${i}][${j}]` : `[${i}]`
        throw new ArgumentError(`${what}${place} is ${describeValue(value)}: expected ${expected}`)
      }
      column[i] = value
    }
  }
  return { columns, samples }
}

const SUM_TOLERANCE = 1e-3

/** The columns of probabilities; throws {@link ArgumentError} where one is none. */
export const toProbabilities = (rows: ScoreRows): Columns =>
  toColumns('probabilities', rows, value => value >= 0 && value <= 1, 'probabilities, 0–1')

/** Throws {@link ArgumentError} where a row's sum is not 1. */
export function checkSums({ columns, samples }: Columns): void {
  for (let i = 0; i < samples; ++i) {
    const sum = columns.reduce((sum, column) => sum + (column[i] ?? 0), 0)
    if (Math.abs(sum - 1) <= SUM_TOLERANCE) continue
    throw new ArgumentError(
      `probabilities[${i}] have the sum ${sum}: expected 1, to ${SUM_TOLERANCE}; for outputs that each say yes or no, use ` +
        'labelMetrics',
    )
  }
}

/** Throws {@link ShapeError} unless there are as many of both. */
export function checkCounts(what: string, found: number, of: string, expected: number): void {
  if (found === expected) return
  throw new ShapeError(`there are ${found} ${what} for ${expected} ${of}: expected one for each`)
}

/** The mean of the values that are numbers; NaN where none is. */
export function meanOfNumbers(values: readonly number[]): number {
  const numbers = values.filter(value => !Number.isNaN(value))
  return numbers.reduce((sum, value) => sum + value, 0) / numbers.length
}

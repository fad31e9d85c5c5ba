// How a table is divided: which shares go where.
import { checkOptions } from '../check-options.ts'
import { describeValue } from '../describe-value.ts'
import { ArgumentError } from '../errors.ts'

/** Options of {@link Table.kFold}. */
export interface FoldOptions {
  /** Sets which rows go where: a whole number, 0 to 2³² − 1; 0 unless given. */
  seed?: number
  /** Whether all parts keep the proportions of the target's classes; true for a target of categories unless given. */
  stratify?: boolean
}

/** Options of {@link Table.split}. */
export interface SplitOptions extends FoldOptions {
  /** The share of rows to validate on, above 0 and below 1, rounded; none unless given. */
  validation?: number
  /** The share of rows to test on, likewise; none unless given. */
  test?: number
}

/** The numbers of rows for the test and for validation. Throws {@link ArgumentError} where a part would have none. */
export function checkSplit(options: SplitOptions, rows: number): { test: number; validation: number } {
  checkOptions('split', options, '{ validation: 0.2 }', { validation: 1, test: 1, seed: 1, stratify: true })
  checkSeed(options)
  const sizeOf = (name: 'validation' | 'test') => {
    const share = options[name]
    if (share === undefined) return 0
    if (typeof share !== 'number' || !(share > 0 && share < 1)) {
      throw new ArgumentError(`${name} is ${describeValue(share)}: expected a share of the rows, such as 0.2`)
    }
    const size = Math.round(share * rows)
    if (size > 0) return size
    throw new ArgumentError(`${name} is ${share} of ${rows} rows, which is none: use a larger share`)
  }
  const sizes = { test: sizeOf('test'), validation: sizeOf('validation') }
  if (sizes.test + sizes.validation >= rows) {
    throw new ArgumentError(
      `test and validation take all ${rows} rows: use smaller shares, such as { validation: 0.2, test: 0.2 }`,
    )
  }
  return sizes
}

/** Throws {@link ArgumentError} where a fold would have no rows, or would leave none. */
export function checkFolds(k: number, options: FoldOptions, rows: number): void {
  checkOptions('kFold', options, '{ seed: 1 }', { seed: 1, stratify: true })
  checkSeed(options)
  if (Number.isInteger(k) && k >= 2 && k <= rows) return
  throw new ArgumentError(`folds are ${describeValue(k)} of ${rows} rows: expected a whole number, 2–${rows}`)
}

function checkSeed({ seed = 0 }: FoldOptions): void {
  if (Number.isInteger(seed) && seed >= 0 && seed <= 0xffffffff) return
  throw new ArgumentError(`seed is ${describeValue(seed)}: expected a whole number, 0–4294967295`)
}

/** Throws {@link ArgumentError} for options of random parts where the parts follow from time. */
export function checkNoChance(options: FoldOptions): void {
  for (const name of ['seed', 'stratify'] as const) {
    if (options[name] === undefined) continue
    throw new ArgumentError(
      `${name} is for parts that are drawn, and windows are divided by time: leave it out`,
    )
  }
}

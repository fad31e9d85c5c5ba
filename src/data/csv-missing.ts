// Which fields of a table are missing.
import { readNumber } from './csv-numbers.ts'

/** What to do where a value is missing. */
export interface MissingOptions {
  /**
   * `'error'` (unless given), `'skip'`, which leaves the row out, or a number that is put into columns of numbers; a
   * missing label, target or category is an error then, too.
   */
  missing?: 'error' | 'skip' | number
  /**
   * What counts as missing besides an empty cell, without spaces around: 'NA', 'N/A', 'NaN', 'nan', 'null' and '?' unless
   * given, which replaces them. A number stands for itself however it is written: '-999' for -999.0 too.
   */
  missingValues?: readonly string[]
}

const MISSING = ['NA', 'N/A', 'NaN', 'nan', 'null', '?']

/** Tells fields that are missing, which are to have no spaces around. An empty one is, always. */
export class MissingValues {
  readonly #texts: ReadonlySet<string>
  readonly #numbers: ReadonlySet<number>

  constructor(values: readonly string[] = MISSING) {
    const texts = values.map(value => value.trim())
    this.#texts = new Set(['', ...texts])
    this.#numbers = new Set(texts.flatMap(text => readNumber(text) ?? []))
  }

  /** Whether no number counts as missing. */
  get hasNoNumbers(): boolean {
    return this.#numbers.size === 0
  }

  has(field: string): boolean {
    if (this.#texts.has(field)) return true
    if (this.hasNoNumbers) return false
    const number = readNumber(field)
    return number !== undefined && this.#numbers.has(number)
  }
}

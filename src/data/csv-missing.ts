// Which fields of a table are missing.
import { readNumber } from './csv-numbers.ts'

/** What to do where a value is missing. */
export interface MissingOptions {
  /**
   * What to do: `'error'` (unless given), `'skip'`, which omits the row, or a number that fills numeric columns. With a
   * number, a missing label, target or category is still an error.
   */
  missing?: 'error' | 'skip' | number
  /**
   * What counts as missing besides an empty cell. Unless given: 'NA', 'N/A', 'NaN', 'nan', 'null' and '?'. Spaces
   * around a field are ignored. A number matches however it is written: '-999' matches -999.0 too.
   */
  missingValues?: readonly string[]
}

const MISSING = ['NA', 'N/A', 'NaN', 'nan', 'null', '?']

/** Tells which fields are missing; they must be trimmed. An empty one always is. */
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

// The names that a categorical column holds, by number.
import { ArgumentError } from '../errors.ts'

/** The most names that are found in a column: more are a column of texts or identifiers. */
const MAX_CATEGORIES = 4096

/** Names, numbered by their first appearance, or as they were given. */
export class Categories {
  readonly isGiven: boolean
  readonly #numbers = new Map<string, number>()

  /** Throws {@link ArgumentError} for a list that has a name twice. */
  constructor(names: readonly string[] | undefined) {
    this.isGiven = names !== undefined
    for (const name of names ?? []) this.#numbers.set(name, this.#numbers.size)
    if (names && this.#numbers.size < names.length) {
      throw new ArgumentError(`the categories ${JSON.stringify(names.slice(0, 20))} have a name twice`)
    }
  }

  /** In the order of their numbers. */
  get names(): string[] {
    return [...this.#numbers.keys()]
  }

  /** The number of a name: a new one for a new name, −1 where the names are given and this is none, or too many. */
  numberOf(name: string): number {
    const number = this.#numbers.get(name)
    if (number !== undefined) return number
    if (this.isGiven || this.#numbers.size === MAX_CATEGORIES) return -1
    this.#numbers.set(name, this.#numbers.size)
    return this.#numbers.size - 1
  }

  /** What numbers are to become so that names which were found come in order of their characters' codes, and that order. */
  sorted(): { names: string[]; order: Int32Array } {
    const found = this.names
    const names = this.isGiven ? found : found.toSorted((a, b) => (a < b ? -1 : 1))
    const places = new Map(names.map((name, place) => [name, place]))
    return { names, order: Int32Array.from(found, name => places.get(name) ?? 0) }
  }
}

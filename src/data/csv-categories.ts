// The names that a categorical column holds, by number.
import { ArgumentError } from '../errors.ts'
import { canonical } from './csv-numbers.ts'

/** The most names that are found in a column: more are a column of texts or identifiers. */
const MAX_CATEGORIES = 4096

/** Names, numbered by their first appearance, or as they were given. Whole numbers are one name however they are written. */
export class Categories {
  readonly isGiven: boolean
  readonly #numbers = new Map<string, number>()
  /** As they were written first. */
  readonly #names: string[] = []

  /** Throws {@link ArgumentError} for a list that has a name twice. */
  constructor(names: readonly string[] | undefined) {
    this.isGiven = names !== undefined
    for (const name of names ?? []) this.#add(name)
    if (names && this.#numbers.size < names.length) {
      throw new ArgumentError(`the categories ${JSON.stringify(names.slice(0, 20))} have a name twice`)
    }
  }

  /** In the order of their numbers. */
  get names(): string[] {
    return [...this.#names]
  }

  /** The number of a name: a new one for a new name, −1 where the names are given and this is none, or too many. */
  numberOf(name: string): number {
    const number = this.#numbers.get(canonical(name))
    if (number !== undefined) return number
    if (this.isGiven || this.#numbers.size === MAX_CATEGORIES) return -1
    return this.#add(name)
  }

  #add(name: string): number {
    const number = this.#numbers.size
    this.#numbers.set(canonical(name), number)
    this.#names.push(name)
    return number
  }

  /** What numbers are to become so that names which were found come in order of their characters' codes, and that order. */
  sorted(): { names: string[]; order: Int32Array } {
    const found = this.names
    const names = this.isGiven ? found : found.toSorted((a, b) => (a < b ? -1 : 1))
    const places = new Map(names.map((name, place) => [name, place]))
    return { names, order: Int32Array.from(found, name => places.get(name) ?? 0) }
  }
}

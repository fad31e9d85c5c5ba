// The names in a categorical column, by number.

import { ArgumentError } from '../errors.ts'
import { quotedList } from '../quote-names.ts'
import { canonical } from './csv-numbers.ts'

/** The most names found in a column. With more, it is a column of text or identifiers. */
const MAX_CATEGORIES = 4096

/** Names, numbered by first appearance, or as given. A whole number is one name however it is written. */
export class Categories {
  readonly isGiven: boolean
  readonly #numbers = new Map<string, number>()
  /** As first written. */
  readonly #names: string[] = []

  /** Throws {@link ArgumentError} for a list with a repeated name. */
  constructor(names: readonly string[] | undefined) {
    this.isGiven = names !== undefined
    for (const name of names ?? []) this.#add(name)
    if (names && this.#numbers.size < names.length) {
      throw new ArgumentError(`the categories ${quotedList(names)} have a name twice`)
    }
  }

  /** In the order of their numbers. */
  get names(): string[] {
    return [...this.#names]
  }

  /** The number of a name: a new one for a new name, −1 where it is not among the given ones, or there are too many. */
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

  /** The new numbers that put found names in order of their character codes, and that order. */
  sorted(): { names: string[]; order: Int32Array } {
    const found = this.names
    const names = this.isGiven ? found : found.toSorted((a, b) => (a < b ? -1 : 1))
    const places = new Map(names.map((name, place) => [name, place]))
    return { names, order: new Int32Array(found.map(name => places.get(name) ?? 0)) }
  }
}

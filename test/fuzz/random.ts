// Numbers that follow from a seed, so that each input can be made again.
//
// Source: Chris Doty-Humphrey, PractRand, sfc32.

const mix = (hash: number, word: number) => Math.imul(hash ^ word, 0x9e3779b1) ^ (hash >>> 15)

/** A text as 32 bits. */
export const hashOf = (text: string): number => [...text].reduce((hash, c) => mix(hash, c.charCodeAt(0)), 7)

/** A stream of random numbers. */
export class Random {
  #a: number
  #b: number
  #c: number
  #counter = 1

  constructor(a: number, b = 0, c = 0) {
    this.#a = a | 0
    this.#b = b | 0
    this.#c = c | 0
    for (let i = 0; i < 12; ++i) this.next()
  }

  /** 32 bits. */
  next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0
    return sum >>> 0
  }

  /** A whole number from 0 to below `end`; 0 where there is none. */
  below(end: number): number {
    return Math.floor((this.next() / 2 ** 32) * end)
  }

  chance(probability: number): boolean {
    return this.next() < probability * 2 ** 32
  }

  pick<Item>(items: readonly [Item, ...Item[]]): Item {
    return items[this.below(items.length)] ?? items[0]
  }

  /** 1, and each further one half as often as the one before. */
  count(most: number): number {
    let count = 1
    while (count < most && this.chance(0.5)) ++count
    return count
  }
}

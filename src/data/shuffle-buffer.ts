// Rows of a stream in random order, as far as a buffer of fixed size allows. Half of its rows are given out in random
// order, then as many new ones take their places, and so on. So a row stays for two rounds on average, and meets rows
// from far away.
import { copyRows, createRoom, type RowLayout, type RowRoom, type RowSlice } from './rows.ts'

/** How rows are shuffled. The same seed and epoch give the same order. */
export interface ShuffleOptions {
  /** Rows in the buffer. The more, the better the mix. */
  rows: number
  seed: number
  /** Counts from 0; each epoch has another order. */
  epoch: number
  /** 0 to length − 1 in an order that depends on seed and stream, as the engine draws it. */
  permutation(length: number, seed: number, stream: number): Promise<Int32Array>
}

/** Streams of random numbers for an epoch. Later rounds use those of the next. */
const ROUNDS = 2 ** 16

/** A buffer between a stream and its reader. */
export class ShuffleBuffer {
  readonly #layout: RowLayout
  readonly #options: ShuffleOptions
  readonly #take: (max: number) => Promise<RowSlice | undefined>
  /** It grows as rows come: a stream can have fewer than the buffer. */
  #room: RowRoom
  #capacity = 0
  /** Places of the buffer that hold rows, in the order in which they are given out. Those before `#given` are free. */
  #order = new Int32Array()
  #given = 0
  /** How many of them are given out before new ones come in. */
  #end = 0
  #round = 0

  constructor(
    layout: RowLayout,
    options: ShuffleOptions,
    take: (max: number) => Promise<RowSlice | undefined>,
  ) {
    this.#layout = layout
    this.#options = options
    this.#take = take
    this.#room = createRoom(layout, 0)
  }

  /** Like `ChunkReader.next`. */
  async next(room: RowRoom, capacity: number): Promise<number> {
    let rows = 0
    while (rows < capacity) {
      if (this.#given === this.#end) await this.#refill()
      if (this.#given === this.#end) break
      const place = this.#order[this.#given] ?? 0
      copyRows(this.#layout, { room: this.#room, first: place, count: 1 }, room, rows)
      this.#given += 1
      rows += 1
    }
    return rows
  }

  /** Puts new rows into free places, and draws the next order. */
  async #refill(): Promise<void> {
    const { rows, seed, epoch, permutation } = this.#options
    const given = this.#order.subarray(0, this.#given)
    const kept = this.#order.subarray(this.#given)
    // Places beyond those of the order were never used.
    const placeOf = (free: number) => given[free] ?? kept.length + free
    const free = rows - kept.length
    let filled = 0
    while (filled < free) {
      const slice = await this.#take(free - filled)
      if (!slice) break
      for (let row = 0; row < slice.count; ++row) {
        const place = placeOf(filled)
        this.#reserve(place + 1)
        copyRows(this.#layout, { ...slice, first: slice.first + row, count: 1 }, this.#room, place)
        filled += 1
      }
    }
    const places = new Int32Array(kept.length + filled)
    places.set(kept)
    for (let i = 0; i < filled; ++i) places[kept.length + i] = placeOf(i)
    const stream = (epoch * ROUNDS + this.#round) % 2 ** 32
    const order = await permutation(places.length, seed, stream)
    this.#order = order.map(position => places[position] ?? 0)
    this.#given = 0
    // All that is left, once the stream has ended.
    this.#end = filled < free ? places.length : Math.ceil(places.length / 2)
    this.#round += 1
  }

  /** Makes room for so many rows. */
  #reserve(rows: number): void {
    if (rows <= this.#capacity) return
    const capacity = Math.min(this.#options.rows, Math.max(rows, 2 * this.#capacity, 64))
    const room = createRoom(this.#layout, capacity)
    copyRows(this.#layout, { room: this.#room, first: 0, count: this.#capacity }, room, 0)
    this.#room = room
    this.#capacity = capacity
  }
}

// Rows of a stream in random order, as far as a buffer of fixed size allows. Half of its rows are given out in random
// order, then as many new ones take their places, and so on. So a row stays for two rounds on average, and meets rows
// from far away.
import { inOrder } from './batches.ts'
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
  readonly #room: RowRoom
  /** Places of the buffer that hold rows, in the order in which they are given out. Those before `#given` are free. */
  #order: Int32Array
  /** At first, all places are free. */
  #given: number
  /** How many of them are given out before new ones come in. */
  #end: number
  #round = 0

  constructor(
    layout: RowLayout,
    options: ShuffleOptions,
    take: (max: number) => Promise<RowSlice | undefined>,
  ) {
    this.#layout = layout
    this.#options = options
    this.#take = take
    this.#room = createRoom(layout, options.rows)
    this.#order = inOrder(options.rows)
    this.#given = options.rows
    this.#end = options.rows
  }

  /** Like `ChunkReader.next`. */
  async next(room: RowRoom, capacity: number): Promise<number> {
    let rows = 0
    while (rows < capacity) {
      if (this.#given === this.#end) await this.#refill()
      if (this.#given === this.#end) break
      const place = this.#order[this.#given] ?? 0
      copyRows(this.#layout, this.#room, place, 1, room, rows)
      this.#given += 1
      rows += 1
    }
    return rows
  }

  /** Puts new rows into free places, and draws the next order. */
  async #refill(): Promise<void> {
    const free = this.#order.subarray(0, this.#given)
    const kept = this.#order.subarray(this.#given)
    let filled = 0
    while (filled < free.length) {
      const slice = await this.#take(free.length - filled)
      if (!slice) break
      for (let row = 0; row < slice.count; ++row) {
        copyRows(this.#layout, slice.room, slice.first + row, 1, this.#room, free[filled] ?? 0)
        filled += 1
      }
    }
    const places = new Int32Array(kept.length + filled)
    places.set(kept)
    places.set(free.subarray(0, filled), kept.length)
    const { seed, epoch, permutation } = this.#options
    const stream = (epoch * ROUNDS + this.#round) % 2 ** 32
    const order = await permutation(places.length, seed, stream)
    this.#order = order.map(position => places[position] ?? 0)
    this.#given = 0
    // All that is left, once the stream has ended.
    this.#end = filled < free.length ? places.length : Math.ceil(places.length / 2)
    this.#round += 1
  }
}

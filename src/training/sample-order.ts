// The order in which an epoch takes its samples.
import type { Arena } from '../wasm/arena.ts'
import type { I32Buffer } from '../wasm/buffer.ts'
import type { Runtime } from '../wasm/runtime.ts'

export class SampleOrder {
  readonly #runtime: Runtime
  readonly #indices: Int32Array
  readonly #order: I32Buffer
  readonly #words: I32Buffer

  /** At first the order of the indices. */
  constructor(runtime: Runtime, arena: Arena, indices: Int32Array) {
    this.#runtime = runtime
    this.#indices = indices
    this.#order = arena.i32(indices.length)
    this.#order.view.set(indices)
    this.#words = arena.i32(4)
  }

  /** An order that depends only on the seed and the epoch. */
  shuffle(seed: number, epoch: number): void {
    const { pointer, length, view } = this.#order
    view.set(this.#indices)
    this.#runtime.kernels.shuffle(pointer, length, seed, epoch, this.#words.pointer)
  }

  /** The indices of the samples at positions `begin` to `begin + count − 1`. */
  slice(begin: number, count: number): Int32Array {
    return this.#order.view.subarray(begin, begin + count)
  }
}

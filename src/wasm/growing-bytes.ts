// Bytes in linear memory, as many as have come: a promise of gigabytes takes no room. Linear memory never shrinks.
import type { Arena } from './arena.ts'
import type { U8Buffer } from './buffer.ts'

/** Bytes that grow. Those that were not written yet have any value. */
export class GrowingBytes {
  readonly #arena: Arena
  #buffer: U8Buffer

  /** The arena owns the bytes, before and after they grow. */
  constructor(arena: Arena) {
    this.#arena = arena
    this.#buffer = arena.u8(0)
  }

  /** As it stands: another one after the next `reserve`. */
  get buffer(): U8Buffer {
    return this.#buffer
  }

  get bytes(): Uint8Array {
    return this.#buffer.view
  }

  /** Makes room for so many bytes. Those that are there stay. Throws {@link AllocationError}. */
  reserve(bytes: number): void {
    const { pointer, length } = this.#buffer
    // The freed block joins the free memory behind it, where there mostly is some: then the same place fits again.
    this.#buffer.free()
    this.#buffer = this.#arena.scratch(bytes)
    if (this.#buffer.pointer === pointer) return
    const all = new Uint8Array(this.bytes.buffer)
    all.copyWithin(this.#buffer.pointer, pointer, pointer + length)
  }
}

// Buffers that belong together and are freed together.
import type { Buffer, BufferView, F32Buffer, I32Buffer, U8Buffer } from './buffer.ts'
import type { LinearMemory } from './memory.ts'

/** Allocates in linear memory and remembers what it gave, so that one call frees all, even half-way through a plan. */
export class Arena {
  readonly #memory: LinearMemory
  readonly #buffers: Buffer<BufferView>[] = []

  constructor(memory: LinearMemory) {
    this.#memory = memory
  }

  f32(length: number): F32Buffer {
    return this.#keep(this.#memory.f32(length))
  }

  u8(length: number): U8Buffer {
    return this.#keep(this.#memory.u8(length))
  }

  i32(length: number): I32Buffer {
    return this.#keep(this.#memory.i32(length))
  }

  /** Bytes that need not be zero. */
  scratch(bytes: number): U8Buffer {
    return this.#keep(this.#memory.scratch(bytes))
  }

  free(): void {
    for (const buffer of this.#buffers.splice(0)) buffer.free()
  }

  #keep<B extends Buffer<BufferView>>(buffer: B): B {
    this.#buffers.push(buffer)
    return buffer
  }
}

const forgotten = new FinalizationRegistry<Pick<Arena, 'free'>>(arena => arena.free())

/** Frees the arena when `owner`, which the arena must not refer to, is garbage; freeing it before is harmless. */
export function freeWithOwner(owner: object, arena: Pick<Arena, 'free'>): void {
  forgotten.register(owner, arena)
}

// Numbers whose count is known at their end.
import { allocate } from '../allocate.ts'
import { inWords } from '../bytes-in-words.ts'
import type { Steps } from './steps.ts'

/** Numbers in a part: a megabyte, which is copied in a fraction of a millisecond. The first part is smaller. */
const PART = 2 ** 18

type Elements = Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>

/** An array that grows by parts, none of which is copied before the end. */
export class GrowingNumbers<Numbers extends Elements> {
  readonly #Numbers: new (
    length: number,
  ) => Numbers
  readonly #parts: Numbers[] = []
  /** The last part, and how much of it is used. */
  #part: Numbers
  #used = 0
  #length = 0

  constructor(Numbers: new (length: number) => Numbers) {
    this.#Numbers = Numbers
    this.#part = new Numbers(0)
  }

  push(values: ArrayLike<number>): void {
    if (this.#used + values.length > this.#part.length) this.#grow(values.length)
    this.#part.set(values, this.#used)
    this.#used += values.length
    this.#length += values.length
  }

  #grow(length: number): void {
    if (this.#used > 0) this.#parts.push(this.#part.subarray(0, this.#used) as Numbers)
    const room = Math.max(length, Math.min(PART, Math.max(1024, this.#length)))
    this.#part = this.#allocate(room)
    this.#used = 0
  }

  #allocate(length: number): Numbers {
    return allocate(
      () => new this.#Numbers(length),
      () =>
        `there is no room for ${inWords(8 * (this.#length + length))}: read the file in parts, by streamCsv`,
    )
  }

  /** All of them. The parts are given up. */
  *take(): Steps<Numbers> {
    const whole = this.#allocate(this.#length)
    this.#parts.push(this.#part.subarray(0, this.#used) as Numbers)
    let at = 0
    for (const part of this.#parts.splice(0)) {
      whole.set(part, at)
      at += part.length
      yield
    }
    return whole
  }
}

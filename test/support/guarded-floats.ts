// Floats in linear memory with canaries all around: words whose loss shows that a kernel wrote where it must not, and
// which, being NaN, poison every result that was computed from what a kernel must not read.
import type { F32Buffer, Kernels } from '../../src/kernels/index.ts'

/** Quiet NaNs that no arithmetic gives, as i32, each region's another: a product of one would be the same. */
let canary = 0x7fc0dead
/** Floats before and behind the region: more than any kernel's tile. */
const MARGIN = 32

/** One region at a time, with a mirror outside linear memory that holds what was uploaded. */
export class GuardedFloats {
  readonly #whole: F32Buffer
  readonly #floats: Float32Array
  readonly #words: Int32Array
  readonly #canary = canary++
  #start = 0
  #end = 0

  constructor(kernels: Pick<Kernels, 'f32'>, capacity: number) {
    this.#whole = kernels.f32(capacity + 2 * MARGIN + 3)
    this.#floats = new Float32Array(this.#whole.length)
    this.#words = new Int32Array(this.#floats.buffer)
  }

  /**
   * Begins anew with a region of `length` canaries, `shift` (0–3) floats past a multiple of 16 bytes. Returns it in the
   * mirror: write what it shall hold, then upload.
   */
  reset(length: number, shift: number): Float32Array {
    this.#start = MARGIN + shift
    this.#end = this.#start + length
    this.#words.fill(this.#canary, 0, this.#end + MARGIN)
    return this.#floats.subarray(this.#start, this.#end)
  }

  /** Copies region and margins into linear memory. */
  upload(): F32Buffer {
    this.#stored.set(this.#words.subarray(0, this.#end + MARGIN))
    return this.#whole.subarray(this.#start, this.#end)
  }

  /** The region as it stands in linear memory now. */
  get result(): Float32Array {
    return this.#whole.view.subarray(this.#start, this.#end)
  }

  /** Words that differ from what was uploaded, leaving out those of a rows × columns matrix at the region's start. */
  changedOutside(rows = 0, columns = 0, ld = columns): number {
    const stored = this.#stored
    let changed = 0
    for (let i = 0; i < this.#end + MARGIN; i++) {
      if (stored[i] === this.#words[i]) continue
      const index = i - this.#start
      const inside = index >= 0 && index < rows * ld && index % ld < columns
      if (!inside) changed++
    }
    return changed
  }

  get #stored(): Int32Array {
    const { view } = this.#whole
    return new Int32Array(view.buffer, view.byteOffset, view.length)
  }
}

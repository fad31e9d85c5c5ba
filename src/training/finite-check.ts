// Whether all elements of a vector are finite.
import type { Arena } from '../wasm/arena.ts'
import type { F32Buffer } from '../wasm/buffer.ts'
import type { Runtime } from '../wasm/runtime.ts'

/** Plans a check whether the first `length` elements of a vector, all unless given, are finite. */
export function finiteCheck(
  { kernels }: Runtime,
  arena: Arena,
): (vector: F32Buffer, length?: number) => boolean {
  const zero = arena.f32(1)
  return ({ pointer, length: all }, length = all) =>
    // Σ x² is finite where every x is, unless they are large.
    Number.isFinite(kernels.sdot(length, pointer, 1, pointer, 1)) ||
    // Σ x·0 is 0, or NaN where an x is not finite. The increment of 0 reads the one 0 repeatedly, which is slow.
    kernels.sdot(length, pointer, 1, zero.pointer, 0) === 0
}

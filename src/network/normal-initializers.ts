// Initial parameters from a normal distribution, and orthogonal ones.
import type { F32Buffer } from '../wasm/buffer.ts'
import type { Runtime } from '../wasm/runtime.ts'
import type { Distribution, Draw } from './initializers.ts'

/** Fills x from a distribution with a standard deviation or a gain. Throws {@link AllocationError}. */
export function drawNormals(
  { kernels, memory }: Runtime,
  { pointer, length }: F32Buffer,
  { standardDeviation, tail = 0, gain }: Distribution,
  { layer, inputs, seed, stream }: Draw,
): void {
  if (standardDeviation !== undefined) {
    kernels.randomNormal(pointer, length, 0, standardDeviation, tail, seed, stream)
  }
  if (gain === undefined) return
  const { units } = layer
  if (inputs <= units) {
    kernels.randomNormal(pointer, length, 0, 1, 0, seed, stream)
    kernels.orthonormalize(pointer, inputs, units, gain)
    return
  }
  const transposed = memory.f32(length)
  kernels.randomNormal(transposed.pointer, length, 0, 1, 0, seed, stream)
  kernels.orthonormalize(transposed.pointer, units, inputs, gain)
  kernels.transpose(transposed.pointer, pointer, units, inputs)
  transposed.free()
}

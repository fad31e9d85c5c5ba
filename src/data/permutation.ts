// Random orders.
import { Arena } from '../wasm/arena.ts'
import type { Runtime } from '../wasm/runtime.ts'

/** 0 to length − 1 in an order that depends on seed and stream. */
export function permutation(
  { memory, kernels }: Runtime,
  length: number,
  seed: number,
  stream: number,
): Int32Array {
  const arena = new Arena(memory)
  try {
    const order = arena.i32(length)
    order.view.forEach((_, i, view) => {
      view[i] = i
    })
    kernels.shuffle(order.pointer, length, seed, stream, arena.i32(4).pointer)
    return order.view.slice()
  } finally {
    arena.free()
  }
}

// Whether a network's outputs are certainly finite, by norms: several times as fast as computing them.

import type { ForwardPass } from '../network/forward.ts'
import type { Batch } from '../network/stages/stage.ts'
import type { F32Buffer } from '../wasm/buffer.ts'

/** Outputs below it have finite squares, and finite sums of these. */
const LARGEST = 1e15

/**
 * Whether the parameters, and the outputs and losses for the last loaded batch, are finite. False where that is
 * uncertain: the norms are large, or not all layers are dense.
 *
 * For a layer, ‖X·W + b‖ ≤ ‖X‖·‖W‖ + √rows·‖b‖ in Frobenius norms, and |h(a)| ≤ gain·|a| + 1.
 */
export function isBounded({ stages, input, plan }: ForwardPass, { rows, format }: Batch): boolean {
  const { sdot } = plan.runtime.kernels
  const norm = ({ pointer, length }: F32Buffer, count = length) =>
    Math.sqrt(sdot(count, pointer, 1, pointer, 1))
  // Sparse batches are bytes, which count as 0–1.
  let bound = format === 'sparse' ? Math.sqrt(rows * input.size) : norm(input.dense, rows * input.size)
  for (const { layer, output } of stages) {
    if (layer.layer.kind !== 'dense') return false
    const { weights, bias, units } = layer
    const gain = Math.max(2, Math.abs(output.slope))
    bound = gain * (bound * norm(weights) + Math.sqrt(rows) * norm(bias)) + Math.sqrt(rows * units)
  }
  return rows > 0 && bound < LARGEST
}

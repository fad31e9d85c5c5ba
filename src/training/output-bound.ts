// Whether a network's outputs can be anything but finite, by norms: several times as fast as computing them.

import type { ForwardPass } from '../network/forward.ts'
import type { Batch } from '../network/stages/stage.ts'
import type { F32Buffer } from '../wasm/buffer.ts'

/** Outputs below it have finite squares, and sums of these. */
const LARGEST = 1e15

/**
 * Whether the parameters are finite and give outputs that are, and losses, for the batch that was loaded last. False where
 * that is not certain: the norms are large, or there are other layers than dense ones.
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

// Matrices of weights in fewer bits: 16-bit floats, or 8-bit whole numbers with a scale for each unit.
import { describeValue } from '../describe-value.ts'
import { ArgumentError } from '../errors.ts'

/** The type of dense layers' weights in a file: 32-bit floats, 16-bit floats, or 8-bit whole numbers. */
export type WeightType = 'f32' | 'f16' | 'int8'

/** All of {@link WeightType}. */
export const weightTypes: readonly WeightType[] = Object.freeze(['f32', 'f16', 'int8'])

/** The largest 8-bit number in use. −128 is unused, so the range is symmetric. */
const MAX = 127

/** A matrix in 8-bit numbers, and each unit's factor. */
export interface Int8Matrix {
  readonly values: Int8Array<ArrayBuffer>
  readonly scales: Float32Array<ArrayBuffer>
}

/** Throws {@link ArgumentError} for an unknown type. */
export function checkWeightType(weights: WeightType): void {
  if (weightTypes.includes(weights)) return
  throw new ArgumentError(`weights is ${describeValue(weights)}, expected one of ${weightTypes.join(', ')}`)
}

/**
 * Symmetric quantisation, unit by unit: value = round(weight / scale) with scale = max |weight| / 127. So value · scale
 * differs from the weight by at most half a scale. `run` is how many elements of a unit lie side by side: all of them
 * where units are rows, 1 where they are columns. Throws {@link ArgumentError}
 * for a weight that is not finite; `what` is for the message.
 *
 * Source: R. Krishnamoorthi, "Quantizing deep convolutional networks for efficient inference", 2018, section 2.2.
 */
export function quantize(matrix: Float32Array, units: number, run: number, what: string): Int8Matrix {
  const scales = new Float32Array(units)
  for (let begin = 0, unit = 0; begin < matrix.length; begin += run, unit = (unit + 1) % units) {
    for (let i = begin; i < begin + run; ++i) {
      const size = Math.abs(matrix[i] ?? 0)
      if (!Number.isFinite(size)) {
        throw new ArgumentError(`${what} has ${matrix[i]}, which 8 bits cannot hold: expected finite numbers`)
      }
      if (size > (scales[unit] ?? 0)) scales[unit] = size
    }
  }
  for (const [unit, largest] of scales.entries()) scales[unit] = largest / MAX
  const values = new Int8Array(matrix.length)
  for (let begin = 0, unit = 0; begin < matrix.length; begin += run, unit = (unit + 1) % units) {
    const scale = scales[unit] || 1 // weights that are all 0, or all but
    for (let i = begin; i < begin + run; ++i) {
      values[i] = Math.max(-MAX, Math.min(MAX, Math.round((matrix[i] ?? 0) / scale)))
    }
  }
  return { values, scales }
}

// Matrices of weights in fewer bits: 16-bit floats, or 8-bit whole numbers with a scale for each unit.
import { describeValue } from '../describe-value.ts'
import { ArgumentError } from '../errors.ts'

/** How the weights of dense layers are kept in a file: as they are, as 16-bit floats, or as 8-bit whole numbers. */
export type WeightType = 'f32' | 'f16' | 'int8'

/** All of {@link WeightType}. */
export const weightTypes: readonly WeightType[] = Object.freeze(['f32', 'f16', 'int8'])

/** The largest 8-bit number that is used: −128 is not, so that the range is symmetric. */
const MAX = 127

/** 8-bit numbers of a matrix, and what each one of a unit is to be multiplied by. */
export interface Int8Matrix {
  readonly values: Int8Array<ArrayBuffer>
  readonly scales: Float32Array<ArrayBuffer>
}

/** Throws {@link ArgumentError} unless weights can be kept so. */
export function checkWeightType(weights: WeightType): void {
  if (weightTypes.includes(weights)) return
  throw new ArgumentError(`weights is ${describeValue(weights)}, expected one of ${weightTypes.join(', ')}`)
}

/**
 * Symmetric quantisation, unit by unit: value = round(weight / scale) with scale = max |weight| / 127, so that
 * value · scale is at most half a scale away from the weight. `unitOf` says whose unit's an element is. Throws
 * {@link ArgumentError} where a weight is no finite number; `what` is for the message.
 *
 * Source: R. Krishnamoorthi, "Quantizing deep convolutional networks for efficient inference", 2018, section 2.2.
 */
export function quantize(
  matrix: Float32Array,
  units: number,
  unitOf: (i: number) => number,
  what: string,
): Int8Matrix {
  const scales = new Float32Array(units)
  for (const [i, weight] of matrix.entries()) {
    const unit = unitOf(i)
    if (!Number.isFinite(weight)) {
      throw new ArgumentError(
        `${what} has ${weight}, which no 8-bit number can stand for: expected finite ones`,
      )
    }
    scales[unit] = Math.max(scales[unit] ?? 0, Math.abs(weight))
  }
  for (const [unit, largest] of scales.entries()) scales[unit] = largest / MAX
  const values = Int8Array.from(matrix, (weight, i) => {
    const scale = scales[unitOf(i)] || 1 // weights that are all 0, or all but
    return Math.max(-MAX, Math.min(MAX, Math.round(weight / scale)))
  })
  return { values, scales }
}

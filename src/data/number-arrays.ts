// Typed arrays of every kind, as floats.
import { arrayKindOf, isFloat32Array } from '../brands.ts'
import { kindOf } from '../describe-value.ts'

export { kindOf }

/** Any typed array of numbers. */
export type NumberArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint8ClampedArray
  | Uint16Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array

/** Numbers by rows, or flat with a separate row length. They are kept in single precision. */
export type Matrix = NumberArray | readonly (readonly number[] | NumberArray)[]

/** Whether it is a typed array. */
export const isNumberArray = (value: unknown): value is NumberArray => arrayKindOf(value) !== undefined

/** Whether it is a typed array of bytes, 0–255. */
export const isBytes = (value: unknown): value is Uint8Array | Uint8ClampedArray =>
  arrayKindOf(value)?.startsWith('Uint8') ?? false

/** Whether its elements are bigints, like those of 64-bit integers. */
export const isBigInts = (value: unknown): value is BigInt64Array | BigUint64Array =>
  arrayKindOf(value)?.startsWith('Big') ?? false

/** The numbers in single precision: the array itself if it is a Float32Array, otherwise a copy. */
export function toFloats(values: NumberArray): Float32Array {
  if (isFloat32Array(values)) return values
  if (!isBigInts(values)) return new Float32Array(values as Float64Array)
  const floats = new Float32Array(values.length)
  for (let i = 0; i < floats.length; ++i) floats[i] = Number(values[i])
  return floats
}

// Tensors as safetensors knows them: their element types, their sizes and their values as 32-bit floats.
// Files are little-endian, and so is every host that this package runs on: elements are copied as they stand,
// never swapped.
import { ELEMENTS_PER_STEP, finish, type Steps } from '../data/steps.ts'
import { FormatError } from '../errors.ts'
import { fromBfloat16, fromFloat16 } from '../float16.ts'

/** Bits of an element, and the array that a tensor of the type is read into. */
export const DTYPES = {
  BOOL: { bits: 8, View: Uint8Array },
  F4: { bits: 4, View: Uint8Array },
  F6_E2M3: { bits: 6, View: Uint8Array },
  F6_E3M2: { bits: 6, View: Uint8Array },
  U8: { bits: 8, View: Uint8Array },
  I8: { bits: 8, View: Int8Array },
  F8_E5M2: { bits: 8, View: Uint8Array },
  F8_E4M3: { bits: 8, View: Uint8Array },
  F8_E8M0: { bits: 8, View: Uint8Array },
  F8_E4M3FNUZ: { bits: 8, View: Uint8Array },
  F8_E5M2FNUZ: { bits: 8, View: Uint8Array },
  I16: { bits: 16, View: Int16Array },
  U16: { bits: 16, View: Uint16Array },
  F16: { bits: 16, View: Uint16Array },
  BF16: { bits: 16, View: Uint16Array },
  I32: { bits: 32, View: Int32Array },
  U32: { bits: 32, View: Uint32Array },
  F32: { bits: 32, View: Float32Array },
  C64: { bits: 64, View: Uint8Array },
  F64: { bits: 64, View: Float64Array },
  I64: { bits: 64, View: BigInt64Array },
  U64: { bits: 64, View: BigUint64Array },
} as const

/** An element type, by the name that safetensors gives it. */
export type Dtype = keyof typeof DTYPES

type DtypeView<D extends Dtype> = InstanceType<(typeof DTYPES)[D]['View']>

/**
 * A tensor read from a file: row-major, `shape` outermost dimension first, `[]` for a scalar. `data` is an
 * array of its own: the typed array of the same name where JavaScript has one (`I64` as `BigInt64Array`), the
 * bits of each element as `Uint16Array` for `F16` and `BF16`, and the raw bytes for all others.
 */
export type Tensor<D extends Dtype = Dtype> = {
  [Name in D]: { dtype: Name; shape: number[]; data: DtypeView<Name> }
}[D]

/**
 * A tensor's elements as 32-bit floats, row-major. `F32` gives the tensor's own array; `F16` and `BF16`
 * convert exactly; `F64` rounds to nearest, to ±Infinity beyond the range. Throws {@link FormatError} for any
 * other type.
 *
 * @example
 * const { tensors } = readSafetensors(bytes)
 * const bias = tensors.get('0.bias')
 * if (bias) console.log(toFloat32(bias)) // Float32Array(512) [ … ]
 *
 * Source: IEEE 754-2019, binary16; BF16 is the upper half of binary32.
 */
export function toFloat32(tensor: Tensor): Float32Array {
  switch (tensor.dtype) {
    case 'F32':
      return tensor.data
    case 'F64':
      return new Float32Array(tensor.data)
    case 'BF16':
      return fromBfloat16(tensor.data)
    case 'F16':
      return fromFloat16(tensor.data)
    default:
      throw new FormatError(
        `safetensors: cannot convert ${tensor.dtype} to 32-bit floats, expected F16, BF16, F32 or F64`,
      )
  }
}

/**
 * Product of the dimensions; undefined where a dimension or a step of the product is not a safe integer ≥ 0.
 */
export function elementCount(shape: readonly number[]): number | undefined {
  let product = 1
  for (const dimension of shape) {
    product *= dimension
    if (!Number.isSafeInteger(dimension) || dimension < 0 || !Number.isSafeInteger(product)) return undefined
  }
  return product
}

/** As {@link toFloat32}, step by step. */
export function* toFloat32InSteps(tensor: Tensor): Steps<Float32Array> {
  const { dtype, data } = tensor
  if (dtype !== 'F16' && dtype !== 'BF16' && dtype !== 'F64') return toFloat32(tensor)
  const floats = new Float32Array(data.length)
  for (let at = 0; at < data.length; at += ELEMENTS_PER_STEP) {
    const some = { dtype, shape: [], data: data.subarray(at, at + ELEMENTS_PER_STEP) } as Tensor
    putBits(toFloat32(some), floats, at)
    yield
  }
  return floats
}

/** Not as numbers: an engine may change the payload of a NaN. */
function putBits(floats: Float32Array, room: Float32Array, at: number): void {
  const bits = new Uint32Array(floats.buffer, floats.byteOffset, floats.length)
  new Uint32Array(room.buffer, room.byteOffset, room.length).set(bits, at)
}

/**
 * Refuses weights that are not finite: such a network predicts nothing. Throws {@link FormatError} with what they are
 * called and the place of the first, by its indices. They are row-major, of that shape.
 */
export const expectFinite = (weights: Float32Array, shape: readonly number[], name: string): void =>
  finish(expectFiniteInSteps(weights, shape, name))

/** As {@link expectFinite}, step by step. */
export function* expectFiniteInSteps(
  weights: Float32Array,
  shape: readonly number[],
  name: string,
): Steps<void> {
  for (let begin = 0; begin < weights.length; begin += ELEMENTS_PER_STEP) {
    const end = Math.min(begin + ELEMENTS_PER_STEP, weights.length)
    const at = firstNotFinite(weights, begin, end)
    if (at < end) throw notFinite(weights[at], at, shape, name)
    yield
  }
}

/** `end` where all are finite. */
function firstNotFinite(weights: Float32Array, begin: number, end: number): number {
  for (let i = begin; i < end; ++i) if (!Number.isFinite(weights[i])) return i
  return end
}

function notFinite(
  value: number | undefined,
  position: number,
  shape: readonly number[],
  name: string,
): FormatError {
  let at = position
  const place = [...shape].reverse().map(size => {
    const index = at % size
    at = (at - index) / size
    return index
  })
  return new FormatError(
    `${name} has ${value} at [${place.reverse().join(', ')}]: expected numbers that are finite in 32 bits`,
  )
}

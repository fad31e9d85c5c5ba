// Tensors of ONNX as constants: floats of every width as 32-bit floats, whole numbers as numbers.
//
// Source: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto, TensorProto.
import { isFloat32Array } from '../brands.ts'
import { finish } from '../data/steps.ts'
import { FormatError } from '../errors.ts'
import { transpose } from '../files/matrix-order.ts'
import { elementCount } from '../files/safetensors-tensor.ts'
import { fromBfloat16, fromFloat16 } from '../float16.ts'
import type { NumberList, OnnxTensor } from './onnx-messages.ts'
import { TENSOR_TYPES } from './onnx-types.ts'

/** The elements of a constant: in a typed array wherever there can be many. */
type Numbers = readonly number[] | Float32Array | Float64Array | Int32Array | Int8Array | Uint8Array

/** A constant, row-major; `[]` for a scalar. */
export interface Constant {
  readonly dims: readonly number[]
  readonly kind: 'floats' | 'integers'
  readonly data: Numbers
}

const MAX_DIMENSIONS = 8

/** The constant in a tensor. Throws {@link FormatError} where it is incomplete, in another file, or of another type. */
export function toConstant(tensor: OnnxTensor): Constant {
  if (tensor.location === 1 || tensor.externalData.length > 0) {
    throw new FormatError('its data are in another file: save the model without external data')
  }
  if (tensor.segment) throw new FormatError('its data are a segment, expected all of them')
  const dims = shapeOf(tensor)
  const count = dims.length <= MAX_DIMENSIONS ? elementCount(dims) : undefined
  if (count === undefined) {
    throw new FormatError(
      `its shape is [${dims}], expected up to ${MAX_DIMENSIONS} dimensions, each 0 or more, ` +
        'of fewer than 2⁵³ elements',
    )
  }
  const { kind, data } = elementsOf(tensor, count)
  return { dims, kind, data }
}

/** Its dimensions, cut off beyond the number that is read. */
function shapeOf({ dims }: OnnxTensor): number[] {
  const shape: number[] = []
  for (const size of dims.slice(0, MAX_DIMENSIONS + 1)) shape.push(size)
  return shape
}

function elementsOf(tensor: OnnxTensor, count: number): Pick<Constant, 'kind' | 'data'> {
  const { type, raw, floats, doubles, ints32, ints64 } = tensor
  // A copy is aligned to its elements' size.
  const bytes = (size: number) => rawBytes(raw, size * count)
  switch (type) {
    case TENSOR_TYPES.float:
      return floatsOf(raw ? new Float32Array(bytes(4)) : new Float32Array(listed(floats, count)))
    case TENSOR_TYPES.double:
      return floatsOf(new Float32Array(raw ? new Float64Array(bytes(8)) : listed(doubles, count)))
    case TENSOR_TYPES.float16:
      return floatsOf(fromFloat16(new Uint16Array(raw ? bytes(2) : listed(ints32, count))))
    case TENSOR_TYPES.bfloat16:
      return floatsOf(fromBfloat16(new Uint16Array(raw ? bytes(2) : listed(ints32, count))))
    case TENSOR_TYPES.int8:
      return { kind: 'integers', data: raw ? new Int8Array(bytes(1)) : listed(ints32, count) }
    case TENSOR_TYPES.uint8:
    case TENSOR_TYPES.bool:
      return { kind: 'integers', data: raw ? new Uint8Array(bytes(1)) : listed(ints32, count) }
    case TENSOR_TYPES.int32:
      return { kind: 'integers', data: raw ? new Int32Array(bytes(4)) : listed(ints32, count) }
    case TENSOR_TYPES.int64:
      return {
        kind: 'integers',
        data: raw ? wholeNumbers(new BigInt64Array(bytes(8))) : listed(ints64, count),
      }
    default:
      throw new FormatError(
        `its elements are of type ${type}, expected one of ${Object.keys(TENSOR_TYPES).join(', ')}`,
      )
  }
}

/** Beyond ±2⁵³ they are rounded. */
function wholeNumbers(integers: BigInt64Array): Float64Array {
  const numbers = new Float64Array(integers.length)
  for (let i = 0; i < numbers.length; ++i) numbers[i] = Number(integers[i])
  return numbers
}

const floatsOf = (data: Float32Array) => ({ kind: 'floats', data }) as const

function rawBytes(raw: Uint8Array | undefined, expected: number): ArrayBuffer {
  if (raw?.length !== expected) {
    throw new FormatError(`it has ${raw?.length} bytes of data, expected ${expected} for its shape`)
  }
  return new Uint8Array(raw).buffer
}

function listed(numbers: NumberList, expected: number): NumberList {
  if (numbers.length === expected) return numbers
  throw new FormatError(`it has ${numbers.length} elements, expected ${expected} for its shape`)
}

/** The number in a constant that has one element. Throws {@link FormatError}. */
export function scalarOf({ data, dims }: Constant): number {
  const [value] = data
  if (value !== undefined && data.length === 1) return value
  throw new FormatError(`a constant is [${dims}], expected one number`)
}

/** The floats of a constant that is one number, or a row whose other dimensions are 1. Throws {@link FormatError}. */
export function rowOf(constant: Constant): Float32Array {
  const { dims } = constant
  if (dims.slice(0, -1).some(size => size !== 1)) {
    throw new FormatError(`a constant is [${dims}], expected one row of numbers`)
  }
  return floatsIn(constant)
}

/** The floats of a constant. Throws {@link FormatError} where it holds whole numbers. */
export function floatsIn({ kind, data, dims }: Constant): Float32Array {
  if (kind === 'floats' && isFloat32Array(data)) return data
  throw new FormatError(`a constant of [${dims}] has whole numbers, expected floats`)
}

/** columns × rows from rows × columns. Throws {@link FormatError} unless the constant is a matrix. */
export function transposed(constant: Constant): Constant {
  const [rows, columns] = matrixDims(constant)
  const data = finish(transpose(floatsIn(constant), rows, columns))
  return { dims: [columns, rows], kind: 'floats', data }
}

/** Rows and columns of a matrix, neither 0. Throws {@link FormatError}. */
export function matrixDims({ dims }: Constant): [rows: number, columns: number] {
  const [rows, columns] = dims
  if (rows && columns && dims.length === 2) return [rows, columns]
  throw new FormatError(`the weights are [${dims}], expected a matrix`)
}

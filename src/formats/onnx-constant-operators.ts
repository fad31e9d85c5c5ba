// What operators compute from constants alone: weights that are transposed, cast or quantised, and shapes of a Reshape.
//
// Source: https://onnx.ai/onnx/operators

import { FormatError } from '../errors.ts'
import { shapeText, wordOf } from '../quote-names.ts'
import { type Constant, floatsIn, scalarOf, toConstant, transposed } from './onnx-constants.ts'
import type { OnnxNode } from './onnx-messages.ts'
import { attributeValue, type Operation } from './onnx-operation.ts'
import { TENSOR_TYPES, VALUE_TYPES } from './onnx-types.ts'

/**
 * What each operator computes from constants. Lists of a few whole numbers are shapes; one of length 1 counts as a
 * number.
 */
export const CONSTANT_OPERATIONS: Readonly<Record<string, (operation: Operation) => Constant>> = {
  Identity: operation => operation.constant(0),
  Cast: cast,
  Transpose: operation => {
    const order = operation.ints('perm') ?? [1, 0]
    if (String(order) !== '1,0') throw new FormatError(`perm is ${shapeText(order)}, expected [1, 0]`)
    const matrix = operation.constant(0)
    operation.network.spend(matrix.data.length)
    return transposed(matrix)
  },
  DequantizeLinear: dequantized,
  Gather: operation => {
    operation.expect('axis', operation.int('axis', 0), 0)
    const data = integersOf(operation.constant(0))
    const index = scalarOf(operation.constant(1))
    const value = data[index < 0 ? index + data.length : index]
    if (value === undefined) throw new FormatError(`it takes element ${index} of ${data.length}`)
    return { dims: operation.constant(1).dims, kind: 'integers', data: [value] }
  },
  Unsqueeze: onFirstAxis,
  Squeeze: onFirstAxis,
  Reshape: operation => integers(integersOf(operation.constant(0))),
  Concat: operation => {
    operation.expect('axis', operation.int('axis', 0), 0, -1)
    const data = operation.inputs.flatMap((_, place) => integersOf(operation.constant(place)))
    if (data.length > MAX_INTEGERS) throw new FormatError(`it joins ${data.length} numbers`)
    return integers(data)
  },
}

/** A number becomes a list of one, or such a list a number: the same here. */
function onFirstAxis(operation: Operation): Constant {
  // An input since version 13 of the operators.
  const axes = operation.ints('axes') ?? operation.optional(1)?.data
  if (axes && !(axes.length === 1 && (axes[0] === 0 || axes[0] === -1))) {
    throw new FormatError(`axes is ${shapeText(axes)}, expected [0] or [-1]`)
  }
  return integers(integersOf(operation.constant(0)))
}

function cast(operation: Operation): Constant {
  const constant = operation.constant(0)
  const to = operation.int('to', 0)
  if (constant.kind === 'floats' && VALUE_TYPES.includes(to)) return constant
  operation.expect('to', to, ...VALUE_TYPES, TENSOR_TYPES.int64)
  operation.network.spend(constant.data.length)
  return to === TENSOR_TYPES.int64
    ? { ...constant, kind: 'integers', data: new Float64Array(constant.data).map(Math.trunc) }
    : { ...constant, kind: 'floats', data: new Float32Array(constant.data) }
}

/** (x − zero point) · scale, with one scale and zero point for all, or one for each element along an axis. */
function dequantized(operation: Operation): Constant {
  const { dims, data, kind } = operation.constant(0)
  operation.network.spend(data.length)
  const scales = floatsIn(operation.constant(1))
  const zeros = operation.optional(2)?.data ?? [0]
  operation.expect('block_size', operation.int('block_size', 0), 0)
  // 0: the type of the scales.
  operation.expect('output_dtype', operation.int('output_dtype', 0), 0, ...VALUE_TYPES)
  if (kind !== 'integers') throw new FormatError('it has floats, expected whole numbers of 8 bits')
  const axis = operation.int('axis', 1)
  const place = axis < 0 ? axis + dims.length : axis
  const length = scales.length === 1 ? 1 : dims[place]
  if (length !== scales.length || (zeros.length !== 1 && zeros.length !== length)) {
    throw new FormatError(
      `there are ${scales.length} scales and ${zeros.length} zero points for a tensor of [${dims}] along axis ${axis}`,
    )
  }
  const stride = dims.slice(place + 1).reduce((product, size) => product * size, 1)
  const result = new Float32Array(data.length)
  for (let i = 0; i < result.length; ++i) {
    const along = length === 1 ? 0 : Math.floor(i / stride) % length
    result[i] = ((data[i] ?? 0) - (zeros[zeros.length === 1 ? 0 : along] ?? 0)) * (scales[along] ?? 0)
  }
  return { dims, kind: 'floats', data: result }
}

/** The longest list of whole numbers that is built: a shape. */
const MAX_INTEGERS = 8

/** The size of a batch in a shape. It is unknown, like −1 in a new shape. */
export const BATCH = -1

/** The shape of a batch of samples, or part of it. Later nodes split and join it for a Reshape. */
export function shape(operation: Operation, sizes: readonly (number | undefined)[]): Constant {
  const whole = [BATCH, ...sizes.map(size => size ?? Number.NaN)]
  // Negative indices count from the end, and those past it mean the end, as in slice().
  return integers(whole.slice(operation.int('start', 0), operation.int('end', whole.length)))
}

const integers = (data: readonly number[]): Constant => ({ dims: [data.length], kind: 'integers', data })

function integersOf(constant: Constant): readonly number[] {
  if (constant.kind === 'integers' && constant.data.length <= MAX_INTEGERS) return Array.from(constant.data)
  throw new FormatError(`a constant of [${constant.dims}] is not a list of a few whole numbers`)
}

/** What a Constant holds. */
export function constantNode(node: OnnxNode | undefined): Constant {
  const attributes = node?.attributes ?? []
  const [attribute] = attributes
  const found = attributes.slice(0, 3).map(({ name = '' }) => wordOf(name))
  if (!attribute || attributes.length > 1) throw otherConstant(found)
  switch (attribute.name) {
    case 'value':
      if (attribute.tensor) return toConstant(attribute.tensor)
      break
    case 'value_float':
      return { dims: [], kind: 'floats', data: Float32Array.of(attributeValue(attribute, 'float')) }
    case 'value_floats': {
      const { floats } = attribute
      return { dims: [floats.length], kind: 'floats', data: new Float32Array(floats) }
    }
    case 'value_int':
      return { dims: [], kind: 'integers', data: [attributeValue(attribute, 'int')] }
    case 'value_ints':
      return { dims: [attribute.ints.length], kind: 'integers', data: attribute.ints }
  }
  throw otherConstant(found)
}

const otherConstant = (found: readonly string[]) =>
  new FormatError(
    `it holds ${found.join(', ') || 'nothing'}, expected one of value, value_float, value_floats, value_int, value_ints`,
  )

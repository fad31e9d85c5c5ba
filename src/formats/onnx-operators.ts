// What each operator of ONNX adds to a network. An operator here takes the values that the layer before gave, and constants.
//
// Source: https://onnx.ai/onnx/operators
import { FormatError } from '../errors.ts'
import type { ActivationName } from '../kernels/activation-kinds.ts'
import type { ImportedNetwork } from './imported-network.ts'
import { type Constant, floatsIn, matrixDims, rowOf, scalarOf, transposed } from './onnx-constants.ts'
import type { OnnxAttribute } from './onnx-messages.ts'
import { ATTRIBUTE_TYPES, VALUE_TYPES } from './onnx-types.ts'

/** A node, as an operator sees it. Every method throws {@link FormatError} for what is not as it should be. */
export class Operation {
  readonly network: ImportedNetwork
  /** Whether the input at each place is the layer before's, a constant, or left out. */
  readonly inputs: readonly ('value' | Constant | undefined)[]
  /** The version of the operators. */
  readonly opset: number
  /** The samples in a batch, where the file fixes them. */
  readonly batch: number | undefined
  readonly #attributes: ReadonlyMap<string, OnnxAttribute>

  constructor(
    network: ImportedNetwork,
    inputs: readonly ('value' | Constant | undefined)[],
    attributes: readonly OnnxAttribute[],
    { opset, batch }: { opset: number; batch: number | undefined },
  ) {
    this.network = network
    this.inputs = inputs
    this.opset = opset
    this.batch = batch
    this.#attributes = new Map(attributes.map(attribute => [attribute.name ?? '', attribute]))
  }

  float(name: string, initial: number): number {
    return shortest(this.#attribute(name, 'float') ?? initial)
  }

  int(name: string, initial: number): number {
    return this.#attribute(name, 'int') ?? initial
  }

  text(name: string, initial: string): string {
    const text = this.#attribute(name, 'text')
    return text ? new TextDecoder().decode(text) : initial
  }

  ints(name: string): readonly number[] | undefined {
    return this.#attribute(name, 'ints')
  }

  /** The value of an attribute; undefined where the node has none of this name. */
  #attribute<Type extends 'float' | 'int' | 'text' | 'ints'>(
    name: string,
    type: Type,
  ): OnnxAttribute[Type] | undefined {
    const attribute = this.#attributes.get(name)
    return attribute && attributeValue(attribute, type)
  }

  /** Refuses an attribute that is not what this package computes. */
  expect(name: string, found: number | string, ...expected: (number | string)[]): void {
    const isEqual = (value: number | string) =>
      typeof value === 'number' ? Math.fround(value) === Math.fround(Number(found)) : value === found
    if (!expected.some(isEqual)) {
      throw new FormatError(`${name} is ${found}, expected ${expected.join(' or ')}`)
    }
  }

  /** The constant at a place; undefined where it is left out. */
  optional(place: number): Constant | undefined {
    const input = this.inputs[place]
    if (input === 'value')
      throw new FormatError(`input ${place + 1} depends on the network's input, expected a constant`)
    return input
  }

  constant(place: number): Constant {
    const found = this.optional(place)
    if (found) return found
    throw new FormatError(`input ${place + 1} is missing, expected a constant`)
  }

  /** Refuses a node in which the values are not the first input. */
  expectFirst(): void {
    if (this.inputs[0] !== 'value')
      throw new FormatError('input 1 is a constant, expected what the layer before gives')
  }
}

/** What stands for a value that is left out, as writers of proto3 leave zeros and empty texts. */
const ZEROS = { float: 0, int: 0, text: new Uint8Array(), ints: [] }

/** The value of an attribute. Throws {@link FormatError} where it is of another type. */
export function attributeValue<Type extends 'float' | 'int' | 'text' | 'ints'>(
  attribute: OnnxAttribute,
  type: Type,
): NonNullable<OnnxAttribute[Type]> {
  const value: OnnxAttribute[Type] = attribute[type]
  if (value !== undefined) return value
  if (attribute.type === ATTRIBUTE_TYPES[type]) return ZEROS[type] as NonNullable<OnnxAttribute[Type]>
  throw new FormatError(`${attribute.name} is not of the type ${type}`)
}

/** Operators that may stand before a sample's values are one row of numbers. */
export const FOR_ANY_RANK: ReadonlySet<string> = new Set([
  ...['Add', 'Sub', 'Mul', 'Div', 'Dropout', 'Identity', 'Cast', 'Flatten', 'Reshape', 'Clip', 'Gelu'],
  ...['Relu', 'Sigmoid', 'Tanh', 'Softplus', 'Softsign', 'LeakyRelu', 'Elu', 'Selu', 'HardSigmoid'],
])

/** The shortest decimal number that is the same 32-bit float: 0.1 of 0.10000000149. */
function shortest(value: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === Math.fround(value)) return short
  }
  return value
}

const activation =
  (name: ActivationName) =>
  (operation: Operation): void => {
    operation.expectFirst()
    operation.network.activation(name)
  }

const nothing = (operation: Operation): void => operation.expectFirst()

/** What each operator does. */
export const OPERATIONS: Readonly<Record<string, (operation: Operation) => void>> = {
  Gemm: gemm,
  MatMul: matMul,
  Add: operation => operation.network.affine(1, rowOf(otherOf(operation))),
  Sub: operation => {
    operation.expectFirst()
    operation.network.affine(
      1,
      rowOf(operation.constant(1)).map(value => -value),
    )
  },
  Mul: operation => operation.network.affine(rowOf(otherOf(operation)), 0),
  Div: operation => {
    operation.expectFirst()
    operation.network.affine(
      Float64Array.from(rowOf(operation.constant(1)), value => 1 / value),
      0,
    )
  },
  Relu: activation('relu'),
  Sigmoid: activation('sigmoid'),
  Tanh: activation('tanh'),
  Softplus: activation('softplus'),
  Softsign: activation('softsign'),
  Gelu: operation => {
    const form = operation.text('approximate', 'none')
    operation.expect('approximate', form, 'none', 'tanh')
    operation.network.activation(form === 'tanh' ? 'geluTanh' : 'gelu')
  },
  LeakyRelu: operation => operation.network.activation('leakyRelu', operation.float('alpha', 0.01)),
  Elu: operation => operation.network.activation('elu', operation.float('alpha', 1)),
  Selu: operation => {
    operation.expect('alpha', operation.float('alpha', SELU_ALPHA), SELU_ALPHA)
    operation.expect('gamma', operation.float('gamma', SELU_GAMMA), SELU_GAMMA)
    operation.network.activation('selu')
  },
  HardSigmoid: operation => {
    operation.expect('alpha', operation.float('alpha', 0.2), 1 / 6)
    operation.expect('beta', operation.float('beta', 0.5), 0.5)
    operation.network.activation('hardSigmoid')
  },
  Clip: clip,
  PRelu: operation => {
    operation.expectFirst()
    const slopes = rowOf(operation.constant(1))
    operation.network.prelu(slopes, slopes.length === 1)
  },
  Softmax: softmax('softmax'),
  LogSoftmax: softmax('logSoftmax'),
  BatchNormalization: batchNormalization,
  LayerNormalization: layerNormalization,
  Dropout: operation => {
    operation.expectFirst()
    const isTraining = operation.optional(2)
    if (isTraining) operation.expect('training_mode', scalarOf(isTraining), 0)
    const ratio = operation.optional(1)
    operation.network.dropout(ratio ? shortest(scalarOf(ratio)) : operation.float('ratio', 0.5))
  },
  Identity: nothing,
  Cast: operation => operation.expect('to', operation.int('to', 0), ...VALUE_TYPES),
  Flatten: operation => {
    operation.expect('axis', operation.int('axis', 1), 1)
    operation.network.flatten()
  },
  Reshape: reshape,
}

const SELU_ALPHA = 1.6732631921768188
const SELU_GAMMA = 1.0507010221481323

/** Of an operator whose inputs may change places: the one that is a constant. */
const otherOf = (operation: Operation) => operation.constant(operation.inputs[0] === 'value' ? 1 : 0)

/** alpha·A′·B′ + beta·C, of which A are the values. */
function gemm(operation: Operation): void {
  operation.expectFirst()
  operation.expect('transA', operation.int('transA', 0), 0)
  const [alpha, beta] = [operation.float('alpha', 1), operation.float('beta', 1)]
  const given = operation.constant(1)
  const isTransposed = operation.int('transB', 0) !== 0
  const [rows, columns] = matrixDims(given)
  operation.network.spend(given.data.length)
  const weights = isTransposed ? transposed(given) : given
  const [inputs, units] = isTransposed ? [columns, rows] : [rows, columns]
  const term = operation.optional(2)
  const scaled = (floats: Float32Array, factor: number) =>
    factor === 1 ? floats : floats.map(value => factor * value)
  const bias = term ? spread(scaled(rowOf(term), beta), units) : new Float32Array(units)
  operation.network.dense(inputs, units, scaled(floatsIn(weights), alpha), bias)
}

function matMul(operation: Operation): void {
  operation.expectFirst()
  const weights = operation.constant(1)
  const [inputs, units] = matrixDims(weights)
  operation.network.dense(inputs, units, floatsIn(weights), new Float32Array(units))
}

/** One number for each unit, where there may be one for all. */
function spread(floats: Float32Array, units: number): Float32Array {
  if (floats.length === units) return floats
  const [value] = floats
  if (value !== undefined && floats.length === 1) return new Float32Array(units).fill(value)
  throw new FormatError(`there are ${floats.length} numbers for ${units} units`)
}

function clip(operation: Operation): void {
  operation.expectFirst()
  // Limits were attributes before version 11 of the operators.
  const limit = (place: number, name: string, none: number) => {
    const given = operation.optional(place)
    return given ? scalarOf(given) : operation.float(name, none)
  }
  const [least, most] = [limit(1, 'min', Number.NEGATIVE_INFINITY), limit(2, 'max', Number.POSITIVE_INFINITY)]
  if (least === -1 && most === 1) operation.network.activation('hardTanh')
  else if (least === 0 && most > 3e38) operation.network.activation('relu')
  else throw new FormatError(`the limits are ${least} and ${most}, expected −1 and 1, or 0 and none`)
}

function softmax(name: 'softmax' | 'logSoftmax') {
  return (operation: Operation): void => {
    operation.expectFirst()
    // The default was 1 before version 13; on rows of numbers it is the same.
    operation.expect('axis', operation.int('axis', operation.opset < 13 ? 1 : -1), -1, 1)
    operation.network.activation(name)
  }
}

function batchNormalization(operation: Operation): void {
  operation.expectFirst()
  operation.expect('training_mode', operation.int('training_mode', 0), 0)
  operation.expect('spatial', operation.int('spatial', 1), 1)
  const [gamma, beta, mean, variance] = [1, 2, 3, 4].map(place => rowOf(operation.constant(place)))
  if (!gamma || !beta || !mean || !variance) throw new FormatError('scale, B, mean or var is missing')
  for (const other of [beta, mean, variance]) {
    if (other.length !== gamma.length) {
      throw new FormatError(`scale, B, mean and var differ in length: ${gamma.length} and ${other.length}`)
    }
  }
  const momentum = shortest(1 - operation.float('momentum', 0.9))
  const epsilon = operation.float('epsilon', 1e-5)
  operation.network.batchNormalization({ gamma, beta, mean, variance }, { epsilon, momentum })
}

function layerNormalization(operation: Operation): void {
  operation.expectFirst()
  operation.expect('axis', operation.int('axis', -1), -1, 1)
  const gamma = rowOf(operation.constant(1))
  const term = operation.optional(2)
  const beta = term ? rowOf(term) : new Float32Array(gamma.length)
  if (beta.length !== gamma.length) {
    throw new FormatError(`Scale has ${gamma.length} numbers, but B has ${beta.length}`)
  }
  operation.network.layerNormalization(gamma, beta, operation.float('epsilon', 1e-5))
}

/** Harmless where it makes rows of each sample's numbers: [batch, n]. */
function reshape(operation: Operation): void {
  operation.expectFirst()
  const sizes = operation.constant(1).data
  const [samples = 0, size = 0] = sizes
  const keepsBatch = samples === BATCH || samples === 0 || samples === operation.batch || size > 0
  // Without it, 0 means a size as it was.
  if (sizes.includes(0)) operation.expect('allowzero', operation.int('allowzero', 0), 0)
  if (sizes.length !== 2 || !keepsBatch || Number.isNaN(size)) {
    throw new FormatError(`the new shape is [${sizes}], expected [batch, n]`)
  }
  if (size > 0) operation.network.expectWidth(size)
  operation.network.flatten()
}

/** The size of a batch in a shape: it is not known, as −1 in a new shape says. */
const BATCH = -1

/** The most whole numbers that are put together: those of a shape. */
const MAX_INTEGERS = 8

/** The shape of a batch of samples, or a part of it, which nodes further on take apart and put together for a Reshape. */
export function shape(operation: Operation, sizes: readonly (number | undefined)[]): Constant {
  const whole = [BATCH, ...sizes.map(size => size ?? Number.NaN)]
  // Negative ones count from the end, and those beyond it mean it, as in slice().
  return integers(whole.slice(operation.int('start', 0), operation.int('end', whole.length)))
}

const integers = (data: readonly number[]): Constant => ({ dims: [data.length], kind: 'integers', data })

/** What operators make of whole numbers, as exporters write them for a new shape. A list of one counts as the number. */
export const INTEGER_OPERATIONS: Readonly<Record<string, (operation: Operation) => Constant>> = {
  Gather: operation => {
    operation.expect('axis', operation.int('axis', 0), 0)
    const data = integersOf(operation.constant(0))
    const index = scalarOf(operation.constant(1))
    const value = data[index < 0 ? index + data.length : index]
    if (value === undefined) throw new FormatError(`element ${index} of ${data.length} is asked for`)
    return { dims: operation.constant(1).dims, kind: 'integers', data: [value] }
  },
  Unsqueeze: operation => integers(integersOf(operation.constant(0))),
  Squeeze: operation => integers(integersOf(operation.constant(0))),
  Reshape: operation => integers(integersOf(operation.constant(0))),
  Concat: operation => {
    const data = operation.inputs.flatMap((_, place) => integersOf(operation.constant(place)))
    if (data.length > MAX_INTEGERS) throw new FormatError(`${data.length} numbers are put together`)
    return integers(data)
  },
}

function integersOf(constant: Constant): readonly number[] {
  if (constant.kind === 'integers' && constant.data.length <= MAX_INTEGERS) return Array.from(constant.data)
  throw new FormatError(`a constant of [${constant.dims}] is no list of a few whole numbers`)
}

// What each ONNX operator adds to a network. An operator here takes the output of the layer before, and constants.
//
// Source: https://onnx.ai/onnx/operators
import { FormatError } from '../errors.ts'
import { type ActivationName, activationNames, FOREIGN_NAMES, type OnnxStep } from '../kernels/activations.ts'
import { addClip, addHardSigmoid } from './composed-activations.ts'
import { BATCH } from './onnx-constant-operators.ts'
import { floatsIn, matrixDims, rowOf, scalarOf, transposed } from './onnx-constants.ts'
import { type Operation, shortest } from './onnx-operation.ts'
import { TENSOR_TYPES, VALUE_TYPES } from './onnx-types.ts'

type Read = (operation: Operation) => void

const nothing: Read = operation => operation.expectFirst()

/** Reads an operator that is an activation with at most its parameter. */
const plain =
  (name: ActivationName, parameter?: OnnxStep['parameter']): Read =>
  operation => {
    operation.expectFirst()
    operation.network.activation(name, parameter && operation.float(parameter.attribute, parameter.initial))
  }

/** Such operators, by name. */
function plainActivations(): Record<string, Read> {
  const readers: Record<string, Read> = {}
  for (const name of activationNames) {
    const { onnx, newerOnnx } = FOREIGN_NAMES[name]
    const [step, ...more] = onnx
    if (step && !step.constants && more.length === 0) readers[step.operator] = plain(name, step.parameter)
    if (newerOnnx) readers[newerOnnx] = plain(name)
  }
  return readers
}

const SELU_ALPHA = 1.6732631921768188
const SELU_GAMMA = 1.0507010221481323

/** Operators that are element-wise activations. */
const ACTIVATIONS: Readonly<Record<string, Read>> = {
  ...plainActivations(),
  // These have numbers of their own.
  Swish: operation => {
    operation.expectFirst()
    operation.expect('alpha', operation.float('alpha', 1), 1)
    operation.network.activation('silu')
  },
  Gelu: operation => {
    const form = operation.text('approximate', 'none')
    operation.expect('approximate', form, 'none', 'tanh')
    operation.network.activation(form === 'tanh' ? 'geluTanh' : 'gelu')
  },
  Selu: operation => {
    operation.expect('alpha', operation.float('alpha', SELU_ALPHA), SELU_ALPHA)
    operation.expect('gamma', operation.float('gamma', SELU_GAMMA), SELU_GAMMA)
    operation.network.activation('selu')
  },
  HardSigmoid: operation => {
    operation.expectFirst()
    addHardSigmoid(operation.network, operation.float('alpha', 0.2), operation.float('beta', 0.5))
  },
  Clip: clip,
}

/** What each operator does. */
export const OPERATIONS: Readonly<Record<string, Read>> = {
  Gemm: gemm,
  MatMul: matMul,
  Add: operation => operation.network.affine(1, rowOf(otherOf(operation))),
  Sub: operation => {
    const numbers = rowOf(otherOf(operation))
    if (operation.inputs[0] !== 'value') operation.network.affine(-1, numbers)
    else {
      operation.network.affine(
        1,
        numbers.map(value => -value),
      )
    }
  },
  Mul: operation => operation.network.affine(rowOf(otherOf(operation)), 0),
  Div: operation => {
    operation.expectFirst()
    operation.network.affine(
      new Float64Array(rowOf(operation.constant(1))).map(value => 1 / value),
      0,
    )
  },
  ...ACTIVATIONS,
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
    if (isTraining && scalarOf(isTraining) !== 0) throw inTraining('training_mode is true')
    const ratio = operation.optional(1)
    operation.network.dropout(ratio ? shortest(scalarOf(ratio)) : operation.float('ratio', 0.5))
  },
  Identity: nothing,
  Cast: operation => operation.expect('to', operation.int('to', 0), ...VALUE_TYPES),
  Flatten: operation => {
    // For rows of numbers, the last axis is 1.
    operation.expect('axis', operation.int('axis', 1), 1, ...(operation.isFlat ? [-1] : []))
    operation.network.flatten()
  },
  Reshape: reshape,
}

/** Operators that may stand before a sample's values are one row of numbers. */
export const FOR_ANY_RANK: ReadonlySet<string> = new Set([
  ...['Add', 'Sub', 'Mul', 'Div', 'Dropout', 'Identity', 'Cast', 'Flatten', 'Reshape'],
  ...Object.keys(ACTIVATIONS),
])

/** For an operator whose inputs may be swapped: the constant one. */
const otherOf = (operation: Operation) => operation.constant(operation.inputs[0] === 'value' ? 1 : 0)

/** alpha·A′·B′ + beta·C, where A is the values. */
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

/** One number for each unit, where the file may have one for all. */
function spread(floats: Float32Array, units: number): Float32Array {
  if (floats.length === units) return floats
  const [value] = floats
  if (value !== undefined && floats.length === 1) return new Float32Array(units).fill(value)
  throw new FormatError(`there are ${floats.length} numbers for ${units} units`)
}

function clip(operation: Operation): void {
  operation.expectFirst()
  // Limits were attributes before version 11 of the operators.
  const limit = (place: number, name: 'min' | 'max', none: number) => {
    const given = operation.optional(place)
    return given ? scalarOf(given) : operation.float(name, none)
  }
  const [least, most] = [limit(1, 'min', Number.NEGATIVE_INFINITY), limit(2, 'max', Number.POSITIVE_INFINITY)]
  // The largest float, an older default, does not limit.
  addClip(
    operation.network,
    least < -3.4e38 ? Number.NEGATIVE_INFINITY : least,
    most > 3.4e38 ? Number.POSITIVE_INFINITY : most,
  )
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
  if (operation.int('training_mode', 0) !== 0) throw inTraining('training_mode is 1')
  // Before version 14 of the operators, batch statistics among the outputs mean the same.
  if (operation.outputs > 1) throw inTraining(`it has ${operation.outputs} outputs`)
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

const inTraining = (sign: string) =>
  new FormatError(
    `${sign}: it normalises by the batch or drops values at random, as in training; export the model for inference ` +
      '(in PyTorch, after model.eval())',
  )

function layerNormalization(operation: Operation): void {
  operation.expectFirst()
  operation.expect('axis', operation.int('axis', -1), -1, 1)
  operation.expect('stash_type', operation.int('stash_type', TENSOR_TYPES.float), TENSOR_TYPES.float)
  const gamma = rowOf(operation.constant(1))
  const term = operation.optional(2)
  const beta = term ? rowOf(term) : new Float32Array(gamma.length)
  if (beta.length !== gamma.length) {
    throw new FormatError(`Scale has ${gamma.length} numbers, but B has ${beta.length}`)
  }
  operation.network.layerNormalization(gamma, beta, operation.float('epsilon', 1e-5))
}

/** No effect where it makes a row of each sample's numbers: [batch, n]. */
function reshape(operation: Operation): void {
  operation.expectFirst()
  const sizes = operation.constant(1).data
  const [samples = 0, size = 0] = sizes
  const keepsBatch = samples === BATCH || samples === 0 || samples === operation.batch || size > 0
  // Without it, 0 keeps a size.
  if (sizes.includes(0)) operation.expect('allowzero', operation.int('allowzero', 0), 0)
  if (sizes.length !== 2 || !keepsBatch || Number.isNaN(size)) {
    throw new FormatError(`the new shape is [${sizes}], expected [batch, n]`)
  }
  if (size > 0) operation.network.expectWidth(size)
  operation.network.flatten()
}

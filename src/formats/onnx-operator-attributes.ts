// The attributes that each ONNX operator has, by the versions of the operators. What is not here changes what a node means
// in a way that nobody here knows, so such a node is refused. The readers of the operators see to the values.
//
// Source: https://onnx.ai/onnx/operators, versions 7 to 26; the same as onnx.defs of onnx 1.23 says.
import { FormatError } from '../errors.ts'
import { quoted } from '../quote-names.ts'
import type { OnnxNode } from './onnx-messages.ts'

/** The versions of the operators that have an attribute: from the first on, before the other. */
interface Versions {
  readonly since?: number
  readonly until?: number
}

type Attributes = Readonly<Record<string, Versions>>

const always = (...names: string[]): Attributes => Object.fromEntries(names.map(name => [name, {}]))
const since = (version: number, ...names: string[]): Attributes =>
  Object.fromEntries(names.map(name => [name, { since: version }]))
const until = (version: number, ...names: string[]): Attributes =>
  Object.fromEntries(names.map(name => [name, { until: version }]))

/** Operators of which some version has attributes. Comments name those that no reader asks for, and why. */
const WITH_ATTRIBUTES = {
  BatchNormalization: {
    ...always('epsilon', 'momentum'),
    ...until(9, 'spatial'),
    ...since(14, 'training_mode'),
  },
  // saturate and round_mode are about floats of 8 bits, to which nothing is cast here.
  Cast: { ...always('to'), ...since(19, 'saturate'), ...since(24, 'round_mode') },
  Celu: always('alpha'),
  Clip: until(11, 'max', 'min'),
  Concat: always('axis'),
  // A Constant has one of these: see constantNode.
  Constant: {
    ...always('value'),
    ...since(11, 'sparse_value'),
    ...since(12, 'value_float', 'value_floats', 'value_int', 'value_ints', 'value_string', 'value_strings'),
  },
  DequantizeLinear: { ...since(13, 'axis'), ...since(21, 'block_size'), ...since(23, 'output_dtype') },
  // Nothing is drawn in inference, so the seed is of no matter.
  Dropout: { ...until(12, 'ratio'), ...since(12, 'seed') },
  Elu: always('alpha'),
  Flatten: always('axis'),
  Gather: always('axis'),
  Gelu: always('approximate'),
  Gemm: always('alpha', 'beta', 'transA', 'transB'),
  HardSigmoid: always('alpha', 'beta'),
  LayerNormalization: always('axis', 'epsilon', 'stash_type'),
  LeakyRelu: always('alpha'),
  LogSoftmax: always('axis'),
  // noop_with_empty_axes is about a mean without axes, which is no formula here.
  ReduceMean: { ...until(18, 'axes'), ...always('keepdims'), ...since(18, 'noop_with_empty_axes') },
  // allowzero matters where a size is 0.
  Reshape: since(14, 'allowzero'),
  Selu: always('alpha', 'gamma'),
  Shape: since(15, 'end', 'start'),
  Softmax: always('axis'),
  Squeeze: until(13, 'axes'),
  Swish: always('alpha'),
  Transpose: always('perm'),
  Unsqueeze: until(13, 'axes'),
}

const WITHOUT = [
  ...['Abs', 'Add', 'Div', 'Erf', 'Greater', 'HardSwish', 'Identity', 'MatMul', 'Mish', 'Mul', 'PRelu'],
  ...['Pow', 'Reciprocal', 'Relu', 'Sigmoid', 'Softplus', 'Softsign', 'Sqrt', 'Sub', 'Tanh'],
]

/** Of all operators that are read. */
export const OPERATOR_ATTRIBUTES: Readonly<Record<string, Attributes>> = {
  ...WITH_ATTRIBUTES,
  ...Object.fromEntries(WITHOUT.map(operator => [operator, {}])),
}

/** Throws {@link FormatError} where a node has an attribute that its operator has not in this version. */
export function checkAttributes({ operator = '', domain = '', attributes }: OnnxNode, opset: number): void {
  // Whoever reads the node says that it is not supported.
  if (!Object.hasOwn(OPERATOR_ATTRIBUTES, operator) || (domain !== '' && domain !== 'ai.onnx')) return
  const known = Object.entries(OPERATOR_ATTRIBUTES[operator] ?? {}).flatMap(
    ([name, { since = 0, until = Infinity }]) => (opset >= since && opset < until ? [name] : []),
  )
  const unknown = attributes.find(({ name = '' }) => !known.includes(name))
  if (!unknown) return
  throw new FormatError(
    `it has an attribute ${quoted(unknown.name ?? '')}, expected ${known.join(', ') || 'none'} in opset ${opset}`,
  )
}

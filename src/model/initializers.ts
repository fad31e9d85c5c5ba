// Initializers: how a layer's first parameters are drawn. Plain data, which can be stored and sent to a worker.
//
// All numbers are those of assembly/random.ts and normal.ts: they depend on the seed and the layer's place alone, and
// are the same to the bit in every build and on every machine.
import { ArgumentError } from '../errors.ts'
import { isSoftmax } from '../kernels/activation-kinds.ts'
import { TRUNCATED_TAIL } from '../kernels/normal.ts'
import type { F32Buffer } from '../wasm/buffer.ts'
import type { Runtime } from '../wasm/runtime.ts'
import type { DenseLayer, LayerActivation } from './layers.ts'

/** What a parameter of any shape can be filled with; `constant` needs its value, and is an object always. */
const BIAS_NAMES = ['zeros', 'uniform', 'normal', 'truncatedNormal'] as const

/** The names of all initializers of weights that need no value. */
export const initializerNames = Object.freeze([
  'he',
  'heFanOut',
  'heNormal',
  'xavier',
  'xavierNormal',
  'lecun',
  'lecunNormal',
  'orthogonal',
  ...BIAS_NAMES,
] as const)

/**
 * The distributions that {@link Initializer} explains.
 *
 * @useDeclaredType
 */
export type InitializerName = (typeof initializerNames)[number]

/**
 * How a layer's bias is filled: 'zeros' unless given. Where a name stands alone, the limit and the standard deviation
 * are 0.05. `truncatedNormal` has nothing beyond two standard deviations, as in Keras: what is left has 0.8796 of the
 * standard deviation that is given.
 */
export type BiasInitializer =
  | (typeof BIAS_NAMES)[number]
  | { readonly name: 'zeros' }
  | { readonly name: 'constant'; readonly value: number }
  | { readonly name: 'uniform'; readonly limit?: number }
  | { readonly name: 'normal' | 'truncatedNormal'; readonly standardDeviation?: number }

/**
 * How a layer's weights are drawn: as {@link BiasInitializer} says, or by the layer's size, uniformly in ±limit or
 * normally with a standard deviation that makes the variance the same (definitions of PyTorch 1.13, whose normal
 * distributions are not truncated):
 *
 * - `he`, `heNormal`: limit √(6 / ((1 + slope²)·inputs)), standard deviation √(2 / ((1 + slope²)·inputs)), where slope is
 *   leaky ReLU's and 0 for all others. Keeps the size of what goes forward through rectifiers. He et al., "Delving deep
 *   into rectifiers", 2015, equation 10.
 * - `heFanOut`: √(6 / units). Keeps the size of the gradient that comes back through a rectifier. Ibid., equation 14.
 * - `xavier`, `xavierNormal`: √(6 / (inputs + units)), √(2 / (inputs + units)). Glorot & Bengio, "Understanding the
 *   difficulty of training deep feedforward neural networks", 2010.
 * - `lecun`, `lecunNormal`: √(3 / inputs), √(1 / inputs). LeCun et al., "Efficient backprop", 1998; what SELU wants
 *   (Klambauer et al., "Self-normalizing neural networks", 2017).
 * - `orthogonal`: rows or columns, whichever are fewer, are orthogonal, each of the length `gain`, 1 unless given. Saxe
 *   et al., "Exact solutions to the nonlinear dynamics of learning in deep linear neural networks", 2014. A layer of n
 *   inputs and n units takes time in proportion to n³: 0.1 s for 512.
 *
 * @example
 * dense(512, { activation: 'relu', initializer: { name: 'normal', standardDeviation: 0.01 } })
 */
export type Initializer =
  | BiasInitializer
  | InitializerName
  | { readonly name: 'orthogonal'; readonly gain?: number }
  | {
      readonly name: Exclude<InitializerName, 'uniform' | 'normal' | 'truncatedNormal' | 'orthogonal'>
    }

/** The number that an initializer takes. `constant` has no value unless given. */
const PARAMETERS: { readonly [name: string]: { parameter: string; initial?: number; least: number } } = {
  constant: { parameter: 'value', least: Number.NEGATIVE_INFINITY },
  uniform: { parameter: 'limit', initial: 0.05, least: 0 },
  normal: { parameter: 'standardDeviation', initial: 0.05, least: 0 },
  truncatedNormal: { parameter: 'standardDeviation', initial: 0.05, least: 0 },
  orthogonal: { parameter: 'gain', initial: 1, least: Number.NEGATIVE_INFINITY },
}

/** Throws {@link ArgumentError} for what is no initializer; `where` stands in front of the message. */
export function checkInitializer(where: string, initializer: unknown): void {
  check(where, 'initializer', initializer, initializerNames)
}

/** The same for a bias. */
export function checkBiasInitializer(where: string, initializer: unknown): void {
  check(where, 'biasInitializer', initializer, BIAS_NAMES)
}

function check(where: string, option: string, initializer: unknown, names: readonly string[]): void {
  const given = fieldsOf(initializer)
  const { name, ...others } = given
  if (typeof name !== 'string' || !(names.includes(name) || name === 'constant')) {
    const found = JSON.stringify(typeof name === 'string' ? name : initializer)
    const expected = names.map(known => `'${known}'`).join(', ')
    throw new ArgumentError(
      `${where}unknown ${option} ${found}, expected ${expected} or { name: 'constant', value: 0.1 }`,
    )
  }
  const taken = Object.hasOwn(PARAMETERS, name) ? PARAMETERS[name] : undefined
  const stray = Object.keys(others).find(key => key !== taken?.parameter)
  if (stray !== undefined) {
    const takes = taken ? `only ${taken.parameter}` : 'nothing'
    throw new ArgumentError(`${where}${option} '${name}' takes no ${stray}, ${takes}`)
  }
  if (!taken) return
  const value = others[taken.parameter] === undefined ? taken.initial : others[taken.parameter]
  if (typeof value === 'number' && Number.isFinite(Math.fround(value)) && value >= taken.least) return
  const range = taken.least === 0 ? ', 0 or more,' : ''
  throw new ArgumentError(
    `${where}${taken.parameter} of ${option} '${name}' is ${value}, expected a number${range} that single precision ` +
      `holds: { name: '${name}', ${taken.parameter}: 0.1 }`,
  )
}

/** The fields of an initializer that is an object; of one that is a name, that alone. */
function fieldsOf(initializer: unknown): { [field: string]: unknown } {
  if (typeof initializer === 'string') return { name: initializer }
  return typeof initializer === 'object' ? { ...initializer } : {}
}

/** A layer's place in linear memory: weights inputs × units, bias units. */
interface LayerBuffers {
  readonly layer: DenseLayer
  readonly inputs: number
  readonly weights: F32Buffer
  readonly bias: F32Buffer
}

/** Biases draw from streams of their own: those of the weights with this bit set. */
const BIAS_STREAM = 0x80000000

/**
 * Fills the parameters of the dense layer at `index` of a network; `isFirst`: no other is before it. Throws
 * {@link AllocationError}.
 */
export function initialize(
  runtime: Runtime,
  buffers: LayerBuffers,
  index: number,
  isFirst: boolean,
  seed: number,
): void {
  const { layer, inputs, weights, bias } = buffers
  const initializer = layer.initializer ?? defaultInitializer(layer.activation, isFirst)
  fill(runtime, weights, initializer, layer, inputs, seed, index)
  fill(runtime, bias, layer.biasInitializer, layer, inputs, seed, BIAS_STREAM + index)
}

/** Whether parameters of such a layer are drawn from a normal distribution. */
export function drawsNormal(layer: DenseLayer): boolean {
  const weights = layer.initializer ?? defaultInitializer(layer.activation, true)
  return [weights, layer.biasInitializer].some(initializer => {
    const { standardDeviation, gain } = distributionOf(initializer, layer, 1)
    return standardDeviation !== undefined || gain !== undefined
  })
}

function fill(
  { kernels, memory }: Runtime,
  x: F32Buffer,
  initializer: Initializer,
  layer: DenseLayer,
  inputs: number,
  seed: number,
  stream: number,
): void {
  const { constant, limit, standardDeviation, tail = 0, gain } = distributionOf(initializer, layer, inputs)
  const { pointer, length } = x
  if (constant !== undefined) x.view.fill(constant)
  if (limit !== undefined) kernels.randomUniform(pointer, length, -limit, limit, seed, stream)
  if (standardDeviation !== undefined) {
    kernels.randomNormal(pointer, length, 0, standardDeviation, tail, seed, stream)
  }
  if (gain === undefined) return
  const { units } = layer
  if (inputs <= units) {
    kernels.randomNormal(pointer, length, 0, 1, 0, seed, stream)
    kernels.orthonormalize(pointer, inputs, units, gain)
    return
  }
  const transposed = memory.f32(length)
  kernels.randomNormal(transposed.pointer, length, 0, 1, 0, seed, stream)
  kernels.orthonormalize(transposed.pointer, units, inputs, gain)
  kernels.transpose(transposed.pointer, pointer, units, inputs)
  transposed.free()
}

/** What an initializer comes to for a layer: one number of these, and of a normal distribution the share cut off. */
interface Distribution {
  readonly constant?: number
  readonly limit?: number
  readonly standardDeviation?: number
  readonly tail?: number
  readonly gain?: number
}

function distributionOf(
  initializer: Initializer,
  { units, activation, slope }: DenseLayer,
  inputs: number,
): Distribution {
  const given = fieldsOf(initializer)
  const name = given.name as InitializerName | 'constant'
  const { parameter = '', initial } = PARAMETERS[name] ?? {}
  const value = Number(given[parameter] ?? initial)
  const rectified = (activation === 'leakyRelu' ? 1 + slope * slope : 1) * inputs
  switch (name) {
    case 'zeros':
      return { constant: 0 }
    case 'constant':
      return { constant: value }
    case 'uniform':
      return { limit: value }
    case 'normal':
      return { standardDeviation: value }
    case 'truncatedNormal':
      return { standardDeviation: value, tail: TRUNCATED_TAIL }
    case 'he':
      return { limit: Math.sqrt(6 / rectified) }
    case 'heNormal':
      return { standardDeviation: Math.sqrt(2 / rectified) }
    case 'heFanOut':
      return { limit: Math.sqrt(6 / units) }
    case 'xavier':
      return { limit: Math.sqrt(6 / (inputs + units)) }
    case 'xavierNormal':
      return { standardDeviation: Math.sqrt(2 / (inputs + units)) }
    case 'lecun':
      return { limit: Math.sqrt(3 / inputs) }
    case 'lecunNormal':
      return { standardDeviation: Math.sqrt(1 / inputs) }
    case 'orthogonal':
      return { gain: value }
  }
}

const RECTIFIERS: LayerActivation[] = ['relu', 'leakyRelu', 'softplus', 'elu', 'gelu', 'geluTanh', 'silu']

/**
 * What an activation wants: He's for those that let one half pass and little of the other; LeCun's normal one for SELU,
 * whose fixed point of mean 0 and variance 1 is derived for it; Xavier's for all others. The last layer of a classifier
 * behind other layers: heFanOut, which lets those learn at once.
 */
function defaultInitializer(activation: LayerActivation, isFirst: boolean): InitializerName {
  if (RECTIFIERS.includes(activation)) return 'he'
  if (activation === 'selu') return 'lecunNormal'
  return isSoftmax(activation) && !isFirst ? 'heFanOut' : 'xavier'
}

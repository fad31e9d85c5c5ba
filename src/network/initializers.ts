// How a layer's initial parameters are drawn.
//
// All numbers come from assembly/random.ts and normal.ts. They depend only on the seed and the layer's position, and
// are the same to the bit in every build and on every machine.
import { activationRow } from '../kernels/activations.ts'
import { TRUNCATED_TAIL } from '../kernels/normal.ts'
import {
  DEFAULT_GAIN,
  DEFAULT_SPREAD,
  type Initializer,
  type InitializerName,
} from '../layers/initializer-options.ts'
import type { LayerActivation } from '../layers/layer-activation.ts'
import type { DenseLayer } from '../layers/layers.ts'
import type { F32Buffer } from '../wasm/buffer.ts'
import type { Runtime } from '../wasm/runtime.ts'

/** A layer's place in linear memory: weights inputs × units, bias units. */
interface LayerBuffers {
  readonly layer: DenseLayer
  readonly inputs: number
  readonly weights: F32Buffer
  readonly bias: F32Buffer
}

/** Biases draw from separate streams: those of the weights with this bit set. */
const BIAS_STREAM = 0x80000000

/** Fills the parameters of the dense layer at `index` of a network. Throws {@link AllocationError}. */
export function initialize(runtime: Runtime, buffers: LayerBuffers, index: number, seed: number): void {
  const { layer, inputs, weights, bias } = buffers
  const initializer = layer.initializer ?? defaultInitializer(layer.activation)
  const draw = { layer, inputs, seed }
  fill(runtime, weights, initializer, { ...draw, stream: index })
  fill(runtime, bias, layer.biasInitializer, { ...draw, stream: BIAS_STREAM + index })
}

/** Whether parameters of such a layer are drawn from a normal distribution. */
export function drawsNormal(layer: DenseLayer): boolean {
  const weights = layer.initializer ?? defaultInitializer(layer.activation)
  return [weights, layer.biasInitializer].some(initializer => {
    const { standardDeviation, gain } = distributionOf(initializer, layer, 1)
    return standardDeviation !== undefined || gain !== undefined
  })
}

/** What numbers are drawn for, and from which stream. */
interface Draw {
  readonly layer: DenseLayer
  readonly inputs: number
  readonly seed: number
  readonly stream: number
}

function fill(
  { kernels, memory }: Runtime,
  x: F32Buffer,
  initializer: Initializer,
  { layer, inputs, seed, stream }: Draw,
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

/** What an initializer means for a layer: one of these numbers and, for a normal distribution, the share cut off. */
interface Distribution {
  readonly constant?: number
  readonly limit?: number
  readonly standardDeviation?: number
  readonly tail?: number
  readonly gain?: number
}

/** An initializer and the number that it takes. */
interface Given {
  readonly name: InitializerName | 'constant'
  readonly value?: number
  readonly limit?: number
  readonly standardDeviation?: number
  readonly gain?: number
}

function distributionOf(
  initializer: Initializer,
  { units, activation, slope }: DenseLayer,
  inputs: number,
): Distribution {
  const given: Given = typeof initializer === 'string' ? { name: initializer } : initializer
  const {
    name,
    value = 0,
    limit = DEFAULT_SPREAD,
    standardDeviation = DEFAULT_SPREAD,
    gain = DEFAULT_GAIN,
  } = given
  const rectified = (activation === 'leakyRelu' ? 1 + slope * slope : 1) * inputs
  switch (name) {
    case 'zeros':
      return { constant: 0 }
    case 'constant':
      return { constant: value }
    case 'uniform':
      return { limit }
    case 'normal':
      return { standardDeviation }
    case 'truncatedNormal':
      return { standardDeviation, tail: TRUNCATED_TAIL }
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
      return { gain }
  }
}

/** An activation's default. */
const defaultInitializer = (activation: LayerActivation): InitializerName =>
  activationRow(activation).initializer ?? 'xavier'

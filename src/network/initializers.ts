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
export function initialize(drawer: Drawer, buffers: LayerBuffers, index: number, seed: number): void {
  const { layer, inputs, weights, bias } = buffers
  const initializer = layer.initializer ?? defaultInitializer(layer.activation)
  const draw = { layer, inputs, seed }
  fill(drawer, weights, initializer, { ...draw, stream: index })
  fill(drawer, bias, layer.biasInitializer, { ...draw, stream: BIAS_STREAM + index })
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
export interface Draw {
  readonly layer: DenseLayer
  readonly inputs: number
  readonly seed: number
  readonly stream: number
}

/** Initial parameters that are not uniform. */
export interface InitializerExtras {
  /** Fills x from a distribution with a standard deviation or a gain. Throws {@link AllocationError}. */
  drawNormals(runtime: Runtime, x: F32Buffer, distribution: Distribution, draw: Draw): void
}

/** What draws parameters. */
export interface Drawer {
  readonly runtime: Runtime
  readonly extras: InitializerExtras
}

function fill({ runtime, extras }: Drawer, x: F32Buffer, initializer: Initializer, draw: Draw): void {
  const { layer, inputs, seed, stream } = draw
  const distribution = distributionOf(initializer, layer, inputs)
  const { constant, limit } = distribution
  if (constant !== undefined) x.view.fill(constant)
  else if (limit !== undefined) {
    runtime.kernels.randomUniform(x.pointer, x.length, -limit, limit, seed, stream)
  } else extras.drawNormals(runtime, x, distribution, draw)
}

/** What an initializer means for a layer: one of these numbers and, for a normal distribution, the share cut off. */
export interface Distribution {
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

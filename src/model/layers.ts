// Layers as a user describes them: plain data, which can be stored, sent to a worker and printed.
import { checkOptions } from '../check-options.ts'
import { ArgumentError } from '../errors.ts'
import { type ActivationName, activationNames, DEFAULT_SLOPE } from '../kernels/activation-kinds.ts'

/** What a layer can apply to its weighted sums. */
export type LayerActivation = ActivationName | 'softmax'

/** The names of all initializers. */
export const initializerNames = Object.freeze(['he', 'heFanOut', 'xavier'] as const)

/**
 * How a layer's weights are drawn: uniformly in ±limit.
 *
 * - `he`: √(6 / ((1 + slope²)·inputs)), where slope is leaky ReLU's and 0 for all others. Keeps the size of what goes
 *   forward through rectifiers. He et al., "Delving deep into rectifiers", 2015, equation 10.
 * - `heFanOut`: √(6 / units). Keeps the size of the gradient that comes back through a rectifier. Ibid., equation 14.
 * - `xavier`: √(6 / (inputs + units)). Glorot & Bengio, "Understanding the difficulty of training deep feedforward
 *   neural networks", 2010.
 */
export type Initializer = (typeof initializerNames)[number]

/** A fully connected layer: y = h(x·W + b) with x (inputs), W (inputs × units), b and y (units). */
export interface DenseLayer {
  readonly kind: 'dense'
  readonly units: number
  readonly activation: LayerActivation
  /** Leaky ReLU's slope for a ≤ 0. */
  readonly slope: number
  /** Undefined: as the activation and the place in the network want it. */
  readonly initializer: Initializer | undefined
}

/** A layer of any kind. */
export type Layer = DenseLayer

/** Options of {@link dense}. */
export interface DenseOptions {
  /** `'identity'` unless given; `'softmax'` for the last layer of a classifier. */
  activation?: LayerActivation
  /** For `leakyRelu` alone: its slope for a ≤ 0, 0.1 unless given. */
  slope?: number
  /**
   * Unless given: `he` for ReLU, leaky ReLU and softplus; `heFanOut` for a softmax behind other layers, which lets those
   * learn at once; `xavier` for all others.
   */
  initializer?: Initializer
}

const ACTIVATIONS: readonly LayerActivation[] = [...activationNames, 'softmax']
const RECTIFIERS: LayerActivation[] = ['relu', 'leakyRelu', 'softplus']

/**
 * Describes a fully connected layer of `units` outputs: y = h(x·W + b).
 *
 * Throws {@link ArgumentError} for a bad number of units or an unknown activation.
 *
 * @example
 * dense(512, { activation: 'relu' })
 */
export function dense(units: number, options: DenseOptions = {}): DenseLayer {
  checkOptions(`dense(${units})`, options, "{ activation: 'relu' }")
  const { activation = 'identity', slope = DEFAULT_SLOPE, initializer } = options
  const layer: DenseLayer = { kind: 'dense', units, activation, slope, initializer }
  checkLayer(layer)
  if (options.slope !== undefined && activation !== 'leakyRelu') {
    throw new ArgumentError(`dense(${units}): ${activation} takes no slope, only leakyRelu does`)
  }
  return layer
}

/** Throws {@link ArgumentError} for a layer that `dense` does not make. */
export function checkLayer(layer: DenseLayer): void {
  if (layer?.kind !== 'dense')
    throw new ArgumentError('a layer is of no known kind: make it with dense(units)')
  const { units, activation, slope, initializer } = layer
  if (!Number.isInteger(units) || units < 1) {
    throw new ArgumentError(`dense(${units}): expected a whole number of units, 1 or more`)
  }
  if (!ACTIVATIONS.includes(activation)) {
    throw new ArgumentError(
      `dense(${units}): unknown activation ${JSON.stringify(activation)}, expected one of ${ACTIVATIONS.join(', ')}`,
    )
  }
  if (!Number.isFinite(slope)) {
    throw new ArgumentError(`dense(${units}): slope is ${slope}, expected a finite number`)
  }
  if (initializer !== undefined && !initializerNames.includes(initializer)) {
    throw new ArgumentError(
      `dense(${units}): unknown initializer ${JSON.stringify(initializer)}, expected 'he', 'heFanOut' or 'xavier'`,
    )
  }
}

/** Half the width of the uniform distribution that a layer's weights are drawn from: see {@link Initializer}. */
export function initializerLimit(layer: DenseLayer, inputs: number, isFirst: boolean): number {
  const { units, activation, initializer = defaultInitializer(activation, isFirst) } = layer
  const slope = activation === 'leakyRelu' ? layer.slope : 0
  switch (initializer) {
    case 'he':
      return Math.sqrt(6 / ((1 + slope * slope) * inputs))
    case 'heFanOut':
      return Math.sqrt(6 / units)
    case 'xavier':
      return Math.sqrt(6 / (inputs + units))
  }
}

function defaultInitializer(activation: LayerActivation, isFirst: boolean): Initializer {
  if (RECTIFIERS.includes(activation)) return 'he'
  return activation === 'softmax' && !isFirst ? 'heFanOut' : 'xavier'
}

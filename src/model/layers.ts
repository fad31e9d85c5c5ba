// Layers as a user describes them: plain data, which can be stored, sent to a worker and printed.
import { checkOptions } from '../check-options.ts'
import { ArgumentError } from '../errors.ts'
import {
  type ActivationName,
  activationNames,
  SOFTMAX_NAMES,
  type SoftmaxName,
} from '../kernels/activation-kinds.ts'
import {
  type ActivationParameters,
  checkParameter,
  resolveParameter,
} from '../kernels/activation-parameters.ts'
import {
  type BiasInitializer,
  checkBiasInitializer,
  checkInitializer,
  type Initializer,
} from './initializers.ts'

/** What a layer can apply to its weighted sums. */
export type LayerActivation = ActivationName | SoftmaxName

/** A fully connected layer: y = h(x·W + b) with x (inputs), W (inputs × units), b and y (units). */
export interface DenseLayer {
  readonly kind: 'dense'
  readonly units: number
  readonly activation: LayerActivation
  /** The activation's parameter: leaky ReLU's slope for a ≤ 0, ELU's alpha. No other has one. */
  readonly slope: number
  /** Undefined: as the activation and the place in the network want it. */
  readonly initializer: Initializer | undefined
  readonly biasInitializer: BiasInitializer
}

/** A layer of any kind. */
export type Layer = DenseLayer

/** Options of {@link dense}. */
export interface DenseOptions extends ActivationParameters {
  /**
   * `'identity'` unless given. For the last layer of a classifier `'softmax'`, or `'logSoftmax'`, which trains alike and
   * predicts the logarithms of the probabilities.
   */
  activation?: LayerActivation
  /**
   * Of the weights. Unless given: `he` for ReLU, leaky ReLU, ELU, GELU, SiLU and softplus; `lecunNormal` for SELU;
   * `heFanOut` for a softmax behind other layers, which lets those learn at once; `xavier` for all others.
   */
  initializer?: Initializer
  /** Of the bias; `'zeros'` unless given. */
  biasInitializer?: BiasInitializer
}

const ACTIVATIONS: readonly LayerActivation[] = [...activationNames, ...SOFTMAX_NAMES]

/**
 * Describes a fully connected layer of `units` outputs: y = h(x·W + b).
 *
 * Throws {@link ArgumentError} for a bad number of units, an unknown activation or initializer, and a parameter that is
 * not theirs.
 *
 * @example
 * dense(512, { activation: 'relu' })
 */
export function dense(units: number, options: DenseOptions = {}): DenseLayer {
  checkOptions(`dense(${units})`, options, "{ activation: 'relu' }")
  const { activation = 'identity', initializer, biasInitializer = 'zeros' } = options
  checkSize(units)
  checkActivation(units, activation)
  const slope = resolveParameter(`dense(${units}): `, activation, options)
  const layer: DenseLayer = { kind: 'dense', units, activation, slope, initializer, biasInitializer }
  checkLayer(layer)
  return layer
}

/** Throws {@link ArgumentError} for a layer that `dense` does not make. */
export function checkLayer(layer: DenseLayer): void {
  if (layer?.kind !== 'dense')
    throw new ArgumentError('a layer is of no known kind: make it with dense(units)')
  const { units, activation, slope, initializer, biasInitializer } = layer
  checkSize(units)
  checkActivation(units, activation)
  const where = `dense(${units}): `
  checkParameter(where, activation, slope)
  if (initializer !== undefined) checkInitializer(where, initializer)
  checkBiasInitializer(where, biasInitializer)
}

function checkSize(units: number): void {
  if (!Number.isInteger(units) || units < 1) {
    throw new ArgumentError(`dense(${units}): expected a whole number of units, 1 or more`)
  }
}

function checkActivation(units: number, activation: LayerActivation): void {
  if (!ACTIVATIONS.includes(activation)) {
    throw new ArgumentError(
      `dense(${units}): unknown activation ${JSON.stringify(activation)}, expected one of ${ACTIVATIONS.join(', ')}`,
    )
  }
}

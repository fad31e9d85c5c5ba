// Layers as a user describes them: plain data, which can be stored, sent to a worker and printed.

import { checkOptions, type OptionNames } from '../check-options.ts'
import { describeValue } from '../describe-value.ts'
import { ArgumentError } from '../errors.ts'
import { checkParameter, PARAMETER_NAMES, resolveParameter } from '../kernels/activation-parameters.ts'
import type { ActivationParameters } from '../kernels/activations.ts'
import type { ActivationLayer, DropoutLayer, FlattenLayer, PreluLayer } from './elementwise.ts'
import {
  type BiasInitializer,
  checkBiasInitializer,
  checkInitializer,
  type Initializer,
} from './initializer-options.ts'
import { checkActivation, type LayerActivation } from './layer-activation.ts'
import type { BatchNormalizationLayer, LayerNormalizationLayer, NormalizationLayer } from './normalization.ts'

/** A fully connected layer: y = h(x·W + b) with x (inputs), W (inputs × units), b and y (units). */
export interface DenseLayer {
  readonly kind: 'dense'
  readonly units: number
  readonly activation: LayerActivation
  /** The activation's parameter, such as leaky ReLU's slope; unused where it has none. */
  readonly slope: number
  /** Undefined: chosen by the activation and the position in the network. */
  readonly initializer: Initializer | undefined
  readonly biasInitializer: BiasInitializer
}

/** A layer of any kind. */
export type Layer =
  | DenseLayer
  | ActivationLayer
  | PreluLayer
  | DropoutLayer
  | BatchNormalizationLayer
  | LayerNormalizationLayer
  | NormalizationLayer
  | FlattenLayer

/** Options of {@link dense}. */
export interface DenseOptions extends ActivationParameters {
  /**
   * `'identity'` unless given. For the last layer of a classifier use `'softmax'`, or `'logSoftmax'`, which trains
   * alike and predicts the logarithms of the probabilities.
   */
  activation?: LayerActivation
  /**
   * The weights' initializer. Unless given, the activation's default: see {@link ActivationName}; `xavier` for a
   * softmax.
   */
  initializer?: Initializer
  /** The bias's initializer; `'zeros'` unless given. */
  biasInitializer?: BiasInitializer
}

const DENSE_OPTIONS: OptionNames<DenseOptions> = {
  activation: 1,
  ...PARAMETER_NAMES,
  initializer: 1,
  biasInitializer: 1,
}

/**
 * Describes a fully connected layer of `units` outputs: y = h(x·W + b).
 *
 * Throws {@link ArgumentError} for a bad number of units, an unknown activation or initializer, and a parameter that
 * they do not take.
 *
 * @example
 * dense(512, { activation: 'relu' })
 */
export function dense(units: number, options: DenseOptions = {}): DenseLayer {
  checkOptions(`dense(${describeValue(units)})`, options, "{ activation: 'relu' }", DENSE_OPTIONS)
  const { activation = 'identity', initializer, biasInitializer = 'zeros' } = options
  checkSize(units)
  const where = `dense(${describeValue(units)}): `
  checkActivation(where, activation)
  const slope = resolveParameter(where, activation, options)
  const layer: DenseLayer = { kind: 'dense', units, activation, slope, initializer, biasInitializer }
  checkDense(layer)
  return layer
}

/** The last activation of a layer; undefined where it has none. */
export function activationOf(layer: Layer | undefined): LayerActivation | undefined {
  return layer?.kind === 'dense' || layer?.kind === 'activation' ? layer.activation : undefined
}

/** A network's output: the last layer's activation and number of units. */
export function outputOf(layers: readonly Layer[]): { activation: LayerActivation; units: number } {
  const last = layers.findLast(layer => layer.kind === 'dense')
  return { activation: activationOf(layers.at(-1)) ?? 'identity', units: last?.units ?? 0 }
}

/** Throws {@link ArgumentError} for a layer that {@link dense} does not make. */
export function checkDense(layer: DenseLayer): void {
  const { units, activation, slope, initializer, biasInitializer } = layer
  checkSize(units)
  const where = `dense(${describeValue(units)}): `
  checkActivation(where, activation)
  checkParameter(where, activation, slope)
  if (initializer !== undefined) checkInitializer(where, initializer)
  checkBiasInitializer(where, biasInitializer)
}

function checkSize(units: number): void {
  if (!Number.isInteger(units) || units < 1) {
    throw new ArgumentError(`dense(${describeValue(units)}): expected a whole number of units, 1 or more`)
  }
}

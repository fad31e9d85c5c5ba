// Layers that work on each value of a sample separately: activation, PReLU, dropout; and flatten, which changes none.

import { checkNoOptions, checkOptions } from '../check-options.ts'
import { describeValue } from '../describe-value.ts'
import { ArgumentError } from '../errors.ts'
import { checkParameter, PARAMETER_NAMES, resolveParameter } from '../kernels/activation-parameters.ts'
import type { ActivationParameters } from '../kernels/activations.ts'
import { checkActivation, type LayerActivation } from './layer-activation.ts'

/** An activation in a layer of its own: y = h(x). */
export interface ActivationLayer {
  readonly kind: 'activation'
  readonly activation: LayerActivation
  /** The number that the activation takes, such as leaky ReLU's slope; unused where it takes none. */
  readonly slope: number
}

/** A ReLU that learns its slopes: y = x where x > 0, else a·x. */
export interface PreluLayer {
  readonly kind: 'prelu'
  /** Whether there is one slope a for all units, instead of one for each. */
  readonly shared: boolean
  /** What the slopes begin with. */
  readonly slope: number
}

/** Sets values to 0 at random while the network trains. */
export interface DropoutLayer {
  readonly kind: 'dropout'
  /** The probability with which a value is dropped, 0–1. */
  readonly rate: number
}

/** Makes a sample a row of numbers, which it already is. */
export interface FlattenLayer {
  readonly kind: 'flatten'
}

/**
 * Describes an activation as a separate layer, such as one after a {@link batchNormalization}: y = h(x).
 *
 * Throws {@link ArgumentError} for an unknown activation, or a parameter that it does not take.
 *
 * @example
 * [dense(512), batchNormalization(), activation('relu'), dense(10, { activation: 'softmax' })]
 */
export function activation(name: LayerActivation, options: ActivationParameters = {}): ActivationLayer {
  checkOptions('activation', options, '{ slope: 0.1 }', PARAMETER_NAMES)
  checkActivation('activation: ', name)
  const slope = resolveParameter('activation: ', name, options)
  return { kind: 'activation', activation: name, slope }
}

/**
 * Describes a ReLU that learns its slopes: y = x where x > 0, otherwise a·x. There is one slope a for all units, or one
 * for each with `shared: false`. `slope` (0.25 unless given) is their initial value. It equals PyTorch 1.13's PReLU.
 *
 * Throws {@link ArgumentError} for invalid options. Source: He et al., "Delving deep into rectifiers", 2015.
 *
 * @example
 * [dense(512), prelu(), dense(10, { activation: 'softmax' })]
 */
export function prelu(options: { shared?: boolean; slope?: number } = {}): PreluLayer {
  checkOptions('prelu', options, '{ shared: false }', { shared: true, slope: 1 })
  const { shared = true, slope = 0.25 } = options
  const layer: PreluLayer = { kind: 'prelu', shared, slope }
  checkPrelu(layer)
  return layer
}

/**
 * Describes dropout. In training each value is 0 with probability `rate`, and the others are divided by 1 − rate.
 * Evaluation and prediction change nothing. Which values are dropped depends only on the seed, the step, the layer and
 * the position in the batch. So they are the same everywhere.
 *
 * Before the first dense layer, dropout costs the gain of sparse bytes: images of digits take several times as long.
 * After it, dropout costs little.
 *
 * Throws {@link ArgumentError} unless the rate is 0–1. Source: Srivastava et al., 2014.
 *
 * @example
 * [dense(512, { activation: 'relu' }), dropout(0.5), dense(10, { activation: 'softmax' })]
 */
export function dropout(rate: number): DropoutLayer
export function dropout(rate: number, ...more: unknown[]): DropoutLayer {
  checkNoOptions('dropout', more)
  const layer: DropoutLayer = { kind: 'dropout', rate }
  checkDropout(layer)
  return layer
}

/**
 * Describes a layer that does nothing: samples are rows of numbers already. It keeps the position of PyTorch's and
 * Keras's Flatten in a list of layers, and PyTorch's number in a model file.
 *
 * @example
 * [flatten(), dense(10, { activation: 'softmax' })]
 */
export function flatten(): FlattenLayer
export function flatten(...more: unknown[]): FlattenLayer {
  checkNoOptions('flatten', more)
  return { kind: 'flatten' }
}

/** Throws {@link ArgumentError} for a layer that {@link activation} does not make. */
export function checkActivationLayer({ activation, slope }: ActivationLayer): void {
  checkActivation('activation: ', activation)
  checkParameter('activation: ', activation, slope)
}

/** Throws {@link ArgumentError} for a layer that {@link prelu} does not make. */
export function checkPrelu({ shared, slope }: PreluLayer): void {
  if (typeof shared !== 'boolean') {
    throw new ArgumentError(`prelu: shared is ${describeValue(shared)}, expected true or false`)
  }
  if (typeof slope !== 'number' || !Number.isFinite(Math.fround(slope))) {
    throw new ArgumentError(
      `prelu: slope is ${describeValue(slope)}, expected a finite number of single precision`,
    )
  }
}

/** Throws {@link ArgumentError} for a layer that {@link dropout} does not make. */
export function checkDropout({ rate }: DropoutLayer): void {
  if (!(typeof rate === 'number' && rate >= 0 && rate <= 1)) {
    throw new ArgumentError(
      `dropout(${describeValue(rate)}): expected a rate from 0 to 1, the share of values that are dropped`,
    )
  }
}

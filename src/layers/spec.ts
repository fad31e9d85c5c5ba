// What a network is made of, and its parameters, as plain data.
import { describeValue } from '../describe-value.ts'
import { ArgumentError } from '../errors.ts'
import { isSoftmax } from '../kernels/activations.ts'
import { activationOf, type Layer } from './layers.ts'

/** What a network is made of. */
export interface NetworkSpec {
  inputSize: number
  layers: readonly Layer[]
  /** For the random weights: 0 to 2³² − 1. */
  seed: number
}

/**
 * One layer's parameters, in the host's memory. Empty where a layer has none.
 */
export interface LayerParameters {
  /** A dense layer's weights (inputs × units, row-major), a normalisation's γ (units), PReLU's slopes (1 or units). */
  weights: Float32Array
  /** A dense layer's bias, a normalisation's β (units). */
  bias: Float32Array
  /** A batch normalisation's running statistics (units), and the number of batches in them; undefined elsewhere. */
  runningMean?: Float32Array
  runningVariance?: Float32Array
  batches?: number
}

/** Throws for an invalid layer, or one that does not fit its inputs or position. */
export type LayerCheck = (layer: Layer, inputSize: number, layers: readonly Layer[]) => void

/** Throws {@link ArgumentError} for a specification that is not a network, and what `checkLayer` throws. */
export function checkSpec({ inputSize, layers, seed }: NetworkSpec, checkLayer: LayerCheck): void {
  if (!Number.isInteger(inputSize) || inputSize < 1) {
    throw new ArgumentError(`inputSize is ${describeValue(inputSize)}: expected a whole number, 1 or more`)
  }
  if (layers.length === 0) throw new ArgumentError('a network needs at least one layer: add a dense(units)')
  for (const layer of layers) checkLayer(layer, inputSize, layers)
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
    throw new ArgumentError(`seed is ${describeValue(seed)}: expected a whole number, 0–4294967295`)
  }
  const inner = layers.findIndex((layer, i) => isSoftmax(activationOf(layer)) && i < layers.length - 1)
  if (inner >= 0) {
    const name = activationOf(layers[inner])
    throw new ArgumentError(`layer ${inner + 1} of ${layers.length} is a ${name}: only the last layer can be`)
  }
}

// Activations by the names that Keras and TensorFlow.js give them.
//
// Source: https://keras.io/api/layers/activations and
// https://github.com/tensorflow/tfjs/blob/master/tfjs-layers/src/activations.ts, version 4.22.

import { FormatError } from '../errors.ts'
import { FOREIGN_NAMES } from '../kernels/activations.ts'
import type { LayerActivation } from '../layers/layer-activation.ts'
import { quoted } from '../quote-names.ts'
import { addHardSigmoid } from './composed-activations.ts'
import type { ImportedNetwork } from './imported-network.ts'

/** The slope of the activation of this name; the layer of this name has another. */
const LEAKY_RELU_SLOPE = 0.2

/** Those composed of several layers here, and leaky ReLU. */
const OTHERS: Readonly<Record<string, (network: ImportedNetwork) => void>> = {
  leaky_relu: network => network.activation('leakyRelu', LEAKY_RELU_SLOPE),
  // Before Keras 3, and in TensorFlow.js.
  hard_sigmoid: network => addHardSigmoid(network, 0.2, 0.5),
}

/** The name of an activation in a TensorFlow.js layer; undefined where it has no equal. */
export const kerasName = (activation: LayerActivation): string | undefined => FOREIGN_NAMES[activation].keras

const ROWS = Object.entries(FOREIGN_NAMES) as [LayerActivation, (typeof FOREIGN_NAMES)[LayerActivation]][]

const BY_NAME: ReadonlyMap<string, LayerActivation> = new Map(
  ROWS.flatMap(([ours, { keras, otherKeras = [] }]) =>
    [keras ?? [], otherKeras].flat().map(theirs => [theirs, ours] as const),
  ),
)

/** Names that mean the same as ours since Keras 3. */
const BY_KERAS_3_NAME: ReadonlyMap<string, LayerActivation> = new Map(
  ROWS.flatMap(([ours, { keras3 }]) => (keras3 ? [[keras3, ours] as const] : [])),
)

/** Adds an activation by its name. Throws {@link FormatError} for one that this package lacks. */
export function addActivation(network: ImportedNetwork, name: string, kerasVersion: string): void {
  const snake = name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)
  const isKeras3 = /^3\./.test(kerasVersion)
  const ours = BY_NAME.get(snake) ?? (isKeras3 ? BY_KERAS_3_NAME.get(snake) : undefined)
  const other = Object.hasOwn(OTHERS, snake) ? OTHERS[snake] : undefined
  if (ours) network.activation(ours)
  else if (other) other(network)
  else {
    const known = [...BY_NAME.keys(), ...Object.keys(OTHERS)].join(', ')
    throw new FormatError(`the activation is ${quoted(name)}, expected one of ${known}`)
  }
}

// Activations by the names that Keras and TensorFlow.js give them.
//
// Source: https://keras.io/api/layers/activations and
// https://github.com/tensorflow/tfjs/blob/master/tfjs-layers/src/activations.ts, version 4.22.
import { FormatError } from '../errors.ts'
import type { LayerActivation } from '../layers/layer-activation.ts'
import { addCelu, addHardSigmoid } from './composed-activations.ts'
import type { ImportedNetwork } from './imported-network.ts'

/**
 * Names that a TensorFlow.js layer takes. Its hard sigmoid is 0.2·x + 0.5, which is another one; its `gelu_new` it saves,
 * but cannot load.
 */
const NAMES: { readonly [Name in LayerActivation]?: string } = {
  identity: 'linear',
  relu: 'relu',
  sigmoid: 'sigmoid',
  tanh: 'tanh',
  softplus: 'softplus',
  softsign: 'softsign',
  elu: 'elu',
  selu: 'selu',
  gelu: 'gelu',
  silu: 'swish',
  relu6: 'relu6',
  mish: 'mish',
  softmax: 'softmax',
  logSoftmax: 'log_softmax',
}

const OTHER_NAMES: Readonly<Record<string, LayerActivation>> = {
  silu: 'silu',
  gelu_new: 'geluTanh',
  hard_silu: 'hardSwish',
  hard_swish: 'hardSwish',
}

/** Names that mean the same as ours since Keras 3. */
const KERAS_3_NAMES: ReadonlyMap<string, LayerActivation> = new Map([
  ['hard_sigmoid', 'hardSigmoid'],
  ['hard_tanh', 'hardTanh'],
])

/** The slope of the activation of this name, which is not that of the layer. */
const LEAKY_RELU_SLOPE = 0.2

/** What is composed of several layers here, and leaky ReLU. */
const OTHERS: Readonly<Record<string, (network: ImportedNetwork) => void>> = {
  leaky_relu: network => network.activation('leakyRelu', LEAKY_RELU_SLOPE),
  celu: network => addCelu(network, 1),
  // Before Keras 3, and in TensorFlow.js.
  hard_sigmoid: network => addHardSigmoid(network, 0.2, 0.5),
}

/** What a TensorFlow.js layer calls an activation; undefined where it has none that is equal. */
export const kerasName = (activation: LayerActivation): string | undefined => NAMES[activation]

const BY_NAME = new Map<string, LayerActivation>([
  ...Object.entries(NAMES).map(([ours, theirs]) => [theirs, ours as LayerActivation] as const),
  ...Object.entries(OTHER_NAMES),
])

/** Adds an activation by its name. Throws {@link FormatError} where it is none of this package. */
export function addActivation(network: ImportedNetwork, name: string, kerasVersion: string): void {
  const snake = name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)
  const isKeras3 = /^3\./.test(kerasVersion)
  const ours = BY_NAME.get(snake) ?? (isKeras3 ? KERAS_3_NAMES.get(snake) : undefined)
  const other = Object.hasOwn(OTHERS, snake) ? OTHERS[snake] : undefined
  if (ours) network.activation(ours)
  else if (other) other(network)
  else {
    const known = [...BY_NAME.keys(), ...Object.keys(OTHERS)].join(', ')
    throw new FormatError(`the activation is ${JSON.stringify(name.slice(0, 80))}, expected one of ${known}`)
  }
}

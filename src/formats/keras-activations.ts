// Activations by the names that Keras and TensorFlow.js give them.
//
// Source: https://keras.io/api/layers/activations and
// https://github.com/tensorflow/tfjs/blob/master/tfjs-layers/src/activations.ts, version 4.22.
import { FormatError } from '../errors.ts'
import type { LayerActivation } from '../model/layers.ts'

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
  softmax: 'softmax',
  logSoftmax: 'log_softmax',
}

const OTHER_NAMES: Readonly<Record<string, LayerActivation>> = { silu: 'silu', gelu_new: 'geluTanh' }

/** Names that mean the same as ours since Keras 3. */
const KERAS_3_NAMES: Readonly<Record<string, LayerActivation>> = {
  hard_sigmoid: 'hardSigmoid',
  hard_tanh: 'hardTanh',
}

/** The slope of the activation of this name, which is not that of the layer. */
const LEAKY_RELU = 'leaky_relu'
const LEAKY_RELU_SLOPE = 0.2

/** What a TensorFlow.js layer calls an activation; undefined where it has none that is equal. */
export const kerasName = (activation: LayerActivation): string | undefined => NAMES[activation]

const BY_NAME = new Map<string, LayerActivation>([
  ...Object.entries(NAMES).map(([ours, theirs]) => [theirs, ours as LayerActivation] as const),
  ...Object.entries(OTHER_NAMES),
])

/** An activation by its name, and its parameter. Throws {@link FormatError} where it is none of this package. */
export function activationByName(
  name: string,
  kerasVersion: string,
): readonly [name: LayerActivation, parameter?: number] {
  const snake = name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)
  const isKeras3 = /^3\./.test(kerasVersion)
  const found = BY_NAME.get(snake) ?? (isKeras3 ? KERAS_3_NAMES[snake] : undefined)
  if (found) return [found]
  if (snake === LEAKY_RELU) return ['leakyRelu', LEAKY_RELU_SLOPE]
  const reason = snake === 'hard_sigmoid' ? ', which is 0.2·x + 0.5 there and (x + 3) / 6 here' : ''
  throw new FormatError(
    `the activation is ${JSON.stringify(name.slice(0, 80))}${reason}, expected one of ${[...BY_NAME.keys()].join(', ')}`,
  )
}

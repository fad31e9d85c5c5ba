// What each of Keras's layers adds to a network.
//
// Source: https://keras.io/api/layers; TensorFlow.js 4.22's layers take the same arguments, with the same defaults.
import { FormatError } from '../errors.ts'
import { addClip } from './composed-activations.ts'
import type { ImportedNetwork } from './imported-network.ts'
import { addActivation } from './keras-activations.ts'
import { decimal } from './layers-model.ts'
import type { FloatTensor, LayersModelWeights } from './layers-model-weights.ts'
import { describe, flagOf, isObject, numberOf, numbersOf, type Plain, textOf } from './plain-json.ts'

/** A layer as a reader of its class sees it. Every method throws {@link FormatError} for unexpected contents. */
export class KerasLayer {
  readonly network: ImportedNetwork
  readonly config: Plain
  readonly kerasVersion: string
  readonly #name: string
  readonly #weights: LayersModelWeights

  constructor(
    network: ImportedNetwork,
    name: string,
    config: Plain,
    weights: LayersModelWeights,
    kerasVersion: string,
  ) {
    this.network = network
    this.config = config
    this.kerasVersion = kerasVersion
    this.#name = name
    this.#weights = weights
  }

  /**
   * Takes the shape of the model's inputs, where this layer, the first, has it. Returns whether a sample is a row of
   * numbers.
   */
  beginInputs(): boolean {
    const field = ['batch_input_shape', 'batch_shape'].find(name => isSomething(this.config[name]))
    if (!field) return true
    const [, ...sizes] = numbersOf(this.config, field)
    const size = sizes.reduce((product, each) => product * each, 1)
    if (sizes.length === 0) throw new FormatError(`${field} has one dimension or none, expected [null, n]`)
    if (Number.isSafeInteger(size) && size > 0) this.network.expectWidth(size)
    return sizes.length === 1
  }

  weight(kind: string): FloatTensor {
    const found = this.#weights.find(this.#name, kind)
    if (found) return found
    throw new FormatError(`the file has no weight ${JSON.stringify(`${this.#name.slice(0, 80)}/${kind}`)}`)
  }

  /** A weight of the given length, or of any; `initial` where the layer has none. */
  row(kind: string, flag: string, length: number, initial: number): Float32Array {
    if (!flagOf(this.config, flag, true)) return new Float32Array(length).fill(initial)
    return this.rowOf(kind, length)
  }

  rowOf(kind: string, length?: number): Float32Array {
    const { data, shape } = this.weight(kind)
    if (shape.length === 1 && (length === undefined || length === data.length)) return data
    throw new FormatError(`the weight ${kind} is [${shape}], expected [${length ?? 'n'}]`)
  }

  /** Rejects all values of a field but those that have no effect here. */
  expect(name: string, ...allowed: readonly unknown[]): void {
    const value = this.config[name] ?? null
    if (value !== null && !allowed.includes(value)) {
      throw new FormatError(`${name} is ${describe(value)}, expected ${allowed.map(describe).join(' or ')}`)
    }
  }

  /** Rejects any axis but that of a sample's values. */
  expectLastAxis(): void {
    const { axis = -1 } = this.config
    const [only, ...more] = Array.isArray(axis) ? axis : [axis]
    if ((only !== -1 && only !== 1) || more.length > 0) {
      throw new FormatError(`axis is ${describe(axis)}, expected -1 or 1`)
    }
  }

  /** One number for all values, or one for each, whatever dimensions of 1 surround them. */
  statistics(kind: string): Float32Array {
    const { data, shape } = this.weight(kind)
    if (shape.slice(0, -1).every(size => size === 1)) return data
    throw new FormatError(`the weight ${kind} is [${shape}], expected [n], or one number`)
  }

  /** The activation of a field, or `initial`. It is a name or, since Keras 3, an object. */
  activate(field: string, initial?: string): void {
    const value = this.config[field] ?? initial
    if (!isObject(value)) {
      if (typeof value !== 'string') throw new FormatError(`${field} is ${describe(value)}, expected a name`)
      addActivation(this.network, value, this.kerasVersion)
      return
    }
    const className = textOf(value, 'class_name')
    const { config } = value
    if (className === 'function') {
      addActivation(this.network, textOf(value, 'config'), this.kerasVersion)
      return
    }
    const own = isObject(config) ? config : {}
    const add = ACTIVATION_CLASSES.includes(className) ? KERAS_LAYERS[className]?.add : undefined
    if (add) add(new KerasLayer(this.network, this.#name, own, this.#weights, this.kerasVersion), true)
    else if (Object.keys(own).length === 0) addActivation(this.network, className, this.kerasVersion)
    else {
      throw new FormatError(
        `${field} is of class ${describe(className)}, expected a function or one of ${ACTIVATION_CLASSES.join(', ')}`,
      )
    }
  }
}

/** Layers without weights that can replace an activation's name. */
const ACTIVATION_CLASSES: readonly string[] = ['ReLU', 'LeakyReLU', 'ELU', 'Softmax']

const isSomething = (value: unknown) => value !== undefined && value !== null

interface Reader {
  /** `isFlat`: whether a sample is a row of numbers already. */
  readonly add: (layer: KerasLayer, isFlat: boolean) => void
  /** Whether it may stand where a sample is not a row of numbers. */
  readonly isForAnyRank?: true
}

/** The reader of each class. */
export const KERAS_LAYERS: Readonly<Record<string, Reader>> = {
  InputLayer: { add: () => {}, isForAnyRank: true },
  Dense: { add: dense },
  Activation: { add: layer => layer.activate('activation'), isForAnyRank: true },
  ReLU: { add: relu, isForAnyRank: true },
  LeakyReLU: {
    add: ({ network, config }) => {
      const field = isSomething(config.negative_slope) ? 'negative_slope' : 'alpha'
      network.activation('leakyRelu', numberOf(config, field, 0.3))
    },
    isForAnyRank: true,
  },
  ELU: {
    add: ({ network, config }) => network.activation('elu', numberOf(config, 'alpha', 1)),
    isForAnyRank: true,
  },
  PReLU: { add: prelu },
  Softmax: {
    add: layer => {
      layer.expectLastAxis()
      layer.network.activation('softmax')
    },
  },
  Dropout: {
    add: ({ network, config }) => network.dropout(numberOf(config, 'rate')),
    isForAnyRank: true,
  },
  // These act in training only, which continues without them here.
  GaussianNoise: { add: () => {}, isForAnyRank: true },
  GaussianDropout: { add: () => {}, isForAnyRank: true },
  AlphaDropout: { add: () => {}, isForAnyRank: true },
  ActivityRegularization: { add: () => {}, isForAnyRank: true },
  BatchNormalization: { add: batchNormalization },
  LayerNormalization: { add: layerNormalization },
  Flatten: { add: flatten, isForAnyRank: true },
  Reshape: { add: reshape, isForAnyRank: true },
  Rescaling: { add: rescaling, isForAnyRank: true },
  Normalization: { add: normalization },
}

function dense(layer: KerasLayer): void {
  const { network, config } = layer
  const { data, shape } = layer.weight('kernel')
  const [inputs = 0, units = 0] = shape
  if (shape.length !== 2 || units !== numberOf(config, 'units') || inputs < 1) {
    throw new FormatError(`the kernel is [${shape}], expected [inputs, ${numberOf(config, 'units')}]`)
  }
  network.dense(inputs, units, data, layer.row('bias', 'use_bias', units, 0))
  layer.activate('activation', 'linear')
}

function relu({ network, config }: KerasLayer): void {
  const slope = numberOf(config, 'negative_slope', 0)
  if (numberOf(config, 'threshold', 0) !== 0) throw new FormatError('it has a threshold, expected none')
  if (!isSomething(config.max_value)) {
    if (slope === 0) network.activation('relu')
    else network.activation('leakyRelu', slope)
  } else if (slope === 0) addClip(network, 0, numberOf(config, 'max_value'))
  else throw new FormatError('it has a max_value and a negative_slope, expected one of them')
}

function prelu(layer: KerasLayer): void {
  const isShared = isSomething(layer.config.shared_axes)
  if (isShared && String(numbersOf(layer.config, 'shared_axes')) !== '1') {
    throw new FormatError('shared_axes is not [1]')
  }
  layer.network.prelu(layer.rowOf('alpha', isShared ? 1 : undefined), isShared)
}

function batchNormalization(layer: KerasLayer): void {
  const { network, config } = layer
  layer.expectLastAxis()
  const mean = layer.rowOf('moving_mean')
  const variance = layer.rowOf('moving_variance', mean.length)
  const gamma = layer.row('gamma', 'scale', mean.length, 1)
  const epsilon = numberOf(config, 'epsilon', 1e-3)
  // toLayersModel writes a normalization with a mean for each input this way.
  if (epsilon === 0 && config.center === false && variance.every(value => value === 1)) {
    network.affine(
      1,
      mean.map(value => -value),
    )
    network.affine(gamma, 0)
    return
  }
  const beta = layer.row('beta', 'center', mean.length, 0)
  const momentum = decimal(1 - numberOf(config, 'momentum', 0.99))
  network.batchNormalization({ gamma, beta, mean, variance }, { epsilon, momentum })
}

function layerNormalization(layer: KerasLayer): void {
  const { network, config } = layer
  layer.expectLastAxis()
  layer.expect('rms_scaling', false)
  const known = ['scale', 'center'].find(flag => flagOf(config, flag, true))
  const length = known ? layer.rowOf(known === 'scale' ? 'gamma' : 'beta').length : network.width
  if (length === undefined) throw new FormatError('the file does not say how many values it normalises')
  const [gamma, beta] = [layer.row('gamma', 'scale', length, 1), layer.row('beta', 'center', length, 0)]
  network.layerNormalization(gamma, beta, numberOf(config, 'epsilon', 1e-3))
}

/** For images, `channels_first` would move the channels to the end first. */
function flatten(layer: KerasLayer, isFlat: boolean): void {
  if (!isFlat) layer.expect('data_format', 'channels_last')
  layer.network.flatten()
}

function reshape({ network, config }: KerasLayer): void {
  const [size = 0, ...more] = numbersOf(config, 'target_shape')
  if (more.length > 0) throw new FormatError('target_shape has several dimensions, expected [n]')
  if (size > 0) network.expectWidth(size)
  network.flatten()
}

/** Numbers of a field: one for all, or one for each input. */
function factorOf(config: Plain, name: string, initial: number): number | readonly number[] {
  return Array.isArray(config[name]) ? numbersOf(config, name).slice() : numberOf(config, name, initial)
}

/** x·scale + offset. */
function rescaling({ network, config }: KerasLayer): void {
  network.affine(factorOf(config, 'scale', 1), factorOf(config, 'offset', 0))
}

/** (x − mean) / max(√variance, 1e-7), with learned or given statistics. */
function normalization(layer: KerasLayer): void {
  const { network, config } = layer
  layer.expect('invert', false)
  const isGiven = isSomething(config.mean) && isSomething(config.variance)
  const [mean, variance] = ['mean', 'variance'].map(name => {
    const given = isGiven ? factorOf(config, name, Number.NaN) : layer.statistics(name)
    return typeof given === 'number' ? [given] : Array.from(given)
  })
  network.affine(1, mean?.map(value => -value) ?? [])
  network.affine(variance?.map(value => 1 / Math.max(Math.sqrt(value), 1e-7)) ?? [], 0)
}

// What each of Keras's layers adds to a network.
//
// Source: https://keras.io/api/layers; TensorFlow.js 4.22's layers take the same arguments, with the same defaults.

import type { InferOutput, LooseObjectSchema, ObjectEntries } from 'valibot'
import { describeValue } from '../describe-value.ts'
import { FormatError } from '../errors.ts'
import { check, finiteNumber, someFields, whole } from '../files/schema.ts'
import { quoted, shapeText } from '../quote-names.ts'
import { addClip } from './composed-activations.ts'
import type { ImportedNetwork } from './imported-network.ts'
import { addActivation } from './keras-activations.ts'
import { activation, axes, boolean, INPUTS, number, numberOrList, targetShape, word } from './keras-schema.ts'
import { decimal } from './layers-model.ts'
import type { FloatTensor, LayersModelWeights } from './layers-model-weights.ts'
import type { Plain } from './plain-json.ts'

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
    const { config } = this
    check(INPUTS, config)
    const given = config.batch_input_shape ?? config.batch_shape
    if (!given) return true
    const [, ...sizes] = given
    const size = sizes.reduce<number>((product, each) => product * (each ?? Number.NaN), 1)
    if (sizes.length === 0)
      throw new FormatError("the inputs' shape has one dimension or none, expected [null, n]")
    if (Number.isSafeInteger(size)) this.network.expectWidth(size)
    return sizes.length === 1
  }

  weight(kind: string): FloatTensor {
    const found = this.#weights.find(this.#name, kind)
    if (found) return found
    throw new FormatError(`the file has no weight ${quoted(`${this.#name}/${kind}`)}`)
  }

  /** A weight of the given length; `initial` where the layer has none. */
  row(kind: string, isThere: boolean | null | undefined, length: number, initial: number): Float32Array {
    if (isThere === false) return new Float32Array(length).fill(initial)
    return this.rowOf(kind, length)
  }

  rowOf(kind: string, length?: number): Float32Array {
    const { data, shape } = this.weight(kind)
    if (shape.length === 1 && (length === undefined || length === data.length)) return data
    throw new FormatError(`the weight ${kind} is ${shapeText(shape)}, expected [${length ?? 'n'}]`)
  }

  /** One number for all values, or one for each, whatever dimensions of 1 surround them. */
  statistics(kind: string): Float32Array {
    const { data, shape } = this.weight(kind)
    if (shape.slice(0, -1).every(size => size === 1)) return data
    throw new FormatError(`the weight ${kind} is ${shapeText(shape)}, expected [n], or one number`)
  }

  /** An activation. It is a name or, since Keras 3, an object. */
  activate(value: InferOutput<typeof activation>): void {
    if (typeof value === 'string') {
      addActivation(this.network, value, this.kerasVersion)
      return
    }
    if (!value) throw new FormatError(`activation is ${describeValue(value)}, expected a name`)
    const { class_name: className, config } = value
    if (typeof config === 'string') {
      addActivation(this.network, config, this.kerasVersion)
      return
    }
    const own = config ?? {}
    const add = ACTIVATION_CLASSES.includes(className) ? KERAS_LAYERS[className]?.add : undefined
    if (add) add(new KerasLayer(this.network, this.#name, own, this.#weights, this.kerasVersion), true)
    else if (Object.keys(own).length === 0) addActivation(this.network, className, this.kerasVersion)
    else {
      throw new FormatError(
        `activation is of class ${describeValue(className)}, expected a function or one of ${ACTIVATION_CLASSES.join(', ')}`,
      )
    }
  }
}

/** Layers without weights that can replace an activation's name. */
const ACTIVATION_CLASSES: readonly string[] = ['ReLU', 'LeakyReLU', 'ELU', 'Softmax']

/** Rejects any axis but that of a sample's values. */
function expectLastAxis(axis: InferOutput<typeof axes>): void {
  const [only, ...more] = [axis ?? -1].flat()
  if ((only !== -1 && only !== 1) || more.length > 0) {
    throw new FormatError(`axis is ${describeValue(axis)}, expected -1 or 1`)
  }
}

/** A class of layers: what its arguments may be, and what it adds to a network. */
export interface KerasReader {
  readonly schema: ReturnType<typeof someFields>
  /** Throws {@link FormatError}. `isFlat`: whether a sample is a row of numbers already. */
  readonly add: (layer: KerasLayer, isFlat: boolean) => void
  /** Whether it may stand where a sample is not a row of numbers. */
  readonly isForAnyRank: boolean
}

type Config<Entries extends ObjectEntries> = InferOutput<LooseObjectSchema<Entries, string>>

const ANY_RANK = true

function reader<Entries extends ObjectEntries>(
  entries: Entries,
  add: (layer: KerasLayer, config: Config<Entries>, isFlat: boolean) => void,
  isForAnyRank = false,
): KerasReader {
  const schema = someFields(entries)
  return {
    schema: schema as unknown as KerasReader['schema'],
    add(layer, isFlat) {
      const { config } = layer
      check(schema, config)
      add(layer, config as Config<Entries>, isFlat)
    },
    isForAnyRank,
  }
}

/** Its arguments and weights act in training only, which continues without them here. */
const nothing = reader({}, () => {}, ANY_RANK)

/** All classes that are read. To read another argument of one, add it to its row. */
export const KERAS_LAYERS: Readonly<Record<string, KerasReader>> = {
  InputLayer: nothing,
  Dense: reader(
    { units: whole(1), use_bias: boolean, activation },
    (layer, { units, use_bias, activation }) => {
      const { data, shape } = layer.weight('kernel')
      const [inputs = 0, columns] = shape
      if (shape.length !== 2 || columns !== units || inputs < 1) {
        throw new FormatError(`the kernel is ${shapeText(shape)}, expected [inputs, ${units}]`)
      }
      layer.network.dense(inputs, units, data, layer.row('bias', use_bias, units, 0))
      layer.activate(activation ?? 'linear')
    },
  ),
  Activation: reader({ activation }, (layer, { activation }) => layer.activate(activation), ANY_RANK),
  ReLU: reader({ negative_slope: number, threshold: number, max_value: number }, relu, ANY_RANK),
  LeakyReLU: reader(
    { negative_slope: number, alpha: number },
    ({ network }, { negative_slope, alpha }) =>
      network.activation('leakyRelu', negative_slope ?? alpha ?? 0.3),
    ANY_RANK,
  ),
  ELU: reader({ alpha: number }, ({ network }, { alpha }) => network.activation('elu', alpha ?? 1), ANY_RANK),
  PReLU: reader({ shared_axes: axes }, (layer, { shared_axes }) => {
    const isShared = isSomething(shared_axes)
    if (isShared && String(shared_axes) !== '1') throw new FormatError('shared_axes is not [1]')
    layer.network.prelu(layer.rowOf('alpha', isShared ? 1 : undefined), isShared)
  }),
  Softmax: reader({ axis: axes }, ({ network }, { axis }) => {
    expectLastAxis(axis)
    network.activation('softmax')
  }),
  Dropout: reader({ rate: finiteNumber }, ({ network }, { rate }) => network.dropout(rate), ANY_RANK),
  GaussianNoise: nothing,
  GaussianDropout: nothing,
  AlphaDropout: nothing,
  ActivityRegularization: nothing,
  BatchNormalization: reader(
    { axis: axes, momentum: number, epsilon: number, center: boolean, scale: boolean },
    batchNormalization,
  ),
  LayerNormalization: reader(
    { axis: axes, epsilon: number, center: boolean, scale: boolean, rms_scaling: boolean },
    layerNormalization,
  ),
  // For images, `channels_first` would move the channels to the end first.
  Flatten: reader(
    { data_format: word },
    ({ network }, { data_format: format }, isFlat) => {
      if (!isFlat && isSomething(format) && format !== 'channels_last') {
        throw new FormatError(`data_format is ${describeValue(format)}, expected "channels_last"`)
      }
      network.flatten()
    },
    ANY_RANK,
  ),
  Reshape: reader(
    { target_shape: targetShape },
    ({ network }, { target_shape: [size = 0, ...more] }) => {
      if (more.length > 0) throw new FormatError('target_shape has several dimensions, expected [n]')
      if (size > 0) network.expectWidth(size)
      network.flatten()
    },
    ANY_RANK,
  ),
  // x·scale + offset
  Rescaling: reader(
    { scale: numberOrList, offset: numberOrList },
    ({ network }, { scale, offset }) => network.affine(scale ?? 1, offset ?? 0),
    ANY_RANK,
  ),
  Normalization: reader({ invert: boolean, mean: numberOrList, variance: numberOrList }, normalization),
}

const isSomething = (value: unknown) => value !== undefined && value !== null

type Arguments<Name extends string> = Readonly<Partial<Record<Name, number | null | undefined>>>

function relu(
  { network }: KerasLayer,
  { negative_slope, threshold, max_value }: Arguments<'negative_slope' | 'threshold' | 'max_value'>,
): void {
  const slope = negative_slope ?? 0
  if ((threshold ?? 0) !== 0) throw new FormatError('it has a threshold, expected none')
  if (max_value === undefined || max_value === null) {
    if (slope === 0) network.activation('relu')
    else network.activation('leakyRelu', slope)
  } else if (slope === 0) addClip(network, 0, max_value)
  else throw new FormatError('it has a max_value and a negative_slope, expected one of them')
}

/** What both normalisations have. */
interface NormalizationArguments {
  axis?: InferOutput<typeof axes>
  epsilon?: number | null | undefined
  center?: boolean | null | undefined
  scale?: boolean | null | undefined
}

function batchNormalization(
  layer: KerasLayer,
  { axis, epsilon, center, scale, momentum }: NormalizationArguments & Arguments<'momentum'>,
): void {
  const { network } = layer
  expectLastAxis(axis)
  const mean = layer.rowOf('moving_mean')
  const variance = layer.rowOf('moving_variance', mean.length)
  const gamma = layer.row('gamma', scale, mean.length, 1)
  // toLayersModel writes a normalization with a mean for each input this way.
  if (epsilon === 0 && center === false && variance.every(value => value === 1)) {
    network.affine(
      1,
      mean.map(value => -value),
    )
    network.affine(gamma, 0)
    return
  }
  const beta = layer.row('beta', center, mean.length, 0)
  const options = { epsilon: epsilon ?? 1e-3, momentum: decimal(1 - (momentum ?? 0.99)) }
  network.batchNormalization({ gamma, beta, mean, variance }, options)
}

function layerNormalization(
  layer: KerasLayer,
  {
    axis,
    epsilon,
    center,
    scale,
    rms_scaling,
  }: NormalizationArguments & { rms_scaling?: boolean | null | undefined },
): void {
  const { network } = layer
  expectLastAxis(axis)
  if (rms_scaling) throw new FormatError('rms_scaling is true, expected false')
  const known = scale !== false ? 'gamma' : center !== false ? 'beta' : undefined
  const length = known ? layer.rowOf(known).length : network.width
  if (length === undefined) throw new FormatError('the file does not say how many values it normalises')
  const [gamma, beta] = [layer.row('gamma', scale, length, 1), layer.row('beta', center, length, 0)]
  network.layerNormalization(gamma, beta, epsilon ?? 1e-3)
}

/** (x − mean) / max(√variance, 1e-7), with learned or given statistics. */
function normalization(
  layer: KerasLayer,
  given: {
    invert?: boolean | null | undefined
    mean?: InferOutput<typeof numberOrList>
    variance?: InferOutput<typeof numberOrList>
  },
): void {
  if (given.invert) throw new FormatError('invert is true, expected false')
  const isGiven = isSomething(given.mean) && isSomething(given.variance)
  const [mean, variance] = (['mean', 'variance'] as const).map(name => {
    const numbers = isGiven ? given[name] : layer.statistics(name)
    return typeof numbers === 'number' ? [numbers] : Array.from(numbers ?? [])
  })
  layer.network.affine(1, mean?.map(value => -value) ?? [])
  layer.network.affine(variance?.map(value => 1 / Math.max(Math.sqrt(value), 1e-7)) ?? [], 0)
}

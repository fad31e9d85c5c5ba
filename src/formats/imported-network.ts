// A network that is built layer by layer from another library's file, and becomes a model.

import type { SequentialOptions } from '../api/model-options.ts'
import { type Sequential, sequential } from '../api/sequential.ts'
import type { OptionNames } from '../check-options.ts'
import { FormatError, WasmlpError } from '../errors.ts'
import { MAX_LAYERS } from '../files/layer-json.ts'
import { parameterName } from '../kernels/activation-parameters.ts'
import type { ActivationParameters } from '../kernels/activations.ts'
import { activation, dropout, flatten, prelu } from '../layers/elementwise.ts'
import type { LayerActivation } from '../layers/layer-activation.ts'
import { layerRow } from '../layers/layer-kinds.ts'
import { dense, type Layer } from '../layers/layers.ts'
import { batchNormalization, layerNormalization, normalization } from '../layers/normalization.ts'
import { checkLayer } from '../layers/rules.ts'
import { checkSpec, type LayerParameters } from '../layers/spec.ts'
import { reasonOf } from '../reason.ts'
import {
  type Affine,
  absorbed,
  affineOf,
  compose,
  diagonal,
  isFactor,
  isPositiveFactor,
  lengthOf,
  preceded,
} from './imported-scaling.ts'

/** Build, threads and so on, as {@link sequential} takes them. */
export type ImportOptions = Omit<SequentialOptions, 'inputSize' | 'seed'>

/** Their names. */
export const IMPORT_OPTIONS: OptionNames<ImportOptions> = { build: 1, worker: true, threads: 1 }

/** γ, β and running statistics: one element for each unit. */
export interface NormalizationParameters {
  readonly gamma: Float32Array
  readonly beta: Float32Array
  readonly mean: Float32Array
  readonly variance: Float32Array
}

/**
 * Floats that a network may take for each byte of its file. Files share tensors, so a small one could ask for any
 * number of copies. 8-bit weights, held twice on the way, take two.
 */
const FLOATS_PER_BYTE = 4

/** (x − mean) / standardDeviation. */
interface InputScaling {
  mean: Float64Array
  standardDeviation: Float64Array
}

/** Runs what reads a part of a file. Its errors become a {@link FormatError} that begins with `where`. */
export function reading<Result>(where: string, read: () => Result): Result {
  try {
    return read()
  } catch (cause) {
    if (!(cause instanceof WasmlpError)) throw cause
    throw new FormatError(`${where}: ${cause.message}`, { cause })
  }
}

/** Layers whose weights and bias have an element or a column for each unit, and that apply nothing to their sums. */
const absorbs = (layer: Layer | undefined): boolean =>
  layer !== undefined &&
  layerRow(layer).absorbsScaling === true &&
  !(layer.kind === 'dense' && layer.activation !== 'identity')

/** Whether a layer leaves values as they are except in training. */
const isNothing = (layer: Layer) => layerRow(layer).isIdle === true

/** Activations with h(c·x) = c·h(x) for c > 0. */
const isRectifier = (name: LayerActivation) => name === 'relu' || name === 'leakyRelu'

/** Layers in a row with their parameters, each checked against the one before. Every method throws {@link FormatError}. */
export class ImportedNetwork {
  readonly #layers: Layer[] = []
  readonly #parameters: LayerParameters[] = []
  #floatsLeft: number
  #inputSize: number | undefined
  /** Values of a sample here; undefined until something says it. */
  #width: number | undefined
  /** Whether nothing but scaling has been done to the inputs yet. */
  #isAtInputs = true
  /** What was done to the inputs, while nothing else was. */
  #scaling: InputScaling | undefined
  /** A scaling since the last layer, which will become part of a layer or one of its own. */
  #pending: Affine | undefined
  /** Where the file says that, in words. */
  #pendingPlace = ''
  /** The part of the file that is being read, in words. */
  place = ''

  /** `inputSize` is undefined where only the first layer's weights tell it. */
  constructor(fileBytes: number, inputSize?: number) {
    this.#floatsLeft = fileBytes * FLOATS_PER_BYTE
    this.#inputSize = inputSize
    this.#width = inputSize
  }

  /** How many values a sample has here; undefined where the file has not said it. */
  get width(): number | undefined {
    return this.#width
  }

  /** Says how many values a sample has here, where the file does. */
  expectWidth(width: number): void {
    if (this.#width !== undefined && this.#width !== width) {
      throw new FormatError(`it takes ${width} values, but the layer before gives ${this.#width}`)
    }
    this.#inputSize ??= width
    this.#width = width
  }

  /** Counts floats that are about to be allocated. */
  spend(floats: number): void {
    this.#floatsLeft -= floats
    if (this.#floatsLeft >= 0) return
    throw new FormatError(
      `the network would take more than ${FLOATS_PER_BYTE} floats for each byte of its file, expected separate weights ` +
        'for each layer',
    )
  }

  /** `weights` is inputs × units, row-major. */
  dense(inputs: number, units: number, weights: Float32Array, bias: Float32Array): void {
    this.expectWidth(inputs)
    const pending = this.#pending
    if (pending) this.#spendPass(weights)
    this.#pending = undefined
    this.#push(dense(units), pending ? preceded({ weights, bias }, pending) : { weights, bias })
    this.#width = units
  }

  activation(name: LayerActivation, parameter?: number): void {
    if (name === 'identity') return
    if (!(this.#pending && isPositiveFactor(this.#pending) && isRectifier(name))) this.#settle()
    const key = parameterName(name)
    const options: ActivationParameters = key && parameter !== undefined ? { [key]: parameter } : {}
    const last = this.#layers.at(-1)
    if (last?.kind === 'dense' && last.activation === 'identity') {
      this.#layers[this.#layers.length - 1] = dense(last.units, { activation: name, ...options })
    } else {
      this.#push(activation(name, options))
    }
  }

  /** Takes back the last layer's ReLU; false where it has none. */
  takeBackRelu(): boolean {
    const last = this.#layers.at(-1)
    if (this.#pending || !(last?.kind === 'dense' || last?.kind === 'activation')) return false
    if (last.activation !== 'relu') return false
    this.#layers.pop()
    if (last.kind === 'dense') this.#layers.push(dense(last.units))
    else this.#parameters.pop()
    this.#isAtInputs = this.#layers.every(isNothing)
    return true
  }

  /** One slope, or one for each unit. */
  prelu(slopes: Float32Array, isShared: boolean): void {
    if (!isShared) this.expectWidth(slopes.length)
    if (!(this.#pending && isPositiveFactor(this.#pending))) this.#settle()
    this.#push(prelu({ shared: isShared }), { weights: slopes })
  }

  dropout(rate: number): void {
    // Dropped values are 0 before and after a factor.
    if (!(this.#pending && isFactor(this.#pending))) this.#settle()
    this.#push(dropout(rate))
  }

  flatten(): void {
    this.#push(flatten())
  }

  /** `momentum` is the weight of a batch in the running statistics. */
  batchNormalization(
    { gamma, beta, mean, variance }: NormalizationParameters,
    options: { epsilon: number; momentum: number },
  ): void {
    this.expectWidth(gamma.length)
    this.#settle()
    const statistics = { runningMean: mean, runningVariance: variance, batches: 0 }
    this.#push(batchNormalization(options), { weights: gamma, bias: beta, ...statistics })
  }

  layerNormalization(gamma: Float32Array, beta: Float32Array, epsilon: number): void {
    this.expectWidth(gamma.length)
    this.#settle()
    this.#push(layerNormalization({ epsilon }), { weights: gamma, bias: beta })
  }

  /**
   * x·factor + term, for all values alike or for each. At the inputs it becomes a normalization. After a dense layer or
   * a normalisation it becomes part of that, elsewhere part of the dense layer that follows. Where none follows, it
   * becomes a dense layer of its own.
   */
  affine(factor: ArrayLike<number> | number, term: ArrayLike<number> | number): void {
    const affine = affineOf(factor, term)
    const length = lengthOf(affine)
    if (length > 1) this.expectWidth(length)
    this.spend(4 * length)
    if (!this.#pending && this.#isAtInputs && affine.factor.every(value => value > 0)) {
      this.#scaleInputs(affine)
      return
    }
    const last = this.#parameters.at(-1)
    if (!this.#pending && last && absorbs(this.#layers.at(-1))) {
      this.#spendPass(last.weights)
      this.#parameters[this.#parameters.length - 1] = { ...last, ...absorbed(last, affine) }
      return
    }
    this.#pending = this.#pending ? compose(this.#pending, affine) : affine
    this.#pendingPlace = this.place
  }

  /**
   * The network as a model. Throws what {@link sequential} does, but {@link FormatError} where the layers form no
   * network.
   */
  async toModel(options: ImportOptions): Promise<Sequential> {
    this.#settle()
    this.#addNormalization()
    const inputSize = this.#inputSize ?? 0
    reading('the file makes no network', () =>
      checkSpec({ inputSize, layers: this.#layers, seed: 0 }, checkLayer),
    )
    const model = await sequential(this.#layers, { ...options, inputSize })
    try {
      await model.setParameters(this.#parameters)
      return model
    } catch (error) {
      model.dispose()
      // Finite numbers that make others that are not.
      if (Object(error).code !== 'ERR_ARGUMENT') throw error
      throw new FormatError(`the file makes no network: ${reasonOf(error)}`, { cause: error })
    }
  }

  #push(layer: Layer, { weights, bias, ...statistics }: Partial<LayerParameters> = {}): void {
    const parameters = {
      weights: weights ?? new Float32Array(),
      bias: bias ?? new Float32Array(),
      ...statistics,
    }
    const arrays = [parameters.weights, parameters.bias, statistics.runningMean, statistics.runningVariance]
    this.spend(arrays.reduce((sum, array) => sum + (array?.length ?? 0), 0))
    if (this.#layers.length === MAX_LAYERS) {
      throw new FormatError(`the network has more than ${MAX_LAYERS} layers`)
    }
    this.#isAtInputs &&= isNothing(layer)
    this.#layers.push(layer)
    this.#parameters.push(parameters)
  }

  /** Counts a pass over weights that are replaced. It takes time, but no memory. */
  #spendPass(weights: Float32Array): void {
    this.spend(weights.length / FLOATS_PER_BYTE)
  }

  /** ((x − m) / s)·f + t = (x − (m − t·s / f)) / (s / f). */
  #scaleInputs({ factor, term }: Affine): void {
    const { mean, standardDeviation } = this.#scaling ?? {
      mean: Float64Array.of(0),
      standardDeviation: Float64Array.of(1),
    }
    const length = Math.max(factor.length, term.length, mean.length)
    const at = (numbers: Float64Array, i: number) => numbers[numbers.length === 1 ? 0 : i] ?? Number.NaN
    const deviations = new Float64Array(length).map((_, i) => at(standardDeviation, i) / at(factor, i))
    this.#scaling = {
      mean: deviations.map((deviation, i) => at(mean, i) - at(term, i) * deviation),
      standardDeviation: deviations,
    }
  }

  /** Makes a dense layer of a scaling since the last layer, where no other layer can take it. */
  #settle(): void {
    if (!this.#pending) return
    const [affine, width, place] = [this.#pending, this.#width, this.#pendingPlace]
    if (width === undefined) {
      throw new FormatError(
        `${place} scales or shifts values, and the file does not say how many a sample has there`,
      )
    }
    this.#pending = undefined
    reading(`${place} scales or shifts values, and no dense layer is beside it`, () => {
      this.spend(width * width) // Before that many numbers are allocated.
      const { weights, bias } = diagonal(affine, width)
      this.#push(dense(width), { weights, bias })
    })
  }

  #addNormalization(): void {
    if (!this.#scaling) return
    const plain = (numbers: Float64Array) => {
      const [first = 0] = numbers
      return numbers.every(value => value === first) ? first : numbers
    }
    const { mean, standardDeviation } = this.#scaling
    const layer = reading('the scaling of the inputs', () =>
      normalization({ mean: plain(mean), standardDeviation: plain(standardDeviation) }),
    )
    this.#layers.unshift(layer)
    this.#parameters.unshift({ weights: new Float32Array(), bias: new Float32Array() })
  }
}

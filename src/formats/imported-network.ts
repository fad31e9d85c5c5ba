// A network that is put together from what another library's file says, layer by layer, and becomes a model.
import { type Sequential, type SequentialOptions, sequential } from '../api/sequential.ts'
import type { OptionNames } from '../check-options.ts'
import { FormatError, WasmlpError } from '../errors.ts'
import { type ActivationParameters, parameterName } from '../kernels/activation-parameters.ts'
import { activation, dropout, flatten, prelu } from '../model/elementwise-layers.ts'
import { checkLayer } from '../model/layer-rules.ts'
import { dense, type Layer, type LayerActivation } from '../model/layers.ts'
import { batchNormalization, layerNormalization, normalization } from '../model/normalization-layers.ts'
import { checkSpec, type LayerParameters } from '../model/spec.ts'

/** Which build of the kernels computes, on how many threads, and so on: as {@link sequential} takes it. */
export type ImportOptions = Omit<SequentialOptions, 'inputSize' | 'seed'>

/** Their names. */
export const IMPORT_OPTIONS: OptionNames<ImportOptions> = { build: 1, worker: 1, threads: 1 }

/** γ, β and running statistics: an element for each unit. */
export interface NormalizationParameters {
  readonly gamma: Float32Array
  readonly beta: Float32Array
  readonly mean: Float32Array
  readonly variance: Float32Array
}

/**
 * Floats that a network may take for each byte of its file. Files share tensors, and a small one could ask for any
 * number of copies. 8-bit weights, kept twice on the way, take two.
 */
const FLOATS_PER_BYTE = 4

/** More layers than any network has that is no attack: each takes time and memory, however small it is. */
const MAX_LAYERS = 4096

/** (x − mean) / standardDeviation. */
interface InputScaling {
  mean: Float64Array
  standardDeviation: Float64Array
}

/** Runs what reads a piece of a file; its errors become a {@link FormatError} that begins with `where`. */
export function reading<Result>(where: string, read: () => Result): Result {
  try {
    return read()
  } catch (cause) {
    if (!(cause instanceof WasmlpError)) throw cause
    throw new FormatError(`${where}: ${cause.message}`, { cause })
  }
}

/** Layers in a row with their parameters, each checked against the one before. Every method throws {@link FormatError}. */
export class ImportedNetwork {
  readonly #layers: Layer[] = []
  readonly #parameters: LayerParameters[] = []
  #floatsLeft: number
  #inputSize: number | undefined
  /** Values of a sample here; undefined before anything says it. */
  #width: number | undefined
  /** Whether nothing has changed the inputs yet but their scaling. */
  #isAtInputs = true
  /** What was done to the inputs, while nothing else was. */
  #scaling: InputScaling | undefined

  /** `inputSize` is undefined where the file does not say it, but for the first layer's weights. */
  constructor(fileBytes: number, inputSize?: number) {
    this.#floatsLeft = fileBytes * FLOATS_PER_BYTE
    this.#inputSize = inputSize
    this.#width = inputSize
  }

  /** Says how many values a sample has here, where the file does. */
  expectWidth(width: number): void {
    if (this.#width !== undefined && this.#width !== width) {
      throw new FormatError(`it takes ${width} values, but the layer before gives ${this.#width}`)
    }
    this.#inputSize ??= width
    this.#width = width
  }

  /** Counts floats that are about to be made. */
  spend(floats: number): void {
    this.#floatsLeft -= floats
    if (this.#floatsLeft >= 0) return
    throw new FormatError(
      `the network would take more than ${FLOATS_PER_BYTE} floats for each byte of its file, expected weights of its own ` +
        'for each layer',
    )
  }

  /** `weights` is inputs × units, row-major. */
  dense(inputs: number, units: number, weights: Float32Array, bias: Float32Array): void {
    this.expectWidth(inputs)
    this.#push(dense(units), { weights, bias })
    this.#width = units
  }

  activation(name: LayerActivation, parameter?: number): void {
    const key = parameterName(name)
    const options: ActivationParameters = key && parameter !== undefined ? { [key]: parameter } : {}
    const last = this.#layers.at(-1)
    if (last?.kind === 'dense' && last.activation === 'identity') {
      this.#layers[this.#layers.length - 1] = dense(last.units, { activation: name, ...options })
    } else if (name !== 'identity') {
      this.#push(activation(name, options))
    }
  }

  /** One slope, or one for each unit. */
  prelu(slopes: Float32Array, isShared: boolean): void {
    if (!isShared) this.expectWidth(slopes.length)
    this.#push(prelu({ shared: isShared }), { weights: slopes })
  }

  dropout(rate: number): void {
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
    const statistics = { runningMean: mean, runningVariance: variance, batches: 0 }
    this.#push(batchNormalization(options), { weights: gamma, bias: beta, ...statistics })
  }

  layerNormalization(gamma: Float32Array, beta: Float32Array, epsilon: number): void {
    this.expectWidth(gamma.length)
    this.#push(layerNormalization({ epsilon }), { weights: gamma, bias: beta })
  }

  /**
   * x·factor + term for all inputs alike, or for each: something that only the inputs can have done to them. A term alone
   * can also be added to what a dense layer gives.
   */
  affine(factor: ArrayLike<number> | number, term: ArrayLike<number> | number): void {
    const last = this.#layers.at(-1)
    if (last?.kind === 'dense' && last.activation === 'identity' && factor === 1) {
      this.#addToBias(typeof term === 'number' ? [term] : term)
      return
    }
    if (!this.#isAtInputs) {
      throw new FormatError('values between layers are scaled or shifted, expected that of the inputs alone')
    }
    const bad = Array.from(typeof factor === 'number' ? [factor] : factor).find(
      value => !(value > 0 && value < Number.POSITIVE_INFINITY),
    )
    if (bad !== undefined) {
      throw new FormatError(`the inputs are multiplied by ${bad}, expected finite numbers above 0`)
    }
    const lengths = [factor, term].map(numbers => (typeof numbers === 'number' ? 1 : numbers.length))
    const { mean, standardDeviation } = this.#scaling ?? {
      mean: Float64Array.of(0),
      standardDeviation: Float64Array.of(1),
    }
    const length = Math.max(...lengths, mean.length)
    if (length > 1) this.expectWidth(length)
    this.spend(4 * length)
    const at = (numbers: ArrayLike<number> | number, i: number) =>
      typeof numbers === 'number' ? numbers : (numbers[numbers.length === 1 ? 0 : i] ?? Number.NaN)
    const indices = Array.from({ length }, (_, i) => i)
    // ((x − m) / s)·f + t = (x − (m − t·s / f)) / (s / f)
    const deviations = indices.map(i => at(standardDeviation, i) / at(factor, i))
    this.#scaling = {
      mean: Float64Array.from(indices, i => at(mean, i) - at(term, i) * (deviations[i] ?? Number.NaN)),
      standardDeviation: Float64Array.from(deviations),
    }
  }

  /** The network as a model. Throws what {@link sequential} does, but {@link FormatError} where the layers make none. */
  async toModel(options: ImportOptions): Promise<Sequential> {
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
      throw error
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
    this.#isAtInputs &&= layer.kind === 'flatten' || layer.kind === 'dropout'
    this.#layers.push(layer)
    this.#parameters.push(parameters)
  }

  #addToBias(term: ArrayLike<number>): void {
    const parameters = this.#parameters.at(-1)
    if (!parameters || (term.length !== 1 && term.length !== parameters.bias.length)) {
      throw new FormatError(`${term.length} values are added to ${parameters?.bias.length}`)
    }
    this.spend(parameters.bias.length)
    parameters.bias = parameters.bias.map(
      (value, i) => value + (term[term.length === 1 ? 0 : i] ?? Number.NaN),
    )
  }

  #addNormalization(): void {
    if (!this.#scaling) return
    const plain = (numbers: Float64Array) => (numbers.length === 1 ? (numbers[0] ?? 0) : numbers)
    const { mean, standardDeviation } = this.#scaling
    const layer = reading('the scaling of the inputs', () =>
      normalization({ mean: plain(mean), standardDeviation: plain(standardDeviation) }),
    )
    this.#layers.unshift(layer)
    this.#parameters.unshift({ weights: new Float32Array(), bias: new Float32Array() })
  }
}

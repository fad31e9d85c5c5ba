// Predictions without a promise, into the caller's own array.
import { arrayKindOf, isFloat32Array } from '../brands.ts'
import { checkOptions, type OptionNames } from '../check-options.ts'
import { isBigInts, isBytes, isNumberArray, type NumberArray, toFloats } from '../data/number-arrays.ts'
import { describeValue, kindOf } from '../describe-value.ts'
import type { EnginePredictor } from '../engine/engine.ts'
import { here } from '../engine/here.ts'
import { withRoom } from '../engine/with-room.ts'
import { ArgumentError, DisposedError, ShapeError, StateError } from '../errors.ts'
import type { ByteMeaning } from './dataset-contents.ts'
import { disposeSymbol } from './dispose.ts'
import type { Lifetime } from './lifetime.ts'
import type { ModelInternals } from './model-internals.ts'

/** Options of {@link Sequential.predictor}. */
export interface PredictorOptions {
  /** The most samples in one call, 1–250; 1 unless given. */
  batchSize?: number
  /** What a `Uint8Array` of inputs holds; required for one. With `'pixels'`, inputs are always bytes. */
  bytes?: ByteMeaning
}

/** What is needed of a model. */
interface AskedModel {
  readonly internals: ModelInternals
  readonly outputSize: number
  readonly life: Lifetime
}

/**
 * Predicts at once, without a promise: for a game, an audio worklet or a control loop, which ask for one sample after
 * another. Its buffers are planned when it is opened. It always uses the model's present weights, and gives the bits of
 * `predict`. Its memory is freed by `dispose`, by that of its model, or by the garbage collector.
 *
 * @example
 * using predictor = await model.predictor()
 * const outputs = new Float32Array(model.outputSize)
 * predictor.predict(Float32Array.of(5.1, 3.5, 1.4, 0.2), outputs)
 */
export class Predictor {
  readonly #predictor: EnginePredictor
  readonly #model: AskedModel
  readonly #inputSize: number
  readonly #outputSize: number
  readonly #batchSize: number
  readonly #bytes: ByteMeaning | undefined
  #isDisposed = false

  /** @internal Use {@link Sequential.predictor}. */
  constructor(
    predictor: EnginePredictor,
    model: AskedModel,
    batchSize: number,
    bytes: ByteMeaning | undefined,
  ) {
    this.#predictor = predictor
    this.#model = model
    this.#inputSize = model.internals.inputSize
    this.#outputSize = model.outputSize
    this.#batchSize = batchSize
    this.#bytes = bytes
  }

  /**
   * The outputs for one sample, or several in a row, up to `batchSize`. They are written to `outputs` where that is given,
   * and to a new array otherwise; either is returned.
   *
   * Throws {@link ShapeError} unless both arrays have the lengths of whole samples, {@link ArgumentError} for what is no
   * array of numbers, {@link StateError} while `fit` runs, and {@link DisposedError} once the predictor or its model was
   * disposed of.
   */
  predict(inputs: NumberArray | readonly number[], outputs?: Float32Array): Float32Array {
    if (this.#isDisposed)
      throw new DisposedError('this predictor was disposed: make another by model.predictor()')
    this.#model.life.check()
    const values = this.#bytes === undefined && isFloat32Array(inputs) ? inputs : this.#toValues(inputs)
    const rows = values.length / this.#inputSize
    if (!Number.isInteger(rows) || rows < 1 || rows > this.#batchSize) throw this.#wrongInputs(values.length)
    const length = rows * this.#outputSize
    const into = outputs ?? new Float32Array(length)
    if (!isFloat32Array(into) || into.length !== length) {
      throw wrongOutputs(into, rows, length)
    }
    this.#predictor.predict(values, rows, into)
    return into
  }

  /** Frees its memory. The model stays. */
  dispose(): void {
    this.#isDisposed = true
    this.#predictor.dispose()
  }

  /** `dispose()`, for `using`. */
  [disposeSymbol](): void {
    this.dispose()
  }

  /** Bytes for pixels, otherwise numbers. */
  #toValues(inputs: NumberArray | readonly number[]): ArrayLike<number> {
    const bytes = this.#bytes
    if (bytes === 'pixels') {
      if (isBytes(inputs)) return inputs
      throw new ArgumentError(
        `inputs of a predictor for pixels are of type ${kindOf(inputs)}: expected a Uint8Array, or a predictor without bytes`,
      )
    }
    if (isNumberArray(inputs)) {
      if (isBytes(inputs) && (bytes !== 'numbers' || arrayKindOf(inputs) === 'Uint8ClampedArray')) {
        throw new ArgumentError(
          "inputs of a predictor are bytes: say what they hold, by model.predictor({ bytes: 'pixels' }) or { bytes: 'numbers' }",
        )
      }
      return isBigInts(inputs) ? toFloats(inputs) : (inputs as Float32Array)
    }
    if (!Array.isArray(inputs)) {
      throw new ArgumentError(
        `inputs of a predictor are of type ${kindOf(inputs)}: expected the numbers of a sample, such as a Float32Array`,
      )
    }
    const bad = inputs.findIndex(value => typeof value !== 'number')
    if (bad < 0) return inputs
    throw new ArgumentError(`inputs[${bad}] is ${describeValue(inputs[bad])}: expected a number`)
  }

  #wrongInputs(length: number): ShapeError {
    const most = this.#batchSize
    const samples = most === 1 ? 'one sample' : `1–${most} samples`
    return new ShapeError(
      `inputs has ${length} values: expected ${samples} of ${this.#inputSize} (batchSize of model.predictor says how many)`,
    )
  }
}

const wrongOutputs = (outputs: unknown, rows: number, length: number) =>
  isFloat32Array(outputs)
    ? new ShapeError(`outputs has ${outputs.length} elements: expected ${length} for ${rows} samples`)
    : new ArgumentError(`outputs is of type ${kindOf(outputs)}: expected a Float32Array of ${length}`)

const OPTIONS: OptionNames<PredictorOptions> = { batchSize: 1, bytes: 1 }

/** See {@link Sequential.predictor}. */
export async function openPredictor(model: AskedModel, options: PredictorOptions): Promise<Predictor> {
  checkOptions('predictor', options, '{ batchSize: 1 }', OPTIONS)
  const { batchSize = 1, bytes } = options
  if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > MOST) {
    throw new ArgumentError(
      `batchSize of predictor is ${describeValue(batchSize)}: expected a whole number, 1–${MOST}; predict takes more`,
    )
  }
  if (bytes !== undefined && bytes !== 'pixels' && bytes !== 'numbers') {
    throw new ArgumentError(`bytes of predictor is ${describeValue(bytes)}: expected 'pixels' or 'numbers'`)
  }
  const local = model.internals.network[here]
  if (!local) {
    throw new StateError(
      'a predictor works in the thread of its model, and this model computes in a worker: await model.predict(), or create ' +
        'the model with worker: false, best in a worker of your own',
    )
  }
  const size = { capacity: batchSize, isBytes: bytes === 'pixels' }
  return new Predictor(await withRoom(() => local.openPredictor(size)), model, batchSize, bytes)
}

/** The rows of a batch of `predict`, whose bits a predictor gives. */
const MOST = 250

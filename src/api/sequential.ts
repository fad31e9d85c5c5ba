// The model: layers in a row, trained and asked through an engine.

import * as platform from '#platform'
import { checkNoOptions, checkOptions } from '../check-options.ts'
import { BATCH_SIZE } from '../data/batches.ts'
import { toBytes } from '../data/bytes.ts'
import type { Matrix } from '../data/number-arrays.ts'
import type { Engine, EngineNetwork, EngineRows } from '../engine/engine.ts'
import { type EngineOptions, engineFor } from '../engine/engines.ts'
import { here } from '../engine/here.ts'
import { withRoom } from '../engine/with-room.ts'
import { ArgumentError, StateError } from '../errors.ts'
import { checkDense, type Layer } from '../layers/layers.ts'
import { shapesOf } from '../layers/shapes.ts'
import { checkSpec, type LayerCheck, type LayerParameters } from '../layers/spec.ts'
import { countParameters, summarize } from '../layers/summary.ts'
import type { Evaluation } from '../losses/evaluation.ts'
import type { Augmentation, AugmentationOptions } from '../network/augmentation.ts'
import { plainCopy } from '../plain-copy.ts'
import type { TrainingTerms } from '../training/identity.ts'
import type { History } from '../training/logs.ts'
import {
  type CompileOptions,
  checkSettings,
  type FitSettings,
  type LoopCallbacks,
  resolveConfig,
  type TrainingConfig,
} from '../training/options.ts'
import type { SampleStream } from '../training/sample-source.ts'
import type { Capabilities } from '../wasm/builds.ts'
import type { ThreadChoice } from '../wasm/threads.ts'
import { Dataset, rowsOf } from './dataset.ts'
import { isFlat, toInputs } from './dataset-contents.ts'
import { disposeSymbol } from './dispose.ts'
import { inspectSymbol } from './inspect-symbol.ts'
import { keeping, Lifetime } from './lifetime.ts'
import type { Identify } from './model-checkpoints.ts'
import type { ModelInternals } from './model-internals.ts'
import {
  COMPILE_OPTIONS,
  type EvaluateOptions,
  FIT_OPTIONS,
  type FitOptions,
  type PredictOptions,
  SEQUENTIAL_OPTIONS,
  type SequentialOptions,
} from './model-options.ts'
import type { Predictor, PredictorOptions } from './predictor.ts'
import type { StreamingDataset } from './streaming-dataset.ts'
import type { Trainer, TrainerOptions } from './trainer.ts'
import { type RunControl, startRun, type TrainingRun } from './training-run.ts'
import { unlessStuck } from './unless-stuck.ts'

/** A network of layers in a row. Everything that computes is asynchronous. */
export class Sequential {
  /** Values in a sample. */
  readonly inputSize: number
  /** As they were given to {@link sequential}; they cannot be changed. */
  readonly layers: readonly Layer[]
  /** @internal */
  readonly life: Lifetime
  readonly #engine: Engine
  readonly #network: EngineNetwork
  readonly #seed: number
  readonly #outputSize: number
  #config: TrainingConfig | undefined
  /** Of the last training. */
  #identity: Identify | undefined
  /** Whether the optimiser has nothing to remember yet. */
  #isFresh = true
  /** Calls of `fit` and `trainer` under way. */
  #fits = 0
  /** The last, which is no training's any more when it is forgotten. */
  #trainer: WeakRef<Trainer> | undefined

  /** @internal Use {@link sequential}. */
  constructor(
    engine: Engine,
    network: EngineNetwork,
    inputSize: number,
    layers: readonly Layer[],
    seed: number,
  ) {
    this.inputSize = inputSize
    this.layers = Object.freeze(layers.map(sealed))
    this.#engine = engine
    this.#network = network
    this.#seed = seed
    this.#outputSize = shapesOf(inputSize, layers).at(-1)?.units ?? inputSize
    this.life = new Lifetime('this model was disposed: create another', network)
    Object.freeze(this) // a field of another library's, or another value, would change nothing
  }

  /** Values that the last layer gives for a sample. */
  get outputSize(): number {
    return this.#outputSize
  }

  /** @internal What functions on models work with; the configuration is that of `compile`, or what it is without. */
  get internals(): ModelInternals {
    const config = this.#config ?? resolveConfig({}, this.layers)
    const isCompiled = this.#config !== undefined
    const { inputSize, layers } = this
    return {
      engine: this.#engine,
      network: this.#network,
      seed: this.#seed,
      config,
      isCompiled,
      inputSize,
      layers,
    }
  }

  /** The build in use, the number of threads, and why. */
  get capabilities(): Capabilities {
    return { ...this.#network.capabilities }
  }

  /** A copy of `compile`'s options with all defaults filled in. Throws {@link StateError} before `compile`. */
  get trainingConfig(): TrainingConfig {
    if (!this.#config) throw new StateError('trainingConfig before compile: call model.compile() first')
    return plainCopy(this.#config)
  }

  /** Weights and biases of all layers. */
  get parameterCount(): number {
    return countParameters(this.inputSize, this.layers)
  }

  /** A readable table of the layers. */
  summary(): string
  summary(...more: unknown[]): string {
    checkNoOptions('summary', more)
    return summarize(this.inputSize, this.layers)
  }

  /**
   * Sets how `fit` trains; optimiser and schedule start afresh. Throws {@link ArgumentError} for a bad option, or one
   * that does not suit the last layer. Throws {@link StateError} while `fit` runs or a trainer is open.
   *
   * @example
   * model.compile({ optimizer: 'sgd', learningRate: 0.1, loss: 'crossEntropy' })
   */
  compile(options: CompileOptions = {}): this {
    if (this.#fits > 0 || this.#trainer?.deref()?.life.isOpen) {
      throw new StateError(
        'compile while a training is under way, which it would not change: await fit (for its learning rate: run.setLearningRate), or dispose the trainer, first',
      )
    }
    checkOptions('compile', options, '{ learningRate: 0.1 }', COMPILE_OPTIONS)
    this.#config = resolveConfig(options, this.layers)
    this.#isFresh = true
    return this
  }

  /**
   * Trains by mini-batch gradient descent on a data set, or on a stream of chunks, whose end is the end of the epoch.
   * Another call continues with the state of the optimiser and the schedule, except that `cosine` and `oneCycle` span
   * the epochs of each call.
   *
   * The model stays usable when `fit` rejects, which it does with
   *
   * - {@link StateError} before `compile` or while another `fit` runs
   * - {@link ShapeError} or {@link ArgumentError} where data and model do not go together
   * - {@link TrainingError} where the loss or the weights are not finite
   * - {@link AllocationError} where memory does not suffice
   * - {@link CheckpointError} where a checkpoint cannot be written, or none of several can be read
   * - the signal's reason when it is aborted
   *
   * @example
   * const history = await model.fit(train, { epochs: 5, batchSize: 100, onEpochEnd: logs => console.log(logs) })
   */
  fit(train: Dataset | StreamingDataset, options: FitOptions = {}): TrainingRun {
    return startRun(async control => {
      checkOptions('fit', options, '{ epochs: 5 }', FIT_OPTIONS)
      const { signal, validationData } = options
      return unlessStuck(control, signal, this.life, begin =>
        keeping(
          async () => {
            // The engine would tell, but a call that loads more arrives there later than one that was made after it.
            if (this.#fits > 0) throw new StateError('fit is running on this model already: await it first')
            this.#fits += 1
            try {
              return await this.#fit(train, options, control, begin)
            } finally {
              this.#fits -= 1
            }
          },
          this,
          train,
          validationData,
        ),
      )
    })
  }

  /** @internal What Keras has is nothing here: without this, it would be set and change nothing. */
  set stopTraining(_: unknown) {
    throw new StateError('there is no stopTraining: call stop() of what fit returns, and gives callbacks')
  }

  /** @internal Likewise. */
  set trainable(_: unknown) {
    throw new StateError(ALL_TRAIN)
  }

  /** @internal Likewise. */
  set learningRate(_: unknown) {
    throw new StateError('a learningRate is set by compile, or while fit runs by run.setLearningRate')
  }

  async #fit(
    train: Dataset | StreamingDataset,
    options: FitOptions,
    control: RunControl,
    begin: () => void,
  ): Promise<History> {
    if (options.earlyStopping !== undefined) {
      const { checkEarlyStopping } = await import('../training/early-stopping-options.ts')
      checkEarlyStopping(options.earlyStopping)
    }
    if (!this.#config)
      throw new StateError('fit before compile: call model.compile({ learningRate: 0.1 }) first')
    const { steering, onBatch, onEpoch } = control
    const { signal, checkpoints } = options
    const config = this.#config
    const { validationData, validationSplit } = options
    const { training, validation } =
      validationSplit === undefined
        ? {
            training: isStream(train) ? train : rowsOf(train),
            validation: validationData && rowsOf(validationData),
          }
        : (await import('./validation-split.ts')).splitForValidation(train, validationSplit, validationData)
    const settings: FitSettings = {
      begin: options.resume ? 'resume' : this.#isFresh ? 'new' : 'more',
      epochs: options.epochs ?? 1,
      batchSize: options.batchSize ?? BATCH_SIZE,
      dropLast: options.dropLast ?? false,
      shuffle: options.shuffle ?? true,
      seed: options.seed ?? this.#seed,
      accumulate: options.accumulate ?? 1,
      onNonFinite: options.onNonFinite ?? 'stop',
      earlyStopping: options.earlyStopping && { ...options.earlyStopping },
      augmentation: options.augmentation && (await resolveAugmentation(options.augmentation)),
      checkpointEvery: checkpoints?.every,
    }
    const data = describeSamples(training)
    checkSettings(settings, data.samples || 1)
    const terms: TrainingTerms = {
      layers: this.layers,
      config,
      settings,
      data,
      validationSamples: validation?.indices.length ?? 0,
    }
    const identity = async () => (await modelFiles()).identify(terms)
    let history: History = { epochs: [] }
    let hasBegun = false
    const own = {
      onEpochEnd: onEpoch,
      onTrainBegin: () => {
        begin()
        hasBegun = true
        this.#identity = identity
      },
      onTrainEnd: (all: History) => {
        history = all
      },
    }
    const { internals, life } = this
    const trainOn = (samples: EngineRows | SampleStream, callbacks: LoopCallbacks) => {
      this.#isFresh = false
      const fit = () =>
        this.#network.fit(config, settings, samples, validation, { signal, steering, onBatch, ...callbacks })
      return withRoom(fit, () => !hasBegun && !isStream(train))
    }
    if (callsCaller(train, options)) {
      const { fitWithCaller } = await import('./training-run-parts.ts')
      const stood = { identity, last: this.#identity }
      await fitWithCaller({ internals, life, control, options, training, own, ...stood }, trainOn)
    } else await trainOn(training, own)
    return platform.showEpochs(history)
  }

  /**
   * The state of the model and its last training as a file: a model file (see {@link toSafetensors}) with all that is
   * needed to resume the training as if it had never stopped. Rejects with {@link StateError} while `fit` runs, whose
   * option `checkpoints` takes them then, or a trainer is open.
   *
   * @example
   * const bytes = await model.toCheckpoint()
   * await other.loadCheckpoint(bytes)
   * await other.fit(train, { epochs: 10, resume: true })
   */
  toCheckpoint(): Promise<Uint8Array<ArrayBuffer>>
  async toCheckpoint(...more: unknown[]): Promise<Uint8Array<ArrayBuffer>> {
    checkNoOptions('toCheckpoint', more)
    return keeping(async () => {
      const checkpoint = await this.#network.checkpoint()
      return (await modelFiles()).encodeModelCheckpoint(this.internals, checkpoint, this.#identity)
    }, this)
  }

  /**
   * Restores a checkpoint of a model with the same layers. Rejects with {@link FormatError} where any byte of the
   * file is damaged or it does not fit, and with {@link StateError} while `fit` runs. The model is unchanged then.
   */
  loadCheckpoint(bytes: Uint8Array | ArrayBuffer): Promise<void>
  async loadCheckpoint(bytes: Uint8Array | ArrayBuffer, ...more: unknown[]): Promise<void> {
    checkNoOptions('loadCheckpoint', more)
    return keeping(async () => {
      const { restoreModel } = await modelFiles()
      const identity = await restoreModel(this.internals, toBytes(bytes, 'the checkpoint'))
      this.#identity = identity && (async () => identity)
      this.#isFresh = false
    }, this)
  }

  /**
   * Starts training one stage at a time, in a loop of your own: see {@link Trainer}. It continues where the last
   * `fit` ended. Rejects as `fit` does.
   *
   * @example
   * using trainer = await model.trainer(train, { batchSize: 100 })
   */
  async trainer(train: Dataset, options: TrainerOptions = {}): Promise<Trainer> {
    return keeping(
      async () => {
        this.#fits += 1
        try {
          const { openTrainer } = await import('./trainer.ts')
          const { trainer, identity } = await openTrainer(
            this,
            this.#isFresh ? 'new' : 'more',
            train,
            options,
          )
          this.#trainer = new WeakRef(trainer)
          if (this.#isFresh) this.#identity = identity
          this.#isFresh = false
          return trainer
        } finally {
          this.#fits -= 1
        }
      },
      this,
      train,
    )
  }

  /**
   * Mean loss and metrics over all samples, in one pass. A classifier gets accuracy, a confusion matrix and each
   * class's precision, recall and F1; a regression gets mean absolute error and R². Before `compile`, the loss is
   * `compile`'s default. Rejects as `fit` does.
   *
   * `topK` adds the share of samples whose class is among the `topK` largest outputs.
   *
   * @example
   * const { accuracy, topKAccuracy, confusionMatrix, classes } = await model.evaluate(test, { topK: 5 })
   */
  async evaluate(data: Dataset, options: EvaluateOptions = {}): Promise<Evaluation> {
    checkOptions('evaluate', options, '{ topK: 5 }', { topK: 1, signal: 1 })
    const { loss } = this.#config ?? resolveConfig({}, this.layers)
    const { signal, topK } = options
    const evaluate = () => this.#network.evaluate(loss, rowsOf(data), { signal, topK })
    return keeping(() => withRoom(evaluate), this, data)
  }

  /**
   * The outputs for each sample, in order: after a softmax, the probability of each class. Takes a data set, rows of
   * numbers, or the flat numbers of one or more samples.
   *
   * `bytes` says what a `Uint8Array` holds. Give the same as to {@link dataset} for training.
   *
   * Rejects with {@link ShapeError} unless samples have `inputSize` values, and with {@link ArgumentError} for bytes
   * without a meaning.
   *
   * @example
   * const [probabilities] = await model.predict(image, { bytes: 'pixels' }) // image: Uint8Array(784)
   */
  async predict(inputs: Dataset | Matrix, options: PredictOptions = {}): Promise<Float32Array[]> {
    checkOptions('predict', options, '{ signal }', { signal: 1, bytes: 1 })
    const { signal, bytes } = options
    const isData = inputs instanceof Dataset
    if (isData && bytes)
      throw new ArgumentError('bytes is for arrays: a data set was told it when it was made')
    const rows = isData ? inputs.rows : toInputs(inputs, isFlat(inputs) ? this.inputSize : undefined, bytes)
    const isEasy = !('indices' in rows) && !signal
    if (isEasy) this.life.check()
    const now = isEasy ? this.#network[here]?.predictNow(rows) : undefined
    const predict = () => this.#network.predict(rows, { signal })
    const outputs = now ?? (await keeping(() => withRoom(predict), this, inputs))
    const size = this.#outputSize
    if (outputs.length === size) return [outputs]
    return Array.from({ length: outputs.length / size }, (_, i) => outputs.subarray(i * size, (i + 1) * size))
  }

  /**
   * Opens what predicts without a promise, for one caller who asks again and again: see {@link Predictor}. Rejects with
   * {@link StateError} where a worker computes, which it does in a page unless the model has `worker: false`.
   *
   * @example
   * using predictor = await model.predictor()
   * const outputs = predictor.predict([5.1, 3.5, 1.4, 0.2])
   */
  async predictor(options: PredictorOptions = {}): Promise<Predictor> {
    return keeping(async () => (await import('./predictor.ts')).openPredictor(this, options), this)
  }

  /** Copies of all weights (inputs × units, row-major) and biases (units), layer by layer. */
  getParameters(): Promise<LayerParameters[]>
  async getParameters(...more: unknown[]): Promise<LayerParameters[]> {
    checkNoOptions('getParameters', more)
    return keeping(() => this.#network.getParameters(), this)
  }

  /**
   * Replaces all weights and biases; optimiser and schedule keep their state. Rejects with {@link ShapeError} where a
   * size differs, and with {@link ArgumentError} where a number is NaN or infinite in 32 bits. The model is unchanged
   * then.
   */
  setParameters(parameters: readonly LayerParameters[]): Promise<void>
  async setParameters(parameters: readonly LayerParameters[], ...more: unknown[]): Promise<void> {
    checkNoOptions('setParameters', more)
    return keeping(
      () => this.#network.setParameters(Array.from(parameters ?? [], layer => ({ ...layer }))),
      this,
    )
  }

  /**
   * The model as a safetensors file: weights with the names and shapes of PyTorch's `nn.Sequential` of `Linear` and
   * activation modules (`0.weight` [out, in], `0.bias`, `2.weight`, …), the architecture in the metadata.
   */
  toSafetensors(): Promise<Uint8Array<ArrayBuffer>>
  async toSafetensors(...more: unknown[]): Promise<Uint8Array<ArrayBuffer>> {
    checkNoOptions('toSafetensors', more, ': that of wasmlp/formats does')
    const [{ encodeModel }, parameters] = await Promise.all([modelFiles(), this.getParameters()])
    return encodeModel(this.inputSize, this.layers, parameters)
  }

  /**
   * Loads the weights of a safetensors file from this package or from PyTorch (`nn.Sequential` of `Linear` modules).
   * At the next `fit`, optimiser and schedule start afresh, as after `compile`. Rejects with {@link FormatError}
   * unless the weights fit this model's layers and are finite. The model is unchanged then.
   */
  loadSafetensors(bytes: Uint8Array | ArrayBuffer): Promise<void>
  async loadSafetensors(bytes: Uint8Array | ArrayBuffer, ...more: unknown[]): Promise<void> {
    checkNoOptions('loadSafetensors', more)
    const file = toBytes(bytes, 'the safetensors file')
    return keeping(async () => {
      await (await modelFiles()).loadWeights(this.internals, file)
      this.#isFresh = true
    }, this)
  }

  /**
   * Frees the memory. Calls made before are fulfilled first, `fit` included: end that by its signal or by
   * {@link TrainingRun.stop}. It rejects where a callback, a stream or a store does not answer within 10 seconds. Calls made after reject with {@link DisposedError}. A model that is no longer
   * referenced is freed by the garbage collector.
   */
  dispose(): void {
    this.life.dispose()
  }

  /** Its inputs and its {@link summary}, which `console.log` shows in Node. */
  toString(): string {
    return `Sequential of ${this.inputSize} inputs\n${this.summary()}`
  }

  /** @internal */
  [inspectSymbol](): string {
    return this.toString()
  }

  /** `dispose()`, for `using`. */
  [disposeSymbol](): void {
    this.dispose()
  }
}

const ALL_TRAIN = 'all layers train, trainable or not: put those that must not back with setParameters'

/** A copy that cannot be changed: nobody would hear of it. */
const sealed = (layer: Layer): Layer => {
  const copy = plainCopy(layer)
  const trainable = () => {
    throw new StateError(ALL_TRAIN)
  }
  Object.values(copy).forEach(Object.freeze)
  return Object.freeze(Object.defineProperty(copy, 'trainable', { set: trainable }))
}

/** What reads and writes files; loaded when it is first needed. */
const modelFiles = () => import('./sequential-parts.ts')

async function resolveAugmentation(options: AugmentationOptions): Promise<Augmentation> {
  const { resolveAugmentation } = await import('../network/augmentation.ts')
  return resolveAugmentation(options)
}

/** What a resumed training must find as it was. */
const describeSamples = (training: EngineRows | StreamingDataset) =>
  'indices' in training
    ? { samples: training.indices.length }
    : { samples: training.samples, shuffleBuffer: training.shuffleBuffer }

/** Not by its class, which programs without streams do not load. */
const isStream = (train: Dataset | StreamingDataset): train is StreamingDataset =>
  'shuffleBuffer' in Object(train)

/** Whether training may wait for code of the caller's, or goes on from where another stood. */
const callsCaller = (train: Dataset | StreamingDataset, options: FitOptions) =>
  isStream(train) ||
  options.checkpoints ||
  options.resume ||
  Object.keys(FIT_OPTIONS).some(name => typeof options[name as keyof FitOptions] === 'function')

/**
 * Creates a network of consecutive layers, with random weights.
 *
 * Throws {@link ArgumentError} where the layers do not form a network, and {@link AllocationError} where memory does
 * not suffice. Throws {@link UnsupportedError} where the runtime cannot run the build.
 *
 * @example
 * const model = await sequential(
 *   [dense(512, { activation: 'relu' }), dense(10, { activation: 'softmax' })],
 *   { inputSize: 784, seed: 1 },
 * )
 */
export async function sequential(layers: readonly Layer[], options: SequentialOptions): Promise<Sequential> {
  checkOptions('sequential', options, '{ inputSize: 784 }', SEQUENTIAL_OPTIONS)
  const { inputSize, seed = 0, threads } = options
  if (!Array.isArray(layers)) throw new ArgumentError('layers is no array: expected one, such as [dense(10)]')
  if (layers.some(layer => Object.keys(Object(layer)).includes('trainable'))) throw new StateError(ALL_TRAIN)
  const spec = { inputSize, layers: [...layers], seed }
  checkSpec(spec, await checkFor(spec.layers))
  const engine = await engineFor(options, threads)
  const network = await withRoom(() => engine.createNetwork(spec))
  return new Sequential(engine, network, inputSize, spec.layers, seed)
}

/** What checks such layers: the rules of dense ones are here anyway, all others are loaded. */
async function checkFor(layers: readonly Layer[]): Promise<LayerCheck> {
  const areDense = layers.every(layer => layer?.kind === 'dense')
  return areDense ? (checkDense as LayerCheck) : (await import('../layers/rules.ts')).checkLayer
}

/**
 * Creates a model from a safetensors file that `toSafetensors` made. To load weights alone, such as PyTorch's, create
 * a model with {@link sequential} and call its `loadSafetensors`.
 *
 * Rejects with {@link FormatError} for a file that breaks the format's rules or has no architecture.
 *
 * @example
 * const model = await sequentialFromSafetensors(await readFile('mnist.safetensors'))
 */
export async function sequentialFromSafetensors(
  bytes: Uint8Array | ArrayBuffer,
  options: EngineOptions & { threads?: ThreadChoice } = {},
): Promise<Sequential> {
  checkOptions('sequentialFromSafetensors', options, "{ build: 'simd' }", {
    build: 1,
    worker: true,
    threads: 1,
  })
  const { decodeModel } = await modelFiles()
  const { inputSize, layers, parameters } = await decodeModel(toBytes(bytes, 'the safetensors file'))
  const model = await sequential(layers, { inputSize, ...options })
  await model.setParameters(parameters)
  return model
}

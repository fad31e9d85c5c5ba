// The lecture's pipeline one stage at a time, in a loop of the caller's own.

import { checkOptions, type OptionNames } from '../check-options.ts'
import { BATCH_SIZE } from '../data/batches.ts'
import { describeValue } from '../describe-value.ts'
import type { EngineTrainer } from '../engine/engine.ts'
import { withRoom } from '../engine/with-room.ts'
import { ArgumentError, StateError } from '../errors.ts'
import type { LayerParameters } from '../layers/spec.ts'
import type { BatchMatrix } from '../network/tensors.ts'
import type { ForwardLogs } from '../training/stepwise.ts'
import { type Dataset, rowsOf } from './dataset.ts'
import { disposeSymbol } from './dispose.ts'
import { keeping, Lifetime } from './lifetime.ts'
import type { Identify } from './model-checkpoints.ts'
import type { ModelInternals } from './model-internals.ts'

/** Options of {@link Sequential.trainer}: those of `fit`, as far as they are about batches. */
export interface TrainerOptions {
  /** Samples in a batch; 100 unless given. */
  batchSize?: number
  /** Skips the last batch of an epoch if it is shorter; false unless given. */
  dropLast?: boolean
  /** Uses another order of the samples in each epoch; true unless given. */
  shuffle?: boolean
  /** Seeds the shuffles; the model's seed unless given. */
  seed?: number
  /** The number of epochs that the schedule spans; 1 unless given. The trainer itself has no end. */
  epochs?: number
}

/** What is needed of a model. */
interface TrainedModel {
  readonly internals: ModelInternals
  readonly life: Lifetime
}

/** Tensors of the whole network, with a row for each sample of the batch. */
export interface NetworkTensors {
  /** After `forward`: the samples' values, bytes as 0–1. */
  inputs: Float32Array[]
  /** After `forward`: the outputs of the last layer, as `predict` gives them. */
  predictions: Float32Array[]
}

/** Tensors of one layer. */
export interface LayerTensors {
  /** After `forward`: z = x·W + b, a row for each sample. */
  weightedSums: Float32Array[]
  /** After `forward`: y = h(z), a row for each sample. */
  activations: Float32Array[]
  /** After `backward`: the gradient of the batch's mean loss with respect to z, a row for each sample. */
  deltas: Float32Array[]
  /**
   * After `backward`: the gradient of the batch's mean loss with respect to the layer's parameters, in their shapes.
   */
  gradients: LayerParameters
  /** After `step`: what it added to the layer's parameters. */
  updates: LayerParameters
}

/**
 * Trains a model stage by stage. For each batch, in this order: `forward` (prepare data → apply the model →
 * prediction → loss), `backward` (compute the gradient), `step` (update the weights). With the same order of batches,
 * the results are bit-identical to `fit`. While a trainer is open, its model cannot be trained otherwise: `dispose`
 * the trainer, or declare it with `using`.
 *
 * A call out of turn rejects with {@link StateError}, which says what is missing.
 *
 * @example
 * using trainer = await model.trainer(train, { batchSize: 100 })
 * for (let i = 0; i < 600; ++i) {
 *   const { loss } = await trainer.forward()
 *   await trainer.backward()
 *   const { weights } = await trainer.read('gradients', 0)
 *   await trainer.step()
 * }
 */
export class Trainer {
  readonly #trainer: EngineTrainer
  /** What it trains, and on what: they stay as long as it does, though nobody else names them. */
  readonly #model: TrainedModel
  readonly #data: Dataset
  /** @internal */
  readonly life: Lifetime

  /** @internal Use {@link Sequential.trainer}. */
  constructor(trainer: EngineTrainer, model: TrainedModel, data: Dataset) {
    this.#trainer = trainer
    this.#model = model
    this.#data = data
    this.life = new Lifetime('this trainer was disposed: make another by model.trainer()', trainer)
    Object.freeze(this)
  }

  /**
   * Computes the loss of a batch: the next of the epoch, in the order of `fit`, or the samples at the given positions
   * of the data set. Resolves to the mean loss, which may not be finite: `skip` such a batch.
   *
   * Rejects with {@link ArgumentError} for positions outside the data set, or more than `batchSize` of them.
   */
  forward(positions?: ArrayLike<number>): Promise<ForwardLogs> {
    return this.#keeping(async () => this.#trainer.forward(positions && toPositions(positions)))
  }

  /** Computes the gradients of the batch's loss. */
  backward(): Promise<void> {
    return this.#keeping(() => this.#trainer.backward())
  }

  /** Updates the weights with the compiled optimiser, at the given learning rate or the schedule's. */
  step(learningRate?: number): Promise<{ learningRate: number }> {
    return this.#keeping(async () => ({ learningRate: await this.#trainer.step(learningRate) }))
  }

  /** Skips the current batch: `forward` takes the next. */
  skip(): Promise<void> {
    return this.#keeping(() => this.#trainer.skip())
  }

  /**
   * A copy of a tensor of the current batch. A tensor of one layer is chosen by the layer's index, from 0.
   *
   * Rejects with {@link StateError} before the stage that computes it.
   *
   * @example
   * const probabilities = await trainer.read('predictions')
   * const hidden = await trainer.read('activations', 0)
   */
  read<Name extends keyof NetworkTensors>(tensor: Name): Promise<NetworkTensors[Name]>
  read<Name extends keyof LayerTensors>(tensor: Name, layer: number): Promise<LayerTensors[Name]>
  async read(
    tensor: keyof NetworkTensors | keyof LayerTensors,
    layer = -1,
  ): Promise<Float32Array[] | LayerParameters> {
    switch (tensor) {
      case 'inputs':
      case 'predictions':
      case 'weightedSums':
      case 'activations':
      case 'deltas':
        return toRows(await this.#keeping(() => this.#trainer.readBatch(tensor, layer)))
      case 'gradients':
      case 'updates':
        return this.#keeping(() => this.#trainer.readParameters(tensor, layer))
      default:
        throw new ArgumentError(
          `there is no tensor ${describeValue(tensor)}: expected inputs, weightedSums, activations, predictions, ` +
            'deltas, gradients or updates',
        )
    }
  }

  /**
   * Ends the training after the calls made before. The model keeps what it learned, and can be trained otherwise. A
   * trainer whose model or data set was disposed of takes no more calls.
   */
  dispose(): void {
    this.life.dispose()
  }

  /** `dispose()`, for `using`. */
  [disposeSymbol](): void {
    this.dispose()
  }

  #keeping<Result>(call: () => Promise<Result>): Promise<Result> {
    return keeping(call, this, this.#model, this.#data)
  }
}

const OPTIONS: OptionNames<TrainerOptions> = {
  batchSize: 1,
  dropLast: true,
  shuffle: true,
  seed: 1,
  epochs: 1,
}

/** See {@link Sequential.trainer}; `begin`: whether the optimiser begins anew. */
export async function openTrainer(
  model: TrainedModel,
  begin: 'new' | 'more',
  train: Dataset,
  options: TrainerOptions,
): Promise<{ trainer: Trainer; identity: Identify }> {
  checkOptions('trainer', options, '{ batchSize: 100 }', OPTIONS)
  const { internals } = model
  const { network, config, isCompiled, seed: modelSeed } = internals
  if (!isCompiled) {
    throw new StateError('trainer before compile: call model.compile({ learningRate: 0.1 }) first')
  }
  const { batchSize = BATCH_SIZE, dropLast = false, shuffle = true, seed = modelSeed, epochs = 1 } = options
  const settings = { batchSize, dropLast, shuffle, seed, epochs, begin }
  const rows = rowsOf(train)
  const trainer = new Trainer(await withRoom(() => network.trainer(config, settings, rows)), model, train)
  const identity = async () => (await import('./sequential-parts.ts')).identifyStepwise(internals)
  return { trainer, identity }
}

function toPositions(positions: ArrayLike<number>): Int32Array {
  const result = new Int32Array(positions)
  const bad = result.findIndex((position, i) => position !== positions[i])
  if (bad >= 0)
    throw new ArgumentError(`positions[${bad}] is ${describeValue(positions[bad])}: expected a whole number`)
  return result
}

function toRows({ values, columns }: BatchMatrix): Float32Array[] {
  return Array.from({ length: values.length / columns }, (_, i) =>
    values.subarray(i * columns, (i + 1) * columns),
  )
}

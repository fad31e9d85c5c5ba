// The lecture's pipeline one stage at a time, in a loop of the caller's own.

import { checkOptions, type OptionNames } from '../check-options.ts'
import { describeValue } from '../describe-value.ts'
import type { EngineTrainer } from '../engine/engine.ts'
import { ArgumentError, StateError } from '../errors.ts'
import type { LayerParameters } from '../layers/spec.ts'
import type { BatchMatrix } from '../network/tensors.ts'
import type { ForwardLogs } from '../training/stepwise.ts'
import { type Dataset, rowsOf } from './dataset.ts'
import { disposeSymbol } from './dispose.ts'
import { keeping, Lifetime } from './lifetime.ts'
import type { ModelInternals } from './model-internals.ts'
import { withRoom } from './room.ts'

/** Options of {@link Sequential.trainer}: those of `fit`, as far as they are about batches. */
export interface TrainerOptions {
  /** Samples in a batch; 100 unless given. */
  batchSize?: number
  /** Leaves out the last batch of an epoch where it is shorter; it is taken unless this is true. */
  dropLast?: boolean
  /** Takes the samples in another order in each epoch; true unless given. */
  shuffle?: boolean
  /** Of the shuffles; the model's seed unless given. */
  seed?: number
  /** For the schedule: how many epochs it is planned for; 1 unless given. The trainer itself goes on without end. */
  epochs?: number
}

/** What is needed of a model. */
interface TrainedModel {
  readonly internals: ModelInternals
  readonly life: Lifetime
}

/** Tensors of the whole network, each a row for each sample of the batch. */
export interface NetworkTensors {
  /** Behind `forward`: the samples' values, bytes as 0–1. */
  inputs: Float32Array[]
  /** Behind `forward`: what comes out of the last layer, as `predict` gives it. */
  predictions: Float32Array[]
}

/** Tensors of one layer. */
export interface LayerTensors {
  /** Behind `forward`: z = x·W + b, a row for each sample. */
  weightedSums: Float32Array[]
  /** Behind `forward`: y = h(z), a row for each sample. */
  activations: Float32Array[]
  /** Behind `backward`: the gradient of the batch's mean loss by z, a row for each sample. */
  deltas: Float32Array[]
  /** Behind `backward`: the gradient of the batch's mean loss by the layer's parameters, in their shapes. */
  gradients: LayerParameters
  /** Behind `step`: what it added to the layer's parameters. */
  updates: LayerParameters
}

/**
 * Trains a model stage by stage: `forward` (prepare data → apply the model → prediction → loss), `backward` (compute the
 * gradient), `step` (change the weights), in this order for each batch. In the same order of batches it gives the same
 * bits as `fit`. While a trainer is open, its model has no other training: `dispose` it, or declare it with `using`.
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
   * Takes a batch to the loss: the next of the epoch, in the order that `fit` would take them, or the samples at the given
   * positions of the data set. Resolves to the mean loss, which may be no finite number: `skip` such a batch.
   *
   * Rejects with {@link ArgumentError} for positions that the data set has not, or more than `batchSize`.
   */
  forward(positions?: ArrayLike<number>): Promise<ForwardLogs> {
    return this.#keeping(async () => this.#trainer.forward(positions && toPositions(positions)))
  }

  /** Computes the gradients of the batch's loss. */
  backward(): Promise<void> {
    return this.#keeping(() => this.#trainer.backward())
  }

  /** Changes the weights by the compiled optimiser, at the given learning rate or the schedule's. */
  step(learningRate?: number): Promise<{ learningRate: number }> {
    return this.#keeping(async () => ({ learningRate: await this.#trainer.step(learningRate) }))
  }

  /** Leaves out the batch in hand: the next is taken by `forward`. */
  skip(): Promise<void> {
    return this.#keeping(() => this.#trainer.skip())
  }

  /**
   * A copy of a tensor of the batch in hand; those of one layer by its index, the first layer's being 0.
   *
   * Rejects with {@link StateError} before the stage that makes it.
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
   * Ends the training when the calls are done that were made before: the model keeps what it learned, and can be trained
   * otherwise. A trainer whose model or data set was disposed of takes no more calls.
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
): Promise<Trainer> {
  checkOptions('trainer', options, '{ batchSize: 100 }', OPTIONS)
  const { network, config, isCompiled, seed: modelSeed } = model.internals
  if (!isCompiled) {
    throw new StateError('trainer before compile: call model.compile({ learningRate: 0.1 }) first')
  }
  const { batchSize = 100, dropLast = false, shuffle = true, seed = modelSeed, epochs = 1 } = options
  const settings = { batchSize, dropLast, shuffle, seed, epochs, begin }
  const rows = rowsOf(train)
  return new Trainer(await withRoom(() => network.trainer(config, settings, rows)), model, train)
}

function toPositions(positions: ArrayLike<number>): Int32Array {
  const result = Int32Array.from(positions)
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

// What `compile`, `fit` and `evaluate` take and give, with their checks.

import { iterationsPerEpoch } from '../data/batches.ts'
import { describeValue } from '../describe-value.ts'
import { ArgumentError } from '../errors.ts'
import { type Layer, outputOf } from '../layers/layers.ts'
import { resolveLoss } from '../losses/loss-options.ts'
import type { Loss, LossName, LossOptions } from '../losses/loss-table.ts'
import type { Augmentation } from '../network/augmentation.ts'
import {
  type OptimizerConfig,
  resolveOptimizer,
  type UpdateOptions,
} from '../optimizers/optimizer-options.ts'
import { resolveSchedule } from '../optimizers/schedule-options.ts'
import type { ScheduleConfig, ScheduleName, ScheduleOptions } from '../optimizers/schedule-table.ts'
import type { EarlyStopping } from './early-stopping-options.ts'
import type { BatchLogs, EpochLogs, History } from './logs.ts'

/** How a model is to be trained. */
export interface CompileOptions extends UpdateOptions {
  /** How the learning rate changes as training goes on; `'constant'` unless given. */
  schedule?: ScheduleName | ScheduleOptions
  /**
   * A loss, or `{ name, … }` with its options; unless given `'crossEntropy'` behind a softmax or its logarithm, and
   * `'meanSquaredError'` behind any other layer.
   */
  loss?: LossName | LossOptions
}

/** {@link CompileOptions} with nothing left open. */
export interface TrainingConfig {
  optimizer: OptimizerConfig
  schedule: ScheduleConfig
  loss: Loss
}

/** What steers `fit`, nothing left open. */
export interface FitSettings {
  /** `'new'` forgets what the optimiser remembers, `'more'` goes on with it, `'resume'` takes up an unfinished training. */
  begin: 'new' | 'more' | 'resume'
  epochs: number
  batchSize: number
  dropLast: boolean
  shuffle: boolean
  seed: number
  /** Batches whose gradients are added up for one update; 1: each has its own. */
  accumulate: number
  /** What is done at a batch whose loss is not finite. */
  onNonFinite: 'stop' | 'skip'
  earlyStopping: EarlyStopping | undefined
  augmentation: Augmentation | undefined
  /** Iterations between two checkpoints within an epoch; none there where undefined. */
  checkpointEvery: number | undefined
}

/** What steers a training while it runs. */
export interface TrainingControls {
  /** Training rests after the batch in hand, until `resume()`. */
  pause(): void
  /** Goes on from where `pause()` stopped. */
  resume(): void
  /** Whether training rests, or will after the batch in hand. */
  readonly isPaused: boolean
  /** Training ends after the batch in hand as if it had no more epochs: the promise resolves. */
  stop(): void
  /**
   * Trains with another learning rate from the next batch on. A schedule goes on from there in proportion: all its later
   * rates are multiplied by the same factor, but for the `minimum` of `reduceOnPlateau`. It holds for later calls of `fit`
   * too, until `compile`, and checkpoints keep it.
   *
   * Throws {@link ArgumentError} unless it is a number above 0 that single precision holds, as for `compile`, and
   * {@link StateError} when the training has ended.
   *
   * @example
   * await model.fit(train, { epochs: 10, onEpochEnd: ({ epoch }, run) => epoch === 5 && run.setLearningRate(0.01) })
   */
  setLearningRate(learningRate: number): void
}

/**
 * Called as training goes on; what returns a promise is awaited. The names are Keras's. `run` steers the training: it is
 * what `fit` has returned, without the promise.
 */
export interface FitCallbacks {
  /** Before the first epoch. */
  onTrainBegin?(run: TrainingControls): unknown
  /** Before an epoch's first batch. */
  onEpochBegin?(logs: { epoch: number }, run: TrainingControls): unknown
  /** After each batch and its update. */
  onBatchEnd?(logs: BatchLogs, run: TrainingControls): unknown
  /** After an epoch's last batch and its validation. */
  onEpochEnd?(logs: EpochLogs, run: TrainingControls): unknown
  /** After the last epoch, early or not; not where training fails or is aborted. */
  onTrainEnd?(history: History): unknown
}

/** The same for the loop, which has no run. */
export interface LoopCallbacks {
  onTrainBegin?(): unknown
  onEpochBegin?(logs: { epoch: number }): unknown
  onBatchEnd?(logs: BatchLogs): unknown
  onEpochEnd?(logs: EpochLogs): unknown
  onTrainEnd?(history: History): unknown
}

/** Throws {@link ArgumentError} where the options are wrong or do not fit the last layer. */
export function resolveConfig(options: CompileOptions, layers: readonly Layer[]): TrainingConfig {
  const optimizer = resolveOptimizer(options)
  const schedule = resolveSchedule(options.schedule, optimizer.learningRate)
  return { optimizer, schedule, loss: resolveLoss(options.loss, [outputOf(layers)]) }
}

/** Throws {@link ArgumentError} for a number that cannot be. */
export function checkSettings(settings: FitSettings, samples: number): void {
  const { epochs, batchSize, seed, accumulate, onNonFinite, checkpointEvery } = settings
  if (!Number.isInteger(epochs) || epochs < 0) {
    throw new ArgumentError(`epochs is ${describeValue(epochs)}: expected a whole number, 0 or more`)
  }
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
    throw new ArgumentError(`seed is ${describeValue(seed)}: expected a whole number, 0–4294967295`)
  }
  iterationsPerEpoch(samples, batchSize)
  if (!Number.isInteger(accumulate) || accumulate < 1) {
    throw new ArgumentError(
      `accumulate is ${describeValue(accumulate)}: expected a whole number of batches, 1 or more`,
    )
  }
  if (onNonFinite !== 'stop' && onNonFinite !== 'skip') {
    throw new ArgumentError(`onNonFinite is ${describeValue(onNonFinite)}: expected 'stop' or 'skip'`)
  }
  if (checkpointEvery !== undefined && (!Number.isInteger(checkpointEvery) || checkpointEvery < 1)) {
    throw new ArgumentError(
      `checkpoints every ${checkpointEvery} iterations: expected a whole number, 1 or more`,
    )
  }
}

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
   * A loss, or `{ name, … }` with its options. Unless given, `'crossEntropy'` after a softmax or its logarithm, and
   * `'meanSquaredError'` after any other layer.
   */
  loss?: LossName | LossOptions
}

/** {@link CompileOptions} with defaults filled in. */
export interface TrainingConfig {
  optimizer: OptimizerConfig
  schedule: ScheduleConfig
  loss: Loss
}

/** The settings of `fit`, with defaults filled in. */
export interface FitSettings {
  /** `'new'` resets the optimiser's state, `'more'` keeps it, `'resume'` continues an unfinished training. */
  begin: 'new' | 'more' | 'resume'
  epochs: number
  batchSize: number
  dropLast: boolean
  shuffle: boolean
  seed: number
  /** Batches whose gradients are added up for one update; 1 updates after each. */
  accumulate: number
  /** What to do at a batch without a finite loss. */
  onNonFinite: 'stop' | 'skip'
  earlyStopping: EarlyStopping | undefined
  augmentation: Augmentation | undefined
  /** Iterations between two checkpoints within an epoch; undefined for none within it. */
  checkpointEvery: number | undefined
}

/** Controls a running training. */
export interface TrainingControls {
  /** Pauses after the current batch, until `resume()`. */
  pause(): void
  /** Continues after `pause()`. */
  resume(): void
  /** Whether training is paused, or will be after the current batch. */
  readonly isPaused: boolean
  /**
   * Ends training after the current batch as if it had no more epochs. The promise resolves. A callback or a stream that
   * is waited for at that moment is waited for no longer.
   */
  stop(): void
  /**
   * Sets the learning rate from the next batch on. A schedule continues in proportion: all its later rates are
   * multiplied by the same factor, except the `minimum` of `reduceOnPlateau`. It also holds for later calls of `fit`,
   * until `compile`. Checkpoints keep it.
   *
   * Throws {@link ArgumentError} unless it is a number above 0 that single precision holds, as for `compile`. Throws
   * {@link StateError} when the training has ended.
   *
   * @example
   * await model.fit(train, { epochs: 10, onEpochEnd: ({ epoch }, run) => epoch === 5 && run.setLearningRate(0.01) })
   */
  setLearningRate(learningRate: number): void
}

/**
 * Callbacks during training, with Keras's names. Returned promises are awaited, until a signal, `stop()`, `dispose()` or
 * `closeEngine()` ends the wait. `run` controls the training: it is what
 * `fit` returned, without the promise.
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
  /** After the last epoch, even if stopped early; not where training fails or is aborted. */
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

/** Throws {@link ArgumentError} for an invalid number. */
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

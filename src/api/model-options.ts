// What models are made, trained and asked with.
import type { OptionNames } from '../check-options.ts'
import type { EngineOptions } from '../engine/engines.ts'
import type { AugmentationOptions } from '../network/augmentation.ts'
import type { EarlyStopping } from '../training/early-stopping-options.ts'
import type { CompileOptions, FitCallbacks } from '../training/options.ts'
import type { ThreadChoice } from '../wasm/threads.ts'
import type { CheckpointOptions } from './checkpoints.ts'
import type { Dataset } from './dataset.ts'
import type { ByteMeaning } from './dataset-contents.ts'

/** Options of {@link sequential}. */
export interface SequentialOptions extends EngineOptions {
  /** Values in a sample. */
  inputSize: number
  /** Seeds the random weights: a whole number from 0 to 2³² − 1; 0 unless given. The same seed gives the same bits everywhere. */
  seed?: number
  /**
   * The most threads that compute together: 1–64, or `'auto'`, the default: as many as the machine runs at once, 8 at most.
   * Results are bit-identical for any number. Small batches use fewer threads. A page without cross-origin isolation uses
   * one: {@link Capabilities} says why.
   */
  threads?: ThreadChoice
}

export const SEQUENTIAL_OPTIONS: OptionNames<SequentialOptions> = {
  inputSize: 1,
  seed: 1,
  threads: 1,
  build: 1,
  worker: true,
}

/** Options of {@link Sequential.fit}. */
export interface FitOptions extends FitCallbacks {
  /** Passes over the samples; 1 unless given. */
  epochs?: number
  /** Samples in a batch; 100 unless given. */
  batchSize?: number
  /** Skips the last batch of an epoch if it is shorter; false unless given. */
  dropLast?: boolean
  /** Uses another order of the samples in each epoch; true unless given. */
  shuffle?: boolean
  /** Seeds the shuffles; the model's seed unless given. */
  seed?: number
  /** Evaluated after each epoch. */
  validationData?: Dataset
  /** Instead of `validationData`: the share of the samples to hold out, above 0 and below 1. The last ones are taken. */
  validationSplit?: number
  /** Batches whose gradients are accumulated for one update, as if they were one batch; 1 unless given. */
  accumulate?: number
  /**
   * At a batch whose loss is not finite, `'stop'`, the default, rejects with {@link TrainingError}. `'skip'` skips the batch.
   * Either way the weights are the last that gave a finite loss.
   */
  onNonFinite?: 'stop' | 'skip'
  /** Ends training when the monitored value no longer improves. */
  earlyStopping?: EarlyStopping
  /** Distorts each image afresh every time it is used: {@link augment} shows examples. */
  augmentation?: AugmentationOptions
  /**
   * Keeps checkpoints of the training: the newest ones and the best. An aborted or stopped training also writes one.
   */
  checkpoints?: CheckpointOptions
  /**
   * Resumes an unfinished training as if it had never stopped; `epochs` includes the completed ones. It resumes from the
   * newest checkpoint in `checkpoints.store`, if any, or else from the model's own state. These may change: `epochs`, unless
   * the schedule depends on it, early stopping's patience, callbacks and `checkpoints`. All else must stay the same, the
   * samples included. Of those, only the number is checked.
   */
  resume?: boolean
  /**
   * Stops training after the current batch: `fit` rejects with the signal's reason, and the model stays usable. It waits
   * for no callback or stream; a checkpoint that is being written has 10 seconds.
   */
  signal?: AbortSignal
}

export const COMPILE_OPTIONS: OptionNames<CompileOptions> = {
  optimizer: 1,
  learningRate: 1,
  schedule: 1,
  loss: 1,
  clipNorm: 1,
  clipValue: 1,
  l1: 1,
  l2: 1,
}

export const FIT_OPTIONS: OptionNames<FitOptions> = {
  epochs: 1,
  batchSize: 1,
  validationData: 1,
  validationSplit: 1,
  shuffle: true,
  seed: 1,
  dropLast: true,
  accumulate: 1,
  onNonFinite: 1,
  earlyStopping: 1,
  augmentation: 1,
  checkpoints: 1,
  resume: true,
  signal: 1,
  onTrainBegin: 1,
  onEpochBegin: 1,
  onBatchEnd: 1,
  onEpochEnd: 1,
  onTrainEnd: 1,
}

/** Options of {@link Sequential.evaluate}. */
export interface EvaluateOptions {
  /** For classifiers: a sample counts as right if its class is among so many largest outputs; at most the number of outputs. */
  topK?: number
  /** Stops evaluating: `evaluate` rejects with the signal's reason. */
  signal?: AbortSignal
}

/** Options of {@link Sequential.predict}. */
export interface PredictOptions {
  /** What a `Uint8Array` of inputs holds; required for one. */
  bytes?: ByteMeaning
  /** Stops predicting: `predict` rejects with the signal's reason. */
  signal?: AbortSignal | undefined
}

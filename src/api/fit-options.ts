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
  /** Of the random weights: a whole number 0 to 2³² − 1; 0 unless given. The same seed gives the same bits everywhere. */
  seed?: number
  /**
   * The most threads that compute together: 1–64, or `'auto'`, which is taken unless given, for as many as the machine
   * runs at once (8 at most). Their number changes no bit of any result, small batches are computed by fewer, and where
   * there are no threads (a page without cross-origin isolation), one computes: {@link Capabilities} says why.
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
  /** How often each sample is used; 1 unless given. */
  epochs?: number
  /** Samples in a batch; 100 unless given. */
  batchSize?: number
  /** Leaves out the last batch of an epoch where it is shorter; it is trained unless this is true. */
  dropLast?: boolean
  /** Takes the samples in another order in each epoch; true unless given. */
  shuffle?: boolean
  /** Of the shuffles; the model's seed unless given. */
  seed?: number
  /** Evaluated after each epoch. */
  validationData?: Dataset
  /** Instead of `validationData`: the share of the samples, above 0 and below 1, that is set aside for it: the last ones. */
  validationSplit?: number
  /** Batches whose gradients are added up for one update, as if they were one batch; 1 unless given. */
  accumulate?: number
  /**
   * At a batch whose loss is not finite, `'stop'`, unless given, rejects with {@link TrainingError}; `'skip'` leaves out
   * the batch and goes on. Either way the weights are the last that gave a finite loss.
   */
  onNonFinite?: 'stop' | 'skip'
  /** Ends training when what it watches gets no better. */
  earlyStopping?: EarlyStopping
  /** Distorts each image anew each time that it is trained on: see {@link augment} to look at some. */
  augmentation?: AugmentationOptions
  /**
   * Keeps checkpoints of the training: some of the last, and the best. There is one, too, where the training is aborted or
   * stopped.
   */
  checkpoints?: CheckpointOptions
  /**
   * Takes up an unfinished training, as if it had never rested: `epochs` counts those that it had before. It is that of
   * the newest checkpoint in `checkpoints.store`, where there is one, or else the model's own. All else must be as it was
   * but `epochs` (unless the schedule depends on it), early stopping's patience, callbacks and `checkpoints`; the samples
   * too, of which only the number is looked at.
   */
  resume?: boolean
  /** Stops training after the batch in hand: `fit` rejects with the signal's reason, and the model stays usable. */
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
  /** Number of largest outputs of which one must be a sample's class: 1 to the number of outputs. For classifiers. */
  topK?: number
  /** Stops evaluating: `evaluate` rejects with the signal's reason. */
  signal?: AbortSignal
}

/** Options of {@link Sequential.predict}. */
export interface PredictOptions {
  /** What a `Uint8Array` of inputs is: 0–255 as 0–1, or numbers as they are. Needed for such. */
  bytes?: ByteMeaning
  /** Stops predicting: `predict` rejects with the signal's reason. */
  signal?: AbortSignal | undefined
}

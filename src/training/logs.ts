// What a training tells of its batches and epochs.

/** What one batch gave. `iteration` counts from 1 in each epoch; `loss` is the batch's, before its update. */
export interface BatchLogs {
  epoch: number
  iteration: number
  iterations: number
  samples: number
  loss: number
  /** Share of the batch that was classified rightly; undefined for regression. */
  accuracy?: number
  /** Of this batch's update. */
  learningRate: number
}

/** What one epoch gave. Epochs count from 1 in each call of `fit`. */
export interface EpochLogs {
  epoch: number
  iterations: number
  samples: number
  /** Mean over the epoch's samples, weighted as `evaluate` weights them, each taken before its batch's update. */
  loss: number
  /** Share of the samples that were classified rightly, each before its update; undefined for regression. */
  accuracy?: number
  /** On the samples that were trained on, after the epoch: where early stopping watches them. */
  trainLoss?: number
  trainAccuracy?: number
  /** On `validationData`, after the epoch. */
  valLoss?: number
  valAccuracy?: number
  /** Batches that were left out since their loss was not finite; undefined where there were none. */
  skipped?: number
  /** Of the last update. */
  learningRate: number
  /** Training and validation. */
  seconds: number
}

/** What `fit` resolves to. */
export interface History {
  epochs: EpochLogs[]
}

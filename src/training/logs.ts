// What a training reports on its batches and epochs.

/** The result of one batch. `iteration` counts from 1 in each epoch; `loss` is the batch's, before its update. */
export interface BatchLogs {
  epoch: number
  iteration: number
  iterations: number
  samples: number
  loss: number
  /** Share of the batch that was classified correctly; undefined for regression. */
  accuracy?: number
  /** Of this batch's update. */
  learningRate: number
}

/** The result of one epoch. Epochs count from 1 in each call of `fit`. */
export interface EpochLogs {
  epoch: number
  iterations: number
  samples: number
  /** Mean over the epoch's samples, weighted as in `evaluate`, each taken before its batch's update. */
  loss: number
  /** Share of correctly classified samples, each before its update; undefined for regression. */
  accuracy?: number
  /** On the training samples, after the epoch, where early stopping monitors them. */
  trainLoss?: number
  trainAccuracy?: number
  /** On `validationData`, after the epoch. */
  valLoss?: number
  valAccuracy?: number
  /** Batches that were skipped because their loss was not finite; undefined if none. */
  skipped?: number
  /** Of the last update. */
  learningRate: number
  /** For training and validation. */
  seconds: number
}

/** What `fit` resolves to. */
export interface History {
  epochs: EpochLogs[]
}

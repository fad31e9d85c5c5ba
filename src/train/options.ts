// What `compile`, `fit` and `evaluate` take and give, with their checks.
import { iterationsPerEpoch } from '../data/batches.ts'
import { ArgumentError } from '../errors.ts'
import type { Layer } from '../model/layers.ts'
import type { LossName } from './losses.ts'

/** How a model is to be trained. */
export interface CompileOptions {
  /** `'sgd'`: w ← w − learningRate·dw. */
  optimizer?: 'sgd'
  /** Step length, above 0; 0.1 unless given. */
  learningRate?: number
  /** `'crossEntropy'` (also the default) for a softmax output, `'meanSquaredError'` for any other. */
  loss?: LossName
}

/** {@link CompileOptions} with nothing left open. */
export interface TrainingConfig {
  optimizer: 'sgd'
  learningRate: number
  loss: LossName
}

/** What one batch gave. `iteration` counts from 1 in each epoch; `loss` is the batch's, before its update. */
export interface BatchLogs {
  epoch: number
  iteration: number
  iterations: number
  samples: number
  loss: number
  /** Share of the batch that was classified rightly; undefined for regression. */
  accuracy?: number
}

/** What one epoch gave. Epochs count from 1 in each call of `fit`. */
export interface EpochLogs {
  epoch: number
  iterations: number
  samples: number
  /** Mean over the epoch's batches, each taken before its update. */
  loss: number
  /** Share of the samples that were classified rightly, each before its update; undefined for regression. */
  accuracy?: number
  /** On `validationData`, after the epoch. */
  valLoss?: number
  valAccuracy?: number
  /** Training and validation. */
  seconds: number
}

/** What `fit` resolves to. */
export interface History {
  epochs: EpochLogs[]
}

/** What `evaluate` resolves to: means over all samples. `accuracy` is undefined for regression. */
export interface Evaluation {
  loss: number
  accuracy?: number
  samples: number
}

/** Numbers that steer `fit`, all given. */
export interface FitSettings {
  epochs: number
  batchSize: number
  dropLast: boolean
  shuffle: boolean
  seed: number
}

/** Called as training goes on; what returns a promise is awaited. */
export interface FitCallbacks {
  onBatchEnd?(logs: BatchLogs): void | Promise<void>
  onEpochEnd?(logs: EpochLogs): void | Promise<void>
}

/** Throws {@link ArgumentError} where the options are wrong or do not fit the last layer. */
export function resolveConfig(options: CompileOptions, layers: readonly Layer[]): TrainingConfig {
  const isSoftmax = layers.at(-1)?.activation === 'softmax'
  const {
    optimizer = 'sgd',
    learningRate = 0.1,
    loss = isSoftmax ? 'crossEntropy' : 'meanSquaredError',
  } = options
  if (optimizer !== 'sgd') {
    throw new ArgumentError(`unknown optimizer ${JSON.stringify(optimizer)}: expected 'sgd'`)
  }
  if (
    !(
      typeof learningRate === 'number' &&
      Math.fround(learningRate) > 0 &&
      Math.fround(learningRate) < Infinity
    )
  ) {
    throw new ArgumentError(
      `learningRate is ${learningRate}: expected a number above 0 that single precision holds`,
    )
  }
  if (loss !== 'crossEntropy' && loss !== 'meanSquaredError') {
    throw new ArgumentError(
      `unknown loss ${JSON.stringify(loss)}: expected 'crossEntropy' or 'meanSquaredError'`,
    )
  }
  if ((loss === 'crossEntropy') !== isSoftmax) {
    throw new ArgumentError(
      isSoftmax
        ? "a softmax output is trained with the loss 'crossEntropy', not 'meanSquaredError'"
        : "the loss 'crossEntropy' needs a last layer with activation 'softmax'",
    )
  }
  return { optimizer, learningRate, loss }
}

/** Throws {@link ArgumentError} for a number that cannot be. */
export function checkSettings({ epochs, batchSize, seed }: FitSettings, samples: number): void {
  if (!Number.isInteger(epochs) || epochs < 0) {
    throw new ArgumentError(`epochs is ${epochs}: expected a whole number, 0 or more`)
  }
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
    throw new ArgumentError(`seed is ${seed}: expected a whole number, 0 … 4294967295`)
  }
  iterationsPerEpoch(samples, batchSize)
}

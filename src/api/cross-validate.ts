// How well a kind of model does on samples that it has not seen, and how much that depends on chance.
import { checkOptions, type OptionNames } from '../check-options.ts'
import type { Evaluation } from '../losses/evaluation.ts'
import type { Dataset } from './dataset.ts'
import type { FitOptions, Sequential } from './sequential.ts'

/** Options of {@link crossValidate}: how to divide, and how to train. Trainings of several models keep no checkpoints. */
export interface CrossValidateOptions
  extends Omit<FitOptions, 'validationData' | 'validationSplit' | 'checkpoints' | 'resume' | 'seed'> {
  /** Parts, each of which is held out once; 5 unless given. */
  folds?: number
  /** Whether each part has the classes in the proportions of the whole; false unless given. */
  stratify?: boolean
  /** Of the division; 0 unless given. */
  seed?: number
}

const NAMES: OptionNames<CrossValidateOptions> = {
  folds: 1,
  stratify: true,
  seed: 1,
  epochs: 1,
  batchSize: 1,
  dropLast: true,
  shuffle: true,
  accumulate: 1,
  onNonFinite: 1,
  earlyStopping: 1,
  augmentation: 1,
  signal: 1,
  onTrainBegin: 1,
  onEpochBegin: 1,
  onBatchEnd: 1,
  onEpochEnd: 1,
  onTrainEnd: 1,
}

/** Mean and standard deviation (of the sample: divided by folds − 1) over the folds. */
export interface Spread {
  mean: number
  standardDeviation: number
}

/** What a cross-validation found. */
export interface CrossValidation {
  /** Each model on the samples it was not trained on. */
  folds: Evaluation[]
  loss: Spread
  /** For classifiers. */
  accuracy?: Spread
  /** For regressions. */
  r2?: Spread
}

/**
 * Divides the samples into folds, trains a new model on all but one, evaluates it on that one, and so on for each: k-fold
 * cross-validation. `createModel` gets the fold's number, from 1 on, and the samples that the model will be trained on, by
 * which inputs can be scaled (those that are held out tell nothing then); it gives a compiled model, which is disposed of
 * in the end.
 *
 * Rejects with {@link ArgumentError} for a number of folds that cannot be, and as `fit` and `evaluate` do.
 *
 * @example
 * const { accuracy } = await crossValidate(
 *   async (fold, train) => {
 *     const layers = [normalization(await train.standardization()), dense(3, { activation: 'softmax' })]
 *     return (await sequential(layers, { inputSize: 4, seed: fold })).compile({ optimizer: 'adam' })
 *   },
 *   data,
 *   { folds: 5, stratify: true, epochs: 20, batchSize: 16 },
 * )
 * console.log(`${accuracy.mean} ± ${accuracy.standardDeviation}`)
 */
export async function crossValidate(
  createModel: (fold: number, train: Dataset) => Sequential | Promise<Sequential>,
  data: Dataset,
  options: CrossValidateOptions = {},
): Promise<CrossValidation> {
  checkOptions('crossValidate', options, '{ folds: 5, epochs: 10 }', NAMES)
  const { validateByFolds } = await import('./folds.ts')
  return validateByFolds(createModel, data, options)
}

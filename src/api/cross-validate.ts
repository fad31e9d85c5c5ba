// How well a kind of model does on samples that it has not seen, and how much that depends on chance.
import { checkOptions, type OptionNames } from '../check-options.ts'
import type { CrossValidateOptions, CrossValidation } from './cross-validate-parts.ts'
import type { Dataset } from './dataset.ts'
import type { Sequential } from './sequential.ts'

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

/**
 * k-fold cross-validation: divides the samples into folds. For each fold it trains a new model on all others and
 * evaluates it on that one. `createModel` gets the number of the fold, from 1, and the samples to train on. Compute
 * input scaling from those, so that the held-out samples do not leak into it. It returns a compiled model, which is
 * disposed of afterwards.
 *
 * Rejects with {@link ArgumentError} for an impossible number of folds, and as `fit` and `evaluate` do.
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
  const { validateByFolds } = await import('./cross-validate-parts.ts')
  return validateByFolds(createModel, data, options)
}

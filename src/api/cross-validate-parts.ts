// k-fold cross-validation.

import { ArgumentError } from '../errors.ts'
import type { Evaluation } from '../losses/evaluation.ts'
import type { Dataset } from './dataset.ts'
import type { FitOptions } from './model-options.ts'
import { checkData, checkModel } from './right-kinds.ts'
import type { Sequential } from './sequential.ts'

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

/** See {@link crossValidate}. */
export async function validateByFolds(
  createModel: (fold: number, train: Dataset) => Sequential | Promise<Sequential>,
  data: Dataset,
  options: CrossValidateOptions,
): Promise<CrossValidation> {
  if (typeof createModel !== 'function') {
    throw new ArgumentError(
      `createModel is of type ${typeof createModel}: expected a function that gives a new, compiled model`,
    )
  }
  checkData('crossValidate', data)
  const { folds: count = 5, stratify = false, seed = 0, ...fitOptions } = options
  const folds: Evaluation[] = []
  for (const [i, { train, validation }] of (await data.kFold(count, { seed, stratify })).entries()) {
    const model = await createModel(i + 1, train)
    checkModel('crossValidate of its createModel', model)
    try {
      await model.fit(train, fitOptions)
      folds.push(await model.evaluate(validation, { ...(options.signal && { signal: options.signal }) }))
    } finally {
      model.dispose()
    }
  }
  const accuracy = spreadOf(folds.map(fold => fold.accuracy))
  const r2 = spreadOf(folds.map(fold => fold.r2))
  return {
    folds,
    loss: spreadOf(folds.map(({ loss }) => loss)) ?? { mean: Number.NaN, standardDeviation: Number.NaN },
    ...(accuracy && { accuracy }),
    ...(r2 && { r2 }),
  }
}

/** Undefined unless all values are known. */
function spreadOf(values: readonly (number | undefined)[]): Spread | undefined {
  const known = values.filter(value => value !== undefined)
  if (known.length < values.length) return undefined
  const mean = known.reduce((a, b) => a + b, 0) / known.length
  const variance = known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (known.length - 1)
  return { mean, standardDeviation: Math.sqrt(variance) }
}

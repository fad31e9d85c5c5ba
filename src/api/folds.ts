// k-fold cross-validation.

import { ArgumentError } from '../errors.ts'
import type { Evaluation } from '../losses/evaluation.ts'
import type { CrossValidateOptions, CrossValidation, Spread } from './cross-validate.ts'
import type { Dataset } from './dataset.ts'
import { checkData, checkModel } from './right-kinds.ts'
import type { Sequential } from './sequential.ts'

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

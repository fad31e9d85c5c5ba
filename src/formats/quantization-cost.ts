// What weights in fewer bits cost: a model and its copy, measured on the same data.
import type { Dataset } from '../api/dataset.ts'
import { checkData, checkModel } from '../api/right-kinds.ts'
import { type Sequential, sequentialFromSafetensors } from '../api/sequential.ts'
import { checkOptions } from '../check-options.ts'
import type { Evaluation } from '../losses/evaluation.ts'
import type { LossOptions } from '../losses/loss-table.ts'
import type { WeightType } from './quantization.ts'
import { toSafetensors } from './quantized-file.ts'

/** Options of {@link quantizationCost}. */
export interface QuantizationCostOptions {
  /** `'int8'` unless given. */
  weights?: WeightType
  /** Stops it: rejects with the signal's reason. */
  signal?: AbortSignal
}

/** What {@link quantizationCost} gives. */
export interface QuantizationCost {
  /** The model as it is. */
  before: Evaluation
  /** The model as read from a file with weights in fewer bits. */
  after: Evaluation
  /** `before.accuracy − after.accuracy`; undefined for a regression. Negative where the copy happens to be better. */
  accuracyLoss: number | undefined
  /** `after.loss − before.loss`. */
  lossIncrease: number
  /** max |Δ| over all outputs of all samples; NaN where one is NaN. */
  largestOutputDifference: number
  /** Bytes of the safetensors file, before and after. */
  bytes: { before: number; after: number }
}

/**
 * Measures the cost of keeping a model's weights in fewer bits. It evaluates the model, and the one that
 * {@link toSafetensors} would save, on the same samples, such as the test set. The model does not change.
 *
 * Rejects like `evaluate` and {@link toSafetensors}.
 *
 * @example
 * const { before, after, bytes } = await quantizationCost(model, test, { weights: 'int8' })
 * console.log(before.accuracy, after.accuracy, bytes.after / bytes.before) // 0.9696 0.9697 0.25…
 */
export async function quantizationCost(
  model: Sequential,
  data: Dataset,
  options: QuantizationCostOptions = {},
): Promise<QuantizationCost> {
  checkOptions('quantizationCost', options, "{ weights: 'int8' }", { weights: 1, signal: 1 })
  checkModel('quantizationCost', model)
  checkData('quantizationCost', data)
  const { weights = 'int8', signal } = options
  const [file, plain] = [await toSafetensors(model, { weights }), await toSafetensors(model)]
  const { build, threads } = model.capabilities
  const copy = await sequentialFromSafetensors(file, { build, threads })
  try {
    if (model.internals.isCompiled) copy.compile({ loss: model.trainingConfig.loss as LossOptions })
    const evaluate = (either: Sequential) => either.evaluate(data, signal && { signal })
    const predict = (either: Sequential) => either.predict(data, signal && { signal })
    const [before, after] = [await evaluate(model), await evaluate(copy)]
    return {
      before,
      after,
      accuracyLoss: lossOf(before.accuracy, after.accuracy),
      lossIncrease: after.loss - before.loss,
      largestOutputDifference: largestDifference(await predict(model), await predict(copy)),
      bytes: { before: plain.length, after: file.length },
    }
  } finally {
    copy.dispose()
  }
}

const lossOf = (before: number | undefined, after: number | undefined) =>
  before === undefined || after === undefined ? undefined : before - after

function largestDifference(before: readonly Float32Array[], after: readonly Float32Array[]): number {
  let largest = 0
  for (const [i, outputs] of before.entries()) {
    for (const [j, value] of outputs.entries()) {
      largest = Math.max(largest, Math.abs(value - (after[i]?.[j] ?? Number.NaN))) // NaN stays
    }
  }
  return largest
}

// Which learning rate to train with.
import { checkOptions } from '../check-options.ts'
import type { Dataset } from './dataset.ts'
import { keeping } from './lifetime.ts'
import { checkData, checkModel } from './right-kinds.ts'
import type { Sequential } from './sequential.ts'

/** Options of {@link findLearningRate}. */
export interface FindLearningRateOptions {
  /** The first learning rate, above 0; 1e-6 unless given. */
  from?: number
  /** The last, above the first; 10 unless given. */
  to?: number
  /** Iterations from the first to the last, 2 or more; 100 unless given. */
  iterations?: number
  /** Samples in a batch; 100 unless given. */
  batchSize?: number
  /** Of the shuffles; the model's seed unless given. */
  seed?: number
  /** Share of its last value in the smoothed loss, 0 … below 1; 0.9 unless given. */
  smoothing?: number
  signal?: AbortSignal
}

/** One iteration of a range test. */
export interface LearningRatePoint {
  learningRate: number
  /** Of the batch, before its update at this rate. */
  loss: number
  /** Exponential moving average of the losses up to here, without its bias towards 0. */
  smoothedLoss: number
}

/** What a range test found. */
export interface LearningRateRange {
  /** A tenth of the rate at which the smoothed loss is the lowest: of use as `learningRate`. */
  suggestion: number
  /** Where the smoothed loss falls the fastest by the rate's logarithm, before its lowest. */
  steepest: number
  /** Whether the loss grew beyond four times its lowest, or was not finite: the test ended there. */
  diverged: boolean
  curve: LearningRatePoint[]
}

/**
 * Trains for some iterations with a learning rate that grows exponentially, and watches the loss: it falls where the rate
 * is right, and diverges where it is too large. The compiled optimiser begins anew, the schedule does not count, and at
 * the end weights, optimiser and all are as before.
 *
 * Rejects with {@link StateError} before `compile` or while `fit` runs, and with {@link ArgumentError} for options that
 * cannot be.
 *
 * @example
 * const { suggestion, curve } = await findLearningRate(model, train)
 * model.compile({ learningRate: suggestion })
 */
export async function findLearningRate(
  model: Sequential,
  data: Dataset,
  options: FindLearningRateOptions = {},
): Promise<LearningRateRange> {
  checkOptions('findLearningRate', options, '{ from: 1e-6, to: 10 }', {
    from: 1,
    to: 1,
    iterations: 1,
    batchSize: 1,
    seed: 1,
    smoothing: 1,
    signal: 1,
  })
  checkModel('findLearningRate', model)
  checkData('findLearningRate', data)
  return keeping(
    async () => {
      const { searchLearningRate } = await import('./learning-rate-search.ts')
      return searchLearningRate(model, data, options)
    },
    model,
    data,
  )
}

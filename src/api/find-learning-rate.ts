// Which learning rate to train with.
import { checkOptions } from '../check-options.ts'
import type { Dataset } from './dataset.ts'
import type { FindLearningRateOptions, LearningRateRange } from './find-learning-rate-parts.ts'
import { keeping } from './lifetime.ts'
import { checkData, checkModel } from './right-kinds.ts'
import type { Sequential } from './sequential.ts'

/**
 * Trains for some iterations with a learning rate that grows exponentially, and watches the loss. The loss falls where
 * the rate is right, and diverges where it is too large. The compiled optimiser starts afresh, and the schedule is
 * ignored. Afterwards the weights and the optimiser are as before.
 *
 * Rejects with {@link StateError} before `compile` or while `fit` runs, and with {@link ArgumentError} for bad
 * options.
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
      const { searchLearningRate } = await import('./find-learning-rate-parts.ts')
      return searchLearningRate(model, data, options)
    },
    model,
    data,
  )
}

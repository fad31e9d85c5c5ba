// The samples that `fit` sets aside for validation. Loaded with the first training that does.
import { describeValue } from '../describe-value.ts'
import type { EngineRows } from '../engine/engine.ts'
import { ArgumentError } from '../errors.ts'
import { type Dataset, rowsOf } from './dataset.ts'
import type { StreamingDataset } from './streaming-dataset.ts'

/** The last samples are set aside; `share` is how many of all. Throws {@link ArgumentError}. */
export function splitForValidation(
  train: Dataset | StreamingDataset,
  share: number,
  others: Dataset | undefined,
): { training: EngineRows; validation: EngineRows } {
  if ('shuffleBuffer' in Object(train)) {
    throw new ArgumentError('a stream cannot be split: give validationData instead of validationSplit')
  }
  if (others) throw new ArgumentError('fit got validationData and validationSplit: give one of them')
  const { samples, indices } = rowsOf(train as Dataset)
  const { length } = indices
  const begin = typeof share === 'number' ? length - Math.round(length * share) : 0
  if (!(share > 0 && share < 1) || begin === 0 || begin === length) {
    throw new ArgumentError(
      `validationSplit is ${describeValue(share)} for ${length} samples: expected a number between 0 and 1 that leaves ` +
        'samples on both sides',
    )
  }
  return {
    training: { samples, indices: indices.slice(0, begin) },
    validation: { samples, indices: indices.slice(begin) },
  }
}

// Whether all layers can train with an epoch's batches.
import { ArgumentError } from '../errors.ts'
import type { NetworkLayer } from '../network/parameters.ts'
import type { BatchSizes } from './context.ts'

/** Throws {@link ArgumentError} where an epoch would have a batch of one sample before a batch normalisation. */
export function checkBatchSizes(
  layers: readonly NetworkLayer[],
  samples: number,
  { batchSize, dropLast }: BatchSizes,
): void {
  if (!layers.some(({ layer }) => layer.kind === 'batchNormalization')) return
  const last = samples % batchSize
  if (Math.min(batchSize, samples) > 1 && (last !== 1 || dropLast)) return
  throw new ArgumentError(
    `batchNormalization: ${samples} samples in batches of ${batchSize} make one of a single sample, which has no ` +
      'variance to train with: use another batchSize, or dropLast',
  )
}

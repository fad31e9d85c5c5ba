// Distorted copies of a data set, to look at before training on such.
import { checkOptions } from '../check-options.ts'
import { withRoom } from '../engine/with-room.ts'
import type { AugmentationOptions } from '../network/augmentation.ts'
import { type Dataset, datasetOf, rowsOf } from './dataset.ts'
import { keeping } from './lifetime.ts'

/**
 * A new data set: the images of `data`, each distorted at random, with their labels or targets. The same seed gives
 * the same images on every machine. It is a whole number from 0 to 2³² − 1, 0 unless given.
 *
 * Throws {@link ArgumentError} for bad options, and for a data set that does not hold images as bytes. Throws
 * {@link ShapeError} where limits by class do not cover all classes.
 *
 * @example
 * const options = { rotation: 15, scale: 0.15, elastic: { alpha: 36, sigma: 6 } }
 * const distorted = await augment(train.slice(0, 100), options, { seed: 1 })
 */
export async function augment(
  data: Dataset,
  options: AugmentationOptions,
  settings: { seed?: number } = {},
): Promise<Dataset> {
  const rows = rowsOf(data)
  checkOptions('augment', settings, '{ seed: 1 }', { seed: 1 })
  const { seed = 0 } = settings
  return keeping(async () => {
    const { checkUint32 } = await import('../kernels/check.ts')
    const { resolveAugmentation } = await import('../network/augmentation.ts')
    checkUint32('seed', seed)
    const { engine } = data
    const augmentation = resolveAugmentation(options)
    return datasetOf(engine, await withRoom(() => engine.augment(rows, augmentation, seed)))
  }, data)
}

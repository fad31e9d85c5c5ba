// What a classifier of images looks for, and where it is wrong.
import { checkNoOptions, checkOptions } from '../check-options.ts'
import { describeValue } from '../describe-value.ts'
import { ArgumentError } from '../errors.ts'
import type { Dataset } from './dataset.ts'
import type { ConfusedSample, FirstLayerOptions } from './insight-parts.ts'
import { checkData, checkModel } from './right-kinds.ts'
import type { Sequential } from './sequential.ts'

/**
 * The weights of the first dense layer as grey images, one for each unit, row by row. A weight of 0 is 128, the
 * largest positive magnitude 255, the largest negative one 1.
 *
 * Rejects with {@link ShapeError} unless height · width is the model's `inputSize`.
 *
 * @example
 * const images = await firstLayerImages(model, [28, 28]) // 512 times Uint8Array(784)
 */
export async function firstLayerImages(
  model: Sequential,
  size: readonly [number, number],
  options: FirstLayerOptions = {},
): Promise<Uint8Array[]> {
  checkOptions('firstLayerImages', options, "{ contrast: 'layer' }", { contrast: 1 })
  checkModel('firstLayerImages', model)
  const [height, width] = Array.isArray(size) ? (size as readonly number[]) : []
  if (typeof height !== 'number' || typeof width !== 'number') {
    throw new ArgumentError(
      `the images' size is ${describeValue(size)}: expected [height, width], such as [28, 28]`,
    )
  }
  const { drawFirstLayer } = await import('./insight-parts.ts')
  return drawFirstLayer(model, height, width, options)
}

/**
 * The samples that a classifier gets most wrong, worst first: those whose label has the smallest probability, so the
 * largest cross-entropy. Samples whose outputs are not finite come before them. `data.slice(index, index + 1).read()`
 * gives the image of such a sample.
 *
 * Rejects with {@link ArgumentError} where the data have no labels, or the last layer gives no probabilities. It must
 * be a softmax, its logarithm, or a single sigmoid.
 *
 * @example
 * for (const { index, label, predicted } of await mostConfused(model, test, 20)) console.log(index, label, predicted)
 */
export function mostConfused(model: Sequential, data: Dataset, count?: number): Promise<ConfusedSample[]>
export async function mostConfused(
  model: Sequential,
  data: Dataset,
  count = 10,
  ...more: unknown[]
): Promise<ConfusedSample[]> {
  checkNoOptions('mostConfused', [count, ...more])
  checkModel('mostConfused', model)
  checkData('mostConfused', data)
  const { findMostConfused } = await import('./insight-parts.ts')
  return findMostConfused(model, data, count)
}

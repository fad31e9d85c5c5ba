// What a classifier of images looks for, and where it is wrong.
import { checkOptions } from '../check-options.ts'
import { ArgumentError, ShapeError } from '../errors.ts'
import { activationOf } from '../model/layers.ts'
import type { Dataset } from './dataset.ts'
import type { Sequential } from './sequential.ts'

/** Options of {@link firstLayerImages}. */
export interface FirstLayerOptions {
  /** What is black or white: the largest weight of each unit (`'unit'`, unless given), or of the layer. */
  contrast?: 'unit' | 'layer'
}

/**
 * The weights of the first dense layer as grey images, one for each unit, pixel by pixel, row by row: 128 is a weight of
 * 0, 255 the largest magnitude where it is positive, 1 where it is negative.
 *
 * Rejects with {@link ShapeError} unless height · width is the model's `inputSize`.
 *
 * @example
 * const images = await firstLayerImages(model, [28, 28]) // 512 times Uint8Array(784)
 */
export async function firstLayerImages(
  model: Sequential,
  [height, width]: readonly [number, number],
  options: FirstLayerOptions = {},
): Promise<Uint8Array[]> {
  checkOptions('firstLayerImages', options, "{ contrast: 'layer' }")
  const { contrast = 'unit' } = options
  if (contrast !== 'unit' && contrast !== 'layer') {
    throw new ArgumentError(`contrast is ${JSON.stringify(contrast)}: expected 'unit' or 'layer'`)
  }
  const size = model.inputSize
  if (height * width !== size) {
    throw new ShapeError(
      `images of ${height} × ${width} for a model with ${size} inputs: expected their product`,
    )
  }
  const first = model.layers.findIndex(({ kind }) => kind === 'dense')
  const { weights } = (await model.getParameters())[first] ?? { weights: new Float32Array() }
  const units = weights.length / size
  const largestOf = (values: Float32Array) =>
    values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const ofLayer = largestOf(weights)
  return Array.from({ length: units }, (_, unit) => {
    const own = Float32Array.from({ length: size }, (_, i) => weights[i * units + unit] ?? 0)
    const largest = contrast === 'unit' ? largestOf(own) : ofLayer
    return Uint8Array.from(own, value => 128 + Math.round(largest > 0 ? (127 * value) / largest : 0))
  })
}

/** A sample that a classifier takes for something else, or nearly so. */
export interface ConfusedSample {
  /** Its place in the data set. */
  index: number
  label: number
  /** The likeliest class, and its probability. */
  predicted: number
  probability: number
  /** The probability of the label: its cross-entropy is −log of it. */
  labelProbability: number
}

/**
 * The samples of which a classifier is the most wrong, the worst first: those whose label has the smallest probability,
 * and so the largest cross-entropy. `data.slice(index, index + 1).read()` gives such a sample's image.
 *
 * Rejects with {@link ArgumentError} where the data have no labels, or the last layer gives no probabilities: it must be
 * a softmax, its logarithm, or one sigmoid.
 *
 * @example
 * for (const { index, label, predicted } of await mostConfused(model, test, 20)) console.log(index, label, predicted)
 */
export async function mostConfused(model: Sequential, data: Dataset, count = 10): Promise<ConfusedSample[]> {
  if (!Number.isInteger(count) || count < 1) {
    throw new ArgumentError(`count is ${count}: expected a whole number, 1 or more`)
  }
  const activation = activationOf(model.layers.at(-1)) ?? 'identity'
  const isBinary = activation === 'sigmoid' && model.outputSize === 1
  if (activation !== 'softmax' && activation !== 'logSoftmax' && !isBinary) {
    throw new ArgumentError(
      `the last layer's activation is ${activation}: expected a softmax, logSoftmax, or one unit with a sigmoid`,
    )
  }
  const { labels } = await data.read()
  if (!labels) throw new ArgumentError('this data set has no labels: give it some, or use evaluate')
  const outputs = await model.predict(data)
  const samples = outputs.map((row, index): ConfusedSample => {
    const raw = activation === 'logSoftmax' ? row.map(Math.exp) : row
    const probabilities = isBinary ? [1 - (raw[0] ?? 0), raw[0] ?? 0] : [...raw]
    const label = labels[index] ?? 0
    const probability = Math.max(...probabilities)
    const predicted = probabilities.indexOf(probability)
    return { index, label, predicted, probability, labelProbability: probabilities[label] ?? 0 }
  })
  return samples.sort((a, b) => a.labelProbability - b.labelProbability || a.index - b.index).slice(0, count)
}

// The first layer's weights as images, and the samples of which a classifier is the most wrong.

import { describeValue } from '../describe-value.ts'
import { ArgumentError, ShapeError } from '../errors.ts'
import { activationOf } from '../layers/layers.ts'
import type { Dataset } from './dataset.ts'
import type { Sequential } from './sequential.ts'

/** Options of {@link firstLayerImages}. */
export interface FirstLayerOptions {
  /** Which weight is black or white: the largest of each unit (`'unit'`, the default), or of the layer. */
  contrast?: 'unit' | 'layer'
}

/** A sample that a classifier gets wrong, or nearly wrong. */
export interface ConfusedSample {
  /** Its index in the data set. */
  index: number
  label: number
  /** The likeliest class, and its probability; undefined and NaN where the model's outputs are not finite. */
  predicted: number | undefined
  probability: number
  /** The probability of the label: its cross-entropy is −log of it. NaN where the outputs are not finite. */
  labelProbability: number
}

/** See {@link firstLayerImages}. */
export async function drawFirstLayer(
  model: Sequential,
  height: number,
  width: number,
  options: FirstLayerOptions,
): Promise<Uint8Array[]> {
  const { contrast = 'unit' } = options
  if (contrast !== 'unit' && contrast !== 'layer') {
    throw new ArgumentError(`contrast is ${describeValue(contrast)}: expected 'unit' or 'layer'`)
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
    const own = new Float32Array(size).map((_, i) => weights[i * units + unit] ?? 0)
    const largest = contrast === 'unit' ? largestOf(own) : ofLayer
    const image = new Uint8Array(size)
    for (const [i, value] of own.entries()) {
      image[i] = 128 + Math.round(largest > 0 ? (127 * value) / largest : 0)
    }
    return image
  })
}

/** See {@link mostConfused}. */
export async function findMostConfused(
  model: Sequential,
  data: Dataset,
  count: number,
): Promise<ConfusedSample[]> {
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
    const probabilities = isBinary ? Float64Array.of(1 - (raw[0] ?? 0), raw[0] ?? 0) : raw
    const label = labels[index] ?? 0
    let probability = -Infinity
    for (const value of probabilities) probability = Math.max(probability, value) // NaN stays
    if (!Number.isFinite(probability)) {
      return { index, label, predicted: undefined, probability: Number.NaN, labelProbability: Number.NaN }
    }
    const predicted = probabilities.indexOf(probability)
    return { index, label, predicted, probability, labelProbability: probabilities[label] ?? 0 }
  })
  const rank = ({ labelProbability }: ConfusedSample) => (labelProbability >= 0 ? labelProbability : -1)
  return samples.sort((a, b) => rank(a) - rank(b) || a.index - b.index).slice(0, count)
}

// Layers that normalise: over the batch, over the sample, or by given numbers.

import { checkNoOptions, checkOptions } from '../check-options.ts'
import { describeValue } from '../describe-value.ts'
import { ArgumentError, ShapeError } from '../errors.ts'

/** Batch normalisation. */
export interface BatchNormalizationLayer {
  readonly kind: 'batchNormalization'
  /** The weight of a batch in the running statistics. */
  readonly momentum: number
  readonly epsilon: number
}

/** Layer normalisation. */
export interface LayerNormalizationLayer {
  readonly kind: 'layerNormalization'
  readonly epsilon: number
}

/** Inputs scaled by given numbers. */
export interface NormalizationLayer {
  readonly kind: 'normalization'
  /** One number for all inputs, or one for each. */
  readonly mean: number | readonly number[]
  readonly standardDeviation: number | readonly number[]
}

/** Options of {@link normalization}. */
export interface NormalizationOptions {
  /** One number for all inputs, or one for each. */
  mean: number | ArrayLike<number>
  /** One number, or one for each input: 0, or 3e-39 or above. 0, for an input that never varies, counts as 1. */
  standardDeviation: number | ArrayLike<number>
}

const DEFAULT_EPSILON = 1e-5
const DEFAULT_MOMENTUM = 0.1

/**
 * Describes batch normalisation, like PyTorch 1.13's BatchNorm1d: γ·(x − mean) / √(variance + epsilon) + β. γ and β are
 * learned. `epsilon` is 1e-5 unless given.
 *
 * - Training normalises each unit by its mean and (biased) variance over the batch.
 * - Evaluation and prediction use running statistics. Each step moves them towards the batch's by `momentum`, 0.1
 *   unless given. Their variance is unbiased.
 * - Before the first dense layer, it costs the gain of sparse bytes. `normalization` does not.
 *
 * A batch needs at least two samples: `fit` throws {@link ArgumentError} where one would have fewer. Throws
 * {@link ArgumentError} for invalid options. Source: Ioffe & Szegedy, 2015.
 *
 * @example
 * [dense(512), batchNormalization(), activation('relu'), dense(10, { activation: 'softmax' })]
 */
export function batchNormalization(
  options: { momentum?: number; epsilon?: number } = {},
): BatchNormalizationLayer {
  checkOptions('batchNormalization', options, '{ momentum: 0.1 }', { momentum: 1, epsilon: 1 })
  const { momentum = DEFAULT_MOMENTUM, epsilon = DEFAULT_EPSILON } = options
  const layer: BatchNormalizationLayer = { kind: 'batchNormalization', momentum, epsilon }
  checkBatchNormalization(layer)
  return layer
}

/**
 * Describes layer normalisation, like PyTorch 1.13's LayerNorm: γ·(x − mean) / √(variance + epsilon) + β. It normalises
 * each sample by the mean and (biased) variance of its own values, in training and in prediction. `epsilon` is 1e-5
 * unless given. γ and β, one number for each unit, are learned.
 *
 * Throws {@link ArgumentError} for invalid options. Source: Ba, Kiros & Hinton, 2016.
 *
 * @example
 * [dense(512), layerNormalization(), activation('relu'), dense(10, { activation: 'softmax' })]
 */
export function layerNormalization(options: { epsilon?: number } = {}): LayerNormalizationLayer {
  checkOptions('layerNormalization', options, '{ epsilon: 1e-5 }', { epsilon: 1 })
  const layer: LayerNormalizationLayer = {
    kind: 'layerNormalization',
    epsilon: options.epsilon ?? DEFAULT_EPSILON,
  }
  checkEpsilon('layerNormalization', layer.epsilon)
  return layer
}

/**
 * Describes scaled inputs, (x − mean) / standardDeviation; bytes count as 0–1. It must be the first layer. A batch of
 * bytes that are mostly 0 stays sparse: the scaling is folded into the product of a first dense layer that follows. A
 * model file keeps it in its metadata, where PyTorch does not see it.
 *
 * Throws {@link ArgumentError} for invalid numbers.
 *
 * @example
 * [normalization({ mean: 0.1307, standardDeviation: 0.3081 }), dense(10, { activation: 'softmax' })]
 */
export function normalization(options: NormalizationOptions): NormalizationLayer
export function normalization(options: NormalizationOptions, ...more: unknown[]): NormalizationLayer {
  checkNoOptions('normalization', more, ' as a second argument: give one object')
  checkOptions('normalization', options, '{ mean: 0.13, standardDeviation: 0.31 }', {
    mean: 1,
    standardDeviation: 1,
  })
  const plain = (numbers: number | ArrayLike<number>) =>
    typeof numbers === 'object' && numbers !== null ? Array.from(numbers) : numbers
  const layer: NormalizationLayer = {
    kind: 'normalization',
    mean: plain(options.mean),
    standardDeviation: plain(options.standardDeviation),
  }
  checkNormalization(layer)
  return layer
}

/** Throws {@link ArgumentError} for a layer that {@link batchNormalization} does not make. */
export function checkBatchNormalization({ momentum, epsilon }: BatchNormalizationLayer): void {
  if (!(typeof momentum === 'number' && momentum >= 0 && momentum <= 1)) {
    throw new ArgumentError(
      `batchNormalization: momentum is ${describeValue(momentum)}, expected 0–1, the weight of a batch in the running statistics`,
    )
  }
  checkEpsilon('batchNormalization', epsilon)
}

/** Throws {@link ArgumentError} for a layer that {@link layerNormalization} does not make. */
export function checkLayerNormalization({ epsilon }: LayerNormalizationLayer): void {
  checkEpsilon('layerNormalization', epsilon)
}

function checkEpsilon(what: string, epsilon: number): void {
  if (!(typeof epsilon === 'number' && Math.fround(epsilon) > 0 && Math.fround(epsilon) < Infinity)) {
    throw new ArgumentError(
      `${what}: epsilon is ${describeValue(epsilon)}, expected a number above 0, such as 1e-5`,
    )
  }
}

/**
 * Throws {@link ArgumentError} for a layer that {@link normalization} does not make, and {@link ShapeError} unless it
 * has one number for each input.
 */
export function checkNormalization({ mean, standardDeviation }: NormalizationLayer, inputs?: number): void {
  for (const [what, numbers] of Object.entries({ mean, standardDeviation })) {
    const list = typeof numbers === 'number' ? [numbers] : numbers
    if (!Array.isArray(list)) {
      throw new ArgumentError(
        `normalization: ${what} is ${typeof numbers}, expected a number, or one for each input`,
      )
    }
    const isScale = what === 'standardDeviation'
    const isRight = (value: number) =>
      Number.isFinite(Math.fround(value)) &&
      // The kernels multiply by the reciprocal.
      (!isScale || value === 0 || (value > 0 && Number.isFinite(Math.fround(1 / value))))
    const bad = list.find(value => !isRight(value))
    if (bad !== undefined) {
      throw new ArgumentError(
        `normalization: ${what} has ${bad}, expected ${isScale ? '0, or 3e-39 or above' : 'finite numbers'}`,
      )
    }
    if (inputs !== undefined && typeof numbers !== 'number' && list.length !== inputs) {
      throw new ShapeError(
        `normalization: ${what} has ${list.length} numbers for ${inputs} inputs, expected one for each, or one for all`,
      )
    }
  }
}

/** What the kernels take: μ and 1 / σ, one for each input. */
export function scalingOf(
  { mean, standardDeviation }: NormalizationLayer,
  inputs: number,
): { mean: Float32Array; scale: Float32Array } {
  const spread = (numbers: number | readonly number[]) =>
    typeof numbers === 'number' ? new Array<number>(inputs).fill(numbers) : numbers
  return {
    mean: new Float32Array(spread(mean)),
    scale: new Float32Array(spread(standardDeviation).map(value => (value === 0 ? 1 : 1 / value))),
  }
}

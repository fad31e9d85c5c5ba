// Metrics of a regression, of its predictions and the targets.
import { checkOptions } from '../check-options.ts'
import { describeValue } from '../describe-value.ts'
import { ArgumentError, ShapeError } from '../errors.ts'
import type { OutputMetrics } from '../losses/evaluation.ts'
import { meanOf, quantileOf } from './column-statistics.ts'
import { checkCounts, type ScoreRows, toColumns } from './score-rows.ts'

/** How one output of a regression was predicted, in the target's unit. */
export interface RegressionOutputScores extends OutputMetrics {
  /** The root of the mean of (y − t)². */
  rootMeanSquaredError: number
  /** The mean of |y − t| / |t|: 0.1 is 10 %. NaN where a target is 0, for which it is not defined. */
  meanAbsolutePercentageError: number
  /**
   * Quantiles of y − t by their share, linear between two samples, as NumPy's: `'0.95'` is the error that 95 % of the samples do not
   * exceed.
   */
  errorQuantiles: Record<string, number>
}

/** What {@link regressionMetrics} gives. All but the number of samples are means over the outputs. */
export interface RegressionScores extends Omit<RegressionOutputScores, 'errorQuantiles'> {
  samples: number
  outputs: RegressionOutputScores[]
}

/** Options of {@link regressionMetrics}. */
export interface RegressionMetricsOptions {
  /** The quantiles of the error, as shares from 0 to 1; 0.05, 0.25, 0.5, 0.75 and 0.95 unless given. */
  quantiles?: readonly number[]
}

const QUANTILES = [0.05, 0.25, 0.5, 0.75, 0.95]

/**
 * Metrics of a regression, as scikit-learn defines them. Both arguments have a row for each sample, or one number.
 *
 * Throws {@link ArgumentError} for numbers that are not finite, and {@link ShapeError} where sizes do not fit.
 *
 * @example
 * const { rootMeanSquaredError } = regressionMetrics(await model.predict(test), targets)
 */
export function regressionMetrics(
  predictions: ScoreRows,
  targets: ScoreRows,
  options: RegressionMetricsOptions = {},
): RegressionScores {
  checkOptions('regressionMetrics', options, '{ quantiles: [0.5, 0.9] }', { quantiles: 1 })
  const { quantiles = QUANTILES } = options
  if (!Array.isArray(quantiles) || !quantiles.every(share => share >= 0 && share <= 1)) {
    throw new ArgumentError(`quantiles is ${describeValue(quantiles)}: expected shares, such as [0.5, 0.9]`)
  }
  const found = toColumns('predictions', predictions)
  const expected = toColumns('targets', targets)
  checkCounts('targets', expected.samples, 'predictions', found.samples)
  if (found.columns.length !== expected.columns.length) {
    throw new ShapeError(
      `predictions have ${found.columns.length} columns, and targets ${expected.columns.length}: expected as many`,
    )
  }
  return regressionScores(found.columns, expected.columns, quantiles)
}

/** Of columns of one length, 1 or more; of numbers that are not finite, the metrics are not either. */
export function regressionScores(
  predictions: readonly Float64Array[],
  targets: readonly Float64Array[],
  quantiles: readonly number[] = QUANTILES,
): RegressionScores {
  const outputs = predictions.map((column, j) => outputScores(column, targets[j] ?? column, quantiles))
  const mean = (name: Exclude<keyof RegressionOutputScores, 'errorQuantiles'>) =>
    outputs.reduce((sum, { [name]: value }) => sum + value, 0) / outputs.length
  return {
    samples: predictions[0]?.length ?? 0,
    meanAbsoluteError: mean('meanAbsoluteError'),
    rootMeanSquaredError: mean('rootMeanSquaredError'),
    meanAbsolutePercentageError: mean('meanAbsolutePercentageError'),
    r2: mean('r2'),
    outputs,
  }
}

function outputScores(
  predictions: Float64Array,
  targets: Float64Array,
  quantiles: readonly number[],
): RegressionOutputScores {
  const errors = predictions.map((value, i) => value - (targets[i] ?? 0))
  const center = meanOf(targets)
  let [absolute, squared, relative, variation] = [0, 0, 0, 0]
  for (const [i, error] of errors.entries()) {
    const target = targets[i] ?? 0
    absolute += Math.abs(error)
    squared += error ** 2
    relative += target === 0 ? Number.NaN : Math.abs(error / target)
    variation += (target - center) ** 2
  }
  const samples = errors.length
  const isConstant = variation === 0 && Number.isFinite(squared)
  const sorted = errors.sort()
  const areNumbers = Number.isFinite(squared)
  return {
    meanAbsoluteError: absolute / samples,
    rootMeanSquaredError: Math.sqrt(squared / samples),
    meanAbsolutePercentageError: relative / samples,
    r2: isConstant ? Number(squared === 0) : 1 - squared / variation,
    errorQuantiles: Object.fromEntries(
      quantiles.map(share => [String(share), areNumbers ? quantileOf(sorted, share) : Number.NaN]),
    ),
  }
}

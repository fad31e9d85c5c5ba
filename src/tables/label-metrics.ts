// Metrics of several sigmoids: labels of which a sample may have any number.
import { checkNoOptions } from '../check-options.ts'
import { ShapeError } from '../errors.ts'
import { type ClassScores, classificationMetrics } from './classification-metrics.ts'
import { checkCounts, meanOfNumbers, type ScoreRows, toColumns, toProbabilities } from './score-rows.ts'

/** How well one label was told. */
export interface LabelScores extends ClassScores {
  accuracy: number
  balancedAccuracy: number
  matthews: number
  logLoss: number
  brierScore: number
}

/** What {@link labelMetrics} gives. */
export interface MultiLabelScores {
  samples: number
  /** The share of right answers, of all samples and labels. */
  accuracy: number
  /** The share of samples whose labels are all right. */
  exactMatch: number
  /** In the order of the columns. */
  labels: LabelScores[]
  /** Unweighted means over the labels; areas over those that some samples have and others have not. */
  macro: Omit<LabelScores, 'support' | 'accuracy'>
}

/**
 * Metrics of labels that each say yes or no, as scikit-learn defines them. Both arguments have a row for each sample and a
 * column for each label: the probability of yes, and 1 for yes or 0 for no. More than 0.5 counts as yes.
 *
 * Throws {@link ArgumentError} for what are no probabilities, or neither 0 nor 1, and {@link ShapeError} where sizes do not fit.
 *
 * @example
 * const { labels, exactMatch } = labelMetrics(await model.predict(test), truth)
 */
export function labelMetrics(probabilities: ScoreRows, labels: ScoreRows): MultiLabelScores
export function labelMetrics(
  probabilities: ScoreRows,
  labels: ScoreRows,
  ...more: unknown[]
): MultiLabelScores {
  checkNoOptions('labelMetrics', more)
  const { columns, samples } = toProbabilities(probabilities)
  const truth = toColumns('labels', labels, value => value === 0 || value === 1, '0 or 1')
  checkCounts('rows of labels', truth.samples, 'rows of probabilities', samples)
  if (truth.columns.length !== columns.length) {
    throw new ShapeError(
      `there are ${truth.columns.length} columns of labels for ${columns.length} of probabilities: expected one for each`,
    )
  }
  const isRight = (column: Float64Array, i: number, j: number) =>
    (column[i] ?? 0) > 0.5 === (truth.columns[j]?.[i] === 1)
  let exact = 0
  for (let i = 0; i < samples; ++i) exact += Number(columns.every((column, j) => isRight(column, i, j)))
  const scores = columns.map((column, j): LabelScores => {
    const { classes, accuracy, balancedAccuracy, matthews, logLoss, brierScore } = classificationMetrics(
      column,
      truth.columns[j] ?? [],
    )
    const [, ofYes] = classes
    if (!ofYes) throw new Error('a label has two classes')
    return { ...ofYes, accuracy, balancedAccuracy, matthews, logLoss, brierScore }
  })
  const mean = (name: keyof LabelScores) => meanOfNumbers(scores.map(({ [name]: value }) => value))
  return {
    samples,
    accuracy: mean('accuracy'),
    exactMatch: exact / samples,
    labels: scores,
    macro: {
      precision: mean('precision'),
      recall: mean('recall'),
      f1: mean('f1'),
      balancedAccuracy: mean('balancedAccuracy'),
      matthews: mean('matthews'),
      logLoss: mean('logLoss'),
      brierScore: mean('brierScore'),
      rocAuc: mean('rocAuc'),
      averagePrecision: mean('averagePrecision'),
    },
  }
}

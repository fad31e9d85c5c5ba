// Metrics of a classifier, of its probabilities and the classes that were right.
import { checkOptions } from '../check-options.ts'
import { describeValue } from '../describe-value.ts'
import { ArgumentError } from '../errors.ts'
import type { ClassMetrics } from '../losses/evaluation.ts'
import { balancedAccuracyOf, classMetricsOf, matthewsOf } from './class-counts.ts'
import { type Ranking, rankingOf } from './ranking.ts'
import {
  type Columns,
  checkCounts,
  checkSums,
  meanOfNumbers,
  type ScoreRows,
  toColumns,
  toProbabilities,
} from './score-rows.ts'

/** How well one class was recognised, against all others. */
export interface ClassScores extends ClassMetrics, Ranking {}

/** What follows from probabilities besides the metrics of {@link wasmlp!Evaluation}. */
export interface ProbabilityScores {
  /**
   * Mean of Σ (p − t)² over the classes, where t is 1 for the right class and 0 for others. For two classes it is half of that,
   * which is (p − t)² of class 1.
   */
  brierScore: number
  /** Mean over the classes that some samples have and others have not: one against the rest. NaN where there is none. */
  rocAuc: number
  /** Mean over the classes that samples have. */
  averagePrecision: number
}

/** What {@link classificationMetrics} gives. */
export interface ClassificationScores extends ProbabilityScores {
  samples: number
  /** The share of samples whose class has the largest probability, the first of equals. */
  accuracy: number
  /** Mean recall of the classes that samples have. */
  balancedAccuracy: number
  /** The Matthews correlation: 1 is perfect, 0 no better than chance. */
  matthews: number
  /** Mean of −log p of each sample's class; infinite where such a p is 0. */
  logLoss: number
  /** The expected calibration error in 15 bins, as in {@link wasmlp!Evaluation}. */
  calibrationError: number
  /** With the option `topK`: the share of samples whose class is among the k largest. */
  topKAccuracy?: number
  /** Samples by true class (row) and predicted class (column). */
  confusionMatrix: number[][]
  classes: ClassScores[]
  /** Unweighted means over the classes that samples have or were predicted as. */
  macro: Omit<ClassMetrics, 'support'>
}

/** Options of {@link classificationMetrics}. */
export interface ClassificationMetricsOptions {
  /** A sample counts as right if its class is among so many largest probabilities. */
  topK?: number
}

const MAX_CLASSES = 4096

/** Bins of the calibration error, as `evaluate` has them. */
const BINS = 15

/**
 * Metrics of a classifier, as scikit-learn defines them. `probabilities` has a row for each sample: one for each class, or that
 * of class 1 alone. `labels` has the place of each sample's class.
 *
 * Throws {@link ArgumentError} for what are no probabilities or classes, and {@link ShapeError} where sizes do not fit.
 *
 * @example
 * const { rocAuc, brierScore } = classificationMetrics(await model.predict(test), labels)
 */
export function classificationMetrics(
  probabilities: ScoreRows,
  labels: ArrayLike<number>,
  options: ClassificationMetricsOptions = {},
): ClassificationScores {
  checkOptions('classificationMetrics', options, '{ topK: 5 }', { topK: 1 })
  const given = toProbabilities(probabilities)
  const { samples } = given
  const [first] = given.columns
  if (given.columns.length > 1) checkSums(given)
  const columns = given.columns.length > 1 || !first ? given.columns : [first.map(p => 1 - p), first]
  const count = columns.length
  if (count > MAX_CLASSES) {
    throw new ArgumentError(`there are ${count} classes: expected ${MAX_CLASSES} at most`)
  }
  const isClass = (value: number) => Number.isInteger(value) && value >= 0 && value < count
  const truth = toColumns('labels', labels, isClass, `places of classes, 0–${count - 1}`)
  checkCounts('labels', truth.samples, 'rows of probabilities', samples)
  const classOf = (i: number) => truth.columns[0]?.[i] ?? 0
  const { topK } = options
  if (topK !== undefined && !(Number.isInteger(topK) && topK >= 1 && topK <= count)) {
    throw new ArgumentError(`topK is ${describeValue(topK)}: expected a whole number, 1–${count}`)
  }
  const confusionMatrix = columns.map(() => new Array<number>(count).fill(0))
  const gaps = new Float64Array(BINS)
  let [lossSum, right, inTopK] = [0, 0, 0]
  for (let i = 0; i < samples; ++i) {
    const label = classOf(i)
    const predicted = columns.reduce(
      (best, column, j) => ((column[i] ?? 0) > (columns[best]?.[i] ?? 0) ? j : best),
      0,
    )
    const row = confusionMatrix[label]
    if (row) row[predicted] = (row[predicted] ?? 0) + 1
    const isRight = predicted === label
    right += Number(isRight)
    const confidence = columns[predicted]?.[i] ?? 0
    const bin = Math.max(0, Math.ceil(confidence * BINS) - 1)
    gaps[bin] = (gaps[bin] ?? 0) + Number(isRight) - confidence
    const ofLabel = columns[label]?.[i] ?? 0
    lossSum -= Math.log(ofLabel)
    if (topK === undefined) continue
    const before = columns.filter(({ [i]: p = 0 }, j) => (j < label ? p >= ofLabel : p > ofLabel)).length
    inTopK += Number(before < topK)
  }
  const metrics = classMetricsOf(confusionMatrix)
  const { classes: rankings, ...scores } = probabilityScores({ columns, samples }, classOf)
  const classes = metrics.map((it, i): ClassScores => ({ ...it, ...(rankings[i] ?? NO_RANKING) }))
  const seen = classes.filter(
    ({ support }, i) => support > 0 || confusionMatrix.some(row => (row[i] ?? 0) > 0),
  )
  return {
    samples,
    accuracy: right / samples,
    balancedAccuracy: balancedAccuracyOf(metrics),
    matthews: matthewsOf(confusionMatrix),
    logLoss: lossSum / samples,
    calibrationError: gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / samples,
    ...scores,
    ...(topK !== undefined && { topKAccuracy: inTopK / samples }),
    confusionMatrix,
    classes,
    macro: {
      precision: meanOfNumbers(seen.map(({ precision }) => precision)),
      recall: meanOfNumbers(seen.map(({ recall }) => recall)),
      f1: meanOfNumbers(seen.map(({ f1 }) => f1)),
    },
  }
}

/** Of a class of which nothing is known. */
export const NO_RANKING: Ranking = { rocAuc: Number.NaN, averagePrecision: Number.NaN }

/** What `evaluate` of a network does not compute: a column of finite probabilities for each class, two at least. */
export function probabilityScores(
  { columns, samples }: Columns,
  classOf: (sample: number) => number,
): ProbabilityScores & { classes: Ranking[] } {
  let squares = 0
  for (const [j, column] of columns.entries()) {
    for (const [i, p] of column.entries()) squares += (p - Number(classOf(i) === j)) ** 2
  }
  const classes = columns.map((column, j) => rankingOf(column, i => classOf(i) === j))
  return {
    brierScore: squares / samples / (columns.length === 2 ? 2 : 1),
    rocAuc: meanOfNumbers(classes.map(({ rocAuc }) => rocAuc)),
    averagePrecision: meanOfNumbers(classes.map(({ averagePrecision }) => averagePrecision)),
    classes,
  }
}

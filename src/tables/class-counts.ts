// Metrics that follow from counts alone: which class was taken for which.
import type { ClassMetrics } from '../losses/evaluation.ts'

/** 0 where it would be 0 / 0, as in scikit-learn. */
const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole)

/** By class: how well it was recognised. Rows of the matrix are true classes, columns predicted ones. */
export function classMetricsOf(confusion: readonly (readonly number[])[]): ClassMetrics[] {
  return confusion.map((row, i) => {
    const right = row[i] ?? 0
    const support = sum(row)
    const predicted = sum(confusion.map(other => other[i] ?? 0))
    return {
      precision: share(right, predicted),
      recall: share(right, support),
      f1: share(2 * right, support + predicted),
      support,
    }
  })
}

/** The mean recall of the classes that have samples. */
export function balancedAccuracyOf(classes: readonly ClassMetrics[]): number {
  const present = classes.filter(({ support }) => support > 0)
  return sum(present.map(({ recall }) => recall)) / present.length
}

/**
 * The Matthews correlation of true and predicted classes: 1 is perfect, 0 no better than chance. 0 where all samples are of one
 * class, or are predicted as one.
 *
 * Source: Gorodkin, "Comparing two K-category assignments by a K-category correlation coefficient", 2004.
 */
export function matthewsOf(confusion: readonly (readonly number[])[]): number {
  const truth = confusion.map(sum)
  const predicted = confusion.map((_, i) => sum(confusion.map(row => row[i] ?? 0)))
  const samples = sum(truth)
  const right = sum(confusion.map((row, i) => row[i] ?? 0))
  const product = (a: readonly number[], b: readonly number[]) =>
    sum(a.map((value, i) => value * (b[i] ?? 0)))
  const covariance = right * samples - product(truth, predicted)
  const [ofTruth, ofPredicted] = [truth, predicted].map(counts => samples ** 2 - product(counts, counts))
  const norm = Math.sqrt(ofTruth ?? 0) * Math.sqrt(ofPredicted ?? 0)
  return share(covariance, norm)
}

const sum = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0)

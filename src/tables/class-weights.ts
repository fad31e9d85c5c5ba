// Weights that make rare classes count as much as common ones.
import { checkNoOptions } from '../check-options.ts'
import { ArgumentError } from '../errors.ts'

/**
 * For each class n / (k · samples of the class), where n are all samples and k the classes that have some: then each class weighs
 * the same in all. 1 for a class without samples. As scikit-learn's `class_weight='balanced'`.
 *
 * Throws {@link ArgumentError} for a label that is no class.
 *
 * @example
 * model.compile({ loss: { name: 'crossEntropy', classWeights: balancedClassWeights(labels, 3) } })
 */
export function balancedClassWeights(labels: ArrayLike<number>, classes: number): number[]
export function balancedClassWeights(
  labels: ArrayLike<number>,
  classes: number,
  ...more: unknown[]
): number[] {
  checkNoOptions('balancedClassWeights', more)
  const counts = new Float64Array(classes)
  for (let i = 0; i < labels.length; ++i) {
    const label = labels[i] ?? -1
    if (!Number.isInteger(label) || label < 0 || label >= classes) {
      throw new ArgumentError(`labels[${i}] is ${label}: expected places of classes, 0–${classes - 1}`)
    }
    counts[label] = (counts[label] ?? 0) + 1
  }
  const present = counts.reduce((sum, count) => sum + Number(count > 0), 0)
  return Array.from(counts, count => (count === 0 ? 1 : labels.length / (present * count)))
}

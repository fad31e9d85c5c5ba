// Which metrics a loss has.
import { describeValue } from '../describe-value.ts'
import { ArgumentError } from '../errors.ts'
import { ClassificationMetrics } from './classification.ts'
import type { EvaluationSettings } from './evaluation.ts'
import { LOSSES, type Loss } from './loss-table.ts'
import type { Metrics, MetricsPlan } from './metrics.ts'
import { RegressionMetrics } from './regression.ts'

/** For batches of at most `capacity` rows. Throws {@link ArgumentError} for a `topK` that cannot be. */
export function createMetrics(loss: Loss, plan: MetricsPlan, { topK }: EvaluationSettings): Metrics {
  const { targets, outputs } = plan
  const { takesClasses, takesBits, contains, targets: rule } = LOSSES[loss.name]
  const classifies = takesClasses || takesBits
  const hasClasses = classifies && (outputs === 1 || rule === 'distributions' || targets.labels !== undefined)
  if (topK !== undefined && (!hasClasses || outputs === 1)) {
    throw new ArgumentError('topK is for classifiers with an output for each class: leave it out')
  }
  if (topK !== undefined && !(Number.isInteger(topK) && topK >= 1 && topK <= outputs)) {
    throw new ArgumentError(
      `topK is ${describeValue(topK)}: expected a whole number, 1–${outputs} for ${outputs} classes`,
    )
  }
  if (hasClasses) {
    const hasProbabilities = contains !== undefined
    return new ClassificationMetrics({ ...plan, topK: topK ?? 0, hasProbabilities })
  }
  if (classifies) return { reset() {}, calls: () => [], add() {}, result: () => ({}) }
  return new RegressionMetrics(plan)
}

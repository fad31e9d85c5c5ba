// Losses as a user names them, by the f64 twins.

import { takesLogits } from '../../src/losses/loss-options.ts'
import type { Loss } from '../../src/losses/loss-table.ts'
import { at, type Values } from '../../src/reference/element.ts'
import { elementwiseLoss, multiclassHinge, oneHot, weightedCrossEntropy } from '../../src/reference/losses.ts'
import type { ReferenceLoss } from '../../src/reference/network.ts'

/** What a batch's outputs are measured against. */
export interface Truth {
  /** For each row; undefined where there are targets. */
  labels: ArrayLike<number> | undefined
  /** Rows × outputs. */
  targets: Values
  /** For each row. */
  weights: Values
}

/** A loss of outputs or, where it contains the last activation, of weighted sums. */
export function referenceLoss(
  loss: Loss,
  { labels, targets, weights }: Truth,
): Exclude<ReferenceLoss, string> {
  const classWeights = 'classWeights' in loss ? loss.classWeights : undefined
  const byClass = labels && classWeights ? Array.from(labels, label => at(classWeights, label)) : undefined
  const compute = (y: Values) => {
    const columns = y.length / weights.length
    if (loss.name === 'crossEntropy') {
      return weightedCrossEntropy(y, labels ? oneHot(labels, columns) : targets, weights, {
        smoothing: loss.labelSmoothing,
        ...(classWeights && { classWeights }),
        ...(byClass && { divisors: byClass }),
      })
    }
    if (loss.name === 'hinge' && labels && columns > 1) return multiclassHinge(y, labels, weights, byClass)
    const wanted = loss.name === 'hinge' ? labels && Array.from(labels, label => 2 * label - 1) : labels
    const delta = loss.name === 'huber' ? loss.delta : 1
    return elementwiseLoss(loss.name, y, wanted ?? targets, weights, { delta, factors: byClass })
  }
  return { takesSums: takesLogits(loss), compute }
}

/** What the mean of a batch is divided by: class weights count for cross-entropy of labels alone. */
export function divisorOf(loss: Loss, { labels, weights }: Truth): number {
  const { classWeights } = loss.name === 'crossEntropy' ? loss : {}
  const classOf = (i: number) => (labels && classWeights ? at(classWeights, at(labels, i)) : 1)
  return Array.from(weights, (weight, i) => weight * classOf(i)).reduce((sum, weight) => sum + weight, 0)
}

// How well scores put the samples of a class before all others: the areas under two curves. Samples of one score count
// together, so that their order does not matter.

/** The areas of one class against the others. */
export interface Ranking {
  /**
   * Area under the ROC curve: the probability that a sample of the class has a higher score than another sample, where equal
   * scores count half. NaN where no sample, or every sample, is of the class.
   */
  rocAuc: number
  /**
   * Average precision, the area under the precision–recall curve as steps: Σ (Rₙ − Rₙ₋₁)·Pₙ over the scores, the highest
   * first. NaN where no sample is of the class.
   */
  averagePrecision: number
}

/**
 * The areas for finite scores.
 *
 * Source: definitions of scikit-learn's roc_auc_score and average_precision_score.
 */
export function rankingOf(scores: Float64Array, isOfClass: (sample: number) => boolean): Ranking {
  const { inside, outside } = parted(scores, isOfClass)
  const [positives, negatives] = [inside.length, outside.length]
  let [truePositives, falsePositives] = [0, 0]
  let [ordered, precisionSum] = [0, 0]
  while (truePositives < positives) {
    const score = inside[positives - 1 - truePositives] ?? 0
    falsePositives += runFrom(outside, falsePositives, value => value > score)
    const equal = runFrom(outside, falsePositives, value => value === score)
    const gained = runFrom(inside, truePositives, value => value === score)
    falsePositives += equal
    truePositives += gained
    ordered += gained * (negatives - falsePositives + equal / 2)
    precisionSum += (gained * truePositives) / (truePositives + falsePositives)
  }
  return {
    rocAuc: positives * negatives === 0 ? Number.NaN : ordered / (positives * negatives),
    averagePrecision: positives === 0 ? Number.NaN : precisionSum / positives,
  }
}

/** The scores of a class and of all others, sorted. */
function parted(scores: Float64Array, isOfClass: (sample: number) => boolean) {
  const both = new Float64Array(scores.length)
  let [positives, negatives] = [0, 0]
  for (const [i, score] of scores.entries()) {
    if (isOfClass(i)) both[positives++] = score
    else both[scores.length - ++negatives] = score
  }
  return { inside: both.subarray(0, positives).sort(), outside: both.subarray(positives).sort() }
}

/** How many of the sorted values in a row, from that many before the end downwards, are so. */
function runFrom(sorted: Float64Array, begin: number, isSo: (value: number) => boolean): number {
  let length = 0
  while (begin + length < sorted.length && isSo(sorted[sorted.length - 1 - begin - length] ?? 0)) length += 1
  return length
}

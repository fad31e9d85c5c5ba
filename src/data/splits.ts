// How samples are divided into parts: which positions go where. Positions come in random order.

/** The number of positions of each label. */
function countByLabel(labels: Int32Array): Map<number, number> {
  const counts = new Map<number, number>()
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1)
  return counts
}

/**
 * How many of each class belong to a part of `size` samples with the classes' proportions, by the largest remainder
 * method. Each class gets its share rounded down. Those with the largest remainders get one more, the smaller label
 * first among equals.
 */
function quotas(labels: Int32Array, size: number): Map<number, number> {
  const shares = [...countByLabel(labels)].map(([label, count]) => {
    // Exact: count and size are below 2³¹, and their product is split as whole numbers.
    const product = BigInt(count) * BigInt(size)
    const total = BigInt(labels.length)
    return { label, whole: Number(product / total), rest: Number(product % total) }
  })
  let left = size - shares.reduce((sum, { whole }) => sum + whole, 0)
  shares.sort((a, b) => b.rest - a.rest || a.label - b.label)
  return new Map(shares.map(({ label, whole }) => [label, left-- > 0 ? whole + 1 : whole]))
}

/**
 * The first `size` positions of the order, and the rest. With labels (by position), both parts have the classes in the
 * proportions of the whole, to less than one sample each. Each part keeps the order.
 */
export function splitOrder(
  order: Int32Array,
  size: number,
  labels: Int32Array | undefined,
): [Int32Array, Int32Array] {
  if (!labels) return [order.slice(0, size), order.slice(size)]
  const left = quotas(labels, size)
  const isFirst = order.map(position => {
    const label = labels[position] ?? 0
    const quota = left.get(label) ?? 0
    left.set(label, quota - 1)
    return quota > 0 ? 1 : 0
  })
  return [order.filter((_, i) => isFirst[i] === 1), order.filter((_, i) => isFirst[i] === 0)]
}

/** One of k divisions: the fold that is held out, and the others. */
export interface FoldPositions {
  train: Int32Array
  validation: Int32Array
}

/**
 * Deals the positions to k folds like cards: their sizes differ by at most one. With labels it deals class by class, so
 * the counts of each class differ by at most one too. All parts keep the order.
 */
export function foldOrder(order: Int32Array, k: number, labels: Int32Array | undefined): FoldPositions[] {
  const cards = Int32Array.from(order, (_, place) => place)
  if (labels) {
    const labelAt = (place: number) => labels[order[place] ?? 0] ?? 0
    cards.sort((a, b) => labelAt(a) - labelAt(b) || a - b)
  }
  const foldOf = new Int32Array(order.length)
  cards.forEach((place, card) => {
    foldOf[place] = card % k
  })
  return Array.from({ length: k }, (_, fold) => ({
    train: order.filter((_, place) => foldOf[place] !== fold),
    validation: order.filter((_, place) => foldOf[place] === fold),
  }))
}

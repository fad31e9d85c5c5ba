// How samples are divided into parts: which positions go where. Positions come in an order that was drawn at random.

/** The places of the classes' labels: `label` → how many positions have it. */
function countByLabel(labels: Int32Array): Map<number, number> {
  const counts = new Map<number, number>()
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1)
  return counts
}

/**
 * How many of each class belong to a part of `size` samples that has the classes' proportions, by the method of the
 * largest remainder: each class gets its share rounded down, and those with the largest rest one more, the smaller label
 * first where rests are equal.
 */
function quotas(labels: Int32Array, size: number): Map<number, number> {
  const shares = [...countByLabel(labels)].map(([label, count]) => {
    // Exact: count and size are below 2³¹, and their product is taken apart as whole numbers.
    const product = BigInt(count) * BigInt(size)
    const total = BigInt(labels.length)
    return { label, whole: Number(product / total), rest: Number(product % total) }
  })
  let left = size - shares.reduce((sum, { whole }) => sum + whole, 0)
  shares.sort((a, b) => b.rest - a.rest || a.label - b.label)
  return new Map(shares.map(({ label, whole }) => [label, left-- > 0 ? whole + 1 : whole]))
}

/**
 * The first `size` positions of the order, and the rest. With labels, by position, both parts have the classes in the
 * proportions of the whole, to less than one sample each; each part keeps the order.
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
 * Deals the positions out to k folds like cards: their sizes differ by one at most. With labels, class by class, so that
 * the numbers of each class differ by one at most too. All parts keep the order.
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

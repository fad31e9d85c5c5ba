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
  const first = new Int32Array(size)
  const rest = new Int32Array(order.length - size)
  let taken = 0
  for (let i = 0; i < order.length; ++i) {
    const position = order[i] ?? 0
    const label = labels[position] ?? 0
    const quota = left.get(label) ?? 0
    left.set(label, quota - 1)
    if (quota > 0) first[taken++] = position
    else rest[i - taken] = position
  }
  return [first, rest]
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
  const labelAt = (place: number) => labels?.[order[place] ?? 0] ?? 0
  const foldOf = new Int32Array(order.length)
  const nextCard = firstCards(order.length, labelAt)
  for (let place = 0; place < order.length; ++place) {
    const label = labelAt(place)
    const card = nextCard.get(label) ?? 0
    foldOf[place] = card % k
    nextCard.set(label, card + 1)
  }
  return Array.from({ length: k }, (_, fold) =>
    divide(order, foldOf, fold, Math.ceil((order.length - fold) / k)),
  )
}

/** The card at which each class begins, class by class. */
function firstCards(places: number, labelAt: (place: number) => number): Map<number, number> {
  const labels = new Int32Array(places)
  for (let place = 0; place < places; ++place) labels[place] = labelAt(place)
  let card = 0
  const counts = [...countByLabel(labels)].sort(([a], [b]) => a - b)
  return new Map(
    counts.map(([label, count]) => {
      card += count
      return [label, card - count]
    }),
  )
}

/** The `size` positions of a fold, and all others. */
function divide(order: Int32Array, foldOf: Int32Array, fold: number, size: number): FoldPositions {
  const train = new Int32Array(order.length - size)
  const validation = new Int32Array(size)
  let taken = 0
  for (let place = 0; place < order.length; ++place) {
    if (foldOf[place] === fold) validation[taken++] = order[place] ?? 0
    else train[place - taken] = order[place] ?? 0
  }
  return { train, validation }
}

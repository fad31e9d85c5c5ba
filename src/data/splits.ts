// How samples are divided into parts: which positions go where. Positions come in random order.
import { rankClasses } from './class-ranks.ts'

/**
 * How many of each class belong to a part of `size` samples with the classes' proportions, by the largest remainder
 * method. Each class gets its share rounded down. Those with the largest remainders get one more, the smaller label
 * first among equals.
 */
function quotas(counts: Int32Array, total: number, size: number): Int32Array {
  const quotas = new Int32Array(counts.length)
  const rests = new Float64Array(counts.length)
  let left = size
  for (const [rank, count] of counts.entries()) {
    const product = count * size
    // Exact: both are below 2³¹, and their product is split as whole numbers.
    const rest = product < 2 ** 53 ? product % total : Number((BigInt(count) * BigInt(size)) % BigInt(total))
    const whole =
      product < 2 ** 53 ? (product - rest) / total : Number((BigInt(count) * BigInt(size)) / BigInt(total))
    quotas[rank] = whole
    rests[rank] = rest
    left -= whole
  }
  if (left === 0) return quotas
  /** The last remainder that gets one. More can be as large, of which the first get theirs. */
  const least = rests.slice().sort()[counts.length - left] ?? 0
  let equals = left - rests.reduce((larger, rest) => larger + Number(rest > least), 0)
  for (const [rank, rest] of rests.entries()) {
    if (rest > least || (rest === least && equals-- > 0)) quotas[rank] = (quotas[rank] ?? 0) + 1
  }
  return quotas
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
  const { ranks, counts } = rankClasses(order.length, place => labels[order[place] ?? 0] ?? 0)
  const left = quotas(counts, order.length, size)
  const first = new Int32Array(size)
  const rest = new Int32Array(order.length - size)
  let taken = 0
  for (let place = 0; place < order.length; ++place) {
    const rank = ranks[place] ?? 0
    const quota = left[rank] ?? 0
    if (quota > 0) {
      left[rank] = quota - 1
      first[taken++] = order[place] ?? 0
    } else {
      rest[place - taken] = order[place] ?? 0
    }
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
  const { ranks, counts } = rankClasses(order.length, place => labels?.[order[place] ?? 0] ?? 0)
  /** The next card of each class. */
  const cards = new Int32Array(counts.length)
  for (let rank = 1; rank < cards.length; ++rank) {
    cards[rank] = (cards[rank - 1] ?? 0) + (counts[rank - 1] ?? 0)
  }
  const foldOf = ranks.map(rank => {
    const card = cards[rank] ?? 0
    cards[rank] = card + 1
    return card % k
  })
  return Array.from({ length: k }, (_, fold) =>
    divide(order, foldOf, fold, Math.ceil((order.length - fold) / k)),
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

// Scaling by quantiles: what counts of a number is its share, how many of the training rows have less.
import { quantileOf } from './column-statistics.ts'

/** A function of a value, by its knots: linear between two, constant beyond them. Both lists increase. */
export interface Quantiles {
  readonly values: readonly number[]
  /** 0–1. */
  readonly shares: readonly number[]
}

/** Knots at most. */
export const MOST_KNOTS = 256

/** Of sorted values, one or more. A value that stands at several quantiles gets the middle of their shares. */
export function quantilesOf(sorted: Float64Array): Quantiles {
  const last = Math.min(MOST_KNOTS, sorted.length) - 1
  const values: number[] = []
  const first: number[] = []
  const final: number[] = []
  for (let i = 0; i <= last; ++i) {
    const share = last === 0 ? 0.5 : i / last
    const value = quantileOf(sorted, share)
    if (!Number.isFinite(value)) continue
    const at = values.length - 1
    if (at < 0 || value > (values[at] ?? 0)) {
      values.push(value)
      first.push(share)
      final.push(share)
    } else final[at] = share
  }
  return { values, shares: first.map((share, i) => (share + (final[i] ?? share)) / 2) }
}

/** The share of a value. */
export function shareOf({ values, shares }: Quantiles, value: number): number {
  const at = (list: readonly number[], i: number) => list[i] ?? 0
  let [low, high] = [0, values.length - 1]
  if (!(value > at(values, low))) return at(shares, low)
  if (!(value < at(values, high))) return at(shares, high)
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (at(values, middle) <= value) low = middle
    else high = middle
  }
  const [begin, end] = [at(values, low), at(values, high)]
  // By halves where the difference of large numbers is infinite; the halves of the smallest ones are 0.
  const part = Number.isFinite(end - begin) ? 1 : 0.5
  const way = (value * part - begin * part) / (end * part - begin * part)
  return at(shares, low) + way * (at(shares, high) - at(shares, low))
}

// Rows that look into the future, divided so that nothing is learnt from what is still to come.

import type { FoldPositions } from '../data/splits.ts'
import { ArgumentError } from '../errors.ts'

/** When the targets of each window lie: by the window's place in the columns. */
export interface TimeOrder {
  /** The time of the first target. */
  readonly first: Float64Array
  /** The time of the last target. */
  readonly last: Float64Array
}

/** Positions of windows: those before a time, and those whose targets all lie from it on. Others belong to neither. */
interface Cut {
  readonly before: Int32Array
  readonly from: Int32Array
}

/** Cuts positions where the last `size` of them begin, or somewhat earlier: targets of one time stay together. */
function cutLast(order: TimeOrder, rows: Int32Array, positions: Int32Array, size: number): Cut {
  const times = sortedTimes(order, rows, positions)
  return cutAt(order, rows, positions, times[times.length - size] ?? Number.POSITIVE_INFINITY)
}

function cutAt({ first, last }: TimeOrder, rows: Int32Array, positions: Int32Array, time: number): Cut {
  const before = new Int32Array(positions.length)
  const from = new Int32Array(positions.length)
  let [early, late] = [0, 0]
  for (const position of positions) {
    const row = rows[position] ?? 0
    if ((last[row] ?? 0) < time) before[early++] = position
    if ((first[row] ?? 0) >= time) from[late++] = position
  }
  return { before: before.slice(0, early), from: from.slice(0, late) }
}

function sortedTimes({ first }: TimeOrder, rows: Int32Array, positions: Int32Array): Float64Array {
  const times = new Float64Array(positions.length)
  for (const [i, position] of positions.entries()) times[i] = first[rows[position] ?? 0] ?? 0
  return times.sort()
}

const allOf = (rows: Int32Array) => rows.map((_, position) => position)

/**
 * The last windows to test on, those before to validate on, and the earliest to train on. A window whose targets lie on
 * both sides of a cut belongs to no part. Throws {@link ArgumentError} where nothing would be left to train on.
 */
export function splitInTime(
  order: TimeOrder,
  rows: Int32Array,
  sizes: { test: number; validation: number },
): { train: Int32Array; validation: Int32Array; test: Int32Array } {
  const test = cutLast(order, rows, allOf(rows), sizes.test)
  const { before: train, from: validation } = cutLast(order, rows, test.before, sizes.validation)
  const wanted = [
    ['train', 1, train],
    ['validation', sizes.validation, validation],
  ] as const
  for (const [part, size, positions] of wanted) {
    if (size === 0 || positions.length > 0) continue
    throw new ArgumentError(
      `no targets are left for ${part} before those of the later parts, of ${rows.length} windows: use smaller shares or a ` +
        'shorter horizon',
    )
  }
  return { train, validation, test: test.from }
}

/**
 * k validations one after the other, each behind all windows to train on, as scikit-learn's TimeSeriesSplit. Throws
 * {@link ArgumentError} where a part would be empty.
 */
export function foldsInTime(order: TimeOrder, rows: Int32Array, k: number): FoldPositions[] {
  const all = allOf(rows)
  const times = sortedTimes(order, rows, all)
  const size = Math.floor(rows.length / (k + 1))
  return Array.from({ length: k }, (_, fold) => {
    const timeBehind = (folds: number) => times[rows.length - (k - folds) * size] ?? Number.POSITIVE_INFINITY
    const { before: train, from: later } = cutAt(order, rows, all, timeBehind(fold))
    const validation = fold === k - 1 ? later : startingBefore(order, rows, later, timeBehind(fold + 1))
    if (train.length > 0 && validation.length > 0) return { train, validation }
    throw new ArgumentError(
      `fold ${fold + 1} of ${k} has no windows to ${train.length > 0 ? 'validate' : 'train'} on, of ${rows.length}: use fewer ` +
        'folds or a shorter horizon',
    )
  })
}

/** Those whose first target lies before a time. */
function startingBefore(
  { first }: TimeOrder,
  rows: Int32Array,
  positions: Int32Array,
  time: number,
): Int32Array {
  const kept = new Int32Array(positions.length)
  let count = 0
  for (const position of positions) if ((first[rows[position] ?? 0] ?? 0) < time) kept[count++] = position
  return kept.slice(0, count)
}

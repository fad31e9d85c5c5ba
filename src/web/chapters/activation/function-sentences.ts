// What is said of a function: its value and slope at the point, and how steep it is at most.
import { formatNumber } from '../../languages.ts'
import type { FunctionsModel } from './functions.model.ts'
import { words } from './texts.ts'
import { formatBound } from './written-numbers.ts'

/** 0.25 and 1 as they are, others with three decimals. */
export function slopeText(value: number): string {
  const rounded = Number(value.toFixed(4))
  const decimals = [0, 1, 2].find(digits => Number(rounded.toFixed(digits)) === rounded)
  return formatNumber(rounded, decimals ?? 3)
}

/** What stands for the slope where there is none. */
export function slopesOf({ corner }: FunctionsModel): string {
  const found = corner.value
  if (found?.kind === 'corner' && found.all) {
    return `[${formatBound(found.left)}, ${formatBound(found.right)}]`
  }
  return words.value.functions.undefinedHere
}

/** What is seen at the point. */
export function sentenceOf({ point, corner }: FunctionsModel): string {
  const texts = words.value.functions
  const { a, h, slope } = point.value
  const found = corner.value
  if (!found) return texts.at(formatNumber(a, 2), formatNumber(h, 3), formatNumber(slope, 3))
  const place = formatNumber(a)
  const kernel = formatBound(slope)
  if (found.kind === 'jump') return texts.jump(place, formatBound(found.low), formatBound(found.high), kernel)
  const [left, right] = [formatBound(found.left), formatBound(found.right)]
  return found.all ? texts.anySlope(place, left, right, kernel) : texts.corner(place, left, right, kernel)
}

/** How steep the function is at most. */
export function largestOf({ steepest }: FunctionsModel): string {
  const { most, a } = steepest.value
  const texts = words.value.functions
  if (most === 0) return texts.flat
  return a === undefined ? texts.largest(slopeText(most)) : texts.largestAt(slopeText(most), slopeText(a))
}

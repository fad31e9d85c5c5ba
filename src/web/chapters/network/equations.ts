// Linear expressions in words of mathematics: 2·x₁ + 3·x₂ − 1.
import { formatNumber } from '../../languages.ts'

/** A coefficient and what it multiplies; a constant has no name. */
export type Term = readonly [coefficient: number, name?: string]

/** At most so many decimals, no more than the number needs. */
export function plain(value: number, decimals = 2): string {
  const rounded = Number(value.toFixed(decimals))
  const needed = (String(rounded).split('.')[1] ?? '').length
  return formatNumber(rounded, needed)
}

/** With three decimals unless told. */
export const fixed = (value: number, decimals = 3): string => formatNumber(value, decimals)

/** The sum of the terms that are not 0; 0 where none is. */
export function sumOf(terms: readonly Term[], decimals = 2): string {
  const shown = terms.filter(([coefficient]) => Number(coefficient.toFixed(decimals)) !== 0)
  if (shown.length === 0) return '0'
  return shown
    .map(([coefficient, name], i) => {
      const size = plain(Math.abs(coefficient), decimals)
      const sign = coefficient < 0 ? (i === 0 ? '−' : '− ') : i === 0 ? '' : '+ '
      return `${sign}${size}${name === undefined ? '' : `·${name}`}`
    })
    .join(' ')
}

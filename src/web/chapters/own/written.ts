// How numbers of any size are written.
import { formatNumber } from '../../languages.ts'

/** With about so many digits that count, and no more decimals than it has. */
export function significant(value: number, digits = 4): string {
  if (!Number.isFinite(value)) return String(value)
  const rounded = Number(value.toPrecision(digits))
  const decimals = (String(rounded).split('.')[1] ?? '').replace(/e.*/, '').length
  return formatNumber(rounded, Math.min(decimals, 8))
}

// Numbers as the chapter writes them, beside those with fixed decimals.
import { formatNumber, language } from '../../languages.ts'

const SUPERSCRIPTS: Readonly<Record<string, string>> = {
  '-': '⁻',
  '0': '⁰',
  '1': '¹',
  '2': '²',
  '3': '³',
  '4': '⁴',
  '5': '⁵',
  '6': '⁶',
  '7': '⁷',
  '8': '⁸',
  '9': '⁹',
}

/** 10 to a whole power. */
export const powerOfTen = (exponent: number): string =>
  `10${[...String(exponent)].map(digit => SUPERSCRIPTS[digit] ?? digit).join('')}`

/** With so many significant digits at most: 0.22, 0.043, 0.0001. */
export function formatSignificant(value: number, digits = 2): string {
  return new Intl.NumberFormat(language.value, {
    maximumSignificantDigits: digits,
    useGrouping: false,
  })
    .format(value)
    .replace('-', '−')
}

/** Two digits and a power of ten, where it is far from 1: 1.2 × 10⁻⁶. */
export function formatScientific(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞'
  const size = Math.abs(value)
  if (size === 0 || (size >= 0.01 && size < 1000)) return formatSignificant(value, 3)
  const [digits = '', exponent = ''] = value.toExponential(1).split('e')
  return `${formatNumber(Number(digits), 1)}\u00a0×\u00a0${powerOfTen(Number(exponent))}`
}

/** An end of an interval. */
export const formatBound = (value: number): string => {
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞'
  return formatNumber(value, Number.isInteger(Number(value.toFixed(3))) ? 0 : 3).replace('-', '−')
}

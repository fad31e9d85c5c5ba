// How a table writes its numbers: with a decimal comma, or with separators of thousands.
import { readNumber } from '../data/csv-numbers.ts'

/** How numbers are written. */
export interface NumberFormat {
  /** What stands before the fraction. */
  readonly decimal: '.' | ','
  /** What groups the digits in threes; undefined where nothing does. */
  readonly thousands: string | undefined
}

/** JavaScript's own. */
export const PLAIN_NUMBERS: NumberFormat = { decimal: '.', thousands: undefined }

/** What reads the number in a field without spaces around it; it gives undefined for any other text. */
export function numberReader({ decimal, thousands }: NumberFormat): (field: string) => number | undefined {
  if (decimal === '.' && thousands === undefined) return readNumber
  const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const grouped =
    thousands === undefined
      ? undefined
      : new RegExp(`^[+-]?\\d{1,3}(?:${escaped(thousands)}\\d{3})+(?:${escaped(decimal)}\\d*)?$`)
  return field => {
    const digits = thousands !== undefined && grouped?.test(field) ? field.replaceAll(thousands, '') : field
    if (decimal === '.') return readNumber(digits)
    return digits.includes('.') ? undefined : readNumber(digits.replace(',', '.'))
  }
}

const COMMA = /^[+-]?\d+,(\d+)$/
const POINT = /^[+-]?\d*\.\d+(?:e[+-]?\d+)?$/i

/**
 * The decimal separator of some fields. 1,234 may be a thousand: a comma counts only where other digits than three follow
 * one, or where `;` separates the fields, as it does in countries that write so.
 */
export function guessDecimal(fields: Iterable<string>, delimiter: string): '.' | ',' {
  let isSure = delimiter === ';'
  let commas = 0
  for (const field of fields) {
    if (POINT.test(field)) return '.'
    const [, fraction] = COMMA.exec(field) ?? []
    if (fraction === undefined) continue
    commas += 1
    isSure ||= fraction.length !== 3
  }
  return commas > 0 && isSure ? ',' : '.'
}

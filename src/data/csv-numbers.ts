// The numbers of a table: how they are written, and when single precision takes two for one.

/** The largest number up to which single precision has all whole ones. */
const EXACT = 2 ** 24

/** The number that a field is, in double precision; undefined for any other text, an empty one too. */
export function readNumber(field: string): number | undefined {
  const number = Number(field)
  // JavaScript's 0x10, 0b1 and 0o7 are no numbers of a table, and '' is none either.
  return field !== '' && Number.isFinite(number) && !/^0[xbo]/i.test(field) ? number : undefined
}

/** The class 0, 1, 2, … that a field is, however it is written: 1, 1.0, 1e0; undefined for any other. */
export function readClass(field: string): number | undefined {
  const number = readNumber(field)
  return number !== undefined && Number.isInteger(number) && number >= 0 && number < 2 ** 31
    ? number
    : undefined
}

/** Whole numbers in one form, 1.0 as 1; all other texts as they are, and digits alone, since 01 can be a code. */
export function canonical(field: string): string {
  if (/^\d+$/.test(field)) return field
  const number = readNumber(field)
  return number !== undefined && Number.isSafeInteger(number) ? String(number + 0) : field
}

/** Finds different numbers of a column that are one in single precision: times and identifiers beyond 2²⁴. */
export class RoundingCheck {
  /** The first of those that became a number. */
  readonly #first = new Map<number, { field: string; exact: string }>()

  /** The field of a number before this one that is another, and becomes the same. */
  collision(field: string, number: number): string | undefined {
    if (number < EXACT && number > -EXACT) return undefined
    const rounded = Math.fround(number)
    const exact = exactly(field, number)
    const first = this.#first.get(rounded)
    if (!first) this.#first.set(rounded, { field, exact })
    return first && first.exact !== exact ? first.field : undefined
  }
}

/** One text for each number: whole ones by all of their digits, of which double precision loses some. */
function exactly(field: string, number: number): string {
  if (/^[+-]?\d+$/.test(field)) return String(BigInt(field.replace('+', '')))
  return Number.isInteger(number) ? String(BigInt(number)) : String(number)
}

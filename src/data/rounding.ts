// When single precision takes two numbers of a column for one: it happens to times and identifiers beyond 2²⁴.

/** Up to which single precision has all whole numbers. */
const EXACT = 2 ** 24

/** Finds different numbers of a column that are one in single precision. */
export class RoundingCheck {
  /** The first of those that became a number. */
  readonly #first = new Map<number, { text: string; exact: string }>()

  /** A number before this one, as its text, that is another and becomes the same; `text` is that of `number`. */
  collision(text: string, number: number): string | undefined {
    if (!(Math.abs(number) >= EXACT && Number.isFinite(number))) return undefined
    const rounded = Math.fround(number)
    const exact = exactly(text, number)
    const first = this.#first.get(rounded)
    if (!first) this.#first.set(rounded, { text, exact })
    return first && first.exact !== exact ? first.text : undefined
  }
}

/** One text for each number: whole ones by all of their digits, of which double precision loses some. */
function exactly(text: string, number: number): string {
  if (/^[+-]?\d+$/.test(text)) return String(BigInt(text.replace('+', '')))
  return Number.isInteger(number) ? String(BigInt(number)) : String(number)
}

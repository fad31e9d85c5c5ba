// When single precision takes two numbers of a column for one: it happens to times and identifiers beyond 2²⁴.
import { ArgumentError } from '../errors.ts'
import type { Matrix } from './number-arrays.ts'
import type { DatasetContents } from './samples.ts'

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

/**
 * Throws {@link ArgumentError} where different numbers of a column are one in single precision; arrays in that precision
 * say that it is meant.
 */
export function checkRounding(
  { inputs, targets }: { readonly inputs: Matrix; readonly targets?: Matrix | undefined },
  { inputSize, targets: values, inputs: { length } }: DatasetContents,
): void {
  checkColumns('inputs', inputs, inputSize)
  if (targets && values) checkColumns('targets', targets, (values.length * inputSize) / length)
}

function checkColumns(what: string, matrix: Matrix, columns: number): void {
  const checks = Array.from({ length: columns }, () => new RoundingCheck())
  // Rows one after the other, or numbers.
  const rows: Iterable<number | bigint | Iterable<number | bigint>> = matrix
  let at = 0
  for (const row of rows) {
    for (const value of typeof row === 'object' ? row : [row]) {
      const [i, j] = [Math.floor(at / columns), at % columns]
      const other = checks[j]?.collision(String(value), Number(value))
      if (other !== undefined) {
        throw new ArgumentError(
          `${what}[${i}][${j}] is ${value}, which in single precision is the same number as ${other} before it: leave ` +
            'identifiers out, subtract a start from times, or round by Float32Array.from',
        )
      }
      at += 1
    }
  }
}

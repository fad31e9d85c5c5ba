// Where single precision merges two numbers of a column. This happens to times and identifiers beyond 2²⁴.
import { ArgumentError } from '../errors.ts'
import type { Matrix } from './number-arrays.ts'
import type { DatasetContents } from './samples.ts'

/** Single precision holds all whole numbers up to this one. */
const EXACT = 2 ** 24

/** Finds different numbers of a column that are equal in single precision. */
export class RoundingCheck {
  /** By single-precision number: the first number that became it. */
  readonly #first = new Map<number, { text: string; exact: string }>()

  /** The text of an earlier, different number that becomes the same; `text` is that of `number`. */
  collision(text: string, number: number): string | undefined {
    if (!(Math.abs(number) >= EXACT && Number.isFinite(number))) return undefined
    const rounded = Math.fround(number)
    const exact = exactly(text, number)
    const first = this.#first.get(rounded)
    if (!first) this.#first.set(rounded, { text, exact })
    return first && first.exact !== exact ? first.text : undefined
  }
}

/** One text for each number: whole numbers by all of their digits, some of which double precision loses. */
function exactly(text: string, number: number): string {
  if (/^[+-]?\d+$/.test(text)) return String(BigInt(text.replace('+', '')))
  return Number.isInteger(number) ? String(BigInt(number)) : String(number)
}

/**
 * Throws {@link ArgumentError} where different numbers of a column are equal in single precision. Arrays of that
 * precision are accepted: there it is intended.
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
  // Rows, or numbers, in order.
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

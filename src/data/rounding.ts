// Where single precision merges two numbers of a column. This happens to times and identifiers beyond 2²⁴.
import { ArgumentError } from '../errors.ts'
import { isNumberArray, type Matrix } from './number-arrays.ts'
import type { DatasetContents } from './samples.ts'

/** Single precision holds all whole numbers up to this one. */
const EXACT = 2 ** 24

/** Entries of a Map before another one is begun: the language allows 2²⁴. */
const MAP_ENTRIES = 2 ** 23

/** Whether single precision may merge a number with others. */
const isLarge = (number: number) => Math.abs(number) >= EXACT && Number.isFinite(number)

/** Finds different numbers of a column that are equal in single precision. */
export class RoundingCheck {
  /** By single-precision number: the first number that became it. */
  readonly #first: Map<number, { text: string; exact: string }>[] = []

  /** The text of an earlier, different number that becomes the same; `text` is that of `number`. */
  collision(text: string, number: number): string | undefined {
    if (!isLarge(number)) return undefined
    const rounded = Math.fround(number)
    const exact = exactly(text, number)
    const first = this.#first.find(map => map.has(rounded))?.get(rounded)
    if (!first) this.#room().set(rounded, { text, exact })
    return first && first.exact !== exact ? first.text : undefined
  }

  #room(): Map<number, { text: string; exact: string }> {
    const last = this.#first.at(-1)
    if (last && last.size < MAP_ENTRIES) return last
    const next = new Map<number, { text: string; exact: string }>()
    this.#first.push(next)
    return next
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

/** Column by column, so that one check is in memory, of those that have large numbers. */
function checkColumns(what: string, matrix: Matrix, columns: number): void {
  const valueAt = isNumberArray(matrix)
    ? (i: number, j: number) => matrix[i * columns + j] ?? 0
    : (i: number, j: number) => matrix[i]?.[j] ?? 0
  const rows = matrix.length / (isNumberArray(matrix) ? columns : 1)
  const areLarge = new Uint8Array(columns)
  for (let i = 0; i < rows; ++i) {
    for (let j = 0; j < columns; ++j) if (isLarge(Number(valueAt(i, j)))) areLarge[j] = 1
  }
  for (let j = areLarge.indexOf(1); j >= 0; j = areLarge.indexOf(1, j + 1)) {
    const check = new RoundingCheck()
    for (let i = 0; i < rows; ++i) {
      const value = valueAt(i, j)
      const number = Number(value)
      const other = isLarge(number) ? check.collision(String(value), number) : undefined
      if (other === undefined) continue
      throw new ArgumentError(
        `${what}[${i}][${j}] is ${value}, which in single precision is the same number as ${other} before it: leave ` +
          'identifiers out, subtract a start from times, or round by Float32Array.from',
      )
    }
  }
}

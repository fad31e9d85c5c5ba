// The label column: classes 0, 1, 2, … as they are, or names, which get numbers. Never both, since one stray name would
// renumber all classes.
import { quoted } from '../quote-names.ts'
import type { PlannedColumn } from './csv-columns.ts'
import { readClass, readNumber } from './csv-numbers.ts'
import type { Steps } from './steps.ts'

/** The most classes of numeric labels. Their names are listed, so that another file's labels are checked. */
const MAX_CLASSES = 2 ** 16

/** Labels that are gone over in about a millisecond. */
const LABELS_PER_STEP = 2 ** 16

/** An invalid label, and what is wrong with it. */
export interface BadLabel {
  problem: string
}

/** Reads the labels of a column in order. */
export class LabelReader {
  readonly #column: PlannedColumn

  constructor(column: PlannedColumn) {
    this.#column = column
  }

  /** The number of a label, or what is wrong with it. For found names, it is not the final number. */
  read(field: string): number | BadLabel {
    const { categories } = this.#column
    if (categories?.isGiven) {
      const number = categories.numberOf(field)
      const named = readClass(field)
      return number < 0 && named !== undefined ? categories.numberOf(String(named)) : number
    }
    const first = this.#column.firstLabel ?? field
    this.#column.firstLabel = first
    const areNumbers = readNumber(first) !== undefined
    const isNumber = readNumber(field) !== undefined
    if (!areNumbers && !isNumber && categories) return categories.numberOf(field)
    if (!areNumbers && isNumber) {
      return {
        problem:
          `${quoted(field)} is a number, and ${quoted(first)} before it is a name (if it is a name too, list all in the ` +
          'option categories)',
      }
    }
    const label = readClass(field)
    // In parts, there are no categories to list.
    const isListed = label === undefined || !categories || label < MAX_CLASSES
    if (label !== undefined && isListed) return label
    const advice = isNumber
      ? '(a quantity is read by the option targets; to number labels otherwise, list them in the option categories)'
      : '(for names, say in the option categories which there are)'
    const before = areNumbers && !isNumber ? ` as ${quoted(first)} before it is` : ''
    return {
      problem: `${quoted(field)} is not a class ${isListed ? '0, 1, 2, …' : `0–${MAX_CLASSES - 1}`}${before} ${advice}`,
    }
  }

  /** The final labels, in place, and the name of each class: number i is names[i]. */
  *finish(
    found: Int32Array<ArrayBuffer>,
  ): Steps<{ labels: Int32Array<ArrayBuffer>; names: string[] | undefined }> {
    const { categories, firstLabel } = this.#column
    if (!categories) return { labels: found, names: undefined }
    if (!categories.isGiven && readNumber(firstLabel ?? '') !== undefined) {
      let most = -1
      for (let begin = 0; begin < found.length; begin += LABELS_PER_STEP) {
        most = found.subarray(begin, begin + LABELS_PER_STEP).reduce((a, b) => Math.max(a, b), most)
        yield
      }
      return { labels: found, names: Array.from({ length: most + 1 }, (_, i) => String(i)) }
    }
    const { names, order } = categories.sorted()
    for (let begin = 0; begin < found.length; begin += LABELS_PER_STEP) {
      const some = found.subarray(begin, begin + LABELS_PER_STEP)
      some.forEach((number, i) => {
        some[i] = order[number] ?? 0
      })
      yield
    }
    return { labels: found, names }
  }
}

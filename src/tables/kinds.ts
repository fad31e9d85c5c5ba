// What a column is taken for, by its values.
import { booleanIn, type Cell, type CellReader, dateIn, nameIn, shown } from './cells.ts'

/**
 * What a column holds: numbers, names from a list, true and false, or dates; or nothing that a network gets, `'skip'`.
 */
export type ColumnKind = 'number' | 'category' | 'boolean' | 'date' | 'skip'

export const COLUMN_KINDS: readonly ColumnKind[] = ['number', 'category', 'boolean', 'date', 'skip']

/** A kind and the reason for it, in words. */
export interface Guess {
  readonly kind: ColumnKind
  readonly why: string
  /** What keeps the column from being numbers, and should perhaps not. */
  readonly odd?: { readonly row: number; readonly value: string; readonly count: number }
}

/** A column of more names is one of texts or identifiers. */
const MOST_NAMES = 1000

/** So many names are categories however few rows there are. */
const FEW_NAMES = 20

/** Whole numbers with at most so many values are classes, where they are what is to be predicted. */
const MOST_CLASSES = 12

/** From this share of numbers on, the other values are likely to be mistakes. */
const MOSTLY = 0.9
const LEAST_VALUES = 10

/** What a column is taken for. `name` is '' where it has none. */
export function guessKind(
  name: string,
  cells: readonly Cell[],
  isTarget: boolean,
  reader: CellReader,
): Guess {
  const view = look(cells, reader)
  const { values, numbers, booleans, dates, names } = view
  const all = values.toLocaleString('en')
  if (values === 0) return { kind: 'skip', why: 'no row has a value' }
  if (!isTarget && (name === '' || /^Unnamed: \d+$/.test(name))) {
    return { kind: 'skip', why: 'the column has no name, as row numbers have none' }
  }
  if (booleans === values) return { kind: 'boolean', why: 'all values are true or false' }
  if (numbers === values) return numeric(view, isTarget)
  if (dates === values) return { kind: 'date', why: 'all values are dates' }
  const distinct = names.size > MOST_NAMES ? `over ${MOST_NAMES}` : `${names.size}`
  const isList = names.size <= FEW_NAMES || (names.size <= MOST_NAMES && 2 * names.size <= values)
  const odd =
    values >= LEAST_VALUES && numbers >= MOSTLY * values && view.odd
      ? { odd: { ...view.odd, count: values - numbers } }
      : {}
  if (isTarget || isList) return { kind: 'category', why: `${distinct} names in ${all} values`, ...odd }
  return { kind: 'skip', why: `${distinct} different texts in ${all} values`, ...odd }
}

/** What a pass over a column finds. */
interface View {
  values: number
  numbers: number
  booleans: number
  dates: number
  /** One more than {@link MOST_NAMES} at most. */
  names: Set<string>
  areWhole: boolean
  /** 0, 1, 2, … or 1, 2, 3, … in a table of some length, without a gap. */
  areRowNumbers: boolean
  /** Digits behind a zero, as in 01234: no number keeps it. */
  areCodes: boolean
  odd: { row: number; value: string } | undefined
}

function look(cells: readonly Cell[], reader: CellReader): View {
  const view: View = {
    values: 0,
    numbers: 0,
    booleans: 0,
    dates: 0,
    names: new Set(),
    areWhole: true,
    areRowNumbers: cells.length >= LEAST_VALUES,
    areCodes: false,
    odd: undefined,
  }
  let last: number | undefined
  for (const [row, cell] of cells.entries()) {
    if (cell === null) {
      view.areRowNumbers = false
      continue
    }
    view.values += 1
    if (view.names.size <= MOST_NAMES) view.names.add(nameIn(cell))
    const number = reader.numberIn(cell)
    if (number === undefined) {
      view.odd ??= { row, value: shown(cell) }
      if (booleanIn(cell) !== undefined) view.booleans += 1
      else if (dateIn(cell) !== undefined) view.dates += 1
      continue
    }
    view.numbers += 1
    view.areWhole &&= Number.isInteger(number)
    view.areRowNumbers &&= last === undefined ? number === 0 || number === 1 : number === last + 1
    view.areCodes ||= typeof cell === 'string' && /^0\d+$/.test(cell)
    last = number
  }
  return view
}

function numeric({ values, names, areWhole, areRowNumbers, areCodes }: View, isTarget: boolean): Guess {
  const areFew = names.size <= MOST_CLASSES && 2 * names.size <= values
  if (isTarget && areWhole && areFew) {
    return { kind: 'category', why: `whole numbers, of which there are ${names.size}: classes` }
  }
  if (isTarget) return { kind: 'number', why: 'all values are numbers' }
  if (areRowNumbers) return { kind: 'skip', why: 'the numbers of the rows, which tell nothing' }
  if (!areCodes) return { kind: 'number', why: 'all values are numbers' }
  const isList = names.size <= MOST_NAMES && 2 * names.size <= values
  return { kind: isList ? 'category' : 'skip', why: 'digits behind a zero, as codes have them' }
}

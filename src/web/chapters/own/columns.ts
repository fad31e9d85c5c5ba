// What a table's columns hold: numbers, categories, texts, or nothing.

/** What counts as missing, as `wasmlp/data` has it. */
const MISSING: ReadonlySet<string> = new Set(['', 'NA', 'N/A', 'NaN', 'nan', 'null', '?'])

/** More different names make no category that a network can learn by. */
const MOST_NAMES = 40

/** In fewer rows, 1, 2, 3, … may well be numbers that tell something. */
const LEAST_ROWS = 10

/** `rows` are the numbers of the rows, which tell nothing. */
type ColumnKind = 'number' | 'category' | 'text' | 'rows' | 'empty'

export interface Column {
  readonly place: number
  readonly name: string
  readonly kind: ColumnKind
  /** Rows without a value. */
  readonly missing: number
  /** Its different values as they are written, sorted, where they are few. */
  readonly names: readonly string[] | undefined
  /** Where all values are numbers. */
  readonly numbers: { readonly least: number; readonly most: number; readonly areWhole: boolean } | undefined
}

/** The number in a field, as `wasmlp/data` reads it. */
function numberIn(field: string): number | undefined {
  const number = Number(field)
  return field !== '' && Number.isFinite(number) && !/^0[xbo]/i.test(field) ? number : undefined
}

/** Looks at one column, row by row. */
class ColumnView {
  rows = 0
  missing = 0
  numbers = 0
  least = Number.POSITIVE_INFINITY
  most = Number.NEGATIVE_INFINITY
  areWhole = true
  areRowNumbers = true
  #last: number | undefined
  readonly names = new Set<string>()

  take(raw: string): void {
    const field = raw.trim()
    this.rows += 1
    if (MISSING.has(field)) {
      this.missing += 1
      return
    }
    if (this.names.size <= MOST_NAMES) this.names.add(field)
    const number = numberIn(field)
    if (number === undefined) return
    this.numbers += 1
    this.least = Math.min(this.least, number)
    this.most = Math.max(this.most, number)
    this.areWhole &&= Number.isInteger(number)
    this.areRowNumbers &&= this.#last === undefined ? number === 0 || number === 1 : number === this.#last + 1
    this.#last = number
  }

  column(place: number, name: string): Column {
    const values = this.rows - this.missing
    const areNumbers = values > 0 && this.numbers === values
    const areFew = this.names.size <= MOST_NAMES
    const areRows = areNumbers && this.areRowNumbers && this.missing === 0 && this.rows >= LEAST_ROWS
    const kind =
      values === 0 ? 'empty' : areRows ? 'rows' : areNumbers ? 'number' : areFew ? 'category' : 'text'
    return {
      place,
      name,
      kind,
      missing: this.missing,
      names: areFew ? sorted([...this.names]) : undefined,
      numbers: areNumbers ? { least: this.least, most: this.most, areWhole: this.areWhole } : undefined,
    }
  }
}

/** Numbers by their size, names by their letters. */
function sorted(names: string[]): string[] {
  const areNumbers = names.every(name => numberIn(name) !== undefined)
  return names.sort((a, b) => (areNumbers ? Number(a) - Number(b) : a < b ? -1 : a > b ? 1 : 0))
}

/** Collects what a table holds. */
export class TableView {
  rows = 0
  /** Rows of another length than the first. */
  ragged = 0
  readonly head: string[][] = []
  hasHeader = false
  #names: string[] = []
  #views: ColumnView[] | undefined

  /** @param shown rows that are kept as they are written */
  constructor(readonly shown = 6) {}

  take(records: readonly string[][]): void {
    for (const record of records) {
      if (!this.#views) {
        // A row with a number in it names nothing.
        this.hasHeader = !record.some(field => numberIn(field.trim()) !== undefined)
        this.#names = record.map((field, place) => (this.hasHeader ? field.trim() : String(place)))
        this.#views = record.map(() => new ColumnView())
        if (this.hasHeader) continue
      }
      this.rows += 1
      if (record.length !== this.#views.length) this.ragged += 1
      if (this.head.length < this.shown) this.head.push([...record])
      for (const [place, view] of this.#views.entries()) view.take(record[place] ?? '')
    }
  }

  columns(): Column[] {
    return (this.#views ?? []).map((view, place) => view.column(place, this.#names[place] ?? ''))
  }
}

// Time series: the rows of a table as windows, each of some rows of the past and the targets of the rows to come.
import { checkOptions, type OptionNames } from '../check-options.ts'
import { describeValue } from '../describe-value.ts'
import { ArgumentError } from '../errors.ts'
import { hintAt } from '../nearest-name.ts'
import { quoted, quotedList } from '../quote-names.ts'
import type { Cell } from './cells.ts'
import { type TableColumn, valueAt } from './column.ts'
import { inSeries, type Series } from './series.ts'
import { Table } from './table.ts'
import { Problems } from './table-error.ts'

/** Options of {@link windows}. */
export interface WindowOptions {
  /** How many rows of the past a window holds, the present one among them: a whole number, 1 or more. */
  past: number
  /** How many rows ahead are predicted, each by outputs of its own: a whole number, 1 or more; 1 unless given. */
  horizon?: number
  /** The columns that tell the series apart, such as `'station'`; all rows are one series unless given. */
  by?: string | readonly string[]
  /** The column of dates or numbers by which rows are sorted; they are in order as they stand unless given. */
  time?: string
  /** The columns whose past is an input; all but those of `by` and `time` unless given. */
  columns?: readonly string[]
  /**
   * What becomes of windows over a gap, where times are more than 1.5 times as far apart as they are in the median: an error
   * (`'refuse'`, unless given), none of them (`'leaveOut'`), or windows like others (`'keep'`).
   */
  gaps?: 'refuse' | 'leaveOut' | 'keep'
  /** Only the last window of each series, without targets: what lies ahead is to be predicted. */
  latest?: boolean
}

const OPTIONS: OptionNames<WindowOptions> = {
  past: 1,
  horizon: 1,
  by: 1,
  time: 1,
  columns: 1,
  gaps: 1,
  latest: true,
}

/**
 * The windows of one or several time series, as a table for {@link sequentialFor}: each row holds a column's values of the past
 * as `load[-2]`, `load[-1]`, `load[0]`, and those to predict as `load[+1]`. Values are copied once, however long the past is.
 *
 * `split` and `kFold` of such a table go by time: what is trained on lies before what is validated, and that before what is tested.
 * Windows whose targets lie on both sides are left out. The columns of `by` are inputs; that of `time` is none.
 *
 * Throws {@link ArgumentError} for wrong options, or where no series is long enough, and {@link TableError} for times that are
 * missing or given twice, and for gaps.
 *
 * @example
 * const table = await loadTable('load.csv', { target: 'load', kinds: { load: 'number' } })
 * const { train, test } = await windows(table, { past: 24, horizon: 1, time: 'when' }).split({ test: 0.2 })
 */
export function windows(table: Table, options: WindowOptions): Table {
  if (!(table instanceof Table)) {
    throw new ArgumentError(`windows got ${describeValue(table)}: expected a table, which parseTable gives`)
  }
  checkOptions('windows', options, '{ past: 24 }', OPTIONS)
  const { past, latest = false, gaps = 'refuse', time } = options
  const horizon = latest ? 0 : (options.horizon ?? 1)
  const by = typeof options.by === 'string' ? [options.by] : (options.by ?? [])
  checkChoices(table, { ...options, past, horizon, by, gaps, latest })
  const problems = new Problems(table.name)
  const series = inSeries(table, by, time, gaps, problems)
  const starts = startsOf(series, past, horizon, latest, problems)
  problems.throwIfAny()
  if (starts.length === 0) {
    throw new ArgumentError(
      `no series of ${table.name} has ${past + horizon} rows ${time && gaps === 'leaveOut' ? 'without a gap' : 'in all'}, the ` +
        `past and the horizon together: of ${table.length} rows, use a smaller past`,
    )
  }
  const columns = new Map<string, TableColumn>()
  for (const name of [...by, ...(time === undefined ? [] : [time])]) {
    const column = shifted(columnOf(series, name), past - 1, name, 'of the last row of the past')
    columns.set(name, name === time ? unused(column) : column)
  }
  const add = (from: string, lag: number) => {
    const name = `${from}[${lag > 0 ? '+' : ''}${lag}]`
    const why = lag === 0 ? `${from} now` : `${from}, ${Math.abs(lag)} ${lag < 0 ? 'back' : 'ahead'}`
    if (columns.has(name)) throw new ArgumentError(`there is a column ${quoted(name)} already: rename it`)
    columns.set(name, shifted(columnOf(series, from), past - 1 + lag, name, why))
    return name
  }
  for (const name of options.columns ?? pastsOf(table, by, time)) {
    for (let lag = 1 - past; lag <= 0; ++lag) add(name, lag)
  }
  const targets: string[] = []
  for (const name of table.targets) for (let lag = 1; lag <= horizon; ++lag) targets.push(add(name, lag))
  const order = {
    first: series.times.subarray(past - 1 + Math.min(horizon, 1)),
    last: series.times.subarray(past - 1 + horizon),
  }
  return new Table(`windows of ${table.name}`, columns, targets, starts, order)
}

/** The columns whose past is an input, where none are named. */
const pastsOf = (table: Table, by: readonly string[], time: string | undefined) =>
  [...table.columns.values()]
    .filter(({ name, kind }) => kind !== 'skip' && name !== time && !by.includes(name))
    .map(({ name }) => name)

interface Choices extends WindowOptions {
  horizon: number
  by: readonly string[]
  latest: boolean
}

function checkChoices(table: Table, { past, horizon, by, time, columns, gaps, latest }: Choices): void {
  if (table.isOfWindows) throw new ArgumentError('the table is of windows already: make them of its rows')
  for (const [name, value] of Object.entries({ past, ...(!latest && { horizon }) })) {
    if (Number.isInteger(value) && value >= 1) continue
    throw new ArgumentError(`${name} is ${describeValue(value)}: expected a whole number of rows, 1 or more`)
  }
  if (gaps !== 'refuse' && gaps !== 'leaveOut' && gaps !== 'keep') {
    throw new ArgumentError(`gaps is ${describeValue(gaps)}: expected 'refuse', 'leaveOut' or 'keep'`)
  }
  if (columns !== undefined && (!Array.isArray(columns) || columns.length === 0)) {
    throw new ArgumentError(
      `columns is ${describeValue(columns)}: expected a list of names, such as ['load']`,
    )
  }
  if (!Array.isArray(by)) throw new ArgumentError(`by is ${describeValue(by)}: expected a column, or a list`)
  const named = [...by, ...(columns ?? []), ...(time === undefined ? [] : [time])]
  const names = [...table.columns.keys()]
  for (const name of named) {
    if (typeof name === 'string' && table.columns.has(name)) continue
    throw new ArgumentError(
      `${describeValue(name)} is no column of ${table.name}: expected one of ${quotedList(names)}${hintAt(name, names)}`,
    )
  }
  for (const name of columns ?? []) {
    if (table.column(name)?.kind !== 'skip') continue
    throw new ArgumentError(
      `the column ${quoted(name)} is of the kind skip: give it another by kinds, or leave it out`,
    )
  }
  if (by.length > 0 && time === undefined) {
    throw new ArgumentError('by needs time, the column that orders the rows of all series: give it')
  }
  const kind = time === undefined ? 'date' : table.column(time)?.kind
  if (kind !== 'date' && kind !== 'number') {
    throw new ArgumentError(`time is of the kind ${kind}: expected a column of dates or numbers`)
  }
  if (!latest && table.targets.length === 0) {
    throw new ArgumentError(
      "the table has no target: say which column to predict, as parseTable's target does, or set latest: true",
    )
  }
  if (horizon > 1 && table.targets.some(name => table.column(name)?.kind !== 'number')) {
    throw new ArgumentError(
      `horizon is ${horizon}, and the target ${quotedList(table.targets)} is of classes: expected 1, or numbers`,
    )
  }
}

/** Where windows begin, by places in the series. */
function startsOf(
  { ends, begins, groupNames }: Series,
  past: number,
  horizon: number,
  latest: boolean,
  problems: Problems,
): Int32Array {
  const starts = new Int32Array(ends.at(-1) ?? 0)
  let count = 0
  for (const [i, begin] of begins.entries()) {
    const end = ends[i] ?? 0
    const last = end - past - horizon
    if (latest && last < begin) {
      const which = groupNames[i] ? `the series ${groupNames[i]}` : 'the series'
      problems.add(
        undefined,
        `${which} ends with ${end - begin} rows without a gap: expected at least ${past}, the past`,
      )
    }
    for (let start = latest ? Math.max(begin, last) : begin; start <= last; ++start) starts[count++] = start
  }
  return starts.slice(0, count)
}

function columnOf({ columns }: Series, name: string): TableColumn {
  const column = columns.get(name)
  if (!column) throw new RangeError(name)
  return column
}

/** The column of which each row is `offset` rows later; no value is copied. */
function shifted(column: TableColumn, offset: number, name: string, why: string): TableColumn {
  if (column.kind === 'category') return { ...column, name, why, codes: column.codes.subarray(offset) }
  if (column.kind === 'skip') return { ...column, name, why, cells: column.cells.slice(offset) }
  return { ...column, name, why, values: column.values.subarray(offset) }
}

/** A column that tells when a window is, and that no network gets. */
function unused(column: TableColumn): TableColumn {
  if (column.kind === 'skip') return column
  const { length } = column.kind === 'category' ? column.codes : column.values
  const cells: Cell[] = []
  for (let row = 0; row < length; ++row) cells.push(valueAt(column, row))
  return { name: column.name, kind: 'skip', why: 'the time of the last row of the past', cells }
}

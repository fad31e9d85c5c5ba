// The rows of a table as time series: those of one together, in the order of time, cut where there are gaps.
import { type TableColumn, valueAt } from './column.ts'
import type { Table } from './table.ts'
import type { Problems } from './table-error.ts'

/** Times are at a gap where they are this many times as far apart as in the median. */
const GAP = 1.5

/** Columns whose rows are sorted by series and time. */
export interface Series {
  readonly columns: ReadonlyMap<string, TableColumn>
  /** By row: its time, or its place in the table where no column tells it. */
  readonly times: Float64Array
  /** Where each stretch without a gap begins. */
  readonly begins: readonly number[]
  /** Where it ends: the first row behind it. */
  readonly ends: readonly number[]
  /** What names its series, as source code; empty where all rows are one. */
  readonly groupNames: readonly string[]
}

/** The table's rows by series. Times that are missing or twice in one series go to the problems, and gaps if refused. */
export function inSeries(
  table: Table,
  by: readonly string[],
  time: string | undefined,
  gaps: 'refuse' | 'leaveOut' | 'keep',
  problems: Problems,
): Series {
  const { groups, names } = groupsOf(table, by, problems)
  const times = timesOf(table, time, problems)
  const order = stableOrder(
    times.length,
    (a, b) => (groups[a] ?? 0) - (groups[b] ?? 0) || (times[a] ?? 0) - (times[b] ?? 0),
  )
  const sortedGroups = order.map(i => groups[i] ?? 0)
  const sorted = times.map((_, place) => times[order[place] ?? 0] ?? 0)
  const isSame = (i: number) => sortedGroups[i] === sortedGroups[i - 1]
  const longest =
    time === undefined || gaps === 'keep' ? Number.POSITIVE_INFINITY : GAP * medianStep(sorted, isSame)
  const begins: number[] = []
  const ends: number[] = []
  const groupNames: string[] = []
  for (let i = 0; i < sorted.length; ++i) {
    const step = (sorted[i] ?? 0) - (sorted[i - 1] ?? 0)
    const row = order[i] ?? 0
    if (i > 0 && isSame(i)) {
      if (step === 0) problems.addValue(time, row, shownTime(table, time, row), TWICE)
      if (step <= longest) continue
      if (gaps === 'refuse') problems.addValue(time, row, shownTime(table, time, row), BEHIND_A_GAP)
    }
    if (i > 0) ends.push(i)
    begins.push(i)
    groupNames.push(names[sortedGroups[i] ?? 0] ?? '')
  }
  if (sorted.length > 0) ends.push(sorted.length)
  const rows = order.map(i => table.rows[i] ?? 0)
  const columns = new Map(Array.from(table.columns, ([name, column]) => [name, arranged(column, rows)]))
  return { columns, times: sorted, begins, ends, groupNames }
}

const TWICE =
  'is a time that another row of its series has: leave one out, or name the columns of the series by by'
const BEHIND_A_GAP =
  "lies behind a gap, more than 1.5 times the median step: fill the gap with rows, or set gaps: 'leaveOut' or 'keep'"

/** Which series each row belongs to: by first appearance. */
function groupsOf(
  table: Table,
  by: readonly string[],
  problems: Problems,
): { groups: Int32Array; names: string[] } {
  const places = new Map<string, number>()
  const columns = by.flatMap(name => table.column(name) ?? [])
  const groups = table.rows.map((row, i) => {
    const values = columns.map(column => {
      const value = valueAt(column, row)
      if (value === null)
        problems.addValue(column.name, i, undefined, 'there is no value that tells the series: give it')
      return JSON.stringify(value)
    })
    const name = values.join(', ')
    const place = places.get(name) ?? places.size
    places.set(name, place)
    return place
  })
  return { groups, names: [...places.keys()] }
}

function timesOf(table: Table, time: string | undefined, problems: Problems): Float64Array {
  const column = time === undefined ? undefined : table.column(time)
  const times = new Float64Array(table.length)
  if (column?.kind !== 'date' && column?.kind !== 'number') return times.map((_, i) => i)
  for (const [i, row] of table.rows.entries()) {
    const value = column.values[row] ?? Number.NaN
    if (Number.isNaN(value))
      problems.addValue(time, i, undefined, 'there is no time: give it, or leave the row out')
    times[i] = value
  }
  return times
}

function medianStep(times: Float64Array, isSame: (i: number) => boolean): number {
  const steps = new Float64Array(times.length)
  let count = 0
  for (let i = 1; i < times.length; ++i) {
    const step = (times[i] ?? 0) - (times[i - 1] ?? 0)
    if (isSame(i) && step > 0) steps[count++] = step
  }
  return steps.subarray(0, count).sort()[count >> 1] ?? Number.POSITIVE_INFINITY
}

function shownTime(table: Table, time: string | undefined, position: number): string | undefined {
  const column = time === undefined ? undefined : table.column(time)
  return column && JSON.stringify(valueAt(column, table.rows[position] ?? 0))
}

function arranged(column: TableColumn, rows: Int32Array): TableColumn {
  if (column.kind === 'category') return { ...column, codes: rows.map(row => column.codes[row] ?? -1) }
  if (column.kind === 'skip') {
    const cells = new Array<(typeof column.cells)[number]>(rows.length).fill(null)
    for (const [i, row] of rows.entries()) cells[i] = column.cells[row] ?? null
    return { ...column, cells }
  }
  const values = new Float64Array(rows.length)
  for (const [i, row] of rows.entries()) values[i] = column.values[row] ?? Number.NaN
  return { ...column, values }
}

/** The positions 0 to length − 1 in order, by merging: `sort` with a function would copy them to a plain array. */
function stableOrder(length: number, compare: (a: number, b: number) => number): Int32Array {
  let from = new Int32Array(length).map((_, i) => i)
  let to = new Int32Array(length)
  for (let width = 1; width < length; width *= 2) {
    for (let begin = 0; begin < length; begin += 2 * width) {
      const [middle, end] = [Math.min(begin + width, length), Math.min(begin + 2 * width, length)]
      let [left, right] = [begin, middle]
      for (let place = begin; place < end; ++place) {
        const isLeft = right >= end || (left < middle && compare(from[left] ?? 0, from[right] ?? 0) <= 0)
        to[place] = from[isLeft ? left++ : right++] ?? 0
      }
    }
    ;[from, to] = [to, from]
  }
  return from
}

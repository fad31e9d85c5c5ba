// What a table says of its columns.
import { inspectSymbol } from '../api/inspect-symbol.ts'
import { printable } from '../describe-value.ts'
import { isMissing, type TableColumn, valueAt } from './column.ts'
import type { ColumnKind } from './kinds.ts'

/** What a table says of one column. */
export interface ColumnDescription {
  readonly name: string
  readonly kind: ColumnKind
  /** Whether it is what the others are to predict, or is left out. */
  readonly role: 'input' | 'target' | 'skip'
  /** Why it is taken for this kind. */
  readonly why: string
  /** Rows without a value. */
  readonly missing: number
  /** Different values. */
  readonly distinct: number
  /** The least and the largest number or date; undefined for other kinds. */
  readonly range: readonly [number, number] | readonly [string, string] | undefined
  /** The first different values, three at most. */
  readonly examples: readonly (string | number | boolean)[]
}

const EXAMPLES = 3

/** What {@link Table.describe} gives. As a text it is a readable table, which `console.log` shows in Node. */
export class TableDescription {
  readonly rows: number
  readonly columns: readonly ColumnDescription[]

  /** @internal */
  constructor(rows: number, columns: readonly ColumnDescription[]) {
    this.rows = rows
    this.columns = columns
  }

  /** A line for each column. */
  toString(): string {
    const head = ['column', 'kind', 'missing', 'distinct', 'range', 'examples', 'why']
    const lines = this.columns.map(({ name, kind, role, missing, distinct, range, examples, why }) => [
      short(name),
      role === 'target' ? `${kind}, target` : kind,
      String(missing),
      String(distinct),
      range ? `${range[0]} – ${range[1]}` : '',
      examples.map(example => short(String(example))).join(', '),
      why,
    ])
    const widths = head.map(({ length }, i) =>
      lines.reduce((width, line) => Math.max(width, line[i]?.length ?? 0), length),
    )
    const row = (cells: readonly string[]) =>
      cells
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd()
    return [`${this.rows} rows`, row(head), ...lines.map(row)].join('\n')
  }

  /** @internal */
  [inspectSymbol](): string {
    return this.toString()
  }
}

const short = (text: string) => printable(text.length > 24 ? `${text.slice(0, 23)}…` : text)

/** The description of a column's values in some rows. */
export function describeColumn(
  column: TableColumn,
  rows: Int32Array,
  role: ColumnDescription['role'],
): ColumnDescription {
  const { name, kind, why } = column
  const distinct = new Set<string | number | boolean>()
  const [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  const range: [number, number] = [least, most]
  let missing = 0
  for (const row of rows) {
    if (isMissing(column, row)) {
      missing += 1
      continue
    }
    if (column.kind === 'number' || column.kind === 'date') {
      const value = column.values[row] ?? 0
      distinct.add(value)
      range[0] = Math.min(range[0], value)
      range[1] = Math.max(range[1], value)
    } else distinct.add(valueAt(column, row) ?? '')
  }
  const isDate = kind === 'date'
  const dateOf = (time: number) => new Date(time).toISOString().replace('T00:00:00.000Z', '')
  const examples = [...distinct].slice(0, EXAMPLES)
  return {
    name,
    kind,
    role,
    why,
    missing,
    distinct: distinct.size,
    range: range[0] > range[1] ? undefined : isDate ? [dateOf(range[0]), dateOf(range[1])] : range,
    examples: isDate ? examples.map(time => dateOf(Number(time))) : examples,
  }
}

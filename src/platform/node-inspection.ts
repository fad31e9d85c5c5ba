// Rows of numbers as `console.log` shows them in Node: a table instead of an object for each row.
import { inspect } from 'node:util'

/** Rows that are shown. */
const MAX_ROWS = 100

type Row = Readonly<Record<string, unknown>>

/** The object, whose `rows` are shown as a table, with `title` above it. Nothing else of it changes. */
export function showAsTable<Shown extends object>(
  shown: Shown,
  title: string,
  rows: readonly object[],
): Shown {
  return Object.defineProperty(shown, inspect.custom, {
    value: () => `${title}\n${tableOf(rows.slice(0, MAX_ROWS) as Row[])}${rest(rows.length - MAX_ROWS)}`,
  })
}

const rest = (count: number) => (count > 0 ? `\n… and ${count} more` : '')

function tableOf(rows: readonly Row[]): string {
  const names = [...new Set(rows.flatMap(row => Object.keys(row)))]
  const lines = [names, ...rows.map(row => names.map(name => cellOf(row[name])))]
  const widths = names.map((_, column) => Math.max(...lines.map(line => line[column]?.length ?? 0)))
  return lines.map(line => line.map((cell, i) => cell.padStart(widths[i] ?? 0)).join('  ')).join('\n')
}

function cellOf(value: unknown): string {
  if (typeof value !== 'number') return value === undefined ? '' : String(value)
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(5)))
}

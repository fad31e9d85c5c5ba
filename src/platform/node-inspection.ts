// The history of a training as `console.log` shows it in Node: a table instead of an object for each epoch.
import { inspect } from 'node:util'

/** Rows that are shown. */
const MAX_ROWS = 100

type Row = Readonly<Record<string, unknown>>

/** See {@link Platform.showEpochs}. */
export function showEpochs<History extends { epochs: readonly object[] }>(history: History): History {
  const { epochs } = history
  const table = () => tableOf(epochs.slice(0, MAX_ROWS) as Row[])
  return Object.defineProperty(history, inspect.custom, {
    value: () => `History of ${epochs.length} epochs\n${table()}${rest(epochs.length - MAX_ROWS)}`,
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

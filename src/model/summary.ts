// A table of a network's layers, for people.
import type { DenseLayer } from './layers.ts'

/** One line a layer: its kind, activation, shape and parameters, and the sum of all. */
export function summarize(inputSize: number, layers: readonly DenseLayer[]): string {
  const rows = [['layer', 'activation', 'weights', 'output', 'parameters']]
  let inputs = inputSize
  let total = 0
  for (const { kind, units, activation } of layers) {
    const parameters = (inputs + 1) * units
    rows.push([kind, activation, `${inputs} × ${units}`, `${units}`, parameters.toLocaleString('en')])
    total += parameters
    inputs = units
  }
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0))) ?? []
  const line = (cells: string[]) =>
    cells.map((cell, i) => (i > 1 ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0))).join('  ')
  return [...rows.map(line), `total: ${total.toLocaleString('en')} parameters`].join('\n')
}

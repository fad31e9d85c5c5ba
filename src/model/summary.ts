// A network's size, and a table of its layers for people.
import type { Layer } from './layers.ts'

/** Weights and biases of all layers. */
export function countParameters(inputSize: number, layers: readonly Layer[]): number {
  const inputsOf = (index: number) => layers[index - 1]?.units ?? inputSize
  return layers.reduce((sum, { units }, index) => sum + (inputsOf(index) + 1) * units, 0)
}

/** One line a layer: its kind, activation, shape and parameters, and the sum of all. */
export function summarize(inputSize: number, layers: readonly Layer[]): string {
  const rows = [['layer', 'activation', 'weights', 'output', 'parameters']]
  let inputs = inputSize
  for (const { kind, units, activation } of layers) {
    const parameters = ((inputs + 1) * units).toLocaleString('en')
    rows.push([kind, activation, `${inputs} × ${units}`, `${units}`, parameters])
    inputs = units
  }
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0))) ?? []
  const line = (cells: string[]) =>
    cells.map((cell, i) => (i > 1 ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0))).join('  ')
  const total = countParameters(inputSize, layers)
  return [...rows.map(line), `total: ${total.toLocaleString('en')} parameters`].join('\n')
}

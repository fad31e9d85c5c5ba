// A network's size, and a table of its layers for people.

import { activationOf, type Layer } from './layers.ts'
import { type LayerShape, shapesOf } from './shapes.ts'

/** All learned numbers of all layers: weights, biases and others. */
export function countParameters(inputSize: number, layers: readonly Layer[]): number {
  return shapesOf(inputSize, layers).reduce((sum, shape) => sum + countOf(shape), 0)
}

/** One line per layer: its kind, activation, shape and parameters. The last line is the total. */
export function summarize(inputSize: number, layers: readonly Layer[]): string {
  const rows = [['layer', 'activation', 'weights', 'output', 'parameters']]
  for (const shape of shapesOf(inputSize, layers)) {
    const { layer, inputs, units, weightCount, isMatrix } = shape
    const weights = isMatrix ? `${inputs} × ${units}` : `${weightCount || ''}`
    const parameters = countOf(shape).toLocaleString('en')
    rows.push([layer.kind, activationOf(layer) ?? '', weights, `${units}`, parameters])
  }
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0))) ?? []
  const line = (cells: string[]) =>
    cells.map((cell, i) => (i > 1 ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0))).join('  ')
  const total = countParameters(inputSize, layers)
  return [...rows.map(line), `total: ${total.toLocaleString('en')} parameters`].join('\n')
}

function countOf({ weightCount, biasCount }: LayerShape): number {
  return weightCount + biasCount
}

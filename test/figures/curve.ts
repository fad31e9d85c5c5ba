// Curves of the plots, and the numbers at their axes.
import { line } from 'd3-shape'
import { element } from './svg.ts'

/** A point of a curve. */
export type Point = readonly [x: number, y: number]

const path = line<Point>()
  .x(([x]) => x)
  .y(([, y]) => y)
  .digits(1)

/** A line through points: of the first colour, or of the second, and then dashed. */
export const curve = (points: readonly Point[], kind: 'one' | 'two', width = 2.2) =>
  element('path', {
    d: path(points) ?? '',
    class: kind,
    'stroke-width': width,
    ...(kind === 'two' && { 'stroke-dasharray': '6 4' }),
  })

/** A number with a true minus sign. */
export const signed = (value: number, digits = 0) => value.toFixed(digits).replace('-', '−')

// The page's icon: a small network. Its shapes are drawn as SVG, and as PNG for what takes no SVG.
import { encode } from 'fast-png'

/** Everything is drawn in a square of this side. */
const SIDE = 64

type Point = readonly [x: number, y: number]

/** A line with round ends; a circle is one without length. */
interface Stroke {
  readonly from: Point
  readonly to: Point
  readonly width: number
  readonly color: string
}

/** The page's accent, and lighter kinds of its two colours of data. */
const [GROUND, EDGE, BLUE, WHITE, ORANGE] = ['#473bbf', '#8d85e0', '#9ad0f5', '#ffffff', '#ffb976']

const inputs: readonly Point[] = [
  [13, 21],
  [13, 43],
]
const hidden: readonly Point[] = [
  [32, 12],
  [32, 32],
  [32, 52],
]
const output: Point = [51, 32]

const edge = (from: Point, to: Point): Stroke => ({ from, to, width: 2.5, color: EDGE })
const unit = (at: Point, color: string): Stroke => ({ from: at, to: at, width: 11, color })

const strokes: readonly Stroke[] = [
  ...inputs.flatMap(from => hidden.map(to => edge(from, to))),
  ...hidden.map(from => edge(from, output)),
  ...inputs.map(at => unit(at, BLUE)),
  ...hidden.map(at => unit(at, WHITE)),
  unit(output, ORANGE),
]

/** Rounds the corners of the ground; 0 for a ground that fills the square, which platforms cut to their own shape. */
interface Corners {
  readonly radius: number
  /** Draws the network smaller: what is cut off is at the edge. */
  readonly scale: number
}

export const ROUNDED: Corners = { radius: 14, scale: 1 }
export const FULL: Corners = { radius: 0, scale: 0.9 }

export function iconSvg(): string {
  const lines = strokes.map(
    ({ from, to, width, color }) =>
      `<path d="M${from.join(' ')}L${to.join(' ')}" stroke="${color}" stroke-width="${width}"/>`,
  )
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIDE} ${SIDE}">` +
    `<rect width="${SIDE}" height="${SIDE}" rx="${ROUNDED.radius}" fill="${GROUND}"/>` +
    `<g stroke-linecap="round">${lines.join('')}</g></svg>\n`
  )
}

/** @param size pixels of a side */
export function iconPng(size: number, { radius, scale }: Corners): Uint8Array {
  const data = new Uint8Array(size * size * 4)
  const pixel = SIDE / size
  const middle = SIDE / 2
  for (let row = 0; row < size; ++row) {
    for (let column = 0; column < size; ++column) {
      const [x, y] = [(column + 0.5) * pixel, (row + 0.5) * pixel]
      const color = rgbOf(GROUND)
      const inside: Point = [middle + (x - middle) / scale, middle + (y - middle) / scale]
      for (const stroke of strokes) {
        const share = coverage(distanceTo(stroke, inside), pixel / scale)
        const over = rgbOf(stroke.color)
        for (let i = 0; i < 3; ++i) color[i] = (color[i] ?? 0) * (1 - share) + (over[i] ?? 0) * share
      }
      data.set(
        [...color.map(Math.round), 255 * coverage(distanceToGround([x, y], radius), pixel)],
        4 * (row * size + column),
      )
    }
  }
  return encode({ width: size, height: size, data, channels: 4 })
}

/** The share of a pixel that is within a shape, by the distance of its middle. */
const coverage = (distance: number, pixel: number) => Math.min(Math.max(0.5 - distance / pixel, 0), 1)

function distanceTo({ from, to, width }: Stroke, [x, y]: Point): number {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]]
  const along = ((x - from[0]) * dx + (y - from[1]) * dy) / (dx * dx + dy * dy || 1)
  const t = Math.min(Math.max(along, 0), 1)
  return Math.hypot(x - from[0] - t * dx, y - from[1] - t * dy) - width / 2
}

function distanceToGround([x, y]: Point, radius: number): number {
  const middle = SIDE / 2
  const [dx, dy] = [Math.abs(x - middle) - middle + radius, Math.abs(y - middle) - middle + radius]
  return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - radius
}

const rgbOf = (color: string): number[] => [1, 3, 5].map(at => Number.parseInt(color.slice(at, at + 2), 16))

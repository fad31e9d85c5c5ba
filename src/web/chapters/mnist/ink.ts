// Ink on the pad: strokes of a pen and images, as one grey picture. No DOM.
import { SIDE } from '../../digits/packing.ts'

/** Pixels of a side of the pad: ten for each that the network sees. */
export const PAD = 280
/** Radius of the pen, in pixels of the pad: drawn over the whole pad, a stroke is as thick as MNIST's. */
export const PEN = 12

export interface Point {
  readonly x: number
  readonly y: number
}

/** Places and lengths in pixels of the pad. */
export type Mark =
  | { readonly is: 'stroke'; readonly points: readonly Point[]; readonly radius: number }
  | {
      readonly is: 'image'
      /** 28 × 28, 0–255. */
      readonly pixels: Uint8Array
      /** Of the upper left corner. */
      readonly x: number
      readonly y: number
      readonly side: number
    }

/** A rectangle of pixels; `right` and `bottom` are the first outside. */
export interface Box {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** A grey picture of {@link PAD} × {@link PAD} bytes, row by row, 255 where there is most ink. */
export type Ink = Uint8Array

export const noInk = (): Ink => new Uint8Array(PAD * PAD)

/** Adds a mark. */
export function stamp(ink: Ink, mark: Mark): void {
  if (mark.is === 'image') stampImage(ink, mark)
  else {
    for (const [i, point] of mark.points.entries()) {
      stampSegment(ink, mark.points[i - 1] ?? point, point, mark.radius)
    }
  }
}

/** Adds a straight piece of a stroke with round ends. Its rim is as grey as the share of the pixel that it covers. */
export function stampSegment(ink: Ink, from: Point, to: Point, radius: number): void {
  const [dx, dy] = [to.x - from.x, to.y - from.y]
  const squared = dx * dx + dy * dy
  const left = inPad(Math.min(from.x, to.x) - radius - 1)
  const right = inPad(Math.max(from.x, to.x) + radius + 2)
  const top = inPad(Math.min(from.y, to.y) - radius - 1)
  const bottom = inPad(Math.max(from.y, to.y) + radius + 2)
  for (let row = top; row < bottom; ++row) {
    for (let column = left; column < right; ++column) {
      const [x, y] = [column + 0.5 - from.x, row + 0.5 - from.y]
      const along = squared === 0 ? 0 : Math.max(0, Math.min(1, (x * dx + y * dy) / squared))
      const distance = Math.hypot(x - along * dx, y - along * dy)
      const cover = Math.round(255 * Math.max(0, Math.min(1, radius + 0.5 - distance)))
      const at = row * PAD + column
      if (cover > (ink[at] ?? 0)) ink[at] = cover
    }
  }
}

function stampImage(ink: Ink, { pixels, x, y, side }: Extract<Mark, { is: 'image' }>): void {
  for (let row = inPad(y); row < inPad(Math.ceil(y + side)); ++row) {
    for (let column = inPad(x); column < inPad(Math.ceil(x + side)); ++column) {
      const [u, v] = [column + 0.5 - x, row + 0.5 - y].map(place => Math.floor((place / side) * SIDE))
      if (u === undefined || v === undefined || u < 0 || v < 0 || u >= SIDE || v >= SIDE) continue
      const at = row * PAD + column
      const grey = pixels[v * SIDE + u] ?? 0
      if (grey > (ink[at] ?? 0)) ink[at] = grey
    }
  }
}

const inPad = (place: number) => Math.max(0, Math.min(PAD, Math.floor(place)))

/** The smallest box with all ink, or undefined where there is none. */
export function boxOf(ink: Ink): Box | undefined {
  let [left, top, right, bottom] = [PAD, PAD, 0, 0]
  for (let row = 0; row < PAD; ++row) {
    for (let column = 0; column < PAD; ++column) {
      if (ink[row * PAD + column] === 0) continue
      if (column < left) left = column
      if (column >= right) right = column + 1
      if (row < top) top = row
      bottom = row + 1
    }
  }
  return right === 0 ? undefined : { left, top, right, bottom }
}

/** The same marks, smaller or larger by a factor, and moved: x becomes `scale · x + dx`. */
function moved(marks: readonly Mark[], scale: number, dx: number, dy: number): readonly Mark[] {
  const place = ({ x, y }: Point) => ({ x: scale * x + dx, y: scale * y + dy })
  return marks.map(mark =>
    mark.is === 'stroke'
      ? { ...mark, points: mark.points.map(place), radius: scale * mark.radius }
      : { ...mark, ...place(mark), side: scale * mark.side },
  )
}

/** The corners in the order in which a drawing goes through them. */
const CORNERS: readonly (readonly [isRight: boolean, isLower: boolean])[] = [
  [false, false],
  [true, false],
  [true, true],
  [false, true],
]

/** Pixels that the longer side of a drawing in a corner has, and that it keeps from the edges. */
const [SMALL, GAP] = [100, 10]

/** Marks with that box in a corner, 0–3, small. */
export function inCorner(marks: readonly Mark[], box: Box, corner: number): readonly Mark[] {
  const [isRight, isLower] = CORNERS[corner % CORNERS.length] ?? [false, false]
  const [width, height] = [box.right - box.left, box.bottom - box.top]
  const scale = SMALL / Math.max(width, height)
  const left = isRight ? PAD - GAP - scale * width : GAP
  const top = isLower ? PAD - GAP - scale * height : GAP
  return moved(marks, scale, left - scale * box.left, top - scale * box.top)
}

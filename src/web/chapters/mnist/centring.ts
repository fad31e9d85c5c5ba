// A picture of a digit made into an image as MNIST's were: cut out, scaled to 20 pixels, centred by its mass. No DOM.
// Source: Y. LeCun, C. Cortes, C. Burges, The MNIST database of handwritten digits: "size normalized to fit in a 20x20 pixel
// box while preserving their aspect ratio", with grey levels from anti-aliasing, "and centered in a 28x28 image by computing
// the center of mass of the pixels".
import { SIDE } from '../../digits/packing.ts'
import { type Box, boxOf, type Ink, PAD } from './ink.ts'

/** Pixels of the longer side of a digit. */
const DIGIT = 20

/** What the network sees of the pad: 28 × 28 pixels, 0–255. */
export interface Views {
  /** As MNIST's images were made. */
  readonly centred: Uint8Array
  /** The whole pad, smaller. */
  readonly scaled: Uint8Array
}

/** Both views of what is on the pad, or undefined where nothing is. */
export function viewsOf(ink: Ink): Views | undefined {
  const box = boxOf(ink)
  return box && { centred: centred(ink, box), scaled: merelyScaled(ink) }
}

function centred(ink: Ink, box: Box): Uint8Array {
  const scale = DIGIT / Math.max(box.right - box.left, box.bottom - box.top)
  const { grey, columns, rows } = shrunk(ink, box, scale)
  let [mass, massX, massY] = [0, 0, 0]
  for (let row = 0; row < rows; ++row) {
    for (let column = 0; column < columns; ++column) {
      const value = grey[row * columns + column] ?? 0
      mass += value
      massX += value * column
      massY += value * row
    }
  }
  // Whole pixels: strokes stay as sharp as they are. No row or column falls off the image.
  const shift = (center: number, size: number) =>
    Math.max(0, Math.min(SIDE - size, Math.round(SIDE / 2 - center)))
  const [left, top] = [shift(massX / mass, columns), shift(massY / mass, rows)]
  const image = new Uint8Array(SIDE * SIDE)
  for (let row = 0; row < rows; ++row) {
    for (let column = 0; column < columns; ++column) {
      image[(top + row) * SIDE + left + column] = Math.round(grey[row * columns + column] ?? 0)
    }
  }
  return image
}

function merelyScaled(ink: Ink): Uint8Array {
  const { grey } = shrunk(ink, { left: 0, top: 0, right: PAD, bottom: PAD }, SIDE / PAD)
  return Uint8Array.from(grey, Math.round)
}

/** A part of the picture, scaled: each pixel is the mean of what it covers, with 0 beyond the box. */
function shrunk(ink: Ink, box: Box, scale: number) {
  const across = weightsOf(box.right - box.left, scale)
  const down = weightsOf(box.bottom - box.top, scale)
  const [columns, rows, height] = [across.length, down.length, box.bottom - box.top]
  // First along the rows, then along the columns.
  const narrow = new Float64Array(height * columns)
  for (let row = 0; row < height; ++row) {
    for (const [column, { from, shares }] of across.entries()) {
      const start = (box.top + row) * PAD + box.left + from
      let sum = 0
      for (let i = 0; i < shares.length; ++i) sum += (shares[i] ?? 0) * (ink[start + i] ?? 0)
      narrow[row * columns + column] = sum
    }
  }
  const grey = new Float64Array(rows * columns)
  for (const [row, { from, shares }] of down.entries()) {
    for (let column = 0; column < columns; ++column) {
      let sum = 0
      for (let i = 0; i < shares.length; ++i)
        sum += (shares[i] ?? 0) * (narrow[(from + i) * columns + column] ?? 0)
      grey[row * columns + column] = sum
    }
  }
  return { grey, columns, rows }
}

/** For each pixel of a side that is scaled: which of the `length` pixels it covers, from the first on, and their shares. */
function weightsOf(length: number, scale: number) {
  // Rounding must not make a pixel more.
  const count = Math.max(1, Math.ceil(length * scale - 1e-9))
  return Array.from({ length: count }, (_, i) => {
    const [begin, end] = [i / scale, Math.min((i + 1) / scale, length)]
    const [from, to] = [Math.floor(begin + 1e-9), Math.ceil(end - 1e-9)]
    const shares = Array.from(
      { length: to - from },
      (_, j) => (Math.min(from + j + 1, end) - Math.max(from + j, begin)) * scale,
    )
    return { from, shares }
  })
}

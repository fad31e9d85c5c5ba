// Image files as a model takes them: light strokes on black, fitted into its square.
import { Failure } from './failure.ts'
import { decodePng, type GreyImage, isPng } from './png.ts'

/**
 * A model's inputs (`inputSize` bytes) from a PNG file, or from as many raw bytes. `invert` is for dark strokes on
 * white. `name` is what errors call the file. Throws {@link Failure}.
 */
export function toInputs(file: Uint8Array, name: string, inputSize: number, invert: boolean): Uint8Array {
  const inputs = isPng(file)
    ? fromPng(file, name, inputSize, invert ? 255 : 0)
    : fromRaw(file, name, inputSize)
  return invert ? inputs.map(value => 255 - value) : inputs
}

/** The smallest digit images in use have 8 × 8 pixels. A model with fewer inputs learned something else. */
const MIN_SIDE = 8

function fromPng(file: Uint8Array, name: string, inputSize: number, background: number): Uint8Array {
  const side = Math.sqrt(inputSize)
  if (side < MIN_SIDE) {
    throw new Failure(
      `${name} is an image, and the model takes ${inputSize} inputs, too few for one: expected a model of images of ` +
        `${MIN_SIDE} × ${MIN_SIDE} pixels or more`,
    )
  }
  if (!Number.isInteger(side)) {
    throw new Failure(
      `${name} is a PNG, but the model's ${inputSize} inputs make no square: give it files of ${inputSize} raw bytes`,
    )
  }
  return fitSquare(decodePng(file, name, background), side, background)
}

function fromRaw(file: Uint8Array, name: string, inputSize: number): Uint8Array {
  if (file.length === inputSize) return file
  throw new Failure(
    `${name} is neither a PNG nor as many raw bytes as the model has inputs: it has ${file.length}, expected ${inputSize}`,
  )
}

/**
 * Resizes an image to side × side by area averaging: each new pixel is the mean of the area that it covers. An image
 * that is not square is centred in a square of the background.
 */
export function fitSquare(
  { width, height, pixels }: GreyImage,
  side: number,
  background: number,
): Uint8Array {
  const size = Math.max(width, height)
  const left = Math.floor((size - width) / 2)
  const top = Math.floor((size - height) / 2)
  const scale = side / size
  // Sums of differences from the background, so that the padding adds nothing.
  const line = new Float64Array(side)
  const square = new Float64Array(side * side)
  for (let y = 0; y < height; ++y) {
    line.fill(0)
    for (let x = 0; x < width; ++x) {
      const difference = (pixels[y * width + x] ?? 0) - background
      if (difference === 0) continue
      overlaps(left + x, scale, side, (column, share) => {
        line[column] = (line[column] ?? 0) + share * difference
      })
    }
    overlaps(top + y, scale, side, (row, share) => {
      for (let column = 0; column < side; ++column) {
        const at = row * side + column
        square[at] = (square[at] ?? 0) + share * (line[column] ?? 0)
      }
    })
  }
  return new Uint8Array(square.map(difference => Math.round(background + difference)))
}

/** Calls back for each new pixel that an old one overlaps, with the shared length. */
function overlaps(
  position: number,
  scale: number,
  side: number,
  callback: (index: number, share: number) => void,
): void {
  const begin = position * scale
  const end = (position + 1) * scale
  for (let index = Math.floor(begin); index < Math.min(side, Math.ceil(end)); ++index) {
    callback(index, Math.min(end, index + 1) - Math.max(begin, index))
  }
}

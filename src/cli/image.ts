// Image files as a model takes them: light strokes on black, fitted into its square.
import { Failure } from './failure.ts'
import { decodePng, type GreyImage } from './png.ts'
import { isPng } from './png-chunks.ts'

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
  return fitSquare(decodePng(file, name, background), sideOf(name, inputSize), background)
}

/** The side of the square that a model's inputs are. `name` is the image that it gets. Throws {@link Failure}. */
export function sideOf(name: string, inputSize: number): number {
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
  return side
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
  const columns = new Overlaps(left, width, scale, side)
  const rows = new Overlaps(top, height, scale, side)
  // Sums of differences from the background, so that the padding adds nothing.
  const line = new Float64Array(side)
  const square = new Float64Array(side * side)
  for (let y = 0; y < height; ++y) {
    line.fill(0)
    for (let x = 0; x < width; ++x) {
      const difference = (pixels[y * width + x] ?? 0) - background
      if (difference === 0) continue
      for (let i = columns.begin(x); i < columns.begin(x + 1); ++i) {
        const column = columns.places[i] ?? 0
        line[column] = (line[column] ?? 0) + (columns.shares[i] ?? 0) * difference
      }
    }
    for (let i = rows.begin(y); i < rows.begin(y + 1); ++i) {
      const begin = (rows.places[i] ?? 0) * side
      const share = rows.shares[i] ?? 0
      for (let column = 0; column < side; ++column) {
        square[begin + column] = (square[begin + column] ?? 0) + share * (line[column] ?? 0)
      }
    }
  }
  return new Uint8Array(square.map(difference => Math.round(background + difference)))
}

/** Which new pixels of a row or column each of `count` old ones overlaps, and the shared lengths. */
class Overlaps {
  readonly places: number[] = []
  readonly shares: number[] = []
  readonly #begins = [0]

  /** The first old one is at `offset`. */
  constructor(offset: number, count: number, scale: number, side: number) {
    for (let position = offset; position < offset + count; ++position) {
      const begin = position * scale
      const end = (position + 1) * scale
      for (let place = Math.floor(begin); place < Math.min(side, Math.ceil(end)); ++place) {
        this.places.push(place)
        this.shares.push(Math.min(end, place + 1) - Math.max(begin, place))
      }
      this.#begins.push(this.places.length)
    }
  }

  /** Where those of an old one begin in the lists. */
  begin(index: number): number {
    return this.#begins[index] ?? 0
  }
}

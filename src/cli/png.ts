// Decodes PNG files to grey pixels: every colour type and bit depth, interlaced or not.
//
// Our own, since the decoders on npm fall short of bad or rare input. fast-png 8 gets interlaced images below 8 bits
// wrong and inflates without a limit. pngjs 7 fills what a cut file lacks with whatever memory holds. Source:
// https://www.w3.org/TR/png-3/
import { inflateSync } from 'node:zlib'
import { Failure } from './failure.ts'
import { PALETTE, type PngChunks, type PngHeader, readChunks } from './png-chunks.ts'

/** Row-major, one byte a pixel: 0 is black, 255 white. */
export interface GreyImage {
  width: number
  height: number
  pixels: Uint8Array
}

/** The shares of red, green and blue in a plane of an image. */
export type Tone = readonly [red: number, green: number, blue: number]

/** Source: ITU-R BT.601, section 2.5.1. */
export const GREY: Tone = [0.299, 0.587, 0.114]
export const RED_GREEN_BLUE: readonly Tone[] = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
]

/** Pixels from (x, y) on, every dx-th of every dy-th row, as a separate image. */
interface Pass {
  x: number
  y: number
  dx: number
  dy: number
  columns: number
  rows: number
  rowBytes: number
}

/** x, y, dx, dy. Section 8.1. */
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const

/**
 * The pixels of a PNG file in grey (luma of ITU-R BT.601). Where they are not opaque, they are blended with a grey
 * background. `name` is what errors call the file.
 *
 * Throws {@link Failure} for a broken file, or one of more than 64 million pixels, 65,535 in a row or column, or 256 MiB
 * of rows. No more is inflated than the header's size requires.
 */
export function decodePng(file: Uint8Array, name: string, background: number): GreyImage {
  const { width, height, planes } = decodePngPlanes(file, name, background, [GREY])
  const [pixels = new Uint8Array()] = planes
  return { width, height, pixels }
}

/** As {@link decodePng}: a plane for each tone. */
export function decodePngPlanes(
  file: Uint8Array,
  name: string,
  background: number,
  tones: readonly Tone[],
): { width: number; height: number; planes: Uint8Array[]; exif: Uint8Array | undefined } {
  const chunks = readChunks(file, name)
  const { width, height, depth, channels } = chunks.header
  const passes = passesOf(chunks.header)
  const data = inflate(chunks.data, passes, name)
  const planes = tones.map(tone => ({
    fill: greyOf(chunks, background, name, tone),
    pixels: new Uint8Array(width * height),
  }))
  const pixelBytes = Math.max(1, (channels * depth) >> 3)
  let at = 0
  for (const { x, y, dx, dy, columns, rows, rowBytes } of passes) {
    let above: number | undefined
    for (let row = 0; row < rows; ++row) {
      const begin = at + 1
      unfilter(data, begin, rowBytes, above, pixelBytes, name)
      for (const { fill, pixels } of planes)
        fill(data, begin, columns, pixels, (y + row * dy) * width + x, dx)
      above = begin
      at = begin + rowBytes
    }
  }
  return { width, height, planes: planes.map(({ pixels }) => pixels), exif: chunks.exif }
}

function passesOf({ width, height, depth, channels, interlaced }: PngHeader): Pass[] {
  const origins = interlaced ? ADAM7 : [[0, 0, 1, 1] as const]
  return origins
    .map(([x, y, dx, dy]) => {
      const columns = Math.ceil((width - x) / dx)
      const rows = Math.ceil((height - y) / dy)
      return { x, y, dx, dy, columns, rows, rowBytes: Math.ceil((columns * channels * depth) / 8) }
    })
    .filter(({ columns, rows }) => columns > 0 && rows > 0)
}

/** The rows of all passes, each after its filter byte. */
function inflate(data: Uint8Array, passes: readonly Pass[], name: string): Uint8Array {
  const expected = passes.reduce((sum, { rows, rowBytes }) => sum + rows * (1 + rowBytes), 0)
  let result: Uint8Array
  try {
    // With a chunk larger than the result, zlib need not join pieces.
    result = inflateSync(data, {
      maxOutputLength: expected,
      chunkSize: Math.max(64, expected + 1),
    })
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    const reason = code === 'ERR_BUFFER_TOO_LARGE' ? 'there are more than its header says' : message
    throw new Failure(`${name} is a broken PNG: its pixels do not inflate (${reason})`, { cause })
  }
  if (result.length < expected)
    throw new Failure(`${name} is a broken PNG: it has fewer pixels than its header says`)
  return result
}

/** Undoes a row's filter in place. `above`: where the row before it begins, if there is one. Section 9. */
function unfilter(
  data: Uint8Array,
  begin: number,
  length: number,
  above: number | undefined,
  pixelBytes: number,
  name: string,
): void {
  const filter = data[begin - 1] ?? 0
  if (filter > 4) throw new Failure(`${name} is a broken PNG: it has a row with the unknown filter ${filter}`)
  if (filter === 0) return
  const end = begin + length
  // The bytes to the left of the first pixel are 0, and so is what is above the first row.
  const first = Math.min(begin + pixelBytes, end)
  if (filter === 1 || (filter === 4 && above === undefined)) {
    for (let i = first; i < end; ++i) data[i] = (data[i] ?? 0) + (data[i - pixelBytes] ?? 0)
  } else if (filter === 3) {
    for (let i = begin; i < end; ++i) {
      const left = i < first ? 0 : (data[i - pixelBytes] ?? 0)
      const up = above === undefined ? 0 : (data[above + i - begin] ?? 0)
      data[i] = (data[i] ?? 0) + ((left + up) >> 1)
    }
  } else if (above !== undefined) {
    const distance = begin - above
    const middle = filter === 2 ? end : first
    for (let i = begin; i < middle; ++i) data[i] = (data[i] ?? 0) + (data[i - distance] ?? 0)
    for (let i = middle; i < end; ++i) {
      const over = i - distance
      data[i] =
        (data[i] ?? 0) + paeth(data[i - pixelBytes] ?? 0, data[over] ?? 0, data[over - pixelBytes] ?? 0)
    }
  }
}

/** What filter 4 subtracted: Paeth's choice. Section 9.4. */
function paeth(left: number, up: number, upLeft: number): number {
  const toLeft = Math.abs(up - upLeft)
  const toUp = Math.abs(left - upLeft)
  const toUpLeft = Math.abs(left + up - 2 * upLeft)
  if (toLeft <= toUp && toLeft <= toUpLeft) return left
  return toUp <= toUpLeft ? up : upLeft
}

/** The index-th sample of a row, of 1, 2, 4, 8 or 16 bits, the leftmost in the highest bits. */
function sampleAt(data: Uint8Array, begin: number, index: number, depth: number): number {
  if (depth === 8) return data[begin + index] ?? 0
  if (depth === 16) return ((data[begin + 2 * index] ?? 0) << 8) | (data[begin + 2 * index + 1] ?? 0)
  const bit = index * depth
  return ((data[begin + (bit >> 3)] ?? 0) >> (8 - depth - (bit & 7))) & ((1 << depth) - 1)
}

/** Writes the greys of a row that begins at a byte, to every `step`-th pixel from `to` on. */
type ToGrey = (
  data: Uint8Array,
  begin: number,
  columns: number,
  pixels: Uint8Array,
  to: number,
  step: number,
) => void

function greyOf(chunks: PngChunks, background: number, name: string, tone: Tone): ToGrey {
  const { colourType, depth, channels } = chunks.header
  const blend = (luma: number, alpha: number) => Math.round(255 * luma * alpha + background * (1 - alpha))
  if (colourType === PALETTE) {
    const { palette, transparency } = chunks
    const colours = Array.from({ length: palette.length / 3 }, (_, i) => {
      const [red = 0, green = 0, blue = 0] = palette.subarray(3 * i)
      return blend(mixOf(tone, red, green, blue) / 255, (transparency?.[i] ?? 255) / 255)
    })
    return lookUp(colours, depth, index => {
      throw new Failure(
        `${name} is a broken PNG: it has a pixel of colour ${index}, and ${colours.length} colours`,
      )
    })
  }
  const max = 2 ** depth - 1
  // One colour can be said to be transparent: its samples, 16 bits each.
  const transparency = chunks.transparency
  const isColour = channels > 2
  const key =
    transparency && Array.from({ length: isColour ? 3 : 1 }, (_, i) => sampleAt(transparency, 0, i, 16))
  if (channels === 1 && depth <= 8) {
    const greys = Array.from({ length: 2 ** depth }, (_, sample) =>
      sample === key?.[0] ? background : blend(sample / max, 1),
    )
    return lookUp(greys, depth, () => 0)
  }
  const hasAlpha = channels === 2 || channels === 4
  const bytes = depth >> 3
  const [keyFirst = -1, keySecond, keyThird] = key ?? []
  return (data, begin, columns, pixels, to, step) => {
    const sample = (at: number) =>
      bytes === 1 ? (data[at] ?? 0) : ((data[at] ?? 0) << 8) | (data[at + 1] ?? 0)
    for (let column = 0; column < columns; ++column) {
      const at = begin + column * channels * bytes
      const first = sample(at)
      const second = isColour ? sample(at + bytes) : keySecond
      const third = isColour ? sample(at + 2 * bytes) : keyThird
      const luma = (isColour ? mixOf(tone, first, second ?? 0, third ?? 0) : first) / max
      const isKey = first === keyFirst && second === keySecond && third === keyThird
      const alpha = hasAlpha ? sample(at + (channels - 1) * bytes) / max : 1
      pixels[to + column * step] = isKey ? background : blend(luma, alpha)
    }
  }
}

/** Greys by a pixel's only sample. */
function lookUp(greys: readonly number[], depth: number, missing: (sample: number) => number): ToGrey {
  return (data, begin, columns, pixels, to, step) => {
    for (let column = 0; column < columns; ++column) {
      const sample = sampleAt(data, begin, column, depth)
      pixels[to + column * step] = greys[sample] ?? missing(sample)
    }
  }
}

function mixOf([ofRed, ofGreen, ofBlue]: Tone, red: number, green: number, blue: number): number {
  return ofRed * red + ofGreen * green + ofBlue * blue
}

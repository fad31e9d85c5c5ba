// Decodes PNG files to grey pixels: every colour type and bit depth, interlaced or not.
//
// Our own, since the decoders on npm fall short of bad or rare input. fast-png 8 gets interlaced images below 8 bits
// wrong and inflates without a limit. pngjs 7 fills what a cut file lacks with whatever memory holds. Source:
// https://www.w3.org/TR/png-3/
import { inflateSync } from 'node:zlib'
import { crc32 } from '../crc32.ts'
import { Failure } from './failure.ts'

/** Row-major, one byte a pixel: 0 is black, 255 white. */
export interface GreyImage {
  width: number
  height: number
  pixels: Uint8Array
}

interface Header {
  width: number
  height: number
  depth: number
  colourType: number
  channels: number
  interlaced: boolean
}

interface Chunks {
  header: Header
  palette: Uint8Array
  transparency: Uint8Array | undefined
  data: Uint8Array[]
}

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

const MAX_PIXELS = 64_000_000
const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

const PALETTE = 3
/** By colour type: samples per pixel, and their possible bits. Section 11.2.1. */
const COLOUR_TYPES: Record<number, { channels: number; depths: number[] }> = {
  0: { channels: 1, depths: [1, 2, 4, 8, 16] },
  2: { channels: 3, depths: [8, 16] },
  [PALETTE]: { channels: 1, depths: [1, 2, 4, 8] },
  4: { channels: 2, depths: [8, 16] },
  6: { channels: 4, depths: [8, 16] },
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

export function isPng(file: Uint8Array): boolean {
  return SIGNATURE.every((byte, i) => file[i] === byte)
}

/**
 * The pixels of a PNG file in grey (luma of ITU-R BT.601). Where they are not opaque, they are blended with a grey
 * background. `name` is what errors call the file.
 *
 * Throws {@link Failure} for a broken file, or one of more than 64 million pixels. No more is inflated than the
 * header's size requires.
 */
export function decodePng(file: Uint8Array, name: string, background: number): GreyImage {
  const chunks = readChunks(file, name)
  const { width, height, depth, channels } = chunks.header
  const passes = passesOf(chunks.header)
  const data = inflate(chunks.data, passes, name)
  const toGrey = greyOf(chunks, background, name)
  const pixels = new Uint8Array(width * height)
  const samples = new Uint16Array(channels)
  let at = 0
  for (const { x, y, dx, dy, columns, rows, rowBytes } of passes) {
    let above: number | undefined
    for (let row = 0; row < rows; ++row) {
      const begin = at + 1
      unfilter(data, begin, rowBytes, above, Math.max(1, (channels * depth) >> 3), name)
      for (let column = 0; column < columns; ++column) {
        for (let i = 0; i < channels; ++i) samples[i] = sampleAt(data, begin, column * channels + i, depth)
        pixels[(y + row * dy) * width + x + column * dx] = toGrey(samples)
      }
      above = begin
      at = begin + rowBytes
    }
  }
  return { width, height, pixels }
}

function readChunks(file: Uint8Array, name: string): Chunks {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const chunks: Omit<Chunks, 'header'> = { palette: new Uint8Array(), transparency: undefined, data: [] }
  let header: Header | undefined
  let at = SIGNATURE.length
  for (;;) {
    const length = at + 12 <= file.length ? view.getUint32(at) : Infinity
    if (at + 12 + length > file.length) throw new Failure(`${name} is a truncated PNG`)
    const type = String.fromCharCode(...file.subarray(at + 4, at + 8))
    const body = file.subarray(at + 8, at + 8 + length)
    if (crc32(file.subarray(at + 4, at + 8 + length)) !== view.getUint32(at + 8 + length)) {
      throw new Failure(
        `${name} is a broken PNG: its chunk ${JSON.stringify(type)} is not what its checksum says (get the file again)`,
      )
    }
    if (!header && type !== 'IHDR')
      throw new Failure(`${name} is a broken PNG: it does not begin with a header`)
    if (header && type === 'IHDR') throw new Failure(`${name} is a broken PNG: it has a second header`)
    if (type === 'IHDR') header = readHeader(body, name)
    else if (type === 'PLTE') chunks.palette = body
    else if (type === 'tRNS') chunks.transparency = body
    else if (type === 'IDAT') chunks.data.push(body)
    else if (header && type === 'IEND') return { header, ...chunks }
    else if (/^[A-Z]/.test(type))
      throw new Failure(`${name} is a PNG of an unknown kind: it has a chunk ${type}`)
    at += 12 + length
  }
}

function readHeader(body: Uint8Array, name: string): Header {
  if (body.length !== 13)
    throw new Failure(`${name} is a broken PNG: its header has ${body.length} bytes, not 13`)
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
  const width = view.getUint32(0)
  const height = view.getUint32(4)
  const [depth = 0, colourType = 0, compression = 0, filter = 0, interlace = 0] = body.subarray(8)
  const { channels, depths } = COLOUR_TYPES[colourType] ?? { channels: 0, depths: [] }
  if (width === 0 || height === 0 || !depths.includes(depth) || compression || filter || interlace > 1) {
    throw new Failure(
      `${name} is a broken PNG: ${width} × ${height} pixels of colour type ${colourType} with ${depth} bits, ` +
        `compression ${compression}, filter ${filter} and interlace ${interlace} is not in the format`,
    )
  }
  if (width * height > MAX_PIXELS) {
    throw new Failure(
      `${name} is too large: ${width} × ${height} pixels, expected at most ${MAX_PIXELS.toLocaleString('en')} in all`,
    )
  }
  return { width, height, depth, colourType, channels, interlaced: interlace === 1 }
}

function passesOf({ width, height, depth, channels, interlaced }: Header): Pass[] {
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
function inflate(data: readonly Uint8Array[], passes: readonly Pass[], name: string): Uint8Array {
  const expected = passes.reduce((sum, { rows, rowBytes }) => sum + rows * (1 + rowBytes), 0)
  let result: Uint8Array
  try {
    // With a chunk larger than the result, zlib need not join pieces.
    result = inflateSync(Buffer.concat(data), {
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
  for (let i = 0; i < length; ++i) {
    const left = i < pixelBytes ? 0 : (data[begin + i - pixelBytes] ?? 0)
    const up = above === undefined ? 0 : (data[above + i] ?? 0)
    const upLeft = above === undefined || i < pixelBytes ? 0 : (data[above + i - pixelBytes] ?? 0)
    data[begin + i] = (data[begin + i] ?? 0) + prediction(filter, left, up, upLeft)
  }
}

/** What filters 1 to 4 subtracted: the left byte, the upper one, their mean, or Paeth's choice. Section 9.2. */
function prediction(filter: number, left: number, up: number, upLeft: number): number {
  if (filter === 1) return left
  if (filter === 2) return up
  if (filter === 3) return (left + up) >> 1
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

/** The grey of a pixel's samples. */
function greyOf({ header, palette, transparency }: Chunks, background: number, name: string) {
  const { colourType, depth, channels } = header
  const max = 2 ** depth - 1
  const blend = (luma: number, alpha: number) => Math.round(255 * luma * alpha + background * (1 - alpha))
  if (colourType === PALETTE) {
    const colours = Uint8Array.from({ length: Math.floor(palette.length / 3) }, (_, i) => {
      const [red = 0, green = 0, blue = 0] = palette.subarray(3 * i)
      return blend(lumaOf(red, green, blue) / 255, (transparency?.[i] ?? 255) / 255)
    })
    return (samples: Uint16Array) => {
      const index = samples[0] ?? 0
      const grey = colours[index]
      if (grey !== undefined) return grey
      throw new Failure(
        `${name} is a broken PNG: it has a pixel of colour ${index}, and ${colours.length} colours`,
      )
    }
  }
  // One colour can be said to be transparent: its samples, 16 bits each.
  const colours = channels > 2 ? 3 : 1
  const key = transparency && Array.from({ length: colours }, (_, i) => sampleAt(transparency, 0, i, 16))
  const hasAlpha = channels === 2 || channels === 4
  return (samples: Uint16Array) => {
    const first = samples[0] ?? 0
    const luma = (colours === 3 ? lumaOf(first, samples[1] ?? 0, samples[2] ?? 0) : first) / max
    if (key?.every((sample, i) => sample === samples[i])) return background
    return blend(luma, hasAlpha ? (samples[channels - 1] ?? max) / max : 1)
  }
}

/** Source: ITU-R BT.601, section 2.5.1. */
function lumaOf(red: number, green: number, blue: number): number {
  return 0.299 * red + 0.587 * green + 0.114 * blue
}

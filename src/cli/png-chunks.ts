// The chunks of a PNG file, with their checksums, and what its header says.
//
// Source: https://www.w3.org/TR/png-3/

import { crc32 } from '../crc32.ts'
import { quoted } from '../quote-names.ts'
import { Failure } from './failure.ts'

export interface PngHeader {
  width: number
  height: number
  depth: number
  colourType: number
  channels: number
  interlaced: boolean
}

export interface PngChunks {
  header: PngHeader
  palette: Uint8Array
  transparency: Uint8Array | undefined
  /** Exif, of which the last chunk counts. */
  exif: Uint8Array | undefined
  /** What all IDAT chunks hold: a zlib stream. */
  data: Uint8Array
}

const MAX_PIXELS = 64_000_000
/** Since each row costs time, whatever its length. JPEG has the same limit. */
const MAX_SIDE = 65_535
/** Bytes of all rows: 64 million pixels of red, green, blue and alpha, 8 bits each. */
const MAX_BYTES = 2 ** 28
const MAX_COLOURS = 256
const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

/** The colour type whose samples are places in the palette. */
export const PALETTE = 3
/** By colour type: samples per pixel, and their possible bits. Section 11.2.1. */
const COLOUR_TYPES: Record<number, { channels: number; depths: number[] }> = {
  0: { channels: 1, depths: [1, 2, 4, 8, 16] },
  2: { channels: 3, depths: [8, 16] },
  [PALETTE]: { channels: 1, depths: [1, 2, 4, 8] },
  4: { channels: 2, depths: [8, 16] },
  6: { channels: 4, depths: [8, 16] },
}
export function isPng(file: Uint8Array): boolean {
  return SIGNATURE.every((byte, i) => file[i] === byte)
}

/** The four letters of a chunk's type as one number. */
const codeOf = (type: string): number => Buffer.from(type, 'latin1').readUInt32BE()
const [IHDR, PLTE, TRNS, IDAT, IEND, EXIF] = ['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND', 'eXIf'].map(codeOf)
/** The bit of a chunk's type that says that it does not matter: its first letter is small. */
const ANCILLARY = 0x20000000

/** All that matters in a file. Throws {@link Failure} for a broken file, or one that is too large. */
export function readChunks(file: Uint8Array, name: string): PngChunks {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  let header: PngHeader | undefined
  let palette: Uint8Array = new Uint8Array()
  let transparency: Uint8Array | undefined
  let exif: Uint8Array | undefined
  // Not a list of parts: a file can have millions of them.
  const data = new Uint8Array(file.length)
  let length = 0
  let at = SIGNATURE.length
  for (;;) {
    const bodyLength = at + 12 <= file.length ? view.getUint32(at) : Infinity
    const end = at + 12 + bodyLength
    if (end > file.length) throw new Failure(`${name} is a truncated PNG`)
    const type = view.getUint32(at + 4)
    const letters = () => String.fromCharCode(...file.subarray(at + 4, at + 8))
    const body = file.subarray(at + 8, end - 4)
    if (crc32(file.subarray(at + 4, end - 4)) !== view.getUint32(end - 4)) {
      throw new Failure(
        `${name} is a broken PNG: its chunk ${quoted(letters())} is not what its checksum says (get the file again)`,
      )
    }
    if (!header && type !== IHDR)
      throw new Failure(`${name} is a broken PNG: it does not begin with a header`)
    if (header && type === IHDR) throw new Failure(`${name} is a broken PNG: it has a second header`)
    if (type === IHDR) header = readHeader(body, name)
    else if ((type === PLTE && palette.length > 0) || (type === TRNS && transparency)) {
      throw new Failure(`${name} is a broken PNG: it has a second chunk ${letters()}`)
    } else if (type === EXIF) exif = body
    else if (type === PLTE) palette = readPalette(body, name)
    else if (type === TRNS) transparency = body
    else if (type === IDAT) {
      data.set(body, length)
      length += body.length
    } else if (header && type === IEND)
      return { header, palette, transparency, exif, data: data.subarray(0, length) }
    else if (!(type & ANCILLARY)) {
      throw new Failure(`${name} is a PNG of an unknown kind: it has a chunk ${quoted(letters())}`)
    }
    at = end
  }
}

function readPalette(body: Uint8Array, name: string): Uint8Array {
  if (body.length % 3 === 0 && body.length <= 3 * MAX_COLOURS) return body
  throw new Failure(
    `${name} is a broken PNG: its palette has ${body.length} bytes, expected 3 for each of at most ${MAX_COLOURS} colours`,
  )
}

function readHeader(body: Uint8Array, name: string): PngHeader {
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
  const rowBytes = Math.ceil((width * channels * depth) / 8)
  if (width * height > MAX_PIXELS || Math.max(width, height) > MAX_SIDE || rowBytes * height > MAX_BYTES) {
    const [pixels, side, bytes] = [MAX_PIXELS, MAX_SIDE, MAX_BYTES].map(limit => limit.toLocaleString('en'))
    throw new Failure(
      `${name} is too large: ${width} × ${height} pixels of ${channels * depth} bits, expected at most ${pixels} in all, ` +
        `${side} in a row or column, and ${bytes} bytes (scale it down)`,
    )
  }
  return { width, height, depth, colourType, channels, interlaced: interlace === 1 }
}

// Writes PNG files of every kind for tests: any colour type, depth and filter, interlaced or not.
import { deflateSync } from 'node:zlib'

/** What stands in the file. `samples`: row-major, the channels of a pixel side by side. */
export interface PngContents {
  width: number
  height: number
  depth: number
  colourType: number
  samples: ArrayLike<number>
  interlaced?: boolean
  /** Row y of a pass has the filter of the y-th number, over and over; 0 unless given. */
  filters?: readonly number[]
  palette?: readonly number[]
  /** The bytes of the chunk tRNS. */
  transparency?: readonly number[]
}

/** In which pass a pixel comes, by (y mod 8, x mod 8). Source: https://www.w3.org/TR/png-3/#8Interlace */
const ADAM7 = ['16462646', '77777777', '56565656', '77777777', '36463646', '77777777', '56565656', '77777777']

const CHANNELS: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }

export function encodePng(contents: PngContents): Uint8Array<ArrayBuffer> {
  const { width, height, depth, colourType, interlaced = false, palette, transparency } = contents
  const header = new DataView(new ArrayBuffer(13))
  header.setUint32(0, width)
  header.setUint32(4, height)
  for (const [i, value] of [depth, colourType, 0, 0, Number(interlaced)].entries())
    header.setUint8(8 + i, value)
  const passes = interlaced ? ['1', '2', '3', '4', '5', '6', '7'] : ['']
  const raw = passes.flatMap(pass => encodePass(contents, pass))
  return joinChunks(
    ['IHDR', new Uint8Array(header.buffer)],
    ...(palette ? [['PLTE', Uint8Array.from(palette)] as const] : []),
    ...(transparency ? [['tRNS', Uint8Array.from(transparency)] as const] : []),
    ['IDAT', deflateSync(Uint8Array.from(raw))],
    ['IEND', new Uint8Array()],
  )
}

/** Signature and chunks. */
export function joinChunks(
  ...chunks: (readonly [type: string, body: Uint8Array])[]
): Uint8Array<ArrayBuffer> {
  const parts = chunks.flatMap(([type, body]) => {
    const content = Uint8Array.from([...Buffer.from(type), ...body])
    return [...word(body.length), ...content, ...word(crc(content))]
  })
  return Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, ...parts])
}

/** The rows of a pass that have pixels, filtered. */
function encodePass(contents: PngContents, pass: string): number[] {
  const { width, height, depth, colourType, samples, filters = [0] } = contents
  const channels = CHANNELS[colourType] ?? 0
  const rows: number[][] = []
  for (let y = 0; y < height; y++) {
    const bits: string[] = []
    for (let x = 0; x < width; x++) {
      if (pass !== '' && ADAM7[y % 8]?.[x % 8] !== pass) continue
      for (let channel = 0; channel < channels; channel++) {
        const sample = samples[(y * width + x) * channels + channel] ?? 0
        bits.push(sample.toString(2).padStart(depth, '0'))
      }
    }
    const row = bits.join('').match(/.{1,8}/g)
    if (row) rows.push(row.map(byte => Number.parseInt(byte.padEnd(8, '0'), 2)))
  }
  const pixelBytes = Math.max(1, (channels * depth) / 8)
  return rows.flatMap((row, y) => {
    const type = filters[y % filters.length] ?? 0
    const above = rows[y - 1] ?? []
    const at = (line: number[], i: number) => line[i] ?? 0
    const filtered = row.map((byte, i) => {
      const [a, b, c] = [at(row, i - pixelBytes), at(above, i), at(above, i - pixelBytes)]
      const predictions = [0, a, b, Math.floor((a + b) / 2), paeth(a, b, c)]
      return byte - (predictions[type] ?? 0)
    })
    return [type, ...filtered]
  })
}

/** Source: https://www.w3.org/TR/png-3/#9Filter-type-4-Paeth */
function paeth(a: number, b: number, c: number): number {
  const p = a + b - c
  const [pa, pb, pc] = [Math.abs(p - a), Math.abs(p - b), Math.abs(p - c)]
  if (pa <= pb && pa <= pc) return a
  return pb <= pc ? b : c
}

const word = (value: number) => [value >>> 24, value >>> 16, value >>> 8, value].map(byte => byte & 0xff)

/** Source: https://www.w3.org/TR/png-3/#D-CRCAppendix */
function crc(bytes: Uint8Array): number {
  let c = 0xffffffff
  for (const byte of bytes) {
    c ^= byte
    for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1
  }
  return (c ^ 0xffffffff) >>> 0
}

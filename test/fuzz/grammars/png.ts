// PNG: chunks with their lengths and checksums, the header's numbers, and rows that are compressed anew.
import { crc32, inflateSync } from 'node:zlib'
import { joined } from '../mutate-bytes.ts'
import { type Computed, computed, type Grammar, type Tree } from '../tree.ts'
import { bigEndian32, fromLatin1, latin1, viewOf } from './binary.ts'
import { type DeflateStyle, deflate, plainDeflate } from './deflated.ts'

interface Header {
  readonly [field: string]: Tree
  readonly width: number
  readonly height: number
  readonly depth: number
  readonly colourType: number
  readonly compression: number
  readonly filter: number
  readonly interlace: number
  readonly rest: Uint8Array
}

interface Rows {
  readonly [field: string]: Tree
  readonly rows: Uint8Array
  readonly style: DeflateStyle
  /** In how many chunks. */
  readonly pieces: number
}

interface Chunk {
  readonly [field: string]: Tree
  readonly length: Computed
  readonly type: string
  readonly body: Header | Rows | Uint8Array
  readonly crc: Computed
}

interface Png {
  readonly [field: string]: Tree
  readonly signature: Uint8Array
  readonly chunks: readonly Chunk[]
  /** If odd, the rows are filled to what the header promises, where that is little. */
  readonly fitted: number
  readonly rest: Uint8Array
}

const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }

export const png: Grammar<Png> & { readonly texts: readonly string[] } = {
  texts: ['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND', 'gAMA', 'tEXt', 'ABCD', '\x1b[2J', 'AbCd'],
  open(bytes) {
    const view = viewOf(bytes)
    const chunks: Chunk[] = []
    const streams: Uint8Array[] = []
    for (let at = 8; at + 12 <= bytes.length; ) {
      const length = view.getUint32(at)
      const type = latin1(bytes.slice(at + 4, at + 8))
      const body = bytes.slice(at + 8, at + 8 + length)
      if (type === 'IDAT') streams.push(body)
      else {
        if (type === 'IEND') chunks.push(chunkOf('IDAT', rowsOf(joined(...streams))))
        chunks.push(chunkOf(type, type === 'IHDR' ? headerOf(body) : body))
      }
      at += 12 + length
    }
    return { signature: bytes.slice(0, 8), chunks, fitted: 0, rest: new Uint8Array() }
  },
  close({ signature, chunks, fitted, rest }) {
    const head = chunks.map(({ body }) => body).find(isHeader)
    const parts = chunks.flatMap(({ length, type, body, crc }) => {
      const bodies = bodiesOf(body, fitted % 2 === 0 ? undefined : head)
      return bodies.map(contents => {
        const named = joined(fromLatin1(type), contents)
        return joined(bigEndian32(length.of(contents.length)), named, bigEndian32(crc.of(crc32(named))))
      })
    })
    return joined(signature, ...parts, rest)
  },
}

const chunkOf = (type: string, body: Chunk['body']): Chunk => ({
  length: computed,
  type,
  body,
  crc: computed,
})

const rowsOf = (stream: Uint8Array): Rows => ({
  rows: new Uint8Array(inflateSync(stream)),
  style: plainDeflate,
  pieces: 1,
})

function headerOf(body: Uint8Array): Header {
  const view = viewOf(body)
  const [depth = 0, colourType = 0, compression = 0, filter = 0, interlace = 0] = body.subarray(8)
  return {
    width: view.getUint32(0),
    height: view.getUint32(4),
    depth,
    colourType,
    compression,
    filter,
    interlace,
    rest: body.slice(13),
  }
}

const isHeader = (body: Chunk['body']): body is Header => 'width' in body
const isRows = (body: Chunk['body']): body is Rows => 'rows' in body

function bodiesOf(body: Chunk['body'], fit: Header | undefined): Uint8Array[] {
  if (isHeader(body)) {
    const { width, height, depth, colourType, compression, filter, interlace, rest } = body
    const small = Uint8Array.of(depth, colourType, compression, filter, interlace)
    return [joined(bigEndian32(width), bigEndian32(height), small, rest)]
  }
  if (!isRows(body)) return [body]
  let { rows } = body
  if (fit) {
    // Enough for every way of interlacing.
    const rowBytes = Math.ceil((fit.width * fit.depth * (CHANNELS[fit.colourType] ?? 1)) / 8) + 1
    const size = fit.interlace === 0 ? fit.height * rowBytes : rows.length
    if (size >= 0 && size < 1 << 16) {
      const filled = new Uint8Array(size)
      filled.set(rows.subarray(0, size))
      rows = filled
    }
  }
  const stream = deflate(rows, body.style, true)
  const pieces = Math.min(Math.max(1, Math.trunc(body.pieces)), 1000)
  const length = Math.ceil(stream.length / pieces)
  return Array.from({ length: pieces }, (_, i) => stream.subarray(i * length, (i + 1) * length))
}

// Members of gzip files against zlib: what it compresses in every way it has, and what it makes of broken members.
import { constants, gunzipSync, gzipSync, type Zlib } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Inflater } from '../../src/data/inflate.ts'

/** What a stream holds, and how long it is; or in one word why that cannot be said. */
type Outcome = { bytes: Buffer; length: number } | 'broken' | 'cut short'

/** Pushed in pieces of a length. */
function inflate(stream: Uint8Array, pieceLength: number): Outcome {
  const inflater = new Inflater('gzip')
  const output: Uint8Array[] = []
  let at = 0
  try {
    while (!inflater.isDone) {
      for (let piece = inflater.read(); piece; piece = inflater.read()) output.push(piece.slice())
      if (inflater.isDone) break
      if (at >= stream.length) return 'cut short'
      inflater.push(stream.slice(at, at + pieceLength))
      at += pieceLength
    }
  } catch (error) {
    if (error instanceof RangeError) return 'broken'
    throw error
  }
  return {
    bytes: Buffer.concat(output),
    length: Math.min(at, stream.length) - inflater.unused,
  }
}

/** The same by zlib. */
function inflateByZlib(stream: Uint8Array): Outcome {
  try {
    const { buffer, engine } = gunzipSync(stream, { info: true }) as unknown as {
      buffer: Buffer
      engine: Zlib
    }
    return { bytes: buffer, length: engine.bytesWritten }
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'Z_BUF_ERROR' ? 'cut short' : 'broken'
  }
}

/** Bytes of a few kinds, with repetitions near and far. */
const contents: Record<string, Uint8Array> = {
  nothing: new Uint8Array(),
  'one byte': Uint8Array.of(7),
  'zeros, longer than a piece of output': new Uint8Array(200_000),
  noise: Uint8Array.from({ length: 100_000 }, (_, i) => Math.imul(i ^ (i >>> 3), 2654435761) >>> 13),
  'six bits of noise': Uint8Array.from({ length: 100_000 }, (_, i) => Math.imul(i, 2654435761) >>> 26),
  'what is repeated at the furthest distance': Uint8Array.from({ length: 98_304 }, (_, i) => {
    const at = i % 32_768
    return Math.imul(at ^ (at >>> 5), 2654435761) >>> 11
  }),
  text: new TextEncoder().encode(
    Array.from({ length: 3000 }, (_, i) => `the ${i}th of ${i * i} words\n`).join(''),
  ),
}

const ways = {
  stored: { level: 0 },
  fast: { level: 1 },
  best: { level: 9, memLevel: 9 },
  'fixed codes': { strategy: constants.Z_FIXED },
  'codes alone': { strategy: constants.Z_HUFFMAN_ONLY },
  runs: { strategy: constants.Z_RLE },
  'a small window': { windowBits: 9 },
  'many blocks': { memLevel: 1 },
}

describe.each(Object.entries(contents))('%s', (_, bytes) => {
  test.each(Object.entries(ways))('compressed as %s', (_, options) => {
    const stream = gzipSync(bytes, options)
    const file = Buffer.concat([stream, Buffer.from('and what follows')])
    for (const pieceLength of [bytes.length > 1000 ? 100 : 1, 4096, 1e6]) {
      const found = inflate(file, pieceLength)
      expect(typeof found === 'object' && Buffer.compare(found.bytes, bytes), `${pieceLength}`).toBe(0)
      expect(typeof found === 'object' && found.length, `${pieceLength}`).toBe(stream.length)
    }
  })
})

test('changed members are broken, cut short, or the same bytes, as zlib says', () => {
  const bytes = (contents.text ?? new Uint8Array()).subarray(0, 3000)
  const streams = [ways.best, ways['fixed codes'], ways.stored, ways['many blocks']].map(way =>
    gzipSync(bytes, way),
  )
  const change = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 }))
  const changes = fc.array(change, { minLength: 1, maxLength: 4 })
  const outcomes = new Set<string>()
  fc.assert(
    fc.property(fc.constantFrom(...streams), changes, fc.boolean(), (stream, changes, isHead) => {
      const broken = Buffer.from(stream)
      for (const [position, mask] of changes) {
        const at = position % (isHead ? 80 : broken.length) // where the codes are
        broken[at] = (broken[at] ?? 0) ^ mask
      }
      const expected = inflateByZlib(broken)
      expect(inflate(broken, 1e6)).toEqual(expected)
      expect(inflate(broken, 7)).toEqual(expected)
      outcomes.add(typeof expected === 'string' ? expected : 'the same bytes')
    }),
    { numRuns: 300 },
  )
  // Seldom enough, a change makes a stream longer, which then is cut short. The header's time may be any.
  expect([...outcomes]).toEqual(expect.arrayContaining(['broken', 'the same bytes']))
})

test('cut anywhere, a stream is cut short', () => {
  for (const way of Object.values(ways)) {
    const stream = gzipSync((contents.text ?? new Uint8Array()).subarray(0, 500), way)
    for (let end = 0; end < stream.length; ++end) {
      expect(inflate(stream.subarray(0, end), 1e6), `at ${end}`).toBe('cut short')
      expect(inflate(stream.subarray(0, end), 3), `at ${end}`).toBe('cut short')
    }
  }
})

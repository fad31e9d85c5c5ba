// gunzip against the platform's own compressor: round trips, limits, and every way of breaking a file.

import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import * as platform from '#platform'
import { crc32 } from '../../src/crc32.ts'
import { fileOf } from '../../src/data/byte-files.ts'
import { gunzip, isGzip } from '../../src/data/gzip.ts'
import { DataError } from '../../src/errors.ts'
import { gzip, gzipBomb, watchInflation } from '../support/gzip.ts'

afterEach(() => vi.restoreAllMocks())

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array<ArrayBuffer>[] = []
  for await (const chunk of chunks) parts.push(chunk.slice())
  return new Uint8Array(await new Blob(parts).arrayBuffer())
}

/** Bytes that deflate shortens by a quarter, so that a long file takes many writes. */
function sixBitNoise(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length)
  let state = 1
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    bytes[i] = state >>> 26
  }
  return bytes
}

const concat = async (...parts: Uint8Array<ArrayBuffer>[]) =>
  new Uint8Array(await new Blob(parts).arrayBuffer())

const inflate = (file: Uint8Array, maxBytes: number, name?: string) =>
  gunzip(fileOf(file).chunks(), maxBytes, name)

/** Chunks of a length, all in the same memory. */
async function* inPieces(file: Uint8Array, length: number) {
  const memory = new Uint8Array(length)
  for (let at = 0; at < file.length; at += length) {
    const piece = file.subarray(at, at + length)
    memory.set(piece)
    yield memory.subarray(0, piece.length)
  }
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'resolved',
    (error: unknown) => (error instanceof DataError ? error.code : error),
  )

describe('whole files', () => {
  test('isGzip looks at the magic number only', async () => {
    expect(isGzip(await gzip(new Uint8Array(3)))).toBe(true)
    expect(isGzip(Uint8Array.of(0x1f, 0x8b))).toBe(true)
    expect(isGzip(Uint8Array.of(0x1f))).toBe(false)
    expect(isGzip(new Uint8Array())).toBe(false)
    expect(isGzip(Uint8Array.of(0, 0, 8, 3))).toBe(false)
  })

  test('inflates what was deflated', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 2000 }),
        fc.integer({ min: 1, max: 100 }),
        async (part, times) => {
          const bytes = await concat(...Array.from({ length: times }, () => part))
          expect(await collect(inflate(await gzip(bytes), bytes.length))).toEqual(bytes)
        },
      ),
      { numRuns: 50 },
    )
  })

  test('inflates a file of many writes', async () => {
    const bytes = sixBitNoise(1_000_000)
    const inflated = await collect(inflate(await gzip(bytes), bytes.length))
    expect(inflated.length).toBe(bytes.length)
    expect(inflated.findIndex((byte, i) => byte !== bytes[i])).toBe(-1)
  })

  test('inflates from shared memory', async () => {
    const bytes = sixBitNoise(50_000)
    const file = await gzip(bytes)
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })
    new Uint8Array(memory.buffer).set(file, 5)
    expect(await collect(inflate(new Uint8Array(memory.buffer, 5, file.length), 50_000))).toEqual(bytes)
  })

  test('passes over an original file name in the header', async () => {
    const bytes = sixBitNoise(1000)
    const file = await gzip(bytes)
    const named = await concat(file.slice(0, 10), Uint8Array.of(0x61, 0x62, 0), file.slice(10))
    named[3] = 8 // FNAME
    expect(await collect(inflate(named, 1000))).toEqual(bytes)
  })
})

describe('limits', () => {
  test('maxBytes is the most that may come out', async () => {
    const file = await gzip(sixBitNoise(100_000))
    expect(await codeOf(collect(inflate(file, 100_000)))).toBe('resolved')
    await expect(collect(inflate(file, 99_999, 'train.gz'))).rejects.toMatchObject({
      name: 'DataError',
      code: 'ERR_DATA_TOO_LARGE',
      message: expect.stringMatching(/^train\.gz inflates to more than 99999 bytes .*maxBytes/),
    })
  })

  test('a bomb of 64 MiB is not inflated beyond the limit', async () => {
    const bomb = await gzipBomb(64)
    const output = watchInflation()
    let length = 0
    const inflateAll = async () => {
      for await (const chunk of inflate(bomb, 2 ** 20)) length += chunk.length
    }
    expect(await codeOf(inflateAll())).toBe('ERR_DATA_TOO_LARGE')
    expect(length).toBeLessThanOrEqual(2 ** 20)
    expect(output.bytes).toBeLessThan(2 ** 21)
  })

  test('a consumer that waits holds back input and inflation', async () => {
    const file = await gzip(sixBitNoise(2_000_000))
    const output = watchInflation()
    let taken = 0
    async function* pieces() {
      for (let at = 0; at < file.length; at += 10_000) {
        taken += 10_000
        yield file.slice(at, at + 10_000)
      }
    }
    const chunks = gunzip(pieces(), 2_000_000)
    await chunks.next()
    for (let i = 0; i < 100; i++) await platform.yieldToEventLoop()
    expect(taken).toBe(10_000)
    expect(output.bytes).toBeLessThan(20_000)
    for await (const _ of chunks);
    expect(output.bytes).toBe(2_000_000)
  })

  test('a consumer that stops early stops input and inflation', async () => {
    const file = await gzip(sixBitNoise(2_000_000))
    const output = watchInflation()
    let isClosed = false
    async function* pieces() {
      try {
        for (;;) yield file
      } finally {
        isClosed = true
      }
    }
    for await (const _ of gunzip(pieces(), 2_000_000)) break
    expect(output.bytes).toBeLessThan(100_000)
    expect(isClosed).toBe(true)
  })

  describe('a long file that holds nothing', () => {
    const empty = Uint8Array.of(0, 0, 0, 255, 255) // a stored block of no bytes
    const filled = (length: number, part: Uint8Array) =>
      Uint8Array.from({ length: length * part.length }, (_, i) => part[i % part.length] ?? 0)

    test.each<[string, (file: Uint8Array<ArrayBuffer>) => Promise<Uint8Array<ArrayBuffer>>]>([
      ['empty blocks', file => concat(file.slice(0, 10), filled(200_000, empty), file.slice(10))],
      [
        'a file name',
        file => concat(named(file.slice(0, 10)), filled(1e6, Uint8Array.of(65)), nameEnd(file)),
      ],
      ['zeros behind it', file => concat(file, new Uint8Array(1e6))],
    ])('looks at the clock every 16 KiB: %s', async (_, make) => {
      const file = await make(await gzip(Uint8Array.of(1, 2, 3)))
      const now = vi.spyOn(performance, 'now')
      const { length } = await collect(inflate(file, 1e6))
      expect(length).toBe(3)
      expect(now.mock.calls.length).toBeGreaterThan(file.length / 2 ** 14)
    })

    test('looks at the clock between members', async () => {
      const members = 2000
      const now = vi.spyOn(performance, 'now')
      const file = filled(members, await gzip(new Uint8Array()))
      expect(await collect(inflate(file, 1e6))).toEqual(new Uint8Array())
      expect(now.mock.calls.length).toBeGreaterThan(members)
    })

    /** A header with the flag FNAME. */
    const named = (header: Uint8Array<ArrayBuffer>) => header.map((byte, i) => (i === 3 ? 8 : byte))
    const nameEnd = (file: Uint8Array<ArrayBuffer>) => new Uint8Array([0, ...file.slice(10)])

    /** Megabytes, in pieces of 20 KB. */
    async function* emptyMembers(taken: () => void) {
      const members = filled(1000, await gzip(new Uint8Array()))
      for (let i = 0; i < 50; ++i) {
        taken()
        yield members
      }
    }

    test('is read up to twice maxBytes and 64 KiB', async () => {
      let pieces = 0
      const read = collect(
        gunzip(
          emptyMembers(() => ++pieces),
          50_000,
          'train.gz',
        ),
      )
      await expect(read).rejects.toMatchObject({
        code: 'ERR_DATA_TOO_LARGE',
        message:
          'train.gz has 180000 bytes, more than gzip makes of 50000 (raise maxBytes if it is meant to be that large)',
      })
      expect(pieces).toBe(9)
    })

    test('can be aborted', async () => {
      const stop = new AbortController()
      let pieces = 0
      const members = emptyMembers(() => {
        if (++pieces === 3) stop.abort(new Error('enough'))
      })
      await expect(collect(gunzip(members, 1e6, 'train.gz', stop.signal))).rejects.toThrow('enough')
      expect(pieces).toBe(3)
    })
  })

  test('a long file gives way to timers', async () => {
    const file = await gzipBomb(50)
    let turns = 0
    const timer = setInterval(() => turns++)
    for await (const _ of inflate(file, 2 ** 30));
    clearInterval(timer)
    expect(turns).toBeGreaterThan(0)
  })
})

describe('broken files', () => {
  const noise = sixBitNoise(60_000)

  test('a file cut anywhere is truncated', async () => {
    const short = await gzip(noise.slice(0, 300))
    for (let end = 0; end < short.length; end++) {
      expect(await codeOf(collect(inflate(short.slice(0, end), 300))), `${end} of ${short.length}`).toBe(
        'ERR_DATA_TRUNCATED',
      )
    }
    const long = await gzip(noise)
    for (const end of [16_383, 16_384, 16_385, 32_768, long.length - 9, long.length - 8, long.length - 1]) {
      expect(await codeOf(collect(inflate(long.slice(0, end), 60_000))), `${end} of ${long.length}`).toBe(
        'ERR_DATA_TRUNCATED',
      )
    }
  })

  test.each([
    ['compression method', 2],
    ['first block', 12],
    ['middle', 20_000],
    ['checksum', -6],
    ['length in the trailer', -2],
  ])('a changed byte in the %s is corrupt', async (_, position) => {
    const file = await gzip(noise)
    const byte = file.at(position) ?? 0
    file.set([byte ^ 0x55], position < 0 ? file.length + position : position)
    await expect(collect(inflate(file, 60_000, 'train.gz'))).rejects.toMatchObject({
      name: 'DataError',
      code: 'ERR_DATA_CORRUPT',
      message: expect.stringMatching(/^train\.gz is a broken gzip file/),
    })
  })

  test('a message names the file', async () => {
    const file = await gzip(noise)
    await expect(collect(inflate(file.slice(0, 1000), 60_000, 'train.gz'))).rejects.toMatchObject({
      message: expect.stringMatching(/^train\.gz is cut short/),
    })
  })

  test('random changes give an error or the right bytes', async () => {
    const bytes = noise.slice(0, 3000)
    const file = await gzip(bytes)
    const changes = fc.array(fc.tuple(fc.nat({ max: file.length - 1 }), fc.integer({ min: 1, max: 255 })), {
      minLength: 1,
      maxLength: 4,
    })
    const outcomes = new Set<string>()
    await fc.assert(
      fc.asyncProperty(changes, async changes => {
        const broken = file.slice()
        for (const [position, mask] of changes) broken[position] = (broken[position] ?? 0) ^ mask
        try {
          expect(await collect(inflate(broken, 3000))).toEqual(bytes)
          outcomes.add('right')
        } catch (error) {
          if (!(error instanceof DataError)) throw error
          outcomes.add(error.code)
        }
      }),
      { numRuns: 500 },
    )
    expect(outcomes).toContain('ERR_DATA_CORRUPT')
  })
})

// What DecompressionStream makes of these differs from runtime to runtime.
describe('behind the end of a stream', () => {
  const noise = sixBitNoise(60_000)
  const short = noise.slice(0, 100)

  describe.each([
    ['one chunk', (file: Uint8Array) => fileOf(file).chunks()],
    ['chunks of one byte', (file: Uint8Array) => inPieces(file, 1)],
    ['chunks of 1,000 bytes', (file: Uint8Array) => inPieces(file, 1000)],
  ])('in %s', (_, chunksOf) => {
    const read = async (...parts: Uint8Array<ArrayBuffer>[]) =>
      collect(gunzip(chunksOf(await concat(...parts)), 1e6, 'train.gz'))
    const empty = new Uint8Array()

    test.each([1, 2, 8, 600, 70_000])('%d zeros are padding', async length => {
      expect(await read(await gzip(short), new Uint8Array(length))).toEqual(short)
    })

    test('several members are one file, as gzip has it', async () => {
      const long = noise.slice(0, 5000)
      const file = await read(await gzip(long), await gzip(short), await gzip(long))
      expect(file).toEqual(await concat(long, short, long))
    })

    test.each([
      ['first', [empty, short]],
      ['last', [short, empty]],
      ['between', [short, empty, short]],
      ['alone', [empty]],
    ])('an empty member %s holds nothing', async (_, contents) => {
      expect(await read(...(await Promise.all(contents.map(content => gzip(content)))))).toEqual(
        await concat(...contents),
      )
    })

    test('members may be padded each', async () => {
      const padded = await concat(await gzip(short), new Uint8Array(20))
      expect(await read(padded, padded)).toEqual(await concat(short, short))
    })

    test.each([
      ['a byte', Uint8Array.of(1), '01'],
      ['a byte that a member could end with', Uint8Array.of(0x8b), '8b'],
      ['a text', new TextEncoder().encode('more'), '6d'],
      ['half a magic number', Uint8Array.of(0x1f, 0x1f, 0, 0), '1f'],
      ['zeros and a byte', Uint8Array.of(0, 0, 7), '07'],
    ])('%s is too much', async (_, tail, found) => {
      await expect(read(await gzip(short), tail)).rejects.toMatchObject({
        name: 'DataError',
        code: 'ERR_DATA_TRAILING',
        message: expect.stringContaining(
          `train.gz is too long: behind its gzip stream come other bytes (${found} …)`,
        ),
      })
    })

    test('a second member that is cut anywhere is truncated', async () => {
      const second = await gzip(short)
      for (let end = 1; end < second.length; ++end) {
        expect(await codeOf(read(await gzip(short), second.slice(0, end))), `at ${end}`).toBe(
          'ERR_DATA_TRUNCATED',
        )
      }
    })

    test.each([
      ['checksum', -6],
      ['method of compression', 2],
    ])('a second member with another %s is corrupt', async (_, position) => {
      const second = await gzip(short)
      const at = position < 0 ? second.length + position : position
      second.set([(second[at] ?? 0) ^ 1], at)
      expect(await codeOf(read(await gzip(short), second))).toBe('ERR_DATA_CORRUPT')
    })
  })

  test('the limit counts all members', async () => {
    const file = await concat(await gzip(short), await gzip(short))
    expect(await codeOf(collect(inflate(file, 200)))).toBe('resolved')
    expect(await codeOf(collect(inflate(file, 199)))).toBe('ERR_DATA_TOO_LARGE')
  })
})

test('a header with all optional fields, and its checksum', async () => {
  const bytes = sixBitNoise(1000)
  const file = await gzip(bytes)
  const header = await concat(
    file.slice(0, 10),
    Uint8Array.of(3, 0, 7, 7, 7), // FEXTRA
    Uint8Array.of(0x61, 0x62, 0), // FNAME
    Uint8Array.of(0x63, 0), // FCOMMENT
  )
  header[3] = 2 | 4 | 8 | 16
  const checksum = crc32(header) & 0xffff
  const fields = (change: number) =>
    concat(header, Uint8Array.of((checksum & 0xff) ^ change, checksum >> 8), file.slice(10))
  for (const length of [1, 7, 10_000]) {
    expect(await collect(gunzip(inPieces(await fields(0), length), 1000))).toEqual(bytes)
    expect(await codeOf(collect(gunzip(inPieces(await fields(1), length), 1000)))).toBe('ERR_DATA_CORRUPT')
  }
})

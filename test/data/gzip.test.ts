// gunzip against the platform's own compressor: round trips, limits, and every way of breaking a file.

import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import * as platform from '#platform'
import { fileOf } from '../../src/data/byte-files.ts'
import { gunzip, gzipTrailerLength, isGzip } from '../../src/data/gzip.ts'
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

  test('the trailer tells the length, of a view too', async () => {
    const file = await gzip(new Uint8Array(70_000))
    const view = (await concat(Uint8Array.of(1, 2, 3), file)).subarray(3)
    expect(gzipTrailerLength(file)).toBe(70_000)
    expect(gzipTrailerLength(view)).toBe(70_000)
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

  test('a bomb of 300 MiB is not inflated beyond the limit', async () => {
    const bomb = await gzipBomb(300)
    const input = watchInflation()
    let length = 0
    const inflateAll = async () => {
      for await (const chunk of inflate(bomb, 2 ** 20)) length += chunk.length
    }
    expect(await codeOf(inflateAll())).toBe('ERR_DATA_TOO_LARGE')
    expect(length).toBeLessThanOrEqual(2 ** 20)
    await platform.yieldToEventLoop()
    expect(input.bytes).toBeLessThan(bomb.length / 2)
  })

  test('a consumer that waits holds back the input', async () => {
    const file = await gzip(sixBitNoise(2_000_000))
    const input = watchInflation()
    const chunks = inflate(file, 2_000_000)
    await chunks.next()
    for (let i = 0; i < 100; i++) await platform.yieldToEventLoop()
    expect(input.bytes).toBeLessThan(file.length / 8)
    for await (const _ of chunks);
    expect(input.bytes).toBe(file.length)
  })

  test('a consumer that stops early stops the inflation', async () => {
    const file = await gzip(sixBitNoise(2_000_000))
    const input = watchInflation()
    for await (const _ of inflate(file, 2_000_000)) break
    const taken = input.bytes
    for (let i = 0; i < 100; i++) await platform.yieldToEventLoop()
    expect(taken).toBeLessThan(file.length / 8)
    expect(input.bytes).toBe(taken)
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

  test.each([
    ['junk', Uint8Array.of(1, 2, 3, 4)],
    ['zeros', new Uint8Array(600)],
    ['many zeros', new Uint8Array(100_000)],
  ])('%s after the stream are corrupt', async (_, tail) => {
    expect(await codeOf(collect(inflate(await concat(await gzip(noise), tail), 1e6)))).toBe(
      'ERR_DATA_CORRUPT',
    )
  })

  describe('a second member is refused as such', () => {
    const several = {
      code: 'ERR_DATA_CORRUPT',
      message: expect.stringMatching(/^train\.gz is a gzip file of several members, .*: gunzip it/),
    }

    test.each([2, 300, 60_000])('behind a first of %d bytes', async length => {
      const file = await concat(await gzip(noise.slice(0, length)), await gzip(noise))
      await expect(collect(inflate(file, 1e6, 'train.gz'))).rejects.toMatchObject(several)
    })

    test('wherever a chunk ends before it', async () => {
      const first = await gzip(noise.slice(0, 100))
      const file = await concat(first, await gzip(noise.slice(0, 50)))
      for (let end = 1; end <= first.length; ++end) {
        async function* chunks() {
          yield file.slice(0, end)
          yield file.slice(end)
        }
        await expect(collect(gunzip(chunks(), 1e6, 'train.gz')), `at ${end}`).rejects.toMatchObject(several)
      }
    })
  })

  test('what follows and is no member is told apart', async () => {
    const almost = (await gzip(noise)).fill(7, 2, 3) // of an unknown method
    await expect(collect(inflate(await concat(await gzip(noise), almost), 1e6))).rejects.toMatchObject({
      code: 'ERR_DATA_CORRUPT',
      message: expect.stringContaining('is a broken gzip file'),
    })
  })

  test('a message names the file and keeps the cause', async () => {
    const file = await gzip(noise)
    await expect(collect(inflate(file.slice(0, 1000), 60_000, 'train.gz'))).rejects.toMatchObject({
      message: expect.stringMatching(/^train\.gz is cut short/),
      cause: expect.any(Error),
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

// IDX files that the tests write themselves: every type and rank, raw and gzipped, and every way of breaking one.
import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { parseIdx } from '../../src/api/parse-idx.ts'
import { fileOf } from '../../src/data/byte-files.ts'
import { ArgumentError, DataError } from '../../src/errors.ts'
import { type IdxRoom, type IdxType, readIdx, readIdxArray } from '../../src/mnist/idx.ts'
import type { ByteFile } from '../../src/platform/platform.ts'
import { encodeIdx, encodeIdxHeader } from '../support/encode-idx.ts'
import { gzip, gzipBomb, watchInflation } from '../support/gzip.ts'

afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

const elements = {
  uint8: { array: Uint8Array, arbitrary: fc.integer({ min: 0, max: 255 }) },
  int8: { array: Int8Array, arbitrary: fc.integer({ min: -128, max: 127 }) },
  int16: { array: Int16Array, arbitrary: fc.integer({ min: -(2 ** 15), max: 2 ** 15 - 1 }) },
  int32: { array: Int32Array, arbitrary: fc.integer() },
  float32: { array: Float32Array, arbitrary: fc.float() },
  float64: { array: Float64Array, arbitrary: fc.double() },
}
const types = Object.keys(elements) as IdxType[]

/** Sizes of up to 5 dimensions, with few elements in all; a size may be 0. */
const shapes = fc.oneof(
  fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 5 }),
  fc.integer({ min: 0, max: 300 }).map(size => [size]),
)

const concat = async (...parts: Uint8Array<ArrayBuffer>[]) =>
  new Uint8Array(await new Blob(parts).arrayBuffer())

/** Zeros that pass as `shape` uint8 elements. */
const zeros = (...shape: number[]) =>
  encodeIdx('uint8', shape, new Uint8Array(shape.reduce((a, b) => a * b, 1)))

const asFile = { raw: async (bytes: Uint8Array<ArrayBuffer>) => bytes, gzipped: gzip }
const files = Object.entries(asFile)

const error = (code: string, message: RegExp) => ({
  name: 'DataError',
  code,
  message: expect.stringMatching(message),
})

/** Room that counts what it is asked for. */
function countingRoom(allocated: number[] = []): IdxRoom {
  const room = {
    bytes: new Uint8Array(),
    reserve(length: number) {
      allocated.push(length)
      const { bytes } = room
      room.bytes = new Uint8Array(length)
      room.bytes.set(bytes)
    },
  }
  return room
}

/** Reads with allocations that are counted, and must not happen where the header is wrong. */
async function readCounting(file: Uint8Array | ByteFile, options: { maxBytes?: number } = {}) {
  const allocated: number[] = []
  const allocate = () => countingRoom(allocated)
  const outcome = await readIdx(file instanceof Uint8Array ? fileOf(file) : file, {
    ...options,
    allocate,
  }).then(
    () => 'resolved',
    (reason: unknown) => (reason instanceof DataError ? reason.code : reason),
  )
  return { outcome, allocated }
}

describe('round trips', () => {
  test.each(types)('%s of any shape, raw and gzipped', async type => {
    const { array, arbitrary } = elements[type]
    const cases = shapes.chain(shape => {
      const length = shape.reduce((product, size) => product * size, 1)
      return fc.tuple(
        fc.constant(shape),
        fc.array(arbitrary, { minLength: length, maxLength: length }),
        fc.boolean(),
      )
    })
    await fc.assert(
      fc.asyncProperty(cases, async ([shape, values, gzipped]) => {
        const bytes = encodeIdx(type, shape, values)
        const idx = await parseIdx(gzipped ? await gzip(bytes) : bytes)
        expect(idx).toEqual({ type, shape, data: array.from(values) })
      }),
      { numRuns: 60 },
    )
  })

  test('rank 0 is one element', async () => {
    expect(await parseIdx(encodeIdx('float64', [], [Math.PI]))).toEqual({
      type: 'float64',
      shape: [],
      data: Float64Array.of(Math.PI),
    })
  })

  test('rank 255 is the largest', async () => {
    const shape = Array.from({ length: 255 }, (_, i) => (i % 100 === 7 ? 2 : 1))
    const values = [1, 2, 3, 4, 5, 6, 7, 8]
    expect(await parseIdx(await gzip(encodeIdx('int16', shape, values)))).toEqual({
      type: 'int16',
      shape,
      data: Int16Array.from(values),
    })
  })

  test('a size of 0 leaves no elements, however large the others are', async () => {
    const huge = Array.from({ length: 40 }, () => 2 ** 32 - 1)
    const { shape, data } = await parseIdx(encodeIdxHeader('int32', [...huge, 0]))
    expect([shape.length, data.length]).toEqual([41, 0])
  })

  test('elements of a known file, byte by byte', async () => {
    const file = Uint8Array.of(0, 0, 0x0b, 2, 0, 0, 0, 1, 0, 0, 0, 3, 0x01, 0x02, 0xff, 0xfe, 0x80, 0x00)
    expect(await parseIdx(file)).toEqual({
      type: 'int16',
      shape: [1, 3],
      data: Int16Array.of(258, -2, -32768),
    })
  })

  test('an ArrayBuffer, a view with an offset, and bytes in linear memory', async () => {
    const file = encodeIdx('int32', [2], [1, -1])
    const memory = new WebAssembly.Memory({ initial: 1 })
    const inMemory = new Uint8Array(memory.buffer, 3, file.length)
    inMemory.set(file)
    const whole = { type: 'int32', shape: [2], data: Int32Array.of(1, -1) }
    expect(await parseIdx(file.buffer)).toEqual(whole)
    expect(await parseIdx((await concat(Uint8Array.of(9), file)).subarray(1))).toEqual(whole)
    expect(await parseIdx(inMemory)).toEqual(whole)
  })

  test('the input is left as it is', async () => {
    const file = encodeIdx('int32', [2], [1, -1])
    await parseIdx(file)
    expect(file).toEqual(encodeIdx('int32', [2], [1, -1]))
  })
})

describe('readIdx', () => {
  test('copies the elements as they are stored', async () => {
    const room = countingRoom()
    const header = await readIdx(fileOf(encodeIdx('int32', [2], [1, 258])), { allocate: () => room })
    expect(header).toEqual({ type: 'int32', shape: [2], length: 2, byteLength: 8 })
    expect(room.bytes).toEqual(Uint8Array.of(0, 0, 0, 1, 0, 0, 1, 2))
  })

  test('follows a destination that moves between chunks, as linear memory does', async () => {
    const values = Uint8Array.from({ length: 400_000 }, (_, i) => Math.imul(i, 2654435761) >>> 24)
    const memory = new WebAssembly.Memory({ initial: 7 })
    let reads = 0
    let length = 0
    const destination = {
      get bytes() {
        reads++
        memory.grow(1) // detaches the last view
        return new Uint8Array(memory.buffer, 64, length)
      },
      reserve(bytes: number) {
        length = bytes
      },
    }
    await readIdx(fileOf(await gzip(encodeIdx('uint8', [400_000], values))), { allocate: () => destination })
    expect(reads).toBeGreaterThan(3)
    const copied = new Uint8Array(memory.buffer, 64, values.length)
    expect(copied.findIndex((byte, i) => byte !== values[i])).toBe(-1)
  })

  test('a header that comes in pieces of any length is put together', async () => {
    const values = Array.from({ length: 24 }, (_, i) => i - 12)
    const file = await gzip(encodeIdx('int16', [2, 3, 4], values))
    for (const length of [1, 2, 3, 5, 15, 16, 17, 63]) {
      async function* chunks() {
        for (let at = 0; at < file.length; at += length) yield file.slice(at, at + length)
      }
      const whole = fileOf(file)
      expect(await readIdxArray({ ...whole, chunks }, {}), `pieces of ${length}`).toEqual({
        type: 'int16',
        shape: [2, 3, 4],
        data: Int16Array.from(values),
      })
    }
  })

  test('makes room for what has come, and for nothing that fails a check before', async () => {
    expect(await readCounting(await gzip(zeros(10, 10)))).toEqual({ outcome: 'resolved', allocated: [100] })
    expect(await readCounting(zeros(10, 10))).toEqual({ outcome: 'resolved', allocated: [100] })
    expect((await readCounting(zeros(10, 10), { maxBytes: 99 })).allocated).toEqual([])
    expect((await readCounting(zeros(10, 10).slice(0, -1))).allocated).toEqual([])
    expect((await readCounting(await concat(zeros(10, 10), new Uint8Array(1)))).allocated).toEqual([])
    expect((await readCounting(await gzip(zeros(10, 10).slice(0, -1)))).allocated).toEqual([100])
    expect((await readCounting(await gzip(zeros(1000, 1000)))).allocated).toEqual([
      2 ** 16,
      2 ** 17,
      2 ** 18,
      2 ** 19,
      1_000_000,
    ])
  })

  test('passes on what allocate throws', async () => {
    const allocate = () => {
      throw new RangeError('no memory left')
    }
    await expect(readIdx(fileOf(zeros(3)), { allocate })).rejects.toThrow('no memory left')
    await expect(readIdx(fileOf(await gzip(zeros(3))), { allocate })).rejects.toThrow('no memory left')
  })
})

describe.each(files)('a %s file', (_, file) => {
  test.each([
    ['other bytes', Uint8Array.of(1, 2, 8, 3, 0, 0, 0, 0), /begins with 01 02 08 03 instead of 00 00/],
    ['an unknown type', Uint8Array.of(0, 0, 0x0a, 1, 0, 0, 0, 0), /begins with 00 00 0a 01/],
    [
      'an HTML page',
      new TextEncoder().encode('\uFEFF\n<!doctype html><title>404</title>'),
      /looks like an HTML page/,
    ],
    ['a zip archive', Uint8Array.of(0x50, 0x4b, 3, 4, 20, 0), /is a zip archive: unpack it/],
  ])('that holds %s has a bad magic number', async (_, bytes, message) => {
    await expect(parseIdx(await file(bytes), { name: 'images' })).rejects.toMatchObject(
      error('ERR_DATA_MAGIC', new RegExp(`^images is not an IDX file.*${message.source}`)),
    )
  })

  test('of another rank is refused', async () => {
    await expect(
      parseIdx(await file(zeros(5)), { name: 'images', expect: { type: 'uint8', rank: 3 } }),
    ).rejects.toMatchObject(error('ERR_DATA_RANK', /^images has rank 1 .* rank 3 was expected/))
  })

  test('of another type is refused', async () => {
    await expect(
      parseIdx(await file(encodeIdx('int32', [1], [5])), { name: 'labels', expect: { type: 'uint8' } }),
    ).rejects.toMatchObject(
      error('ERR_DATA_RANK', /^labels has elements of type int32, but uint8 was expected/),
    )
  })

  test('of the type and rank that were expected is taken', async () => {
    expect((await parseIdx(await file(zeros(2, 3)), { expect: { type: 'uint8', rank: 2 } })).shape).toEqual([
      2, 3,
    ])
  })

  test('that is cut anywhere in its content is truncated', async () => {
    const content = encodeIdx('int16', [2, 3], [1, 2, 3, 4, 5, 6])
    for (let end = 0; end < content.length; end++) {
      await expect(parseIdx(await file(content.slice(0, end))), `${end} bytes`).rejects.toMatchObject({
        code: 'ERR_DATA_TRUNCATED',
      })
    }
  })

  test('that is too short says how long it should be', async () => {
    await expect(
      parseIdx(await file(zeros(10, 28, 28).slice(0, 1016)), { name: 'images' }),
    ).rejects.toMatchObject(
      error(
        'ERR_DATA_TRUNCATED',
        /^images is cut short: .* 10 × 28 × 28 uint8 elements \(7840 bytes\), but 1000 bytes/,
      ),
    )
  })

  test('with more bytes than it promises has trailing bytes', async () => {
    const content = await concat(zeros(10), new Uint8Array(7))
    await expect(parseIdx(await file(content), { name: 'labels' })).rejects.toMatchObject(
      error('ERR_DATA_TRAILING', /^labels is longer than it says: .* 10 uint8 elements/),
    )
  })

  test('larger than maxBytes is refused', async () => {
    await expect(parseIdx(await file(zeros(1000)), { name: 'labels', maxBytes: 999 })).rejects.toMatchObject(
      error(
        'ERR_DATA_TOO_LARGE',
        /^labels promises 1000 uint8 elements \(1000 bytes\), more than .* 999 bytes/,
      ),
    )
    expect((await parseIdx(await file(zeros(1000)), { maxBytes: 1000 })).data.length).toBe(1000)
  })

  test.each([
    ['2³² elements', 'uint8', [2 ** 16, 2 ** 16]],
    ['2⁵³ bytes', 'float64', [2 ** 25, 2 ** 25]],
    ['a product that wraps round to 0 in 64 bits', 'uint8', [2 ** 31, 2 ** 31, 4]],
    ['a product beyond the largest number', 'uint8', Array.from({ length: 255 }, () => 2 ** 32 - 1)],
  ] as const)('that promises %s and has none of them allocates nothing', async (_, type, shape) => {
    const content = await file(encodeIdxHeader(type, shape))
    expect(await readCounting(content)).toEqual({ outcome: 'ERR_DATA_TOO_LARGE', allocated: [] })
    expect(await readCounting(content, { maxBytes: Number.POSITIVE_INFINITY })).toEqual({
      outcome: 'ERR_DATA_TRUNCATED',
      allocated: [],
    })
  })

  test('within the limit that has none of the elements it promises is truncated', async () => {
    expect(await readCounting(await file(encodeIdxHeader('uint8', [2 ** 30])))).toEqual({
      outcome: 'ERR_DATA_TRUNCATED',
      allocated: [],
    })
  })
})

describe('gzipped files', () => {
  const content = encodeIdx(
    'uint8',
    [30, 20],
    Uint8Array.from({ length: 600 }, (_, i) => Math.imul(i, i) % 251),
  )

  test('cut anywhere are truncated', async () => {
    const file = await gzip(content)
    for (let end = 0; end < file.length; end++) {
      await expect(parseIdx(file.slice(0, end)), `${end} of ${file.length}`).rejects.toMatchObject({
        name: 'DataError',
        code: 'ERR_DATA_TRUNCATED',
      })
    }
  })

  test('with another checksum are corrupt', async () => {
    const file = await gzip(content)
    file.set([(file.at(-6) ?? 0) ^ 1], file.length - 6)
    await expect(parseIdx(file)).rejects.toMatchObject({ code: 'ERR_DATA_CORRUPT' })
  })

  test('with another length in the trailer are corrupt', async () => {
    const file = await gzip(content)
    file.set([(file.at(-2) ?? 0) ^ 1], file.length - 2)
    await expect(parseIdx(file)).rejects.toMatchObject({ code: 'ERR_DATA_CORRUPT' })
  })

  test('gzipped twice say so', async () => {
    await expect(parseIdx(await gzip(await gzip(content)))).rejects.toMatchObject(
      error('ERR_DATA_MAGIC', /begins with 1f 8b 08 00 .* gzipped twice: gunzip it once/),
    )
  })

  test.each([
    ['of two members', async () => concat(await gzip(content.slice(0, 300)), await gzip(content.slice(300)))],
    ['of an empty member and a full one', async () => concat(await gzip(), await gzip(content))],
    ['padded with zeros', async () => concat(await gzip(content), new Uint8Array(1000))],
  ])('%s are read', async (_, makeFile) => {
    expect(await parseIdx(await makeFile())).toEqual({
      type: 'uint8',
      shape: [30, 20],
      data: content.slice(12),
    })
  })

  test('changed at random give an error or the right elements', async () => {
    const file = await gzip(content)
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
          expect((await parseIdx(broken)).data).toEqual(content.slice(12))
          outcomes.add('right')
        } catch (reason) {
          if (!(reason instanceof DataError)) throw reason
          outcomes.add(reason.code)
        }
      }),
      { numRuns: 500 },
    )
    expect(outcomes).toContain('ERR_DATA_CORRUPT')
  })

  test('a bomb of 64 MiB behind a small header is given up at the first bytes too many', async () => {
    const bomb = await gzipBomb(64, encodeIdxHeader('uint8', [100, 28, 28]))
    const output = watchInflation()
    expect(await readCounting(bomb)).toEqual({ outcome: 'ERR_DATA_TRAILING', allocated: [2 ** 16] })
    expect(output.bytes).toBeLessThan(2 ** 18)
  })

  test('a bomb whose trailer lies too is given up at the first bytes too many', async () => {
    const header = encodeIdxHeader('uint8', [100, 28, 28])
    const bomb = await gzipBomb(64, header)
    new DataView(bomb.buffer).setUint32(bomb.length - 4, header.length + 78_400, true)
    const output = watchInflation()
    expect(await readCounting(bomb)).toEqual({ outcome: 'ERR_DATA_TRAILING', allocated: [2 ** 16] })
    expect(output.bytes).toBeLessThan(2 ** 18)
  })

  test('a bomb that tells the truth is refused by maxBytes at its header', async () => {
    const bomb = await gzipBomb(64, encodeIdxHeader('uint8', [64, 1024, 1024]))
    expect(await readCounting(bomb, { maxBytes: 2 ** 25 })).toEqual({
      outcome: 'ERR_DATA_TOO_LARGE',
      allocated: [],
    })
  })

  test('a trailer that promises what the stream does not have is found out', async () => {
    const noise = Uint8Array.from({ length: 200_000 }, (_, i) => Math.imul(i, 2654435761) >>> 26)
    const file = await gzip(encodeIdx('uint8', [200_001], noise))
    new DataView(file.buffer).setUint32(file.length - 4, 8 + 200_001, true)
    expect(await readCounting(file)).toEqual({
      outcome: 'ERR_DATA_CORRUPT',
      allocated: [2 ** 16, 2 ** 17, 200_001],
    })
  })
})

// As a web response comes: no length beforehand, chunks of any length, each overwritten by the next.
describe('a file whose size only reading tells', () => {
  const content = encodeIdx(
    'uint8',
    [30, 20],
    Uint8Array.from({ length: 600 }, (_, i) => Math.imul(i, i) % 251),
  )

  function fileInPieces(bytes: Uint8Array, length: number, failure?: Error): ByteFile {
    return {
      size: undefined,
      async *chunks() {
        const memory = new Uint8Array(length)
        for (let begin = 0; begin < bytes.length; begin += length) {
          const chunk = memory.subarray(0, Math.min(length, bytes.length - begin))
          chunk.set(bytes.subarray(begin, begin + length))
          yield chunk
        }
        if (failure) throw failure
      },
    }
  }

  describe.each(files)('%s', (_, compress) => {
    test('that promises 2 GB and sends 100 KB takes room for those alone', async () => {
      const header = encodeIdxHeader('uint8', [60_000, 200, 166])
      const file = fileInPieces(await compress(await concat(header, new Uint8Array(100_000))), 1000)
      expect(await readCounting(file)).toEqual({
        outcome: 'ERR_DATA_TRUNCATED',
        allocated: [2 ** 16, 2 ** 17],
      })
    })

    test.each([1, 2, 3, 7, 1000])('is read in chunks of %d bytes', async length => {
      const file = fileInPieces(await compress(content), length)
      expect(await readIdxArray(file, {})).toEqual({
        type: 'uint8',
        shape: [30, 20],
        data: content.slice(12),
      })
    })

    test.each([1, 1000])('with an element more has trailing bytes, in chunks of %d', async length => {
      const file = fileInPieces(await compress(await concat(content, Uint8Array.of(0))), length)
      await expect(readIdxArray(file, { name: 'images' })).rejects.toMatchObject(
        error('ERR_DATA_TRAILING', /^images is longer than it says: .* but more bytes follow/),
      )
    })

    test.each([1, 1000])('with an element less is truncated, in chunks of %d', async length => {
      const file = fileInPieces(await compress(content.slice(0, -1)), length)
      await expect(readIdxArray(file, { name: 'images' })).rejects.toMatchObject(
        error('ERR_DATA_TRUNCATED', /^images is cut short: its header promises .*, but 599 bytes follow/),
      )
    })

    test('that promises more than maxBytes is refused at its header', async () => {
      const file = fileInPieces(await compress(content), 16)
      await expect(readIdxArray(file, { maxBytes: 599 })).rejects.toMatchObject({
        code: 'ERR_DATA_TOO_LARGE',
      })
    })

    test('passes on a failure to read', async () => {
      const failure = new Error('the connection was reset')
      const bytes = await compress(content)
      for (const end of [0, 1, 5, 100]) {
        const reading = readIdxArray(fileInPieces(bytes.slice(0, end), 50, failure), {})
        await expect(reading, `after ${end} bytes`).rejects.toBe(failure)
      }
    })
  })
})

describe('arguments', () => {
  test.each([
    { value: null },
    { value: undefined },
    { value: 'text' },
    { value: 5 },
    { value: [0, 0, 8, 1] },
  ])('$value is no file', async ({ value }) => {
    await expect(parseIdx(value as unknown as Uint8Array)).rejects.toMatchObject({
      name: 'ArgumentError',
      message: expect.stringMatching(/^IDX data must be a Uint8Array or an ArrayBuffer, got /),
    })
  })

  test.each([-1, Number.NaN])('maxBytes %d is refused', async maxBytes => {
    await expect(parseIdx(zeros(1), { maxBytes })).rejects.toBeInstanceOf(ArgumentError)
  })
})

// .npz files: those that NumPy wrote (test/fixtures/numpy-arrays.py), other zip files, bombs and broken ones.
import fc from 'fast-check'
import { deflateSync, strToU8, zipSync } from 'fflate/browser'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { crc32 } from '../../src/crc32.ts'
import { parseNpz, toNpy } from '../../src/data/index.ts'
import { readNpz } from '../../src/data/npz.ts'
import fixture from '../fixtures/numpy-arrays.json' with { type: 'json' }
import { fromBase64 } from '../support/base64.ts'
import { watchInflation } from '../support/gzip.ts'
import { type ZipEnd, type ZipPart, zipFile } from '../support/zip-file.ts'

afterEach(() => vi.restoreAllMocks())

const codeOf = (file: Uint8Array, maxBytes?: number): string => {
  try {
    parseNpz(file, maxBytes === undefined ? {} : { maxBytes })
    return 'read'
  } catch (error) {
    return (error as { code: string }).code
  }
}

const array = toNpy(Float32Array.of(1, 2, 3))
const read = { data: Float32Array.of(1, 2, 3), shape: [3], dtype: 'float32' }

/** Writes a number over the directory's entry of a zip file with one. */
function patch(file: Uint8Array, offset: number, value: number): Uint8Array {
  const patched = file.slice()
  const view = new DataView(patched.buffer)
  const entry = view.getUint32(patched.length - 6, true)
  view.setUint32(entry + offset, value, true)
  return patched
}

test.each(Object.entries(fixture.npz))('what numpy.%s wrote', (_, npz) => {
  expect(parseNpz(fromBase64(npz))).toEqual({
    x: { data: Float32Array.from({ length: 12 }, (_, i) => i), shape: [3, 4], dtype: 'float32' },
    y: { data: BigInt64Array.of(2n, 0n, 1n), shape: [3], dtype: 'int64' },
    scale: { data: Float64Array.of(0.5), shape: [], dtype: 'float64' },
  })
})

test('names of every kind; what is no .npy file is passed over; a comment behind', () => {
  const names = ['a b/c', 'größe', 'toString', '__proto__', '']
  const file = zipSync({
    ...Object.fromEntries(names.map(name => [`${name}.npy`, array])),
    'read me.txt': strToU8('no array'),
  })
  const arrays = parseNpz(file)
  expect(Object.keys(arrays)).toEqual(names)
  for (const name of names) expect(Object.getOwnPropertyDescriptor(arrays, name)?.value).toEqual(read)
  const withComment = new Uint8Array([...file, 1, 2, 3])
  withComment[file.length - 2] = 3
  expect(parseNpz(withComment)).toEqual(arrays)
})

test('no arrays', () => {
  expect(parseNpz(zipSync({}))).toEqual({})
})

describe('arrays that hold no numbers', () => {
  /** An array of another type: its header says so, and the rest is never looked at. */
  const typed = (descr: string) => {
    const dictionary = `{'descr': ${descr}, 'fortran_order': False, 'shape': (2,), }`
    const head = new Uint8Array(10)
    head.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, dictionary.length & 255, dictionary.length >> 8])
    return new Uint8Array([...head, ...strToU8(dictionary), 1, 2, 3, 4])
  }
  const others = ["'<U7'", "'|S3'", "'|O'", "'<M8[ns]'", "'<c16'", "[('a', '<f4'), ('b', '<i4')]"]
  const file = zipSync({
    'x.npy': array,
    ...Object.fromEntries(others.map((descr, i) => [`other${i}.npy`, typed(descr)])),
    'y.npy': array,
  })

  test('leave the others readable, and are refused when they are asked for', () => {
    const arrays = parseNpz(file)
    expect(Object.keys(arrays)).toEqual(['x', 'y'])
    expect({ ...arrays }).toEqual({ x: read, y: read })
    expect(structuredClone(arrays)).toEqual({ x: read, y: read })
    for (const i of others.keys()) {
      expect(`other${i}` in arrays).toBe(true)
      expect(() => arrays[`other${i}`]).toThrow(
        expect.objectContaining({
          code: 'ERR_DATA_TYPE',
          message: expect.stringContaining(`NumPy data/other${i}.npy has elements of type`),
        }),
      )
    }
  })

  test('are refused where they are chosen', () => {
    expect(() => parseNpz(file, { arrays: ['x', 'other2'] })).toThrow('other2.npy has elements of type "|O"')
  })

  test('do not hide what is broken', () => {
    expect(() => parseNpz(zipSync({ 'x.npy': array, 'y.npy': array.subarray(0, -1) }))).toThrow(
      'y.npy is cut short',
    )
  })
})

describe('arrays by their names', () => {
  const large = toNpy(new Uint8Array(2 ** 20))
  const file = zipSync({ 'x.npy': array, 'large.npy': large, 'y.npy': array })

  test('are all that is read, in that order', () => {
    const arrays = parseNpz(file, { arrays: ['y', 'x'] })
    expect(Object.keys(arrays)).toEqual(['y', 'x'])
    expect(arrays).toEqual({ x: read, y: read })
    expect(parseNpz(file, { arrays: [] })).toEqual({})
  })

  test('are all that counts for maxBytes', () => {
    expect(codeOf(file, 1000)).toBe('ERR_DATA_TOO_LARGE')
    expect(parseNpz(file, { arrays: ['x'], maxBytes: 1000 })).toEqual({ x: read })
  })

  test('that are not there are an error that lists those that are', () => {
    expect(() => parseNpz(file, { arrays: ['X'], name: 'a.npz' })).toThrow(
      'a.npz has no array "X": it has "x", "large", "y"',
    )
    expect(() => parseNpz(file, { arrays: ['toString'] })).toThrow('no array "toString"')
    expect(() => parseNpz(file, { arrays: 'x' as never })).toThrow('arrays is "x": expected a list of names')
    expect(() => parseNpz(file, { arrays: [1] as never })).toThrow('arrays is [1]: expected a list of names')
  })
})

describe('what is refused', () => {
  test('two entries that could be one array: NumPy takes the one without .npy', () => {
    for (const names of [
      ['a.npy', 'a'],
      ['a', 'a.npy'],
      ['b.npy', 'a.npy.npy', 'a.npy'],
    ]) {
      const file = zipSync(Object.fromEntries(names.map(name => [name, array])))
      const [long = '', short = ''] = names.slice(-2).toSorted((a, b) => b.length - a.length)
      expect(() => parseNpz(file, { name: 'x.npz' })).toThrow(
        `x.npz is a broken zip file: its entries ${JSON.stringify(long)} and ${JSON.stringify(short)} could both be the array ${JSON.stringify(short)} (get the file again)`,
      )
      expect(codeOf(file)).toBe('ERR_DATA_CORRUPT')
      expect(() => parseNpz(file, { arrays: [short] })).toThrow('could both be the array')
    }
  })

  test('a name that readers cut at a byte 0', () => {
    const file = zipSync({ 'a.npy': array, 'b.npy\0.txt': array })
    expect(() => parseNpz(file)).toThrow('"b.npy')
    expect(codeOf(file)).toBe('ERR_DATA_CORRUPT')
  })

  const stored = zipSync({ 'a.npy': array }, { level: 0 })
  const deflated = zipSync({ 'a.npy': array }, { level: 9 })

  test('more than maxBytes, before it is inflated', () => {
    const bomb = zipSync({ 'zeros.npy': toNpy(new Uint8Array(2 ** 24)) }, { level: 9 })
    expect(bomb.length).toBeLessThan(2 ** 15)
    expect(codeOf(bomb)).toBe('read')
    expect(codeOf(bomb, 2 ** 24)).toBe('ERR_DATA_TOO_LARGE')
    expect(codeOf(zipSync({ 'a.npy': array, 'b.npy': array }), 2 * array.length)).toBe('read')
    expect(codeOf(zipSync({ 'a.npy': array, 'b.npy': array }), 2 * array.length - 1)).toBe(
      'ERR_DATA_TOO_LARGE',
    )
  })

  test('lengths that both headers lie about', () => {
    const content = deflateSync(array)
    for (const size of [0, 1, array.length - 1, array.length + 1, 2 ** 20, 2 ** 31 - 1]) {
      const both = { size, crc32: crc32(array.subarray(0, size)) }
      expect(codeOf(zipFile([{ name: 'a.npy', content, inflated: array, both }]))).toBe('ERR_DATA_CORRUPT')
      expect(codeOf(zipFile([{ name: 'a.npy', content: array, both }]))).toBe('ERR_DATA_CORRUPT')
    }
  })

  test('other bytes behind the deflated ones', () => {
    const content = deflateSync(array)
    const part = { name: 'a.npy', content: new Uint8Array([...content, 0]), inflated: array }
    expect(codeOf(zipFile([{ ...part, content }]))).toBe('read')
    expect(codeOf(zipFile([part]))).toBe('ERR_DATA_CORRUPT')
  })

  test('what inflates to more than both headers say, at once', () => {
    const content = deflateSync(new Uint8Array([...array, ...new Uint8Array(2 ** 20)]))
    const file = zipFile([{ name: 'a.npy', content, inflated: array }])
    const output = watchInflation()
    expect(codeOf(file)).toBe('ERR_DATA_CORRUPT')
    expect(output.bytes).toBeLessThanOrEqual(array.length + 2 ** 16)
  })

  test('entries that share bytes', () => {
    const inner = zipFile([{ name: 'b.npy', content: array }]).subarray(0, 30 + 5 + array.length)
    const outer = { name: 'a.npy', content: inner }
    expect(() =>
      parseNpz(zipFile([outer, { name: 'b.npy', content: array, directory: { position: 30 + 5 } }])),
    ).toThrow('"a.npy" and "b.npy" overlap')
  })

  test('a wrong checksum', () => {
    expect(codeOf(patch(deflated, 16, 12345))).toBe('ERR_DATA_CORRUPT')
    const changed = stored.slice()
    const at = stored.length - 100
    changed[at] = (changed[at] ?? 0) ^ 1
    expect(codeOf(changed)).toBe('ERR_DATA_CORRUPT')
  })

  test('encryption, and other methods of compression', () => {
    expect(codeOf(patch(stored, 8, 1))).toBe('ERR_DATA_TYPE')
    expect(codeOf(patch(stored, 8, 12 << 16))).toBe('ERR_DATA_TYPE')
  })

  test('entries that reach beyond the file, lead nowhere or come twice', () => {
    expect(codeOf(patch(stored, 20, 2 ** 20))).toBe('ERR_DATA_CORRUPT')
    expect(codeOf(patch(stored, 42, 1))).toBe('ERR_DATA_CORRUPT')
    expect(codeOf(patch(stored, 42, 0xffffffff))).toBe('ERR_DATA_CORRUPT')
    const twice = zipSync({ 'a.npy': array, 'b.npy': array }, { level: 0 })
    twice[twice.lastIndexOf('b'.charCodeAt(0))] = 'a'.charCodeAt(0)
    expect(codeOf(twice)).toBe('ERR_DATA_CORRUPT')
  })

  test.each<[string, Partial<ZipPart>, ZipEnd, string]>([
    ['nothing amiss', {}, {}, 'read'],
    ['too few entries', {}, { count: 1 }, 'there may be more'],
    ['too many entries', {}, { count: 3 }, 'entry 3 of 3 in its directory is missing'],
    ['no entries', {}, { count: 0 }, 'there may be more'],
    ['entries on another disk', {}, { countHere: 1 }, 'several numbers of entries'],
    ['a longer directory', {}, { length: 200 }, 'its directory of 200 bytes at'],
    ['a shorter directory', {}, { length: 51 }, 'its directory of 51 bytes at'],
    ['a directory elsewhere', {}, { begin: 0 }, 'bytes at 0 does not end where its end is'],
    ['another name', { own: { name: 'b.npy' } }, {}, '"a.npy" has another name there'],
    ['a longer name', { own: { name: 'a.npy~' } }, {}, '"a.npy" has another name there'],
    ['another method', { own: { method: 8 } }, {}, '"a.npy" has another method of compression'],
    ['encryption', { own: { flags: 1 } }, {}, '"a.npy" has another method of compression or encryption'],
    ['another size', { own: { size: 1 } }, {}, '"a.npy" has another length'],
    ['another compressed size', { own: { compressed: 1 } }, {}, '"a.npy" has another length'],
    ['no size', { own: { size: 0, compressed: 0 } }, {}, '"a.npy" has another length'],
    ['another checksum', { own: { crc32: 1 } }, {}, '"a.npy" has another checksum'],
    ['lengths that follow', { both: { flags: 8 }, own: { size: 0, compressed: 0, crc32: 0 } }, {}, 'read'],
    [
      'a wrong length that follows',
      { both: { flags: 8 }, own: { size: 1 } },
      {},
      '"a.npy" has another length',
    ],
  ])('a directory that an entry or its own end contradicts: %s', (_, part, end, expected) => {
    const file = zipFile(
      [
        { name: 'a.npy', content: array, ...part },
        { name: 'other.npy', content: array },
      ],
      end,
    )
    const outcome = () => (Object.keys(parseNpz(file)).join() === 'a,other' ? 'read' : 'something else')
    if (expected === 'read') expect(outcome()).toBe('read')
    else {
      expect(outcome).toThrow(
        expect.objectContaining({ code: 'ERR_DATA_CORRUPT', message: expect.stringContaining(expected) }),
      )
    }
  })

  test('a broken array, by its name', () => {
    expect(() => parseNpz(zipSync({ 'a.npy': array.subarray(1) }), { name: 'x.npz' })).toThrow(
      'x.npz/a.npy is not a .npy file',
    )
  })

  test('a .npy file, and a limit that is none', () => {
    expect(() => parseNpz(array)).toThrow('is it a .npy file? Those are for parseNpy')
    expect(() => parseNpz(stored, { maxBytes: Number.NaN })).toThrow('maxBytes must be a number of bytes')
  })

  test('a file cut anywhere', () => {
    for (let end = 0; end < deflated.length; ++end) {
      expect(codeOf(deflated.subarray(0, end))).toBe('ERR_DATA_MAGIC')
    }
  })

  test('any change: a typed error, or the same array', () => {
    const changes = fc.array(fc.tuple(fc.nat(deflated.length - 1), fc.nat(255)), {
      minLength: 1,
      maxLength: 4,
    })
    fc.assert(
      fc.property(fc.constantFrom(stored, deflated), changes, (file, changes) => {
        const changed = file.slice()
        for (const [at, byte] of changes) changed[at % file.length] = byte
        const code = codeOf(changed)
        if (code !== 'read') expect(code).toMatch(/^ERR_DATA_/)
        else for (const found of Object.values(parseNpz(changed))) expect(found).toEqual(read)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('zip64', () => {
  const name = 'x.npy'
  const bytes = strToU8(name)
  const [SIZE, FIELD] = [array.length, 28]

  /** A file of one stored array whose numbers all stand in zip64's fields, `extra` of them in the directory's entry. */
  function zip64(extra = FIELD, record = 0) {
    const local = 30 + bytes.length
    const directory = local + SIZE
    const end64 = directory + 46 + bytes.length + FIELD
    const file = new Uint8Array(end64 + 56 + 20 + 22)
    const view = new DataView(file.buffer)
    const sum = crc32(array)
    view.setUint32(0, 0x04034b50, true)
    view.setUint32(14, sum, true)
    for (const at of [18, 22]) view.setUint32(at, SIZE, true)
    view.setUint16(26, bytes.length, true)
    file.set(bytes, 30)
    file.set(array, local)
    view.setUint32(directory, 0x02014b50, true)
    view.setUint32(directory + 16, sum, true)
    for (const at of [20, 24, 42]) view.setUint32(directory + at, 0xffffffff, true)
    view.setUint16(directory + 28, bytes.length, true)
    view.setUint16(directory + 30, FIELD, true)
    file.set(bytes, directory + 46)
    const field = directory + 46 + bytes.length
    view.setUint16(field, 1, true)
    view.setUint16(field + 2, extra - 4, true)
    view.setBigUint64(field + 4, BigInt(SIZE), true)
    view.setBigUint64(field + 12, BigInt(SIZE), true)
    view.setUint32(end64, 0x06064b50, true)
    view.setBigUint64(end64 + 4, 44n, true)
    for (const at of [24, 32]) view.setBigUint64(end64 + at, 1n, true)
    view.setBigUint64(end64 + 40, BigInt(end64 - directory), true)
    view.setBigUint64(end64 + 48, BigInt(directory), true)
    view.setUint32(end64 + 56, 0x07064b50, true)
    view.setBigUint64(end64 + 64, BigInt(end64 + record), true)
    view.setUint32(end64 + 76, 0x06054b50, true)
    for (const at of [84, 86]) view.setUint16(end64 + at, 0xffff, true)
    for (const at of [88, 92]) view.setUint32(end64 + at, 0xffffffff, true)
    return file
  }

  test('a file whose numbers have 64 bits', () => {
    expect(parseNpz(zip64())).toEqual({ x: read })
  })

  test('an entry that lacks some of them', () => {
    expect(() => parseNpz(zip64(20))).toThrow('"x.npy" has no zip64 numbers, which its directory promises')
  })

  test.each([
    ['a number of entries', 86, 3],
    ['a number of entries on this disk', 24, 3],
    ['a length', 40, 1],
    ['a position', 48, 1],
    ['a length of its own', 4, 43],
  ])('%s that contradicts the rest', (_, at, value) => {
    const file = zip64()
    file[file.length - 98 + at] = value
    expect(codeOf(file)).toBe('ERR_DATA_CORRUPT')
  })

  test.each([1, -1, 2 ** 52])('a record that is %d bytes away from where it should be', distance => {
    expect(() => parseNpz(zip64(FIELD, distance))).toThrow('its zip64 record is missing')
  })

  test('any change: a typed error, or the array', () => {
    const file = zip64()
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.nat(255), (at, byte) => {
        const changed = file.slice()
        changed[at] = byte
        expect(codeOf(changed)).toMatch(/^(read|ERR_DATA_.*)$/)
      }),
      { numRuns: 1000 },
    )
  })
})

test('little is done between two places at which a page can be drawn', () => {
  const large = toNpy(new Uint8Array(2 ** 21))
  const output = watchInflation()
  let before = 0
  let steps = 0
  for (const _ of readNpz(zipSync({ 'a.npy': large, 'b.npy': [large, { level: 0 }] }), {})) {
    expect(output.bytes - before).toBeLessThanOrEqual(2 ** 16)
    before = output.bytes
    steps += 1
  }
  expect(steps).toBeGreaterThan((2 * large.length) / 2 ** 17)
})

test.each<[string, unknown, string]>([
  ['nothing', null, 'parseNpz takes its options as an object'],
  [
    'a misspelt name',
    { max: 5 },
    'parseNpz has no option max (did you mean maxBytes?): it takes name, arrays, maxBytes',
  ],
])('options that are %s', (_, options, message) => {
  expect(() => parseNpz(zipSync({ 'x.npy': array }), options as never)).toThrow(message)
})

// .npy files: those that NumPy wrote (test/fixtures/numpy-arrays.py), those that we write, and broken ones.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type NpyData, parseNpy, toNpy } from '../../src/data/index.ts'
import { readNpy } from '../../src/data/npy.ts'
import { parseNpyHeader } from '../../src/data/npy-header.ts'
import { DataError } from '../../src/errors.ts'
import { dataset } from '../../src/index.ts'
import fixture from '../fixtures/numpy-arrays.json' with { type: 'json' }
import { fromBase64 } from '../support/base64.ts'

describe('what NumPy wrote', () => {
  const cases = fixture.npy.map((array, i) => ({ ...array, i }))
  test.each(cases)('$i: $dtype of shape $shape', ({ npy, dtype, shape, values }) => {
    const array = parseNpy(fromBase64(npy))
    expect([array.dtype, array.shape]).toEqual([dtype, shape])
    const parse: (text: string) => unknown = /64/.test(dtype) && !dtype.startsWith('float') ? BigInt : Number
    expect([...array.data]).toEqual(
      values
        .split(' ')
        .filter(Boolean)
        .map(text => parse(text)),
    )
  })

  test('in every kind of array, at every alignment, in shared memory too', () => {
    const file = fromBase64(fixture.npy.find(({ dtype }) => dtype === 'float64')?.npy ?? '')
    const { buffer } = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })
    for (const memory of [new ArrayBuffer(file.length + 8), buffer]) {
      for (let offset = 0; offset < 8; ++offset) {
        const view = new Uint8Array(memory, offset, file.length)
        view.set(file)
        expect(parseNpy(view)).toEqual(parseNpy(file))
      }
    }
    expect(parseNpy(file.buffer)).toEqual(parseNpy(file))
  })

  test('as a data set', async () => {
    const { data, shape } = parseNpy(toNpy(BigInt64Array.of(1n, 2n, 3n, 4n), [2, 2]))
    using set = await dataset({ inputs: data, inputSize: shape[1] ?? 0 })
    expect(await set.read()).toEqual({ inputs: Float32Array.of(1, 2, 3, 4), inputSize: 2 })
  })

  test.each(Object.entries(fixture.refused))('%s are refused', (_, npy) => {
    const error = { code: 'ERR_DATA_TYPE', message: expect.stringContaining('my file has elements of type') }
    expect(() => parseNpy(fromBase64(npy), { name: 'my file' })).toThrow(expect.objectContaining(error))
  })
})

describe('in steps', () => {
  const length = 2 ** 18 + 1
  const shape = [1, length].join(', ')
  /** A file whose elements are these bytes. */
  const fileOf = (descr: string, bytes: Uint8Array, isFortran = false, sizes = shape) => {
    const header = `{'descr': '${descr}', 'fortran_order': ${isFortran ? 'True' : 'False'}, 'shape': (${sizes}), }`
    const head = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length & 255, header.length >> 8]
    const file = new Uint8Array(10 + header.length + bytes.length)
    file.set(head)
    file.set(new TextEncoder().encode(header), 10)
    file.set(bytes, 10 + header.length)
    return file
  }
  const bytesOf = (size: number) =>
    Uint8Array.from({ length: length * size }, (_, i) => Math.imul(i, 2654435761) >>> 24)
  /** The elements one by one, in the file's order. */
  const elementsOf = <Value>(
    bytes: Uint8Array,
    size: number,
    read: (view: DataView, at: number) => Value,
  ) => {
    const view = new DataView(bytes.buffer)
    return Array.from({ length: bytes.length / size }, (_, i) => read(view, i * size))
  }
  const half = (bits: number): number => {
    const [sign, exponent, mantissa] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, bits & 1023]
    if (exponent === 31) return mantissa ? Number.NaN : sign * Number.POSITIVE_INFINITY
    return exponent === 0 ? sign * mantissa * 2 ** -24 : sign * (1024 + mantissa) * 2 ** (exponent - 25)
  }

  test.each([
    ['|u1', 1, 1, (view: DataView, at: number) => view.getUint8(at)],
    ['|b1', 1, 2, (view: DataView, at: number) => Math.min(1, view.getUint8(at))],
    ['<f2', 2, 2, (view: DataView, at: number) => half(view.getUint16(at, true))],
    ['>f2', 2, 2, (view: DataView, at: number) => half(view.getUint16(at))],
    ['>i2', 2, 1, (view: DataView, at: number) => view.getInt16(at)],
    ['>f4', 4, 1, (view: DataView, at: number) => view.getFloat32(at)],
    ['>i8', 8, 1, (view: DataView, at: number) => view.getBigInt64(at)],
  ])('elements of type %s', (descr, size, passes, read) => {
    const bytes = bytesOf(size)
    const steps = readNpy(fileOf(descr, bytes), 'x.npy')
    let count = 0
    let step = steps.next()
    for (; !step.done; step = steps.next()) ++count
    const expected = elementsOf<unknown>(bytes, size, read)
    const { data } = step.value
    expect(data.length).toBe(length)
    expect(expected.findIndex((value, i) => !Object.is(value, data[i]))).toBe(-1)
    expect(count).toBeGreaterThanOrEqual((passes * length) / 2 ** 16)
  })

  test('of an array by columns', () => {
    const [rows, columns] = [513, 511]
    const values = Int32Array.from(
      { length: rows * columns },
      (_, i) => (i % rows) * columns + Math.floor(i / rows),
    )
    const file = fileOf('<i4', new Uint8Array(values.buffer), true, `${rows}, ${columns}`)
    const steps = readNpy(file, 'x.npy')
    let count = 0
    let step = steps.next()
    for (; !step.done; step = steps.next()) ++count
    expect([...step.value.data].findIndex((value, i) => value !== i)).toBe(-1)
    expect(count).toBeGreaterThanOrEqual((2 * values.length) / 2 ** 16)
  })
})

describe('toNpy', () => {
  const elements = (data: NpyData, shape?: number[]) => parseNpy(toNpy(data, shape))

  test('is what parseNpy reads', () => {
    const arrays: [NpyData, string][] = [
      [Uint8Array.of(1, 255), 'uint8'],
      [Int8Array.of(-1, 127), 'int8'],
      [Int16Array.of(-1, 2), 'int16'],
      [Uint16Array.of(1, 65535), 'uint16'],
      [Int32Array.of(-1, 2), 'int32'],
      [Uint32Array.of(1, 4294967295), 'uint32'],
      [BigInt64Array.of(-1n, 2n), 'int64'],
      [BigUint64Array.of(1n, 2n ** 64n - 1n), 'uint64'],
      [Float32Array.of(Number.NaN, -0), 'float32'],
      [Float64Array.of(0.1, Number.NEGATIVE_INFINITY), 'float64'],
    ]
    for (const [data, dtype] of arrays) {
      expect(elements(data)).toEqual({ data, shape: [2], dtype })
      expect(elements(data, [1, 2, 1])).toEqual({ data, shape: [1, 2, 1], dtype })
      expect(elements(data.slice(1), [])).toEqual({ data: data.slice(1), shape: [], dtype })
      expect(elements(data.slice(2), [4, 0])).toEqual({ data: data.slice(2), shape: [4, 0], dtype })
    }
  })

  test('is to the byte what NumPy writes', () => {
    for (const { npy, dtype } of fixture.npy) {
      const file = fromBase64(npy)
      const text = new TextDecoder('latin1').decode(file.slice(0, 128))
      if (file[6] !== 1 || /True|>/.test(text) || dtype === 'float16' || dtype === 'bool') continue
      const { data, shape } = parseNpy(file)
      expect(toNpy(data, shape)).toEqual(file)
    }
  })

  test.each([
    [[3], 'data has 2 elements, but shape is (3)'],
    [[-1, -2], 'shape is (-1, -2)'],
    [[0.5, 4], 'shape is (0.5, 4)'],
    [[], 'shape is ()'],
    [[2, ...Array.from({ length: 64 }, () => 1)], 'but shape is'],
  ])('shape %o of two elements is refused', (shape, message) => {
    expect(() => toNpy(Float32Array.of(1, 2), shape)).toThrow(message)
  })

  test('what is no typed array is refused', () => {
    expect(() => toNpy([1, 2] as never)).toThrow('data is of type Array: expected a typed array')
  })
})

/** A file of a header's text and elements, by the format version. */
function fileOf(header: string, elements: number[] = [], version = 1): Uint8Array {
  const text = [...header].map(letter => letter.charCodeAt(0))
  const size = [text.length & 255, text.length >> 8, ...(version === 1 ? [] : [0, 0])]
  return Uint8Array.from([
    0x93,
    ...[...'NUMPY'].map(c => c.charCodeAt(0)),
    version,
    0,
    ...size,
    ...text,
    ...elements,
  ])
}

const good = "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 1), }"
const codeOf = (file: Uint8Array): string => {
  try {
    parseNpy(file)
    return 'read'
  } catch (error) {
    return (error as { code: string }).code
  }
}

describe('headers', () => {
  test.each([
    ['in the usual form', good],
    ['in another order', "{'shape': (2, 1), 'fortran_order': False, 'descr': '|u1'}"],
    ['without spaces', "{'descr':'|u1','fortran_order':False,'shape':(2,1)}"],
    [
      'with double quotes and line breaks',
      '{"descr": "|u1",\n "fortran_order": False,\n "shape": (2, 1)}  \n',
    ],
    ['of Python 2', "{'descr': '|u1', 'fortran_order': False, 'shape': (2L, 1L), }"],
    ['without a byte order', "{'descr': 'u1', 'fortran_order': False, 'shape': (2, 1), }"],
    ['a size with a zero before it', "{'descr': '|u01', 'fortran_order': False, 'shape': (2, 1), }"],
  ])('%s', (_, header) => {
    for (const version of header.includes('L') ? [1, 2] : [1, 2, 3]) {
      expect(parseNpy(fileOf(header, [7, 8], version))).toEqual({
        data: Uint8Array.of(7, 8),
        shape: [2, 1],
        dtype: 'uint8',
      })
    }
  })

  test.each([
    ['no dictionary', '2'],
    ['an open dictionary', "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 1),"],
    ['an entry left out', "{'descr': '|u1', 'shape': (2, 1), }"],
    ['an entry twice', "{'descr': '|u1', 'descr': '|u1', 'fortran_order': False, 'shape': (2, 1), }"],
    ['another entry', "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 1), 'x': '1', }"],
    ['no comma between entries', "{'descr': '|u1' 'fortran_order': False, 'shape': (2, 1), }"],
    ['no bool', "{'descr': '|u1', 'fortran_order': 'no', 'shape': (2, 1), }"],
    ['a shape without parentheses', "{'descr': '|u1', 'fortran_order': False, 'shape': 2, }"],
    ['a number in parentheses', "{'descr': '|u1', 'fortran_order': False, 'shape': (2), }"],
    ['a negative size', "{'descr': '|u1', 'fortran_order': False, 'shape': (-2, -1), }"],
    ['a size left out', "{'descr': '|u1', 'fortran_order': False, 'shape': (2, , 1), }"],
    ['a size beyond 2⁵³', "{'descr': '|u1', 'fortran_order': False, 'shape': (9007199254740993, 0), }"],
    ['65 dimensions', `{'descr': '|u1', 'fortran_order': False, 'shape': (${'1, '.repeat(65)}), }`],
    ['code', "{'descr': '|u1', 'fortran_order': False, 'shape': __import__('os'), }"],
    ['10,001 bytes', good.padEnd(10_001)],
  ])('%s is refused', (_, header) => {
    expect(codeOf(fileOf(header, [7, 8]))).toBe('ERR_DATA_HEADER')
  })

  test.each(['|u3', '<c8', '|S5', '|O', '<f1', '', '<U1'])('elements %s are refused', descr => {
    expect(codeOf(fileOf(`{'descr': '${descr}', 'fortran_order': False, 'shape': (2,), }`, [7, 8]))).toBe(
      'ERR_DATA_TYPE',
    )
  })

  test('sizes whose product no number holds are refused before anything is allocated', () => {
    const shape = Array.from({ length: 60 }, () => 2 ** 50).join(', ')
    const header = `{'descr': '|u1', 'fortran_order': False, 'shape': (${shape}), }`
    expect(codeOf(fileOf(header, [7, 8]))).toBe('ERR_DATA_TRUNCATED')
  })

  test('other versions are refused', () => {
    expect([0, 4, 255].map(version => codeOf(fileOf(good, [7, 8], version)))).toEqual(
      Array(3).fill('ERR_DATA_HEADER'),
    )
    for (const version of [1, 2, 3]) {
      const file = fileOf(good, [7, 8], version)
      file[7] = 1
      expect(() => parseNpy(file)).toThrow(`its format version is ${version}.1: expected 1.0, 2.0 or 3.0`)
    }
  })

  test.each(Object.entries(fixture.headers))('%j is read as NumPy reads it', (text, versions) => {
    const encoder = { encode: (text: string) => Uint8Array.from(text, char => char.charCodeAt(0)) }
    const isRead = (version: number) => {
      const content = (version === 3 ? new TextEncoder() : encoder).encode(
        text.replace('\ufeff', version === 3 ? '\ufeff' : '?'),
      )
      const length = version === 1 ? 2 : 4
      const head = [...fileOf('', [], version).subarray(0, 8), content.length, ...Array(length - 1).fill(0)]
      try {
        parseNpyHeader(new Uint8Array([...head, ...content]), 'x')
        return true
      } catch (error) {
        expect(error).toBeInstanceOf(DataError)
        return false
      }
    }
    expect([1, 2, 3].filter(isRead)).toEqual(versions)
  })

  // NumPy reads all of them, but no program is known to write them.
  test.each([
    ['a key twice', "{'descr': '|u2', 'descr': '|u1', 'fortran_order': False, 'shape': (2, 1), }"],
    ['strings in pieces', "{'de' 'scr': '|u1', 'fortran_order': False, 'shape': (2, 1), }"],
    ['escapes', "{'descr': '\\x7cu1', 'fortran_order': False, 'shape': (2, 1), }"],
    ['parentheses', "{'descr': ('|u1'), 'fortran_order': (False), 'shape': ((2), 1), }"],
  ])('NumPy reads %s, and we do not', (_, header) => {
    expect(codeOf(fileOf(header, [7, 8]))).toBe('ERR_DATA_HEADER')
  })
})

describe('broken files', () => {
  const file = fileOf(good, [7, 8])

  test('cut anywhere', () => {
    const codes = Array.from({ length: file.length }, (_, end) => codeOf(file.subarray(0, end)))
    expect(codes.slice(0, 6)).toEqual(Array(6).fill('ERR_DATA_MAGIC'))
    expect(new Set(codes.slice(6))).toEqual(new Set(['ERR_DATA_TRUNCATED']))
  })

  test('with a byte more', () => {
    expect(codeOf(fileOf(good, [7, 8, 9]))).toBe('ERR_DATA_TRAILING')
  })

  test('any bytes, and any change of a good file: a typed error, or an array of the promised size', () => {
    const flips = fc
      .array(fc.tuple(fc.nat(file.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
      .map(changes => {
        const changed = file.slice()
        for (const [at, byte] of changes) changed[at] = byte
        return changed
      })
    const noise = fc
      .uint8Array({ maxLength: 300 })
      .map(bytes => Uint8Array.from([...file.subarray(0, 6), ...bytes]))
    fc.assert(
      fc.property(fc.oneof(flips, noise, fc.uint8Array()), bytes => {
        const code = codeOf(bytes)
        if (code !== 'read') expect(code).toMatch(/^ERR_DATA_/)
        else {
          const { data, shape } = parseNpy(bytes)
          expect(shape.reduce((product, size) => product * size, 1)).toBe(data.length)
        }
      }),
      { numRuns: 1000 },
    )
  })

  test('no bytes at all', () => {
    expect(() => parseNpy('file.npy' as never)).toThrow('NumPy data must be a Uint8Array or an ArrayBuffer')
  })
})

test('clamped bytes, such as those of ImageData, are written as bytes', () => {
  const { data, dtype } = parseNpy(toNpy(Uint8ClampedArray.of(1, 255)))
  expect([data, dtype]).toEqual([Uint8Array.of(1, 255), 'uint8'])
})

test.each<[string, () => unknown, string]>([
  [
    'no options',
    () => parseNpy(toNpy(Float32Array.of(1)), null as never),
    'parseNpy takes its options as an object',
  ],
  ['no data to write', () => toNpy(null as never), 'data is of type Null: expected a typed array'],
  [
    'a shape that is a number',
    () => toNpy(Float32Array.of(1, 2), 2 as never),
    'shape is 2: expected an array of sizes, such as [2]',
  ],
  ['no shape', () => toNpy(Float32Array.of(1, 2), null as never), 'shape is null: expected an array'],
])('%s', (_, call, message) => {
  expect(call).toThrow(message)
})

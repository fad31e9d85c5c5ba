// safetensors files read and written: what is written is read again, and no bytes make the reader fail
// otherwise than with a FormatError.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ArgumentError, FormatError, ShapeError } from '../../src/errors.ts'
import { type F32Tensor, readSafetensors, writeSafetensors } from '../../src/files/safetensors.ts'
import { bytesOf, fileOf } from '../support/safetensors-file.ts'

describe('readSafetensors', () => {
  test('reads little-endian elements at any alignment, of the file and of its data', () => {
    const header =
      '{"f":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"i":{"dtype":"I64","shape":[],"data_offsets":[8,16]}}'
    const data = Uint8Array.of(
      0,
      0,
      0xc0,
      0x3f,
      0,
      0,
      0,
      0xc0,
      0xfe,
      0xff,
      0xff,
      0xff,
      0xff,
      0xff,
      0xff,
      0xff,
    )
    for (let padding = 0; padding < 8; padding++) {
      const file = fileOf(header + ' '.repeat(padding), data.length)
      file.set(data, file.length - data.length)
      for (let offset = 0; offset < 8; offset++) {
        const bytes = new Uint8Array(offset + file.length + 1).subarray(offset, offset + file.length)
        bytes.set(file)
        const { tensors } = readSafetensors(bytes)
        expect(tensors.get('f')?.data).toEqual(Float32Array.of(1.5, -2))
        expect(tensors.get('i')?.data).toEqual(BigInt64Array.of(-2n))
      }
    }
  })

  test('takes an ArrayBuffer, and copies out of it', () => {
    const file = fileOf(`{${bytesOf('a', 0, 2)}}`, 2)
    const { tensors } = readSafetensors(file.buffer)
    file.fill(0)
    expect(tensors.get('a')?.data).toEqual(Uint8Array.of(1, 2))
  })

  test('allows JSON whitespace within and after the header', () => {
    const header = '{ "a"\n:\t{"dtype" :"U8","shape": [ 2 ,1 ] ,"data_offsets":[0 , 2]}\r} \n\t\r '
    expect(readSafetensors(fileOf(header, 2)).tensors.get('a')).toEqual({
      dtype: 'U8',
      shape: [2, 1],
      data: Uint8Array.of(1, 2),
    })
  })

  test('takes the names of object properties as any other', () => {
    const names = ['__proto__', 'constructor', 'toString', '']
    const header = `{"__metadata__":{"__proto__":"p"},${names.map((name, i) => bytesOf(name, i, i + 1)).join()}}`
    const { tensors, metadata } = readSafetensors(fileOf(header, names.length))
    expect([...tensors.keys()]).toEqual(names)
    expect(Object.entries(metadata)).toEqual([['__proto__', 'p']])
    expect(Object.getPrototypeOf(metadata)).toBe(Object.prototype)
  })
})

describe('writeSafetensors', () => {
  const f32 = (shape: number[], ...data: number[]): F32Tensor => ({
    dtype: 'F32',
    shape,
    data: Float32Array.from(data),
  })

  // The bytes that version 0.8.0 of the reference library wrote for these tensors.
  test('writes the bytes that the reference library writes', () => {
    const header =
      '{"__metadata__":{"format":"pt"},"0.bias":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},' +
      '"0.weight":{"dtype":"F32","shape":[2,3],"data_offsets":[8,32]},' +
      '"zero":{"dtype":"F32","shape":[0,4],"data_offsets":[32,32]},' +
      '"é\\"\\n":{"dtype":"F32","shape":[],"data_offsets":[32,36]}}'
    const data = '0000003f000080bf0000803f0000004000004040000080400000a0400000c040cdcccc3d'
    const file = writeSafetensors(
      [
        ['0.bias', f32([2], 0.5, -1)],
        ['0.weight', f32([2, 3], 1, 2, 3, 4, 5, 6)],
        ['zero', f32([0, 4])],
        ['é"\n', f32([], 0.1)],
      ],
      { format: 'pt' },
    )
    expect(new DataView(file.buffer).getBigUint64(0, true)).toBe(272n)
    expect(new TextDecoder().decode(file.subarray(8, 280))).toBe(header)
    expect(Array.from(file.subarray(280), byte => byte.toString(16).padStart(2, '0')).join('')).toBe(data)
  })

  test('writes a file without tensors as the reference library does', () => {
    expect(writeSafetensors([])).toEqual(
      Uint8Array.of(8, 0, 0, 0, 0, 0, 0, 0, ...new TextEncoder().encode('{}      ')),
    )
  })

  test('pads the header with spaces so that the data begins at a multiple of 8 bytes', () => {
    for (let length = 0; length < 16; length++) {
      const file = writeSafetensors([['n'.repeat(length), f32([1], 1)]])
      const headerLength = Number(new DataView(file.buffer).getBigUint64(0, true))
      expect(headerLength % 8).toBe(0)
      expect(new TextDecoder().decode(file.subarray(8, 8 + headerLength))).toMatch(/\}\} {0,7}$/)
      expect(file.length).toBe(8 + headerLength + 4)
    }
  })

  test('keeps the order given, also of names that look like integers', () => {
    const names = ['2', '0', 'b', '1', '__proto__', 'a']
    const { tensors } = readSafetensors(writeSafetensors(names.map(name => [name, f32([1], 1)])))
    expect([...tensors.keys()]).toEqual(names)
  })

  test('writes the part of a buffer that a typed array shows', () => {
    const data = Float32Array.of(9, 1, 2, 9).subarray(1, 3)
    const { tensors } = readSafetensors(writeSafetensors([['a', { dtype: 'F32', shape: [2], data }]]))
    expect(tensors.get('a')?.data).toEqual(Float32Array.of(1, 2))
  })

  test.each([
    ['too few elements', f32([2, 3], 1), 'tensor "a" has 1 elements, expected those of shape [2, 3]'],
    ['too many elements', f32([], 1, 2), 'tensor "a" has 2 elements, expected those of shape []'],
    [
      'negative dimensions',
      f32([-1, -2], 1, 2),
      'tensor "a" has 2 elements, expected those of shape [-1, -2]',
    ],
    ['a fraction', f32([0.5, 2], 1), 'tensor "a" has 1 elements, expected those of shape [0.5, 2]'],
  ])('refuses %s', (_, tensor, message) => {
    expect(() => writeSafetensors([['a', tensor]])).toThrow(new ShapeError(`safetensors: ${message}`))
  })

  test.each<[string, [string, F32Tensor][], Record<string, string>, string]>([
    [
      'a name twice',
      [
        ['a', f32([0])],
        ['a', f32([0])],
      ],
      {},
      'the tensor name "a" is given twice, choose another',
    ],
    [
      'the reserved name',
      [['__metadata__', f32([0])]],
      {},
      'the tensor name "__metadata__" is reserved by the format, choose another',
    ],
    [
      'a lone surrogate in a name',
      [['\ud800', f32([0])]],
      {},
      'a tensor name is "\\ud800", expected a string without lone surrogates',
    ],
    [
      'a lone surrogate in a key',
      [],
      { '\udc00': '' },
      'a metadata key is "\\udc00", expected a string without lone surrogates',
    ],
    [
      'a lone surrogate in a value',
      [],
      { k: '\ud800' },
      'metadata "k" is "\\ud800", expected a string without lone surrogates',
    ],
    [
      'metadata that is no string',
      [],
      { k: 1 as unknown as string },
      'metadata "k" is "1", expected a string without lone surrogates',
    ],
    [
      'over 100 MB of metadata',
      [],
      { k: 'x'.repeat(99_999_980) },
      'names and metadata take 100000008 bytes, expected at most 100000000',
    ],
  ])('refuses %s', (_, tensors, metadata, message) => {
    expect(() => writeSafetensors(tensors, metadata)).toThrow(new ArgumentError(`safetensors: ${message}`))
  })
})

describe('any file', () => {
  const name = fc.oneof(
    { weight: 8, arbitrary: fc.string({ unit: 'binary' }).filter(text => text !== '__metadata__') },
    { weight: 1, arbitrary: fc.constantFrom('__proto__', 'constructor', '0', '-1', '"', '\\') },
  )
  const tensor = fc
    .array(fc.nat(4), { maxLength: 4 })
    .chain(shape => {
      const length = shape.reduce((product, dimension) => product * dimension, 1)
      const bits = fc.array(fc.nat(0xffffffff), { minLength: length, maxLength: length })
      return fc.record({ shape: fc.constant(shape), bits })
    })
    .map(
      ({ shape, bits }): F32Tensor => ({
        dtype: 'F32',
        shape,
        data: new Float32Array(Uint32Array.from(bits).buffer),
      }),
    )
  const tensors = fc.uniqueArray(fc.tuple(name, tensor), { selector: ([key]) => key, maxLength: 6 })
  const metadata = fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }))

  test('reads back what was written, bit for bit, and writes it again as the same bytes', () => {
    fc.assert(
      fc.property(tensors, metadata, (entries, pairs) => {
        const bytes = writeSafetensors(entries, pairs)
        const read = readSafetensors(bytes)
        const bits = ({
          dtype,
          shape,
          data,
        }: {
          dtype: string
          shape: readonly number[]
          data: ArrayBufferView
        }) => [dtype, shape, [...new Uint8Array(data.buffer, data.byteOffset, data.byteLength)]]
        expect([...read.tensors].map(([key, value]) => [key, bits(value)])).toEqual(
          entries.map(([key, value]) => [key, bits(value)]),
        )
        expect(Object.entries(read.metadata)).toEqual(Object.entries(pairs))
        expect(writeSafetensors(read.tensors as Map<string, F32Tensor>, read.metadata)).toEqual(bytes)
      }),
    )
  })

  /** Reads, or is refused with a FormatError; what was read covers the data exactly. */
  function readOrRefuse(file: Uint8Array): boolean {
    try {
      const { tensors } = readSafetensors(file)
      const headerLength = Number(new DataView(file.buffer).getBigUint64(0, true))
      const total = [...tensors.values()].reduce((bytes, { data }) => bytes + data.byteLength, 0)
      expect(8 + headerLength + total).toBe(file.length)
      return true
    } catch (error) {
      if (!(error instanceof FormatError)) throw error
      return false
    }
  }

  const valid = fileOf(
    '{"__metadata__":{"k":"\\u00e9"},"a":{"dtype":"F16","shape":[2,2],"data_offsets":[0,8]},' +
      '"bc":{"dtype":"I32","shape":[],"data_offsets":[8,12]},"d":{"dtype":"U8","shape":[0],"data_offsets":[12,12]}}',
    12,
  )

  test('reads or refuses a valid file with bytes changed', () => {
    const change = fc.record({ index: fc.nat(valid.length - 1), byte: fc.nat(255) })
    fc.assert(
      fc.property(fc.array(change, { maxLength: 4 }), changes => {
        const file = valid.slice()
        for (const { index, byte } of changes) file[index] = byte
        readOrRefuse(file)
      }),
      { numRuns: 5_000 },
    )
  })

  test('refuses a valid file cut anywhere, and one with a byte after the end', () => {
    expect(readOrRefuse(valid)).toBe(true)
    for (let length = 0; length < valid.length; length++)
      expect(readOrRefuse(valid.slice(0, length))).toBe(false)
    const longer = new Uint8Array(valid.length + 1)
    longer.set(valid)
    expect(readOrRefuse(longer)).toBe(false)
  })

  test('accepts no header that JSON.parse refuses', () => {
    const tokens = [
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '0',
      '1',
      '-',
      '.',
      'e',
      ' ',
      '\n',
      '"',
      '\\',
      '\u0000',
      'é',
      'null',
    ]
    const words = ['"a"', '"dtype"', '"U8"', '"shape"', '"data_offsets"', '"__metadata__"', '[0,1]', '[1]']
    const text = '{"__metadata__":{"k":"v"},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}'
    const edit = fc.record({
      index: fc.nat(text.length - 1),
      remove: fc.nat(2),
      insert: fc.oneof(fc.constant(''), fc.constantFrom(...tokens), fc.constantFrom(...words)),
    })
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 3 }), edits => {
        let header = text
        for (const { index, remove, insert } of edits) {
          header = header.slice(0, index) + insert + header.slice(index + remove)
        }
        if (readOrRefuse(fileOf(header, 1))) expect(() => JSON.parse(header)).not.toThrow()
      }),
      { numRuns: 5_000 },
    )
  })
})

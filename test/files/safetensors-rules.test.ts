// Every rule of safetensors: a file that breaks it and nothing else is refused, with a message that says
// where.
import { describe, expect, test } from 'vitest'
import { readSafetensors } from '../../src/files/safetensors.ts'
import { bytesOf, fileOf, refusal } from '../support/safetensors-file.ts'

const lengthPrefix = (length: bigint) => {
  const file = fileOf('{}')
  new DataView(file.buffer).setBigUint64(0, length, true)
  return file
}

/** A header that describes tensor `a` alone. */
const tensorA = (dtype: string, shape: string, offsets: string) =>
  `{"a":{"dtype":${JSON.stringify(dtype)},"shape":${shape},"data_offsets":${offsets}}}`

describe('the length and the bytes of the header', () => {
  test.each([
    ['no bytes', new Uint8Array(0), 'the file has 0 bytes, expected at least 8'],
    ['seven bytes', new Uint8Array(7), 'the file has 7 bytes, expected at least 8'],
    ['an empty header', fileOf(''), 'the header is empty, expected "{" (byte 123)'],
    ['a length of one more than follows', lengthPrefix(3n), 'given as 3 bytes, but only 2 follow it'],
    ['a length of 100 MB', lengthPrefix(100_000_000n), 'given as 100000000 bytes, but only 2 follow it'],
    [
      'a length over 100 MB',
      lengthPrefix(100_000_001n),
      'given as 100000001 bytes, expected at most 100000000',
    ],
    ['a length over 2^53', lengthPrefix(2n ** 53n + 3n), 'given as 9007199254740995 bytes, expected at most'],
    [
      'a length of 2^64 - 1',
      lengthPrefix(2n ** 64n - 1n),
      'given as 18446744073709551615 bytes, expected at',
    ],
    ['a space first', fileOf(' {}'), 'the header begins with byte 32, expected "{"'],
    ['a byte order mark first', fileOf('\ufeff{}'), 'the header begins with byte 239, expected "{"'],
    ['an array', fileOf('[]'), 'the header begins with byte 91, expected "{"'],
    ['bytes that are not UTF-8', fileOf(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a)), 'is not valid UTF-8'],
    ['a surrogate in UTF-8', fileOf(Uint8Array.of(0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22)), 'is not valid UTF-8'],
  ])('refuses %s', (_, file, message) => {
    expect(refusal(file)).toContain(message)
  })
})

describe('the JSON of the header', () => {
  test.each([
    ['an object that does not end', '{', 'header: key: found the end of the header, expected a string'],
    ['a string that does not end', '{"a', 'header: key: found "\\"a", expected a JSON string'],
    ['a string that ends in its escape', '{"a\\', 'header: key: found "\\"a\\\\", expected a JSON string'],
    ['an unknown escape', '{"\\x"', 'header: key: found "\\"\\\\x\\"", expected a JSON string'],
    ['a control character in a string', '{"\n"', 'header: key: found "\\"\\n\\"", expected a JSON string'],
    ['a lone surrogate', '{"\\ud800":', 'found "\\"\\\\ud800\\"", expected every \\u surrogate in a pair'],
    ['a key without quotes', '{a:1}', 'header: key: found "a:1}" at character 1, expected a string'],
    ['no colon', '{"a" 1}', 'header: found "1}" at character 5, expected ":"'],
    ['a comma at the end', '{"__metadata__":{},}', 'key: found "}" at character 19, expected a string'],
    ['no comma', '{"__metadata__":{} "a"', 'header: found "\\"a\\"" at character 19, expected "}"'],
    ['text after the object', '{} x', 'after the header: found "x" at character 3, expected nothing but'],
    ['zeros after the object', '{}\0', 'after the header: found "\\u0000" at character 2, expected nothing'],
    [
      'a second object',
      '{}{}',
      'after the header: found "{}" at character 2, expected nothing but whitespace',
    ],
    ['a no-break space', '{}\u00a0', 'after the header: found "\u00a0" at character 2, expected nothing but'],
  ])('refuses %s', (_, header, message) => {
    expect(refusal(fileOf(header))).toContain(message)
  })

  const a = '{"dtype":"U8","shape":[1],"data_offsets":[0,1]}'
  test.each([
    ['a tensor twice', `{"a":${a},"a":${a}}`, 'header has the key "a" twice, expected it once'],
    ['a tensor twice, once escaped', `{"a":${a},"\\u0061":${a}}`, 'header has the key "a" twice'],
    [
      '__metadata__ twice',
      '{"__metadata__":{},"__metadata__":{}}',
      'header has the key "__metadata__" twice',
    ],
    ['a metadata key twice', '{"__metadata__":{"k":"1","k":"2"}}', '__metadata__ has the key "k" twice'],
    ['a field twice', '{"a":{"dtype":"U8","\\u0064type":"U8"}}', 'tensor "a" has the key "dtype" twice'],
  ])('refuses %s', (_, header, message) => {
    expect(refusal(fileOf(header, 1))).toContain(message)
  })
})

describe('__metadata__', () => {
  test.each([
    ['a string', '{"__metadata__":"x"}', '__metadata__: found "\\"x\\"}" at character 16, expected "{"'],
    ['null', '{"__metadata__":null}', '__metadata__: found "null}" at character 16, expected "{"'],
    [
      'a number inside',
      '{"__metadata__":{"k":1}}',
      '__metadata__ "k": found "1}}" at character 21, expected a',
    ],
    ['an object inside', '{"__metadata__":{"k":{}}}', '__metadata__ "k": found "{}}}" at character 21'],
  ])('refuses %s', (_, header, message) => {
    expect(refusal(fileOf(header))).toContain(message)
  })

  test('is read wherever it stands, and is empty where it is missing', () => {
    const file = fileOf(`{${bytesOf('a', 0, 1)},"\\u005f_metadata__":{"format":"pt","":"\\u00e9"}}`, 1)
    expect(readSafetensors(file).metadata).toEqual({ format: 'pt', '': 'é' })
    expect(readSafetensors(fileOf('{}'))).toEqual({ tensors: new Map(), metadata: {} })
  })
})

describe('the fields of a tensor', () => {
  test.each([
    ['a number for a tensor', '{"a":1}', 'tensor "a": found "1}" at character 5, expected "{"'],
    ['deep nesting', `{"a":${'['.repeat(100_000)}`, 'tensor "a": found "[[[[[[[[[[[[[[[[[[[["'],
    [
      'no dtype',
      '{"a":{"shape":[1],"data_offsets":[0,1]}}',
      'tensor "a" has no dtype, expected dtype, shape',
    ],
    ['no shape', '{"a":{"dtype":"U8","data_offsets":[0,1]}}', 'tensor "a" has no shape, expected dtype'],
    ['no data_offsets', '{"a":{"dtype":"U8","shape":[1]}}', 'tensor "a" has no data_offsets, expected dtype'],
    ['no fields', '{"a":{}}', 'tensor "a" has no dtype, expected dtype, shape and data_offsets'],
    [
      'another field',
      '{"a":{"strides":[1]}}',
      'tensor "a" has the field "strides", expected dtype, shape and',
    ],
    [
      'a dtype in lower case',
      tensorA('u8', '[1]', '[0,1]'),
      'tensor "a" has dtype "u8", expected one of BOOL, ',
    ],
    [
      'a dtype of every object',
      tensorA('toString', '[1]', '[0,1]'),
      'tensor "a" has dtype "toString", expected',
    ],
    ['a dtype that is no string', '{"a":{"dtype":8}}', 'tensor "a": dtype: found "8}}" at character 14'],
    [
      'a number for a shape',
      tensorA('U8', '1', '[0,1]'),
      'tensor "a": shape: found "1,\\"data_offsets\\":[0," at',
    ],
    ['a negative dimension', tensorA('U8', '[-1]', '[0,1]'), 'shape: found "-1", expected an integer 0–'],
    ['minus zero', tensorA('U8', '[-0]', '[0,1]'), 'shape: found "-0", expected an integer 0–'],
    ['a fraction', tensorA('U8', '[1.5]', '[0,1]'), 'shape: found "1.5", expected an integer 0–'],
    ['an integer spelled 1.0', tensorA('U8', '[1.0]', '[0,1]'), 'shape: found "1.0", expected an integer'],
    ['an integer spelled 1e0', tensorA('U8', '[1e0]', '[0,1]'), 'shape: found "1e0", expected an integer'],
    ['a leading zero', tensorA('U8', '[01]', '[0,1]'), 'shape: found "01", expected an integer 0–'],
    [
      'a dimension of 2^53',
      tensorA('U8', '[9007199254740992]', '[0,1]'),
      'found "9007199254740992", expected',
    ],
    [
      'a dimension of 40 digits',
      tensorA('U8', `[${'9'.repeat(40)}]`, '[0,1]'),
      '99999", expected an integer',
    ],
    ['a dimension in quotes', tensorA('U8', '["1"]', '[0,1]'), 'shape: found "\\"1\\"", expected an integer'],
    ['a list in the shape', tensorA('U8', '[[1]]', '[0,1]'), 'shape: found "[1", expected an integer'],
    ['null in the shape', tensorA('U8', '[null]', '[0,1]'), 'shape: found "null", expected an integer'],
    [
      'a comma at the end',
      tensorA('U8', '[1,]', '[0,1]'),
      'tensor "a": shape: found "", expected an integer',
    ],
    ['one offset', tensorA('U8', '[1]', '[0]'), 'data_offsets has 1 numbers, expected 2: [begin, end]'],
    [
      'three offsets',
      tensorA('U8', '[1]', '[0,1,2]'),
      'data_offsets has 3 numbers, expected 2: [begin, end]',
    ],
    ['no offsets', tensorA('U8', '[1]', '[]'), 'data_offsets has 0 numbers, expected 2: [begin, end]'],
    ['a negative offset', tensorA('U8', '[1]', '[-1,0]'), 'data_offsets: found "-1", expected an integer'],
    ['offsets in reverse', tensorA('U8', '[1]', '[1,0]'), 'data_offsets are [1, 0], expected begin ≤ end'],
  ])('refuses %s', (_, header, message) => {
    expect(refusal(fileOf(header, 1))).toContain(message)
  })

  test('cuts a long name in the message', () => {
    const message = refusal(fileOf(`{"${'n'.repeat(10_000)}":{}}`))
    expect(message).toBe(
      `safetensors: tensor "${'n'.repeat(100)}…" (10000 characters) has no dtype, expected dtype, shape and data_offsets`,
    )
  })
})

describe('the size of a tensor', () => {
  test.each([
    [
      'one byte too few',
      tensorA('F32', '[2,3]', '[0,23]'),
      'hold 23 bytes, expected 24 for F32 of shape [2, 3]',
    ],
    [
      'one byte too many',
      tensorA('F32', '[2,3]', '[0,25]'),
      'hold 25 bytes, expected 24 for F32 of shape [2, 3]',
    ],
    ['a scalar without data', tensorA('F64', '[]', '[0,0]'), 'hold 0 bytes, expected 8 for F64 of shape []'],
    [
      'an empty tensor with data',
      tensorA('U8', '[3,0]', '[0,1]'),
      'hold 1 bytes, expected 0 for U8 of shape',
    ],
    [
      'a product over 2^53',
      tensorA('U8', '[4294967296,4294967296]', '[0,0]'),
      'of shape [4294967296, 4294967296]',
    ],
    [
      'a product that wraps to 0',
      tensorA('U8', '[4294967296,4294967296,0]', '[0,0]'),
      'overflows, expected fewer',
    ],
    [
      'a byte size over 2^53',
      tensorA('F64', '[4503599627370496]', '[0,0]'),
      'overflows, expected fewer than 2^53',
    ],
    [
      'nine dimensions',
      tensorA('U8', '[2,1,1,1,1,1,1,1,1]', '[0,1]'),
      '[2, 1, 1, 1, 1, 1, 1, 1, …] (9 dimensions)',
    ],
    ['half a byte', tensorA('F4', '[3]', '[0,2]'), 'F4 of shape [3] takes 12 bits, expected whole bytes'],
  ])('refuses %s', (_, header, message) => {
    expect(refusal(fileOf(header, 24))).toContain(`safetensors: tensor "a": `)
    expect(refusal(fileOf(header, 24))).toContain(message)
  })

  // Element sizes as version 0.8.0 of the reference library accepts them: bytes taken by eight elements.
  test.each([
    ['BOOL', 8],
    ['F4', 4],
    ['F6_E2M3', 6],
    ['F6_E3M2', 6],
    ['U8', 8],
    ['I8', 8],
    ['F8_E5M2', 8],
    ['F8_E4M3', 8],
    ['F8_E8M0', 8],
    ['F8_E4M3FNUZ', 8],
    ['F8_E5M2FNUZ', 8],
    ['I16', 16],
    ['U16', 16],
    ['F16', 16],
    ['BF16', 16],
    ['I32', 32],
    ['U32', 32],
    ['F32', 32],
    ['C64', 64],
    ['F64', 64],
    ['I64', 64],
    ['U64', 64],
  ])('takes eight elements of %s as %i bytes', (dtype, size) => {
    const { tensors } = readSafetensors(fileOf(tensorA(dtype, '[2,4]', `[0,${size}]`), size))
    const tensor = tensors.get('a')
    expect(tensor).toMatchObject({ dtype, shape: [2, 4] })
    expect(new Uint8Array(tensor?.data.buffer ?? [])).toEqual(
      Uint8Array.from({ length: size }, (_, i) => i + 1),
    )
    expect(refusal(fileOf(tensorA(dtype, '[2,4]', `[0,${size + 1}]`), size + 1))).toContain(
      `expected ${size} for`,
    )
  })
})

describe('how the tensors cover the data', () => {
  const ab = (a: [number, number], b: [number, number]) => `{${bytesOf('a', ...a)},${bytesOf('b', ...b)}}`
  test.each([
    [
      'a hole at the beginning',
      ab([1, 2], [2, 4]),
      'tensor "a" begins at data byte 1 and leaves a hole after the',
    ],
    [
      'a hole between',
      ab([0, 1], [2, 4]),
      'tensor "b" begins at data byte 2 and leaves a hole after tensor "a"',
    ],
    [
      'an overlap',
      ab([0, 3], [2, 4]),
      'tensor "b" begins at data byte 2 and overlaps tensor "a", expected it to',
    ],
    ['the same bytes twice', ab([0, 4], [0, 4]), 'tensor "b" begins at data byte 0 and overlaps tensor "a"'],
    [
      'an empty tensor inside',
      ab([0, 4], [2, 2]),
      'tensor "b" begins at data byte 2 and overlaps tensor "a"',
    ],
    ['bytes after the last', ab([0, 1], [1, 3]), 'has 4 bytes of data, expected 3, where tensor "b" ends'],
    ['a tensor beyond the end', ab([0, 1], [1, 5]), 'has 4 bytes of data, expected 5, where tensor "b" ends'],
    ['data without tensors', '{}', 'has 4 bytes of data, expected 0, where the header ends'],
  ])('refuses %s', (_, header, message) => {
    expect(refusal(fileOf(header, 4))).toContain(message)
  })

  test('takes tensors in any order, empty ones anywhere between', () => {
    const header = `{${bytesOf('c', 2, 2)},${bytesOf('b', 2, 4)},${bytesOf('a', 0, 2)},${bytesOf('e', 0, 0)}}`
    const { tensors } = readSafetensors(fileOf(header, 4))
    expect([...tensors].map(([name, { data }]) => [name, [...data]])).toEqual([
      ['c', []],
      ['b', [3, 4]],
      ['a', [1, 2]],
      ['e', []],
    ])
  })
})

// The header of a .npy file: a Python dictionary of three entries.
//
// Source: NumPy Enhancement Proposal 1 and numpy.lib.format, versions 1.0, 2.0 and 3.0.

import { DataError } from '../errors.ts'
import { quoted } from '../quote-names.ts'
import { type PythonValue, parseDictionary } from './npy-dictionary.ts'

/** The element types that are read, by NumPy's names. */
export type NpyType =
  | 'bool'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'float16'
  | 'float32'
  | 'float64'

/** NumPy's letter and bytes for each type. */
export const descriptors: Readonly<Record<NpyType, string>> = {
  bool: 'b1',
  int8: 'i1',
  int16: 'i2',
  int32: 'i4',
  int64: 'i8',
  uint8: 'u1',
  uint16: 'u2',
  uint32: 'u4',
  uint64: 'u8',
  float16: 'f2',
  float32: 'f4',
  float64: 'f8',
}

/** The contents of a header, and where the elements begin. */
export interface NpyHeader {
  dtype: NpyType
  /** Bytes of an element. */
  elementSize: number
  isBigEndian: boolean
  isFortranOrder: boolean
  shape: number[]
  /** Product of the shape. */
  length: number
  /** The elements' offset in the file, in bytes. */
  begin: number
}

/** Characters of the longest header that is read; NumPy has the same limit. */
const MAX_HEADER = 10_000

/** The most dimensions of a NumPy array. */
export const MAX_RANK = 64

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59] // \x93NUMPY

const broken = (name: string, what: string) =>
  new DataError('ERR_DATA_HEADER', `${name} has a broken header: ${what} (save it again by numpy.save)`)

/** Extracts the dictionary's text. `mayBeLong`: whether Python 2 may have written it. */
function headerText(bytes: Uint8Array, name: string): { text: string; begin: number; mayBeLong: boolean } {
  if (!MAGIC.every((byte, i) => bytes[i] === byte)) {
    throw new DataError(
      'ERR_DATA_MAGIC',
      `${name} is not a .npy file: it does not begin with 93 and NUMPY (is it a .npz file? Those are for parseNpz)`,
    )
  }
  const truncated = (found: string) =>
    new DataError('ERR_DATA_TRUNCATED', `${name} is cut short: ${found} (get the file again)`)
  const [version, minor] = bytes.subarray(6, 8)
  const start = version === 1 ? 10 : 12
  if (bytes.length < start) throw truncated(`it ends within its header, after ${bytes.length} bytes`)
  if ((version !== 1 && version !== 2 && version !== 3) || minor !== 0) {
    throw broken(name, `its format version is ${version}.${minor}: expected 1.0, 2.0 or 3.0`)
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, start)
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true)
  if (length > MAX_HEADER) throw broken(name, `it has ${length} bytes: expected ${MAX_HEADER} at most`)
  const begin = start + length
  if (bytes.length < begin) {
    throw truncated(`its header has ${length} bytes, but ${bytes.length - start} follow`)
  }
  // A copy, since TextDecoder rejects shared memory.
  const content = bytes.slice(start, begin)
  const mayBeLong = version < 3
  if (mayBeLong) return { text: new TextDecoder('latin1').decode(content), begin, mayBeLong }
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content)
    return { text, begin, mayBeLong }
  } catch {
    throw broken(name, 'it is not UTF-8, as format version 3.0 has it')
  }
}

/** NumPy's other names for the types: those that mean the same on every machine. */
const LETTERS: Readonly<Record<string, NpyType>> = {
  '?': 'bool',
  b: 'int8',
  B: 'uint8',
  h: 'int16',
  H: 'uint16',
  i: 'int32',
  I: 'uint32',
  q: 'int64',
  Q: 'uint64',
  e: 'float16',
  f: 'float32',
  d: 'float64',
}

/** The type that a descriptor names: `<f4`, `f4`, `<f` or `float32`, and `f04`, which NumPy takes too. */
function typeOf(descriptor: string): NpyType | undefined {
  const code = descriptor.replace(/^[<>=|]/, '').replace(/^([a-z])0+(?=[1-9])/, '$1')
  const types = Object.keys(descriptors) as NpyType[]
  const found = types.find(type => descriptors[type] === code || type === descriptor)
  return found ?? (Object.hasOwn(LETTERS, code) ? LETTERS[code] : undefined)
}

const isShape = (value: PythonValue | undefined): value is readonly number[] =>
  typeof value === 'object' && value.length <= MAX_RANK && value.every(Number.isSafeInteger)

/**
 * Reads a header. `name` is what errors call the file. Throws {@link DataError} with one of these codes:
 *
 * - `ERR_DATA_MAGIC`: a file of another format
 * - `ERR_DATA_TRUNCATED`: a truncated header
 * - `ERR_DATA_HEADER`: a header that breaks the format's rules
 * - `ERR_DATA_TYPE`: elements that are not plain numbers
 */
export function parseNpyHeader(bytes: Uint8Array, name: string): NpyHeader {
  const { text, begin, mayBeLong } = headerText(bytes, name)
  const unsupported = (found: string) =>
    new DataError(
      'ERR_DATA_TYPE',
      `${name} has elements of type ${found}, expected one of ${Object.values(descriptors).join(', ')}: convert them ` +
        `in NumPy, such as by x.astype('float32')`,
    )
  if (/(['"])descr\1\s*:\s*\[/.test(text)) throw unsupported('a structure')
  const entries = parseDictionary(text, mayBeLong)
  const descr = entries?.get('descr')
  const order = entries?.get('fortran_order')
  const shape = entries?.get('shape')
  if (entries?.size !== 3 || typeof descr !== 'string' || typeof order !== 'boolean' || !isShape(shape)) {
    throw broken(
      name,
      `it is ${quoted(text.trim())}, expected something like ` +
        "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }",
    )
  }
  const dtype = typeOf(descr)
  if (!dtype) throw unsupported(quoted(descr))
  // With a size of 0 there are no elements. A product beyond 2⁵³ is rounded, but never below it: no file has as many.
  const length = shape.includes(0) ? 0 : shape.reduce((product, size) => product * size, 1)
  return {
    dtype,
    elementSize: Number(descriptors[dtype][1]),
    isBigEndian: descr.startsWith('>'),
    isFortranOrder: order,
    shape: [...shape],
    length,
    begin,
  }
}

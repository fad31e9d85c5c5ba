// The header of a .npy file: a Python dictionary of three entries.
//
// Source: NumPy Enhancement Proposal 1 and numpy.lib.format, versions 1.0, 2.0 and 3.0.
import { DataError } from '../errors.ts'

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

/** Extracts the dictionary's text. */
function headerText(bytes: Uint8Array, name: string): { text: string; begin: number } {
  if (!MAGIC.every((byte, i) => bytes[i] === byte)) {
    throw new DataError(
      'ERR_DATA_MAGIC',
      `${name} is not a .npy file: it does not begin with 93 and NUMPY (is it a .npz file? Those are for parseNpz)`,
    )
  }
  const truncated = (found: string) =>
    new DataError('ERR_DATA_TRUNCATED', `${name} is cut short: ${found} (get the file again)`)
  const [version] = bytes.subarray(6, 7)
  const start = version === 1 ? 10 : 12
  if (bytes.length < start) throw truncated(`it ends within its header, after ${bytes.length} bytes`)
  if (version !== 1 && version !== 2 && version !== 3) {
    throw broken(name, `its format version is ${version}: expected 1, 2 or 3`)
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, start)
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true)
  if (length > MAX_HEADER) throw broken(name, `it has ${length} bytes: expected ${MAX_HEADER} at most`)
  const begin = start + length
  if (bytes.length < begin) {
    throw truncated(`its header has ${length} bytes, but ${bytes.length - start} follow`)
  }
  // Versions 1 and 2 are Latin-1; what is read of either is ASCII. A copy, since TextDecoder rejects shared memory.
  return { text: new TextDecoder('latin1').decode(bytes.slice(start, begin)), begin }
}

const ENTRY = /^\s*(['"])(\w+)\1\s*:\s*(?:(['"])([^'"\\]*)\3|(True|False)|\(([\d\sL,]*)\))\s*(?:,|(?=\}))/

/** The entries of `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`; undefined for anything else. */
function parseDictionary(text: string): Map<string, string> | undefined {
  const body = /^\s*\{(.*\})\s*$/s.exec(text)
  if (!body) return undefined
  const entries = new Map<string, string>()
  let rest = body[1] ?? ''
  for (let entry = ENTRY.exec(rest); entry; entry = ENTRY.exec(rest)) {
    const [all, , key = '', , string, flag, tuple] = entry
    if (entries.has(key)) return undefined
    entries.set(key, string ?? flag ?? `(${tuple})`)
    rest = rest.slice(all.length)
  }
  return rest.trim() === '}' ? entries : undefined
}

/** `(3, 4)` as sizes; undefined for anything but a tuple of whole numbers. */
function parseShape(text: string): number[] | undefined {
  // Python 2 wrote long integers as 3L. A tuple of one ends in a comma.
  const tuple = /^\(\s*(?:\d+L?\s*,\s*)*(\d+L?\s*)?\)$/.exec(text)
  if (!tuple || (tuple[1] !== undefined && !text.includes(','))) return undefined
  const shape = (text.match(/\d+/g) ?? []).map(Number)
  return shape.every(Number.isSafeInteger) && shape.length <= MAX_RANK ? shape : undefined
}

/**
 * Reads a header. `name` is what errors call the file. Throws {@link DataError} with one of these codes:
 *
 * - `ERR_DATA_MAGIC`: a file of another format
 * - `ERR_DATA_TRUNCATED`: a truncated header
 * - `ERR_DATA_HEADER`: a header that breaks the format's rules
 * - `ERR_DATA_TYPE`: elements that are not plain numbers
 */
export function parseNpyHeader(bytes: Uint8Array, name: string): NpyHeader {
  const { text, begin } = headerText(bytes, name)
  const unsupported = (found: string) =>
    new DataError(
      'ERR_DATA_TYPE',
      `${name} has elements of type ${found}, expected one of ${Object.values(descriptors).join(', ')}: convert them ` +
        `in NumPy, such as by x.astype('float32')`,
    )
  if (/(['"])descr\1\s*:\s*\[/.test(text)) throw unsupported('a structure')
  const entries = parseDictionary(text)
  const descr = entries?.get('descr')
  const order = entries?.get('fortran_order')
  const shape = parseShape(entries?.get('shape') ?? '')
  if (entries?.size !== 3 || descr === undefined || !shape || !/^(True|False)$/.test(order ?? '')) {
    throw broken(
      name,
      `it is ${JSON.stringify(text.trim().slice(0, 100))}, expected something like ` +
        "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }",
    )
  }
  const types = Object.entries(descriptors) as [NpyType, string][]
  const type = types.find(([, code]) => descr.replace(/^[<>=|]/, '') === code)
  if (!type) throw unsupported(JSON.stringify(descr.slice(0, 40)))
  const [dtype, code] = type
  // With a size of 0 there are no elements. A product beyond 2⁵³ is rounded, but never below it: no file has as many.
  const length = shape.includes(0) ? 0 : shape.reduce((product, size) => product * size, 1)
  return {
    dtype,
    elementSize: Number(code[1]),
    isBigEndian: descr.startsWith('>'),
    isFortranOrder: order === 'True',
    shape,
    length,
    begin,
  }
}

// Arrays in NumPy's format .npy.

import { arrayKindOf } from '../brands.ts'
import { checkNoOptions, checkOptions } from '../check-options.ts'
import { describeValue } from '../describe-value.ts'
import { ArgumentError, DataError, ShapeError } from '../errors.ts'
import { fromFloat16 } from '../float16.ts'
import { locationName } from '../quote-names.ts'
import { toHostOrder } from './byte-order.ts'
import { type Bytes, toBytes } from './bytes.ts'
import { refuseGzip } from './gzip.ts'
import { descriptors, MAX_RANK, type NpyHeader, type NpyType, parseNpyHeader } from './npy-header.ts'
import { kindOf } from './number-arrays.ts'
import { ELEMENTS_PER_STEP, finish, type Steps } from './steps.ts'

/** The elements of an {@link NpyArray}. */
export type NpyData =
  | Uint8Array<ArrayBuffer>
  | Int8Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | BigInt64Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | BigUint64Array<ArrayBuffer>
  | Float32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>

/** A NumPy array. */
export interface NpyArray {
  /**
   * Elements in row-major order, whatever the file's order. 64-bit integers are bigints, which
   * {@link wasmlp!dataset | dataset} takes as well. Booleans are 0 and 1 in an Int8Array, since a Uint8Array can hold
   * pixels. Half-precision floats are in a Float32Array.
   */
  data: NpyData
  /** Sizes of the dimensions, the slowest first. */
  shape: number[]
  /** The element type in the file, by NumPy's name. */
  dtype: NpyType
}

/**
 * Reads a `.npy` file of format version 1, 2 or 3: booleans, integers of 8–64 bits and floats of 16–64 bits, little
 * or big endian, in row-major (C) or column-major (Fortran) order.
 *
 * Throws {@link ArgumentError} for a value that holds no bytes, and {@link DataError} with one of these codes:
 *
 * - `ERR_DATA_MAGIC`: a file of another format
 * - `ERR_DATA_HEADER`: a header that breaks the format's rules
 * - `ERR_DATA_TYPE`: elements that are not plain numbers
 * - `ERR_DATA_TRUNCATED`, `ERR_DATA_TRAILING`: fewer or more bytes than the header promises
 *
 * @example
 * const { data, shape } = parseNpy(await readFile('x.npy'))
 * const train = await dataset({ inputs: data, inputSize: shape[1], labels: parseNpy(await readFile('y.npy')).data })
 *
 * Source: NumPy Enhancement Proposal 1, "A Simple File Format for NumPy Arrays".
 */
export function parseNpy(bytes: Bytes, options: { name?: string } = {}): NpyArray {
  checkOptions('parseNpy', options, "{ name: 'x.npy' }", { name: 1 })
  return finish(readNpy(bytes, options.name ?? 'NumPy data'))
}

/** As {@link parseNpy}, step by step. */
export function* readNpy(bytes: Bytes, location: string): Steps<NpyArray> {
  const name = locationName(location)
  const file = toBytes(bytes, name)
  refuseGzip(file, name, 'loadNpy')
  const header = parseNpyHeader(file, name)
  const { length, elementSize, begin, shape, dtype } = header
  const promised = length * elementSize
  const found = file.length - begin
  if (found !== promised) {
    throw new DataError(
      found < promised ? 'ERR_DATA_TRUNCATED' : 'ERR_DATA_TRAILING',
      `${name} is ${found < promised ? 'cut short' : 'longer than it says'}: its header promises ${dtype} of shape ` +
        `(${shape.join(', ')}), ${promised} bytes, but ${found} follow (get the file again)`,
    )
  }
  const elements = new Uint8Array(promised)
  for (let at = 0; at < promised; at += ELEMENTS_PER_STEP * elementSize) {
    const end = at + ELEMENTS_PER_STEP * elementSize
    elements.set(file.subarray(begin + at, begin + end), at)
    if (header.isBigEndian) toHostOrder(elements.subarray(at, end), elementSize)
    yield
  }
  const data = yield* toTypedArray(dtype, elements.buffer)
  return { data: header.isFortranOrder ? yield* toRowMajor(data, header) : data, shape, dtype }
}

function* toTypedArray(dtype: NpyType, buffer: ArrayBuffer): Steps<NpyData> {
  switch (dtype) {
    case 'bool':
      return yield* toBits(new Int8Array(buffer))
    case 'uint8':
      return new Uint8Array(buffer)
    case 'int8':
      return new Int8Array(buffer)
    case 'int16':
      return new Int16Array(buffer)
    case 'int32':
      return new Int32Array(buffer)
    case 'int64':
      return new BigInt64Array(buffer)
    case 'uint16':
      return new Uint16Array(buffer)
    case 'uint32':
      return new Uint32Array(buffer)
    case 'uint64':
      return new BigUint64Array(buffer)
    case 'float16':
      return yield* toFloats(new Uint16Array(buffer))
    case 'float32':
      return new Float32Array(buffer)
    case 'float64':
      return new Float64Array(buffer)
  }
}

/** 1 for every byte that is not 0, in place. */
function* toBits(bytes: Int8Array<ArrayBuffer>): Steps<Int8Array<ArrayBuffer>> {
  for (const some of parts(bytes)) {
    for (let i = 0; i < some.length; ++i) some[i] = some[i] === 0 ? 0 : 1
    yield
  }
  return bytes
}

function* toFloats(halves: Uint16Array<ArrayBuffer>): Steps<Float32Array<ArrayBuffer>> {
  const floats = new Uint32Array(halves.length)
  let at = 0
  for (const some of parts(halves)) {
    fromFloat16(some, floats.subarray(at, at + some.length))
    at += some.length
    yield
  }
  return new Float32Array(floats.buffer)
}

function* parts<Elements extends Int8Array | Uint16Array>(elements: Elements): Generator<Elements, void> {
  for (let at = 0; at < elements.length; at += ELEMENTS_PER_STEP) {
    yield elements.subarray(at, at + ELEMENTS_PER_STEP) as Elements
  }
}

/** Column-major elements in row-major order. */
function* toRowMajor<Data extends NpyData>(data: Data, { shape }: NpyHeader): Steps<Data> {
  if (shape.filter(size => size > 1).length < 2) return data
  const result = new (data.constructor as new (length: number) => Data)(data.length)
  // The position of an element: index[0] + shape[0]·(index[1] + shape[1]·(…)).
  const strides = shape.map((_, dimension) =>
    shape.slice(0, dimension).reduce((product, size) => product * size, 1),
  )
  const index = shape.map(() => 0)
  let from = 0
  for (let begin = 0; begin < data.length; begin += ELEMENTS_PER_STEP) {
    from = gather(data, result, begin, from)
    yield
  }
  return result

  /** Elements from `begin` on, of which the first comes from the place `at`. Returns that of the next. */
  function gather(data: Data, result: Data, begin: number, at: number): number {
    let from = at
    const end = Math.min(data.length, begin + ELEMENTS_PER_STEP)
    for (let to = begin; to < end; ++to) {
      result[to] = data[from] as never
      for (let dimension = shape.length - 1; dimension >= 0; --dimension) {
        const stride = strides[dimension] ?? 0
        const next = (index[dimension] ?? 0) + 1
        from += stride
        index[dimension] = next
        if (next < (shape[dimension] ?? 0)) break
        from -= stride * next
        index[dimension] = 0
      }
    }
    return from
  }
}

const typeNames: Readonly<Record<string, NpyType>> = {
  Uint8Array: 'uint8',
  Uint8ClampedArray: 'uint8',
  Int8Array: 'int8',
  Int16Array: 'int16',
  Int32Array: 'int32',
  BigInt64Array: 'int64',
  Uint16Array: 'uint16',
  Uint32Array: 'uint32',
  BigUint64Array: 'uint64',
  Float32Array: 'float32',
  Float64Array: 'float64',
}

/**
 * Writes a `.npy` file (format version 1, little endian, row-major) that `numpy.load` and {@link parseNpy} read.
 *
 * Throws {@link ShapeError} unless the product of the shape is the number of elements, and {@link ArgumentError} for an
 * array of another type.
 *
 * @example
 * await writeFile('x.npy', toNpy(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]))
 */
export function toNpy(data: NpyData | Uint8ClampedArray, shape?: readonly number[]): Uint8Array<ArrayBuffer>
export function toNpy(
  data: NpyData | Uint8ClampedArray,
  shape: readonly number[] = [data?.length],
  ...more: unknown[]
): Uint8Array<ArrayBuffer> {
  checkNoOptions('toNpy', [shape, ...more])
  const dtype = typeNames[arrayKindOf(data) ?? '']
  if (!dtype) throw new ArgumentError(`data is of type ${kindOf(data)}: expected a typed array`)
  if (!Array.isArray(shape)) {
    throw new ArgumentError(
      `shape is ${describeValue(shape)}: expected an array of sizes, such as [${data.length}]`,
    )
  }
  const isWhole = shape.every(size => Number.isSafeInteger(size) && size >= 0)
  if (
    !isWhole ||
    shape.length > MAX_RANK ||
    shape.reduce((product, size) => product * size, 1) !== data.length
  ) {
    throw new ShapeError(
      `data has ${data.length} elements, but shape is (${shape.join(', ')}): expected sizes whose product is that`,
    )
  }
  const descr = (data.BYTES_PER_ELEMENT === 1 ? '|' : '<') + descriptors[dtype]
  const tuple = `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${tuple}, }`
  // Padded so that the elements begin at a multiple of 64 bytes.
  const begin = Math.ceil((10 + dictionary.length + 1) / 64) * 64
  const file = new Uint8Array(begin + data.byteLength)
  file.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, (begin - 10) & 255, (begin - 10) >> 8])
  file.set(new TextEncoder().encode(`${dictionary.padEnd(begin - 11)}\n`), 10)
  file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), begin)
  return file
}

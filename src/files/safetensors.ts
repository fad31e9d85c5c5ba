// safetensors files: named tensors in one file, read without trusting a byte of it.
// Source: https://github.com/huggingface/safetensors, README, section "Format", and what its Rust crate
// accepts, version 0.8.0.

import { ELEMENTS_PER_STEP, finish, type Steps } from '../data/steps.ts'
import { ArgumentError, FormatError, ShapeError } from '../errors.ts'
import { quoted } from '../quote-names.ts'
import { isWellFormed, parseHeader, type TensorInfo } from './safetensors-header.ts'
import { DTYPES, elementCount, type Tensor } from './safetensors-tensor.ts'

export { type Tensor, toFloat32 } from './safetensors-tensor.ts'

/** What {@link writeSafetensors} takes: `data` has one element for each index of `shape`, row-major. */
export interface F32Tensor {
  dtype: 'F32'
  shape: readonly number[]
  data: Float32Array
}

/**
 * Likewise, of elements of other types; `F16` are the bits of 16-bit floats. Readers that map the file want each at a
 * multiple of its elements' size: the larger ones first.
 */
export type WritableTensor =
  | F32Tensor
  | { dtype: 'F64'; shape: readonly number[]; data: Float64Array }
  | { dtype: 'I64'; shape: readonly number[]; data: BigInt64Array }
  | { dtype: 'I32'; shape: readonly number[]; data: Int32Array }
  | { dtype: 'F16'; shape: readonly number[]; data: Uint16Array }
  | { dtype: 'I8'; shape: readonly number[]; data: Int8Array }
  | { dtype: 'U8'; shape: readonly number[]; data: Uint8Array }

/** What {@link readSafetensors} gives. */
export interface SafetensorsFile {
  tensors: Map<string, Tensor>
  metadata: Record<string, string>
}

const LENGTH_BYTES = 8
const MAX_HEADER_BYTES = 100_000_000
const OPENING_BRACE = 0x7b

/**
 * Reads a safetensors file. Tensors come in the header's order, each copied out of `bytes`.
 *
 * Throws {@link FormatError} for every departure from the format: a header that is cut, too long (over 100
 * MB), not UTF-8, not JSON or holds a key twice; a tensor of unknown type, or whose size is not that of its
 * shape; data with holes, overlaps or bytes that belong to no tensor.
 *
 * @example
 * const { tensors, metadata } = readSafetensors(await readFile('model.safetensors'))
 * for (const [name, { dtype, shape }] of tensors) console.log(name, dtype, shape)
 * // 0.weight F32 [ 512, 784 ]
 *
 * Source: https://github.com/huggingface/safetensors#format
 */
export const readSafetensors = (bytes: Uint8Array | ArrayBuffer): SafetensorsFile =>
  finish(readSafetensorsInSteps(bytes))

/** As {@link readSafetensors}, step by step. */
export function* readSafetensorsInSteps(bytes: Uint8Array | ArrayBuffer): Steps<SafetensorsFile> {
  // A plain Uint8Array, whose slice() copies: that of Node's Buffer does not.
  const file = ArrayBuffer.isView(bytes)
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new Uint8Array(bytes)
  const dataStart = LENGTH_BYTES + headerLength(file)
  const header = parseHeader(decodeHeader(file.slice(LENGTH_BYTES, dataStart)))
  checkCoverage(header.tensors, file.length - dataStart)
  const tensors = new Map<string, Tensor>()
  for (const [name, { dtype, shape, begin, end }] of header.tensors) {
    const View: new (buffer: ArrayBuffer) => Tensor['data'] = DTYPES[dtype].View
    const data = new View(yield* copyOf(file.subarray(dataStart + begin, dataStart + end)))
    tensors.set(name, { dtype, shape, data } as Tensor)
  }
  return { tensors, metadata: Object.fromEntries(header.metadata) }
}

/**
 * Writes a safetensors file: tensors in the order given, nothing between them, the first at a multiple of 8
 * bytes. The same arguments give the same bytes; `__metadata__` is left out when `metadata` has no entries.
 *
 * Throws {@link ShapeError} when a tensor's data does not fill its shape, and {@link ArgumentError} for a
 * name given twice, for the reserved name `__metadata__`, for text that UTF-8 cannot hold (a lone surrogate),
 * for metadata that is not text, and for a header over 100 MB.
 *
 * @example
 * const bytes = writeSafetensors(
 *   [
 *     ['0.weight', { dtype: 'F32', shape: [2, 3], data: new Float32Array(6) }],
 *     ['0.bias', { dtype: 'F32', shape: [2], data: new Float32Array(2) }],
 *   ],
 *   { format: 'pt' },
 * )
 * await writeFile('model.safetensors', bytes)
 *
 * Source: https://github.com/huggingface/safetensors#format
 */
export const writeSafetensors = (
  tensors: Iterable<readonly [name: string, tensor: WritableTensor]>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> => finish(writeSafetensorsInSteps(tensors, metadata))

/** As {@link writeSafetensors}, step by step. */
function* writeSafetensorsInSteps(
  tensors: Iterable<readonly [name: string, tensor: WritableTensor]>,
  metadata: Readonly<Record<string, string>> = {},
): Steps<Uint8Array<ArrayBuffer>> {
  const entries = [...tensors]
  const header = new TextEncoder().encode(headerText(entries, metadata))
  // The Rust writer pads to 8 bytes with spaces too, so that a reader may map the data where it lies.
  const paddedLength = Math.ceil(header.length / 8) * 8
  if (paddedLength > MAX_HEADER_BYTES) {
    throw new ArgumentError(
      `safetensors: names and metadata take ${paddedLength} bytes, expected at most ${MAX_HEADER_BYTES}`,
    )
  }
  let position = LENGTH_BYTES + paddedLength
  const file = new Uint8Array(entries.reduce((end, [, { data }]) => end + data.byteLength, position))
  new DataView(file.buffer).setBigUint64(0, BigInt(paddedLength), true)
  file.fill(0x20, LENGTH_BYTES, position)
  file.set(header, LENGTH_BYTES)
  for (const [, { data }] of entries) {
    yield* copyInto(file, new Uint8Array(data.buffer, data.byteOffset, data.byteLength), position)
    position += data.byteLength
  }
  return file
}

/** Bytes that are copied at a time. */
const BYTES_PER_STEP = 4 * ELEMENTS_PER_STEP

function* copyOf(bytes: Uint8Array): Steps<ArrayBuffer> {
  const copy = new Uint8Array(bytes.length)
  yield* copyInto(copy, bytes, 0)
  return copy.buffer
}

function* copyInto(room: Uint8Array, bytes: Uint8Array, position: number): Steps<void> {
  for (let at = 0; at < bytes.length; at += BYTES_PER_STEP) {
    room.set(bytes.subarray(at, at + BYTES_PER_STEP), position + at)
    yield
  }
}

/** N, the header's length, once it is known to lie within the file and the limit. */
function headerLength(file: Uint8Array): number {
  if (file.length < LENGTH_BYTES) {
    throw new FormatError(`safetensors: the file has ${file.length} bytes, expected at least ${LENGTH_BYTES}`)
  }
  const length = new DataView(file.buffer, file.byteOffset, LENGTH_BYTES).getBigUint64(0, true)
  if (length > MAX_HEADER_BYTES) {
    throw new FormatError(
      `safetensors: the header's length is given as ${length} bytes, expected at most ${MAX_HEADER_BYTES}`,
    )
  }
  const available = file.length - LENGTH_BYTES
  if (length > available) {
    throw new FormatError(
      `safetensors: the header's length is given as ${length} bytes, but only ${available} follow it`,
    )
  }
  return Number(length)
}

function decodeHeader(header: Uint8Array): string {
  if (header[0] !== OPENING_BRACE) {
    const found = header.length === 0 ? 'is empty' : `begins with byte ${header[0]}`
    throw new FormatError(`safetensors: the header ${found}, expected "{" (byte ${OPENING_BRACE})`)
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(header)
  } catch (cause) {
    throw new FormatError('safetensors: the header is not valid UTF-8', { cause })
  }
}

/** Every byte of the data belongs to one tensor: sorted by offset, each begins where the last one ended. */
function checkCoverage(tensors: Map<string, TensorInfo>, dataLength: number): void {
  const sorted = [...tensors].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end)
  let covered = 0
  let previous = 'the header'
  for (const [name, { begin, end }] of sorted) {
    const where = `tensor ${quoted(name)}`
    if (begin !== covered) {
      const fault = begin < covered ? `overlaps ${previous}` : `leaves a hole after ${previous}`
      throw new FormatError(
        `safetensors: ${where} begins at data byte ${begin} and ${fault}, expected it to begin at ${covered}`,
      )
    }
    covered = end
    previous = where
  }
  if (covered !== dataLength) {
    throw new FormatError(
      `safetensors: the file has ${dataLength} bytes of data, expected ${covered}, where ${previous} ends`,
    )
  }
}

/** The header without padding, put together by hand: an object would reorder names such as "1", "0". */
function headerText(
  entries: readonly (readonly [string, WritableTensor])[],
  metadata: Readonly<Record<string, string>>,
): string {
  const members: string[] = []
  const pairs = Object.entries(metadata)
  for (const [key, value] of pairs) {
    checkText('a metadata key', key)
    checkText(`metadata ${quoted(key)}`, value)
  }
  if (pairs.length > 0) members.push(`"__metadata__":${JSON.stringify(metadata)}`)
  const names = new Set(['__metadata__'])
  let begin = 0
  for (const [name, { dtype, shape, data }] of entries) {
    checkText('a tensor name', name)
    if (names.has(name)) {
      const reason = name === '__metadata__' ? 'is reserved by the format' : 'is given twice'
      throw new ArgumentError(`safetensors: the tensor name ${quoted(name)} ${reason}, choose another`)
    }
    names.add(name)
    if (elementCount(shape) !== data.length) {
      const expected = `expected those of shape [${shape.join(', ')}]`
      throw new ShapeError(`safetensors: tensor ${quoted(name)} has ${data.length} elements, ${expected}`)
    }
    const end = begin + data.byteLength
    members.push(`${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: [begin, end] })}`)
    begin = end
  }
  return `{${members.join(',')}}`
}

function checkText(what: string, text: string): void {
  if (typeof text !== 'string' || !isWellFormed(text)) {
    throw new ArgumentError(
      `safetensors: ${what} is ${quoted(String(text))}, expected a string without lone surrogates`,
    )
  }
}

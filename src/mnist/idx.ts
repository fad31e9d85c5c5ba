// IDX, the format of MNIST's files: 00 00 TYPE RANK, then RANK sizes, then the elements in row-major order, all
// big-endian; sizes are uint32. Source: http://yann.lecun.com/exdb/mnist, "the IDX file format".

import { concat, fileOf } from '../data/byte-files.ts'
import { toHostOrder } from '../data/byte-order.ts'
import { type Bytes, toBytes } from '../data/bytes.ts'
import { gunzip, isGzip, maxInflation } from '../data/gzip.ts'
import { peek } from '../data/peek.ts'
import { describeValue } from '../describe-value.ts'
import { ArgumentError, DataError } from '../errors.ts'
import type { ByteFile } from '../platform/platform.ts'
import { locationName } from '../quote-names.ts'

/** Element types of IDX. */
export type IdxType = 'uint8' | 'int8' | 'int16' | 'int32' | 'float32' | 'float64'

const typeCodes: ReadonlyMap<number | undefined, IdxType> = new Map([
  [0x08, 'uint8'],
  [0x09, 'int8'],
  [0x0b, 'int16'],
  [0x0c, 'int32'],
  [0x0d, 'float32'],
  [0x0e, 'float64'],
])

const elementBytes: Record<IdxType, number> = {
  uint8: 1,
  int8: 1,
  int16: 2,
  int32: 4,
  float32: 4,
  float64: 8,
}

/** Bytes of the longest header, of 255 dimensions. */
const MAX_HEADER = 4 + 4 * 255

/** What an IDX file's header says. */
export interface IdxHeader {
  type: IdxType
  /** Size of each dimension, the slowest first; empty for a single element. */
  shape: number[]
  /** Number of elements. */
  length: number
  /** Bytes of the elements. */
  byteLength: number
}

/** Options of {@link parseIdx}. */
export interface IdxOptions {
  /** What errors call the file; 'IDX data' unless given. */
  name?: string
  /** The most bytes that the elements may take, uncompressed; 2 GiB unless given. */
  maxBytes?: number
  /** Element type and number of dimensions that the file must have. */
  expect?: { type?: IdxType; rank?: number }
}

/** Element type and number of dimensions that a file must have. */
export type IdxExpectation = NonNullable<IdxOptions['expect']>

/** Room for the elements of a file, which grows as they come. */
export interface IdxRoom {
  /** Read afresh for each chunk, so it may be a view on linear memory, which changes when memory grows. */
  readonly bytes: Uint8Array
  /** Makes room for so many bytes, more than there is. Those that are there stay. */
  reserve(bytes: number): void
}

/** Options of {@link readIdx}. */
export interface ReadIdxOptions extends Omit<IdxOptions, 'expect'> {
  /** What the file must have, or one of several. */
  expect?: IdxExpectation | readonly IdxExpectation[]
  /** Gives the room for the elements, which may be empty at first, once the header has passed all checks. */
  allocate(header: IdxHeader): IdxRoom
  /** Stops reading; the promise rejects with the signal's reason. */
  signal?: AbortSignal | undefined
}

/** The elements of an IDX file as the typed array of their type, in the host's byte order. */
export type IdxArray = { shape: number[] } & (
  | { type: 'uint8'; data: Uint8Array<ArrayBuffer> }
  | { type: 'int8'; data: Int8Array<ArrayBuffer> }
  | { type: 'int16'; data: Int16Array<ArrayBuffer> }
  | { type: 'int32'; data: Int32Array<ArrayBuffer> }
  | { type: 'float32'; data: Float32Array<ArrayBuffer> }
  | { type: 'float64'; data: Float64Array<ArrayBuffer> }
)

/** "60000 × 28 × 28 uint8 elements (47040000 bytes)" */
function describe({ shape, type, length, byteLength }: IdxHeader): string {
  const elements = length === 1 ? 'element' : 'elements'
  return `${shape.join(' × ') || 'one'} ${type} ${elements} (${byteLength} bytes)`
}

/** What a file that is not IDX seems to be, and what to do then. */
function guessFormat(head: Uint8Array): string {
  const text = String.fromCharCode(...head.subarray(0, 64)).replace(/^(ï»¿)?\s*/, '')
  if (text.startsWith('<'))
    return 'it looks like an HTML page, such as a server sends for an error: check the address'
  if (text.startsWith('PK\x03\x04')) return 'it is a zip archive: unpack it first'
  if (isGzip(head)) return 'it was gzipped twice: gunzip it once'
  return 'give the IDX file itself, or the same gzipped'
}

function badMagic(head: Uint8Array, name: string): DataError {
  const found = [0, 1, 2, 3]
    .map(i => head[i]?.toString(16).padStart(2, '0') ?? '')
    .join(' ')
    .trimEnd()
  return new DataError(
    'ERR_DATA_MAGIC',
    `${name} is not an IDX file: it begins with ${found} instead of 00 00, a type (08, 09, 0b–0e) and a rank; ` +
      guessFormat(head),
  )
}

/** Throws unless the type and rank are those of one expectation. */
function checkKind(
  type: IdxType,
  rank: number,
  name: string,
  expect: IdxExpectation | readonly IdxExpectation[],
): void {
  const choices = [expect].flat()
  const isOne = (choice: IdxExpectation) => type === (choice.type ?? type) && rank === (choice.rank ?? rank)
  if (choices.some(isOne)) return
  const hint = "give the file that has it (MNIST's images have rank 3, its labels rank 1)"
  const [{ type: expectedType, rank: expectedRank } = {}, ...others] = choices
  let problem: string
  if (others.length > 0) {
    const ranks = [...new Set(choices.map(choice => choice.rank))]
    const kinds = ranks.map(rank => {
      const types = choices.filter(choice => choice.rank === rank).map(choice => choice.type)
      return `${types.join(', ')} of rank ${rank}`
    })
    problem = `has rank ${rank} (dimensions) and elements of type ${type}, but ${kinds.join(', or ')} was expected: ${hint}`
  } else if (expectedType !== undefined && type !== expectedType) {
    problem = `has elements of type ${type}, but ${expectedType} was expected: give the file that has them`
  } else {
    problem = `has rank ${rank} (dimensions), but rank ${expectedRank} was expected: ${hint}`
  }
  throw new DataError('ERR_DATA_RANK', `${name} ${problem}`)
}

/** The header that the bytes begin with, and where it ends; undefined where more bytes are needed. */
function parseHeader(head: Uint8Array, name: string, expect: IdxExpectation | readonly IdxExpectation[]) {
  const [zero0, zero1, code, rank] = head
  if (rank === undefined) return undefined
  const type = typeCodes.get(code)
  if (zero0 !== 0 || zero1 !== 0 || !type) throw badMagic(head, name)
  checkKind(type, rank, name, expect)
  const end = 4 + 4 * rank
  if (head.length < end) return undefined
  const view = new DataView(head.buffer, head.byteOffset, end)
  const shape = Array.from({ length: rank }, (_, dimension) => view.getUint32(4 + 4 * dimension))
  // With a size of 0 there are no elements, whatever the others are. A product beyond 2⁵³ is rounded, at worst to
  // Infinity, but never to less than 2⁵³: no file has as many bytes.
  const length = shape.includes(0) ? 0 : shape.reduce((product, size) => product * size, 1)
  return { header: { type, shape, length, byteLength: length * elementBytes[type] }, end }
}

function truncated(name: string, promised: string, found: string): DataError {
  return new DataError(
    'ERR_DATA_TRUNCATED',
    `${name} is cut short: ${promised}, but ${found} (get the file again)`,
  )
}

function trailing(name: string, header: IdxHeader, found: string): DataError {
  return new DataError(
    'ERR_DATA_TRAILING',
    `${name} is longer than it says: its header promises ${describe(header)}, but ${found} (get the file again)`,
  )
}

/** The fewest bytes that room is made for, unless there are fewer in all. */
const FIRST = 2 ** 16

/**
 * Checks the length that the header promises against the limit and, where it is known, the file's own length. Returns
 * whether all of it is there, which only reading tells of a gzip file and of what a server sends.
 */
function checkLength(
  { header, end }: { header: IdxHeader; end: number },
  size: number | undefined,
  isGzipped: boolean,
  { name, maxBytes }: { name: string; maxBytes: number },
): boolean {
  const { byteLength } = header
  const promised = `its header promises ${describe(header)}`
  if (byteLength > maxBytes) {
    throw new DataError(
      'ERR_DATA_TOO_LARGE',
      `${name} promises ${describe(header)}, more than the limit of ${maxBytes} bytes: ` +
        'raise maxBytes if it is meant to be that large',
    )
  }
  if (size === undefined) return false
  if (isGzipped) {
    const most = size * maxInflation
    if (end + byteLength <= most) return false
    throw truncated(name, promised, `its gzip stream can hold at most ${most} bytes`)
  }
  const found = `${size - end} bytes follow`
  if (size - end < byteLength) throw truncated(name, promised, found)
  if (size - end > byteLength) throw trailing(name, header, found)
  return true
}

/**
 * Reads an IDX file, raw or gzipped, chunk by chunk into what `allocate` gives; elements stay big-endian, as stored.
 * Resolves to the header. `allocate` is called once, after type and rank were checked, and the length against the limit
 * and the file's own; or never. The room that it gives grows as bytes come, at most twice as large as those: a header
 * alone makes no room. A file can still turn out broken afterwards, so where this rejects, the caller frees the room.
 *
 * Throws {@link DataError} with the codes of {@link parseIdx}.
 */
export async function readIdx(file: ByteFile, options: ReadIdxOptions): Promise<IdxHeader> {
  const { maxBytes = 2 ** 31, expect = {}, allocate, signal } = options
  const name = locationName(options.name ?? 'IDX data')
  if (!(maxBytes >= 0))
    throw new ArgumentError(`maxBytes must be a number of bytes from 0 on, got ${describeValue(maxBytes)}`)
  const { first, all } = await peek(file.chunks())
  const isGzipped = isGzip(first)
  let head: Uint8Array = new Uint8Array()
  let header: IdxHeader | undefined
  let room: IdxRoom | undefined
  let received = 0
  // Inflation stops at the header's length, which is checked against maxBytes. The limit here is for what never comes to
  // an end without it: a stream of empty members, or of zeros behind the last.
  for await (const chunk of isGzipped ? gunzip(all, maxBytes + MAX_HEADER, name, signal) : all) {
    signal?.throwIfAborted()
    let elements = chunk
    if (!header || !room) {
      const begin = head.length > 0 ? concat(head, chunk) : chunk
      const parsed = parseHeader(begin, name, expect)
      if (!parsed) {
        head = begin.slice() // since the next chunk may overwrite this one
        continue
      }
      header = parsed.header
      const isAllThere = checkLength(parsed, file.size, isGzipped, { name, maxBytes })
      room = allocate(header)
      if (isAllThere) room.reserve(header.byteLength)
      elements = begin.subarray(parsed.end)
    }
    const length = received + elements.length
    if (length > header.byteLength) throw trailing(name, header, 'more bytes follow')
    const found = room.bytes.length
    if (length > found) room.reserve(Math.min(header.byteLength, Math.max(length, 2 * found, FIRST)))
    room.bytes.set(elements, received)
    received = length
  }
  if (!header)
    throw truncated(
      name,
      'an IDX header has 4 bytes and 4 for each dimension',
      `there are only ${head.length}`,
    )
  if (received < header.byteLength) {
    throw truncated(name, `its header promises ${describe(header)}`, `${received} bytes follow`)
  }
  return header
}

function toTypedArray(type: IdxType, buffer: ArrayBuffer) {
  switch (type) {
    case 'uint8':
      return { type, data: new Uint8Array(buffer) }
    case 'int8':
      return { type, data: new Int8Array(buffer) }
    case 'int16':
      return { type, data: new Int16Array(buffer) }
    case 'int32':
      return { type, data: new Int32Array(buffer) }
    case 'float32':
      return { type, data: new Float32Array(buffer) }
    case 'float64':
      return { type, data: new Float64Array(buffer) }
  }
}

/** See {@link parseIdx}. */
export function readIdxBytes(bytes: Bytes, options: IdxOptions): Promise<IdxArray> {
  return readIdxArray(fileOf(toBytes(bytes, options.name ?? 'IDX data')), options)
}

/** As {@link parseIdx}, from a file. */
export async function readIdxArray(
  file: ByteFile,
  options: Omit<ReadIdxOptions, 'allocate'>,
): Promise<IdxArray> {
  const room = {
    bytes: new Uint8Array(),
    reserve(bytes: number) {
      const { bytes: before } = room
      room.bytes = new Uint8Array(bytes)
      room.bytes.set(before)
    },
  }
  const { type, shape } = await readIdx(file, { ...options, allocate: () => room })
  toHostOrder(room.bytes, elementBytes[type])
  return { shape, ...toTypedArray(type, room.bytes.buffer) }
}

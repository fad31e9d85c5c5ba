// Reads the ONNX messages that a row of layers needs. All else in a file is skipped.
//
// Source: https://protobuf.dev/programming-guides/encoding.
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire'
import type { Steps } from '../data/steps.ts'
import { FormatError } from '../errors.ts'
import { reasonOf } from '../reason.ts'
import {
  type Contents,
  type Field,
  type Message,
  model,
  type OnnxModel,
  WIRE_TYPES,
} from './onnx-messages.ts'

/** Shared by all lists that a file omits, so short messages take little memory. */
const NOTHING: readonly never[] = Object.freeze([])

/** The most messages, texts and byte strings in a file: some 50 MB of objects. A layer has about 20. */
const MAX_ITEMS = 2 ** 18

/** Numbers that are read in a few milliseconds. */
const NUMBERS_PER_STEP = 2 ** 15
/** Fields that are, with what they hold. */
const FIELDS_PER_STEP = 2 ** 12

/** A file that is being read. */
interface Source {
  readonly reader: BinaryReader
  /** Fields so far, those of no interest too. */
  fields: number
  /** Messages, texts and byte strings so far. */
  items: number
}

/**
 * The messages in a file, read step by step; tensor data are views of `bytes`. Throws {@link FormatError} for truncated or
 * malformed messages, and for more than {@link MAX_ITEMS}. Time and memory are proportional to the file's size. Lists of
 * numbers take up to 24 bytes for each of the file's, while they grow.
 */
export function* readOnnx(bytes: Uint8Array): Steps<OnnxModel> {
  try {
    const source = { reader: new BinaryReader(bytes), fields: 0, items: 0 }
    return (yield* decode(source, model, bytes.length)) as unknown as OnnxModel
  } catch (cause) {
    if (cause instanceof FormatError) throw cause
    throw new FormatError(`onnx: the file is truncated, damaged or not ONNX: ${reasonOf(cause)}`, { cause })
  }
}

function* decode(source: Source, fields: Message, end: number): Steps<Contents> {
  const { reader } = source
  const contents: Contents = {}
  for (const { key, repeated } of fields.values()) if (repeated) contents[key] = NOTHING
  while (reader.pos < end) {
    if (++source.fields % FIELDS_PER_STEP === 0) yield
    const [number, wireType] = reader.tag()
    const field = fields.get(number)
    if (field) yield* decodeField(source, field, wireType, contents, end)
    else if (wireType === WireType.StartGroup)
      throw new FormatError('onnx: the file has a group, which ONNX never has')
    else if (wireType === WireType.LengthDelimited) reader.pos = endOf(reader, end)
    else reader.skip(wireType)
  }
  if (reader.pos > end) throw new FormatError('onnx: a message runs past its end')
  for (const [key, list] of Object.entries(contents)) {
    if (list instanceof GrowingNumbers) contents[key] = list.take()
  }
  return contents
}

/** Numbers whose count is known at their end: the room for them doubles. */
class GrowingNumbers {
  length = 0
  #room = new Float64Array(8)

  push(number: number): void {
    if (this.length === this.#room.length) {
      const room = new Float64Array(2 * this.length)
      room.set(this.#room)
      this.#room = room
    }
    this.#room[this.length++] = number
  }

  take(): Float64Array {
    return this.#room.slice(0, this.length)
  }
}

function* decodeField(
  source: Source,
  { key, type, repeated }: Field,
  wireType: WireType,
  contents: Contents,
  end: number,
): Steps<void> {
  const { reader } = source
  const last = contents[key]
  const isMessage = typeof type === 'object'
  if (isMessage || type === 'string' || type === 'bytes') {
    expectWireType(key, wireType, WireType.LengthDelimited)
    if (isMessage && !repeated && last) throw new FormatError(`onnx: a message has the field ${key} twice`)
    source.items += 1
    if (source.items > MAX_ITEMS) {
      throw new FormatError(
        `onnx: the file has more than ${MAX_ITEMS.toLocaleString('en')} messages and names, expected a row of layers`,
      )
    }
    const item = isMessage ? yield* decode(source, type, endOf(reader, end)) : readText(reader, type, end)
    if (!repeated) contents[key] = item
    else if (Array.isArray(last) && last.length > 0) last.push(item)
    else contents[key] = [item]
    return
  }
  if (!repeated) {
    expectWireType(key, wireType, WIRE_TYPES[type])
    contents[key] = readNumber(reader, type)
    return
  }
  const numbers = last instanceof GrowingNumbers ? last : new GrowingNumbers()
  contents[key] = numbers
  // Lists of numbers may be packed: all in one field.
  if (wireType === WireType.LengthDelimited) {
    const stop = endOf(reader, end)
    while (reader.pos < stop) {
      numbers.push(readNumber(reader, type))
      if (numbers.length % NUMBERS_PER_STEP === 0) yield
    }
    if (reader.pos > stop) throw new FormatError(`onnx: the numbers of ${key} run past their end`)
    return
  }
  expectWireType(key, wireType, WIRE_TYPES[type])
  numbers.push(readNumber(reader, type))
}

function expectWireType(key: string, found: WireType, expected: WireType): void {
  if (found === expected) return
  throw new FormatError(`onnx: the field ${key} has the wire type ${found}, expected ${expected}`)
}

/** The end of a message or text that begins here, which is not past the end of its parent. */
function endOf(reader: BinaryReader, limit: number): number {
  // reader.uint32 would drop the higher bits.
  const length = Number(reader.uint64())
  if (length <= limit - reader.pos) return reader.pos + length
  throw new FormatError(`onnx: a part of ${length} bytes begins ${limit - reader.pos} bytes before the end`)
}

function readText(reader: BinaryReader, type: 'string' | 'bytes', limit: number): string | Uint8Array {
  const { pos } = reader
  endOf(reader, limit)
  reader.pos = pos
  return type === 'string' ? reader.string(true) : reader.bytes()
}

/** Whole numbers of 64 bits beyond ±2⁵³ are rounded: no count here is that large. */
function readNumber(reader: BinaryReader, type: 'int' | 'float' | 'double'): number {
  if (type === 'float') return reader.float()
  return type === 'double' ? reader.double() : Number(reader.int64())
}

// The ONNX messages that a row of layers needs, and their bytes (protobuf). All else in a file is skipped.
//
// Source: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto, for the field numbers, and
// https://protobuf.dev/programming-guides/encoding.

import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import { FormatError } from '../errors.ts'
import { reasonOf } from '../reason.ts'

/** Numbers that a file lists: in a typed array, since there can be hundreds of millions of them. */
export type NumberList = readonly number[] | Float64Array

/** ModelProto. */
export interface OnnxModel {
  irVersion?: number
  producerName?: string
  graph?: OnnxGraph
  opsets: readonly OnnxOpset[]
}

/** OperatorSetIdProto. */
interface OnnxOpset {
  domain?: string
  version?: number
}

/** GraphProto. */
export interface OnnxGraph {
  nodes: readonly OnnxNode[]
  name?: string
  initializers: readonly OnnxTensor[]
  inputs: readonly OnnxValue[]
  outputs: readonly OnnxValue[]
  /** Must be empty. */
  sparseInitializers: readonly Uint8Array[]
}

/** NodeProto. */
export interface OnnxNode {
  inputs: readonly string[]
  outputs: readonly string[]
  name?: string
  operator?: string
  domain?: string
  attributes: readonly OnnxAttribute[]
}

/** AttributeProto. */
export interface OnnxAttribute {
  name?: string
  type?: number
  float?: number
  int?: number
  text?: Uint8Array
  tensor?: OnnxTensor
  floats: NumberList
  ints: NumberList
}

/** TensorProto. */
export interface OnnxTensor {
  name?: string
  dims: NumberList
  type?: number
  raw?: Uint8Array
  floats: NumberList
  ints32: NumberList
  ints64: NumberList
  doubles: NumberList
  /** Both must be absent. */
  segment?: Uint8Array
  externalData: readonly Uint8Array[]
  /** 1: the data are in another file. */
  location?: number
}

/** ValueInfoProto. Its type is a tensor's, or missing. */
export interface OnnxValue {
  name?: string
  type?: { tensor?: { type?: number; shape?: { dims: readonly OnnxDimension[] } } }
}

/** A dimension is a number, or has a name, or is unknown. */
interface OnnxDimension {
  size?: number
  name?: string
}

/** What {@link encodeOnnx} takes: empty lists may be omitted. */
export type Draft<T> = T extends readonly (infer Item)[]
  ? readonly Draft<Item>[]
  : T extends Uint8Array
    ? T
    : T extends object
      ? { [Key in keyof T]?: Draft<T[Key]> }
      : T

type Scalar = 'int' | 'float' | 'double' | 'string' | 'bytes'

interface Field {
  readonly key: string
  readonly type: Scalar | Message
  readonly repeated: boolean
}

/** Fields by their numbers. */
type Message = ReadonlyMap<number, Field>

const message = (fields: Record<number, readonly [key: string, type: Scalar | Message, repeated?: '*']>) =>
  new Map(
    Object.entries(fields).map(([number, [key, type, repeated]]) => [
      Number(number),
      { key, type, repeated: repeated === '*' },
    ]),
  )

const tensor = message({
  1: ['dims', 'int', '*'],
  2: ['type', 'int'],
  3: ['segment', 'bytes'],
  4: ['floats', 'float', '*'],
  5: ['ints32', 'int', '*'],
  7: ['ints64', 'int', '*'],
  8: ['name', 'string'],
  9: ['raw', 'bytes'],
  10: ['doubles', 'double', '*'],
  13: ['externalData', 'bytes', '*'],
  14: ['location', 'int'],
})
const attribute = message({
  1: ['name', 'string'],
  2: ['float', 'float'],
  3: ['int', 'int'],
  4: ['text', 'bytes'],
  5: ['tensor', tensor],
  7: ['floats', 'float', '*'],
  8: ['ints', 'int', '*'],
  20: ['type', 'int'],
})
const node = message({
  1: ['inputs', 'string', '*'],
  2: ['outputs', 'string', '*'],
  3: ['name', 'string'],
  4: ['operator', 'string'],
  5: ['attributes', attribute, '*'],
  7: ['domain', 'string'],
})
const dimension = message({ 1: ['size', 'int'], 2: ['name', 'string'] })
const shape = message({ 1: ['dims', dimension, '*'] })
const tensorType = message({ 1: ['type', 'int'], 2: ['shape', shape] })
const value = message({ 1: ['name', 'string'], 2: ['type', message({ 1: ['tensor', tensorType] })] })
const graph = message({
  1: ['nodes', node, '*'],
  2: ['name', 'string'],
  5: ['initializers', tensor, '*'],
  11: ['inputs', value, '*'],
  12: ['outputs', value, '*'],
  15: ['sparseInitializers', 'bytes', '*'],
})
const opset = message({ 1: ['domain', 'string'], 2: ['version', 'int'] })
const model = message({
  1: ['irVersion', 'int'],
  2: ['producerName', 'string'],
  7: ['graph', graph],
  8: ['opsets', opset, '*'],
})

/** Shared by all lists that a file omits, so short messages take little memory. */
const NOTHING: readonly never[] = Object.freeze([])

type Contents = Record<string, unknown>

/**
 * The messages in a file; tensor data are views of `bytes`. Throws {@link FormatError} for truncated or malformed
 * messages. Takes time and memory proportional to the file's size.
 */
export function decodeOnnx(bytes: Uint8Array): OnnxModel {
  try {
    return decode(new BinaryReader(bytes), model, bytes.length) as unknown as OnnxModel
  } catch (cause) {
    if (cause instanceof FormatError) throw cause
    throw new FormatError(`onnx: the file is truncated, damaged or not ONNX: ${reasonOf(cause)}`, { cause })
  }
}

function decode(reader: BinaryReader, fields: Message, end: number): Contents {
  const contents: Contents = {}
  for (const { key, repeated } of fields.values()) if (repeated) contents[key] = NOTHING
  while (reader.pos < end) {
    const [number, wireType] = reader.tag()
    const field = fields.get(number)
    if (field) decodeField(reader, field, wireType, contents, end)
    else if (wireType === WireType.StartGroup)
      throw new FormatError('onnx: the file has a group, which ONNX never has')
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
  #room = new Float64Array(8)
  #length = 0

  push(number: number): void {
    if (this.#length === this.#room.length) {
      const room = new Float64Array(2 * this.#length)
      room.set(this.#room)
      this.#room = room
    }
    this.#room[this.#length++] = number
  }

  take(): Float64Array {
    return this.#room.slice(0, this.#length)
  }
}

function decodeField(
  reader: BinaryReader,
  { key, type, repeated }: Field,
  wireType: WireType,
  contents: Contents,
  end: number,
): void {
  const last = contents[key]
  const isMessage = typeof type === 'object'
  if (isMessage || type === 'string' || type === 'bytes') {
    expectWireType(key, wireType, WireType.LengthDelimited)
    if (isMessage && !repeated && last) throw new FormatError(`onnx: a message has the field ${key} twice`)
    const item = isMessage ? decode(reader, type, endOf(reader, end)) : readText(reader, type)
    if (!repeated) contents[key] = item
    else if (Array.isArray(last) && last.length > 0) last.push(item)
    else contents[key] = [item]
    return
  }
  const numbers = last instanceof GrowingNumbers ? last : new GrowingNumbers()
  if (repeated) contents[key] = numbers
  // Lists of numbers may be packed: all in one field.
  if (repeated && wireType === WireType.LengthDelimited) {
    const stop = endOf(reader, end)
    while (reader.pos < stop) numbers.push(readNumber(reader, type))
    if (reader.pos > stop) throw new FormatError(`onnx: the numbers of ${key} run past their end`)
    return
  }
  expectWireType(key, wireType, WIRE_TYPES[type])
  const item = readNumber(reader, type)
  if (repeated) numbers.push(item)
  else contents[key] = item
}

const WIRE_TYPES = { int: WireType.Varint, float: WireType.Bit32, double: WireType.Bit64 }

function expectWireType(key: string, found: WireType, expected: WireType): void {
  if (found === expected) return
  throw new FormatError(`onnx: the field ${key} has the wire type ${found}, expected ${expected}`)
}

/** The end of a message that begins here, which is not past the end of its parent. */
function endOf(reader: BinaryReader, limit: number): number {
  const length = reader.uint32()
  if (length <= limit - reader.pos) return reader.pos + length
  throw new FormatError(
    `onnx: a message of ${length} bytes begins ${limit - reader.pos} bytes before the end`,
  )
}

const readText = (reader: BinaryReader, type: 'string' | 'bytes') =>
  type === 'string' ? reader.string(true) : reader.bytes()

/** Whole numbers of 64 bits beyond ±2⁵³ are rounded: no count here is that large. */
function readNumber(reader: BinaryReader, type: 'int' | 'float' | 'double'): number {
  if (type === 'float') return reader.float()
  return type === 'double' ? reader.double() : Number(reader.int64())
}

/** The bytes of a model. */
export function encodeOnnx(contents: Draft<OnnxModel>): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter()
  encode(writer, model, contents as Contents)
  return writer.finish()
}

function encode(writer: BinaryWriter, fields: Message, contents: Contents): void {
  for (const [number, { key, type, repeated }] of fields) {
    const value = contents[key]
    const items = value === undefined ? [] : repeated ? (value as unknown[]) : [value]
    for (const item of items) {
      if (typeof type === 'object') {
        writer.tag(number, WireType.LengthDelimited).fork()
        encode(writer, type, item as Contents)
        writer.join()
      } else if (type === 'string' || type === 'bytes') {
        writer.tag(number, WireType.LengthDelimited)
        if (type === 'string') writer.string(item as string)
        else writer.bytes(item as Uint8Array)
      } else {
        writer.tag(number, WIRE_TYPES[type])
        if (type === 'int') writer.int64(item as number)
        else if (type === 'float') writer.float(item as number)
        else writer.double(item as number)
      }
    }
  }
}

// The ONNX messages that a row of layers needs, and their bytes (protobuf).
//
// Source: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto, for the field numbers, and
// https://protobuf.dev/programming-guides/encoding.

import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'

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

export type Scalar = 'int' | 'float' | 'double' | 'string' | 'bytes'

export interface Field {
  readonly key: string
  readonly type: Scalar | Message
  readonly repeated: boolean
}

/** Fields by their numbers. */
export type Message = ReadonlyMap<number, Field>

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
export const model = message({
  1: ['irVersion', 'int'],
  2: ['producerName', 'string'],
  7: ['graph', graph],
  8: ['opsets', opset, '*'],
})

export type Contents = Record<string, unknown>

export const WIRE_TYPES = { int: WireType.Varint, float: WireType.Bit32, double: WireType.Bit64 }

/** A model's metadata, which are written and not read. */
const metadata = message({
  14: ['metadata', message({ 1: ['key', 'string'], 2: ['value', 'string'] }), '*'],
})

/** The bytes of a model, with texts by name in its metadata. */
export function encodeOnnx(
  contents: Draft<OnnxModel>,
  texts: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter()
  encode(writer, model, contents as Contents)
  encode(writer, metadata, { metadata: Object.entries(texts).map(([key, value]) => ({ key, value })) })
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

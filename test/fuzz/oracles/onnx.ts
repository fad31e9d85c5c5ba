// ONNX once more: the nodes, and the tensors' bytes and numbers, by field numbers alone.
//
// Source: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto, and https://protobuf.dev/programming-guides/encoding.
import { finish } from '../../../src/data/steps.ts'
import type { OnnxNode, OnnxTensor } from '../../../src/formats/onnx-messages.ts'
import { readOnnx } from '../../../src/formats/onnx-reader.ts'
import { viewOf } from '../grammars/binary.ts'

/** The values of a message's fields by number: varints as bigints, all others as bytes. */
type Message = ReadonlyMap<number, readonly (bigint | Uint8Array)[]>

/** How our reading of the messages differs, in words; undefined where it does not. */
export function differenceOfOnnx(bytes: Uint8Array): string | undefined {
  const { graph } = finish(readOnnx(bytes))
  const [other] = messages(parse(bytes), 7)
  if (!graph || !other) return 'it has no graph'
  return (
    difference(graph.nodes.map(plainNode), messages(other, 1).map(otherNode)) ??
    difference(graph.initializers.map(plainTensor), messages(other, 5).map(otherTensor))
  )
}

function difference(found: readonly unknown[], expected: readonly unknown[]): string | undefined {
  const at = expected.findIndex((one, i) => textOf(one) !== textOf(found[i]))
  if (at >= 0) return `it has ${textOf(found[at])}, not ${textOf(expected[at])}`
  return found.length === expected.length ? undefined : `it has ${found.length} of ${expected.length}`
}

const plainNode = ({ inputs, outputs, operator, domain, attributes }: OnnxNode) => [
  inputs,
  outputs,
  operator,
  domain,
  attributes.map(({ name, float, int, floats, ints, tensor }) => [
    name,
    float,
    int,
    [...floats],
    [...ints],
    tensor && plainTensor(tensor),
  ]),
]

const otherNode = (node: Message) => [
  texts(node, 1),
  texts(node, 2),
  texts(node, 4).at(-1),
  texts(node, 7).at(-1),
  messages(node, 5).map(attribute => {
    const [tensor] = messages(attribute, 5)
    return [
      texts(attribute, 1).at(-1),
      floats(attribute, 2).at(-1),
      integers(attribute, 3).at(-1),
      floats(attribute, 7),
      integers(attribute, 8),
      tensor && otherTensor(tensor),
    ]
  }),
]

const plainTensor = ({ name, dims, type, raw, floats, ints32, ints64, doubles }: OnnxTensor) => [
  name,
  [...dims],
  type,
  raw && hex(raw),
  [...floats],
  [...ints32],
  [...ints64],
  [...doubles],
]

const otherTensor = (tensor: Message) => [
  texts(tensor, 8).at(-1),
  integers(tensor, 1),
  integers(tensor, 2).at(-1),
  pieces(tensor, 9).map(hex).at(-1),
  floats(tensor, 4),
  integers(tensor, 5),
  integers(tensor, 7),
  doubles(tensor, 10),
]

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

/** Numbers that are not finite are told apart. Lists of numbers are typed arrays, or no list at all. */
const textOf = (value: unknown) =>
  JSON.stringify(value, (_, part) => {
    if (ArrayBuffer.isView(part)) return Array.from(part as Float64Array)
    return typeof part === 'number' && !Number.isFinite(part) ? String(part) : part
  })

function parse(bytes: Uint8Array): Message {
  const fields = new Map<number, (bigint | Uint8Array)[]>()
  for (let at = 0; at < bytes.length; ) {
    const tag = varintAt(bytes, at)
    at = tag.end
    const [number, wire] = [Number(tag.value >> 3n), Number(tag.value & 7n)]
    let value: bigint | Uint8Array
    if (wire === 0) {
      const found = varintAt(bytes, at)
      ;({ value } = found)
      at = found.end
    } else {
      const length = wire === 2 ? varintAt(bytes, at) : { value: wire === 1 ? 8n : 4n, end: at }
      at = length.end + Number(length.value)
      value = bytes.subarray(length.end, at)
    }
    const values = fields.get(number)
    if (values) values.push(value)
    else fields.set(number, [value])
  }
  return fields
}

function varintAt(bytes: Uint8Array, at: number): { value: bigint; end: number } {
  let value = 0n
  for (let shift = 0n; ; shift += 7n) {
    const byte = bytes[at++] ?? 0
    value |= BigInt(byte & 127) << shift
    if (byte < 128) return { value: BigInt.asIntN(64, value), end: at }
  }
}

const pieces = (message: Message, number: number) =>
  (message.get(number) ?? []).filter(value => value instanceof Uint8Array)
const messages = (message: Message, number: number) => pieces(message, number).map(parse)

const decoder = new TextDecoder()
const texts = (message: Message, number: number) =>
  pieces(message, number).map(piece => decoder.decode(piece))

/** Numbers of that size, alone or packed. */
const numbers = (message: Message, number: number, size: 4 | 8) =>
  pieces(message, number).flatMap(piece =>
    Array.from({ length: piece.length / size }, (_, i) =>
      size === 4 ? viewOf(piece).getFloat32(4 * i, true) : viewOf(piece).getFloat64(8 * i, true),
    ),
  )
const floats = (message: Message, number: number) => numbers(message, number, 4)
const doubles = (message: Message, number: number) => numbers(message, number, 8)

const integers = (message: Message, number: number): number[] =>
  (message.get(number) ?? []).flatMap(value => {
    if (typeof value === 'bigint') return [Number(value)]
    const list: number[] = []
    for (let at = 0; at < value.length; ) {
      const found = varintAt(value, at)
      list.push(Number(found.value))
      at = found.end
    }
    return list
  })

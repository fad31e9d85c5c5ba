// Protobuf messages without their schema: fields by number, with the lengths of messages computed anew.
import { joined } from '../mutate-bytes.ts'
import { type Computed, computed, type Grammar, type Tree } from '../tree.ts'
import { utf8 } from './binary.ts'

interface Field {
  readonly [field: string]: Tree
  readonly number: number
  /** 0: varint, 1: 8 bytes, 2: with a length, 5: 4 bytes. */
  readonly wire: number
  /** A varint; a message; text; or the bytes of all others. */
  readonly value: number | Message | string | Uint8Array
  readonly length: Computed
  /** Bytes by which the varint is longer than it need be. */
  readonly padding: number
}

type Message = { readonly [field: string]: Tree; readonly fields: readonly Field[] }

export const protobuf: Grammar<Message> = {
  open(bytes) {
    const message = parse(bytes)
    if (!message) throw new Error('a seed is no protobuf message')
    return message
  },
  close: ({ fields }) => joined(...fields.map(closeField)),
}

/** The bytes of a whole number. */
function varint(value: number, padding = 0): Uint8Array {
  const whole = Number.isFinite(value) ? Math.trunc(value) : 0
  const bytes: number[] = []
  if (whole >= 0 && whole < 2 ** 31) {
    let rest = whole
    for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128)
    bytes.push(rest)
  } else {
    let rest = BigInt.asUintN(64, BigInt(whole))
    for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128)
    bytes.push(Number(rest))
  }
  const more = Math.min(Math.max(0, Math.trunc(padding)), 20)
  for (let i = 0; i < more; ++i) {
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) | 128
    bytes.push(0)
  }
  return Uint8Array.from(bytes)
}

function closeField({ number, wire, value, length, padding }: Field): Uint8Array {
  const tag = varint(number * 8 + (wire & 7))
  if (typeof value === 'number') return joined(tag, varint(value, padding))
  const body =
    value instanceof Uint8Array ? value : typeof value === 'string' ? utf8(value) : protobuf.close(value)
  return wire === 2 ? joined(tag, varint(length.of(body.length), padding), body) : joined(tag, body)
}

/** The fields; undefined where the bytes are no message. */
function parse(bytes: Uint8Array): Message | undefined {
  const fields: Field[] = []
  let at = 0
  const readVarint = () => {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++]
      if (byte === undefined) return undefined
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return Number(BigInt.asIntN(64, value))
    }
    return undefined
  }
  while (at < bytes.length) {
    const tag = readVarint()
    if (tag === undefined) return undefined
    const [number, wire] = [tag >>> 3, tag & 7]
    if (number < 1 || number > 30) return undefined
    const add = (value: Field['value']) => fields.push({ number, wire, value, length: computed, padding: 0 })
    if (wire === 0) {
      const value = readVarint()
      if (value === undefined || !Number.isSafeInteger(value)) return undefined
      add(value)
      continue
    }
    const size = wire === 2 ? readVarint() : wire === 1 ? 8 : wire === 5 ? 4 : undefined
    if (size === undefined || size < 0 || at + size > bytes.length) return undefined
    const body = bytes.slice(at, at + size)
    at += size
    add(wire === 2 ? bodyOf(body) : body)
  }
  return { fields }
}

function bodyOf(body: Uint8Array): Message | string | Uint8Array {
  if (body.length > 0 && body.every(byte => byte >= 0x20 && byte < 0x7f)) return Buffer.from(body).toString()
  return (body.length > 1 && parse(body)) || body
}

// Safetensors, and wasmlp's files among them, whose metadata hold JSON and a checksum of the whole file.
import { xxh64 } from '../../../src/reference/xxh64.ts'
import { type JsonTree, parseJson, printJson } from '../json-tree.ts'
import { joined } from '../mutate-bytes.ts'
import { type Computed, computed, type Grammar, Json, type Tree } from '../tree.ts'
import { fromLatin1, latin1, u64, utf8, viewOf } from './binary.ts'

interface Safetensors {
  readonly [field: string]: Tree
  readonly length: Computed
  readonly header: Json
  /** Spaces behind the header. */
  readonly padding: number
  /** If odd, tensors get places in their order, and data, so that shapes alone decide. */
  readonly fitted: number
  readonly data: Uint8Array
}

const CHECKSUM = '"wasmlp.checksum":"'
const DIGITS = 16

const BITS: Readonly<Record<string, number>> = {
  BOOL: 8,
  U8: 8,
  I8: 8,
  F16: 16,
  BF16: 16,
  I16: 16,
  I32: 32,
  F32: 32,
  F64: 64,
  I64: 64,
}

export const safetensors: Grammar<Safetensors> & { readonly texts: readonly string[] } = {
  texts: [...Object.keys(BITS), '__metadata__', 'dtype', 'shape', 'data_offsets', 'wasmlp', 'training.x'],
  open(bytes) {
    const end = 8 + Number(viewOf(bytes).getBigUint64(0, true))
    return {
      length: computed,
      header: new Json(parseJson(Buffer.from(bytes.subarray(8, end)).toString())),
      padding: 0,
      fitted: 0,
      data: bytes.slice(end),
    }
  },
  close({ length, header, padding, fitted, data }) {
    const spaces = ' '.repeat(Math.min(Math.max(0, Math.trunc(padding)), 10_000))
    const printed = utf8(printJson(header.value) + spaces)
    const layout = fitted % 2 === 0 ? undefined : laidOut(printed, data)
    const text = layout ? layout.header : printed
    const file = joined(u64(length.of(text.length)), text, layout ? layout.data : data)
    return withChecksum(file, text.length)
  },
}

/** The header whose tensors are laid out anew, and their data; undefined where it says nothing of the sort. */
function laidOut(
  printed: Uint8Array,
  data: Uint8Array,
): { header: Uint8Array; data: Uint8Array } | undefined {
  try {
    const header = JSON.parse(Buffer.from(printed).toString()) as Record<string, Record<string, unknown>>
    let end = 0
    for (const [name, tensor] of Object.entries(header)) {
      if (name === '__metadata__') continue
      const { dtype, shape } = tensor
      const count = (shape as number[]).reduce((product, size) => product * size, 1)
      const begin = end
      end += (count * (BITS[String(dtype)] ?? 8)) / 8
      if (!(end >= begin && end < 1 << 16 && Number.isInteger(end))) return undefined
      tensor.data_offsets = [begin, end]
    }
    const filled = Uint8Array.from({ length: end }, (_, i) => data[i % Math.max(1, data.length)] ?? 0)
    return { header: utf8(JSON.stringify(header)), data: filled }
  } catch {
    return undefined
  }
}

/** Writes the checksum of a file that has one, so that readers look behind it. */
function withChecksum(file: Uint8Array, headerLength: number): Uint8Array {
  const mark = latin1(file.subarray(0, 8 + headerLength)).indexOf(CHECKSUM)
  const at = mark + CHECKSUM.length
  if (mark < 0 || file[at + DIGITS] !== 0x22) return file
  file.fill(0x30, at, at + DIGITS)
  file.set(fromLatin1(xxh64(file, 0n).toString(16).padStart(DIGITS, '0')), at)
  return file
}

/** Model.json and weights in one: the length of the JSON in 4 bytes, the JSON, the weights. */
export const jsonAndWeights: Grammar<{ readonly json: Json; readonly weights: Uint8Array }> = {
  open(bytes) {
    const end = 4 + viewOf(bytes).getUint32(0, true)
    const json: JsonTree = parseJson(Buffer.from(bytes.subarray(4, end)).toString())
    return { json: new Json(json), weights: bytes.slice(end) }
  },
  close({ json, weights }) {
    const text = utf8(printJson(json.value))
    return joined(u64(text.length).subarray(0, 4), text, weights)
  },
}

// Safetensors once more: the header by JSON.parse, and each tensor's bytes.
import { viewOf } from '../grammars/binary.ts'

interface FoundTensor {
  readonly dtype: string
  readonly shape: readonly number[]
  readonly data: ArrayBufferView
}

/** How what was read differs from the file, in words; undefined where it does not. */
export function differenceOfSafetensors(
  bytes: Uint8Array,
  {
    tensors,
    metadata,
  }: { tensors: ReadonlyMap<string, FoundTensor>; metadata: Readonly<Record<string, string>> },
): string | undefined {
  const start = 8 + Number(viewOf(bytes).getBigUint64(0, true))
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, start)))
  const names = Object.keys(header).filter(name => name !== '__metadata__')
  if (names.length !== tensors.size) return `it has ${names.length} tensors, not ${tensors.size}`
  const given = Object.entries(header.__metadata__ ?? {})
  if (
    given.length !== Object.keys(metadata).length ||
    given.some(([key, value]) => metadata[key] !== value)
  ) {
    return 'its metadata are others'
  }
  let covered = 0
  for (const name of names) {
    const { dtype, shape, data_offsets: offsets } = header[name]
    const tensor = tensors.get(name)
    if (!tensor || tensor.dtype !== dtype || String(tensor.shape) !== String(shape))
      return 'a tensor is another'
    const content = new Uint8Array(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength)
    if (Buffer.compare(content, bytes.subarray(start + offsets[0], start + offsets[1])) !== 0) {
      return `the data of ${JSON.stringify(name)} are others`
    }
    covered += content.length
  }
  return start + covered === bytes.length ? undefined : 'bytes belong to no tensor'
}

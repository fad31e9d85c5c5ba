// IDX once more: each element by its place.
import { gunzipSync } from 'node:zlib'
import { viewOf } from '../grammars/binary.ts'

const READ: Readonly<Record<number, readonly [size: number, read: (view: DataView, at: number) => number]>> =
  {
    8: [1, (view, at) => view.getUint8(at)],
    9: [1, (view, at) => view.getInt8(at)],
    11: [2, (view, at) => view.getInt16(at)],
    12: [4, (view, at) => view.getInt32(at)],
    13: [4, (view, at) => view.getFloat32(at)],
    14: [8, (view, at) => view.getFloat64(at)],
  }

/** How elements differ from the file's, in words; undefined where they do not. */
export function differenceOfIdx(
  file: Uint8Array,
  { shape, data }: { shape: readonly number[]; data: ArrayLike<number> },
): string | undefined {
  const bytes = file[0] === 0x1f ? new Uint8Array(gunzipSync(file)) : file
  const view = viewOf(bytes)
  const [size, read] = READ[bytes[2] ?? 0] ?? []
  const rank = bytes[3] ?? 0
  if (!size || !read || view.getUint16(0) !== 0) return 'it is no IDX file'
  const sizes = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i))
  if (String(sizes) !== String(shape)) return `its shape is ${sizes}, not ${shape}`
  const start = 4 + 4 * rank
  if (start + data.length * size !== bytes.length) return `it has ${bytes.length} bytes`
  for (let i = 0; i < data.length; ++i) {
    const value = read(view, start + i * size)
    if (!Object.is(value, data[i])) return `element ${i} is ${value}, not ${data[i]}`
  }
  return undefined
}

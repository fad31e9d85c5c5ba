// Writes IDX files for tests.
import type { IdxType } from '../../src/mnist/idx.ts'

const setters = {
  uint8: { code: 0x08, size: 1, set: 'setUint8' },
  int8: { code: 0x09, size: 1, set: 'setInt8' },
  int16: { code: 0x0b, size: 2, set: 'setInt16' },
  int32: { code: 0x0c, size: 4, set: 'setInt32' },
  float32: { code: 0x0d, size: 4, set: 'setFloat32' },
  float64: { code: 0x0e, size: 8, set: 'setFloat64' },
} as const

/** The header alone, whatever follows it. */
export function encodeIdxHeader(type: IdxType, shape: readonly number[]): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(4 + 4 * shape.length))
  view.setUint8(2, setters[type].code)
  view.setUint8(3, shape.length)
  shape.forEach((size, dimension) => {
    view.setUint32(4 + 4 * dimension, size)
  })
  return new Uint8Array(view.buffer)
}

/** A whole file, big-endian as the format wants it. */
export function encodeIdx(
  type: IdxType,
  shape: readonly number[],
  elements: ArrayLike<number>,
): Uint8Array<ArrayBuffer> {
  const { size, set } = setters[type]
  const header = encodeIdxHeader(type, shape)
  const bytes = new Uint8Array(header.length + elements.length * size)
  bytes.set(header)
  const view = new DataView(bytes.buffer, header.length)
  for (let i = 0; i < elements.length; i++) view[set](i * size, elements[i] ?? 0)
  return bytes
}

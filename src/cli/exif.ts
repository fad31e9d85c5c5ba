// The orientation that Exif gives an image: how a camera was held. Anything else in Exif is left alone, and Exif that is
// damaged counts as upright, as in browsers.
//
// Source: CIPA DC-008 (Exif 2.32), section 4.6.4; TIFF 6.0, section 2; JPEG markers: ITU-T T.81, annex B.1.

/** Planes of an image, row by row. */
export interface Planes {
  readonly width: number
  readonly height: number
  readonly planes: readonly Uint8Array[]
}

const ORIENTATION = 0x0112
/** The type of a field that holds 16 bits. */
const SHORT = 3
const EXIF = 'Exif\0\0'

/** The orientation of a JPEG file, 1–8; 1 is upright. */
export function jpegOrientation(file: Uint8Array): number {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength)
  let at = 2
  // Segments stand before the first scan: marker, length, body.
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1]
    if (marker === 0xff) {
      at += 1 // Markers may have fill bytes before them.
      continue
    }
    if (marker === 0xda || marker === 0xd9) return 1
    const end = at + 2 + bytes.readUInt16BE(at + 2)
    if (marker === 0xe1 && bytes.toString('latin1', at + 4, at + 10) === EXIF) {
      return tiffOrientation(bytes.subarray(at + 10, end))
    }
    at = end
  }
  return 1
}

/** The orientation in the body of a chunk eXIf or what follows `Exif` in a JPEG file, 1–8; 1 is upright. */
export function tiffOrientation(tiff: Uint8Array): number {
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength)
  if (tiff.length < 8) return 1
  const isLittle = view.getUint16(0) === 0x4949
  if (!isLittle && view.getUint16(0) !== 0x4d4d) return 1
  const directory = view.getUint32(4, isLittle)
  if (directory + 2 > tiff.length) return 1
  const count = view.getUint16(directory, isLittle)
  for (let i = 0; i < count; ++i) {
    const field = directory + 2 + 12 * i
    if (field + 12 > tiff.length) return 1
    if (view.getUint16(field, isLittle) !== ORIENTATION) continue
    const value = view.getUint16(field + 2, isLittle) === SHORT ? view.getUint16(field + 8, isLittle) : 1
    return value >= 1 && value <= 8 ? value : 1
  }
  return 1
}

/** An image as it was seen. From 5 on, rows are columns. */
export function upright({ width, height, planes }: Planes, orientation: number): Planes {
  if (orientation === 1) return { width, height, planes }
  const isTransposed = orientation >= 5
  const [columns, rows] = isTransposed ? [height, width] : [width, height]
  // By orientation: whether the stored image runs from right to left, and from bottom to top, in the upright one.
  const fromRight = [2, 3, 7, 8].includes(orientation)
  const fromBottom = [3, 4, 6, 7].includes(orientation)
  const turned = planes.map(plane => {
    const result = new Uint8Array(plane.length)
    for (let row = 0; row < rows; ++row) {
      for (let column = 0; column < columns; ++column) {
        const [x, y] = isTransposed ? [row, column] : [column, row]
        const from = (fromBottom ? height - 1 - y : y) * width + (fromRight ? width - 1 - x : x)
        result[row * columns + column] = plane[from] ?? 0
      }
    }
    return result
  })
  return { width: columns, height: rows, planes: turned }
}

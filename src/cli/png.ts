// PNG files as grey pixels. pngjs decodes every colour type and bit depth, interlaced or not.
import { PNG } from 'pngjs'
import { Failure } from './failure.ts'

/** Row-major, one byte a pixel: 0 is black, 255 white. */
export interface GreyImage {
  width: number
  height: number
  pixels: Uint8Array
}

const MAX_PIXELS = 64_000_000
const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

export function isPng(file: Uint8Array): boolean {
  return SIGNATURE.every((byte, i) => file[i] === byte)
}

/**
 * The pixels of a PNG file in grey (luma of ITU-R BT.601, section 2.5.1), laid over a background of one grey where they
 * are not opaque. `name` is what errors call the file.
 *
 * Throws {@link Failure} for a file that is broken, or has more than 64 million pixels.
 */
export function decodePng(file: Uint8Array, name: string, background: number): GreyImage {
  checkSize(file, name)
  const { width, height, data } = decode(file, name)
  const pixels = new Uint8Array(width * height)
  for (let i = 0; i < pixels.length; ++i) {
    const [red = 0, green = 0, blue = 0, alpha = 0] = data.subarray(4 * i, 4 * i + 4)
    const opacity = alpha / 255
    pixels[i] = Math.round(
      opacity * (0.299 * red + 0.587 * green + 0.114 * blue) + (1 - opacity) * background,
    )
  }
  return { width, height, pixels }
}

/** Looks at the size that the header gives before anything is decoded. */
function checkSize(file: Uint8Array, name: string): void {
  const header = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const type = String.fromCharCode(...file.subarray(12, 16))
  if (file.length < 24 || type !== 'IHDR') {
    throw new Failure(`${name} is a broken PNG: it does not begin with a header`)
  }
  const width = header.getUint32(16)
  const height = header.getUint32(20)
  if (width * height > MAX_PIXELS) {
    throw new Failure(
      `${name} is too large: ${width} × ${height} pixels, expected at most ${MAX_PIXELS.toLocaleString('en')} in all`,
    )
  }
}

function decode(file: Uint8Array, name: string): PNG {
  try {
    return PNG.sync.read(Buffer.from(file.buffer, file.byteOffset, file.byteLength))
  } catch (cause) {
    // The cause speaks of the decoder's inside.
    throw new Failure(`${name} is a broken PNG, which cannot be decoded: save it again`, { cause })
  }
}

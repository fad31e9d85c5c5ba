// Images of digits at 4 bits a pixel: a label's byte, then two pixels a byte, the upper one in the high bits. Pixels
// above each other compress better than those beside each other.

const SIDE = 28
export const PIXELS = SIDE * SIDE

/** Bytes of a packed image with its label. */
const PACKED = 1 + PIXELS / 2

/** Between the 16 shades. */
const SHADE = 255 / 15

/** Labels and pixels of n images. */
export interface DigitArrays {
  /** n × 784 bytes, 0–255. */
  readonly images: Uint8Array
  readonly labels: Uint8Array
}

/** Where the upper pixel of an image's pair stands. */
const upperPixelOf = (pair: number) => pair + SIDE * Math.floor(pair / SIDE)

/** Rounds each pixel to the nearest of 16 shades. */
export function packDigits({ images, labels }: DigitArrays): Uint8Array {
  const packed = new Uint8Array(labels.length * PACKED)
  const shade = (at: number) => Math.round((images[at] ?? 0) / SHADE)
  for (let n = 0; n < labels.length; ++n) {
    const [from, to] = [n * PIXELS, n * PACKED]
    packed[to] = labels[n] ?? 0
    for (let i = 0; i < PIXELS / 2; ++i) {
      const upper = from + upperPixelOf(i)
      packed[to + 1 + i] = (shade(upper) << 4) | shade(upper + SIDE)
    }
  }
  return packed
}

export function unpackDigits(packed: Uint8Array): DigitArrays {
  const count = Math.floor(packed.length / PACKED)
  const images = new Uint8Array(count * PIXELS)
  const labels = new Uint8Array(count)
  for (let n = 0; n < count; ++n) {
    const from = n * PACKED
    labels[n] = packed[from] ?? 0
    for (let i = 0; i < PIXELS / 2; ++i) {
      const pair = packed[from + 1 + i] ?? 0
      const upper = n * PIXELS + upperPixelOf(i)
      images[upper] = (pair >> 4) * SHADE
      images[upper + SIDE] = (pair & 15) * SHADE
    }
  }
  return { images, labels }
}

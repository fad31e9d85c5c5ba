// Images of digits at 4 bits a pixel: a label's byte, then two pixels a byte, the left one in the high bits.

export const PIXELS = 28 * 28

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

/** Rounds each pixel to the nearest of 16 shades. */
export function packDigits({ images, labels }: DigitArrays): Uint8Array {
  const packed = new Uint8Array(labels.length * PACKED)
  const shade = (at: number) => Math.round((images[at] ?? 0) / SHADE)
  for (let n = 0; n < labels.length; ++n) {
    const [from, to] = [n * PIXELS, n * PACKED]
    packed[to] = labels[n] ?? 0
    for (let i = 0; i < PIXELS / 2; ++i) {
      packed[to + 1 + i] = (shade(from + 2 * i) << 4) | shade(from + 2 * i + 1)
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
    let to = n * PIXELS
    for (let i = from + 1; i < from + PACKED; ++i) {
      const pair = packed[i] ?? 0
      images[to++] = (pair >> 4) * SHADE
      images[to++] = (pair & 15) * SHADE
    }
  }
  return { images, labels }
}

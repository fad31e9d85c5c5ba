// Images of digits at 4 bits a pixel, compressed to two thirds of what gzip makes of them: each pixel is predicted from its
// neighbours, its place and the digit that it belongs to.
import { type BitCoder, Decoder, Encoder } from './arithmetic.ts'
import { Mixer } from './mixing.ts'

/** Pixels of a side of an image. */
export const SIDE = 28
export const PIXELS = SIDE * SIDE

/** Between the 16 shades. */
const SHADE = 255 / 15
const [BLACK, WHITE] = [0, 15]

/** Labels and pixels of n images. */
export interface DigitArrays {
  /** n × 784 bytes, 0–255. */
  readonly images: Uint8Array
  /** 0–9. */
  readonly labels: Uint8Array
}

const CLASSES = 10

/** Kinds of bits: whether a row is black, a pixel is black, a pixel is white, and whether its shade is larger than another. */
const [ROW_IS_BLACK, IS_BLACK, IS_WHITE, SHADE_IS_LARGER] = [0, 1, 2, 3]
const NODES = 4

const COARSE = Uint8Array.from({ length: 16 }, (_, shade) =>
  shade === BLACK ? 0 : shade < 8 ? 1 : shade < WHITE ? 2 : 3,
)

/** Nothing, something, most or all. */
const coarse = (shade: number) => COARSE[shade] as number

/** How many contexts each input of the mixer has: coarse shades of six neighbours, four shades, place and neighbours. */
const SIZES = [4096, 65536, CLASSES * PIXELS * 8]
/** By what the three nearest pixels are; and one set for rows. */
const WEIGHT_SETS = 65

/** Pixels of a row of an image with a frame of black: three on the left, two on the right. */
const FRAMED = SIDE + 5
/** Rows of the frame above an image. */
const FRAME_ABOVE = 2

/** Codes one image after the other; what it has seen, it predicts better. */
class DigitModel {
  readonly mixer = new Mixer(SIZES, WEIGHT_SETS, NODES, CLASSES * PIXELS + 16 ** 3)
  /** The present image's, framed. */
  readonly #shades = new Uint8Array(FRAMED * (SIDE + FRAME_ABOVE))

  /** Codes an image of shades, in place. */
  code(coder: BitCoder, label: number, image: Uint8Array): void {
    this.#shades.fill(BLACK)
    let above = 0
    for (let y = 0; y < SIDE; ++y) {
      const row = image.subarray(y * SIDE, (y + 1) * SIDE)
      const isBlack = row.some(shade => shade !== BLACK) ? 0 : 1
      this.#lookAtRow(label * SIDE + y, above)
      above = 0
      if (coder.code(ROW_IS_BLACK, isBlack)) continue
      for (let x = 0; x < SIDE; ++x) {
        const at = (y + FRAME_ABOVE) * FRAMED + x + 3
        const shade = this.#codePixel(coder, (label * SIDE + y) * SIDE + x, at, row[x] as number)
        row[x] = shade
        this.#shades[at] = shade
        if (shade !== BLACK) above += 1
      }
    }
  }

  /** @param above how many pixels of the row above are not black */
  #lookAtRow(place: number, above: number): void {
    const { mixer } = this
    mixer.weightSet = WEIGHT_SETS - 1
    mixer.look(0, place)
    mixer.look(1, above)
    mixer.look(2, place * 32 + above)
  }

  /**
   * @param place in images of the digit
   * @param at among the framed shades
   */
  #codePixel(coder: BitCoder, place: number, at: number, shade: number): number {
    const { mixer } = this
    const shades = this.#shades
    // By their directions from the pixel: what is coded before it.
    const w = shades[at - 1] as number
    const ww = shades[at - 2] as number
    const nw = shades[at - FRAMED - 1] as number
    const n = shades[at - FRAMED] as number
    const ne = shades[at - FRAMED + 1] as number
    const nee = shades[at - FRAMED + 2] as number
    const nn = shades[at - 2 * FRAMED] as number
    const nne = shades[at - 2 * FRAMED + 1] as number
    const isFar = (w | ww | nw | n | ne | nee | nn | nne) === BLACK
    if (isFar) {
      mixer.lookOnlyAt(place)
      if (coder.code(IS_BLACK, shade === BLACK ? 1 : 0)) return BLACK
    }
    const near = (coarse(w) << 4) | (coarse(n) << 2) | coarse(ne)
    mixer.weightSet = near
    mixer.look(0, (near << 6) | (coarse(nw) << 4) | (coarse(ww) << 2) | coarse(nn))
    mixer.look(1, (w << 12) | (n << 8) | (nw << 4) | ne)
    mixer.look(2, place * 8 + (w ? 4 : 0) + (n ? 2 : 0) + (ne ? 1 : 0))
    if (!isFar && coder.code(IS_BLACK, shade === BLACK ? 1 : 0)) return BLACK
    if (coder.code(IS_WHITE, shade === WHITE ? 1 : 0)) return WHITE
    return this.#codeShade(coder, shade, CLASSES * PIXELS + ((w << 8) | (n << 4)))
  }

  /**
   * A shade between black and white, by a search: most of it is chance, and little is gained by mixing.
   *
   * @param context of 16 bits that stand alone
   */
  #codeShade(coder: BitCoder, shade: number, context: number): number {
    let [low, high] = [BLACK + 1, WHITE - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      // Each step divides at another shade, which names it.
      this.mixer.lookOnlyAt(context + middle)
      if (coder.code(SHADE_IS_LARGER, shade > middle ? 1 : 0)) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** Rounds each pixel to the nearest of 16 shades. The result: how many digits, their labels, and what is coded. */
export function packDigits({ images, labels }: DigitArrays): Uint8Array {
  const model = new DigitModel()
  const encoder = new Encoder(model.mixer)
  for (const [n, label] of labels.entries()) {
    const image = images.subarray(n * PIXELS, (n + 1) * PIXELS)
    model.code(
      encoder,
      label,
      image.map(pixel => Math.round(pixel / SHADE)),
    )
  }
  const coded = encoder.end()
  const packed = new Uint8Array(4 + labels.length + coded.length)
  new DataView(packed.buffer).setUint32(0, labels.length)
  packed.set(labels, 4)
  packed.set(coded, 4 + labels.length)
  return packed
}

/** No image takes more bytes: 6 bits for each pixel and one for each row, of which the least likely takes 12. */
const MOST_BYTES = ((6 * PIXELS + SIDE) * 12) / 8 + 4

/**
 * Unpacks one image after the other, for who has other things to do, while the bytes come. It yields true after each image,
 * and false where it can do nothing until more have come.
 *
 * @param come how many bytes have come; all, where it is not given
 */
export function* unpacking(
  packed: Uint8Array,
  come: () => number = () => packed.length,
): Generator<boolean, DigitArrays, void> {
  while (come() < Math.min(4, packed.length)) yield false
  const count = new DataView(packed.buffer, packed.byteOffset).getUint32(0)
  const start = 4 + count
  while (come() < Math.min(start + MOST_BYTES, packed.length)) yield false
  const labels = packed.slice(4, start)
  const images = new Uint8Array(count * PIXELS)
  const model = new DigitModel()
  const decoder = new Decoder(model.mixer, packed.subarray(start))
  for (const [n, label] of labels.entries()) {
    while (come() < Math.min(start + decoder.place + MOST_BYTES, packed.length)) yield false
    const image = images.subarray(n * PIXELS, (n + 1) * PIXELS)
    model.code(decoder, label, image)
    for (const [i, shade] of image.entries()) image[i] = shade * SHADE
    yield true
  }
  return { images, labels }
}

export function unpackDigits(packed: Uint8Array): DigitArrays {
  const steps = unpacking(packed)
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
  }
}

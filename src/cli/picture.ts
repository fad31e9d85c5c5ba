// PNG and JPEG files as a model of images takes them: upright, in a square of its side, grey or red, green and blue.
import { jpegOrientation, tiffOrientation, upright } from './exif.ts'
import { Failure } from './failure.ts'
import { fitSquare } from './image.ts'
import type { ImageFacts } from './image-facts.ts'
import { decodePngPlanes, GREY, RED_GREEN_BLUE, type Tone } from './png.ts'
import { isPng } from './png-chunks.ts'

/** Names of files that are decoded. */
export const PICTURE_NAME = /\.(png|jpe?g)$/i

/** Whether a file is a JPEG, by its first bytes. */
export const isJpeg = (file: Uint8Array): boolean => file[0] === 0xff && file[1] === 0xd8 && file[2] === 0xff

/**
 * The bytes that stand for an image: row by row, for colours red, green and blue of a pixel beside each other. An image that
 * is not square is centred on `background`, a grey, which is also behind what is transparent. `name` is what errors call the
 * file. Throws {@link Failure} for a file that is neither PNG nor JPEG, and as their decoders do.
 */
export async function pixelsOf(
  file: Uint8Array,
  name: string,
  { side, colours }: Pick<ImageFacts, 'side' | 'colours'>,
  background: number,
): Promise<Uint8Array> {
  const tones = colours === 'grey' ? [GREY] : RED_GREEN_BLUE
  const { width, height, planes } = await decode(file, name, tones, background)
  const squares = planes.map(pixels => fitSquare({ width, height, pixels }, side, background))
  const [first = new Uint8Array()] = squares
  if (squares.length === 1) return first
  const mixed = new Uint8Array(squares.length * first.length)
  for (const [i, square] of squares.entries()) {
    for (let pixel = 0; pixel < square.length; ++pixel) mixed[pixel * squares.length + i] = square[pixel] ?? 0
  }
  return mixed
}

async function decode(file: Uint8Array, name: string, tones: readonly Tone[], background: number) {
  if (isPng(file)) {
    const { exif, ...image } = decodePngPlanes(file, name, background, tones)
    return upright(image, exif ? tiffOrientation(exif) : 1)
  }
  if (isJpeg(file)) {
    const { decodeJpegPlanes } = await import('./jpeg.ts')
    return upright(decodeJpegPlanes(file, name, tones), jpegOrientation(file))
  }
  throw new Failure(`${name} is neither a PNG nor a JPEG: convert it to one of them`)
}

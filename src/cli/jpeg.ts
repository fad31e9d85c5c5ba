// Decodes JPEG files, baseline and progressive, by jpeg-js. Loaded when the first JPEG file is read.
import { decode } from 'jpeg-js'
import { Failure } from './failure.ts'
import type { Tone } from './png.ts'

/** Millions of pixels: as for PNG. */
const MOST_PIXELS = 64
/** Of the decoder's own memory: coefficients take 4 bytes for each sample. */
const MOST_MEGABYTES = 2048

const [SCAN, END] = [0xda, 0xd9].map(marker => Buffer.from([0xff, marker])) as [Buffer, Buffer]

/**
 * A plane for each tone. `name` is what errors call the file. Throws {@link Failure} for a broken file, and for one of
 * more than 64 million pixels.
 */
export function decodeJpegPlanes(
  file: Uint8Array,
  name: string,
  tones: readonly Tone[],
): { width: number; height: number; planes: Uint8Array[] } {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength)
  // The decoder fills what a cut file lacks with grey.
  if (bytes.lastIndexOf(END) < bytes.lastIndexOf(SCAN)) throw new Failure(`${name} is a truncated JPEG`)
  const { width, height, data } = decodeColours(bytes, name)
  const planes = tones.map(([ofRed, ofGreen, ofBlue]) => {
    const plane = new Uint8Array(width * height)
    for (let pixel = 0, at = 0; pixel < plane.length; ++pixel, at += 3) {
      plane[pixel] = Math.round(
        ofRed * (data[at] ?? 0) + ofGreen * (data[at + 1] ?? 0) + ofBlue * (data[at + 2] ?? 0),
      )
    }
    return plane
  })
  return { width, height, planes }
}

function decodeColours(bytes: Buffer, name: string) {
  try {
    const image = decode(bytes, {
      useTArray: true,
      formatAsRGBA: false,
      tolerantDecoding: false,
      maxResolutionInMP: MOST_PIXELS,
      maxMemoryUsageInMB: MOST_MEGABYTES,
    })
    if (image.width > 0 && image.height > 0) return image
    throw new Error('it has no pixels')
  } catch (cause) {
    const reason = (cause as Error).message
    if (/limit exceeded/.test(reason)) {
      throw new Failure(
        `${name} is too large: expected at most ${MOST_PIXELS},000,000 pixels (scale it down)`,
        { cause },
      )
    }
    throw new Failure(`${name} is a broken JPEG: ${reason}`, { cause })
  }
}

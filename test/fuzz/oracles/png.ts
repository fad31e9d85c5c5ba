// PNG once more, by fast-png, and its samples in grey. Two kinds of images are left out, since fast-png gets them wrong:
// interlaced ones below 8 bits, and grey ones with a palette, which libpng ignores there.
import { decode } from 'fast-png'
import { PALETTE } from '../../../src/cli/png-chunks.ts'

/** How grey pixels differ from the file's, over black, in words; undefined where they do not, or are not compared. */
export function differenceOfPng(
  file: Uint8Array,
  { width, height, pixels }: { width: number; height: number; pixels: Uint8Array },
): string | undefined {
  const [depth = 0, colourType, , , interlace] = file.subarray(24)
  if (interlace === 1 && depth < 8) return undefined
  let image: ReturnType<typeof decode>
  try {
    image = decode(file)
  } catch {
    return undefined // it is stricter in places that do not matter here
  }
  if (image.palette && colourType !== PALETTE) return undefined
  if (image.width !== width || image.height !== height)
    return `it has ${image.width} × ${image.height} pixels`
  const at = pixels.findIndex((grey, i) => Math.abs(grey - greyAt(image, i)) > 1)
  return at < 0 ? undefined : `pixel ${at} is ${greyAt(image, at)}, not ${pixels[at]}`
}

/** A pixel over black. */
function greyAt(image: ReturnType<typeof decode>, pixel: number): number {
  const { channels, depth, palette, transparency, width } = image
  const max = 2 ** depth - 1
  const samples = Array.from({ length: channels }, (_, i) => sampleOf(image, pixel, i, width))
  if (palette) {
    const [red = 0, green = 0, blue = 0, alpha = 255] = palette[samples[0] ?? 0] ?? []
    return Math.round(((0.299 * red + 0.587 * green + 0.114 * blue) * alpha) / 255)
  }
  const colours = channels > 2 ? 3 : 1
  if (transparency && samples.slice(0, colours).every((sample, i) => sample === transparency[i])) return 0
  const [first = 0, second = 0, third = 0] = samples
  const luma = (colours === 3 ? 0.299 * first + 0.587 * second + 0.114 * third : first) / max
  const alpha = channels === 2 || channels === 4 ? (samples[channels - 1] ?? max) / max : 1
  return Math.round(255 * luma * alpha)
}

/** fast-png leaves samples below 8 bits as they are packed. */
function sampleOf(
  { data, depth, channels, palette }: ReturnType<typeof decode>,
  pixel: number,
  channel: number,
  width: number,
): number {
  if (depth >= 8) return data[pixel * channels + channel] ?? 0
  const bits = channels * depth
  const rowBytes = Math.ceil((width * bits) / 8)
  const bit = (pixel % width) * bits + channel * depth
  const byte = data[Math.floor(pixel / width) * rowBytes + (bit >> 3)] ?? 0
  return (byte >> (8 - depth - (bit & 7))) & (2 ** depth - 1 || (palette?.length ?? 0))
}

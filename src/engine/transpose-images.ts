// Transposes images that were stored column by column, such as EMNIST's.
import { TimeSlice } from '../data/time-slice.ts'
import type { U8Buffer } from '../wasm/buffer.ts'

/** Images between two checks of the clock. */
const IMAGES = 256

/** Mirrors each image of height × width in place, which makes it width × height. */
export async function transposeImages(
  images: U8Buffer,
  height: number,
  width: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const size = height * width
  const image = new Uint8Array(size)
  const slice = new TimeSlice()
  for (let begin = 0; begin < images.length; begin += IMAGES * size) {
    await slice.giveWay()
    signal?.throwIfAborted()
    const { view } = images // Changes when memory grows.
    const end = Math.min(begin + IMAGES * size, view.length)
    for (let at = begin; at < end; at += size) {
      image.set(view.subarray(at, at + size))
      for (let row = 0; row < height; ++row) {
        for (let column = 0; column < width; ++column) {
          view[at + column * height + row] = image[row * width + column] ?? 0
        }
      }
    }
  }
}

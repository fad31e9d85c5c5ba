// A square of pixels in an image of 28 × 28.
import { SIDE } from '../../digits/packing.ts'

/** The pixels of a block, as far as they are in the image. */
export function blockAt(row: number, column: number, side: number): number[] {
  const pixels: number[] = []
  for (let y = row; y < Math.min(SIDE, row + side); ++y) {
    for (let x = column; x < Math.min(SIDE, column + side); ++x) pixels.push(y * SIDE + x)
  }
  return pixels
}

// An image of 28 × 28 pixels, as MNIST has them: white on black, in light and dark alike.
import { useEffect, useRef } from 'preact/hooks'
import { SIDE } from '../../digits/packing.ts'

export interface DigitImageProps {
  /** 784 bytes, row by row; 0 is black. */
  pixels: Uint8Array
  /** What it is, for those who do not see it; without one, it is decoration beside a text. */
  label?: string
}

/**
 * It fills the width of what it is in.
 *
 * @example
 * <DigitImage pixels={image} label="A 4 that is read as a 9" />
 */
export function DigitImage({ pixels, label }: DigitImageProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    canvas.current?.getContext('2d')?.putImageData(imageOf(pixels), 0, 0)
  }, [pixels])
  return (
    <canvas
      ref={canvas}
      class="digit-image"
      width={SIDE}
      height={SIDE}
      {...(label === undefined ? { 'aria-hidden': 'true' } : { role: 'img', 'aria-label': label })}
    />
  )
}

let whole: HTMLCanvasElement | undefined

/** Draws one into a canvas, each pixel a square. */
export function drawPixels(
  context: CanvasRenderingContext2D,
  pixels: Uint8Array,
  { x, y, width, height }: { x: number; y: number; width: number; height: number },
): void {
  whole ??= Object.assign(document.createElement('canvas'), { width: SIDE, height: SIDE })
  whole.getContext('2d')?.putImageData(imageOf(pixels), 0, 0)
  context.imageSmoothingEnabled = false
  context.drawImage(whole, x, y, width, height)
}

function imageOf(pixels: Uint8Array): ImageData {
  const image = new ImageData(SIDE, SIDE)
  for (const [i, pixel] of pixels.entries()) image.data.set([pixel, pixel, pixel, 255], 4 * i)
  return image
}

// A small picture, pixel by pixel.
import { useEffect, useRef } from 'preact/hooks'

export interface PixelImageProps {
  /** One byte a pixel, or three. */
  pixels: Uint8Array
  side: number
  /** What it shows; empty where that is said beside it. */
  label: string
}

export function PixelImage({ pixels, side, label }: PixelImageProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const context = canvas.current?.getContext('2d')
    if (!context) return
    const image = context.createImageData(side, side)
    const channels = pixels.length / (side * side)
    for (let i = 0; i < side * side; ++i) {
      for (let j = 0; j < 3; ++j) image.data[i * 4 + j] = pixels[i * channels + (channels === 3 ? j : 0)] ?? 0
      image.data[i * 4 + 3] = 255
    }
    context.putImageData(image, 0, 0)
  }, [pixels, side])
  return (
    <canvas
      ref={canvas}
      class="pixel-image"
      width={side}
      height={side}
      {...(label === '' ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
    />
  )
}

// A canvas that draws itself when what it shows has changed, and only while it is in view.
import { effect } from '@preact/signals'
import { useEffect, useId, useRef } from 'preact/hooks'
import { inNextFrame, notInNextFrame } from './frame-loop.ts'
import { type Palette, palette } from './palette.ts'
import { printWaitsFor } from './printing.ts'
import { useIsInView, useWidth } from './use-size.ts'

/** In CSS pixels, whatever the screen's resolution. */
export interface CanvasSize {
  readonly width: number
  readonly height: number
}

export type Draw = (context: CanvasRenderingContext2D, size: CanvasSize, colors: Palette) => void

export interface CanvasProps {
  /**
   * Draws all of it, in CSS pixels, on a clear canvas. It runs again, in the next frame, when a signal that it read has
   * changed, when the size has, or the colour scheme. It writes no signal.
   */
  draw: Draw
  /** Height over width. */
  aspect: number
  /** What it shows, in a sentence with its numbers, for those who do not see it. */
  description: string
  /** Whether pixels of an image stay squares when they are enlarged. */
  isPixelated?: boolean
}

/**
 * A picture that a function draws. It fills the width of what it is in.
 *
 * @example
 * <Canvas aspect={0.5} description={words.value.bars(loss.value)} draw={(context, { width, height }, colors) => {
 *   context.fillStyle = colors.blue
 *   context.fillRect(0, 0, width * share.value, height)
 * }} />
 */
export function Canvas({ draw, aspect, description, isPixelated = false }: CanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useDrawing(canvas, draw, isPixelated)
  const id = useId()
  return (
    <div class="canvas" style={{ aspectRatio: `1 / ${aspect}` }}>
      <canvas ref={canvas} role="img" aria-labelledby={id} />
      <span id={id} class="unseen">
        {description}
      </span>
    </div>
  )
}

/** Keeps a canvas element drawn. Its size is that of its box. */
export function useDrawing(
  canvas: { current: HTMLCanvasElement | null },
  draw: Draw,
  isPixelated = false,
): void {
  const latest = useRef(draw)
  latest.current = draw
  const width = useWidth(canvas)
  const isInView = useIsInView(canvas)
  const again = useRef(() => {})
  useEffect(() => {
    let stop = () => {}
    let isDrawn = false
    const forget = canvas.current && printWaitsFor(canvas.current, () => isDrawn)
    const redraw = () => {
      stop()
      let isFirst = true
      stop = effect(() => {
        // The second run is told of a change, and reads nothing: it is told of no other.
        if (isFirst) paint()
        else inNextFrame(redraw)
        isFirst = false
      })
    }
    const paint = () => {
      const element = canvas.current
      if (!element || width.value === 0 || !isInView.value) return
      const context = element.getContext('2d')
      if (!context) return
      const scale = devicePixelRatio
      const size = { width: element.clientWidth, height: element.clientHeight }
      const [pixelWidth, pixelHeight] = [Math.round(size.width * scale), Math.round(size.height * scale)]
      if (element.width !== pixelWidth) element.width = pixelWidth
      if (element.height !== pixelHeight) element.height = pixelHeight
      context.setTransform(scale, 0, 0, scale, 0, 0)
      context.clearRect(0, 0, size.width, size.height)
      context.imageSmoothingEnabled = !isPixelated
      latest.current(context, size, palette())
      isDrawn = true
    }
    again.current = () => inNextFrame(redraw)
    again.current()
    return () => {
      stop()
      forget?.()
      notInNextFrame(redraw)
    }
  }, [])
  // A function that closes over other values than before draws something else.
  useEffect(() => again.current(), [draw])
}

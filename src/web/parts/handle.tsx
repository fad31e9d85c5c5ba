// A point of a plot that is dragged, or moved by arrow keys.
import { useRef } from 'preact/hooks'
import { type Tone, usePlot } from './plot.tsx'

export interface HandleProps {
  /** What it is, for those who do not see it. */
  name: string
  /** In the axes' units. */
  x: number
  y: number
  /** Along which axes it moves. */
  moves: 'x' | 'y' | 'both'
  /** Bounds, in the axes' units: of x unless it moves along y alone. */
  min: number
  max: number
  /** Those of y, where it moves along both. */
  minY?: number
  maxY?: number
  /** What an arrow key moves it by; with Shift ten times that. */
  step: number
  /** The value in words, such as "w = 2.00, b = −1.00". */
  valueText: string
  onMove(x: number, y: number): void
  tone?: Tone
}

/**
 * A draggable point within a {@link Plot}: by mouse, finger or pen, or by the arrow keys, Home and End.
 *
 * @example
 * <Handle name="b" x={0} y={b.value} moves="y" min={-5} max={5} step={0.1} valueText={formatNumber(b.value, 2)}
 *   onMove={(_, y) => { b.value = y }} />
 */
export function Handle({
  name,
  x,
  y,
  moves,
  min,
  max,
  minY = min,
  maxY = max,
  step,
  valueText,
  onMove,
  tone = 'accent',
}: HandleProps) {
  const area = usePlot()
  const grip = useRef<SVGGElement>(null)
  const moveTo = (toX: number, toY: number) =>
    onMove(
      moves === 'y' ? x : clamp(toX, min, max),
      moves === 'x' ? y : moves === 'y' ? clamp(toY, min, max) : clamp(toY, minY, maxY),
    )

  const onPointer = (event: PointerEvent) => {
    const svg = grip.current?.ownerSVGElement
    if (!svg || !grip.current?.hasPointerCapture(event.pointerId)) return
    const box = svg.getBoundingClientRect()
    moveTo(area.x.invert(event.clientX - box.left), area.y.invert(event.clientY - box.top))
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const by = step * (event.shiftKey ? 10 : 1)
    const [isX, isY] = [moves !== 'y', moves !== 'x']
    const arrows: Record<string, readonly [number, number]> = {
      ArrowRight: isX ? [by, 0] : [0, by],
      ArrowLeft: isX ? [-by, 0] : [0, -by],
      ArrowUp: isY ? [0, by] : [by, 0],
      ArrowDown: isY ? [0, -by] : [-by, 0],
      Home: isX ? [min - x, 0] : [0, min - y],
      End: isX ? [max - x, 0] : [0, max - y],
    }
    const move = arrows[event.key]
    if (!move) return
    event.preventDefault()
    moveTo(x + move[0], y + move[1])
  }

  return (
    <g
      ref={grip}
      class={`handle tone-${tone}`}
      role="slider"
      tabindex={0}
      aria-label={name}
      aria-valuenow={moves === 'y' ? y : x}
      aria-valuemin={min}
      aria-valuemax={max}
      aria-valuetext={valueText}
      transform={`translate(${area.x(x)} ${area.y(y)})`}
      onPointerDown={event => {
        event.preventDefault()
        grip.current?.setPointerCapture(event.pointerId)
        grip.current?.focus({ preventScroll: true })
      }}
      onPointerMove={onPointer}
      onKeyDown={onKeyDown}
    >
      <circle class="reach" r="22" />
      <circle class="grip" r="9" />
    </g>
  )
}

const clamp = (value: number, min: number, max: number) => Math.max(min, Math.min(max, value))

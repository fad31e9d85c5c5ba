// The pad that one draws on, by pointer or by keys.
import { useSignal } from '@preact/signals'
import { useEffect, useId, useRef } from 'preact/hooks'
import { formatNumber } from '../../languages.ts'
import { type Draw, useDrawing } from '../../parts/canvas.tsx'
import { inEachFrame } from '../../parts/frame-loop.ts'
import { drawPixels } from './digit-image.tsx'
import { words } from './draw.texts.ts'
import { type Mark, PAD, type Point } from './ink.ts'
import * as pad from './pad.model.ts'

/** What a press of an arrow key moves the pen by, in pixels of the pad. */
const STEP = 10
/** Milliseconds that an arrow key is held before the pen goes on by itself, and how fast it does, in pixels a second. */
const [HELD, SPEED] = [180, 140]

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

export function Pad() {
  const text = words.value
  const box = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const id = useId()
  /** Whether the keys' pen is seen. */
  const isByKeys = useSignal(false)
  const draw: Draw = (context, { width }) => {
    pad.drawn.value
    // A canvas that is transparent is printed white.
    context.fillStyle = '#000000'
    context.fillRect(0, 0, width, width)
    context.scale(width / PAD, width / PAD)
    for (const mark of pad.marksOnPad()) drawMark(context, mark)
    if (isByKeys.value) drawCursor(context, pad.cursor.value, pad.isPenDown.value)
  }
  useDrawing(canvas, draw)
  const pointer = usePointer(box)
  const keys = useArrowKeys()
  return (
    <>
      <div
        ref={box}
        class="pad"
        role="application"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: an application takes the keys that it draws by.
        tabIndex={0}
        aria-label={text.pad}
        aria-describedby={`${id}-keys ${id}-pen`}
        {...pointer}
        onPointerDown={event => {
          isByKeys.value = false
          pointer.onPointerDown(event)
        }}
        onKeyUp={keys.onKeyUp}
        onFocus={() => {
          isByKeys.value = box.current?.matches(':focus-visible') ?? false
        }}
        onBlur={() => {
          isByKeys.value = false
          keys.onBlur()
        }}
        onKeyDown={event => {
          isByKeys.value = true
          keys.onKeyDown(event)
        }}
      >
        <canvas ref={canvas} aria-hidden="true" />
      </div>
      <p class="caption" id={`${id}-keys`}>
        {text.padKeys}
      </p>
      <PenState id={`${id}-pen`} isByKeys={isByKeys.value} />
    </>
  )
}

/** Where the pen of those is who do not see it. */
function PenState({ id, isByKeys }: { id: string; isByKeys: boolean }) {
  const text = words.value
  const { x, y } = pad.cursor.value
  const [across, down] = [formatNumber((100 * x) / PAD), formatNumber((100 * y) / PAD)]
  const pen = pad.isPenDown.value ? text.penDown(across, down) : text.penUp(across, down)
  const place = isByKeys ? pen : ''
  return (
    <p class="unseen" id={id} role="status">
      {pad.isEmpty.value ? `${text.padEmpty} ${place}` : text.padHas(place)}
    </p>
  )
}

/** Draws with one pointer: what the browser has seen of it between two events too. */
function usePointer(box: { current: HTMLDivElement | null }) {
  const drawing = useRef<number | undefined>(undefined)
  const placeOf = ({ clientX, clientY }: PointerEvent): Point => {
    const { left, top, width, height } = box.current?.getBoundingClientRect() ?? new DOMRect(0, 0, 1, 1)
    return { x: ((clientX - left) / width) * PAD, y: ((clientY - top) / height) * PAD }
  }
  const end = (event: PointerEvent) => {
    if (event.pointerId !== drawing.current) return
    drawing.current = undefined
    pad.end()
  }
  return {
    onPointerDown(event: PointerEvent) {
      if (event.button !== 0 || drawing.current !== undefined) return
      event.preventDefault()
      drawing.current = event.pointerId
      box.current?.setPointerCapture(event.pointerId)
      box.current?.focus({ preventScroll: true })
      pad.begin(placeOf(event))
    },
    onPointerMove(event: PointerEvent) {
      if (event.pointerId !== drawing.current) return
      const events = event.getCoalescedEvents?.() ?? []
      pad.extend((events.length > 0 ? events : [event]).map(placeOf))
    },
    onPointerUp: end,
    onPointerCancel: end,
    onLostPointerCapture: end,
  }
}

/** Arrow keys move the pen, a step at once and on while they are held; Space puts it down and lifts it. */
function useArrowKeys() {
  /** When each of the keys that are held was pressed. */
  const held = useRef(new Map<string, number>()).current
  const stop = useRef<(() => void) | undefined>(undefined)
  const rest = () => {
    stop.current?.()
    stop.current = undefined
    held.clear()
  }
  useEffect(() => rest, [])
  const goOn = () => {
    let last = performance.now()
    stop.current ??= inEachFrame(() => {
      const now = performance.now()
      const seconds = Math.min(now - last, 50) / 1000
      last = now
      // Both keys of a slant go on together.
      if (now - Math.min(...held.values()) < HELD) return
      const [x, y] = directionOf(held.keys())
      pad.moveCursor(x * SPEED * seconds, y * SPEED * seconds)
    })
  }
  return {
    onKeyDown(event: KeyboardEvent) {
      const { key, ctrlKey, metaKey, altKey, repeat } = event
      const arrow = ARROWS[key]
      if ((ctrlKey || metaKey) && !altKey && key.toLowerCase() === 'z') pad.undo()
      else if (ctrlKey || metaKey || altKey) return
      else if (key === ' ') {
        if (!repeat) pad.togglePen()
      } else if (arrow) {
        if (!repeat) {
          held.set(key, performance.now())
          pad.moveCursor(arrow[0] * STEP, arrow[1] * STEP)
          goOn()
        }
      } else return
      event.preventDefault()
    },
    onKeyUp({ key }: KeyboardEvent) {
      held.delete(key)
      if (held.size === 0) rest()
    },
    onBlur() {
      rest()
      if (pad.isPenDown.peek()) pad.end()
    },
  }
}

function directionOf(keys: Iterable<string>): readonly [number, number] {
  let [x, y] = [0, 0]
  for (const key of keys) {
    x += ARROWS[key]?.[0] ?? 0
    y += ARROWS[key]?.[1] ?? 0
  }
  const length = Math.hypot(x, y) || 1
  return [x / length, y / length]
}

/** As MNIST is: white ink on black, in light and dark. */
const INK = '#ffffff'
/** Of the keys' pen, and of its rim, which sets it off from ink. */
const [CURSOR, RIM] = ['#f0a13c', '#000000']

function drawMark(context: CanvasRenderingContext2D, mark: Mark): void {
  if (mark.is === 'image') {
    const { pixels, x, y, side } = mark
    drawPixels(context, pixels, { x, y, width: side, height: side })
    return
  }
  context.strokeStyle = INK
  context.lineWidth = 2 * mark.radius
  context.lineCap = 'round'
  context.lineJoin = 'round'
  context.beginPath()
  const [first] = mark.points
  // A point alone is a line of nearly no length, with round ends.
  if (first) context.moveTo(first.x - 0.01, first.y)
  for (const { x, y } of mark.points) context.lineTo(x, y)
  context.stroke()
}

/** A ring where the pen is up, a dot where it is down, with four hairs. */
function drawCursor(context: CanvasRenderingContext2D, { x, y }: Point, isDown: boolean): void {
  context.lineCap = 'butt'
  context.beginPath()
  context.arc(x, y, isDown ? 5 : 12, 0, 2 * Math.PI)
  for (const [dx, dy] of Object.values(ARROWS)) {
    context.moveTo(x + 8 * dx, y + 8 * dy)
    context.lineTo(x + 20 * dx, y + 20 * dy)
  }
  for (const [color, width] of [
    [RIM, 6],
    [CURSOR, 3],
  ] as const) {
    context.strokeStyle = color
    context.lineWidth = width
    context.stroke()
  }
}

// The pad: what was drawn on it, by a pointer or by keys, and what the network sees of it. No DOM.
import { batch, computed, signal } from '@preact/signals'
import { viewsOf } from './centring.ts'
import { boxOf, inCorner, type Mark, noInk, PAD, PEN, type Point, stamp, stampSegment } from './ink.ts'

/** Drawings that can be taken back to. */
const LONGEST_PAST = 100

const ink = noInk()
const past: (readonly Mark[])[] = []
let marks: readonly Mark[] = []
/** What is being drawn. */
let stroke: { points: Point[]; isByKeys: boolean } | undefined
let corner = 0

/** Counts the changes of the drawing. */
export const drawn = signal(0)
export const canUndo = signal(false)
export const isEmpty = signal(true)
/** Where the keys' pen is, and whether it draws. */
export const cursor = signal<Point>({ x: PAD / 2, y: PAD / 2 })
export const isPenDown = signal(false)

/** What the network sees of it. */
export const views = computed(() => {
  drawn.value
  return viewsOf(ink)
})

/** All that is on the pad, in the order in which it was drawn. */
export const marksOnPad = (): readonly Mark[] =>
  stroke ? [...marks, { is: 'stroke', points: stroke.points, radius: PEN }] : marks

const changed = () =>
  batch(() => {
    drawn.value += 1
    canUndo.value = past.length > 0 || stroke !== undefined
    isEmpty.value = marks.length === 0 && !stroke
  })

/** Begins a stroke; one that is being drawn ends. */
export function begin(point: Point, isByKeys = false): void {
  end()
  stroke = { points: [inside(point)], isByKeys }
  isPenDown.value = isByKeys
  stampSegment(ink, inside(point), inside(point), PEN)
  changed()
}

/** Draws on, through all of the points. */
export function extend(points: readonly Point[]): void {
  if (!stroke) return
  for (const point of points.map(inside)) {
    stampSegment(ink, stroke.points.at(-1) ?? point, point, PEN)
    stroke.points.push(point)
  }
  changed()
}

/** Ends the stroke that is being drawn, if any. */
export function end(): void {
  if (!stroke) return
  const { points } = stroke
  stroke = undefined
  isPenDown.value = false
  remember()
  marks = [...marks, { is: 'stroke', points, radius: PEN }]
  changed()
}

/** Puts the keys' pen down where it is, or lifts it. */
export function togglePen(): void {
  if (stroke?.isByKeys) end()
  else begin(cursor.peek(), true)
}

/** Moves the keys' pen. */
export function moveCursor(dx: number, dy: number): void {
  const { x, y } = cursor.peek()
  cursor.value = inside({ x: x + dx, y: y + dy })
  if (stroke?.isByKeys) extend([cursor.peek()])
}

/** Takes back the last stroke, or whatever else was done last. */
export function undo(): void {
  end()
  show(past.pop() ?? [])
}

export function clear(): void {
  end()
  if (marks.length > 0) replace([])
}

/** Puts an image in place of what is there; it fills the pad. */
export function putImage(pixels: Uint8Array): void {
  end()
  replace([{ is: 'image', pixels, x: 0, y: 0, side: PAD }])
}

/** Moves the drawing into a corner, small; each time into the next one. */
export function toCorner(): void {
  end()
  const box = boxOf(ink)
  if (!box) return
  replace(inCorner(marks, box, corner))
  corner += 1
}

function replace(others: readonly Mark[]): void {
  remember()
  show(others)
}

function remember(): void {
  past.push(marks)
  if (past.length > LONGEST_PAST) past.shift()
}

function show(others: readonly Mark[]): void {
  marks = others
  ink.fill(0)
  for (const mark of marks) stamp(ink, mark)
  changed()
}

const within = (place: number) => Math.max(0, Math.min(PAD, place))
const inside = ({ x, y }: Point): Point => ({ x: within(x), y: within(y) })

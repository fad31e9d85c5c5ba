// The drawing of an image's way: pixels, hidden units, probabilities, and what lies between them.
import { useRef } from 'preact/hooks'
import { formatNumber, formatPercent } from '../../languages.ts'
import { Canvas, type CanvasSize } from '../../parts/canvas.tsx'
import { useCalm } from '../../parts/live.tsx'
import { prefersLessMotion } from '../../parts/motion.ts'
import { cssOf, mix, type Palette, rgbOf } from '../../parts/palette.ts'
import { useWidth } from '../../parts/use-size.ts'
import { areWords, className } from './class-names.ts'
import { drawPixels } from './digit-image.tsx'
import type { Way } from './way.model.ts'
import * as model from './way.model.ts'
import { words } from './way.texts.ts'

/** Below this width, in CSS pixels, the picture goes downwards. */
const NARROW = 480

export function Picture() {
  const text = words.value
  const box = useRef<HTMLDivElement>(null)
  const width = useWidth(box).value
  const calm = useCalm(model.way)
  const now = calm.value
  // Numbers that change are no motion, but many at once are nearly one.
  const drawn = prefersLessMotion() ? calm : model.way
  const layout = width < NARROW ? downwards(width, areWords.value) : sideways(width, areWords.value)
  return (
    <div ref={box}>
      {width > 0 && (
        <Canvas
          aspect={layout.height / width}
          description={
            now
              ? text.description(
                  formatNumber(now.image.number),
                  className(now.image.label),
                  formatNumber(now.active),
                  className(now.predicted),
                  formatPercent(now.probabilities[now.predicted] ?? 0, 1),
                )
              : text.waiting
          }
          draw={(context, size, colors) => draw(context, size, colors, layout, drawn.value)}
        />
      )}
    </div>
  )
}

interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Where things are, in CSS pixels. */
interface Layout {
  readonly height: number
  readonly isSideways: boolean
  readonly image: Box
  /** The hidden layer's units in rows. */
  readonly hidden: Box & { readonly columns: number; readonly cell: number }
  /** Its classes have so much room for their names: in width, or in height where the picture goes downwards. */
  readonly outputs: Box & { readonly names: number }
}

function sideways(width: number, hasWords: boolean): Layout {
  const cell = Math.floor(Math.min(width * 0.4, 290) / 32)
  const [tall, wide] = [cell * 32, cell * 16]
  const side = Math.min(width * 0.25, tall * 0.75)
  const outputs = width * (hasWords ? 0.36 : 0.28)
  return {
    height: tall + 60,
    isSideways: true,
    image: { x: 0, y: 30 + (tall - side) / 2, width: side, height: side },
    hidden: { x: (side + width - outputs - wide) / 2, y: 30, width: wide, height: tall, columns: 16, cell },
    outputs: { x: width - outputs, y: 30, width: outputs, height: tall, names: hasWords ? 84 : 20 },
  }
}

function downwards(width: number, hasWords: boolean): Layout {
  const cell = Math.max(1, Math.floor(width / 32))
  const [tall, wide] = [cell * 16, cell * 32]
  const side = Math.min(width * 0.4, 140)
  const top = 30 + side + 64
  const names = hasWords ? 90 : 24
  return {
    height: top + tall + 70 + 96 + names + 24,
    isSideways: false,
    image: { x: (width - side) / 2, y: 30, width: side, height: side },
    hidden: { x: (width - wide) / 2, y: top, width: wide, height: tall, columns: 32, cell },
    outputs: { x: 0, y: top + tall + 70, width, height: 96 + names, names },
  }
}

function draw(
  context: CanvasRenderingContext2D,
  size: CanvasSize,
  colors: Palette,
  layout: Layout,
  way: Way | undefined,
): void {
  const text = words.value
  context.font = `13px ${getComputedStyle(context.canvas).fontFamily}`
  if (!way) {
    context.fillStyle = colors.soft
    context.fillText(text.waiting, 0, 24)
    return
  }
  const { image, hidden, outputs, isSideways } = layout
  drawFunnel(context, colors, layout)
  drawContributions(context, colors, layout, way)
  drawPixels(context, way.image.pixels, image)
  drawHidden(context, colors, layout, way)
  drawOutputs(context, colors, layout, way)
  const [first, second] = way.parameters.map(({ weights, biases }) => formatNumber(weights + biases))
  context.fillStyle = colors.ink
  context.textBaseline = 'alphabetic'
  const above = (box: Box, name: string) =>
    caption(context, name, box.x + box.width / 2, box.y - 10, size.width)
  above(image, text.pixels)
  if (isSideways) {
    above({ ...hidden, y: 30 }, text.hidden)
    above(outputs, text.outputsShort)
    const middle = hidden.y + hidden.height + 20
    context.fillStyle = colors.soft
    caption(context, `W₁, b₁: ${first}`, (image.x + image.width + hidden.x) / 2, middle, size.width)
    caption(context, `W₂, b₂: ${second}`, (hidden.x + hidden.width + outputs.x) / 2, middle, size.width)
  } else {
    above(hidden, `W₁, b₁: ${first} → ${text.hidden}`)
    caption(
      context,
      `W₂, b₂: ${second} → ${text.outputsShort}`,
      size.width / 2,
      layout.height - 4,
      size.width,
    )
  }
}

/** Text centred on a place, as far as the picture's edges allow. */
function caption(context: CanvasRenderingContext2D, text: string, x: number, y: number, width: number): void {
  const half = context.measureText(text).width / 2
  context.textAlign = 'center'
  context.fillText(text, Math.max(half, Math.min(width - half, x)), y)
}

/** From the image to the hidden layer: each unit sees all pixels. */
function drawFunnel(context: CanvasRenderingContext2D, colors: Palette, layout: Layout): void {
  const { image, hidden, isSideways } = layout
  context.fillStyle = colors.ground
  context.strokeStyle = colors.line
  context.beginPath()
  if (isSideways) {
    const [from, to] = [image.x + image.width + 6, hidden.x - 6]
    context.moveTo(from, image.y)
    context.lineTo(to, hidden.y)
    context.lineTo(to, hidden.y + hidden.height)
    context.lineTo(from, image.y + image.height)
  } else {
    const [from, to] = [image.y + image.height + 6, hidden.y - 28]
    context.moveTo(image.x, from)
    context.lineTo(hidden.x, to)
    context.lineTo(hidden.x + hidden.width, to)
    context.lineTo(image.x + image.width, from)
  }
  context.closePath()
  context.fill()
  context.stroke()
}

const placeOfUnit = ({ hidden }: Layout, unit: number) => ({
  x: hidden.x + (unit % hidden.columns) * hidden.cell,
  y: hidden.y + Math.floor(unit / hidden.columns) * hidden.cell,
})

/** What the strongest units add to the likeliest digit, or take from it. */
function drawContributions(
  context: CanvasRenderingContext2D,
  colors: Palette,
  layout: Layout,
  { strongest, predicted }: Way,
): void {
  const most = Math.abs(strongest[0]?.value ?? 0)
  const { hidden, outputs, isSideways } = layout
  const step = (isSideways ? outputs.height : outputs.width) / model.OUTPUTS
  for (const { unit, value } of strongest) {
    const place = placeOfUnit(layout, unit)
    context.strokeStyle = value > 0 ? colors.orange : colors.blue
    context.lineWidth = 0.5 + (2.5 * Math.abs(value)) / most
    context.globalAlpha = 0.25 + (0.6 * Math.abs(value)) / most
    context.beginPath()
    if (isSideways) {
      const [fromX, fromY] = [hidden.x + hidden.width + 4, place.y + hidden.cell / 2]
      const [toX, toY] = [outputs.x - 6, outputs.y + step * (predicted + 0.5)]
      const middle = (fromX + toX) / 2
      context.moveTo(fromX, fromY)
      context.bezierCurveTo(middle, fromY, middle, toY, toX, toY)
    } else {
      const [fromX, fromY] = [place.x + hidden.cell / 2, hidden.y + hidden.height + 4]
      const [toX, toY] = [outputs.x + step * (predicted + 0.5), outputs.y - 20]
      const middle = (fromY + toY) / 2
      context.moveTo(fromX, fromY)
      context.bezierCurveTo(fromX, middle, toX, middle, toX, toY)
    }
    context.stroke()
  }
  context.globalAlpha = 1
}

function drawHidden(context: CanvasRenderingContext2D, colors: Palette, layout: Layout, way: Way): void {
  const { hidden } = layout
  const most = way.hidden.reduce((largest, activation) => Math.max(largest, activation), 0)
  const [none, full] = [rgbOf(colors.neutral), rgbOf(colors.orange)]
  const cell = hidden.cell - 1
  for (const [unit, activation] of way.hidden.entries()) {
    const { x, y } = placeOfUnit(layout, unit)
    context.fillStyle = cssOf(mix(none, full, most > 0 ? Math.sqrt(activation / most) : 0))
    context.fillRect(x, y, cell, cell)
  }
  // Those of which lines go out.
  context.lineWidth = 1.5
  for (const { unit, value } of way.strongest) {
    const { x, y } = placeOfUnit(layout, unit)
    context.strokeStyle = value > 0 ? colors.ink : colors.blue
    context.strokeRect(x, y, cell, cell)
  }
}

function drawOutputs(context: CanvasRenderingContext2D, colors: Palette, layout: Layout, way: Way): void {
  const { outputs, isSideways } = layout
  const step = (isSideways ? outputs.height : outputs.width) / model.OUTPUTS
  for (const [digit, probability] of way.probabilities.entries()) {
    const isLargest = digit === way.predicted
    const says = formatPercent(probability, probability > 0.995 || probability < 0.005 ? 0 : 1)
    if (isSideways) {
      const y = outputs.y + step * (digit + 0.5)
      const [from, room] = [outputs.x + outputs.names, outputs.width - outputs.names - 48]
      context.textBaseline = 'middle'
      context.textAlign = 'left'
      context.fillStyle = digit === way.image.label ? colors.ink : colors.soft
      context.fillText(className(digit), outputs.x, y)
      context.fillStyle = colors.line
      context.fillRect(from, y - 7, room, 14)
      context.fillStyle = isLargest ? colors.orange : colors.grey
      context.fillRect(from, y - 7, room * probability, 14)
      context.textAlign = 'right'
      context.fillStyle = isLargest ? colors.ink : colors.soft
      context.fillText(says, outputs.x + outputs.width, y)
    } else {
      const x = outputs.x + step * (digit + 0.5)
      const [wide, room] = [step * 0.6, outputs.height - outputs.names]
      context.textBaseline = 'alphabetic'
      context.textAlign = 'center'
      context.fillStyle = colors.line
      context.fillRect(x - wide / 2, outputs.y, wide, room)
      context.fillStyle = isLargest ? colors.orange : colors.grey
      context.fillRect(x - wide / 2, outputs.y + room * (1 - probability), wide, room * probability)
      context.fillStyle = digit === way.image.label ? colors.ink : colors.soft
      nameBelow(context, className(digit), x, outputs.y + room)
      context.fillStyle = colors.ink
      if (isLargest) caption(context, says, x, outputs.y - 6, outputs.width)
    }
  }
}

/** A digit, or a word downwards. */
function nameBelow(context: CanvasRenderingContext2D, name: string, x: number, y: number): void {
  if (name.length === 1) {
    context.fillText(name, x, y + 18)
    return
  }
  context.save()
  context.translate(x, y + 8)
  context.rotate(Math.PI / 2)
  context.textAlign = 'left'
  context.textBaseline = 'middle'
  context.fillText(name, 0, 0)
  context.restore()
}

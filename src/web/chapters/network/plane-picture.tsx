// The plane: what the network says of each place, the line where it hesitates, and the points.
import { useComputed } from '@preact/signals'
import { useMemo, useRef } from 'preact/hooks'
import { type Draw, useDrawing } from '../../parts/canvas.tsx'
import type { Palette } from '../../parts/palette.ts'
import { plain } from './equations.ts'
import { words } from './plane.texts.ts'
import { GRID } from './plane-boundary.ts'
import { EXTENT, type Points, withPoint } from './plane-data.ts'
import { plane, planeClass, shownUnit } from './state.ts'
import { paleScale, UnitImage } from './unit-images.ts'

export function PlanePicture() {
  const canvas = useRef<HTMLCanvasElement>(null)
  const image = useMemo(() => new UnitImage(), [])
  const draw = useMemo<Draw>(
    () =>
      (context, { width, height }, colors) => {
        drawField(context, width, height, colors, image)
        if (!shownUnit.value) drawBoundary(context, width, colors)
        drawPoints(context, width, plane.testPoints.value, colors, true)
        drawPoints(context, width, plane.points.value, colors, false)
      },
    [image],
  )
  useDrawing(canvas, draw)
  const text = words.value
  const unit = shownUnit.value
  const description = useComputed(() => describe())
  return (
    <figure class="plane-picture">
      <div class="canvas plane-canvas">
        <canvas
          ref={canvas}
          role="img"
          aria-label={description.value}
          onClick={event => {
            const { width, height } = event.currentTarget.getBoundingClientRect()
            const x = (event.offsetX / width - 0.5) * 2 * EXTENT
            const y = (0.5 - event.offsetY / height) * 2 * EXTENT
            plane.setPoints(withPoint(plane.points.value, x, y, planeClass.value))
          }}
        />
      </div>
      <figcaption class="caption">
        {unit ? text.showsUnit(text.layer(plain(unit.layer + 1)), plain(unit.unit + 1)) : text.showsNetwork}
      </figcaption>
    </figure>
  )
}

/** For those who do not see it; it changes with the settings, not with each frame. */
function describe(): string {
  const text = words.value
  const { source } = plane.settings
  const { count } = plane.points.value
  return text.picture(text.sources[source.value], plain(count))
}

function drawField(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  colors: Palette,
  image: UnitImage,
): void {
  const shown = plane.shown.value
  const field = plane.field.value
  if (!shown || !field) return
  const last = shown.layers.length - 1
  const { layer, unit } = shownUnit.value ?? { layer: last, unit: 0 }
  const of = shown.layers[Math.min(layer, last)]
  if (!of) return
  image.paint(
    field.outputsOf(Math.min(layer, last)),
    Math.min(unit, of.units - 1),
    of.units,
    of.activation,
    paleScale(colors),
  )
  // Grid points are the middles of an image's pixels: half a pixel hangs over at each side.
  const over = width / (GRID - 1) / 2
  context.imageSmoothingEnabled = true
  context.imageSmoothingQuality = 'high'
  context.drawImage(image.canvas, -over, -over, width + 2 * over, height + 2 * over)
}

function drawBoundary(context: CanvasRenderingContext2D, width: number, colors: Palette): void {
  const segments = plane.boundary.value?.segments ?? []
  const scale = width / (GRID - 1)
  context.beginPath()
  for (let i = 0; i < segments.length; i += 4) {
    context.moveTo((segments[i] ?? 0) * scale, (segments[i + 1] ?? 0) * scale)
    context.lineTo((segments[i + 2] ?? 0) * scale, (segments[i + 3] ?? 0) * scale)
  }
  context.strokeStyle = colors.ink
  context.lineWidth = 2.5
  context.lineCap = 'round'
  context.stroke()
}

/** Class 0 are blue discs, class 1 orange squares, for those who do not tell the colours apart. Test points are rings. */
function drawPoints(
  context: CanvasRenderingContext2D,
  width: number,
  { count, positions, labels }: Points,
  colors: Palette,
  areRings: boolean,
): void {
  const radius = Math.max(3, width / 110)
  context.lineWidth = 1.25
  for (const label of [0, 1]) {
    const color = label === 0 ? colors.blue : colors.orange
    context.fillStyle = areRings ? 'transparent' : color
    context.strokeStyle = areRings ? color : colors.paper
    context.globalAlpha = areRings ? 0.4 : 1
    context.beginPath()
    for (let i = 0; i < count; ++i) {
      if (labels[i] !== label) continue
      const x = ((positions[2 * i] ?? 0) / EXTENT / 2 + 0.5) * width
      const y = (0.5 - (positions[2 * i + 1] ?? 0) / EXTENT / 2) * width
      if (label === 0) {
        context.moveTo(x + radius, y)
        context.arc(x, y, radius, 0, 2 * Math.PI)
      } else context.rect(x - 0.9 * radius, y - 0.9 * radius, 1.8 * radius, 1.8 * radius)
    }
    context.fill()
    context.stroke()
  }
  context.globalAlpha = 1
}

// The network: each unit with what it gives over the plane, each weight as an edge.
import { useComputed } from '@preact/signals'
import { useMemo, useRef } from 'preact/hooks'
import { type Draw, useDrawing } from '../../parts/canvas.tsx'
import type { Palette } from '../../parts/palette.ts'
import { useWidth } from '../../parts/use-size.ts'
import { plain } from './equations.ts'
import { words } from './plane.texts.ts'
import { hoveredUnit, pinnedUnit, plane, shownUnit } from './state.ts'
import { coordinates, edgeStyle, paleScale, UnitImage } from './unit-images.ts'

const LARGEST_TILE = 44
const GAP = 10
const HEAD = 26

/** The layers' units, the inputs first. */
const sizes = () => [2, ...(plane.shown.value?.layers ?? []).map(({ units }) => units)]

interface Place {
  readonly x: number
  readonly y: number
}

/** Where the tiles are, in CSS pixels. */
class Layout {
  readonly tile: number
  readonly height: number
  readonly #step: number

  constructor(
    readonly width: number,
    readonly columns: readonly number[],
  ) {
    // An edge needs at least half of a tile's width.
    this.tile = Math.min(LARGEST_TILE, Math.floor(width / (1.5 * columns.length - 0.5)))
    this.height = HEAD + Math.max(...columns) * (this.tile + GAP)
    this.#step = columns.length > 1 ? (width - this.tile) / (columns.length - 1) : 0
  }

  /** The upper left corner of a unit's tile. */
  at(column: number, unit: number): Place {
    const units = this.columns[column] ?? 0
    const most = Math.max(...this.columns)
    const top = HEAD + ((most - units) * (this.tile + GAP)) / 2
    return { x: column * this.#step, y: top + unit * (this.tile + GAP) }
  }
}

export function PlaneNetwork() {
  const box = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const width = useWidth(box)
  const columns = useComputed(() => sizes().join(' '))
  const layout = new Layout(width.value, columns.value.split(' ').map(Number))
  const draw = useMemo<Draw>(() => {
    const images = new Map<string, UnitImage>()
    return (context, size, colors) => drawNetwork(context, new Layout(size.width, sizes()), colors, images)
  }, [])
  useDrawing(canvas, draw)
  const text = words.value
  return (
    <div class="plane-network" ref={box} style={{ height: `${layout.height}px` }}>
      <canvas ref={canvas} aria-hidden="true" />
      <ul aria-label={text.units}>
        {layout.width > 0 &&
          layout.columns
            .slice(1)
            .flatMap((units, layer) =>
              Array.from({ length: units }, (_, unit) => (
                <Unit
                  key={`${layer} ${unit}`}
                  layer={layer}
                  unit={unit}
                  place={layout.at(layer + 1, unit)}
                  tile={layout.tile}
                  isOutput={layer === layout.columns.length - 2}
                />
              )),
            )}
      </ul>
    </div>
  )
}

interface UnitProps {
  layer: number
  unit: number
  place: Place
  tile: number
  isOutput: boolean
}

/** A button over the unit's tile: it shows the unit in the large picture. */
function Unit({ layer, unit, place, tile, isOutput }: UnitProps) {
  const text = words.value
  const isPinned = pinnedUnit.value?.layer === layer && pinnedUnit.value.unit === unit
  const here = { layer, unit }
  const reach = Math.max(0, (LARGEST_TILE - tile) / 2)
  return (
    <li>
      <button
        type="button"
        class="unit-button"
        aria-pressed={isPinned}
        aria-label={isOutput ? text.output : text.unit(plain(layer + 1), plain(unit + 1))}
        style={{
          left: `${place.x - reach}px`,
          top: `${place.y - Math.min(reach, GAP / 2)}px`,
          width: `${tile + 2 * reach}px`,
          height: `${tile + 2 * Math.min(reach, GAP / 2)}px`,
        }}
        onPointerEnter={event => {
          if (event.pointerType === 'mouse') hoveredUnit.value = here
        }}
        onPointerLeave={() => {
          hoveredUnit.value = undefined
        }}
        onClick={() => {
          pinnedUnit.value = isPinned ? undefined : here
        }}
      />
    </li>
  )
}

function drawNetwork(
  context: CanvasRenderingContext2D,
  layout: Layout,
  colors: Palette,
  images: Map<string, UnitImage>,
): void {
  const shown = plane.shown.value
  const field = plane.field.value
  if (!shown || !field) return
  const { tile } = layout
  for (const [layer, { weights }] of shown.parameters.entries()) {
    const units = layout.columns[layer + 1] ?? 0
    for (const [i, weight] of weights.entries()) {
      const from = layout.at(layer, Math.floor(i / units))
      const to = layout.at(layer + 1, i % units)
      const { color, width } = edgeStyle(weight, colors)
      const [x1, y1, x2, y2] = [from.x + tile, from.y + tile / 2, to.x, to.y + tile / 2]
      const middle = (x1 + x2) / 2
      context.beginPath()
      context.moveTo(x1, y1)
      context.bezierCurveTo(middle, y1, middle, y2, x2, y2)
      context.strokeStyle = color
      context.lineWidth = width
      context.stroke()
    }
  }
  const imageOf = (key: string) => {
    const image = images.get(key) ?? new UnitImage()
    images.set(key, image)
    return image
  }
  const scale = paleScale(colors)
  for (const [column, units] of layout.columns.entries()) {
    const of = shown.layers[column - 1]
    for (let unit = 0; unit < units; ++unit) {
      const image = imageOf(`${column} ${unit}`)
      if (of) image.paint(field.outputsOf(column - 1), unit, units, of.activation, scale)
      else image.paint(INPUTS[unit] ?? new Float32Array(), 0, 1, 'identity', scale)
      const place = layout.at(column, unit)
      const isShown = of && shownUnit.value?.layer === column - 1 && shownUnit.value.unit === unit
      drawTile(context, image, place, tile, isShown ? colors.accent : colors.edge, isShown ? 3 : 1)
    }
  }
  drawHeads(context, layout, colors)
}

const INPUTS = [coordinates(0), coordinates(1)]

function drawTile(
  context: CanvasRenderingContext2D,
  { canvas }: UnitImage,
  { x, y }: Place,
  tile: number,
  color: string,
  width: number,
): void {
  context.save()
  context.beginPath()
  context.roundRect(x, y, tile, tile, 6)
  context.clip()
  context.drawImage(canvas, x, y, tile, tile)
  context.restore()
  context.beginPath()
  context.roundRect(x, y, tile, tile, 6)
  context.strokeStyle = color
  context.lineWidth = width
  context.stroke()
}

/** Above each column: x, the layer's number and y. */
function drawHeads(context: CanvasRenderingContext2D, layout: Layout, colors: Palette): void {
  context.font = '13px system-ui, sans-serif'
  context.fillStyle = colors.soft
  context.textBaseline = 'top'
  const last = layout.columns.length - 1
  for (const column of layout.columns.keys()) {
    const isLast = column === last
    context.textAlign = column === 0 ? 'left' : isLast ? 'right' : 'center'
    const x = layout.at(column, 0).x + (column === 0 ? 0 : isLast ? layout.tile : layout.tile / 2)
    context.fillText(column === 0 ? 'x₁, x₂' : isLast ? 'y' : plain(column), x, 2)
  }
}

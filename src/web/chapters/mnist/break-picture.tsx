// The units or pixels of the network that is broken, which are wiped by a press.
import { useSignal } from '@preact/signals'
import { SIDE } from '../../digits/packing.ts'
import { formatNumber } from '../../languages.ts'
import { Canvas } from '../../parts/canvas.tsx'
import { cssOf, mix, type Palette, rgbOf } from '../../parts/palette.ts'
import { blockAt } from './block.ts'
import * as model from './break.model.ts'
import { words } from './break.texts.ts'
import { UNITS } from './damage.ts'

const { breaking, isBlocked, present } = model

export function Picture() {
  const text = words.value
  const isPixels = model.kind.value === 'pixels'
  const says = { units: text.unitsSay, pixels: text.pixelsSay, weights: text.weightsSay }[model.kind.value]
  return (
    <div class="break-picture">
      <p class="caption">{says}</p>
      {isPixels ? <Pixels /> : <Units />}
    </div>
  )
}

/** Units side by side. */
const COLUMNS = 32
const ROWS = UNITS / COLUMNS

interface Cells {
  columns: number
  rows: number
  strengths: ArrayLike<number> | undefined
  wiped: readonly boolean[] | undefined
  marked?: ReadonlySet<number>
}

function drawCells(
  context: CanvasRenderingContext2D,
  width: number,
  { columns, rows, strengths, wiped, marked }: Cells,
  colors: Palette,
): void {
  const side = width / columns
  const gap = side > 8 ? 1 : 0.5
  const [weak, strong] = [rgbOf(colors.neutral), rgbOf(colors.blue)]
  for (let i = 0; i < columns * rows; ++i) {
    const [x, y] = [(i % columns) * side, Math.floor(i / columns) * side]
    const isOut = wiped?.[i] || marked?.has(i)
    context.fillStyle = isOut ? colors.paper : cssOf(mix(weak, strong, strengths?.[i] ?? 0))
    context.fillRect(x, y, side - gap, side - gap)
    if (!isOut) continue
    context.strokeStyle = colors.orange
    context.lineWidth = Math.max(1, side / 9)
    context.beginPath()
    const inset = side / 4
    context.moveTo(x + inset, y + inset)
    context.lineTo(x + side - gap - inset, y + side - gap - inset)
    context.moveTo(x + side - gap - inset, y + inset)
    context.lineTo(x + inset, y + side - gap - inset)
    context.stroke()
  }
}

/** Which cell a pointer is over. */
function cellAt(event: PointerEvent & { currentTarget: Element }, columns: number, rows: number) {
  const { left, top, width, height } = event.currentTarget.getBoundingClientRect()
  const column = Math.floor(((event.clientX - left) / width) * columns)
  const row = Math.floor(((event.clientY - top) / height) * rows)
  const isInside = column >= 0 && column < columns && row >= 0 && row < rows
  return isInside ? { row, column } : undefined
}

export const count = (flags: readonly boolean[] | undefined) => flags?.filter(Boolean).length ?? 0

function Units() {
  const state = present()
  const canPress = model.kind.value === 'units' && !isBlocked()
  return (
    <div
      class={canPress ? 'pressable' : undefined}
      onPointerUp={event => {
        const cell = cellAt(event, COLUMNS, ROWS)
        if (!canPress || !cell) return
        const unit = cell.row * COLUMNS + cell.column
        model.unit.value = unit + 1
        if (!state?.wiped.units[unit]) breaking.wipeUnits([unit])
      }}
    >
      <Canvas
        aspect={ROWS / COLUMNS}
        description={words.value.unitsPicture(formatNumber(count(state?.wiped.units)))}
        draw={(context, { width }, colors) =>
          drawCells(
            context,
            width,
            { columns: COLUMNS, rows: ROWS, strengths: state?.strengths.units, wiped: state?.wiped.units },
            colors,
          )
        }
      />
    </div>
  )
}

function Pixels() {
  const state = present()
  /** The pixels that the pointer was dragged over so far. */
  const dragged = useSignal<ReadonlySet<number>>(new Set())
  const add = (event: PointerEvent & { currentTarget: HTMLDivElement }) => {
    const cell = cellAt(event, SIDE, SIDE)
    if (!cell) return
    const side = model.brush.value
    const [row, column] = [cell.row - Math.floor(side / 2), cell.column - Math.floor(side / 2)]
    const [top, left] = [Math.max(0, row), Math.max(0, column)]
    model.row.value = top + 1
    model.column.value = left + 1
    dragged.value = new Set([...dragged.peek(), ...blockAt(top, left, side)])
  }
  const finish = () => {
    const pixels = [...dragged.peek()]
    dragged.value = new Set()
    if (pixels.length > 0) breaking.blindPixels(pixels)
  }
  return (
    <div
      class={`pixels${isBlocked() ? '' : ' pressable'}`}
      onPointerDown={event => {
        if (isBlocked()) return
        event.currentTarget.setPointerCapture(event.pointerId)
        add(event)
      }}
      onPointerMove={event => {
        if (dragged.peek().size > 0) add(event)
      }}
      onPointerUp={finish}
      onPointerCancel={() => {
        dragged.value = new Set()
      }}
    >
      <Canvas
        aspect={1}
        description={words.value.pixelsPicture(formatNumber(count(state?.wiped.pixels)))}
        draw={(context, { width }, colors) =>
          drawCells(
            context,
            width,
            {
              columns: SIDE,
              rows: SIDE,
              strengths: state?.strengths.pixels,
              wiped: state?.wiped.pixels,
              marked: dragged.value,
            },
            colors,
          )
        }
      />
    </div>
  )
}

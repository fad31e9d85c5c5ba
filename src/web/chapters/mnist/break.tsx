// Breaking the network: what is wiped, what that does to its accuracy, and what training mends of it.
import { effect, type Signal, useComputed, useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { formatNumber, formatPercent } from '../../languages.ts'
import { Button } from '../../parts/button.tsx'
import { Canvas } from '../../parts/canvas.tsx'
import { Choice } from '../../parts/choice.tsx'
import { Exhibit } from '../../parts/exhibit.tsx'
import { Live } from '../../parts/live.tsx'
import { NumberField } from '../../parts/number-field.tsx'
import { cssOf, mix, type Palette, rgbOf } from '../../parts/palette.ts'
import { Dots, Line, Plot } from '../../parts/plot.tsx'
import { Slider } from '../../parts/slider.tsx'
import { useIsInView } from '../../parts/use-size.ts'
import { blockAt } from './block.ts'
import './break.css'
import * as model from './break.model.ts'
import { words } from './break.texts.ts'
import { type BrokenState, MOST_KEPT } from './breaking.ts'
import { UNITS, WEIGHTS } from './damage.ts'
import { network, weightsVersion } from './network.model.ts'
import { isBusy, presentNetwork } from './training.model.ts'

const { breaking } = model

/** Milliseconds for which the weights must be left alone before they are looked at. */
const CALM = 300

export function BreakIt() {
  const text = words.value
  const box = useRef<HTMLDivElement>(null)
  useLook(useIsInView(box))
  return (
    <div ref={box} class="break-it">
      <Exhibit
        name="break"
        title={text.title}
        lead={text.lead}
        picture={
          <>
            <Picture />
            <Curve />
          </>
        }
        words={<Words />}
        below={<Notes />}
      >
        <Choice
          label={text.what}
          value={model.kind}
          options={(['units', 'pixels', 'weights'] as const).map(value => ({
            value,
            label: text.kinds[value],
          }))}
        />
        <Controls />
        <Mending />
        <ByDigit />
      </Exhibit>
    </div>
  )
}

/** Looks at the network whenever it has changed by itself and then stays as it is, while the exhibit is in view. */
function useLook(isInView: Signal<boolean>): void {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    /** The weights that were looked at last: a failure is not repeated. */
    let last: readonly unknown[] = []
    const stop = effect(() => {
      clearTimeout(timer)
      const now = [network.value, weightsVersion.value]
      if (!isInView.value || isBusy.value || breaking.work.value !== 'resting' || breaking.isCurrent) return
      if (now.every((value, i) => value === last[i])) return
      timer = setTimeout(async () => {
        last = now
        await presentNetwork()
        await breaking.look()
      }, CALM)
    })
    return () => {
      clearTimeout(timer)
      stop()
    }
  }, [])
}

const present = (): BrokenState | undefined => breaking.states.value.at(-1)

/** Nothing is broken while the chapter's training runs, or a mend does. */
const isBlocked = () => isBusy.value || breaking.work.value === 'training'

function Picture() {
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
const SIDE = 28

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

const count = (flags: readonly boolean[] | undefined) => flags?.filter(Boolean).length ?? 0

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

function Controls() {
  switch (model.kind.value) {
    case 'units':
      return <UnitControls />
    case 'pixels':
      return <PixelControls />
    case 'weights':
      return <WeightControls />
  }
}

const Share = () => (
  <Slider
    label={words.value.share}
    value={model.share}
    min={0.05}
    max={0.95}
    step={0.05}
    format={share => formatPercent(share, 0)}
  />
)

function UnitControls() {
  const text = words.value
  return (
    <>
      <div class="controls">
        <NumberField label={text.unit} value={model.unit} min={1} max={UNITS} />
        <Button isDisabled={isBlocked()} onPress={() => breaking.wipeUnits([model.unit.peek() - 1])}>
          {text.wipeUnit}
        </Button>
      </div>
      <Share />
      <div class="controls">
        <Button
          isPrimary
          isDisabled={isBlocked()}
          onPress={() => breaking.wipeShareOfUnits(model.share.peek())}
        >
          {text.wipeUnits(formatNumber(Math.round(model.share.value * UNITS)))}
        </Button>
      </div>
    </>
  )
}

function PixelControls() {
  const text = words.value
  return (
    <>
      <Choice
        label={text.brush}
        value={model.brush}
        options={model.BRUSHES.map(side => ({ value: side, label: text.brushes(formatNumber(side)) }))}
      />
      <div class="controls">
        <NumberField label={text.row} value={model.row} min={1} max={SIDE} />
        <NumberField label={text.column} value={model.column} min={1} max={SIDE} />
        <Button
          isPrimary
          isDisabled={isBlocked()}
          onPress={() =>
            breaking.blindPixels(blockAt(model.row.peek() - 1, model.column.peek() - 1, model.brush.peek()))
          }
        >
          {text.blind}
        </Button>
      </div>
    </>
  )
}

function WeightControls() {
  const text = words.value
  return (
    <>
      <Share />
      <div class="controls">
        <Button
          isPrimary
          isDisabled={isBlocked()}
          onPress={() => breaking.wipeShareOfWeights(model.share.peek())}
        >
          {text.wipeWeights(formatNumber(Math.round(model.share.value * WEIGHTS)))}
        </Button>
      </div>
    </>
  )
}

/** Batches of a small mend. */
const FEW = 10

function Mending() {
  const text = words.value
  const isTraining = breaking.work.value === 'training'
  const cannotUndo = isBlocked() || !breaking.canUndo
  return (
    <div class="controls" role="group" aria-label={text.mend}>
      <Button
        isDisabled={isBusy.value}
        onPress={() => (isTraining ? breaking.stop() : breaking.train(undefined))}
      >
        {isTraining ? text.stop : text.epoch}
      </Button>
      <Button isDisabled={isBlocked()} onPress={() => breaking.train(FEW)}>
        {text.batches(formatNumber(FEW))}
      </Button>
      <Button isDisabled={cannotUndo} onPress={() => breaking.undo()}>
        {text.undo}
      </Button>
      <Button isDisabled={cannotUndo} onPress={() => breaking.restore()}>
        {text.whole}
      </Button>
    </div>
  )
}

/** Breaks and mends that the curve has room for before it becomes longer. */
const ROOM = 6

function Curve() {
  const text = words.value
  const states = breaking.states.value
  const course = breaking.course.value
  const segments = states.slice(1).map((state, i) => ({
    tone: state.deed.is === 'trained' ? ('blue' as const) : ('orange' as const),
    points: [
      [i, states[i]?.accuracy ?? 0] as const,
      ...state.course.map(([share, accuracy]) => [i + share, accuracy] as const),
      [i + 1, state.accuracy] as const,
    ],
  }))
  const last = states.length - 1
  const running = [
    [last, states[last]?.accuracy ?? 0] as const,
    ...course.map(([share, accuracy]) => [last + share, accuracy] as const),
  ]
  const list = states.map(({ accuracy }) => formatPercent(accuracy, 1)).join(', ')
  return (
    <Plot
      x={{
        domain: [0, Math.max(ROOM, states.length)],
        name: text.deeds,
        format: value => (Number.isInteger(value) ? formatNumber(value) : ''),
      }}
      y={{ domain: [0, 1], name: text.curve, format: share => formatPercent(share, 0) }}
      aspect={0.5}
      narrowAspect={0.7}
      description={states.length > 0 ? text.curveSays(list) : text.curveEmpty}
    >
      {segments.map(({ tone, points }, i) => (
        <Line key={i} tone={tone} points={points} />
      ))}
      {course.length > 0 && <Line tone="blue" points={running} />}
      <Dots tone="blue" points={dotsOf(states, true)} />
      <Dots tone="orange" points={dotsOf(states, false)} />
    </Plot>
  )
}

/** Where a mend or the beginning is, or where a break is. */
function dotsOf(states: readonly BrokenState[], isMend: boolean): (readonly [number, number])[] {
  return states.flatMap(({ deed, accuracy }, i) =>
    (deed.is === 'trained' || deed.is === 'found') === isMend ? [[i, accuracy] as const] : [],
  )
}

function ByDigit() {
  const text = words.value
  const [first] = breaking.states.value
  const now = present()
  if (!first || !now) return null
  return (
    <div class="table-frame">
      <table class="list compact">
        <caption>{text.byDigit}</caption>
        <thead>
          <tr>
            <th scope="col">{text.digit}</th>
            {now.byDigit.map((_, digit) => (
              <th key={digit} scope="col">
                {digit}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {[
            { name: text.found, shares: first.byDigit },
            { name: text.now, shares: now.byDigit },
          ].map(({ name, shares }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {shares.map((share, digit) => (
                <td key={digit}>{formatNumber(share * 100)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Words() {
  const said = useComputed(sentence)
  const state = present()
  return (
    <>
      <Live text={said} />
      {state && (
        <p class="caption">
          {words.value.weights}: {state.hash ? <code>{state.hash}</code> : words.value.noHash}
        </p>
      )}
    </>
  )
}

function sentence(): string {
  const text = words.value
  if (isBusy.value) return text.busy
  if (breaking.error.value !== undefined) {
    return text.failed(String(Object(breaking.error.value).message || breaking.error.value))
  }
  if (breaking.work.value === 'training') {
    const latest = breaking.course.value.at(-1)
    return latest ? text.training(formatPercent(latest[1], 1)) : text.trainingBegins
  }
  const states = breaking.states.value
  const now = states.at(-1)
  if (!now) return text.waits
  return [deedInWords(states, now), silentInWords(now)].join(' ').trim()
}

function deedInWords(states: readonly BrokenState[], { deed, accuracy }: BrokenState): string {
  const text = words.value.whatNow
  const now = formatPercent(accuracy, 1)
  if (deed.is === 'found') return text.found(now)
  const before = formatPercent(states.at(-2)?.accuracy ?? 0, 1)
  const number = deed.is === 'trained' ? deed.batches : deed.count
  return text[deed.is](formatNumber(number), number === 1, before, now)
}

/** What training cannot mend. */
function silentInWords({ deed, wiped }: BrokenState): string {
  const silent = count(wiped.units)
  return deed.is === 'trained' && silent > 0 ? words.value.silent(formatNumber(silent), silent === 1) : ''
}

function Notes() {
  const text = words.value
  return (
    <p class="caption">
      {text.keeps(formatNumber(MOST_KEPT), formatNumber(model.MEGABYTES, 1))} {text.stays}
    </p>
  )
}

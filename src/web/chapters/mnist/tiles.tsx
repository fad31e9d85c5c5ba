// The hidden layer's weights as tiles, and what training has changed in them.
import { useComputed, useSignalEffect } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { PIXELS, SIDE } from '../../digits/packing.ts'
import { formatNumber } from '../../languages.ts'
import { Button } from '../../parts/button.tsx'
import { Canvas, type CanvasSize } from '../../parts/canvas.tsx'
import { Choice } from '../../parts/choice.tsx'
import { Exhibit } from '../../parts/exhibit.tsx'
import { Live, useCalm } from '../../parts/live.tsx'
import { diverging, type Palette, rgbOf } from '../../parts/palette.ts'
import { Slider } from '../../parts/slider.tsx'
import { useIsWanted } from '../../parts/use-size.ts'
import { followParameters } from './parameters.model.ts'
import type { Tiles } from './tiles.model.ts'
import * as model from './tiles.model.ts'
import { words } from './tiles.texts.ts'

/** A tile and the line beside it, in pixels of the image. */
const PITCH = SIDE + 1
const IMAGE_SIDE = model.TILES_ACROSS * PITCH - 1

export function TilesExhibit() {
  const text = words.value
  const box = useRef<HTMLDivElement>(null)
  const isInView = useIsWanted(box, () => model.tiles.value !== undefined)
  useSignalEffect(() => (isInView.value ? followParameters() : undefined))
  return (
    <Exhibit
      name="tiles"
      title={text.title}
      lead={text.lead}
      picture={
        <div ref={box} class="tiles">
          <Picture />
          <Legend />
        </div>
      }
      words={<Words />}
    >
      <Choice
        label={text.kind}
        value={model.kind}
        options={[
          { value: 'difference', label: text.difference },
          { value: 'weights', label: text.weights },
        ]}
      />
      <Slider label={text.units} value={model.page} min={1} max={model.PAGES} step={1} format={range} />
      <div class="controls">
        <Button onPress={() => turn(-1)}>{text.previous}</Button>
        <Button onPress={() => turn(1)}>{text.next}</Button>
      </div>
    </Exhibit>
  )
}

function turn(by: number): void {
  model.page.value = ((model.page.peek() - 1 + by + model.PAGES) % model.PAGES) + 1
}

const range = (page: number) =>
  words.value.range(
    formatNumber((page - 1) * model.TILES + 1),
    formatNumber(page * model.TILES),
    formatNumber(model.PAGES * model.TILES),
  )

function Picture() {
  const text = words.value
  const calm = useCalm(model.tiles)
  const now = calm.value
  return (
    <Canvas
      aspect={1}
      isPixelated
      description={
        now
          ? text.description(
              formatNumber(now.first + 1),
              formatNumber(now.first + model.TILES),
              now.kind === 'difference',
              formatNumber(now.full, 3),
            )
          : text.waiting
      }
      draw={(context, size, colors) => draw(context, size, colors, calm.value)}
    />
  )
}

let whole: HTMLCanvasElement | undefined

/** All tiles as one image, which is then enlarged. */
function draw(
  context: CanvasRenderingContext2D,
  { width, height }: CanvasSize,
  colors: Palette,
  tiles: Tiles | undefined,
): void {
  if (!tiles) return
  whole ??= Object.assign(document.createElement('canvas'), { width: IMAGE_SIDE, height: IMAGE_SIDE })
  const image = new ImageData(IMAGE_SIDE, IMAGE_SIDE)
  const places = new Uint32Array(image.data.buffer)
  const colorOf = diverging(colors)
  const wordOf = ([red, green, blue]: readonly [number, number, number]) =>
    (255 << 24) | (blue << 16) | (green << 8) | red
  places.fill(wordOf(rgbOf(colors.paper)))
  const { values, full } = tiles
  for (let tile = 0; tile < model.TILES; ++tile) {
    const [left, top] = [(tile % model.TILES_ACROSS) * PITCH, Math.floor(tile / model.TILES_ACROSS) * PITCH]
    for (let pixel = 0; pixel < PIXELS; ++pixel) {
      const at = (top + Math.floor(pixel / SIDE)) * IMAGE_SIDE + left + (pixel % SIDE)
      const value = values[tile * PIXELS + pixel] ?? 0
      places[at] = wordOf(colorOf(full > 0 ? value / full : 0))
    }
  }
  whole.getContext('2d')?.putImageData(image, 0, 0)
  context.drawImage(whole, 0, 0, width, height)
}

function Legend() {
  const full = useCalm(model.tiles).value?.full ?? 0
  if (full === 0) return null
  return (
    <div class="scale" aria-hidden="true">
      <span>{formatNumber(-full, 3)}</span>
      <span class="bar" />
      <span>{`+${formatNumber(full, 3)}`}</span>
    </div>
  )
}

function Words() {
  const said = useComputed(() => {
    const text = words.value
    const tiles = model.tiles.value
    if (!tiles) return text.waiting
    const { changes, most, unchanged } = tiles
    const length = changes[most] ?? 0
    if (unchanged === changes.length)
      return tiles.kind === 'difference' ? text.nothingChanged : text.weightsSay
    return [
      tiles.kind === 'difference' ? text.changesSay : text.weightsSay,
      text.most(formatNumber(most + 1), formatNumber(length, 2)),
      unchanged > 0 ? text.unchanged(formatNumber(unchanged)) : '',
    ]
      .join(' ')
      .trim()
  })
  return <Live text={said} />
}

// A function with its tangent, and below it its slope, at the point that the handle and the slider move.
import { formatNumber } from '../../languages.ts'
import { Clip } from '../../parts/clip.tsx'
import { Handle } from '../../parts/handle.tsx'
import { Line, Plot, usePlot } from '../../parts/plot.tsx'
import { Slider } from '../../parts/slider.tsx'
import { largestOf, sentenceOf, slopeText } from './function-sentences.ts'
import { functionWords } from './function-texts.ts'
import type { FunctionsModel } from './functions.model.ts'
import { words } from './texts.ts'

/** Of what the slider moves. */
const STEP = 0.05

interface ModelProps {
  model: FunctionsModel
}

export function ValuePlot({ model }: ModelProps) {
  const texts = words.value.functions
  const { domain, values } = model.row.value
  const { a, h } = model.point.value
  const name = functionWords.value.names[model.name.value]
  return (
    <Plot
      x={{ domain, name: 'a' }}
      y={{ domain: values, name: texts.value, ticks: 4 }}
      aspect={0.54}
      narrowAspect={0.72}
      description={texts.describe(name, sentenceOf(model))}
    >
      <Clip>
        <Tangents model={model} />
        <Line points={model.lines.value.value} tone="blue" />
      </Clip>
      <Handle
        name={texts.point}
        x={a}
        y={h}
        moves="x"
        min={domain[0]}
        max={domain[1]}
        step={STEP}
        tone="blue"
        valueText={sentenceOf(model)}
        onMove={place => {
          model.place.value = snap(place, model.row.value.corners)
        }}
      />
    </Plot>
  )
}

/** To the slider's steps. */
function snap(place: number, corners: readonly number[]): number {
  const near = corners.find(corner => Math.abs(corner - place) < STEP)
  return near ?? Number((Math.round(place / STEP) * STEP).toFixed(4))
}

/** The tangent with its slope as a rise over a run of 1; at a corner all tangents, or those of both sides. */
function Tangents({ model }: ModelProps) {
  const { x, y } = usePlot()
  const [low, high] = model.row.value.domain
  const { a, h, slope } = model.point.value
  const corner = model.corner.value
  const through = (rise: number): [number, number][] => [
    [low, h + rise * (low - a)],
    [high, h + rise * (high - a)],
  ]
  if (corner?.kind === 'jump') {
    return (
      <>
        <line class="jump" x1={x(a)} x2={x(a)} y1={y(corner.low)} y2={y(corner.high)} />
        <circle class="open-dot blue" cx={x(a)} cy={y(corner.high)} r="5" />
      </>
    )
  }
  if (corner) {
    const { left, right, all } = corner
    const slopes = all
      ? Array.from({ length: 11 }, (_, i) => left + (i * (right - left)) / 10)
      : [left, right]
    const wedge = (end: number) =>
      `M${x(a)} ${y(h)}L${x(end)} ${y(h + left * (end - a))}L${x(end)} ${y(h + right * (end - a))}Z`
    return (
      <g class="fan">
        {all && <path class="wedge" d={wedge(low) + wedge(high)} />}
        {slopes.map(rise => (
          <Line key={rise} points={through(rise)} tone="orange" />
        ))}
      </g>
    )
  }
  const run = a + 1 > high ? -1 : 1
  const [fromX, toX, fromY, toY] = [x(a), x(a + run), y(h), y(h + run * slope)]
  return (
    <>
      <path class="rise" d={`M${fromX} ${fromY}H${toX}V${toY}Z`} />
      <Line points={through(slope)} tone="orange" />
    </>
  )
}

export function SlopePlot({ model }: ModelProps) {
  const texts = words.value.functions
  const { domain } = model.row.value
  const { most, least } = model.steepest.value
  const low = Math.min(-0.1, least - 0.1)
  // With room for the name of the largest slope.
  const high = Math.max(1.15, most + 0.3 * (most - low))
  const name = functionWords.value.names[model.name.value]
  return (
    <Plot
      x={{ domain, name: 'a' }}
      y={{ domain: [low, high], name: texts.slope, ticks: 3 }}
      aspect={0.32}
      narrowAspect={0.56}
      description={texts.describeSlope(name, largestOf(model))}
    >
      <Clip>
        <Line points={model.lines.value.derivative} tone="orange" />
      </Clip>
      <SlopeMarks model={model} />
    </Plot>
  )
}

/** The largest slope as a line, corners as what lies between their slopes, and the slope at the point. */
function SlopeMarks({ model }: ModelProps) {
  const { x, y, left, right, top, bottom } = usePlot()
  const { a, slope } = model.point.value
  const { most } = model.steepest.value
  const isRight = x(a) > (left + right) / 2
  return (
    <g class="slope-marks">
      {most > 0 && (
        <>
          <line class="most" x1={left} x2={right} y1={y(most)} y2={y(most)} />
          <text
            class="slope-mark-name"
            x={isRight ? left + 6 : right}
            y={y(most) - 7}
            text-anchor={isRight ? 'start' : 'end'}
          >
            {words.value.functions.never(slopeText(most))}
          </text>
        </>
      )}
      {model.corners.value.map(corner => {
        const at = x(corner.place)
        const [from, to] = corner.kind === 'jump' ? [0, Number.NaN] : [corner.left, corner.right]
        return (
          <g key={corner.place}>
            <line class="jump" x1={at} x2={at} y1={y(from)} y2={Number.isNaN(to) ? top : y(to)} />
            <circle class="open-dot orange" cx={at} cy={y(from)} r="4.5" />
            {!Number.isNaN(to) && <circle class="open-dot orange" cx={at} cy={y(to)} r="4.5" />}
          </g>
        )
      })}
      <line class="plumb" x1={x(a)} x2={x(a)} y1={top} y2={bottom} />
      <circle class="dot tone-orange" cx={x(a)} cy={y(slope)} r="6" />
    </g>
  )
}

export function PlaceSlider({ model }: ModelProps) {
  const [low, high] = model.row.value.domain
  return (
    <div class="place-slider">
      <Slider
        label="a"
        value={model.place}
        min={low}
        max={high}
        step={STEP}
        format={a => formatNumber(a, 2)}
      />
    </div>
  )
}

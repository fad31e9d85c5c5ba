// Each function with its slope: the curve with a tangent, the derivative below it, and both in numbers.
import type { ActivationName } from 'wasmlp/kernels'
import { formatNumber } from '../../languages.ts'
import { Button } from '../../parts/button.tsx'
import { Clip } from '../../parts/clip.tsx'
import { Exhibit } from '../../parts/exhibit.tsx'
import { Formula } from '../../parts/formula.tsx'
import { Handle } from '../../parts/handle.tsx'
import { Line, Plot, usePlot } from '../../parts/plot.tsx'
import { Slider } from '../../parts/slider.tsx'
import { functionFormulas } from './formulas.ts'
import { FUNCTIONS } from './function-table.ts'
import { functionWords } from './function-texts.ts'
import type { FunctionsModel } from './functions.model.ts'
import { words } from './texts.ts'
import { formatBound } from './written-numbers.ts'

/** Of what the slider moves. */
const STEP = 0.05

interface ModelProps {
  model: FunctionsModel
}

export function FunctionsExhibit({ model }: ModelProps) {
  const texts = words.value.functions
  return (
    <Exhibit
      name="functions"
      title={texts.title}
      lead={texts.lead}
      above={<Gallery model={model} />}
      picture={
        <>
          <ValuePlot model={model} />
          <SlopePlot model={model} />
          <PlaceSlider model={model} />
        </>
      }
      words={<Words model={model} />}
    >
      <Facts model={model} />
    </Exhibit>
  )
}

/** All functions to choose from, the lecture's first. */
function Gallery({ model }: ModelProps) {
  const texts = words.value.functions
  const others = FUNCTIONS.filter(({ lecture }) => !lecture)
  const tile = ({ name }: { name: ActivationName }) => <Tile key={name} model={model} name={name} />
  return (
    <fieldset class="function-gallery">
      <legend class="unseen">{texts.choose}</legend>
      <div class="function-tiles lecture">{FUNCTIONS.filter(({ lecture }) => lecture).map(tile)}</div>
      <details>
        <summary>{texts.more(String(others.length))}</summary>
        <div class="function-tiles">{others.map(tile)}</div>
      </details>
    </fieldset>
  )
}

const [TILE_WIDTH, TILE_HEIGHT] = [72, 40]

function Tile({ model, name }: ModelProps & { name: ActivationName }) {
  const found = model.thumbnails.get(name)
  if (!found) return null
  const { domain, values, points } = found
  const path = points
    .map(([a, h], i) => {
      const x = ((a - domain[0]) / (domain[1] - domain[0])) * TILE_WIDTH
      const y = (1 - (h - values[0]) / (values[1] - values[0])) * TILE_HEIGHT
      return `${i === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`
    })
    .join('')
  const zero = (1 + values[0] / (values[1] - values[0])) * TILE_HEIGHT
  return (
    <label class="function-tile">
      <input
        type="radio"
        name="activation-function"
        value={name}
        checked={model.name.value === name}
        onChange={() => {
          model.name.value = name
        }}
      />
      <span>
        <svg viewBox={`0 0 ${TILE_WIDTH} ${TILE_HEIGHT}`} aria-hidden="true">
          <line x1="0" x2={TILE_WIDTH} y1={zero} y2={zero} />
          <path d={path} />
        </svg>
        {functionWords.value.names[name]}
      </span>
    </label>
  )
}

function ValuePlot({ model }: ModelProps) {
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

function SlopePlot({ model }: ModelProps) {
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

/** 0.25 and 1 as they are, others with three decimals. */
function slopeText(value: number): string {
  const rounded = Number(value.toFixed(4))
  const decimals = [0, 1, 2].find(digits => Number(rounded.toFixed(digits)) === rounded)
  return formatNumber(rounded, decimals ?? 3)
}

function PlaceSlider({ model }: ModelProps) {
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

function Facts({ model }: ModelProps) {
  const texts = words.value.functions
  const name = model.name.value
  const { value, derivative } = functionFormulas[name]
  const { low, high, closed } = model.range.value
  const { least, most } = model.steepest.value
  const { parameter } = model.row.value
  const { a, h, slope } = model.point.value
  return (
    <>
      <dl class="readouts">
        <div>
          <dt>a</dt>
          <dd>{formatNumber(a, 2)}</dd>
        </div>
        <div class="blue">
          <dt>{texts.value}</dt>
          <dd>{formatNumber(h, 3)}</dd>
        </div>
        <div class="orange">
          <dt>{texts.slope}</dt>
          <dd>{model.corner.value ? slopesOf(model) : formatNumber(slope, 3)}</dd>
        </div>
      </dl>
      <div class="function-head">
        <h4>{functionWords.value.names[name]}</h4>
        <p>{functionWords.value.says[name]}</p>
      </div>
      <div class="function-formulas">
        <Formula of={value} isDisplay />
        <Formula of={derivative} isDisplay />
      </div>
      {parameter && (
        <Slider
          label={parameter.name === 'slope' ? texts.parameterSlope : texts.parameterAlpha}
          value={model.parameter}
          min={0.05}
          max={parameter.most}
          step={0.05}
          format={number => formatNumber(number, 2)}
        />
      )}
      <dl class="facts">
        <div>
          <dt>{texts.range}</dt>
          <dd>
            {closed === 'none' ? '(' : '['}
            {formatBound(low)}, {formatBound(high)}
            {closed === 'both' ? ']' : ')'}
          </dd>
        </div>
        <div>
          <dt>{texts.slopes}</dt>
          <dd>{least === most ? slopeText(most) : `[${slopeText(least)}, ${slopeText(most)}]`}</dd>
        </div>
      </dl>
      {model.corners.value.length > 0 && (
        <div class="controls">
          {model.corners.value.map(({ place }) => (
            <Button
              key={place}
              onPress={() => {
                model.place.value = place
              }}
            >
              {texts.toCorner(formatNumber(place))}
            </Button>
          ))}
        </div>
      )}
    </>
  )
}

/** What stands for the slope where there is none. */
function slopesOf({ corner }: FunctionsModel): string {
  const found = corner.value
  if (found?.kind === 'corner' && found.all) {
    return `[${formatBound(found.left)}, ${formatBound(found.right)}]`
  }
  return words.value.functions.undefinedHere
}

function Words({ model }: ModelProps) {
  return (
    <>
      <p>{sentenceOf(model)}</p>
      <p>{largestOf(model)}</p>
    </>
  )
}

/** What is seen at the point. */
function sentenceOf({ point, corner }: FunctionsModel): string {
  const texts = words.value.functions
  const { a, h, slope } = point.value
  const found = corner.value
  if (!found) return texts.at(formatNumber(a, 2), formatNumber(h, 3), formatNumber(slope, 3))
  const place = formatNumber(a)
  const kernel = formatBound(slope)
  if (found.kind === 'jump') return texts.jump(place, formatBound(found.low), formatBound(found.high), kernel)
  const [left, right] = [formatBound(found.left), formatBound(found.right)]
  return found.all ? texts.anySlope(place, left, right, kernel) : texts.corner(place, left, right, kernel)
}

/** How steep the function is at most. */
function largestOf({ steepest }: FunctionsModel): string {
  const { most, a } = steepest.value
  const texts = words.value.functions
  if (most === 0) return texts.flat
  return a === undefined ? texts.largest(slopeText(most)) : texts.largestAt(slopeText(most), slopeText(a))
}

// The lecture's chain of two sigmoids: forward as a row of numbers, back as a ribbon as wide as the gradient.
import { useRef } from 'preact/hooks'
import { formatNumber, formatPercent } from '../../languages.ts'
import { Button } from '../../parts/button.tsx'
import { Exhibit } from '../../parts/exhibit.tsx'
import { Formula } from '../../parts/formula.tsx'
import { Slider } from '../../parts/slider.tsx'
import { useWidth } from '../../parts/use-size.ts'
import type { ChainModel } from './chain.model.ts'
import { sigmoidSlope } from './formulas.ts'
import { words } from './texts.ts'
import { formatSignificant } from './written-numbers.ts'

interface ModelProps {
  model: ChainModel
}

export function ChainExhibit({ model }: ModelProps) {
  const texts = words.value.chain
  const forward = forwardOf(model)
  const backward = backwardOf(model)
  const [, last] = model.steps.value
  return (
    <Exhibit
      name="chain"
      title={texts.title}
      lead={texts.lead}
      picture={
        <>
          <Diagram model={model} description={`${forward} ${backward}`} />
          <div class="slider-row">
            <Slider
              label={texts.input}
              value={model.sent}
              min={-6}
              max={6}
              step={0.05}
              format={input => (model.input.value === undefined ? texts.byHand : formatNumber(input, 2))}
            />
            <Slider
              label={texts.first}
              value={model.first}
              min={0.01}
              max={0.99}
              step={0.01}
              format={written}
            />
            <Slider
              label={texts.second}
              value={model.second}
              min={0.01}
              max={0.99}
              step={0.01}
              format={written}
            />
          </div>
        </>
      }
      words={
        <>
          <p>{forward}</p>
          <p>
            <strong>{backward}</strong>
          </p>
          <p>{texts.left(formatPercent(last.after, last.after < 0.01 ? 2 : 1))}</p>
        </>
      }
    >
      <Formula of={sigmoidSlope} isDisplay />
      <div class="controls">
        <Button onPress={model.lecture}>{texts.lecture}</Button>
        <Button onPress={model.flat}>{texts.flat}</Button>
        <Button onPress={model.steepest}>{texts.steepest}</Button>
      </div>
      <label class="check">
        <input
          type="checkbox"
          checked={model.rounded.value}
          onChange={event => {
            model.rounded.value = event.currentTarget.checked
          }}
        />
        <span>{texts.rounded}</span>
      </label>
    </Exhibit>
  )
}

/** As the lecture writes it, or with four digits where nothing is rounded. */
const written = (value: number) => formatSignificant(value, 4)

function forwardOf({ input, outputs }: ChainModel): string {
  const texts = words.value.chain
  const [first, second] = outputs.value
  if (input.value === undefined) return texts.handWords(written(first), written(second))
  return texts.forwardWords(written(input.value), written(first), written(second))
}

function backwardOf({ steps }: ChainModel): string {
  const [second, first] = steps.value
  return words.value.chain.backwardWords(
    written(second.before),
    written(second.output),
    written(second.after),
    written(first.output),
    written(first.after),
  )
}

/** Heights in the picture, in CSS pixels. */
const HEIGHT = 300
const [FORWARD, BACKWARD] = [84, 214]
/** The width of the ribbon for a gradient of 1, and the least that is seen. */
const [WIDEST, LEAST] = [52, 1.5]

function Diagram({ model, description }: ModelProps & { description: string }) {
  const box = useRef<HTMLDivElement>(null)
  const width = useWidth(box).value
  return (
    <div class="chain" ref={box}>
      {width > 0 && (
        <svg role="img" aria-label={description} viewBox={`0 0 ${width} ${HEIGHT}`}>
          <Picture model={model} width={width} />
        </svg>
      )}
    </div>
  )
}

function Picture({ model, width }: ModelProps & { width: number }) {
  const texts = words.value.chain
  const isNarrow = width < 460
  const isSlim = width < 300
  const [radius, half] = isSlim ? [21, 15] : isNarrow ? [24, 21] : [30, 28]
  const margin = radius + 4
  const at = (station: number) => margin + (station * (width - 2 * margin)) / 4
  const [first, second] = model.outputs.value
  const [back, front] = model.steps.value
  // Four digits, where nothing is rounded.
  const isSplit = isSlim || (isNarrow && model.outputs.value.some(output => written(output).length > 4))
  const input = model.input.value
  const numbers = [input === undefined ? '…' : written(input), written(first), written(second)]
  return (
    <>
      <text class="heading blue" x="2" y="18">
        {texts.forward}
      </text>
      {[0, 1, 2, 3].map(station => (
        <Arrow
          key={station}
          from={at(station) + (station % 2 === 0 ? radius : half) + 2}
          to={at(station + 1) - (station % 2 === 0 ? half : radius) - 3}
        />
      ))}
      {numbers.map((number, i) => (
        <g key={i}>
          <circle class="node" cx={at(2 * i)} cy={FORWARD} r={radius} />
          <text
            class={`number${isNarrow && number.length > 4 ? ' long' : ''}`}
            x={at(2 * i)}
            y={FORWARD}
            dy="0.35em"
            text-anchor="middle"
          >
            {number}
          </text>
        </g>
      ))}
      <Sigmoid model={model} x={at(1)} half={half} output={first} />
      <Sigmoid model={model} x={at(3)} half={half} output={second} />

      <text class="heading orange" x="2" y={BACKWARD - 54}>
        {texts.backward}
      </text>
      <path
        class="ribbon"
        d={ribbon([at(4), at(3), at(2), at(1), at(0)], [back.before, back.after, front.after], half)}
      />
      {[back, front].map((step, i) => {
        const x = at(3 - 2 * i)
        return (
          <g key={x}>
            <line class="drop" x1={x} x2={x} y1={FORWARD + half + 6} y2={BACKWARD - WIDEST / 2 - 4} />
            <Factor x={x} output={written(step.output)} isSplit={isSplit} />
          </g>
        )
      })}
      {[back.before, back.after, front.after].map((gradient, i) => (
        <text
          key={i}
          class="gradient"
          x={at(4 - 2 * i)}
          y={BACKWARD + WIDEST / 2 + (isSplit ? 58 : 46)}
          text-anchor={anchorOf(i)}
          dx={shiftOf(i, margin)}
        >
          {written(gradient)}
        </text>
      ))}
    </>
  )
}

/** What the gradient is multiplied by; in two lines where two of them have no room side by side. */
function Factor({ x, output, isSplit }: { x: number; output: string; isSplit: boolean }) {
  const y = BACKWARD + WIDEST / 2 + (isSplit ? 15 : 18)
  const parts = [`· (1 − ${output})`, `· ${output}`]
  return (
    <text class="factor" x={x} y={y} text-anchor="middle">
      {isSplit
        ? parts.map((part, i) => (
            <tspan key={i} x={x} dy={i === 0 ? 0 : 15}>
              {part}
            </tspan>
          ))
        : parts.join(' ')}
    </text>
  )
}

/** The outer numbers stay within the picture. */
const anchorOf = (i: number) => (i === 0 ? 'end' : i === 2 ? 'start' : 'middle')
const shiftOf = (i: number, margin: number) => (i === 0 ? margin - 2 : i === 2 ? 2 - margin : 0)

function Arrow({ from, to }: { from: number; to: number }) {
  return (
    <path
      class="arrow"
      d={`M${from} ${FORWARD}H${to}M${to - 6} ${FORWARD - 5}L${to} ${FORWARD}L${to - 6} ${FORWARD + 5}`}
    />
  )
}

/** A box with the curve, and on it the output. */
function Sigmoid({ model, x, half, output }: ModelProps & { x: number; half: number; output: number }) {
  const inner = half - 6
  const placeX = (a: number) => x + (Math.max(-6, Math.min(6, a)) / 6) * inner
  const placeY = (h: number) => FORWARD + (0.5 - h) * 2 * inner
  const path = model.curve.map(
    ([a, h], i) => `${i === 0 ? 'M' : 'L'}${placeX(a).toFixed(1)} ${placeY(h).toFixed(1)}`,
  )
  return (
    <g>
      <rect class="box" x={x - half} y={FORWARD - half} width={2 * half} height={2 * half} rx="8" />
      <path class="curve" d={path.join('')} />
      <circle class="on-curve" cx={placeX(Math.log(output / (1 - output)))} cy={placeY(output)} r="4.5" />
      <text class="factor" x={x} y={FORWARD - half - 8} text-anchor="middle">
        {words.value.chain.sigmoid}
      </text>
    </g>
  )
}

/** From the right to the left: as wide as the gradient, it narrows at each sigmoid. */
function ribbon(stations: readonly number[], gradients: readonly number[], half: number): string {
  const [end = 0, second = 0, , first = 0, start = 0] = stations
  const [before = 0, middle = 0, after = 0] = gradients.map(
    gradient => Math.max(LEAST, Math.min(1, gradient) * WIDEST) / 2,
  )
  const edge = (side: 1 | -1) => {
    const y = (thickness: number) => (BACKWARD + side * thickness).toFixed(1)
    const narrows = (at: number, from: number, to: number) =>
      `L${at + half} ${y(from)}C${at} ${y(from)} ${at} ${y(to)} ${at - half} ${y(to)}`
    return `${end + 20} ${y(before)}${narrows(second, before, middle)}${narrows(first, middle, after)}L${start + 6} ${y(after)}`
  }
  const tip = `L${start - 12} ${BACKWARD}`
  // Back along the other edge: its points in reverse would need another path, so both edges are closed at the tip.
  return `M${edge(-1)}${tip}L${end + 20} ${BACKWARD}ZM${edge(1)}${tip}L${end + 20} ${BACKWARD}Z`
}

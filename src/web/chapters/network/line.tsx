// One perceptron: its line over the points of y = 2x − 1, and the way down the loss.
import { useComputed } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { Button } from '../../parts/button.tsx'
import { Choice } from '../../parts/choice.tsx'
import { Exhibit } from '../../parts/exhibit.tsx'
import { inEachFrame } from '../../parts/frame-loop.ts'
import { Handle } from '../../parts/handle.tsx'
import { Live } from '../../parts/live.tsx'
import { prefersLessMotion } from '../../parts/motion.ts'
import { NumberField } from '../../parts/number-field.tsx'
import { Dots, Line, Plot, usePlot } from '../../parts/plot.tsx'
import { Slider } from '../../parts/slider.tsx'
import { TableFrame } from '../../parts/table-frame.tsx'
import { useHasRested } from '../../parts/use-idle.ts'
import { contour, type Segments } from './contour.ts'
import { fixed, plain, sumOf } from './equations.ts'
import { INPUTS, LEARNING_RATES, RANGE } from './line.model.ts'
import { line } from './state.ts'
import { words } from './texts.ts'

const X = { domain: [-2, 3], name: 'x' } as const
const Y = { domain: [-7, 7], name: 'y' } as const
const W = { domain: [RANGE.least, RANGE.most], name: 'w' } as const
const B = { domain: [RANGE.least, RANGE.most], name: 'b' } as const
/** Where the handle of the slope is. */
const SLOPE_AT = 2.5
const STEP = 0.05

export function LineExhibit() {
  const text = words.value.line
  useDescent()
  return (
    <Exhibit
      name="line"
      title={text.title}
      lead={text.lead}
      picture={
        <>
          <LinePlot />
          <div class="stack">
            <h4>{text.map}</h4>
            <p class="caption">{text.mapLead}</p>
            <LossMap />
          </div>
        </>
      }
      words={<Words />}
    >
      <Parameter label={text.weight} fieldLabel={text.weightField} value={line.w} />
      <Parameter label={text.bias} fieldLabel={text.biasField} value={line.b} />
      <Choice
        label={text.rate}
        value={line.learningRate}
        options={LEARNING_RATES.map(rate => ({ value: rate, label: plain(rate) }))}
      />
      <div class="controls">
        <Button isPrimary onPress={() => (prefersLessMotion() ? line.finish() : line.toggle())}>
          {line.state.value === 'descending' ? text.pause : text.find}
        </Button>
        <Button onPress={() => line.step()}>{text.step}</Button>
        <Button onPress={() => line.reset()}>{text.reset}</Button>
      </div>
      <PointTable />
    </Exhibit>
  )
}

/** A slider and a field of one value. */
function Parameter({
  label,
  fieldLabel,
  value,
}: {
  label: string
  fieldLabel: string
  value: typeof line.w
}) {
  const range = { value, min: RANGE.least, max: RANGE.most }
  return (
    <div class="parameter">
      <Slider {...range} label={label} step={STEP} format={value => fixed(value)} />
      <NumberField {...range} label={fieldLabel} isWhole={false} decimals={3} isLabelUnseen />
    </div>
  )
}

/** Takes the descent's steps in the page's frames. */
function useDescent(): void {
  const isDescending = line.state.value === 'descending'
  useEffect(() => {
    if (!isDescending) return
    let last: number | undefined
    return inEachFrame(time => {
      // After a pause of the page, no more than a usual frame.
      line.advance(Math.min((time - (last ?? time)) / 1000, 0.05))
      last = time
    })
  }, [isDescending])
}

function LinePlot() {
  const text = words.value.line
  const [w, b] = [line.w.value, line.b.value]
  const [from, to] = X.domain
  const { predictions, loss } = line.fit.value
  return (
    <Plot x={X} y={Y} narrowAspect={0.9} description={text.plot(sumOf([[w, 'x'], [b]], 3), fixed(loss))}>
      <ErrorBars predictions={predictions} />
      <Line
        tone="accent"
        points={[
          [from, w * from + b],
          [to, w * to + b],
        ]}
      />
      <Dots tone="blue" radius={6} points={INPUTS.map((x, i) => [x, line.targets[i] ?? 0] as const)} />
      <Handle
        name={text.bias}
        x={0}
        y={b}
        moves="y"
        min={RANGE.least}
        max={RANGE.most}
        step={STEP}
        valueText={`b = ${fixed(b)}`}
        onMove={(_, y) => line.set({ b: rounded(y) })}
      />
      <Handle
        name={text.weight}
        x={SLOPE_AT}
        y={w * SLOPE_AT + b}
        moves="y"
        min={RANGE.least * SLOPE_AT + b}
        max={RANGE.most * SLOPE_AT + b}
        step={STEP * SLOPE_AT}
        valueText={`w = ${fixed(w)}`}
        onMove={(_, y) => line.set({ w: rounded((y - b) / SLOPE_AT) })}
      />
    </Plot>
  )
}

/** To what the sliders can be set to. */
const rounded = (value: number) => Number((Math.round(value / STEP) * STEP).toFixed(2))

/** From each point to the line. */
function ErrorBars({ predictions }: { predictions: Float32Array }) {
  const { x, y } = usePlot()
  return (
    <g class="error-bars">
      {INPUTS.map((input, i) => {
        const [target, prediction] = [y(line.targets[i] ?? 0), y(predictions[i] ?? 0)]
        return (
          <rect
            key={input}
            x={x(input) - 6}
            width={12}
            y={Math.min(target, prediction)}
            height={Math.abs(target - prediction)}
          />
        )
      })}
    </g>
  )
}

/** Points in each direction of the map. */
const MAP_SIZE = 61
const LEVELS: readonly number[] = [0.25, 1, 2.5, 5, 10, 20, 40, 70]
let levels: readonly Segments[] | undefined

/** The loss does not change: it is mapped once, when the page rests. */
function mapLevels(): readonly Segments[] {
  if (!levels) {
    const losses = line.lossMap(MAP_SIZE)
    levels = LEVELS.map(level => contour(losses, MAP_SIZE, MAP_SIZE, level))
  }
  return levels
}

function LossMap() {
  const text = words.value.line
  const hasRested = useHasRested()
  const [w, b] = [line.w.value, line.b.value]
  return (
    <Plot
      x={W}
      y={B}
      aspect={0.6}
      narrowAspect={0.9}
      description={text.mapDescription(fixed(w), fixed(b), fixed(line.fit.value.loss))}
    >
      {hasRested.value && <Levels />}
      <Line tone="orange" points={line.trail.value.map(place => [place.w, place.b] as const)} />
      <Dots
        tone="orange"
        radius={3}
        points={line.trail.value.slice(0, 200).map(place => [place.w, place.b] as const)}
      />
      <Handle
        name={text.both}
        x={w}
        y={b}
        moves="both"
        min={RANGE.least}
        max={RANGE.most}
        step={STEP}
        valueText={`w = ${fixed(w)}, b = ${fixed(b)}`}
        onMove={(x, y) => line.set({ w: rounded(x), b: rounded(y) })}
      />
    </Plot>
  )
}

function Levels() {
  const { x, y } = usePlot()
  const at = (cell: number) => RANGE.least + ((RANGE.most - RANGE.least) * cell) / (MAP_SIZE - 1)
  return (
    <g class="levels">
      {mapLevels().map((segments, i) => {
        let path = ''
        for (let j = 0; j < segments.length; j += 4) {
          const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = segments.slice(j, j + 4)
          path += `M${x(at(x1)).toFixed(1)} ${y(at(y1)).toFixed(1)}L${x(at(x2)).toFixed(1)} ${y(at(y2)).toFixed(1)}`
        }
        return <path key={LEVELS[i]} d={path} />
      })}
    </g>
  )
}

function PointTable() {
  const text = words.value.line
  const { predictions, errors } = line.fit.value
  return (
    <TableFrame>
      <table class="list compact">
        <caption class="unseen">{text.table}</caption>
        <thead>
          <tr>
            <th scope="col">x</th>
            <th scope="col">{text.target}</th>
            <th scope="col">{text.prediction}</th>
            <th scope="col">{text.error}</th>
          </tr>
        </thead>
        <tbody>
          {INPUTS.map((input, i) => (
            <tr key={input}>
              <th scope="row">{plain(input)}</th>
              <td>{plain(line.targets[i] ?? 0)}</td>
              <td>{fixed(predictions[i] ?? 0)}</td>
              <td>{fixed(errors[i] ?? 0)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  )
}

function Words() {
  const said = useComputed(() => {
    const text = words.value.line
    const { loss, dw, db } = line.fit.value
    const [w, b, steps] = [fixed(line.w.value), fixed(line.b.value), plain(line.steps.value)]
    const state = {
      resting: '',
      descending: text.descending(steps),
      found: text.found(steps, w, b),
      diverged: text.diverged(steps),
    }[line.state.value]
    return [text.numbers(w, b, fixed(loss)), text.gradient(fixed(dw), fixed(db)), state].join(' ').trim()
  })
  return <Live text={said} />
}

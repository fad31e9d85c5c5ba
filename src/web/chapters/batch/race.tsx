// The race: the loss of five networks by time and by epoch, and how they stand.
import { type ReadonlySignal, useComputed } from '@preact/signals'
import { formatNumber, formatPercent } from '../../languages.ts'
import { apart } from '../../parts/apart.ts'
import { Button } from '../../parts/button.tsx'
import { Choice } from '../../parts/choice.tsx'
import { Exhibit } from '../../parts/exhibit.tsx'
import { Live, useCalm } from '../../parts/live.tsx'
import { NumberField } from '../../parts/number-field.tsx'
import { type Axis, Line, Plot, type Tone, usePlot } from '../../parts/plot.tsx'
import { type Lane, LEARNING_RATES, LIMIT, type Point, type RaceModel } from './race.model.ts'
import { words } from './texts.ts'

interface ModelProps {
  model: RaceModel
}

/** Of the batch sizes, the smallest first. */
const TONES: readonly Tone[] = ['orange', 'accent', 'blue', 'grey', 'ink']

/** The plot by epochs ends here; the time of the race does not suffice for many more with each batch size. */
const EPOCHS = 5

/** An untrained network's loss is about ln 10 = 2.3. */
const LOSS: readonly [number, number] = [0, 2.5]

/** The batch sizes before the race has begun. */
const SIZES = [1, 10, 100, 1000, 6000] as const

export function RaceExhibit({ model }: ModelProps) {
  const text = words.value.race
  const sentence = useCalm(useComputed(() => standing(model.lanes.value)))
  return (
    <Exhibit
      name="race"
      title={text.title}
      lead={text.lead}
      above={
        <div class="race-plots">
          <LossPlot
            lanes={model.lanes}
            title={text.bySeconds}
            description={text.plot(text.seconds, sentence.value)}
            x={{ domain: [0, LIMIT], name: text.seconds }}
            at={({ seconds }) => seconds}
          />
          <LossPlot
            lanes={model.lanes}
            title={text.byEpochs}
            description={text.plot(text.epochs, sentence.value)}
            x={{ domain: [0, EPOCHS], name: text.epochs }}
            at={({ epochs }) => epochs}
          />
        </div>
      }
      picture={<Standings lanes={model.lanes} />}
      words={<Words model={model} />}
    >
      <Controls model={model} />
      <p class="note">{text.setting(formatNumber(model.units), formatNumber(LIMIT))}</p>
    </Exhibit>
  )
}

interface LossPlotProps {
  lanes: ReadonlySignal<readonly Lane[]>
  title: string
  description: string
  x: Axis
  at(point: Point): number
}

function LossPlot({ lanes, title, description, x, at }: LossPlotProps) {
  return (
    <figure>
      <figcaption>{title}</figcaption>
      <Plot
        x={x}
        y={{ domain: LOSS, name: words.value.race.loss }}
        aspect={0.62}
        narrowAspect={0.8}
        description={description}
      >
        <Lines lanes={lanes} end={x.domain[1]} at={at} />
      </Plot>
    </figure>
  )
}

/** The lines, each with its batch size where it ends. */
function Lines({ lanes, end, at }: { lanes: LossPlotProps['lanes']; end: number; at(point: Point): number }) {
  const { x, y, bottom } = usePlot()
  const shown = lanes.value.map(({ batchSize, points }, i) => ({
    batchSize,
    tone: TONES[i] ?? 'ink',
    points: within(
      points.map(point => [at(point), Math.min(point.loss, LOSS[1])] as const),
      end,
    ),
  }))
  const ends = shown.map(({ points }) => {
    const [atX = 0, atY = 0] = points.at(-1) ?? []
    return { x: x(atX), y: y(atY) - 6 }
  })
  const heights = apart(ends, { width: 60, height: 14, bottom: bottom - 4 })
  return (
    <g aria-hidden="true">
      {shown.map(({ batchSize, tone, points }) => (
        <Line key={batchSize} points={points} tone={tone} />
      ))}
      {shown.map(({ batchSize, tone, points }, i) => {
        const endX = ends[i]?.x ?? 0
        return (
          points.length > 1 && (
            <text
              key={batchSize}
              class={`lane-name tone-${tone}`}
              x={Math.min(endX, x(end) - 4)}
              y={heights[i]}
              text-anchor={endX > x(end) - 60 ? 'end' : 'start'}
            >
              {nameOf(batchSize, i)}
            </text>
          )
        )
      })}
    </g>
  )
}

/** The line up to where the plot ends, and there by interpolation. */
function within(points: readonly (readonly [number, number])[], end: number): (readonly [number, number])[] {
  const beyond = points.findIndex(([x]) => x > end)
  if (beyond < 0) return [...points]
  const [a, b] = [points[beyond - 1], points[beyond]]
  if (!a || !b) return []
  const share = (end - a[0]) / (b[0] - a[0])
  return [...points.slice(0, beyond), [end, a[1] + share * (b[1] - a[1])]]
}

const isAll = (lane: number) => lane === TONES.length - 1

function nameOf(batchSize: number, lane: number): string {
  return isAll(lane) ? words.value.race.all(formatNumber(batchSize)) : formatNumber(batchSize)
}

function Standings({ lanes }: { lanes: LossPlotProps['lanes'] }) {
  const text = words.value.race
  const calm = useCalm(lanes)
  const rows = SIZES.map((size, i) => ({ size, lane: calm.value[i], tone: TONES[i] ?? 'ink' }))
  const best = bestOf(calm.value)
  return (
    <table class="list standings">
      <thead>
        <tr>
          <th scope="col">{text.batch}</th>
          <th scope="col">{text.time}</th>
          <th scope="col">{text.epochsDone}</th>
          <th scope="col">{text.updates}</th>
          <th scope="col">{text.lossHead}</th>
          <th scope="col">{text.accuracy}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ size, lane, tone }, i) => {
          const last = lane?.points.at(-1)
          return (
            <tr key={tone} class={lane && lane === best ? 'best' : undefined}>
              <th scope="row" class={`tone-${tone}`}>
                {nameOf(lane?.batchSize ?? size, i)}
              </th>
              <td>{last ? formatNumber(last.seconds, 2) : '–'}</td>
              <td>{last ? formatNumber(last.epochs, 2) : '–'}</td>
              <td>{last ? formatNumber(last.updates) : '–'}</td>
              <td>{lane?.state === 'diverged' ? text.diverged : last ? formatNumber(last.loss, 3) : '–'}</td>
              <td>{last ? formatPercent(last.accuracy, 1) : '–'}</td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}

/** That has the smallest loss, once all have trained. */
function bestOf(lanes: readonly Lane[]): Lane | undefined {
  if (lanes.some(({ points }) => points.length < 2)) return undefined
  const loss = (lane: Lane) =>
    lane.state === 'diverged'
      ? Number.POSITIVE_INFINITY
      : (lane.points.at(-1)?.loss ?? Number.POSITIVE_INFINITY)
  return [...lanes].sort((a, b) => loss(a) - loss(b))[0]
}

function Controls({ model }: ModelProps) {
  const text = words.value.race
  const state = model.state.value
  const label = {
    ready: text.start,
    starting: text.pause,
    running: text.pause,
    paused: text.goOn,
    finished: text.again,
    failed: text.again,
  }[state]
  const isRunning = state === 'running' || state === 'starting'
  return (
    <>
      <div class="controls" data-state={state}>
        <Button isPrimary onPress={isRunning ? model.pause : model.start}>
          {label}
        </Button>
        <Button onPress={model.reset} isDisabled={state === 'ready'}>
          {text.reset}
        </Button>
      </div>
      <div class="controls">
        <Choice
          label={text.rate}
          value={model.learningRateField}
          options={LEARNING_RATES.map(rate => ({ value: rate, label: formatNumber(rate, 2) }))}
        />
        <NumberField label={text.seed} value={model.seedField} min={0} max={4294967295} />
      </div>
      {state === 'failed' && (
        <p class="fault" role="alert">
          {text.failed(String(Object(model.error.value).message || model.error.value))}
        </p>
      )}
    </>
  )
}

function Words({ model }: ModelProps) {
  const sentence = useComputed(() => {
    if (model.lanes.value.length > 0) return standing(model.lanes.value)
    return model.state.value === 'starting' ? words.value.race.starting : words.value.race.waiting
  })
  const more = useCalm(useComputed(() => comparisons(model.lanes.value)))
  return (
    <>
      <Live text={sentence} />
      {more.value.map(text => (
        <p key={text}>{text}</p>
      ))}
    </>
  )
}

const laneName = (batchSize: number, lane: number) =>
  isAll(lane) ? words.value.race.allName : words.value.race.laneName(formatNumber(batchSize))

/** How the five stand. */
function standing(lanes: readonly Lane[]): string {
  const text = words.value.race
  if (lanes.length === 0) return text.waiting
  const least = Math.min(...lanes.map(({ points }) => points.at(-1)?.seconds ?? 0))
  const list = lanes
    .map(({ batchSize, points }, i) =>
      text.lane(formatNumber(points.at(-1)?.loss ?? Number.NaN, 3), laneName(batchSize, i)),
    )
    .join(', ')
  const best = bestOf(lanes)
  const ahead =
    best &&
    text.best(laneName(best.batchSize, lanes.indexOf(best)), formatNumber(best.points.at(-1)?.updates ?? 0))
  const diverged = lanes.flatMap(({ batchSize, state }, i) =>
    state === 'diverged' ? [laneName(batchSize, i)] : [],
  )
  return [
    text.now(formatNumber(least, 1), list),
    ...(ahead ? [ahead] : []),
    ...(diverged.length > 0 ? [text.divergedWords(diverged.join(', '))] : []),
  ].join(' ')
}

/** What an epoch takes, and what it gives, for those that have done one. */
function comparisons(lanes: readonly Lane[]): string[] {
  const text = words.value.race
  const done = lanes.flatMap(({ batchSize, points }, i) => {
    const last = points.at(-1)
    const first = points.find(({ epochs }) => epochs === 1)
    return last && first
      ? [{ name: laneName(batchSize, i), each: last.seconds / last.epochs, loss: first.loss }]
      : []
  })
  if (done.length < lanes.length || done.length === 0) return []
  return [
    text.afterEpoch(done.map(({ loss, name }) => text.lane(formatNumber(loss, 3), name)).join(', ')),
    text.perEpoch(done.map(({ each, name }) => text.took(formatNumber(each, 2), name)).join(', ')),
  ]
}

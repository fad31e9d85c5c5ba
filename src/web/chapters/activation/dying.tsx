// Units that die: a layer of ReLUs at three learning rates, each unit as a circle, and the dead ones counted.
import { useComputed } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { formatNumber } from '../../languages.ts'
import { Canvas, type CanvasSize } from '../../parts/canvas.tsx'
import { Choice } from '../../parts/choice.tsx'
import { Exhibit } from '../../parts/exhibit.tsx'
import { useCalm } from '../../parts/live.tsx'
import type { Palette } from '../../parts/palette.ts'
import { Line, Plot, usePlot } from '../../parts/plot.tsx'
import { type DyingModel, RATES } from './dying.model.ts'
import { RaceControls } from './race-controls.tsx'
import { words } from './texts.ts'
import { usePrepared } from './use-prepared.ts'
import { formatSignificant } from './written-numbers.ts'

interface ModelProps {
  model: DyingModel
}

const TONES = ['blue', 'grey', 'orange'] as const

export function DyingExhibit({ model }: ModelProps) {
  const texts = words.value.dying
  const box = useRef<HTMLDivElement>(null)
  usePrepared(box, model)
  return (
    <Exhibit
      name="dying"
      title={texts.title}
      lead={texts.lead}
      picture={
        <>
          <div ref={box} class="dying">
            {RATES.map((rate, lane) => (
              <Units key={rate} model={model} lane={lane} rate={rate} />
            ))}
            <p class="setting">{texts.legend}</p>
          </div>
          <Counts model={model} />
        </>
      }
      words={<Words model={model} />}
    >
      <RaceControls race={model} />
      <Choice
        label={texts.activation}
        value={model.activation}
        options={[
          { value: 'relu', label: 'ReLU' },
          { value: 'leakyRelu', label: 'Leaky ReLU' },
        ]}
      />
      <p class="setting">
        {texts.setting(String(model.units), formatNumber(model.images))} {words.value.seed}{' '}
        {String(model.seed.value)}. {texts.shades}
      </p>
    </Exhibit>
  )
}

interface UnitsProps extends ModelProps {
  lane: number
  rate: number
}

/** A layer's units, ten in a row. */
function Units({ model, lane, rate }: UnitsProps) {
  const texts = words.value.dying
  const now = model.now.value[lane]
  const dead = String(now?.dead ?? 0)
  const draw = (context: CanvasRenderingContext2D, { width }: CanvasSize, colors: Palette) => {
    const cell = width / 10
    const shares = model.now.value[lane]?.shares
    const isLeaky = model.activation.value === 'leakyRelu'
    for (let unit = 0; unit < model.units; ++unit) {
      const [x, y] = [((unit % 10) + 0.5) * cell, (Math.floor(unit / 10) + 0.5) * cell]
      const share = shares?.[unit] ?? 0
      context.beginPath()
      context.arc(x, y, 0.4 * cell, 0, 2 * Math.PI)
      context.strokeStyle = colors.line
      context.lineWidth = 1
      context.stroke()
      if (share > 0 || !shares || isLeaky) {
        context.beginPath()
        // The area is the share.
        context.arc(x, y, 0.4 * cell * Math.sqrt(share), 0, 2 * Math.PI)
        context.fillStyle = colors.blue
        context.fill()
      } else {
        const arm = 0.22 * cell
        context.beginPath()
        context.moveTo(x - arm, y - arm)
        context.lineTo(x + arm, y + arm)
        context.moveTo(x + arm, y - arm)
        context.lineTo(x - arm, y + arm)
        context.strokeStyle = colors.orange
        context.lineWidth = Math.max(1.5, 0.1 * cell)
        context.stroke()
      }
    }
  }
  return (
    <figure class="units">
      <figcaption>
        <span class="setting">{texts.rate(formatSignificant(rate))}</span>
        <strong>{texts.count(dead, String(model.units))}</strong>
      </figcaption>
      <Canvas
        aspect={1}
        description={texts.describe(formatSignificant(rate), dead, String(model.units))}
        draw={draw}
      />
    </figure>
  )
}

/** Dead units, batch by batch. */
function Counts({ model }: ModelProps) {
  const texts = words.value.dying
  const sentence = useCalm(useComputed(() => sentenceOf(model)))
  return (
    <Plot
      x={{ domain: [0, model.batches], name: texts.batches, ticks: 6 }}
      y={{ domain: [0, model.units], name: texts.deadUnits, ticks: 4 }}
      aspect={0.36}
      narrowAspect={0.65}
      description={sentence.value}
    >
      {model.measures.value.map((measures, lane) => {
        const tone = TONES[lane] ?? 'grey'
        const points = measures.map(({ dead }, batch) => [batch, dead] as const)
        return (
          <g key={tone}>
            <Line points={points} tone={tone} isDashed={tone === 'grey'} />
            <LineName at={points.at(-1)} tone={tone} name={formatSignificant(RATES[lane] ?? 0)} />
          </g>
        )
      })}
    </Plot>
  )
}

interface LineNameProps {
  at: readonly [x: number, y: number] | undefined
  tone: (typeof TONES)[number]
  name: string
}

/** A line's name above its end, once there is room for it. */
function LineName({ at, tone, name }: LineNameProps) {
  const { x, y } = usePlot()
  if (!at || at[0] < 2) return null
  return (
    <text class={`line-name tone-${tone}`} x={x(at[0])} y={y(at[1]) - 8} text-anchor="end" aria-hidden="true">
      {name}
    </text>
  )
}

function Words({ model }: ModelProps) {
  const sentence = useCalm(useComputed(() => sentenceOf(model)))
  return <p>{sentence.value}</p>
}

function sentenceOf({ now, round, batches, units, activation }: DyingModel): string {
  const texts = words.value.dying
  const [slow, middle, fast] = now.value
  if (!slow || !middle || !fast) return words.value.preparing
  if (round.value === 0) return texts.untrained
  if (activation.value === 'leakyRelu') return texts.leaky(String(fast.silent))
  const counts = [slow, middle, fast].map(({ dead }) => String(dead))
  const [a = '', b = '', c = ''] = counts
  return texts.words(String(round.value), String(batches), a, b, c, String(units))
}

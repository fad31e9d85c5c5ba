// Ten layers of sigmoids beside ten of ReLUs: the gradient of each layer on a logarithmic scale, while both train.
import { useComputed } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { formatNumber, formatPercent } from '../../languages.ts'
import { Exhibit } from '../../parts/exhibit.tsx'
import { useCalm } from '../../parts/live.tsx'
import { NumberField } from '../../parts/number-field.tsx'
import type { Palette } from '../../parts/palette.ts'
import { Dots, Line, Plot, type PlotArea } from '../../parts/plot.tsx'
import { RaceControls } from './race-controls.tsx'
import { words } from './texts.ts'
import { usePrepared } from './use-prepared.ts'
import type { VanishingModel } from './vanishing.model.ts'
import { formatScientific, powerOfTen } from './written-numbers.ts'

interface ModelProps {
  model: VanishingModel
}

/** Measures whose lines stay in the picture, fading. */
const TRAIL = 24

const TONES = ['blue', 'orange'] as const

export function VanishingExhibit({ model }: ModelProps) {
  const texts = words.value.vanishing
  const box = useRef<HTMLDivElement>(null)
  usePrepared(box, model)
  return (
    <Exhibit
      name="vanishing"
      title={texts.title}
      lead={texts.lead}
      picture={
        <div ref={box}>
          <Legend />
          <GradientPlot model={model} />
        </div>
      }
      words={<Words model={model} />}
    >
      <RaceControls race={model} />
      <NumberField label={words.value.seed} value={model.seed} min={0} max={4294967295} />
      <Results model={model} />
      <p class="setting">
        {texts.setting(
          String(model.layers),
          String(model.units),
          formatNumber(model.learningRate, 1),
          String(model.batchSize),
        )}
      </p>
    </Exhibit>
  )
}

function Legend() {
  const texts = words.value.vanishing
  return (
    <ul class="legend">
      <li class="blue">{texts.sigmoid}</li>
      <li class="orange">{texts.relu}</li>
    </ul>
  )
}

function GradientPlot({ model }: ModelProps) {
  const texts = words.value.vanishing
  const sentence = useCalm(useComputed(() => sentenceOf(model)))
  const draw = (context: CanvasRenderingContext2D, area: PlotArea, colors: Palette) => {
    for (const [lane, measures] of model.measures.value.entries()) {
      const past = measures.slice(-TRAIL - 1, -1)
      context.strokeStyle = colors[TONES[lane] ?? 'grey']
      context.lineWidth = 1
      for (const [age, { norms }] of past.entries()) {
        context.globalAlpha = (0.35 * (age + 1)) / past.length
        context.beginPath()
        for (const [layer, norm] of norms.entries()) context.lineTo(area.x(layer + 1), area.y(norm))
        context.stroke()
      }
    }
    context.globalAlpha = 1
  }
  return (
    <Plot
      x={{ domain: [0.5, model.layers + 0.5], name: texts.layer, ticks: 10 }}
      y={{
        domain: [1e-7, 10],
        name: texts.norm,
        isLogarithmic: true,
        ticks: 9,
        format: value => powerOfTen(Math.round(Math.log10(value))),
      }}
      aspect={0.66}
      narrowAspect={0.95}
      description={texts.describe(sentence.value)}
      draw={draw}
    >
      <Present model={model} />
    </Plot>
  )
}

function Present({ model }: ModelProps) {
  return (
    <>
      {model.now.value.map(({ norms }, lane) => {
        const points = norms.map((norm, layer) => [layer + 1, norm] as const)
        const tone = TONES[lane] ?? 'grey'
        return (
          <g key={tone}>
            <Line points={points} tone={tone} />
            <Dots points={points} tone={tone} />
          </g>
        )
      })}
    </>
  )
}

function Results({ model }: ModelProps) {
  const texts = words.value.vanishing
  const [sigmoid, relu] = model.now.value
  const accuracy = (share: number | undefined) => (share === undefined ? '–' : formatPercent(share, 1))
  const loss = (value: number | undefined) => (value === undefined ? '–' : formatNumber(value, 3))
  return (
    <table class="list results">
      <thead>
        <tr>
          <td />
          <th scope="col">{texts.sigmoid}</th>
          <th scope="col">{texts.relu}</th>
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row">{texts.accuracy}</th>
          <td>{accuracy(sigmoid?.accuracy)}</td>
          <td>{accuracy(relu?.accuracy)}</td>
        </tr>
        <tr>
          <th scope="row">{texts.loss}</th>
          <td>{loss(sigmoid?.loss)}</td>
          <td>{loss(relu?.loss)}</td>
        </tr>
      </tbody>
    </table>
  )
}

function Words({ model }: ModelProps) {
  const sentence = useCalm(useComputed(() => sentenceOf(model)))
  return <p>{sentence.value}</p>
}

function sentenceOf({ now, round }: VanishingModel): string {
  const texts = words.value.vanishing
  const [sigmoid, relu] = now.value
  if (!sigmoid || !relu) return words.value.preparing
  const [smallest = 0] = sigmoid.norms
  const [first = 0] = relu.norms
  const when = round.value === 0 ? texts.untrained : texts.after(formatNumber(round.value))
  const sizes = texts.sizes(when, formatScientific(smallest), formatScientific(first))
  const ratio = texts.ratio(formatNumber(Number(sigmoid.ratio.toPrecision(2))))
  if (sigmoid.accuracy === undefined || relu.accuracy === undefined) return `${sizes} ${ratio}`
  const learned = texts.learned(formatPercent(sigmoid.accuracy, 1), formatPercent(relu.accuracy, 1))
  return `${sizes} ${ratio} ${learned}`
}

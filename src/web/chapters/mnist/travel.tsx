// Time travel: a slider over the batches of the training, and the network at each.
import { useComputed } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { formatNumber, formatPercent } from '../../languages.ts'
import { Button } from '../../parts/button.tsx'
import { Exhibit } from '../../parts/exhibit.tsx'
import { Live, useCalm } from '../../parts/live.tsx'
import { NumberField } from '../../parts/number-field.tsx'
import { Dots, Plot, usePlot } from '../../parts/plot.tsx'
import { Slider } from '../../parts/slider.tsx'
import { className, classNames } from './class-names.ts'
import { DigitBars } from './digit-bars.tsx'
import { DigitImage } from './digit-image.tsx'
import { MOST_MOMENTS } from './run-record.ts'
import { isBusy, record } from './training-state.model.ts'
import * as model from './travel.model.ts'
import { words } from './travel.texts.ts'
import './travel.css'

const { traveller } = model

export function TimeTravel() {
  const text = words.value
  return (
    <Exhibit
      name="travel"
      title={text.title}
      lead={text.lead}
      picture={
        <>
          <Curve />
          <Way />
        </>
      }
      words={<Words />}
      below={<Notes />}
    >
      <Image />
    </Exhibit>
  )
}

/** The loss that a network starts from, and somewhat more: ln 10 is 2.3. */
const MOST_LOSS = 2.5

function Curve() {
  const text = words.value
  // Batches come hundreds a second while the network learns.
  const steps = useCalm(record.steps).value
  const kept = record.moments.value.map(({ step }) => step)
  const list = kept.length > 0 ? kept.map(step => formatNumber(step)).join(', ') : text.nothingKept
  return (
    <Plot
      x={{ domain: [0, Math.max(steps, record.iterations)], name: text.batches }}
      y={{ domain: [0, MOST_LOSS], name: text.loss }}
      aspect={0.5}
      narrowAspect={0.7}
      description={text.curveSays(formatNumber(traveller.target.value), list)}
      draw={(context, { x, y }, colors) => {
        record.version.value
        context.strokeStyle = colors.blue
        context.lineWidth = 1.5
        context.beginPath()
        let isDown = false
        for (const [i, loss] of record.losses.entries()) {
          if (loss === undefined) {
            isDown = false
            continue
          }
          if (isDown) context.lineTo(x(i + 1), y(loss))
          else context.moveTo(x(i + 1), y(loss))
          isDown = true
        }
        context.stroke()
      }}
    >
      <Place />
      <Dots tone="grey" radius={4} points={kept.map(step => [step, 0] as const)} />
    </Plot>
  )
}

/** Where the slider is, and where the network is that is seen. */
function Place() {
  const { x, top, bottom } = usePlot()
  const target = x(traveller.target.value)
  const seen = traveller.view.value?.step
  return (
    <g class="travel-place">
      <line class="target" x1={target} x2={target} y1={top} y2={bottom} />
      {seen !== undefined && <line class="seen" x1={x(seen)} x2={x(seen)} y1={top} y2={bottom} />}
    </g>
  )
}

function Way() {
  const text = words.value
  const steps = useCalm(record.steps).value
  const target = traveller.target
  const isThere = traveller.state.value === 'resting' && traveller.view.value !== undefined
  const place = {
    get value() {
      return target.value
    },
    set value(step: number) {
      traveller.go(step)
    },
  }
  const format = (step: number) => {
    if (steps === 0) return text.noBatch
    return step === 0
      ? text.placeBefore(formatNumber(steps))
      : text.place(formatNumber(step), formatNumber(steps), formatNumber(Math.ceil(step / record.iterations)))
  }
  return (
    <div class="travel-way">
      <Slider label={text.batch} value={place} min={0} max={steps} step={1} format={format} />
      <div class="controls">
        <Button isDisabled={target.value <= 0} onPress={() => traveller.go(target.peek() - 1)}>
          {text.back}
        </Button>
        <Button isDisabled={target.value >= steps} onPress={() => traveller.go(target.peek() + 1)}>
          {text.forward}
        </Button>
        <Button isDisabled={isBusy.value || !isThere} onPress={model.goOn}>
          {text.goOn}
        </Button>
      </div>
      <p class="caption">{isBusy.value ? text.busy : text.goOnSays}</p>
    </div>
  )
}

function Image() {
  const text = words.value
  const number = model.image.value
  const state = traveller.state.value
  useEffect(() => {
    if (state === 'resting') traveller.askAgain()
  }, [number, state])
  const answer = traveller.view.value?.answer
  return (
    <div class="travel-image">
      <div class="controls">
        {answer && (
          <div class="travel-digit">
            <DigitImage
              pixels={answer.pixels}
              label={text.imageSays(formatNumber(number), className(answer.label))}
            />
          </div>
        )}
        <NumberField label={text.image} value={model.image} min={1} max={1000} />
      </div>
      {answer && (
        <DigitBars
          caption={text.probabilities}
          digit={text.image}
          label={answer.label}
          names={classNames.value}
          series={[{ name: text.probabilities, tone: 'blue', probabilities: answer.probabilities }]}
        />
      )}
    </div>
  )
}

function Hash() {
  const text = words.value
  const view = traveller.view.value
  if (!view) return null
  return (
    <dl class="facts">
      <div>
        <dt>{text.weights}</dt>
        <dd>{view.hash ? <code data-hash={view.step}>{view.hash}</code> : text.noHash}</dd>
      </div>
    </dl>
  )
}

function Words() {
  const said = useComputed(sentence)
  return <Live text={said} />
}

function sentence(): string {
  const text = words.value
  const { state, view, target, at, error } = traveller
  if (state.value === 'failed') return text.failed(String(Object(error.value).message || error.value))
  const seen = view.value
  if (!seen) {
    if (state.value === 'travelling') return text.starting
    return record.steps.value > 0 ? text.press : text.nothing
  }
  const numbers = [formatPercent(seen.accuracy, 1), formatNumber(seen.loss, 3)] as const
  const { label, probabilities, loss } = seen.answer
  const said = [
    seen.step === 0 ? text.seenBefore(...numbers) : text.seen(formatNumber(seen.step), ...numbers),
    text.answer(className(label), formatPercent(probabilities[label] ?? 0, 1), formatNumber(loss, 3)),
  ]
  if (seen.step !== target.value) {
    said.push(text.onTheWay(formatNumber(target.value), formatNumber(at.value)))
  }
  return said.join(' ')
}

function Notes() {
  const text = words.value
  return (
    <div class="travel-notes">
      <Hash />
      <p class="caption">{text.everywhere}</p>
      <p class="caption">{text.how(formatNumber(MOST_MOMENTS), formatNumber(model.MEGABYTES))}</p>
    </div>
  )
}

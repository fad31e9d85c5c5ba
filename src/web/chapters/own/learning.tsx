// Learning from the visitor's data: the network's size, its training as it goes, and the test.
import { useComputed } from '@preact/signals'
import { formatNumber, formatPercent } from '../../languages.ts'
import { Button } from '../../parts/button.tsx'
import { Choice } from '../../parts/choice.tsx'
import { Exhibit } from '../../parts/exhibit.tsx'
import { Live, useCalm } from '../../parts/live.tsx'
import { NumberField } from '../../parts/number-field.tsx'
import { Line, Plot } from '../../parts/plot.tsx'
import { Slider } from '../../parts/slider.tsx'
import { hasSubject, isPictures, subjectOf } from './data.model.ts'
import * as model from './learning.model.ts'
import { words } from './texts.ts'
import { significant } from './written.ts'

export function LearningExhibit() {
  const text = words.value.learning
  return (
    <Exhibit
      name="own-learning"
      title={text.title}
      lead={isPictures.value ? text.leadPictures : text.lead}
      picture={<LossCurve />}
      words={<Words />}
    >
      <Settings />
      <div class="controls">
        <Button id="own-learn" isPrimary isDisabled={isWaiting()} onPress={press}>
          {label()}
        </Button>
        {model.state.value.is === 'learning' && <Button onPress={model.endHere}>{text.end}</Button>}
      </div>
    </Exhibit>
  )
}

const isWaiting = () => model.state.value.is === 'preparing' || !hasSubject.value

function press(): void {
  if (model.state.peek().is === 'learning') model.togglePause()
  else model.learn(subjectOf)
}

function label(): string {
  const text = words.value.learning
  if (model.state.value.is === 'learning') return model.isPaused.value ? text.resume : text.pause
  return model.state.value.is === 'learned' ? text.again : text.learn
}

function Settings() {
  const text = words.value.learning
  const isDisabled = model.isBusy.value
  return (
    <>
      <Choice
        label={text.hiddenLayers}
        value={model.hiddenLayers}
        isDisabled={isDisabled}
        options={[0, 1, 2, 3].map(count => ({ value: count, label: formatNumber(count) }))}
      />
      <div class="controls">
        <NumberField label={text.units} value={model.units} min={1} max={512} isDisabled={isDisabled} />
        <NumberField
          label={text.epochs}
          value={model.targetEpochs}
          min={1}
          max={1000}
          isDisabled={isDisabled}
        />
        <NumberField label={text.seed} value={model.seed} min={0} max={2 ** 32 - 1} isDisabled={isDisabled} />
      </div>
      <Slider
        label={text.rate}
        value={model.learningRate}
        min={0.0001}
        max={0.1}
        step={0.25}
        isLogarithmic
        format={rate => significant(rate, 2)}
      />
      <p class="said">{text.seedNote}</p>
    </>
  )
}

function LossCurve() {
  const text = words.value.learning
  const epochs = useCalm(model.epochs).value
  const last = epochs.at(-1)
  const end = Math.max(model.targetEpochs.value, epochs.length)
  const most = Math.max(
    0.1,
    ...epochs.map(({ loss, valLoss = 0 }) => Math.max(loss, valLoss)).filter(Number.isFinite),
  )
  return (
    <>
      <Plot
        x={{ domain: [0, end], name: text.epoch }}
        y={{ domain: [0, most * 1.05], name: text.loss }}
        aspect={0.56}
        narrowAspect={0.75}
        description={
          last
            ? text.curve(
                formatNumber(last.epoch),
                formatNumber(last.loss, 3),
                formatNumber(last.valLoss ?? Number.NaN, 3),
              )
            : text.curveEmpty
        }
      >
        <Line points={epochs.map(({ epoch, loss }) => [epoch, loss] as const)} tone="blue" />
        <Line
          points={epochs.map(({ epoch, valLoss = Number.NaN }) => [epoch, valLoss] as const)}
          tone="orange"
          isDashed
        />
      </Plot>
      <p class="legend" aria-hidden="true">
        <span class="tone-blue">{text.ofTrain}</span>
        <span class="tone-orange dashed">{text.ofTest}</span>
      </p>
    </>
  )
}

function Words() {
  const said = useComputed(() => {
    const text = words.value.learning
    const line = sentence()
    const { accuracy, valAccuracy } = model.epochs.value.at(-1) ?? {}
    const right =
      accuracy !== undefined && valAccuracy !== undefined && model.state.value.is !== 'preparing'
        ? ` ${text.accuracies(formatPercent(accuracy, 1), formatPercent(valAccuracy, 1))}`
        : ''
    return (model.isPaused.value ? text.paused(line) : line) + right
  })
  return (
    <Live text={said} id="own-state" class={model.state.value.is === 'failed' ? 'status failed' : 'status'} />
  )
}

function sentence(): string {
  const text = words.value.learning
  const state = model.state.value
  switch (state.is) {
    case 'resting':
      return hasSubject.value ? text.ready : words.value.first
    case 'preparing':
      return text.preparing
    case 'learning':
      return text.learning(formatNumber(state.epoch), formatNumber(state.loss, 3))
    case 'learned':
      return text.learned(
        formatNumber(model.epochs.value.length),
        formatNumber(model.learned.value?.model.parameterCount ?? 0),
      )
    case 'failed':
      return text.failed(state.reason)
  }
}

// The training: its button, its state and its epochs.
import { useComputed } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { capabilities } from 'wasmlp'
import { testDigits, trainDigits } from '../../digits/digits.ts'
import { offline } from '../../keeping/offline.ts'
import { formatNumber } from '../../languages.ts'
import { Button } from '../../parts/button.tsx'
import { Choice } from '../../parts/choice.tsx'
import { Exhibit } from '../../parts/exhibit.tsx'
import { Live, useCalm } from '../../parts/live.tsx'
import { NumberField } from '../../parts/number-field.tsx'
import { Slider } from '../../parts/slider.tsx'
import { TableFrame } from '../../parts/table-frame.tsx'
import { countOf, IMAGE_COUNTS, type ImageChoice, ownFiles } from './image-sets.ts'
import { chooseImages, recall, startOver } from './kept-training.model.ts'
import { buildChoice } from './network.model.ts'
import { words as ownWords } from './own-files.texts.ts'
import { OwnFiles } from './own-files.tsx'
import { RunLink } from './run-link.tsx'
import { words } from './texts.ts'
import { CHECKPOINT_EVERY, press, step } from './training.model.ts'
import { AccuracyCurve, LossCurve, percent } from './training-curves.tsx'
import * as model from './training-state.model.ts'
import { LEAST_RATE, MOST_RATE } from './training-state.model.ts'

export function Training() {
  const text = words.value.training
  useEffect(() => {
    recall()
    // For when Train is pressed; if it fails, pressing it tries again.
    Promise.all([trainDigits(), testDigits()]).catch(() => {})
  }, [])
  const state = model.status.value.is === 'failed' ? 'failed' : model.isBusy.value ? 'busy' : 'ready'
  return (
    <Exhibit
      name="training"
      title={text.title}
      lead={text.lead}
      picture={
        <>
          <div class="curves">
            <LossCurve />
            <AccuracyCurve />
          </div>
          <ul class="keys">
            <li class="tone-blue">{text.ofBatches}</li>
            <li class="tone-orange">{text.ofEpochs}</li>
          </ul>
          <StatusLine />
        </>
      }
      below={<Epochs />}
    >
      <Images />
      <OwnFiles />
      <div class="controls" data-state={state}>
        <Button id="train" isPrimary isDisabled={model.isStarting.value} onPress={press}>
          {label()}
        </Button>
        <Button id="step" isDisabled={model.action.value === 'pause'} onPress={step}>
          {text.step}
        </Button>
        <NumberField
          id="epochs"
          label={text.toEpoch}
          value={model.targetEpoch}
          min={1}
          max={50}
          isDisabled={model.isBusy.value}
        />
        {model.canStartOver.value && !model.isBusy.value && (
          <Button id="restart" onPress={startOver}>
            {text.startOver}
          </Button>
        )}
      </div>
      <Progress />
      <LearningRate />
      <Facts />
      <RunLink />
    </Exhibit>
  )
}

function label(): string {
  const text = words.value.training
  return {
    train: text.train,
    'go-on': text.goOn,
    pause: text.pause,
    resume: text.resume,
    'try-again': text.tryAgain,
  }[model.action.value]
}

function Images() {
  const text = words.value.training
  const count = formatNumber(countOf('own'))
  if (IMAGE_COUNTS.length === 1 && !ownFiles.value) return null
  return (
    <Choice<ImageChoice>
      label={text.images}
      value={model.images}
      isDisabled={model.isBusy.value}
      onChange={chooseImages}
      options={[
        ...IMAGE_COUNTS.map(count => ({
          value: count,
          label: count === 6000 ? text.fewImages : text.allImages,
        })),
        ...(ownFiles.value ? [{ value: 'own' as const, label: ownWords.value.choice(count) }] : []),
      ]}
    />
  )
}

/** The slider's values are powers of ten; the rate is one of two digits. */
const rateOfSlider = {
  get value() {
    return model.learningRate.value
  },
  set value(value: number) {
    model.learningRate.value = Number(value.toPrecision(2))
  },
}

function LearningRate() {
  const text = words.value.training
  const moved = model.rates.value.slice(1)
  return (
    <div>
      <Slider
        label={text.learningRate}
        value={rateOfSlider}
        min={LEAST_RATE}
        max={MOST_RATE}
        step={0.05}
        isLogarithmic
        format={formatRate}
      />
      {moved.length > 0 && (
        <p class="said" id="moved">
          {text.moved(formatNumber(moved[0]?.[0] ?? 0))}
        </p>
      )}
    </div>
  )
}

/** Two digits, however small. */
const formatRate = (rate: number) =>
  formatNumber(rate, rate >= 1 ? 1 : rate >= 0.1 ? 2 : rate >= 0.01 ? 3 : 4)

function Progress() {
  const calm = useCalm(model.progress)
  return <progress class="progress" max="1" value={calm.value} aria-label={words.value.training.progress} />
}

function StatusLine() {
  const text = useComputed(() => {
    const said = sentence(model.status.value)
    return model.action.value === 'resume' ? words.value.training.paused(said) : said
  })
  const isFailed = model.status.value.is === 'failed'
  return <Live id="status" class={`status${isFailed ? ' failed' : ''}`} text={text} />
}

function sentence(status: model.Status): string {
  const text = words.value.training
  switch (status.is) {
    case 'ready':
      return model.images.value === 60_000 ? text.readyToFetch : text.ready
    case 'stored': {
      const batches = status.iteration > 0 ? formatNumber(status.iteration) : undefined
      return text.stored(formatNumber(status.epoch), batches)
    }
    case 'looking':
      return text.looking
    case 'starting':
      return text.starting
    case 'loading':
      return status.bytes === undefined ? text.loading : text.fetching(formatNumber(status.bytes / 1e6, 1))
    case 'resumed':
      return text.resumed(formatNumber(status.epoch + 1), formatNumber(status.iteration + 1))
    case 'batch':
      return text.batch(
        formatNumber(status.epoch),
        formatNumber(status.iteration),
        formatNumber(status.iterations),
        formatNumber(status.loss, 3),
      )
    case 'trained':
      return text.trained(formatNumber(status.epoch), percent(status.accuracy))
    case 'failed':
      return text.failed(status.reason)
  }
}

function Epochs() {
  const text = words.value.training
  if (model.epochs.value.length === 0) return null
  return (
    <TableFrame>
      <table id="history" class="list">
        <caption class="unseen">{text.epochs}</caption>
        <thead>
          <tr>
            {[text.epoch, text.loss, text.accuracy, text.testAccuracy, text.seconds].map(name => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody id="epoch-rows">
          {model.epochs.value.map(({ epoch, loss, accuracy, valAccuracy, seconds }) => (
            <tr key={epoch}>
              <td>{formatNumber(epoch)}</td>
              <td>{formatNumber(loss, 4)}</td>
              <td>{percent(accuracy)}</td>
              <td>{percent(valAccuracy)}</td>
              <td>{formatNumber(seconds, 1)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  )
}

function Facts() {
  const text = words.value.training
  const { build, threads } = capabilities({ build: buildChoice.value })
  const isInWorker = model.isInWorker.value
  return (
    <dl class="facts">
      <div>
        <dt>{text.computes}</dt>
        <dd id="computes">
          <p>{text.build(build, formatNumber(threads))}</p>
          {isInWorker !== undefined && <p>{isInWorker ? text.inWorker : text.notInWorker}</p>}
          {hasThreadsNext() && <p>{text.threadsNext}</p>}
        </dd>
      </div>
      <div>
        <dt>{text.pace}</dt>
        <dd id="pace">
          {model.pace.value === undefined
            ? text.noPace
            : text.imagesPerSecond(formatNumber(Math.round(model.pace.value / 100) * 100))}
        </dd>
      </div>
      <div>
        <dt>{text.keeps}</dt>
        <dd id="keeps" data-place={model.keeping.value?.value}>
          {keeps()}
        </dd>
      </div>
      {(model.weightsHash.value !== undefined || model.hasNoHash.value) && (
        <div>
          <dt>{text.weights}</dt>
          <dd>{model.hasNoHash.value ? <p id="no-hash">{text.noHash}</p> : <WeightsHash />}</dd>
        </div>
      )}
    </dl>
  )
}

function WeightsHash() {
  return (
    <>
      <code id="weights">{model.weightsHash.value}</code>
      <br />
      {words.value.training.weightsOf}
    </>
  )
}

/** The service worker serves the page isolated from the next visit on: it is never loaded again under its visitor. */
const hasThreadsNext = () =>
  offline.value.is === 'kept' && !crossOriginIsolated && navigator.hardwareConcurrency > 1

function keeps(): string {
  const text = words.value.training
  const place = model.keeping.value?.value
  if (place === undefined) return text.keepsNothing
  return place === 'browser' ? text.keeping.browser(formatNumber(CHECKPOINT_EVERY)) : text.keeping[place]
}

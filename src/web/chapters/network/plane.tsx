// Two classes of points in a plane, and a network that learns to tell them apart while one watches.
import { useComputed } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { formatPercent } from '../../languages.ts'
import { Button } from '../../parts/button.tsx'
import { Choice } from '../../parts/choice.tsx'
import { Exhibit } from '../../parts/exhibit.tsx'
import { inEachFrame } from '../../parts/frame-loop.ts'
import { Live } from '../../parts/live.tsx'
import { NumberField } from '../../parts/number-field.tsx'
import { Select } from '../../parts/select.tsx'
import { Slider } from '../../parts/slider.tsx'
import { useIsInView, useWhenNear } from '../../parts/use-size.ts'
import { fixed, plain } from './equations.ts'
import { OwnPoints } from './own-points.tsx'
import { words } from './plane.texts.ts'
import { LossCurve } from './plane-curve.tsx'
import { AllActivations, Layers } from './plane-layers.tsx'
import { PlaneNetwork } from './plane-network.tsx'
import { PlanePicture } from './plane-picture.tsx'
import { BATCH_SIZES, LEARNING_RATES, MOST_SEED, OPTIMIZERS, SOURCES, SPEEDS } from './plane-settings.ts'
import { plane, planeLink } from './state.ts'

const { settings } = plane

export function PlaneExhibit() {
  const text = words.value
  const box = useRef<HTMLDivElement>(null)
  useTraining(box)
  return (
    <Exhibit
      name="plane"
      title={text.title}
      lead={text.lead}
      below={
        <div class="plane" ref={box}>
          <div class="plane-bar">
            <Transport />
            <AllActivations />
          </div>
          <div class="plane-output">
            <PlanePicture />
            <Words />
          </div>
          <div class="plane-net">
            <PlaneNetwork />
            <Layers />
          </div>
          <div class="plane-data">
            <Choice
              label={text.data}
              value={settings.source}
              options={SOURCES.map(source => ({ value: source, label: text.sources[source] }))}
            />
            {settings.source.value === 'own' ? (
              <OwnPoints />
            ) : (
              <>
                <p class="caption">{text.setPoints}</p>
                <Slider
                  label={text.noise}
                  value={settings.noise}
                  min={0}
                  max={0.5}
                  step={0.05}
                  format={value => fixed(value, 2)}
                />
              </>
            )}
            <Seed />
          </div>
          <div class="plane-learning">
            <Learning />
            <LossCurve />
          </div>
        </div>
      }
    />
  )
}

/** Trains in the page's frames, while the exhibit is in view. */
function useTraining(box: { current: HTMLDivElement | null }): void {
  const isInView = useIsInView(box)
  const isWanted = useComputed(() => isInView.value && plane.state.value === 'running')
  useWhenNear(
    box,
    () => plane.history.value.length > 0 || plane.failure.value !== undefined,
    () => {
      plane.follow()
      const unlink = planeLink.follow(plane)
      return () => {
        unlink()
        plane.close()
      }
    },
  )
  useEffect(() => (isWanted.value ? inEachFrame(() => plane.frame()) : undefined), [isWanted.value])
}

function Transport() {
  const text = words.value
  const isRunning = plane.state.value === 'running'
  // Others are drawn when the visitor comes near, or by the first press.
  const isEmpty = settings.source.value === 'own' && plane.points.value.count === 0
  return (
    <div class="controls transport">
      <Button isPrimary isDisabled={isEmpty} onPress={() => plane.toggle()}>
        {isRunning ? text.pause : text.train}
      </Button>
      <Button isDisabled={isEmpty || isRunning} onPress={() => plane.train(1)}>
        {text.oneEpoch}
      </Button>
      <Button onPress={() => plane.restart()}>{text.restart}</Button>
      <Epoch />
      <Select
        label={text.speed}
        isLabelUnseen
        value={plane.speed.value}
        options={SPEEDS.map(speed => ({ value: speed, label: text.perFrame(plain(speed)) }))}
        onChange={speed => {
          plane.speed.value = speed
        }}
      />
    </div>
  )
}

/** By itself, since it changes in each frame. */
function Epoch() {
  return (
    <p class="epoch">
      {words.value.epoch} <strong>{plain(plane.shown.value?.epoch ?? 0)}</strong>
    </p>
  )
}

function Seed() {
  const text = words.value
  return (
    <div class="stack">
      <div class="controls">
        <NumberField label={text.seed} value={settings.seed} min={0} max={MOST_SEED} />
        <Button
          onPress={() => {
            settings.seed.value = (settings.seed.value + 1) % (MOST_SEED + 1)
          }}
        >
          {text.otherSeed}
        </Button>
      </div>
      <Fingerprint />
    </div>
  )
}

/** Short, for comparing two pictures: the same seed and epoch give the same. */
function Fingerprint() {
  const text = words.value
  const link = planeLink.epochs.value > 0 ? text.link : ''
  const said = { none: link, 'under way': '', same: text.sameWeights, other: text.otherWeights }[
    planeLink.repetition.value
  ]
  return (
    <>
      <p class="caption">
        {text.fingerprint} <code>{plane.fingerprint.value}</code>
      </p>
      <p class="caption repetition" role="status">
        {said}
      </p>
    </>
  )
}

function Learning() {
  const text = words.value
  return (
    <div class="selects">
      <Select
        label={text.optimizer}
        value={settings.optimizer.value}
        options={OPTIMIZERS.map(name => ({ value: name, label: text.optimizers[name] }))}
        onChange={name => {
          settings.optimizer.value = name
        }}
      />
      <Select
        label={text.learningRate}
        value={settings.learningRate.value}
        options={LEARNING_RATES.map(rate => ({ value: rate, label: plain(rate, 3) }))}
        onChange={rate => {
          settings.learningRate.value = rate
        }}
      />
      <Select
        label={text.batchSize}
        value={settings.batchSize.value}
        options={BATCH_SIZES.map(size => ({ value: size, label: plain(size) }))}
        onChange={size => {
          settings.batchSize.value = size
        }}
      />
    </div>
  )
}

function Words() {
  const said = useComputed(() => {
    const text = words.value
    if (plane.failure.value !== undefined) return text.failed(String(Object(plane.failure.value).message))
    const now = plane.history.value.at(-1)
    if (!now) return ''
    if (plane.points.value.count === 0) return text.noPoints
    const { epoch, train, test } = now
    const percent = (share: number) => formatPercent(share, 1)
    const score = Number.isFinite(test.loss)
      ? text.scores(
          plain(epoch),
          fixed(train.loss),
          fixed(test.loss),
          percent(train.accuracy),
          percent(test.accuracy),
        )
      : text.score(plain(epoch), fixed(train.loss), percent(train.accuracy))
    const boundary = plane.boundary.value
    const bend = boundary?.bend
    if (bend === undefined) return `${score} ${text.noBoundary}`
    return `${score} ${boundary?.isStraight ? text.straight(fixed(bend, 2)) : text.bent(fixed(bend, 2))}`
  })
  return (
    <div class="words">
      <Live text={said} />
    </div>
  )
}

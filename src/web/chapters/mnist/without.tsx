// Without this image: two trainings that differ in one image, and what both networks make of it and of a test image.
import { type Signal, useComputed } from '@preact/signals'
import { useEffect, useId, useRef } from 'preact/hooks'
import { formatNumber, formatPercent } from '../../languages.ts'
import { Button } from '../../parts/button.tsx'
import { Choice } from '../../parts/choice.tsx'
import { Exhibit } from '../../parts/exhibit.tsx'
import { Live, useCalm } from '../../parts/live.tsx'
import { NumberField } from '../../parts/number-field.tsx'
import { useIsWanted } from '../../parts/use-size.ts'
import { DigitBars } from './digit-bars.tsx'
import { DigitImage } from './digit-image.tsx'
import { likeliest, moved } from './leaving-out.ts'
import { seed } from './network.model.ts'
import * as model from './without.model.ts'
import { words } from './without.texts.ts'
import './without.css'

const PIXELS = 784
const { leavingOut } = model

export function WithoutThisImage() {
  const text = words.value
  const box = useRef<HTMLDivElement>(null)
  const isInView = useIsWanted(box, () => model.pixels.value !== undefined)
  useEffect(() => {
    // What fails here is told when training needs them.
    if (isInView.value && !model.pixels.peek()) model.loadImages().catch(() => {})
  }, [isInView.value])
  return (
    <div ref={box} class="without">
      <Exhibit
        name="without"
        title={text.title}
        lead={text.lead}
        picture={<Left />}
        words={<Words />}
        below={
          <>
            <Asked />
            <Notes />
          </>
        }
      >
        <Choice
          label={text.images}
          value={model.images}
          options={model.IMAGE_COUNTS.map(count => ({
            value: count,
            label: text.firstOf(formatNumber(count)),
          }))}
          onChange={count => {
            model.left.value = Math.min(model.left.peek(), count)
          }}
        />
        <Choice
          label={text.epochs}
          value={model.epochs}
          options={model.EPOCHS.map(count => ({ value: count, label: formatNumber(count) }))}
        />
        <div class="controls">
          <Button isPrimary isDisabled={leavingOut.state.value === 'training'} onPress={model.compare}>
            {model.isHalfDone.value ? text.trainWithout : text.train}
          </Button>
        </div>
        <Progress />
      </Exhibit>
    </div>
  )
}

/** The training image that is left out. */
function Left() {
  const text = words.value
  const made = model.comparison.value
  return (
    <Picker
      label={text.left}
      says={model.isHalfDone.value ? text.hardest : text.firstOnes}
      value={model.left}
      most={model.images.value}
      offered={model.offeredTraining.value}
      pixels={model.pixels.value?.training}
      labels={model.labels.value?.training}
      before={made?.with.training}
      after={made?.without.training}
      caption={text.ofLeft(formatNumber(model.left.value))}
    />
  )
}

/** The test image that both networks are asked about. */
function Asked() {
  const text = words.value
  const made = model.comparison.value
  return (
    <Picker
      label={text.asked}
      says={made ? text.changed : text.firstOnes}
      value={model.asked}
      most={1000}
      offered={model.offeredTest.value}
      pixels={model.pixels.value?.test}
      labels={model.labels.value?.test}
      before={made?.with.test}
      after={made?.without.test}
      caption={text.ofAsked(formatNumber(model.asked.value))}
    />
  )
}

interface PickerProps {
  label: string
  /** Which images are offered. */
  says: string
  /** The image that is chosen, counted from 1. */
  value: Signal<number>
  most: number
  offered: readonly number[]
  pixels: Uint8Array | undefined
  labels: Uint8Array | undefined
  /** What the network with the image makes of each, and the one without it. */
  before: readonly Float32Array[] | undefined
  after: readonly Float32Array[] | undefined
  caption: string
}

/** Chooses an image, and shows what both networks make of it. */
function Picker({ label, says, value, most, offered, pixels, labels, before, after, caption }: PickerProps) {
  const text = words.value
  const at = value.value - 1
  const [with_, without] = [before?.[at], after?.[at]]
  return (
    <fieldset class="without-picker">
      <legend>{label}</legend>
      <div class="without-choice">
        <div class="without-chosen">
          <div class="without-image">
            {pixels && (
              <DigitImage
                pixels={imageAt(pixels, at)}
                label={text.picked(formatNumber(value.value), String(labels?.[at] ?? ''))}
              />
            )}
          </div>
          <NumberField label={text.number} value={value} min={1} max={most} />
        </div>
        <Offered says={says} value={value} offered={offered} pixels={pixels} labels={labels} />
      </div>
      {with_ && without && (
        <DigitBars
          caption={caption}
          digit={text.digit}
          difference={text.difference}
          {...(labels?.[at] !== undefined && { label: labels[at] })}
          right={text.right}
          series={[
            { name: text.with, tone: 'blue', probabilities: with_ },
            { name: text.without, tone: 'orange', probabilities: without },
          ]}
        />
      )}
    </fieldset>
  )
}

const imageAt = (pixels: Uint8Array, at: number) => pixels.subarray(at * PIXELS, (at + 1) * PIXELS)

type OfferedProps = Pick<PickerProps, 'says' | 'value' | 'offered' | 'pixels' | 'labels'>

/** A few images as radio buttons. */
function Offered({ says, value, offered, pixels, labels }: OfferedProps) {
  const name = useId()
  if (!pixels) return null
  return (
    <div class="without-offered">
      <p class="caption">{says}</p>
      <div>
        {offered.map(at => (
          <label key={at}>
            <input
              type="radio"
              name={name}
              checked={value.value === at + 1}
              aria-label={words.value.picked(formatNumber(at + 1), String(labels?.[at] ?? ''))}
              onChange={() => {
                value.value = at + 1
              }}
            />
            <span aria-hidden="true">
              <DigitImage pixels={imageAt(pixels, at)} />
            </span>
          </label>
        ))}
      </div>
    </div>
  )
}

function Progress() {
  const share = useCalm(leavingOut.progress).value
  if (leavingOut.state.value !== 'training') return null
  return (
    <progress
      class="progress"
      max="1"
      value={share}
      aria-label={words.value.training(formatPercent(share, 0))}
    />
  )
}

function Words() {
  const said = useComputed(sentence)
  return <Live text={said} />
}

function sentence(): string {
  const text = words.value
  if (leavingOut.state.value === 'training') return text.training(formatPercent(leavingOut.progress.value, 0))
  if (leavingOut.state.value === 'failed') {
    return text.failed(String(Object(leavingOut.error.value).message || leavingOut.error.value))
  }
  const made = model.comparison.value
  if (!made) return model.isHalfDone.value ? text.pressAgain : text.press
  const label = model.labels.value?.training[made.left] ?? 0
  const share = (answer: Float32Array | undefined) => formatPercent(answer?.[label] ?? 0, 1)
  const at = model.asked.value - 1
  const [before, after] = [made.with.test[at], made.without.test[at]]
  return [
    text.leftSays(
      String(label),
      share(made.with.training[made.left]),
      share(made.without.training[made.left]),
    ),
    text.askedSays(
      String(likeliest(before)),
      String(likeliest(after)),
      formatPercent(moved(before, after), 1),
    ),
    text.others(formatNumber(made.differentAnswers)),
    text.distance(formatNumber(made.distance, 4), formatNumber(made.way, 2)),
  ].join(' ')
}

function Notes() {
  const text = words.value
  const made = model.comparison.value
  return (
    <div class="without-notes">
      {made && (
        <dl class="facts">
          <div>
            <dt>{text.weightsWith}</dt>
            <dd>{made.with.hash ? <code>{made.with.hash}</code> : text.noHash}</dd>
          </div>
          <div>
            <dt>{text.weightsWithout}</dt>
            <dd>{made.without.hash ? <code>{made.without.hash}</code> : text.noHash}</dd>
          </div>
        </dl>
      )}
      <p class="caption">{text.honest}</p>
      <p class="caption">{text.settings(formatNumber(seed.value))}</p>
    </div>
  )
}

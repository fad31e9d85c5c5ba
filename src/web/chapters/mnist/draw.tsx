// Drawing a digit: the pad, what the network sees of it, and what it reads.
import { useComputed } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { formatNumber, formatPercent } from '../../languages.ts'
import { Button } from '../../parts/button.tsx'
import { Choice } from '../../parts/choice.tsx'
import { Exhibit } from '../../parts/exhibit.tsx'
import { Live } from '../../parts/live.tsx'
import { useIsInView } from '../../parts/use-size.ts'
import { className, classNames } from './class-names.ts'
import { DigitImage } from './digit-image.tsx'
import { words } from './draw.texts.ts'
import { nextExample, shownExample } from './example.model.ts'
import { network } from './network.model.ts'
import { OwnDigits } from './own-digits.tsx'
import * as pad from './pad.model.ts'
import { Pad } from './pad.tsx'
import * as reading from './reading.model.ts'
import { TrainButton } from './train-button.tsx'

export function Draw() {
  const text = words.value
  return (
    <Exhibit
      name="draw"
      title={text.title}
      lead={text.lead}
      picture={<Pictures />}
      words={<Words />}
      below={<OwnDigits />}
    >
      <Choice
        label={text.view}
        value={reading.view}
        options={[
          { value: 'centred', label: text.centred },
          { value: 'scaled', label: text.scaled },
        ]}
      />
      <p class="caption">{reading.view.value === 'centred' ? text.centredSays : text.scaledSays}</p>
      <Probabilities />
    </Exhibit>
  )
}

function Pictures() {
  const text = words.value
  const box = useRef<HTMLDivElement>(null)
  useReading(box)
  return (
    <div class="draw-pictures" ref={box}>
      <div class="draw-pad">
        <Pad />
      </div>
      <Sight />
      <div class="controls">
        <Button isDisabled={!pad.canUndo.value} onPress={pad.undo}>
          {text.undo}
        </Button>
        <Button isDisabled={pad.isEmpty.value} onPress={pad.clear}>
          {text.clear}
        </Button>
        <Button onPress={nextExample}>{text.example}</Button>
        <Button isDisabled={pad.isEmpty.value} onPress={pad.toCorner}>
          {text.corner}
        </Button>
      </div>
      <ExampleName />
    </div>
  )
}

const NOTHING = new Uint8Array(28 * 28)

/** The 28 × 28 pixels of the view that was chosen. */
function Sight() {
  const text = words.value
  const seen = pad.views.value?.[reading.view.value]
  return (
    <figure class="sight">
      <figcaption>{text.sees}</figcaption>
      <DigitImage pixels={seen ?? NOTHING} label={seen ? text.seesDescription : text.seesNothing} />
    </figure>
  )
}

/** Which image an example is, as long as nothing was drawn over it. */
function ExampleName() {
  const example = shownExample.value
  if (!example) return null
  return (
    <p class="caption">{words.value.exampleOf(formatNumber(example.index + 1), className(example.label))}</p>
  )
}

/** While it is in view, what is drawn is read. */
function useReading(box: { current: Element | null }): void {
  const isInView = useIsInView(box).value
  useEffect(() => (isInView ? reading.readAlong() : undefined), [isInView])
}

/** Bars and their numbers: they follow each frame. */
function Probabilities() {
  const list = useRef<HTMLOListElement>(null)
  useReading(list)
  const shares = reading.probabilities.value
  const best = shares && reading.bestOf(shares)
  return (
    <ol class="probabilities" ref={list} aria-label={words.value.probabilities}>
      {classNames.value.map((name, i) => (
        <li key={name} class={i === best ? 'best' : undefined}>
          <span class="name">{name}</span>
          <span class="track">
            <span class="bar" style={{ transform: `scaleX(${shares?.[i] ?? 0})` }} />
          </span>
          <span class="share">{shares ? formatPercent(shares[i] ?? 0, 1) : '–'}</span>
        </li>
      ))}
    </ol>
  )
}

function Words() {
  const said = useComputed(sentence)
  return (
    <>
      <Live text={said} />
      <div class="controls">
        <TrainButton />
      </div>
    </>
  )
}

function sentence(): string {
  const text = words.value
  const { fault, readings, view, isUntrained } = reading
  if (fault.value !== undefined) return text.cannotRead(fault.value)
  if (pad.isEmpty.value) return text.readsNothing
  const both = readings.value
  if (!both) return network.value ? '' : text.waits
  const isCentred = view.value === 'centred'
  const [own, other] = isCentred ? [both.centred, both.scaled] : [both.scaled, both.centred]
  const inWords = (shares: Float32Array) => {
    const best = reading.bestOf(shares)
    return [className(best), formatPercent(shares[best] ?? 0, 1)] as const
  }
  const comparison = (isCentred ? text.otherScaled : text.otherCentred)(...inWords(other))
  return [text.reads(...inWords(own)), comparison, isUntrained.value ? text.untrained : ''].join(' ').trim()
}

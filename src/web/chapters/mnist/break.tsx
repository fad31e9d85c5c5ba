// Breaking the network: what is wiped, what that does to its accuracy, and what training mends of it.
import { effect, type ReadonlySignal, useComputed } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { SIDE } from '../../digits/packing.ts'
import { formatNumber, formatPercent } from '../../languages.ts'
import { Button } from '../../parts/button.tsx'
import { Choice } from '../../parts/choice.tsx'
import { Exhibit } from '../../parts/exhibit.tsx'
import { Live } from '../../parts/live.tsx'
import { NumberField } from '../../parts/number-field.tsx'
import { Slider } from '../../parts/slider.tsx'
import { TableFrame } from '../../parts/table-frame.tsx'
import { useIsWanted } from '../../parts/use-size.ts'
import { blockAt } from './block.ts'
import { Curve } from './break-curve.tsx'
import { count, Picture } from './break-picture.tsx'
import { areWords, className } from './class-names.ts'
import './break.css'
import * as model from './break.model.ts'
import { words } from './break.texts.ts'
import { type BrokenState, MOST_KEPT } from './breaking.ts'
import { UNITS, WEIGHTS } from './damage.ts'
import { presentNetwork } from './kept-training.model.ts'
import { network, weightsVersion } from './network.model.ts'
import { isBusy } from './training-state.model.ts'

const { breaking, isBlocked, present } = model

/** Milliseconds for which the weights must be left alone before they are looked at. */
const CALM = 300

export function BreakIt() {
  const text = words.value
  const box = useRef<HTMLDivElement>(null)
  useLook(useIsWanted(box, () => model.present() !== undefined))
  return (
    <div ref={box} class="break-it">
      <Exhibit
        name="break"
        title={text.title}
        lead={text.lead}
        picture={
          <>
            <Picture />
            <Curve />
          </>
        }
        words={<Words />}
        below={<Notes />}
      >
        <Choice
          label={text.what}
          value={model.kind}
          options={(['units', 'pixels', 'weights'] as const).map(value => ({
            value,
            label: text.kinds[value],
          }))}
        />
        <Controls />
        <Mending />
        <ByDigit />
      </Exhibit>
    </div>
  )
}

/** Looks at the network whenever it has changed by itself and then stays as it is, while the exhibit is in view. */
function useLook(isInView: ReadonlySignal<boolean>): void {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    /** The weights that were looked at last: a failure is not repeated. */
    let last: readonly unknown[] = []
    const stop = effect(() => {
      clearTimeout(timer)
      const now = [network.value, weightsVersion.value]
      if (!isInView.value || isBusy.value || breaking.work.value !== 'resting' || breaking.isCurrent) return
      if (now.every((value, i) => value === last[i])) return
      timer = setTimeout(async () => {
        last = now
        await presentNetwork()
        await breaking.look()
      }, CALM)
    })
    return () => {
      clearTimeout(timer)
      stop()
    }
  }, [])
}

function Controls() {
  switch (model.kind.value) {
    case 'units':
      return <UnitControls />
    case 'pixels':
      return <PixelControls />
    case 'weights':
      return <WeightControls />
  }
}

const Share = () => (
  <Slider
    label={words.value.share}
    value={model.share}
    min={0.05}
    max={0.95}
    step={0.05}
    format={share => formatPercent(share, 0)}
  />
)

function UnitControls() {
  const text = words.value
  return (
    <>
      <div class="controls">
        <NumberField label={text.unit} value={model.unit} min={1} max={UNITS} />
        <Button isDisabled={isBlocked()} onPress={() => breaking.wipeUnits([model.unit.peek() - 1])}>
          {text.wipeUnit}
        </Button>
      </div>
      <Share />
      <div class="controls">
        <Button
          isPrimary
          isDisabled={isBlocked()}
          onPress={() => breaking.wipeShareOfUnits(model.share.peek())}
        >
          {text.wipeUnits(formatNumber(Math.round(model.share.value * UNITS)))}
        </Button>
      </div>
    </>
  )
}

function PixelControls() {
  const text = words.value
  return (
    <>
      <Choice
        label={text.brush}
        value={model.brush}
        options={model.BRUSHES.map(side => ({ value: side, label: text.brushes(formatNumber(side)) }))}
      />
      <div class="controls">
        <NumberField label={text.row} value={model.row} min={1} max={SIDE} />
        <NumberField label={text.column} value={model.column} min={1} max={SIDE} />
        <Button
          isPrimary
          isDisabled={isBlocked()}
          onPress={() =>
            breaking.blindPixels(blockAt(model.row.peek() - 1, model.column.peek() - 1, model.brush.peek()))
          }
        >
          {text.blind}
        </Button>
      </div>
    </>
  )
}

function WeightControls() {
  const text = words.value
  return (
    <>
      <Share />
      <div class="controls">
        <Button
          isPrimary
          isDisabled={isBlocked()}
          onPress={() => breaking.wipeShareOfWeights(model.share.peek())}
        >
          {text.wipeWeights(formatNumber(Math.round(model.share.value * WEIGHTS)))}
        </Button>
      </div>
    </>
  )
}

/** Batches of a small mend. */
const FEW = 10

function Mending() {
  const text = words.value
  const isTraining = breaking.work.value === 'training'
  const cannotUndo = isBlocked() || !breaking.canUndo
  return (
    <div class="controls" role="group" aria-label={text.mend}>
      <Button
        isDisabled={isBusy.value}
        onPress={() => (isTraining ? breaking.stop() : breaking.train(undefined))}
      >
        {isTraining ? text.stop : text.epoch}
      </Button>
      <Button isDisabled={isBlocked()} onPress={() => breaking.train(FEW)}>
        {text.batches(formatNumber(FEW))}
      </Button>
      <Button isDisabled={cannotUndo} onPress={() => breaking.undo()}>
        {text.undo}
      </Button>
      <Button isDisabled={cannotUndo} onPress={() => breaking.restore()}>
        {text.whole}
      </Button>
    </div>
  )
}

function ByDigit() {
  const text = words.value
  const [first] = breaking.states.value
  const now = present()
  if (!first || !now) return null
  return (
    <TableFrame>
      <table class={`list compact${areWords.value ? ' of-words' : ''}`}>
        <caption>{areWords.value ? text.byClass : text.byDigit}</caption>
        <thead>
          <tr>
            <th scope="col">{areWords.value ? text.class : text.digit}</th>
            {now.byDigit.map((_, digit) => (
              <th key={digit} scope="col">
                <span>{className(digit)}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {[
            { name: text.found, shares: first.byDigit },
            { name: text.now, shares: now.byDigit },
          ].map(({ name, shares }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {shares.map((share, digit) => (
                <td key={digit}>{formatNumber(share * 100)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  )
}

function Words() {
  const said = useComputed(sentence)
  const state = present()
  return (
    <>
      <Live text={said} />
      {state && (
        <p class="caption">
          {words.value.weights}: {state.hash ? <code>{state.hash}</code> : words.value.noHash}
        </p>
      )}
    </>
  )
}

function sentence(): string {
  const text = words.value
  if (isBusy.value) return text.busy
  if (breaking.error.value !== undefined) {
    return text.failed(String(Object(breaking.error.value).message || breaking.error.value))
  }
  if (breaking.work.value === 'training') {
    const latest = breaking.course.value.at(-1)
    return latest ? text.training(formatPercent(latest[1], 1)) : text.trainingBegins
  }
  const states = breaking.states.value
  const now = states.at(-1)
  if (!now) return text.waits
  return [deedInWords(states, now), silentInWords(now)].join(' ').trim()
}

function deedInWords(states: readonly BrokenState[], { deed, accuracy }: BrokenState): string {
  const text = words.value.whatNow
  const now = formatPercent(accuracy, 1)
  if (deed.is === 'found') return text.found(now)
  const before = formatPercent(states.at(-2)?.accuracy ?? 0, 1)
  const number = deed.is === 'trained' ? deed.batches : deed.count
  return text[deed.is](formatNumber(number), before, now)
}

/** What training cannot mend. */
function silentInWords({ deed, wiped }: BrokenState): string {
  const silent = count(wiped.units)
  return deed.is === 'trained' && silent > 0 ? words.value.silent(formatNumber(silent)) : ''
}

function Notes() {
  const text = words.value
  return (
    <p class="caption">
      {text.keeps(formatNumber(MOST_KEPT), formatNumber(model.MEGABYTES, 1))} {text.stays}
    </p>
  )
}

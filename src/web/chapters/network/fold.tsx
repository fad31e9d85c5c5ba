// Two linear layers that fold into one: the network on the left becomes the one on the right before one's eyes.
import { useComputed, useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { Button } from '../../parts/button.tsx'
import { Exhibit } from '../../parts/exhibit.tsx'
import { inEachFrame } from '../../parts/frame-loop.ts'
import { Live } from '../../parts/live.tsx'
import { prefersLessMotion } from '../../parts/motion.ts'
import { NumberField } from '../../parts/number-field.tsx'
import { Slider } from '../../parts/slider.tsx'
import { plain, sumOf } from './equations.ts'
import { WEIGHT_RANGE, type WeightName } from './fold.model.ts'
import { FoldPicture } from './fold-picture.tsx'
import { fold } from './state.ts'
import { words } from './texts.ts'

/** Milliseconds. */
const FOLDING = 900

export function FoldExhibit() {
  const text = words.value.fold
  const share = useFolding()
  return (
    <Exhibit
      name="fold"
      title={text.title}
      lead={text.lead}
      picture={
        <>
          <FoldPicture share={share} />
          <Equations />
          <div class="controls">
            <Button
              isPrimary
              onPress={() => {
                fold.isFolded.value = !fold.isFolded.value
              }}
            >
              {fold.isFolded.value ? text.unfold : text.fold}
            </Button>
            <Button onPress={() => fold.reset()}>{text.reset}</Button>
          </div>
        </>
      }
      words={<Words />}
    >
      <WeightFields />
      <div class="stack">
        <h4>{text.input}</h4>
        <Slider label="x₁" value={fold.x1} min={-9} max={9} step={1} format={value => plain(value)} />
        <Slider label="x₂" value={fold.x2} min={-9} max={9} step={1} format={value => plain(value)} />
      </div>
    </Exhibit>
  )
}

/** How far the picture is folded, 0–1: it follows the button over some frames, or at once. */
function useFolding() {
  const share = useSignal(fold.isFolded.peek() ? 1 : 0)
  const goal = fold.isFolded.value ? 1 : 0
  const isFirst = useRef(true)
  useEffect(() => {
    if (isFirst.current || prefersLessMotion()) {
      isFirst.current = false
      share.value = goal
      return
    }
    let last: number | undefined
    const stop = inEachFrame(time => {
      const by = (time - (last ?? time)) / FOLDING
      last = time
      share.value = goal > share.value ? Math.min(share.value + by, goal) : Math.max(share.value - by, goal)
      if (share.value === goal) stop()
    })
    return stop
  }, [goal])
  return share
}

function WeightFields() {
  const text = words.value.fold
  const rows: readonly (readonly [string, readonly (readonly [string, WeightName])[]])[] = [
    [
      'y₁',
      [
        [text.from('x₁', 'y₁'), 'w11'],
        [text.from('x₂', 'y₁'), 'w21'],
        [text.biasOf('y₁'), 'b1'],
      ],
    ],
    [
      'y₂',
      [
        [text.from('x₁', 'y₂'), 'w12'],
        [text.from('x₂', 'y₂'), 'w22'],
        [text.biasOf('y₂'), 'b2'],
      ],
    ],
    [
      'z',
      [
        [text.from('y₁', 'z'), 'v1'],
        [text.from('y₂', 'z'), 'v2'],
        [text.biasOf('z'), 'c'],
      ],
    ],
  ]
  return (
    <fieldset class="weights">
      <legend>{text.weights}</legend>
      <div class="weights-grid">
        {rows.map(([unit, fields]) => (
          <div key={unit} class="weights-row">
            <span class="unit" aria-hidden="true">
              {unit} =
            </span>
            {fields.map(([label, name], i) => (
              <span key={name} class="weight">
                <NumberField
                  label={label}
                  value={fold.weights[name]}
                  min={WEIGHT_RANGE.least}
                  max={WEIGHT_RANGE.most}
                  isWhole={false}
                  decimals={2}
                  isLabelUnseen
                />
                <span aria-hidden="true">
                  {['x₁', 'x₂', ''].map(input => (unit === 'z' ? input.replace('x', 'y') : input))[i]}
                </span>
              </span>
            ))}
          </div>
        ))}
      </div>
    </fieldset>
  )
}

/** The unit's weighted sum as a formula. */
const w = (name: WeightName) => fold.weights[name].value

function Equations() {
  const { w1, w2, b } = fold.folded.value
  const y1 = sumOf([[w('w11'), 'x₁'], [w('w21'), 'x₂'], [w('b1')]])
  const y2 = sumOf([[w('w12'), 'x₁'], [w('w22'), 'x₂'], [w('b2')]])
  const z = sumOf([[w('v1'), 'y₁'], [w('v2'), 'y₂'], [w('c')]])
  const one = sumOf([[w1, 'x₁'], [w2, 'x₂'], [b]])
  return (
    <div class="equations">
      <p>y₁ = {y1}</p>
      <p>y₂ = {y2}</p>
      <p>
        z = {z} <strong>= {one}</strong>
      </p>
    </div>
  )
}

function Words() {
  const said = useComputed(() => {
    const text = words.value.fold
    const { y1, y2, two, one } = fold.outputs.value
    const { w1, w2, b } = fold.folded.value
    return text.numbers(
      sumOf([[w1, 'x₁'], [w2, 'x₂'], [b]]),
      `(${plain(fold.x1.value)}, ${plain(fold.x2.value)})`,
      plain(y1),
      plain(y2),
      plain(two),
      plain(one),
    )
  })
  return <Live text={said} />
}

// The visitor's own digits: their list, and the lesson in which the network learns them.
import { useComputed } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { formatNumber, formatPercent } from '../../languages.ts'
import { Button } from '../../parts/button.tsx'
import { Choice } from '../../parts/choice.tsx'
import { Live } from '../../parts/live.tsx'
import { className, classNames } from './class-names.ts'
import { DigitImage } from './digit-image.tsx'
import { words } from './draw.texts.ts'
import * as own from './own-digits.model.ts'
import * as pad from './pad.model.ts'
import { isBusy } from './training-state.model.ts'

const { batches, batchSize, own: ownShare } = own.LESSON

export function OwnDigits() {
  const text = words.value.own
  useEffect(own.recallDigits, [])
  const add = () => {
    const seen = pad.views.peek()
    if (seen) own.addDigit(seen.centred)
  }
  const isEmpty = own.ownDigits.value.length === 0
  return (
    <section class="own-digits" aria-label={text.title}>
      <h4>{text.title}</h4>
      <p class="caption">{text.lead}</p>
      <div class="controls">
        <Choice
          label={text.label}
          value={own.label}
          options={classNames.value.map((name, value) => ({ value, label: name }))}
        />
        <Button isDisabled={pad.isEmpty.value} onPress={add}>
          {text.add}
        </Button>
      </div>
      <List />
      <div class="controls">
        <Button isDisabled={isEmpty || isBusy.value || own.isLearning.value} onPress={own.teach}>
          {own.isLearning.value ? text.learning : text.teach}
        </Button>
      </div>
      <Result />
      <p class="caption">
        {text.how(formatNumber(batches), formatNumber(ownShare), formatNumber(batchSize))}
      </p>
      {own.areKept.value !== undefined && (
        <p class="caption" data-kept={String(own.areKept.value)}>
          {own.areKept.value ? text.kept : text.notKept}
        </p>
      )}
    </section>
  )
}

function List() {
  const text = words.value.own
  const list = useRef<HTMLUListElement>(null)
  const digits = own.ownDigits.value
  /** The focus goes to the button that takes the place of the one that is gone, or to the list. */
  const remove = (id: number, at: number) => {
    own.removeDigit(id)
    requestAnimationFrame(() => {
      const buttons = list.current?.querySelectorAll('button') ?? []
      const next = buttons[Math.min(at, buttons.length - 1)] ?? list.current
      next?.focus()
    })
  }
  return (
    <ul class="own-list" aria-label={text.list} ref={list} tabIndex={-1}>
      {digits.length === 0 && <li class="caption">{text.empty}</li>}
      {digits.map(({ id, label, pixels }, i) => (
        <li key={id}>
          <DigitImage pixels={pixels} label={text.image(className(label))} />
          <strong>{className(label)}</strong>
          <Change id={id} />
          <button
            type="button"
            class="button"
            aria-label={text.remove(className(label), formatNumber(i + 1))}
            onClick={() => remove(id, i)}
          >
            {text.removeShort}
          </button>
        </li>
      ))}
    </ul>
  )
}

/** What the last lesson did to the probability of a digit's label. */
function Change({ id }: { id: number }) {
  const text = words.value.own
  const before = own.lesson.value?.before.get(id)
  const after = own.lesson.value?.after.get(id)
  return (
    <span class="change">
      {before === undefined || after === undefined
        ? text.notTaught
        : text.change(formatPercent(before, 1), formatPercent(after, 1))}
    </span>
  )
}

function Result() {
  const said = useComputed(() => {
    const text = words.value.own
    const lesson = own.lesson.value
    if (own.lessonFault.value !== undefined) return text.failed(own.lessonFault.value)
    if (own.isLearning.value) return text.learning
    if (isBusy.value && own.ownDigits.value.length > 0) return text.busy
    if (!lesson) return ''
    const learned = text.learned(
      formatPercent(lesson.accuracyBefore, 1),
      formatPercent(lesson.accuracyAfter, 1),
    )
    const [last] = own.ownDigits.value.filter(({ id }) => lesson.after.has(id)).slice(-1)
    if (!last) return learned
    const [before, after] = [lesson.before.get(last.id) ?? 0, lesson.after.get(last.id) ?? 0]
    return `${learned} ${text.learnedOne(className(last.label), formatPercent(before, 1), formatPercent(after, 1))}`
  })
  return <Live class="own-result" text={said} />
}

// The lecture's exercise, whose answer is shown only after a try.
import { useComputed } from '@preact/signals'
import { useId } from 'preact/hooks'
import { formatNumber } from '../../languages.ts'
import { Button } from '../../parts/button.tsx'
import { Live } from '../../parts/live.tsx'
import { TextField } from '../../parts/text-field.tsx'
import * as model from './calculator.model.ts'
import { words } from './texts.ts'

export function Exercise() {
  const text = words.value.exercise
  const { samples, batchSize, epochs } = model.EXERCISE
  const heading = useId()
  return (
    <section class="exercise" aria-labelledby={heading}>
      <h4 id={heading}>{text.title}</h4>
      <p>{text.question(formatNumber(samples), formatNumber(batchSize), formatNumber(epochs))}</p>
      <form
        class="controls"
        onSubmit={event => {
          event.preventDefault()
          model.check()
        }}
      >
        <AnswerField name="iterations" label={text.iterations} />
        <AnswerField name="updates" label={text.updates} />
        <button type="submit" class="button primary" aria-disabled={model.isTried.value ? undefined : 'true'}>
          {text.check}
        </button>
        {model.checked.value && (
          <Button
            onPress={() => {
              model.isSolutionShown.value = true
            }}
          >
            {text.show}
          </Button>
        )}
      </form>
      <Verdict />
    </section>
  )
}

function AnswerField({ name, label }: { name: model.Answer; label: string }) {
  const answer = model.answers[name]
  const isRight = model.checked.value?.[name]
  return (
    <TextField
      label={label}
      value={answer.value}
      inputMode="numeric"
      isWrong={isRight === false}
      onInput={typed => {
        answer.value = typed
        model.checked.value = undefined
      }}
    />
  )
}

function Verdict() {
  const text = useComputed(() => {
    const texts = words.value.exercise
    const tried = model.checked.value
    const solution = model.shownSolution.value
    if (!tried) return model.isTried.value ? texts.ready : texts.notTried
    const verdict =
      tried.iterations && tried.updates
        ? texts.right
        : tried.iterations
          ? texts.updatesWrong
          : tried.updates
            ? texts.iterationsWrong
            : texts.wrong
    if (!solution) return verdict
    const { samples, batchSize, epochs } = model.EXERCISE
    const shown = texts.solution(
      formatNumber(samples),
      formatNumber(batchSize),
      formatNumber(solution.iterations),
      formatNumber(epochs),
      formatNumber(solution.updates),
    )
    return `${verdict} ${shown}`
  })
  return <Live class="verdict" text={text} />
}

// A row by hand: a field for each column, and the answer.
import { useComputed } from '@preact/signals'
import { formatPercent } from '../../languages.ts'
import { Button } from '../../parts/button.tsx'
import { Exhibit } from '../../parts/exhibit.tsx'
import { Live } from '../../parts/live.tsx'
import { Select } from '../../parts/select.tsx'
import { TextField } from '../../parts/text-field.tsx'
import * as model from './ask.model.ts'
import { learned } from './learning.model.ts'
import type { TableDescription } from './subject.ts'
import { words } from './texts.ts'
import { significant } from './written.ts'

export function AskExhibit() {
  const text = words.value.ask
  const { description } = learned.value ?? {}
  if (description?.kind !== 'table' || model.fields.value.length === 0) return null
  return (
    <Exhibit
      name="own-ask"
      title={text.title}
      lead={text.lead}
      picture={<Fields description={description} />}
      words={<Words description={description} />}
    >
      {description.classes && <Probabilities classes={description.classes} />}
      <div class="controls">
        <Button onPress={() => void model.takeRow()}>{text.another}</Button>
      </div>
    </Exhibit>
  )
}

function Fields({ description }: { description: TableDescription }) {
  return (
    <div class="ask-fields">
      {description.columns.map(({ name, place, categories }, i) =>
        categories ? (
          <Select
            key={place}
            label={name}
            value={model.fields.value[i] ?? ''}
            options={categories.map(category => ({ value: category, label: category }))}
            onChange={category => model.change(i, category)}
          />
        ) : (
          <TextField
            key={place}
            label={name}
            value={model.fields.value[i] ?? ''}
            inputMode="decimal"
            isWrong={!isNumber(model.fields.value[i] ?? '')}
            onInput={text => model.change(i, text)}
          />
        ),
      )}
    </div>
  )
}

/** As a file has it. */
const isNumber = (text: string) => text.trim() !== '' && Number.isFinite(Number(text))

/** Bars of the likeliest classes. */
export function Probabilities({ classes }: { classes: readonly string[] }) {
  const shares = model.answer.value
  return (
    <ol class="probabilities" aria-label={words.value.ask.probabilities}>
      {[...(shares ?? classes.map(() => 0))]
        .map((share, i) => ({ share, name: classes[i] ?? '' }))
        .slice(0, 24)
        .map(({ share, name }) => (
          <li key={name}>
            <span>{name}</span>
            <span class="bar" aria-hidden="true">
              <span style={{ width: `${(share * 100).toFixed(2)}%` }} />
            </span>
            <span class="share">{shares ? formatPercent(share, 1) : '–'}</span>
          </li>
        ))}
    </ol>
  )
}

function Words({ description }: { description: TableDescription }) {
  const said = useComputed(() => {
    const text = words.value.ask
    const answer = model.answer.value
    const areNumbers = description.columns.every(
      ({ categories }, i) =>
        categories || (model.fields.value[i]?.trim() && Number.isFinite(Number(model.fields.value[i]))),
    )
    if (!areNumbers) return text.notANumber
    if (model.fault.value !== undefined) return text.failed(model.fault.value)
    if (!answer) return ''
    const { classes, target } = description
    const most = answer.indexOf(Math.max(...answer))
    const line = classes
      ? text.answerClass(target, classes[most] ?? '', formatPercent(answer[most] ?? Number.NaN, 1))
      : text.answer(target, significant(answer[0] ?? Number.NaN))
    return model.really.value === undefined ? line : `${line} ${text.really(model.really.value)}`
  })
  return <Live text={said} id="own-answer" />
}

// Keeping the network: in this browser, and as files.
import { useComputed } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { language } from '../../languages.ts'
import { Button } from '../../parts/button.tsx'
import { Exhibit } from '../../parts/exhibit.tsx'
import { Live } from '../../parts/live.tsx'
import { TableFrame } from '../../parts/table-frame.tsx'
import { TextField } from '../../parts/text-field.tsx'
import * as model from './keep.model.ts'
import { learned } from './learning.model.ts'
import { words } from './texts.ts'

export function KeepExhibit() {
  const text = words.value.keep
  useEffect(() => void model.recall(), [])
  const hasOwn = learned.value !== undefined
  if (!hasOwn && model.kept.value.length === 0) return null
  return (
    <Exhibit name="own-keep" title={text.title} lead={text.lead} words={<Words />}>
      {hasOwn && <Save />}
      <Kept />
      {hasOwn && <Files />}
    </Exhibit>
  )
}

function Save() {
  const text = words.value.keep
  const isMissing = model.name.value.trim() === ''
  return (
    <div class="controls">
      <TextField
        label={text.name}
        value={model.name.value}
        onInput={typed => {
          model.name.value = typed
        }}
      />
      <Button isDisabled={isMissing} onPress={() => void model.save()}>
        {text.save}
      </Button>
    </div>
  )
}

function Kept() {
  const text = words.value.keep
  const entries = model.kept.value
  if (entries.length === 0) return <p class="said">{text.none}</p>
  const date = new Intl.DateTimeFormat(language.value, { dateStyle: 'medium', timeStyle: 'short' })
  return (
    <TableFrame>
      <table class="list kept">
        <caption>{text.list}</caption>
        <tbody>
          {entries.map(({ name, modified }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{date.format(modified)}</td>
              <td>
                <div class="controls">
                  <Button onPress={() => void model.load(name)}>{text.load(name)}</Button>
                  <Button onPress={() => void model.remove(name)}>{text.remove(name)}</Button>
                </div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  )
}

function Files() {
  const text = words.value.keep
  return (
    <div class="stack">
      <h4>{text.files}</h4>
      <p class="said">{text.filesNote}</p>
      <div class="controls">
        {model.FORMATS.map(format => (
          <Button key={format} onPress={() => void model.write(format, download)}>
            {text[format]}
          </Button>
        ))}
      </div>
    </div>
  )
}

/** Hands a file to the browser, which puts it where it puts downloads. */
function download({ name, bytes }: model.WrittenFile): void {
  const url = URL.createObjectURL(new Blob([bytes]))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The browser reads it after this task.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

function Words() {
  const said = useComputed(() => {
    const text = words.value.keep
    const state = model.state.value
    switch (state.is) {
      case 'resting':
        return ''
      case 'failed':
        return text.failed(state.reason)
      case 'written':
        return text.written(state.files.join(', '))
      default:
        return text[state.is](state.name)
    }
  })
  return <Live text={said} id="own-kept" />
}

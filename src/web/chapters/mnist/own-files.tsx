// Files of the visitor's own, to learn from: chosen, or dropped.
import { useComputed } from '@preact/signals'
import { formatNumber } from '../../languages.ts'
import { Choice } from '../../parts/choice.tsx'
import { FileButton, useDrop } from '../../parts/drop.tsx'
import { Live } from '../../parts/live.tsx'
import { naming } from './class-names.ts'
import './own-files.css'
import { ownFiles } from './image-sets.ts'
import * as own from './own-files.model.ts'
import { words } from './own-files.texts.ts'
import { images, isBusy } from './training-state.model.ts'

export function OwnFiles() {
  const text = words.value
  return (
    <details class="own-files">
      <summary class="opener">{text.title}</summary>
      <div class="own-files-body">
        <p>{text.lead}</p>
        <DropPlace />
        <FileList />
        <Result />
        <Choice
          label={text.naming}
          value={naming}
          options={[
            { value: 'digits', label: text.digits },
            { value: 'fashion', label: text.fashion },
          ]}
        />
      </div>
    </details>
  )
}

function DropPlace() {
  const text = words.value
  const add = (files: readonly File[]) => own.addFiles(files)
  const { isOver, handlers } = useDrop(add)
  return (
    <div class={`drop-place${isOver ? ' over' : ''}`} {...handlers}>
      <FileButton choose={text.choose} isMultiple onFiles={add} />
      <span>{text.drop}</span>
    </div>
  )
}

function FileList() {
  const text = words.value
  const chosen = own.chosen.value
  if (Object.keys(chosen).length === 0) return null
  return (
    <ul class="file-list" aria-label={text.files}>
      {own.FILES.map(name => {
        const found = chosen[name]
        return (
          <li key={name}>
            {found
              ? text.file(text.names[name], found.file.name, formatNumber(found.count))
              : text.noFile(text.names[name], text.missing)}
          </li>
        )
      })}
    </ul>
  )
}

function Result() {
  const said = useComputed(() => {
    const text = words.value
    const fault = own.fileFault.value
    if (own.isReading.value) return text.reading
    if (fault?.is === 'size')
      return text.failed(text.size(formatNumber(fault.height), formatNumber(fault.width)))
    if (fault) return text.failed(fault.message)
    if (isBusy.value) return text.busy
    const missing = own.FILES.filter(name => !own.chosen.value[name])
    if (missing.length > 0 && missing.length < own.FILES.length)
      return text.some(missing.map(name => text.names[name]).join(', '))
    if (images.value === 'own' && ownFiles.value) return text.ready(formatNumber(ownFiles.value.count))
    return ''
  })
  return <Live class="own-files-result" text={said} />
}

// The visitor's table: dropped or chosen, what was understood of it, and which column is predicted.
import { useComputed } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { formatNumber } from '../../languages.ts'
import { Button } from '../../parts/button.tsx'
import { Choice } from '../../parts/choice.tsx'
import { Drop } from '../../parts/drop.tsx'
import { Live } from '../../parts/live.tsx'
import { Select } from '../../parts/select.tsx'
import { TableFrame } from '../../parts/table-frame.tsx'
import type { Column } from './columns.ts'
import { fruitTable } from './sample-table.ts'
import * as model from './table.model.ts'
import { fruit, words } from './texts.ts'
import { significant } from './written.ts'

/** Columns of the preview: a table of images has hundreds. */
const MOST_SHOWN = 24

const open = ([file]: readonly File[]) => {
  if (file) model.readTable(file.name, file.size, () => file.arrayBuffer())
}

const openSample = () => {
  const bytes = new TextEncoder().encode(fruitTable(fruit.value))
  model.readTable(words.value.data.sampleName, bytes.length, async () => bytes.buffer)
}

/** Where a table comes from, and how its reading stands. */
export function TableSource() {
  const text = words.value.data
  const state = useComputed(() => sentence())
  const hasFailed = model.readState.value.is === 'failed'
  return (
    <div class="stack">
      <Drop
        choose={text.chooseFile}
        accept=".csv,.tsv,.txt,text/csv,text/tab-separated-values,text/plain"
        onFiles={open}
        others={<Button onPress={openSample}>{text.sample}</Button>}
      >
        {text.drop}
      </Drop>
      <Live text={state} id="table-state" class={`status${hasFailed ? ' failed' : ''}`} />
    </div>
  )
}

function sentence(): string {
  const text = words.value.data
  const state = model.readState.value
  switch (state.is) {
    case 'empty':
      return text.none
    case 'reading':
      return text.reading(state.name)
    case 'failed':
      return text.failed(
        state.name,
        state.bytes === undefined
          ? state.reason
          : text.tooLarge(formatNumber(model.MOST_BYTES / 1e6), `${formatNumber(state.bytes / 1e6)} MB`),
      )
    case 'read': {
      const {
        name = '',
        rows = 0,
        columns = [],
        delimiter = ',',
        encoding = '',
        hasHeader = true,
      } = model.table.value ?? {}
      const format = text.format(delimiterText(delimiter), encoding.toUpperCase(), hasHeader)
      return `${text.read(name, formatNumber(rows), formatNumber(columns.length))} ${format}`
    }
  }
}

function delimiterText(delimiter: string): string {
  const { delimiters } = words.value.data
  return (delimiters as Record<string, string>)[delimiter] ?? delimiter
}

/** What is predicted, and as what. */
export function TableTarget() {
  const text = words.value.data
  const { columns } = model.table.value ?? {}
  if (!columns) return null
  return (
    <div class="stack">
      <Select
        label={text.target}
        value={model.target.value}
        options={columns
          .filter(({ kind }) => kind !== 'empty')
          .map(({ place, name }) => ({ value: place, label: nameOf(name, place) }))}
        onChange={model.choose}
      />
      {model.isTargetOpen.value && (
        <Choice
          label={text.targetAs}
          value={model.targetAs}
          options={[
            { value: 'classes', label: text.classes },
            { value: 'number', label: text.number },
          ]}
        />
      )}
      <p>{plan()}</p>
    </div>
  )
}

const nameOf = (name: string, place: number) => name || `(${place})`

function plan(): string {
  const text = words.value.data
  const inputs = model.inputColumns.value
  const column = model.targetColumn.value
  if (!column || inputs.length === 0) return text.noInputs
  const missing = [...inputs, column].reduce((sum, { missing }) => sum + missing, 0)
  const rows = model.table.value?.rows ?? 0
  return text.plan(
    text.columns(formatNumber(inputs.length)),
    nameOf(column.name, column.place),
    formatNumber(rows),
    formatNumber(Math.min(rows, missing)),
    missing > 0,
  )
}

/** The first rows, below what each column is. */
export function TablePreview() {
  const text = words.value.data
  const { columns = [], head = [] } = model.table.value ?? {}
  if (columns.length === 0) return null
  const shown = columns.slice(0, MOST_SHOWN)
  return (
    <>
      <TableFrame>
        <table class="list preview">
          <caption>{text.preview}</caption>
          <thead>
            <tr>
              {shown.map(({ place, name }) => (
                <th key={place} scope="col">
                  {nameOf(name, place)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <Row columns={shown} cell={column => <span class="kind">{kindText(column)}</span>} />
            <Row columns={shown} cell={column => <Use column={column} />} />
            {head.map((row, i) => (
              <Row key={i} columns={shown} cell={({ place }) => row[place] ?? ''} />
            ))}
          </tbody>
        </table>
      </TableFrame>
      {shown.length < columns.length && (
        <p class="said">{text.shownColumns(formatNumber(shown.length), formatNumber(columns.length))}</p>
      )}
    </>
  )
}

function Row({ columns, cell }: { columns: readonly Column[]; cell(column: Column): ComponentChildren }) {
  return (
    <tr>
      {columns.map(column => (
        <td key={column.place} class={column.place === model.target.value ? 'predicted' : undefined}>
          {cell(column)}
        </td>
      ))}
    </tr>
  )
}

function kindText({ kind, numbers, names, missing }: Column): string {
  const text = words.value.data
  const what =
    kind === 'number' && numbers
      ? text.numbers(significant(numbers.least), significant(numbers.most))
      : {
          number: '',
          category: text.categories(formatNumber(names?.length ?? 0)),
          text: text.texts,
          rows: text.rowNumbers,
          empty: text.empty,
        }[kind]
  return missing > 0 && kind !== 'empty' ? `${what}; ${text.missing(formatNumber(missing))}` : what
}

/** What a column can be used for: numbers as categories too, where they are few. */
function usesOf({ kind, numbers, names }: Column): model.ColumnUse[] {
  const uses: model.ColumnUse[] = []
  if (numbers) uses.push('number')
  if (names && kind !== 'empty') uses.push('category')
  return [...uses, 'out']
}

function Use({ column }: { column: Column }) {
  const text = words.value.data
  if (column.place === model.target.value) return <strong>{text.predicted}</strong>
  return (
    <Select
      label={text.useOf(nameOf(column.name, column.place))}
      isLabelUnseen
      value={model.uses.value[column.place] ?? 'out'}
      options={usesOf(column).map(use => ({ value: use, label: text.uses[use] }))}
      onChange={use => model.use(column.place, use)}
    />
  )
}

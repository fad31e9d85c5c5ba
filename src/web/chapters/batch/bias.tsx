// ∂L/∂B as the sum of ∂L/∂Y over axis 0: a column is pressed, and its entries fall into their sum.

import { useComputed } from '@preact/signals'
import { formatNumber } from '../../languages.ts'
import { Button } from '../../parts/button.tsx'
import { Exhibit } from '../../parts/exhibit.tsx'
import { Formula } from '../../parts/formula.tsx'
import { Live } from '../../parts/live.tsx'
import { type BiasModel, COLUMNS, MOST, MOST_ROWS } from './bias.model.ts'
import { EntryField } from './entry-field.tsx'
import { biasGradient } from './formulas.ts'
import { words } from './texts.ts'

interface ModelProps {
  model: BiasModel
}

const columns = Array.from({ length: COLUMNS }, (_, column) => column)

/** Up to four decimals: sums in single precision have no more. */
const written = (value: number): string => {
  const rounded = Number(value.toFixed(4))
  return formatNumber(rounded, (String(rounded).split('.')[1] ?? '').length)
}

export function BiasExhibit({ model }: ModelProps) {
  const text = words.value.bias
  return (
    <Exhibit
      name="bias"
      title={text.title}
      lead={text.lead}
      picture={<Matrix model={model} />}
      words={<Words model={model} />}
    >
      <Formula of={biasGradient} isDisplay />
      <div class="controls">
        <Button isPrimary onPress={model.pressAll}>
          {text.all}
        </Button>
        <Button onPress={model.clear} isDisabled={model.summed.value.size === 0}>
          {text.clear}
        </Button>
      </div>
      <div class="controls">
        <Button onPress={model.addRow} isDisabled={model.rows.value === MOST_ROWS}>
          {text.addRow}
        </Button>
        <Button onPress={model.removeRow} isDisabled={model.rows.value === 1}>
          {text.removeRow}
        </Button>
        <Button onPress={model.lecture}>{text.lecture}</Button>
      </div>
    </Exhibit>
  )
}

function Matrix({ model }: ModelProps) {
  const text = words.value.bias
  const { rows, summed, sums } = model
  return (
    <div class="bias">
      <table>
        <caption>{text.gradient(formatNumber(rows.value), String(COLUMNS))}</caption>
        <thead>
          <tr>
            <td />
            {columns.map(column => (
              <th key={column} scope="col">
                {text.column(String(column + 1))}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {Array.from({ length: rows.value }, (_, row) => (
            <tr key={row}>
              <th scope="row">{text.row(String(row + 1))}</th>
              {columns.map(column => (
                <td key={column} class={summed.value.has(column) ? 'also' : undefined}>
                  <EntryField
                    label={text.entry(String(row + 1), String(column + 1))}
                    value={model.entry(row * COLUMNS + column)}
                    most={MOST}
                  />
                </td>
              ))}
            </tr>
          ))}
          <tr class="presses">
            <th scope="row">{text.axis}</th>
            {columns.map(column => (
              <td key={column}>
                <button
                  type="button"
                  class="button"
                  aria-label={text.sumColumn(String(column + 1))}
                  aria-pressed={summed.value.has(column)}
                  onClick={() => model.press(column)}
                >
                  ↓ +
                </button>
              </td>
            ))}
          </tr>
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">∂L/∂B</th>
            {columns.map(column => (
              <td key={column} class={summed.value.has(column) ? 'on' : 'open'}>
                {summed.value.has(column) ? written(sums.value[column] ?? 0) : '·'}
              </td>
            ))}
          </tr>
        </tfoot>
      </table>
    </div>
  )
}

function Words({ model }: ModelProps) {
  const sentence = useComputed(() => {
    const text = words.value.bias
    const { rows, summed, sums } = model
    if (summed.value.size === 0) return text.none
    const parts = columns
      .filter(column => summed.value.has(column))
      .map(column => {
        const entries = model.column(column)
        const terms = entries
          .map((entry, i) => (i > 0 && entry < 0 ? `(${written(entry)})` : written(entry)))
          .join(' + ')
        return text.sum(String(column + 1), terms, written(sums.value[column] ?? 0))
      })
    if (summed.value.size === COLUMNS) {
      const all = sums.value.map(written).join(', ')
      parts.push(text.complete(all, formatNumber(rows.value), String(COLUMNS)))
    }
    return parts.join(' ')
  })
  return <Live text={sentence} />
}

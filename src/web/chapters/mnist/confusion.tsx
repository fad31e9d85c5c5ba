// The confusion matrix, and the images that the network gets most wrong.
import { useComputed, useSignalEffect } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { formatNumber, formatPercent } from '../../languages.ts'
import { Exhibit } from '../../parts/exhibit.tsx'
import { Live } from '../../parts/live.tsx'
import { prefersLessMotion } from '../../parts/motion.ts'
import { TableFrame } from '../../parts/table-frame.tsx'
import { useIsWanted } from '../../parts/use-size.ts'
import { areWords, className } from './class-names.ts'
import * as model from './confusion.model.ts'
import { words } from './confusion.texts.ts'
import { DigitImage } from './digit-image.tsx'
import { imageNumber } from './way.model.ts'

export function ConfusionExhibit() {
  const text = words.value
  const box = useRef<HTMLDivElement>(null)
  const isInView = useIsWanted(box, () => model.confusion.value !== undefined)
  useSignalEffect(() => (isInView.value ? model.followConfusion() : undefined))
  return (
    <Exhibit
      name="confusion"
      title={text.title}
      lead={text.lead}
      picture={
        <div ref={box} class="confusion">
          <Matrix />
          <ul class="keys">
            <li class="tone-blue">{text.right}</li>
            <li class="tone-orange">{text.wrong}</li>
          </ul>
        </div>
      }
      words={<Words />}
    >
      <Worst />
    </Exhibit>
  )
}

/** Before there is one: so many empty cells, so that nothing moves when the numbers come. */
const EMPTY: readonly (readonly number[])[] = Array.from({ length: 10 }, () => Array(10).fill(0))

function Matrix() {
  const text = words.value
  const matrix = model.confusion.value?.matrix ?? EMPTY
  return (
    <TableFrame>
      <table class={`numbers${areWords.value ? ' of-words' : ''}`}>
        <caption>{text.matrix}</caption>
        <thead>
          <tr>
            <td />
            {matrix.map((_, predicted) => (
              <th key={predicted} scope="col">
                <span class="unseen">{text.column(className(predicted))}</span>
                <span aria-hidden="true">{className(predicted)}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {matrix.map((row, label) => {
            const all = row.reduce((sum, count) => sum + count, 0)
            return (
              <tr key={label}>
                <th scope="row">
                  <span class="unseen">{text.row(className(label))}</span>
                  <span aria-hidden="true">{className(label)}</span>
                </th>
                {row.map((count, predicted) => (
                  <td
                    key={predicted}
                    class={predicted === label ? 'tone-blue' : 'tone-orange'}
                    // Few of many are still seen.
                    style={{ '--share': (all > 0 ? (count / all) ** 0.35 : 0).toFixed(3) }}
                  >
                    {model.confusion.value && (count > 0 || predicted === label) ? formatNumber(count) : '·'}
                  </td>
                ))}
              </tr>
            )
          })}
        </tbody>
      </table>
    </TableFrame>
  )
}

function Worst() {
  const text = words.value
  const images = model.confusion.value?.images ?? []
  return (
    <div>
      <h4>{text.worst}</h4>
      <p class="said">{text.worstLead}</p>
      <ul class="worst">
        {images.map(({ number, pixels, label, predicted, probability }) => (
          <li key={number}>
            <button type="button" onClick={() => send(number)}>
              <span class="unseen">
                {text.show(
                  formatNumber(number),
                  className(label),
                  predicted < 0 ? '–' : className(predicted),
                  formatPercent(probability, 1),
                )}
              </span>
              <DigitImage pixels={pixels} />
              <span aria-hidden="true">
                {text.misread(className(label), predicted < 0 ? '–' : className(predicted))}
              </span>
              <span aria-hidden="true">{formatPercent(probability, 1)}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}

/** The focus stays: the way back is where the visitor was. */
function send(number: number): void {
  imageNumber.value = number
  document
    .querySelector('[data-exhibit=way]')
    ?.scrollIntoView({ behavior: prefersLessMotion() ? 'auto' : 'smooth' })
}

function Words() {
  const said = useComputed(() => {
    const text = words.value
    const confusion = model.confusion.value
    if (!confusion) return text.waiting
    const { right, samples, pairs } = confusion
    const most = pairs
      .slice(0, 3)
      .map(({ label, predicted, count }) =>
        text.pair(className(label), className(predicted), formatNumber(count)),
      )
    return [
      text.says(formatNumber(right), formatNumber(samples), formatPercent(right / samples)),
      most.length > 0 ? text.pairs(most.join(', ')) : text.none,
      text.after,
    ].join(' ')
  })
  return <Live text={said} />
}

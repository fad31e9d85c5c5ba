// The network, drawn: an image's pixels, the activations of its hidden layer, and ten probabilities.
import { useComputed, useSignalEffect } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { formatNumber, formatPercent } from '../../languages.ts'
import { Button } from '../../parts/button.tsx'
import { Exhibit } from '../../parts/exhibit.tsx'
import { Live, useCalm } from '../../parts/live.tsx'
import { NumberField } from '../../parts/number-field.tsx'
import { TableFrame } from '../../parts/table-frame.tsx'
import { useIsWanted } from '../../parts/use-size.ts'
import { className } from './class-names.ts'
import * as model from './way.model.ts'
import { words } from './way.texts.ts'
import { Picture } from './way-picture.tsx'

export function WayExhibit() {
  const text = words.value
  const box = useRef<HTMLDivElement>(null)
  const isInView = useIsWanted(box, () => model.way.value !== undefined)
  useSignalEffect(() => (isInView.value ? model.followWay() : undefined))
  return (
    <Exhibit
      name="way"
      title={text.title}
      lead={text.lead}
      picture={
        <div ref={box} class="way">
          <Picture />
          <ul class="keys">
            <li class="tone-orange">{text.adds}</li>
            <li class="tone-blue">{text.takes}</li>
          </ul>
        </div>
      }
      words={<Words />}
    >
      <ImageChoice />
      <ParameterTable />
    </Exhibit>
  )
}

function ImageChoice() {
  const text = words.value
  const count = model.imageCount.value
  const move = (by: number) => {
    model.imageNumber.value = ((model.imageNumber.peek() - 1 + by + count) % count) + 1
  }
  return (
    <div class="controls">
      <NumberField label={text.image} value={model.imageNumber} min={1} max={count} />
      <Button onPress={() => move(-1)}>{text.previous}</Button>
      <Button onPress={() => move(1)}>{text.next}</Button>
    </div>
  )
}

/** Counted by the package: its own arrays' lengths. */
function ParameterTable() {
  const text = words.value
  const layers = model.way.value?.parameters ?? []
  const sum = layers.reduce((all, { weights, biases }) => all + weights + biases, 0)
  const [inputs, ...sizes] = [784, model.HIDDEN, model.OUTPUTS]
  if (layers.length === 0) return null
  return (
    <TableFrame>
      <table class="list compact">
        <caption class="unseen">{text.layers}</caption>
        <thead>
          <tr>
            <th scope="col">{text.layer}</th>
            <th scope="col">{text.weights}</th>
            <th scope="col">{text.biases}</th>
            <th scope="col">{text.parameters}</th>
          </tr>
        </thead>
        <tbody>
          {layers.map(({ weights, biases }, i) => (
            <tr key={weights}>
              <th scope="row">{`${i === 0 ? inputs : sizes[i - 1]} × ${sizes[i]}`}</th>
              <td>{formatNumber(weights)}</td>
              <td>{formatNumber(biases)}</td>
              <td>{formatNumber(weights + biases)}</td>
            </tr>
          ))}
          <tr>
            <th scope="row">{text.all}</th>
            <td />
            <td />
            <td>{formatNumber(sum)}</td>
          </tr>
        </tbody>
      </table>
    </TableFrame>
  )
}

function Words() {
  const said = useComputed(() => {
    const text = words.value
    const way = model.way.value
    if (!way) return text.waiting
    const { image, strongest, predicted, probabilities } = way
    const lit = image.pixels.reduce((count, pixel) => count + (pixel > 0 ? 1 : 0), 0)
    const [first] = strongest
    return [
      text.says(className(image.label), formatNumber(lit), formatNumber(way.active)),
      first
        ? text.strongestSays(
            formatNumber(first.unit + 1),
            formatNumber(way.hidden[first.unit] ?? 0, 2),
            first.value > 0 ? 'adds' : 'takes',
            formatNumber(Math.abs(first.value), 2),
            className(predicted),
          )
        : text.silent,
      text.reads(
        className(predicted),
        formatPercent(probabilities[predicted] ?? 0, 1),
        predicted === image.label,
      ),
    ].join(' ')
  })
  return (
    <>
      <Live text={said} />
      <Probabilities />
    </>
  )
}

/** What the bars say, for those who do not see them. */
function Probabilities() {
  const now = useCalm(model.way).value
  if (!now) return null
  return (
    // A table does not clip its caption.
    <div class="unseen">
      <table>
        <caption>{words.value.probabilities}</caption>
        <tbody>
          {[...now.probabilities].map((probability, digit) => (
            <tr key={digit}>
              <th scope="row">{className(digit)}</th>
              <td>{formatPercent(probability, 1)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

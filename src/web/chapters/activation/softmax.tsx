// Softmax of three scores, as the kernel computes it and as its formula is written, with the constant C.
import { formatNumber } from '../../languages.ts'
import { Button } from '../../parts/button.tsx'
import { Exhibit } from '../../parts/exhibit.tsx'
import { Formula } from '../../parts/formula.tsx'
import { Slider } from '../../parts/slider.tsx'
import { softmax } from './formulas.ts'
import type { SoftmaxModel, Triple } from './softmax.model.ts'
import { words } from './texts.ts'
import { formatScientific } from './written-numbers.ts'

const SUBSCRIPTS = ['₁', '₂', '₃'] as const

/** C goes where single precision ends: exp(89) is ∞, exp(−104) is 0. */
const CONSTANTS = 110

interface ModelProps {
  model: SoftmaxModel
}

export function SoftmaxExhibit({ model }: ModelProps) {
  const texts = words.value.softmax
  return (
    <Exhibit
      name="softmax"
      title={texts.title}
      lead={texts.lead}
      picture={
        <>
          <Picture model={model} />
          <Slider
            label={texts.constant}
            value={model.constant}
            min={-CONSTANTS}
            max={CONSTANTS}
            step={1}
            format={value => formatNumber(value)}
          />
        </>
      }
      words={<Words model={model} />}
    >
      <Formula of={softmax} isDisplay />
      {model.scores.map((score, k) => (
        <Slider
          key={SUBSCRIPTS[k]}
          label={texts.score(SUBSCRIPTS[k] ?? '')}
          value={score}
          min={-5}
          max={5}
          step={0.1}
          format={value => formatNumber(value, 1)}
        />
      ))}
      <div class="controls">
        <Button onPress={model.lecture}>{words.value.lectureNumbers}</Button>
      </div>
    </Exhibit>
  )
}

function Picture({ model }: ModelProps) {
  const texts = words.value.softmax
  const { stable, asWritten, constant } = model
  return (
    <div class="softmax">
      <Columns tone="blue" title={texts.kernel(formatNumber(stable.value.constant, 1))} {...stable.value} />
      <Columns tone="orange" title={texts.written(formatNumber(constant.value))} {...asWritten.value} />
    </div>
  )
}

interface ColumnsProps {
  tone: 'blue' | 'orange'
  title: string
  probabilities: Triple
  exponentials: Triple
  sum: number
}

/** Three probabilities as columns of a whole. */
function Columns({ tone, title, probabilities, exponentials, sum }: ColumnsProps) {
  return (
    <figure class={`columns ${tone}`}>
      <figcaption>{title}</figcaption>
      <ol>
        {probabilities.map((probability, k) => (
          <li key={SUBSCRIPTS[k]}>
            <span class="track">
              <span
                class={`bar${Number.isNaN(probability) ? ' none' : ''}`}
                style={{ height: `${Number.isNaN(probability) ? 100 : 100 * probability}%` }}
              />
            </span>
            <strong>{Number.isNaN(probability) ? 'NaN' : formatNumber(probability, 3)}</strong>
            <span class="name">y{SUBSCRIPTS[k]}</span>
          </li>
        ))}
      </ol>
      <p>
        {words.value.softmax.exponentials(
          exponentials.map(formatScientific).join(', '),
          formatScientific(sum),
        )}
      </p>
    </figure>
  )
}

function Words({ model }: ModelProps) {
  const texts = words.value.softmax
  const { probabilities, total } = model.stable.value
  const [a, b, c] = probabilities.map(probability => formatNumber(probability, 3))
  const largest = probabilities.indexOf(Math.max(...probabilities))
  const { state } = model.asWritten.value
  return (
    <>
      <p>
        <strong>{texts.sumWords(a ?? '', b ?? '', c ?? '', formatNumber(total))}</strong>{' '}
        {texts.largest(SUBSCRIPTS[largest] ?? '', formatNumber(probabilities[largest] ?? 0, 3))}
      </p>
      <p class={state === 'fine' ? undefined : 'fault-words'}>
        {texts[state](formatNumber(model.constant.value))}
      </p>
    </>
  )
}

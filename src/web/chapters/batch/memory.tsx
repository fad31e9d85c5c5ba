// A bar of linear memory that fills as the batch grows, up to what the package refuses.
import { useComputed, useSignalEffect } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { formatNumber, formatPercent } from '../../languages.ts'
import { Button } from '../../parts/button.tsx'
import { Choice } from '../../parts/choice.tsx'
import { Exhibit } from '../../parts/exhibit.tsx'
import { Live } from '../../parts/live.tsx'
import { Slider } from '../../parts/slider.tsx'
import { useIsWanted } from '../../parts/use-size.ts'
import { ALL, FEW, LINEAR_MEMORY, type MemoryModel, MORE, UNITS } from './memory.model.ts'
import { words } from './texts.ts'

interface ModelProps {
  model: MemoryModel
}

/** The slider's, of the power of ten; it need not end at a whole number of them. */
const STEP = 0.01
const LAST = ALL / 10 ** STEP

const megabytes = (bytes: number) => formatNumber(bytes / 1e6)

export function MemoryExhibit({ model }: ModelProps) {
  const text = words.value.memory
  const box = useRef<HTMLDivElement>(null)
  const isInView = useIsWanted(box, () => model.need.value !== undefined || model.state.value === 'failed')
  useSignalEffect(() => {
    if (isInView.value) model.measure()
  })
  const whole = {
    get value() {
      return model.batchSize.value
    },
    set value(value: number) {
      model.batchSize.value = value > LAST ? ALL : Math.round(value)
    },
  }
  return (
    <Exhibit
      name="memory"
      title={text.title}
      lead={text.lead}
      picture={
        <div ref={box} class="memory">
          <Bar model={model} />
          <Slider
            label={text.batchSize}
            value={whole}
            min={1}
            max={ALL}
            step={STEP}
            isLogarithmic
            format={size => formatNumber(size)}
          />
          <Refusal model={model} />
        </div>
      }
      words={<Words model={model} />}
    >
      <Choice
        label={text.units}
        value={model.units}
        options={UNITS.map(units => ({ value: units, label: formatNumber(units) }))}
        onChange={model.choose}
      />
      <div class="controls">
        {[1, 100, 10_000].map(size => (
          <Button
            key={size}
            isPressed={model.batchSize.value === size}
            onPress={() => {
              model.batchSize.value = size
            }}
          >
            {formatNumber(size)}
          </Button>
        ))}
        <Button
          isPressed={model.batchSize.value === ALL}
          onPress={() => {
            model.batchSize.value = ALL
          }}
        >
          {text.all}
        </Button>
      </div>
      {model.state.value === 'failed' && (
        <>
          <p class="fault" role="alert">
            {text.failed(String(Object(model.error.value).message || model.error.value))}
          </p>
          <div class="controls">
            <Button onPress={model.measure}>{text.again}</Button>
          </div>
        </>
      )}
    </Exhibit>
  )
}

/** The part of the bar's width that stands for all of linear memory: beyond it is what does not fit. */
const WITHIN = 0.8

function Bar({ model }: ModelProps) {
  const text = words.value.memory
  const need = model.need.value
  const bytes = model.bytes.value ?? 0
  const fixed = need ? need.model + need.base : 0
  const width = (part: number) => `${Math.min(100, (100 * WITHIN * part) / LINEAR_MEMORY)}%`
  const share = formatPercent(bytes / LINEAR_MEMORY, 0)
  return (
    <figure class={`memory-bar ${model.fit.value}`}>
      <figcaption>
        <span>{text.bar}</span>
        <strong>{need ? `${megabytes(bytes)} MB` : '…'}</strong>
      </figcaption>
      <div class="track" role="img" aria-label={text.picture(megabytes(bytes), share)}>
        <span class="batch" style={{ width: width(bytes) }} />
        <span class="fixed" style={{ width: width(fixed) }} />
        <span class="limit" style={{ left: `${100 * WITHIN}%` }} />
      </div>
      <div class="scale" aria-hidden="true">
        <span>0</span>
        <span style={{ left: `${100 * WITHIN}%` }}>
          {`${megabytes(LINEAR_MEMORY)} MB`}
          <br />
          {text.limit}
        </span>
      </div>
      <ul class="keys">
        <li class="tone-orange">{text.parts.model}</li>
        <li class="tone-blue">{text.parts.batch}</li>
      </ul>
    </figure>
  )
}

/** The package's own words. */
function Refusal({ model }: ModelProps) {
  const text = words.value.memory
  if (model.fit.value !== 'refused') return null
  const said = model.refusal.value
  return (
    <div class="refusal">
      <p>{text.refused}</p>
      <pre lang="en" role="status">
        {said ? `${said.name}: ${said.message}` : text.asking}
      </pre>
    </div>
  )
}

function Words({ model }: ModelProps) {
  const texts = words.value.memory
  const sentence = useComputed(() => {
    const text = words.value.memory
    const { bytes, need, fit } = model
    if (bytes.value === undefined || !need.value || fit.value === 'unknown') return text.measuring
    const needs = text.needs(
      formatNumber(model.units.value),
      formatNumber(model.batchSize.value),
      megabytes(bytes.value),
      megabytes(LINEAR_MEMORY),
      formatPercent(bytes.value / LINEAR_MEMORY, 1),
    )
    return `${needs} ${text.verdicts[fit.value]}`
  })
  return (
    <>
      <Live text={sentence} />
      {model.need.value && <p>{texts.each(formatNumber(model.need.value.sample / 1000, 1))}</p>}
      <p class="note">{texts.method(formatNumber(FEW), formatNumber(MORE))}</p>
    </>
  )
}

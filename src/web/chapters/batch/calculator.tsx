// The calculator of epochs and iterations, with the batches of an epoch drawn to scale, and the lecture's exercise.
import { useRef } from 'preact/hooks'
import { formatNumber } from '../../languages.ts'
import { Button } from '../../parts/button.tsx'
import { Exhibit } from '../../parts/exhibit.tsx'
import { NumberField } from '../../parts/number-field.tsx'
import { useWidth } from '../../parts/use-size.ts'
import * as model from './calculator.model.ts'
import { Exercise } from './exercise.tsx'
import { words } from './texts.ts'

export function CalculatorExhibit() {
  const text = words.value.calculator
  const { samples, batchSize, epochs } = model
  return (
    <Exhibit
      name="calculator"
      title={text.title}
      lead={text.lead}
      picture={
        <>
          <Batches />
          <Results />
        </>
      }
      words={<Words />}
      below={<Exercise />}
    >
      <div class="controls">
        <NumberField label={text.samples} value={samples} min={1} max={model.MOST_SAMPLES} />
        <NumberField label={text.batchSize} value={batchSize} min={1} max={model.MOST_SAMPLES} />
        <NumberField label={text.epochs} value={epochs} min={1} max={model.MOST_EPOCHS} />
      </div>
      <div class="controls">
        {model.EXAMPLES.map((count, i) => (
          <Button key={count} onPress={() => model.example(count)}>
            {text.example(String(i + 1), String(count))}
          </Button>
        ))}
      </div>
    </Exhibit>
  )
}

/** Epochs that are drawn; of more, the last row says so. */
const DRAWN = 6

/** In CSS pixels. */
const [ROW, HEIGHT, LEAST] = [34, 22, 5]

function Batches() {
  const text = words.value.calculator
  const box = useRef<HTMLDivElement>(null)
  const width = useWidth(box).value
  const { samples, batchSize, epochs, counts } = model
  const { iterations, isShort, last } = counts.value
  const rows = Math.min(epochs.value, DRAWN)
  const rest = epochs.value - rows
  const name = 66
  const scale = Math.max(0, width - name) / samples.value
  // A line for each batch where there is room, else for each 2, 5, 10, 20 …
  const every = stepFor(LEAST / (batchSize.value * scale))
  let lines = ''
  for (let i = every; i < iterations; i += every) {
    lines += `M${(name + i * batchSize.value * scale).toFixed(1)} 0v${HEIGHT}`
  }
  const lastWidth = Math.max(last * scale, 1.5)
  return (
    <div class="batches" ref={box}>
      {width > 0 && (
        <svg
          role="img"
          aria-label={text.picture(formatNumber(epochs.value), formatNumber(iterations))}
          viewBox={`0 0 ${width} ${rows * ROW}`}
          style={{ aspectRatio: `${width} / ${rows * ROW}` }}
        >
          {Array.from({ length: rows }, (_, row) => (
            <g key={row} transform={`translate(0 ${row * ROW + 4})`}>
              <text x="0" y={HEIGHT / 2} dy="0.35em">
                {text.epoch(formatNumber(row + 1))}
              </text>
              <rect class="epoch" x={name} y="0" width={Math.max(0, width - name)} height={HEIGHT} />
              {isShort && (
                <rect class="short" x={width - lastWidth} y="0" width={lastWidth} height={HEIGHT} />
              )}
              <path d={lines} />
            </g>
          ))}
        </svg>
      )}
      <p class="note">
        {every === 1 ? text.each : text.every(formatNumber(every))}
        {rest > 0 && ` ${text.more(formatNumber(rest))}`}
      </p>
    </div>
  )
}

/** The least of 1, 2, 5, 10, 20 … that is as large. */
function stepFor(least: number): number {
  if (least <= 1) return 1
  const power = 10 ** Math.floor(Math.log10(least))
  return (([1, 2, 5] as const).find(factor => factor * power >= least) ?? 10) * power
}

function Results() {
  const text = words.value.calculator
  const { iterations, updates, last } = model.counts.value
  return (
    <dl class="results">
      <div>
        <dt>{text.iterations}</dt>
        <dd>{formatNumber(iterations)}</dd>
      </div>
      <div>
        <dt>{text.updates}</dt>
        <dd>{formatNumber(updates)}</dd>
      </div>
      <div>
        <dt>{text.last}</dt>
        <dd>{formatNumber(last)}</dd>
      </div>
    </dl>
  )
}

function Words() {
  const text = words.value.calculator
  const { samples, batchSize, epochs, counts } = model
  const { iterations, updates, last, isShort } = counts.value
  const [n, b, k] = [samples, batchSize, epochs].map(({ value }) => formatNumber(value))
  return (
    <>
      <p>
        {isShort
          ? text.uneven(n ?? '', b ?? '', formatNumber(iterations), formatNumber(last))
          : text.even(n ?? '', b ?? '', formatNumber(iterations))}
      </p>
      <p>
        <strong>{text.total(k ?? '', formatNumber(iterations), formatNumber(updates))}</strong>
      </p>
    </>
  )
}

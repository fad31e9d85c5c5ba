// A deep linear network and the layer that it folds into, as coloured matrices.
import { useComputed } from '@preact/signals'
import { useRef } from 'preact/hooks'
import type { LayerParameters } from 'wasmlp'
import { Button } from '../../parts/button.tsx'
import { Choice } from '../../parts/choice.tsx'
import { Exhibit } from '../../parts/exhibit.tsx'
import { Formula } from '../../parts/formula.tsx'
import { Live } from '../../parts/live.tsx'
import { NumberField } from '../../parts/number-field.tsx'
import { cssOf, diverging, palette } from '../../parts/palette.ts'
import { Slider } from '../../parts/slider.tsx'
import { useWhenNear } from '../../parts/use-size.ts'
import { ACTIVATIONS, HIDDEN_LAYERS, HIDDEN_UNITS, MOST_SEED, type Portrait, SAMPLE } from './deep.model.ts'
import { fixed, plain } from './equations.ts'
import { collapsedBias, collapsedWeights } from './formulas.ts'
import { deep } from './state.ts'
import { activationNames, subscript, words } from './texts.ts'

export function DeepExhibit() {
  const text = words.value.deep
  const box = useRef<HTMLDivElement>(null)
  useWhenNear(
    box,
    () => deep.result.value !== undefined || deep.failure.value !== undefined,
    () => deep.follow(),
  )
  const result = deep.result.value
  return (
    <Exhibit
      name="deep"
      title={text.title}
      lead={text.lead}
      picture={
        <div class="deep-picture" ref={box}>
          {result && (
            <>
              <Network portrait={result.deep} isFolded={false} />
              <Network portrait={result.one} isFolded />
            </>
          )}
          {result?.settings.activation !== 'relu' && (
            <div>
              <Formula of={collapsedWeights} isDisplay />
              <Formula of={collapsedBias} isDisplay />
            </div>
          )}
        </div>
      }
      words={<Words />}
    >
      <Choice
        label={text.activation}
        value={deep.activation}
        options={ACTIVATIONS.map(name => ({ value: name, label: activationNames.value[name] }))}
      />
      <Slider
        label={text.hiddenLayers}
        value={deep.hiddenLayers}
        {...bounds(HIDDEN_LAYERS)}
        format={value => plain(value)}
      />
      <Slider
        label={text.hiddenUnits}
        value={deep.hiddenUnits}
        {...bounds(HIDDEN_UNITS)}
        format={value => plain(value)}
      />
      <div class="controls">
        <NumberField label={text.seed} value={deep.seed} min={0} max={MOST_SEED} />
        <Button
          onPress={() => {
            deep.seed.value = (deep.seed.value + 1) % (MOST_SEED + 1)
          }}
        >
          {text.otherSeed}
        </Button>
      </div>
    </Exhibit>
  )
}

const bounds = ({ least, most }: { least: number; most: number }) => ({ min: least, max: most, step: 1 })

/** Its matrices side by side, each with its bias below, and what it gives for the sample. */
function Network({ portrait, isFolded }: { portrait: Portrait; isFolded: boolean }) {
  const text = words.value.deep
  const { sizes, parameters, parameterCount, outputs } = portrait
  return (
    <figure class={`matrices${isFolded ? ' folded' : ''}`} data-network={isFolded ? 'one' : 'deep'}>
      <figcaption>
        <strong>{isFolded ? text.one : text.deep}</strong>{' '}
        <span>{sizes.map(size => plain(size)).join(' → ')}</span>{' '}
        <span class="count">{text.parameters(plain(parameterCount))}</span>
      </figcaption>
      <div class="matrices-row">
        {parameters.map((layer, i) => (
          <Matrix
            key={i}
            layer={layer}
            inputs={sizes[i] ?? 0}
            index={parameters.length > 1 ? i + 1 : undefined}
          />
        ))}
        <p class="outputs">
          {text.output(SAMPLE.map(value => plain(value)).join(', '))}{' '}
          <strong>{outputs.map(output => fixed(output, 4)).join('  ')}</strong>
        </p>
      </div>
    </figure>
  )
}

const CELL = 13

function Matrix({
  layer,
  inputs,
  index,
}: {
  layer: LayerParameters
  inputs: number
  index: number | undefined
}) {
  const units = layer.bias.length
  const colorOf = diverging(palette())
  const largest = Math.max(...layer.weights.map(Math.abs), ...layer.bias.map(Math.abs))
  const cell = (value: number, row: number, column: number, gap: number) => (
    <rect
      key={`${row} ${column}`}
      x={column * CELL}
      y={row * CELL + gap}
      width={CELL - 1}
      height={CELL - 1}
      rx={2}
      fill={cssOf(colorOf(value / largest))}
    />
  )
  const name = index === undefined ? 'W' : `W${subscript(index)}`
  return (
    <div class="matrix">
      <svg
        width={units * CELL}
        height={(inputs + 1) * CELL + 4}
        viewBox={`0 0 ${units * CELL} ${(inputs + 1) * CELL + 4}`}
        aria-hidden="true"
      >
        {Array.from(layer.weights, (value, i) => cell(value, Math.floor(i / units), i % units, 0))}
        {Array.from(layer.bias, (value, i) => cell(value, inputs, i, 4))}
      </svg>
      <span>
        {name} <small>{`${plain(inputs)} × ${plain(units)}`}</small>
      </span>
    </div>
  )
}

/** As 10⁻⁷, rounded up. */
function powerOfTen(value: number): string {
  if (value === 0) return '0'
  const power = Math.ceil(Math.log10(value))
  return `10${[...String(power)].map(digit => SUPERSCRIPTS[digit] ?? digit).join('')}`
}

const SUPERSCRIPTS: Readonly<Record<string, string>> = Object.fromEntries(
  [...'-0123456789'].map((digit, i) => [digit, [...'⁻⁰¹²³⁴⁵⁶⁷⁸⁹'][i] ?? digit]),
)

function Words() {
  const said = useComputed(() => {
    const text = words.value.deep
    if (deep.failure.value !== undefined) return String(Object(deep.failure.value).message)
    const result = deep.result.value
    if (!result) return ''
    const { deep: before, one, difference, folded } = result
    const [from, to] = [plain(before.parameterCount), plain(one.parameterCount)]
    if (result.settings.activation === 'relu' && folded === 0 && before.sizes.length > 2)
      return text.stays(from)
    return text.folds(from, to, plain(difference.samples), powerOfTen(difference.relative))
  })
  return <Live text={said} />
}

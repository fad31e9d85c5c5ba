// The hidden layers: how many, how large, and which activation each has.
import { useSignal, useSignalEffect } from '@preact/signals'
import { Button } from '../../parts/button.tsx'
import { Choice } from '../../parts/choice.tsx'
import { Select } from '../../parts/select.tsx'
import { plain } from './equations.ts'
import { words } from './plane.texts.ts'
import {
  ACTIVATIONS,
  type HiddenLayer,
  MOST_LAYERS,
  MOST_UNITS,
  type PlaneActivation,
} from './plane-settings.ts'
import { plane } from './state.ts'
import { activationNames } from './texts.ts'

const { hidden } = plane.settings

function changeLayer(index: number, change: Partial<HiddenLayer>): void {
  hidden.value = hidden.value.map((layer, i) => (i === index ? { ...layer, ...change } : layer))
}

const options = () => ACTIVATIONS.map(name => ({ value: name, label: activationNames.value[name] }))

/** One activation for all hidden layers; none is chosen where they differ. */
export function AllActivations() {
  const common = useSignal<PlaneActivation | ''>('')
  useSignalEffect(() => {
    const [first, ...others] = hidden.value.map(({ activation }) => activation)
    common.value = first !== undefined && others.every(other => other === first) ? first : ''
  })
  return (
    <Choice
      label={words.value.allActivations}
      value={common}
      options={options()}
      onChange={activation => {
        if (activation !== '') hidden.value = hidden.value.map(layer => ({ ...layer, activation }))
      }}
    />
  )
}

export function Layers() {
  const text = words.value
  const layers = hidden.value
  return (
    <fieldset class="layers">
      <legend>{text.layers}</legend>
      {layers.map(({ units, activation }, i) => (
        <div key={i} class="layer" role="group" aria-label={text.layer(plain(i + 1))}>
          <span class="layer-name" aria-hidden="true">
            {text.layer(plain(i + 1))}
          </span>
          <span class="stepper">
            <button
              type="button"
              class="button"
              aria-label={text.fewer}
              aria-disabled={units <= 1 ? 'true' : undefined}
              onClick={() => units > 1 && changeLayer(i, { units: units - 1 })}
            >
              −
            </button>
            <output>{text.unitCount(plain(units))}</output>
            <button
              type="button"
              class="button"
              aria-label={text.more}
              aria-disabled={units >= MOST_UNITS ? 'true' : undefined}
              onClick={() => units < MOST_UNITS && changeLayer(i, { units: units + 1 })}
            >
              +
            </button>
          </span>
          <Select
            label={text.activation}
            isLabelUnseen
            value={activation}
            options={options()}
            onChange={activation => changeLayer(i, { activation })}
          />
        </div>
      ))}
      <div class="controls">
        <Button
          isDisabled={layers.length >= MOST_LAYERS}
          onPress={() => {
            hidden.value = [...layers, { units: 4, activation: layers.at(-1)?.activation ?? 'identity' }]
          }}
        >
          {text.addLayer}
        </Button>
        <Button
          isDisabled={layers.length === 0}
          onPress={() => {
            hidden.value = layers.slice(0, -1)
          }}
        >
          {text.removeLayer}
        </Button>
      </div>
    </fieldset>
  )
}

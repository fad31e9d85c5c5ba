// All activation functions as small curves, to choose one.
import type { ActivationName } from 'wasmlp/kernels'
import { FUNCTIONS } from './function-table.ts'
import { functionWords } from './function-texts.ts'
import type { FunctionsModel } from './functions.model.ts'
import { words } from './texts.ts'

interface ModelProps {
  model: FunctionsModel
}

/** All functions to choose from, the lecture's first. */
export function Gallery({ model }: ModelProps) {
  const texts = words.value.functions
  const others = FUNCTIONS.filter(({ lecture }) => !lecture)
  const tile = ({ name }: { name: ActivationName }) => <Tile key={name} model={model} name={name} />
  return (
    <fieldset class="function-gallery">
      <legend class="unseen">{texts.choose}</legend>
      <div class="function-tiles lecture">{FUNCTIONS.filter(({ lecture }) => lecture).map(tile)}</div>
      <details>
        <summary class="opener">{texts.more(String(others.length))}</summary>
        <div class="function-tiles">{others.map(tile)}</div>
      </details>
    </fieldset>
  )
}

const [TILE_WIDTH, TILE_HEIGHT] = [72, 40]

function Tile({ model, name }: ModelProps & { name: ActivationName }) {
  const found = model.thumbnails.get(name)
  if (!found) return null
  const { domain, values, points } = found
  const path = points
    .map(([a, h], i) => {
      const x = ((a - domain[0]) / (domain[1] - domain[0])) * TILE_WIDTH
      const y = (1 - (h - values[0]) / (values[1] - values[0])) * TILE_HEIGHT
      return `${i === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`
    })
    .join('')
  const zero = (1 + values[0] / (values[1] - values[0])) * TILE_HEIGHT
  return (
    <label class="function-tile">
      <input
        type="radio"
        name="activation-function"
        value={name}
        checked={model.name.value === name}
        onChange={() => {
          model.name.value = name
        }}
      />
      <span>
        <svg viewBox={`0 0 ${TILE_WIDTH} ${TILE_HEIGHT}`} aria-hidden="true">
          <line x1="0" x2={TILE_WIDTH} y1={zero} y2={zero} />
          <path d={path} />
        </svg>
        {functionWords.value.names[name]}
      </span>
    </label>
  )
}

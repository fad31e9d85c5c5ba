// The arrays of a batch, drawn to one scale: what has a row for each image in blue, the weights in orange.
import { useRef } from 'preact/hooks'
import { formatNumber } from '../../languages.ts'
import { Button } from '../../parts/button.tsx'
import { Exhibit } from '../../parts/exhibit.tsx'
import { Slider } from '../../parts/slider.tsx'
import { useWidth } from '../../parts/use-size.ts'
import * as model from './shapes.model.ts'
import { words } from './texts.ts'

export function ShapesExhibit() {
  const text = words.value.shapes
  return (
    <Exhibit
      name="shapes"
      title={text.title}
      lead={text.lead}
      picture={
        <>
          <Picture />
          <Slider
            label={text.batchSize}
            value={wholeBatch}
            min={1}
            max={model.MOST_ROWS}
            step={0.005}
            isLogarithmic
            format={size => formatNumber(size)}
          />
        </>
      }
      words={<Words />}
    >
      <div class="controls">
        {[1, 100, 1000].map(size => (
          <Button
            key={size}
            isPressed={model.batchSize.value === size}
            onPress={() => {
              model.batchSize.value = size
            }}
          >
            {text.images(formatNumber(size))}
          </Button>
        ))}
      </div>
      <ul class="keys">
        <li class="tone-blue">{text.grows}</li>
        <li class="tone-orange">{text.stays}</li>
      </ul>
      <Sizes />
    </Exhibit>
  )
}

/** The slider's values are powers of ten; a batch has a whole number of images. */
const wholeBatch = {
  get value() {
    return model.batchSize.value
  },
  set value(value: number) {
    model.batchSize.value = Math.round(value)
  },
}

const shapeOf = ({ rows, columns }: model.Matrix) => `${formatNumber(rows)} × ${formatNumber(columns)}`

/** In CSS pixels: the room between two arrays, the width of a thin array's column, for its name, and the least that is seen. */
const [GAP, LEAST_COLUMN, LEAST] = [26, 54, 1.5]

function Picture() {
  const text = words.value.shapes
  const box = useRef<HTMLDivElement>(null)
  const width = useWidth(box).value
  const arrays = model.matrices.value
  const gap = width < 440 ? 12 : GAP
  const narrow = arrays.filter(({ columns }) => columns < 100).length
  const wide = arrays.reduce((sum, { columns }) => sum + (columns < 100 ? 0 : columns), 0)
  const scale = Math.max(0, width - narrow * LEAST_COLUMN - (arrays.length - 1) * gap) / wide
  const tall = model.MOST_ROWS * scale
  const columns = arrays.map(({ columns }) => (columns < 100 ? LEAST_COLUMN : columns * scale))
  let left = 0
  const places = columns.map(column => {
    const middle = left + column / 2
    left += column + gap
    return middle
  })
  return (
    <div class="shapes" ref={box}>
      {width > 0 && (
        <svg
          role="img"
          aria-label={text.picture(arrays.map(each => `${each.name} ${shapeOf(each)}`).join(', '))}
          viewBox={`0 0 ${width} ${tall + 56}`}
          style={{ aspectRatio: `${width} / ${tall + 56}` }}
        >
          {arrays.map((each, i) => {
            const x = places[i] ?? 0
            const [w, h] = [Math.max(each.columns * scale, LEAST), Math.max(each.rows * scale, LEAST)]
            const y = 24 + (tall - h) / 2
            return (
              <g key={each.name} class={each.isBatch ? 'tone-blue' : 'tone-orange'}>
                <text class="name" x={x} y={y - 8} text-anchor="middle">
                  {each.name}
                </text>
                <rect x={x - w / 2} y={y} width={w} height={h} />
                {each.isBatch && each.rows > 1 && (
                  <rect class="row" x={x - w / 2} y={y} width={w} height={Math.max(scale, LEAST)} />
                )}
                <text class="shape" x={x} y={y + h + 18} text-anchor="middle">
                  {`${formatNumber(each.rows)}×${formatNumber(each.columns)}`}
                </text>
                {i > 0 && (
                  <text
                    class="arrow"
                    x={x - (columns[i] ?? 0) / 2 - gap / 2}
                    y={24 + tall / 2 + 5}
                    text-anchor="middle"
                  >
                    →
                  </text>
                )}
              </g>
            )
          })}
        </svg>
      )}
    </div>
  )
}

function Sizes() {
  const text = words.value.shapes
  return (
    <table class="list">
      <thead>
        <tr>
          <th scope="col">{text.array}</th>
          <th scope="col">{text.shape}</th>
          <th scope="col">{text.bytes}</th>
        </tr>
      </thead>
      <tbody>
        {model.matrices.value.map(each => (
          <tr key={each.name}>
            <td>{each.name}</td>
            <td>{shapeOf(each)}</td>
            <td>{formatNumber(each.bytes)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Words() {
  const text = words.value.shapes
  const [x, w1, w2, y] = model.matrices.value.map(shapeOf)
  const { first, second, all } = model.multiplications.value
  const { batch, weights } = model.bytes.value
  return (
    <>
      <p>
        <strong>{`${x} · ${w1} · ${w2} → ${y}`}</strong>
      </p>
      <p>{text.multiplications(formatNumber(all), formatNumber(first), formatNumber(second))}</p>
      <p>{text.memory(formatNumber(batch), formatNumber(weights))}</p>
    </>
  )
}

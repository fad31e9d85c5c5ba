// Each function with its slope: the curve with a tangent, the derivative below it, and both in numbers.
import { formatNumber } from '../../languages.ts'
import { Button } from '../../parts/button.tsx'
import { Exhibit } from '../../parts/exhibit.tsx'
import { Formula } from '../../parts/formula.tsx'
import { Slider } from '../../parts/slider.tsx'
import { functionFormulas } from './formulas.ts'
import { Gallery } from './function-gallery.tsx'
import { PlaceSlider, SlopePlot, ValuePlot } from './function-plots.tsx'
import { largestOf, sentenceOf, slopesOf, slopeText } from './function-sentences.ts'
import { functionWords } from './function-texts.ts'
import type { FunctionsModel } from './functions.model.ts'
import { words } from './texts.ts'
import { formatBound } from './written-numbers.ts'

interface ModelProps {
  model: FunctionsModel
}

export function FunctionsExhibit({ model }: ModelProps) {
  const texts = words.value.functions
  return (
    <Exhibit
      name="functions"
      title={texts.title}
      lead={texts.lead}
      above={<Gallery model={model} />}
      picture={
        <>
          <ValuePlot model={model} />
          <SlopePlot model={model} />
          <PlaceSlider model={model} />
        </>
      }
      words={<Words model={model} />}
    >
      <Facts model={model} />
    </Exhibit>
  )
}

function Facts({ model }: ModelProps) {
  const texts = words.value.functions
  const name = model.name.value
  const { value, derivative } = functionFormulas[name]
  const { low, high, closed } = model.range.value
  const { least, most } = model.steepest.value
  const { parameter } = model.row.value
  const { a, h, slope } = model.point.value
  return (
    <>
      <dl class="readouts">
        <div>
          <dt>a</dt>
          <dd>{formatNumber(a, 2)}</dd>
        </div>
        <div class="blue">
          <dt>{texts.value}</dt>
          <dd>{formatNumber(h, 3)}</dd>
        </div>
        <div class="orange">
          <dt>{texts.slope}</dt>
          <dd>{model.corner.value ? slopesOf(model) : formatNumber(slope, 3)}</dd>
        </div>
      </dl>
      <div class="function-head">
        <h4>{functionWords.value.names[name]}</h4>
        <p>{functionWords.value.says[name]}</p>
      </div>
      <div class="function-formulas">
        <Formula of={value} isDisplay />
        <Formula of={derivative} isDisplay />
      </div>
      {parameter && (
        <Slider
          label={parameter.name === 'slope' ? texts.parameterSlope : texts.parameterAlpha}
          value={model.parameter}
          min={0.05}
          max={parameter.most}
          step={0.05}
          format={number => formatNumber(number, 2)}
        />
      )}
      <dl class="facts">
        <div>
          <dt>{texts.range}</dt>
          <dd>
            {closed === 'none' ? '(' : '['}
            {formatBound(low)}, {formatBound(high)}
            {closed === 'both' ? ']' : ')'}
          </dd>
        </div>
        <div>
          <dt>{texts.slopes}</dt>
          <dd>{least === most ? slopeText(most) : `[${slopeText(least)}, ${slopeText(most)}]`}</dd>
        </div>
      </dl>
      {model.corners.value.length > 0 && (
        <div class="controls">
          {model.corners.value.map(({ place }) => (
            <Button
              key={place}
              onPress={() => {
                model.place.value = place
              }}
            >
              {texts.toCorner(formatNumber(place))}
            </Button>
          ))}
        </div>
      )}
    </>
  )
}

function Words({ model }: ModelProps) {
  return (
    <>
      <p>{sentenceOf(model)}</p>
      <p>{largestOf(model)}</p>
    </>
  )
}

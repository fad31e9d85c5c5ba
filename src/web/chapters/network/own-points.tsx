// Points that the visitor sets: by a press in the plane, or by their coordinates.
import { signal } from '@preact/signals'
import { Button } from '../../parts/button.tsx'
import { Choice } from '../../parts/choice.tsx'
import { NumberField } from '../../parts/number-field.tsx'
import { words } from './plane.texts.ts'
import { EXTENT, NO_POINTS, withoutPoint, withPoint } from './plane-data.ts'
import { plane, planeClass } from './state.ts'

const x1 = signal(0)
const x2 = signal(0)

export function OwnPoints() {
  const text = words.value
  const points = plane.points.value
  return (
    <div class="stack">
      <p class="caption">{text.ownLead}</p>
      <Choice
        label={text.classOf}
        value={planeClass}
        options={[
          { value: 0, label: <span class="swatch tone-blue">{text.blue}</span> },
          { value: 1, label: <span class="swatch square tone-orange">{text.orange}</span> },
        ]}
      />
      <div class="controls">
        <NumberField label="x₁" value={x1} min={-EXTENT} max={EXTENT} isWhole={false} decimals={2} />
        <NumberField label="x₂" value={x2} min={-EXTENT} max={EXTENT} isWhole={false} decimals={2} />
        <Button onPress={() => plane.setPoints(withPoint(points, x1.value, x2.value, planeClass.value))}>
          {text.addPoint}
        </Button>
      </div>
      <div class="controls">
        <Button
          isDisabled={points.count === 0}
          onPress={() => plane.setPoints(withoutPoint(points, points.count - 1))}
        >
          {text.removePoint}
        </Button>
        <Button isDisabled={points.count === 0} onPress={() => plane.setPoints(NO_POINTS)}>
          {text.clear}
        </Button>
      </div>
    </div>
  )
}

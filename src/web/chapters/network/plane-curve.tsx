// The loss, epoch by epoch, on the points learned from and on others.
import { useComputed } from '@preact/signals'
import type { Palette } from '../../parts/palette.ts'
import { Plot, type PlotArea } from '../../parts/plot.tsx'
import { fixed, plain } from './equations.ts'
import type { Moment } from './plane.model.ts'
import { words } from './plane.texts.ts'
import { plane } from './state.ts'

export function LossCurve() {
  const text = words.value
  // They grow in steps, so axes are drawn anew seldom.
  const epochs = useComputed(() => roundUp(Math.max(20, plane.history.value.at(-1)?.epoch ?? 0)))
  const loss = useComputed(() =>
    roundUp(Math.max(0.1, ...plane.history.value.map(({ train }) => train.loss || 0))),
  )
  return (
    <div class="stack">
      <h4>{text.curve}</h4>
      <p class="caption legend">
        <span class="key tone-blue">{text.trainLoss}</span>{' '}
        <span class="key dashed tone-orange">{text.testLoss}</span>
      </p>
      <Plot
        x={{ domain: [0, epochs.value], name: text.epoch, ticks: 4 }}
        y={{ domain: [0, loss.value], name: text.loss, ticks: 4 }}
        aspect={0.5}
        narrowAspect={0.7}
        description={text.curveDescription(plain(epochs.value), fixed(loss.value, 1))}
        draw={drawCurves}
      />
    </div>
  )
}

/** To 1, 2 or 5 times a power of ten. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  return power * ([1, 2, 5, 10].find(step => step * power >= value) ?? 10)
}

function drawCurves(context: CanvasRenderingContext2D, area: PlotArea, colors: Palette): void {
  const history = plane.history.value
  context.lineWidth = 2
  context.lineJoin = 'round'
  drawCurve(context, area, history, ({ test }) => test.loss, colors.orange, [5, 4])
  drawCurve(context, area, history, ({ train }) => train.loss, colors.blue, [])
}

function drawCurve(
  context: CanvasRenderingContext2D,
  { x, y }: PlotArea,
  history: readonly Moment[],
  lossOf: (moment: Moment) => number,
  color: string,
  dashes: number[],
): void {
  context.beginPath()
  for (const moment of history) {
    const loss = lossOf(moment)
    if (Number.isFinite(loss)) context.lineTo(x(moment.epoch), y(loss))
  }
  context.setLineDash(dashes)
  context.strokeStyle = color
  context.stroke()
}

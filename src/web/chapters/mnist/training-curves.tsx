// The curves of the training: loss and accuracy of each batch, and of the test images after each epoch.
import { computed } from '@preact/signals'
import type { EpochLogs } from 'wasmlp'
import { formatNumber, formatPercent } from '../../languages.ts'
import { Clip } from '../../parts/clip.tsx'
import { useCalm } from '../../parts/live.tsx'
import type { Palette } from '../../parts/palette.ts'
import { Dots, Line, Plot, type PlotArea } from '../../parts/plot.tsx'
import { words } from './texts.ts'
import * as model from './training-state.model.ts'

export const percent = (share: number | undefined) => (share === undefined ? '–' : formatPercent(share))

/** The loss that a network starts from, and somewhat more: ln 10 is 2.3. */
const MOST_LOSS = 2.5

/** Where there are more batches, those that lie together are drawn as their mean. */
const MOST_POINTS = 1500

/** The network after each epoch, on the test images. */
const afterEpochs = (take: (logs: EpochLogs) => number | undefined) =>
  model.epochs.value.flatMap(logs => {
    const value = take(logs)
    return value === undefined ? [] : [[logs.epoch * logs.iterations, value] as const]
  })

/** To the end of an epoch, or twice, four times … as far: what has come fills half of it or more. */
const shownBatches = computed(() => {
  const epoch = model.iterationsPerEpoch.value
  const [batch = 0] = model.losses[model.lossCount.value - 1] ?? []
  const come = Math.max(batch, (model.epochs.value.at(-1)?.epoch ?? 0) * epoch)
  let end = epoch
  while (end > 0 && end < come) end *= 2
  return Math.max(come, Math.min(end, model.targetEpoch.value * epoch), 1)
})

const batchAxis = () => ({
  domain: [0, shownBatches.value] as const,
  name: words.value.training.batches,
  ticks: 4,
})

export function LossCurve() {
  const text = words.value.training
  const count = useCalm(model.lossCount).value
  const [batch, loss] = model.losses[count - 1] ?? []
  const tested = afterEpochs(({ valLoss }) => valLoss)
  const [, testLoss] = tested.at(-1) ?? []
  return (
    <Plot
      x={batchAxis()}
      y={{ domain: [0, MOST_LOSS], name: text.curve }}
      aspect={0.48}
      narrowAspect={0.66}
      description={
        batch === undefined || loss === undefined
          ? text.curveEmpty
          : [
              text.curveSays(formatNumber(batch), formatNumber(loss, 3)),
              testLoss === undefined ? '' : text.testLossSays(formatNumber(testLoss, 3)),
            ].join(' ')
      }
      draw={(context, area, colors) => drawBatches(context, area, colors, model.losses)}
    >
      <Tested points={tested} />
    </Plot>
  )
}

export function AccuracyCurve() {
  const text = words.value.training
  const count = useCalm(model.lossCount).value
  const [batch, accuracy] = model.accuracies[count - 1] ?? []
  const tested = afterEpochs(({ valAccuracy }) => valAccuracy)
  const [, testAccuracy] = tested.at(-1) ?? []
  return (
    <Plot
      x={batchAxis()}
      y={{ domain: [0, 1], name: text.accuracyCurve, format: share => formatPercent(share, 0) }}
      aspect={0.48}
      narrowAspect={0.66}
      description={
        batch === undefined || accuracy === undefined
          ? text.accuracyCurveEmpty
          : [
              text.accuracyCurveSays(formatNumber(batch), formatPercent(accuracy, 0)),
              testAccuracy === undefined ? '' : text.testAccuracySays(percent(testAccuracy)),
            ].join(' ')
      }
      draw={(context, area, colors) => drawBatches(context, area, colors, model.accuracies)}
    >
      <Tested points={tested} />
    </Plot>
  )
}

function Tested({ points }: { points: readonly (readonly [x: number, y: number])[] }) {
  return (
    <Clip>
      <Line tone="orange" points={points} />
      <Dots tone="orange" radius={4} points={points} />
    </Clip>
  )
}

function drawBatches(
  context: CanvasRenderingContext2D,
  { x, y }: PlotArea,
  colors: Palette,
  points: readonly (readonly [batch: number, value: number])[],
): void {
  if (model.lossCount.value === 0) return
  context.strokeStyle = colors.blue
  context.lineWidth = 1.5
  context.beginPath()
  const together = Math.ceil(points.length / MOST_POINTS)
  for (let from = 0; from < points.length; from += together) {
    const end = Math.min(from + together, points.length)
    let [batches, values] = [0, 0]
    for (let i = from; i < end; ++i) {
      batches += points[i]?.[0] ?? 0
      values += points[i]?.[1] ?? 0
    }
    context.lineTo(x(batches / (end - from)), y(values / (end - from)))
  }
  context.stroke()
}

// Chapter 5: four optimisers in Saito's valley.
import { scaleLinear } from 'd3-scale'
import { dataset, dense, type OptimizerName, sequential } from '../../src/index.ts'
import { curve, type Point, signed } from './curve.ts'
import { document, element, type Figure, segment, text } from './svg.ts'

const settings: readonly [optimizer: OptimizerName, title: string, learningRate: number][] = [
  ['sgd', 'SGD', 0.95],
  ['momentum', 'Momentum', 0.1],
  ['adagrad', 'AdaGrad', 1.5],
  ['adam', 'Adam', 0.3],
]

/** The first 30 steps through f(x, y) = x²/20 + y² from (−7, 2), as the chapter's program takes them. */
async function walk(optimizer: OptimizerName, learningRate: number) {
  const [a, b] = [Math.sqrt(1 / 10), Math.sqrt(2)]
  using data = await dataset({
    inputs: [
      [a, 0],
      [-a, 0],
      [0, b],
      [0, -b],
    ],
    targets: [[0], [0], [0], [0]],
    build: 'simd',
  })
  using model = await sequential([dense(1)], { inputSize: 2, build: 'simd' })
  await model.setParameters([{ weights: Float32Array.of(-7, 2), bias: Float32Array.of(0) }])
  model.compile({ optimizer, learningRate, loss: 'meanSquaredError' })
  const points: [x: number, y: number][] = [[-7, 2]]
  for (let step = 0; step < 30; ++step) {
    await model.fit(data, { batchSize: 4 })
    const [{ weights } = { weights: [] }] = await model.getParameters()
    points.push([weights[0] ?? 0, weights[1] ?? 0])
  }
  return points
}

const optimizers: Figure = {
  name: '5-optimizers',
  async draw(t) {
    const [panel, high, gap, top] = [330, 196, 20, 20]
    const [width, height] = [2 * panel + 3 * gap, top + 2 * high + gap + 22]
    const panels = await Promise.all(
      settings.map(async ([optimizer, title, learningRate], i) => {
        const [left, up] = [gap + (i % 2) * (panel + gap), top + Math.floor(i / 2) * (high + gap)]
        const x = scaleLinear([-8, 8], [left + 24, left + panel - 6])
        const y = scaleLinear([-3, 3], [up + high - 22, up + 24])
        const points = (await walk(optimizer, learningRate)).map(([u, v]): Point => [x(u), y(v)])
        // Where f is 0.25, 1, 2 and 3: ellipses √20 times as wide as high.
        const rings = [0.25, 1, 2, 3].map(f =>
          element('ellipse', {
            cx: x(0),
            cy: y(0),
            rx: x(Math.sqrt(20 * f)) - x(0),
            ry: y(0) - y(Math.sqrt(f)),
            class: 'grid',
            'stroke-width': 1.5,
          }),
        )
        return [
          ...rings,
          segment(x(-8), y(0), x(8), y(0), 'axis'),
          segment(x(0), y(-3), x(0), y(3), 'axis'),
          ...[-5, 5].map(tick => text(x(tick), up + high - 6, signed(tick), 'small muted middle')),
          ...[-2, 2].map(tick => text(left + 18, y(tick) + 4, signed(tick), 'small muted end')),
          text(left + 24, up + 14, title, 'title'),
          curve(points, 'one', 1.6),
          ...points.map(([cx, cy]) => element('circle', { cx, cy, r: 2.6, class: 'one-fill' })),
          element('circle', { cx: x(-7), cy: y(2), r: 4.5, class: 'two-fill' }),
        ].join('')
      }),
    )
    return document(
      {
        width,
        height,
        title: t('Four optimisers in a narrow valley', '좁은 골짜기에서 본 최적화 기법 네 가지'),
        description: t(
          'Thirty steps from (−7, 2) through x²/20 + y². SGD zigzags, momentum swings past 0, AdaGrad goes straight, Adam bends slowly.',
          'x²/20 + y² 위에서 (−7, 2)부터 30걸음. SGD는 지그재그로, 모멘텀은 0을 지나쳐 흔들리며, AdaGrad는 곧게, Adam은 완만하게 휘며 갑니다.',
        ),
      },
      ...panels,
      text(
        width / 2,
        height - 8,
        t('rings: where x²/20 + y² is 0.25, 1, 2 and 3', '타원: x²/20 + y²이 0.25, 1, 2, 3인 곳'),
        'small muted middle',
      ),
    )
  },
}

export const beyondTheLecture = [optimizers]

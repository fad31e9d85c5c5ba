// Chapter 2: the unit with an activation, the functions and their derivatives, sub-gradients, and softmax.
import { scaleLinear } from 'd3-scale'
import { type ActivationName, createKernels } from '../../src/kernels/index.ts'
import { curve, type Point, signed } from './curve.ts'
import { arrow, circle, document, type Figure, rectangle, segment, text } from './svg.ts'

const unit: Figure = {
  name: '2-unit',
  async draw(t) {
    const kernels = await createKernels({ build: 'simd' })
    const [x, a, h] = [kernels.f32(2), kernels.f32(1), kernels.f32(1)]
    const [weights, bias] = [kernels.f32(2), 1]
    x.view.set([1, -2])
    weights.view.set([2, 1])
    a.view[0] = kernels.sdot(2, weights, 1, x, 1) + bias
    kernels.activation('sigmoid', a, h)
    const [sum = 0, output = 0] = [a.view[0], h.view[0]]

    const inputs = [
      { y: 40, input: signed(x.view[0] ?? 0), weight: 'w₁ = 2' },
      { y: 110, input: signed(x.view[1] ?? 0), weight: 'w₂ = 1' },
      { y: 180, input: '1', weight: `b = ${bias}` },
    ]
    return document(
      {
        width: 680,
        height: 240,
        title: t('A unit with an activation function', '활성화 함수가 있는 뉴런'),
        description: t(
          `A unit adds up its weighted inputs to a = ${signed(sum)} and puts out h(a), here sigmoid(${signed(sum)}) = ${output.toFixed(3)}.`,
          `뉴런은 가중치를 곱한 입력을 더해 a = ${signed(sum)}을 구하고 h(a)를 내보냅니다. 여기서는 sigmoid(${signed(sum)}) = ${output.toFixed(3)}입니다.`,
        ),
      },
      rectangle(248, 60, 224, 100, 'box', 50),
      ...inputs.map(({ y, input, weight }) => {
        const length = Math.hypot(200, 110 - y)
        const [ux, uy] = [200 / length, (110 - y) / length]
        return (
          circle(90, y, 20, 'box') +
          text(90, y + 5, input, 'middle') +
          arrow(90 + 21 * ux, y + 21 * uy, 290 - 33 * ux, 110 - 33 * uy) +
          text(90 + 85 * ux, y + 85 * uy - 10, weight, 'middle small one-text')
        )
      }),
      circle(290, 110, 32, 'soft'),
      text(290, 118, 'Σ', 'middle', { style: 'font-size:24px' }),
      arrow(323, 110, 396, 110),
      text(358, 100, `a = ${signed(sum)}`, 'middle small'),
      circle(430, 110, 32, 'soft'),
      text(430, 116, 'h( )', 'middle title'),
      arrow(463, 110, 520, 110),
      text(530, 107, `h(a) = ${output.toFixed(3)}`, 'title'),
      text(530, 126, t('sigmoid', '시그모이드'), 'small muted'),
      text(90, 228, t('inputs', '입력'), 'middle small muted'),
      text(290, 196, t('weighted sum', '가중합'), 'middle small muted'),
      text(430, 196, t('activation function', '활성화 함수'), 'middle small muted'),
    )
  },
}

const subgradient: Figure = {
  name: '2-subgradient',
  async draw(t) {
    const kernels = await createKernels({ build: 'simd' })
    const [a, h] = [kernels.f32(3), kernels.f32(3)]
    a.view.set([-2, 0, 2])
    kernels.activation('relu', a, h)
    const x = scaleLinear([-2, 2], [40, 340])
    const y = scaleLinear([-1.5, 2], [258, 20])
    const slopes = [0, 0.25, 0.5, 0.75, 1]
    return document(
      {
        width: 560,
        height: 280,
        title: t('Sub-gradients of ReLU at 0', '0에서 ReLU의 서브그래디언트'),
        description: t(
          'Lines through 0 with the slopes 0, 0.25, 0.5, 0.75 and 1 all stay below ReLU: each is a sub-gradient.',
          '0을 지나고 기울기가 0, 0.25, 0.5, 0.75, 1인 직선은 모두 ReLU보다 위로 올라가지 않습니다. 이 기울기가 모두 서브그래디언트입니다.',
        ),
      },
      segment(x(-2), y(0), x(2), y(0), 'axis'),
      segment(x(0), y(-1.5), x(0), y(2), 'axis'),
      ...slopes.map(slope => {
        const left = Math.max(-2, -1.5 / Math.max(slope, 1e-9))
        return curve(
          [
            [x(left), y(slope * left)],
            [x(2), y(slope * 2)],
          ],
          'two',
          1.2,
        )
      }),
      curve(
        [...a.view].map((value, i) => [x(value), y(h.view[i] ?? 0)] as const),
        'one',
        3,
      ),
      text(352, y(2) + 8, 'ReLU', 'one-text title'),
      ...slopes
        .slice(0, 4)
        .map(slope => text(352, y(slope * 2) + 5, t(`slope ${slope}`, `기울기 ${slope}`), 'small two-text')),
      text(398, y(2) + 8, t('slope 1', '기울기 1'), 'small two-text'),
      text(
        352,
        214,
        t('at a = 0, lines with slopes in [0, 1]', '0에서 기울기가 [0, 1]인 직선은'),
        'small muted',
      ),
      text(352, 232, t('stay below the curve', '모두 곡선 아래에 있습니다'), 'small muted'),
    )
  },
}

const functions: readonly [name: ActivationName, title: [english: string, korean: string]][] = [
  ['step', ['step', '계단 함수']],
  ['sigmoid', ['sigmoid', '시그모이드']],
  ['relu', ['ReLU', 'ReLU']],
  ['leakyRelu', ['leaky ReLU', 'Leaky ReLU']],
  ['softplus', ['softplus', 'Softplus']],
  ['identity', ['identity', '항등 함수']],
]

const activations: Figure = {
  name: '2-activations',
  async draw(t) {
    const kernels = await createKernels({ build: 'simd' })
    const count = 8 * 8 + 1
    const [a, h, ones, slope] = [
      kernels.f32(count),
      kernels.f32(count),
      kernels.f32(count),
      kernels.f32(count),
    ]
    for (let i = 0; i < count; ++i) a.view[i] = (i - (count - 1) / 2) / 8
    ones.view.fill(1)

    const [panel, high, gap, top] = [232, 176, 18, 44]
    const [width, height] = [3 * panel + 4 * gap, top + 2 * high + 2 * gap + 12]
    const panels = functions.map(([name, [english, korean]], i) => {
      kernels.activation(name, a, h)
      kernels.activationGradient(name, a, h, ones, slope)
      const [left, up] = [gap + (i % 3) * (panel + gap), top + Math.floor(i / 3) * (high + gap + 12)]
      const x = scaleLinear([-4, 4], [left + 24, left + panel - 8])
      const y = scaleLinear([-1, 2], [up + high - 20, up + 26])
      // What is above the panel is left out; a jump is drawn as one, with no line between its sides.
      const parts = (values: ArrayLike<number>, kind: 'one' | 'two') => {
        const runs: Point[][] = [[]]
        let last = values[0] ?? 0
        for (let k = 0; k < count; ++k) {
          const value = values[k] ?? 0
          if (Math.abs(value - last) > 0.5) runs.push([])
          if (value >= -1 && value <= 2) runs.at(-1)?.push([x(a.view[k] ?? 0), y(value)])
          last = value
        }
        return runs.map(run => curve(run, kind)).join('')
      }
      return [
        ...[-1, 0, 1, 2].map(
          tick =>
            segment(left + 24, y(tick), left + panel - 8, y(tick), tick === 0 ? 'axis' : 'grid') +
            text(left + 18, y(tick) + 4, signed(tick), 'small muted end'),
        ),
        ...[-4, -2, 0, 2, 4].map(
          tick =>
            segment(x(tick), y(-1), x(tick), y(2), tick === 0 ? 'axis' : 'grid') +
            text(x(tick), up + high - 5, signed(tick), 'small muted middle'),
        ),
        text(left + 24, up + 14, t(english, korean), 'title'),
        parts(h.view, 'one'),
        parts(slope.view, 'two'),
      ].join('')
    })
    return document(
      {
        width,
        height,
        title: t('Activation functions and their derivatives', '활성화 함수와 그 미분'),
        description: t(
          'Step, sigmoid, ReLU, leaky ReLU, softplus and identity for a from −4 to 4. The derivative of the step is 0, of the sigmoid at most 0.25, of ReLU 0 or 1.',
          '−4부터 4까지의 a에 대한 계단 함수, 시그모이드, ReLU, Leaky ReLU, Softplus, 항등 함수. 기울기는 계단 함수가 0, 시그모이드가 최대 0.25, ReLU가 0 또는 1입니다.',
        ),
      },
      segment(gap + 6, 22, gap + 40, 22, 'one', { 'stroke-width': 2.2 }),
      text(gap + 48, 27, 'h(a)'),
      segment(gap + 110, 22, gap + 144, 22, 'two', { 'stroke-width': 2.2, 'stroke-dasharray': '6 4' }),
      text(gap + 152, 27, t('h′(a), its derivative', 'h′(a), 미분')),
      ...panels,
    )
  },
}

const softmax: Figure = {
  name: '2-softmax',
  async draw(t) {
    const kernels = await createKernels({ build: 'simd' })
    const [a, y] = [kernels.f32(3), kernels.f32(3)]
    a.view.set([0.3, 2.9, 4.0])
    kernels.softmax(a, y, 1, 3)
    const [width, height] = [640, 200]
    const score = scaleLinear([0, 4], [0, 150])
    const share = scaleLinear([0, 1], [0, 190])
    const rows = [...a.view].map((value, i) => {
      const [top, p] = [58 + 42 * i, y.view[i] ?? 0]
      return (
        rectangle(70, top, score(value), 26, 'box') +
        text(60, top + 18, value.toFixed(1), 'end') +
        arrow(240, top + 13, 340, top + 13) +
        rectangle(370, top, share(p), 26, 'soft') +
        text(378 + share(p), top + 18, p.toFixed(3), 'one-text title')
      )
    })
    const total = [...y.view].reduce((sum, p) => sum + p, 0)
    const scores = [...a.view].map(value => value.toFixed(1)).join(', ')
    const probabilities = [...y.view].map(value => value.toFixed(3)).join(', ')
    return document(
      {
        width,
        height,
        title: t('Softmax', '소프트맥스'),
        description: t(
          `The scores ${scores} become the probabilities ${probabilities}, which sum to ${total.toFixed(3)}.`,
          `점수 ${scores}이 확률 ${probabilities}로 바뀌며, 확률의 합은 ${total.toFixed(3)}입니다.`,
        ),
      },
      text(70, 34, t('scores a', '점수 a'), 'title'),
      text(290, 34, 'softmax', 'middle small muted'),
      text(370, 34, t('probabilities y', '확률 y'), 'title'),
      ...rows,
      text(370, 192, t(`sum ${total.toFixed(3)}`, `합 ${total.toFixed(3)}`), 'small muted'),
    )
  },
}

export const activationFunctions = [unit, activations, subgradient, softmax]

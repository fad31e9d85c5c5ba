// Chapter 2: the functions and their derivatives, softmax, the worked chain, and how gradients vanish.
import { scaleLinear, scaleLog } from 'd3-scale'
import { line } from 'd3-shape'
import { dense, diagnose, loadMnist, sequential } from '../../src/index.ts'
import { type ActivationName, createKernels } from '../../src/kernels/index.ts'
import { mnistSource } from '../support/mnist.ts'
import { signed } from './neural-network.ts'
import { arrow, document, element, type Figure, rectangle, segment, text } from './svg.ts'

type Point = readonly [x: number, y: number]

const path = line<Point>()
  .x(([x]) => x)
  .y(([, y]) => y)
  .digits(1)

const curve = (points: readonly Point[], kind: string) =>
  element('path', {
    d: path(points) ?? '',
    class: kind,
    'stroke-width': 2.2,
    ...(kind === 'two' && { 'stroke-dasharray': '6 4' }),
  })

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
    const count = 4 * 32 + 1
    const [a, h, ones, slope] = [
      kernels.f32(count),
      kernels.f32(count),
      kernels.f32(count),
      kernels.f32(count),
    ]
    for (let i = 0; i < count; ++i) a.view[i] = (i - (count - 1) / 2) / 16
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
      const parts = (values: ArrayLike<number>, kind: string) => {
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
        parts(slope.view, 'two'),
        parts(h.view, 'one'),
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
    return document(
      {
        width,
        height,
        title: t('Softmax', '소프트맥스'),
        description: t(
          'The scores 0.3, 2.9 and 4.0 become the probabilities 0.018, 0.245 and 0.737, which sum to 1.',
          '점수 0.3, 2.9, 4.0이 확률 0.018, 0.245, 0.737로 바뀌며, 확률의 합은 1입니다.',
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

const chain: Figure = {
  name: '2-chain',
  async draw(t) {
    const kernels = await createKernels({ build: 'simd' })
    const [a, h, g] = [kernels.f32(1), kernels.f32(1), kernels.f32(1)]
    const round = ([value = 0]: Float32Array) => Number(value.toPrecision(2))
    const forward = [1]
    for (let layer = 0; layer < 2; ++layer) {
      a.view[0] = forward.at(-1) ?? 0
      kernels.activation('sigmoid', a, h)
      forward.push(round(h.view))
    }
    const backward = [1]
    for (const output of forward.slice(1).toReversed()) {
      h.view[0] = output
      g.view[0] = backward[0] ?? 0
      kernels.activationGradient('sigmoid', a, h, g, g)
      backward.unshift(round(g.view))
    }

    const [width, height] = [760, 240]
    const x = (i: number) => 90 + 290 * i
    const box = (i: number) =>
      rectangle(x(i) + 95, 74, 100, 76, 'soft', 6) +
      text(x(i) + 145, 117, t('sigmoid', '시그모이드'), 'middle title')
    const product = (i: number) =>
      `${backward[i + 1]} · (1 − ${forward[i + 1]}) · ${forward[i + 1]} = ${backward[i]}`
    return document(
      {
        width,
        height,
        title: t('A chain of two sigmoids, forward and backward', '시그모이드 두 개의 순전파와 역전파'),
        description: t(
          `Forward ${forward.join(', then ')}. Backward ${backward.toReversed().join(', then ')}.`,
          `순전파는 ${forward.join(' → ')}, 역전파는 ${backward.toReversed().join(' → ')}입니다.`,
        ),
      },
      text(20, 30, t('Forward: the values', '순전파: 값'), 'one-text title'),
      text(20, 226, t('Backward: the gradient', '역전파: 기울기'), 'two-text title'),
      ...forward.map((value, i) => text(x(i), 99, `${value}`, 'middle one-text title')),
      ...backward.map((value, i) => text(x(i), 139, `${value}`, 'middle two-text title')),
      ...[0, 1].flatMap(i => [
        box(i),
        arrow(x(i) + 30, 94, x(i) + 93, 94, 'one'),
        arrow(x(i) + 197, 94, x(i + 1) - 28, 94, 'one'),
        arrow(x(i + 1) - 28, 134, x(i) + 197, 134, 'two'),
        arrow(x(i) + 93, 134, x(i) + 30, 134, 'two'),
        text(x(i) + 145, 182, product(i), 'middle small'),
      ]),
    )
  },
}

const vanishing: Figure = {
  name: '2-vanishing',
  async draw(t) {
    using train = (await loadMnist(mnistSource, { only: 'train', build: 'simd' })).train
    const depth = 10
    const measured = async (activation: ActivationName) => {
      const hidden = Array.from({ length: depth }, () => dense(50, { activation }))
      using model = await sequential([...hidden, dense(10, { activation: 'softmax' })], {
        inputSize: 784,
        seed: 1,
        build: 'simd',
      })
      const layers = await diagnose(model.compile(), train.slice(0, 100))
      return layers.slice(0, depth).map(({ deltaRms }, i) => [i + 1, deltaRms] as const)
    }
    const [width, height] = [640, 320]
    const x = scaleLinear([depth, 1], [80, 520])
    const y = scaleLog([1e-9, 2e-3], [270, 56])
    const place = (points: readonly Point[]) => points.map(([layer, size]) => [x(layer), y(size)] as const)
    const [relu, sigmoid] = [place(await measured('relu')), place(await measured('sigmoid'))]
    const dots = (points: readonly Point[], kind: string) =>
      points.map(([cx, cy]) => element('circle', { cx, cy, r: 4, class: `${kind}-fill` })).join('')
    const powers = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹']
    return document(
      {
        width,
        height,
        title: t('The vanishing gradient', '기울기 소실'),
        description: t(
          'Root mean square of the gradient in ten layers. Through ReLU it stays at a thousandth; through sigmoids it falls from 4e-4 in layer 10 to 1e-9 in layer 1.',
          '층 열 개에서 기울기의 제곱평균제곱근. ReLU에서는 천분의 일 정도로 유지되고, 시그모이드에서는 10층의 4e-4에서 1층의 1e-9까지 줄어듭니다.',
        ),
      },
      text(20, 28, t('Size of the gradient (logarithmic)', '기울기의 크기(로그 눈금)'), 'title'),
      ...[3, 5, 7, 9].map(
        power =>
          segment(80, y(10 ** -power), 520, y(10 ** -power), 'grid') +
          text(70, y(10 ** -power) + 5, `10⁻${powers[power]}`, 'small muted end'),
      ),
      ...Array.from({ length: depth }, (_, i) => text(x(i + 1), 292, `${i + 1}`, 'small muted middle')),
      text(300, 314, t('layer, backward', '층, 역전파 방향'), 'small muted end'),
      arrow(310, 310, 410, 310),
      curve(relu, 'one') + dots(relu, 'one'),
      curve(sigmoid, 'two') + dots(sigmoid, 'two'),
      text(532, (relu.at(0)?.[1] ?? 0) + 5, 'ReLU', 'one-text title'),
      text(532, (sigmoid.at(0)?.[1] ?? 0) + 5, t('sigmoid', '시그모이드'), 'two-text title'),
    )
  },
}

export const activationFunctions = [activations, softmax, chain, vanishing]

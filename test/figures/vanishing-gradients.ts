// Chapter 2: the worked chain, forward and backward, and how gradients vanish in ten layers.
import { scaleLinear, scaleLog } from 'd3-scale'
import { dense, diagnose, loadMnist, sequential } from '../../src/index.ts'
import { type ActivationName, createKernels } from '../../src/kernels/index.ts'
import { mnistSource } from '../support/mnist.ts'
import { curve, type Point } from './curve.ts'
import { arrow, document, element, type Figure, rectangle, segment, text } from './svg.ts'

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
    const [relu, sigmoid] = [await measured('relu'), await measured('sigmoid')]
    const ends = (sizes: readonly Point[]) =>
      [sizes.at(-1), sizes.at(0)].map(size => size?.[1].toExponential(1)).join(' … ')
    const dots = (points: readonly Point[], kind: string) =>
      points.map(([cx, cy]) => element('circle', { cx, cy, r: 4, class: `${kind}-fill` })).join('')
    const powers = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹']
    return document(
      {
        width,
        height,
        title: t('The vanishing gradient', '기울기 소실'),
        description: t(
          `Root mean square of the gradient, from layer 10 to layer 1. Through ReLU: ${ends(relu)}. Through sigmoids: ${ends(sigmoid)}.`,
          `층 10에서 층 1까지 기울기의 제곱평균제곱근. ReLU: ${ends(relu)}. 시그모이드: ${ends(sigmoid)}.`,
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
      curve(place(relu), 'one') + dots(place(relu), 'one'),
      curve(place(sigmoid), 'two') + dots(place(sigmoid), 'two'),
      text(532, y(relu.at(0)?.[1] ?? 1) + 5, 'ReLU', 'one-text title'),
      text(532, y(sigmoid.at(0)?.[1] ?? 1) + 5, t('sigmoid', '시그모이드'), 'two-text title'),
    )
  },
}

export const vanishingGradients = [chain, vanishing]

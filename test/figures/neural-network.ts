// Chapter 1: the perceptron, the pipeline, a network's layers, and two linear layers that are one.
import { collapse, dataset, dense, sequential } from '../../src/index.ts'
import { signed } from './curve.ts'
import { arrow, circle, document, type Figure, rectangle, segment, text } from './svg.ts'

const perceptron: Figure = {
  name: '1-perceptron',
  async draw(t) {
    const [width, height] = [640, 280]
    const inputs = [
      { y: 50, input: 'x₁', weight: 'w₁' },
      { y: 105, input: 'x₂', weight: 'w₂' },
      { y: 175, input: 'xₙ', weight: 'wₙ' },
      { y: 230, input: '1', weight: 'b' },
    ]
    const [cx, cy] = [360, 140]
    return document(
      {
        width,
        height,
        title: t('A perceptron', '퍼셉트론'),
        description: t(
          'Inputs x1 to xn and a constant 1 are multiplied by the weights w1 to wn and b, and added up to one output y.',
          '입력 x1부터 xn까지와 상수 1에 가중치 w1부터 wn까지와 b를 곱하고 모두 더해 출력 y 하나를 내보냅니다.',
        ),
      },
      ...inputs.map(({ y, input, weight }) => {
        const length = Math.hypot(cx - 120, cy - y)
        const [ux, uy] = [(cx - 120) / length, (cy - y) / length]
        const at = 0.42 * length
        return (
          circle(120, y, 20, 'box') +
          text(120, y + 5, input, 'middle') +
          arrow(120 + 21 * ux, y + 21 * uy, cx - 39 * ux, cy - 39 * uy) +
          text(120 + at * ux, y + at * uy - 9, weight, 'middle one-text title')
        )
      }),
      text(120, 145, '⋮', 'middle muted'),
      circle(cx, cy, 38, 'soft'),
      text(cx, cy + 8, 'Σ', 'middle', { style: 'font-size:24px' }),
      arrow(cx + 39, cy, 470, cy),
      text(480, cy + 5, 'y = w·x + b', 'title'),
      text(120, 272, t('inputs', '입력 신호'), 'middle small muted'),
      text(230, 272, t('weights', '가중치'), 'middle small muted'),
      text(cx, 272, t('weighted sum', '가중합'), 'middle small muted'),
      text(520, 272, t('output', '출력 신호'), 'middle small muted'),
    )
  },
}

const pipeline: Figure = {
  name: '1-pipeline',
  async draw(t) {
    using data = await dataset({ inputs: [[1], [2]], targets: [[1], [3]] })
    using model = await sequential([dense(1)], { inputSize: 1, build: 'simd' })
    await model.setParameters([{ weights: Float32Array.of(0), bias: Float32Array.of(0) }])
    model.compile({ learningRate: 0.1, loss: 'meanSquaredError' })
    using trainer = await model.trainer(data, { batchSize: 2, shuffle: false })
    const { loss } = await trainer.forward()
    const predictions = (await trainer.read('predictions')).map(([value = 0]) => signed(value))
    await trainer.backward()
    const gradients = await trainer.read('gradients', 0)
    const [dw = 0, db = 0] = [gradients.weights[0], gradients.bias[0]]
    await trainer.step()
    const [{ weights, bias } = { weights: [], bias: [] }] = await model.getParameters()
    const [w = 0, b = 0] = [weights[0], bias[0]]

    const [width, height, step, boxWidth] = [800, 270, 196, 168]
    const left = (i: number) => 22 + step * i
    const box = (i: number, y: number, name: string, value: string, kind: string) =>
      rectangle(left(i), y, boxWidth, 62, kind, 6) +
      text(left(i) + boxWidth / 2, y + 26, name, 'middle title') +
      text(left(i) + boxWidth / 2, y + 47, value, 'middle small')
    const forward = [
      [t('prepare data', '데이터 처리'), '(1, 1), (2, 3)'],
      [t('apply the model', '모델 구현'), 'w = 0, b = 0'],
      [t('prediction', '예측값 도출'), `y = ${predictions.join(', ')}`],
      [t('loss', '손실 함수 계산'), `L = ${signed(loss)}`],
    ] as const
    // From right to left, beneath.
    const backward = [
      [t('gradient', '기울기 계산'), `∂L/∂w = ${signed(dw)}, ∂L/∂b = ${signed(db)}`],
      [t('direction', '개선 방향 확정'), t('w and b must grow', 'w와 b를 키웁니다')],
      [t('change the weights', '가중치 개선'), `w = ${w.toFixed(1)}, b = ${b.toFixed(1)}`],
    ] as const
    return document(
      {
        width,
        height,
        title: t('The pipeline of learning', '학습의 흐름'),
        description: t(
          'Forward: prepare data, apply the model, prediction, loss. Backward: gradient, direction of improvement, change of the weights. Then again.',
          '순전파: 데이터 처리, 모델 구현, 예측값 도출, 손실 함수 계산. 역전파: 기울기 계산, 개선 방향 확정, 가중치 개선. 그리고 다시 처음부터.',
        ),
      },
      text(22, 28, t('Forward', '순전파'), 'one-text title'),
      ...forward.map(([name, value], i) => box(i, 40, name, value, 'soft')),
      ...[0, 1, 2].map(i => arrow(left(i) + boxWidth + 2, 71, left(i + 1) - 2, 71, 'one')),
      text(left(3) + boxWidth, 258, t('Backward', '역전파'), 'two-text title end'),
      ...backward.map(([name, value], i) => box(3 - i, 172, name, value, 'box')),
      arrow(left(3) + boxWidth / 2, 104, left(3) + boxWidth / 2, 170, 'two'),
      ...[3, 2].map(i => arrow(left(i) - 2, 203, left(i - 1) + boxWidth + 2, 203, 'two')),
      arrow(left(1) + boxWidth / 2, 170, left(1) + boxWidth / 2, 104, 'two'),
      text(left(1) + boxWidth / 2 + 10, 142, t('and again', '반복'), 'small muted'),
    )
  },
}

const network: Figure = {
  name: '1-network',
  async draw(t) {
    const sizes = [4, 3, 2] as const
    using model = await sequential([dense(3, { activation: 'sigmoid' }), dense(2)], {
      inputSize: 4,
      seed: 1,
      build: 'simd',
    })
    const parameters = await model.getParameters()
    const [width, height] = [640, 310]
    const x = (layer: number) => 110 + 210 * layer
    const y = (layer: number, unit: number) => 130 + 58 * (unit - ((sizes[layer] ?? 1) - 1) / 2)
    const edges = parameters.flatMap(({ weights }, layer) => {
      const units = sizes[layer + 1] ?? 1
      return [...weights].map((weight, at) => {
        const [from, to] = [Math.floor(at / units), at % units]
        const ends = [x(layer) + 18, y(layer, from), x(layer + 1) - 18, y(layer + 1, to)] as const
        const stroke = { 'stroke-width': 0.6 + 3.4 * Math.min(1, Math.abs(weight)) }
        return weight < 0
          ? segment(...ends, 'two', { ...stroke, 'stroke-dasharray': '6 3' })
          : segment(...ends, 'one', stroke)
      })
    })
    const names = [t('input layer', '입력층'), t('hidden layer', '은닉층'), t('output layer', '출력층')]
    const counts = [t('4 values', '값 4개'), t('3 units', '뉴런 3개'), t('2 units', '뉴런 2개')]
    return document(
      {
        width,
        height,
        title: t('Input, hidden and output layer', '입력층, 은닉층, 출력층'),
        description: t(
          'Four inputs, three hidden units and two outputs. Each value of a layer goes to each unit of the next, through a weight.',
          '입력 4개, 은닉 뉴런 3개, 출력 2개. 한 층의 모든 값이 가중치를 거쳐 다음 층의 모든 뉴런으로 들어갑니다.',
        ),
      },
      ...edges,
      ...sizes.flatMap((size, layer) =>
        Array.from({ length: size }, (_, unit) =>
          circle(x(layer), y(layer, unit), 18, layer === 0 ? 'box' : 'soft'),
        ),
      ),
      ...names.map((name, layer) => text(x(layer), 258, name, 'middle title')),
      ...counts.map((count, layer) => text(x(layer), 278, count, 'middle small muted')),
      text(
        width / 2,
        302,
        t(
          'The weights of seed 1: the thicker, the larger; dashed where negative',
          'seed 1의 가중치: 클수록 굵고, 음수는 점선',
        ),
        'middle small muted',
      ),
    )
  },
}

const collapsed: Figure = {
  name: '1-collapse',
  async draw(t) {
    using two = await sequential([dense(2), dense(1)], { inputSize: 2, build: 'simd' })
    await two.setParameters([
      { weights: Float32Array.of(2, 0, 0, 3), bias: Float32Array.of(1, -1) },
      { weights: Float32Array.of(1, 1), bias: Float32Array.of(0) },
    ])
    const { model } = await collapse(two)
    using one = model
    const [{ weights, bias } = { weights: [], bias: [] }] = await one.getParameters()
    const [w1 = 0, w2 = 0, b = 0] = [weights[0], weights[1], bias[0]]

    const [width, height] = [760, 230]
    const unit = (cx: number, cy: number, name: string, kind: string) =>
      circle(cx, cy, 20, kind) + text(cx, cy + 5, name, 'middle')
    const weight = (x: number, y: number, value: string) => text(x, y, value, 'middle one-text title')
    return document(
      {
        width,
        height,
        title: t('Two linear layers are one', '선형 층 두 개와 같은 층 하나'),
        description: t(
          `Left: y1 = 2·x1 + 1, y2 = 3·x2 − 1, z = y1 + y2. Right: one perceptron with the weights ${w1} and ${w2} and the bias ${b}, which is the same.`,
          `왼쪽: y1 = 2·x1 + 1, y2 = 3·x2 − 1, z = y1 + y2. 오른쪽: 가중치 ${w1}와 ${w2}, 편향 ${b}인 퍼셉트론 하나이며 결과가 같습니다.`,
        ),
      },
      text(30, 28, t('Two layers', '층 두 개'), 'title'),
      unit(60, 80, 'x₁', 'box') + unit(60, 160, 'x₂', 'box'),
      arrow(81, 80, 179, 80) + arrow(81, 160, 179, 160),
      weight(130, 72, '2') + weight(130, 152, '3'),
      unit(200, 80, 'y₁', 'soft') + unit(200, 160, 'y₂', 'soft'),
      text(200, 50, '+ 1', 'middle one-text title') + text(200, 200, '− 1', 'middle one-text title'),
      arrow(220, 86, 321, 114) + arrow(220, 154, 321, 126),
      weight(270, 92, '1') + weight(270, 158, '1'),
      unit(342, 120, 'z', 'soft'),
      text(420, 132, '=', 'middle', { style: 'font-size:32px' }),
      text(480, 28, t('One layer', '층 하나'), 'title'),
      unit(510, 80, 'x₁', 'box') + unit(510, 160, 'x₂', 'box'),
      arrow(530, 86, 631, 114) + arrow(530, 154, 631, 126),
      weight(582, 92, signed(w1)) + weight(582, 158, signed(w2)),
      unit(652, 120, 'z', 'soft'),
      text(652, 90, `+ ${signed(b)}`, 'middle one-text title'),
      text(200, 222, 'z = 1·(2·x₁ + 1) + 1·(3·x₂ − 1)', 'middle small'),
      text(600, 222, `z = ${signed(w1)}·x₁ + ${signed(w2)}·x₂`, 'middle small'),
    )
  },
}

export const neuralNetwork = [perceptron, pipeline, network, collapsed]

// Chapter 3: digits, the network for them, and the way of one image through its layers.
import { encode } from 'fast-png'
import { type Dataset, dense, loadMnist, type Sequential, sequential } from '../../src/index.ts'
import { mnistSource } from '../support/mnist.ts'
import { arrow, circle, document, element, type Figure, rectangle, segment, text } from './svg.ts'

const SIDE = 28

/** Grey bytes as a picture, black on white as ink is, `scale` pixels of the figure for each of its own. */
function picture(bytes: Uint8Array, columns: number, rows: number, x: number, y: number, scale: number) {
  const png = encode({ width: columns, height: rows, data: bytes.map(byte => 255 - byte), channels: 1 })
  return element('image', {
    x,
    y,
    width: scale * columns,
    height: scale * rows,
    style: 'image-rendering:pixelated',
    href: `data:image/png;base64,${Buffer.from(png).toString('base64')}`,
  })
}

const frame = (x: number, y: number, width: number, height: number) =>
  element('rect', { x, y, width, height, class: 'axis' })

/** The first test image of each digit. */
async function firstOfEachDigit(test: Dataset): Promise<Uint8Array[]> {
  const { inputs, labels } = await test.slice(0, 100).read()
  if (!(inputs instanceof Uint8Array)) throw new Error('MNIST has bytes')
  return Array.from({ length: 10 }, (_, digit) => {
    const at = [...(labels ?? [])].indexOf(digit)
    return inputs.subarray(at * SIDE * SIDE, (at + 1) * SIDE * SIDE)
  })
}

/** The chapter's network, trained as there: 6,000 images, two epochs. */
async function trainedNetwork(train: Dataset): Promise<Sequential> {
  const layers = [dense(512, { activation: 'relu' }), dense(10, { activation: 'softmax' })]
  const model = await sequential(layers, { inputSize: SIDE * SIDE, seed: 1, build: 'simd' })
  model.compile({ learningRate: 0.5 })
  await model.fit(train.slice(0, 6_000), { epochs: 2, batchSize: 100 })
  return model
}

const samples: Figure = {
  name: '3-samples',
  async draw(t) {
    using test = (await loadMnist(mnistSource, { only: 'test', build: 'simd' })).test
    const digits = await firstOfEachDigit(test)
    const [side, gap] = [2 * SIDE, 14]
    return document(
      {
        width: 10 * (side + gap) + gap,
        height: 118,
        title: t('Ten digits of MNIST', 'MNIST의 숫자 10개'),
        description: t(
          'The first test image of each digit from 0 to 9, 28 × 28 grey pixels, drawn black on white.',
          '0부터 9까지 각 숫자의 첫 번째 시험 이미지. 28 × 28 회색조 픽셀을 흰 바탕에 검게 그렸습니다.',
        ),
      },
      ...digits.map((bytes, digit) => {
        const x = gap + digit * (side + gap)
        return (
          picture(bytes, SIDE, SIDE, x, 18, 2) +
          frame(x, 18, side, side) +
          text(x + side / 2, 100, `${digit}`, 'middle title')
        )
      }),
    )
  },
}

const network: Figure = {
  name: '3-network',
  async draw(t) {
    using test = (await loadMnist(mnistSource, { only: 'test', build: 'simd' })).test
    const bytes = (await firstOfEachDigit(test))[7] ?? new Uint8Array()
    const [width, height, middle] = [760, 300, 138]
    const rows = (count: number, spread: number) =>
      Array.from({ length: count }, (_, i) => middle + spread * (i - (count - 1) / 2))
    // Some of a layer's units, above and below three dots; of the digits, all.
    const some = rows(9, 25).filter(y => y !== middle)
    const digits = rows(10, 24)
    const units = (x: number, ys: readonly number[]) => ys.map(y => circle(x, y, 8, 'soft'))
    const dots = (x: number) => text(x, middle + 5, '⋮', 'middle muted')
    const edges = (x1: number, from: readonly number[], x2: number, to: readonly number[]) =>
      from.flatMap(y1 => to.map(y2 => segment(x1 + 8, y1, x2 - 8, y2, 'axis', { 'stroke-width': 0.6 })))
    return document(
      {
        width,
        height,
        title: t('The network for MNIST', 'MNIST를 위한 신경망'),
        description: t(
          'An image of 28 × 28 pixels is 784 inputs. They go through 784 × 512 weights to 512 units, and through 512 × 10 weights to 10 probabilities.',
          '28 × 28 픽셀 이미지는 입력 784개입니다. 784 × 512 가중치를 거쳐 뉴런 512개로, 512 × 10 가중치를 거쳐 확률 10개로 갑니다.',
        ),
      },
      picture(bytes, SIDE, SIDE, 24, middle - 42, 3),
      frame(24, middle - 42, 84, 84),
      arrow(116, middle, 190, middle),
      ...edges(212, some, 412, some),
      ...edges(412, some, 612, digits),
      ...units(212, some),
      dots(212),
      ...units(412, some),
      dots(412),
      ...units(612, digits),
      ...digits.map((y, digit) => text(632, y + 5, t(`P(${digit})`, `${digit}일 확률`), 'small')),
      text(66, 276, '28 × 28', 'middle title'),
      text(212, 276, 'X 784', 'middle title'),
      text(312, 276, 'W₁ 784 × 512', 'middle one-text title'),
      text(412, 276, '512', 'middle title'),
      text(512, 276, 'W₂ 512 × 10', 'middle one-text title'),
      text(612, 276, 'Y 10', 'middle title'),
      text(66, 294, t('image', '이미지'), 'middle small muted'),
      text(212, 294, t('input layer', '입력층'), 'middle small muted'),
      text(412, 294, t('layer 1', '층 1'), 'middle small muted'),
      text(612, 294, t('layer 2', '층 2'), 'middle small muted'),
    )
  },
}

const layers: Figure = {
  name: '3-layers',
  async draw(t) {
    const { train, test } = await loadMnist(mnistSource, { build: 'simd' })
    using model = await trainedNetwork(train)
    // The ninth test image, the page's: read through a trainer that never makes its step.
    using trainer = await model.trainer(test.slice(8, 9), { batchSize: 1, shuffle: false })
    await trainer.forward()
    const { inputs, labels } = await test.slice(8, 9).read()
    const label = labels?.[0]
    if (!(inputs instanceof Uint8Array)) throw new Error('MNIST has bytes')
    const [units = new Float32Array()] = await trainer.read('activations', 0)
    const [probabilities = new Float32Array()] = await trainer.read('predictions')
    const largest = Math.max(...units)
    const active = units.filter(value => value > 0).length
    const best = probabilities.indexOf(Math.max(...probabilities))
    train.dispose()
    test.dispose()

    const [width, height] = [760, 290]
    const bar = (digit: number) => {
      const [y, p] = [50 + 20 * digit, probabilities[digit] ?? 0]
      return (
        text(536, y + 13, `${digit}`, 'small end') +
        rectangle(544, y, 1 + 130 * p, 15, digit === best ? 'soft' : 'box') +
        text(552 + 130 * p, y + 13, p.toFixed(3), digit === best ? 'small one-text title' : 'small muted')
      )
    }
    return document(
      {
        width,
        height,
        title: t(
          'One image on its way through layer 1 and layer 2',
          '이미지 한 장이 층 1과 층 2를 지나는 과정',
        ),
        description: t(
          `The ninth test image, a ${label}. Of the 512 units of layer 1, ${active} are above 0. Layer 2 gives ten probabilities, the largest for ${best}.`,
          `아홉 번째 시험 이미지(${label}). 층 1의 뉴런 512개 중 ${active}개가 0보다 큽니다. 층 2는 확률 10개를 내고, ${best}일 확률이 가장 큽니다.`,
        ),
      },
      text(94, 30, t('the image', '이미지'), 'middle title'),
      picture(inputs, SIDE, SIDE, 24, 72, 5),
      frame(24, 72, 140, 140),
      text(94, 240, t('784 pixels', '픽셀 784개'), 'middle small muted'),
      text(94, 258, t(`label ${label}`, `정답 ${label}`), 'middle small muted'),
      arrow(172, 142, 226, 142, 'one'),
      text(199, 130, 'W₁', 'middle one-text title'),
      text(334, 30, t('layer 1', '층 1'), 'middle title'),
      picture(
        Uint8Array.from(units, value => Math.round((255 * value) / largest)),
        32,
        16,
        238,
        94,
        6,
      ),
      frame(238, 94, 192, 96),
      text(334, 240, t('512 units, as 16 rows of 32', '뉴런 512개(32개씩 16줄)'), 'middle small muted'),
      text(
        334,
        258,
        t(`${active} above 0: the darker, the larger`, `0보다 큰 뉴런 ${active}개, 클수록 어둡습니다`),
        'middle small muted',
      ),
      arrow(440, 142, 510, 142, 'one'),
      text(472, 130, 'W₂', 'middle one-text title'),
      text(610, 30, t('layer 2', '층 2'), 'middle title'),
      ...Array.from({ length: 10 }, (_, digit) => bar(digit)),
      text(610, 276, t('10 probabilities', '확률 10개'), 'middle small muted'),
    )
  },
}

export const mnist = [samples, network, layers]

// Chapter 4: the shapes of a batch, the gradient of the bias, epochs and iterations, and what a batch takes of memory.
import { scaleLog } from 'd3-scale'
import { dense, iterationsPerEpoch, loadMnist, memoryUsage, sequential } from '../../src/index.ts'
import { createKernels } from '../../src/kernels/index.ts'
import { mnistSource } from '../support/mnist.ts'
import { arrow, document, type Figure, rectangle, segment, text } from './svg.ts'

const shapes: Figure = {
  name: '4-shapes',
  async draw(t) {
    const [N, inputs, hidden, outputs] = [100, 784, 512, 10]
    // A fifth of a pixel for each row and column, but 8 pixels at least.
    const scale = 0.2
    const matrix = (x: number, name: string, rows: number, columns: number, kind: string) => {
      const [w, h] = [Math.max(8, scale * columns), Math.max(8, scale * rows)]
      const middle = 108
      return (
        rectangle(x - w / 2, middle - h / 2, w, h, kind) +
        text(x, 216, name, 'middle title') +
        text(x, 236, `${rows} × ${columns}`, 'middle small')
      )
    }
    const symbol = (x: number, sign: string) => text(x, 113, sign, 'middle', { style: 'font-size:20px' })
    return document(
      {
        width: 760,
        height: 266,
        title: t('Shapes in a batch of 100', '배치 크기 100의 배열 형상'),
        description: t(
          'X of 100 × 784 times W1 of 784 × 512 is 100 × 512; that times W2 of 512 × 10 is Y of 100 × 10.',
          '100 × 784인 X에 784 × 512인 W1을 곱하면 100 × 512, 여기에 512 × 10인 W2를 곱하면 100 × 10인 Y가 됩니다.',
        ),
      },
      matrix(105, 'X', N, inputs, 'box'),
      symbol(212, '·'),
      matrix(290, 'W₁', inputs, hidden, 'soft'),
      symbol(376, '→'),
      matrix(456, t('layer 1', '층 1'), N, hidden, 'box'),
      symbol(532, '·'),
      matrix(584, 'W₂', hidden, outputs, 'soft'),
      symbol(636, '→'),
      matrix(690, 'Y', N, outputs, 'box'),
      text(
        380,
        258,
        t(
          'a row for each image; the same weights for all rows',
          '이미지마다 한 행, 가중치는 모든 행이 함께 씁니다',
        ),
        'middle small muted',
      ),
    )
  },
}

const bias: Figure = {
  name: '4-bias-gradient',
  async draw(t) {
    const kernels = await createKernels({ build: 'simd' })
    const [dY, dB] = [kernels.f32(6), kernels.f32(3)]
    dY.view.set([1, 2, 3, 4, 5, 6])
    kernels.sumAxis0(dY, dB, 2, 3)
    const rows = [dY.view.subarray(0, 3), dY.view.subarray(3)].map(row => row.join(' '))
    const cell = (x: number, y: number, value: number, kind: string) =>
      rectangle(x, y, 52, 36, kind) + text(x + 26, y + 23, `${value}`, 'middle')
    const x = (column: number) => 200 + 64 * column
    return document(
      {
        width: 560,
        height: 230,
        title: t('The gradient of the bias', '편향의 기울기'),
        description: t(
          `The rows ${rows.join(' and ')} of ∂L/∂Y are added up column by column to ∂L/∂B = ${dB.view.join(' ')}.`,
          `∂L/∂Y의 두 행 ${rows.join(', ')}을 열마다 더하면 ∂L/∂B = ${dB.view.join(' ')}가 됩니다.`,
        ),
      },
      text(180, 66, '∂L/∂Y', 'end title'),
      text(180, 86, '(N, 3)', 'end small muted'),
      text(180, 190, '∂L/∂B', 'end title'),
      text(180, 210, '(3)', 'end small muted'),
      ...[...dY.view].map((value, i) => cell(x(i % 3), 30 + 42 * Math.floor(i / 3), value, 'box')),
      ...[...dB.view].map((value, i) => cell(x(i), 176, value, 'soft')),
      ...[0, 1, 2].map(i => arrow(x(i) + 26, 112, x(i) + 26, 172, 'two')),
      text(412, 66, t('one row a sample', '데이터마다 한 행'), 'small muted'),
      text(412, 146, t('sum over axis 0', '0축(열 방향)의 합'), 'two-text title'),
    )
  },
}

const epochs: Figure = {
  name: '4-epochs',
  async draw(t) {
    const [samples, batchSize, count] = [60_000, 100, 5]
    const iterations = iterationsPerEpoch(samples, batchSize)
    const [left, boxWidth, boxHeight] = [110, 74, 30]
    const names = ['1', '2', '3', '…', `${iterations}`]
    const format = (value: number) => value.toLocaleString('en')
    const x = (i: number) => left + i * (boxWidth + 10)
    const row = (epoch: number) => {
      const y = 64 + 42 * (epoch - 1)
      return (
        text(left - 14, y + 20, t(`epoch ${epoch}`, `에폭 ${epoch}`), 'end title') +
        names
          .map((name, i) =>
            name === '…'
              ? text(x(i) + boxWidth / 2, y + 20, name, 'middle muted')
              : rectangle(x(i), y, boxWidth, boxHeight, i === 0 && epoch === 1 ? 'soft' : 'box', 4) +
                text(x(i) + boxWidth / 2, y + 20, name, 'middle small'),
          )
          .join('') +
        text(
          x(5) + 8,
          y + 20,
          t(`${format(epoch * iterations)} updates`, `갱신 ${format(epoch * iterations)}회`),
          'small muted',
        )
      )
    }
    return document(
      {
        width: 680,
        height: 320,
        title: t('Epochs and iterations', '에폭과 반복'),
        description: t(
          `60,000 samples in batches of 100: each epoch has ${iterations} iterations, so five epochs make ${format(count * iterations)} updates.`,
          `데이터 60,000개, 배치 크기 100: 1에폭은 반복 ${iterations}회이고, 5에폭이면 가중치를 ${format(count * iterations)}번 갱신합니다.`,
        ),
      },
      text(
        x(0),
        30,
        t('one batch: 100 images, one iteration', '배치 하나: 이미지 100장, 반복 1회'),
        'one-text title',
      ),
      arrow(x(0) + boxWidth / 2, 38, x(0) + boxWidth / 2, 61, 'one'),
      ...Array.from({ length: count }, (_, i) => row(i + 1)),
      segment(x(0), 280, x(5) - 10, 280, 'axis'),
      text(
        (x(0) + x(5)) / 2,
        304,
        t(
          `each epoch: ${format(samples)} images, each once, in another order`,
          `에폭마다 이미지 ${format(samples)}장을 한 번씩, 매번 다른 순서로`,
        ),
        'middle small muted',
      ),
    )
  },
}

const memory: Figure = {
  name: '4-memory',
  async draw(t) {
    using train = (await loadMnist(mnistSource, { only: 'train', build: 'simd' })).train
    const layers = [dense(512, { activation: 'relu' }), dense(10, { activation: 'softmax' })]
    using model = await sequential(layers, { inputSize: 784, seed: 1, build: 'simd', threads: 1 })
    model.compile({ learningRate: 0.1 })
    const bytesOf = async (batchSize: number) => {
      const before = await memoryUsage({ build: 'simd' })
      using _ = await model.trainer(train, { batchSize })
      return (await memoryUsage({ build: 'simd' })).inUse - before.inUse
    }
    const sizes = [1, 100, 1_000, 10_000]
    const bytes: number[] = []
    for (const size of sizes) bytes.push(await bytesOf(size))
    const each = ((bytes[3] ?? 0) - (bytes[2] ?? 0)) / 9_000
    sizes.push(60_000)
    bytes.push((bytes[3] ?? 0) + 50_000 * each)
    const x = scaleLog([1e6, 1e10], [150, 600])
    const bars = sizes.map((size, i) => {
      const [y, value] = [48 + 34 * i, bytes[i] ?? 0]
      return (
        text(140, y + 17, size.toLocaleString('en'), 'end') +
        rectangle(150, y, x(value) - 150, 24, size === 60_000 ? 'box' : 'soft') +
        text(x(value) + 8, y + 17, `${Math.round(value / 1e6)} MB`, 'title')
      )
    })
    return document(
      {
        width: 680,
        height: 266,
        title: t('What a batch takes of memory', '배치가 차지하는 메모리'),
        description: t(
          `Training 784-512-10: ${sizes.map((size, i) => `batches of ${size} take ${Math.round((bytes[i] ?? 0) / 1e6)} MB`).join(', ')}. WebAssembly has 4 GB.`,
          `784-512-10 학습: ${sizes.map((size, i) => `배치 크기 ${size}은 ${Math.round((bytes[i] ?? 0) / 1e6)} MB`).join(', ')}. WebAssembly의 메모리는 4 GB입니다.`,
        ),
      },
      text(140, 28, t('batch size', '배치 크기'), 'end title'),
      text(
        150,
        28,
        t('memory for 784 → 512 → 10 (logarithmic)', '784 → 512 → 10의 메모리(로그 눈금)'),
        'title',
      ),
      ...[1e6, 1e7, 1e8, 1e9].map(
        (tick, i) =>
          segment(x(tick), 40, x(tick), 220, 'grid') +
          text(x(tick), 238, ['1 MB', '10 MB', '100 MB', '1 GB'][i] ?? '', 'small muted middle'),
      ),
      segment(x(2 ** 32), 40, x(2 ** 32), 220, 'two', { 'stroke-width': 2 }),
      text(x(2 ** 32) + 2, 238, '4 GB', 'small two-text'),
      ...bars,
      text(150, 258, t('60,000: computed from the others', '60,000은 나머지 값으로 계산'), 'small muted'),
    )
  },
}

export const batchTraining = [shapes, bias, epochs, memory]

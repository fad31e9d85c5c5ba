// The guide to losses and metrics: the numbers in its tables are what the package, and TensorFlow.js, compute.
import { expect, test } from 'vitest'
import { batchNormalization, dataset, dense, loadMnist, normalization, sequential } from '../../src/index.ts'
import { LOSS_OPTIONS, LOSSES, type LossName, lossNames } from '../../src/losses/loss-table.ts'
import { TARGET_RULES } from '../../src/losses/target-rules.ts'
import { readText } from '../support/fixture.ts'
import { mnistSource } from '../support/mnist.ts'
import { movingVarianceInTensorFlow } from '../support/tensorflow.ts'

const page = await readText('docs/losses-and-metrics.md')

/** The cells of the row that begins so. */
const cellsOf = (begin: string) =>
  page
    .split('\n')
    .find(line => line.startsWith(`| ${begin}`))
    ?.split(' | ') ?? []

test('the table of losses says what the package knows of them', () => {
  const begin = page.indexOf('| `loss` | last layer |')
  const [, , ...rows] = page.slice(begin, page.indexOf('\n\n', begin)).split('\n')
  expect(rows).toEqual(lossNames.map(rowOf))
})

/** What the guide's table has of a loss. */
function rowOf(name: LossName): string {
  const { contains, takesClasses, takesBits, targets, options } = LOSSES[name]
  const labels = [
    ...(takesClasses ? ['an output for each class'] : []),
    ...(takesBits ? ['0 and 1, of one output'] : []),
  ]
  const classifier = contains ? 'classifier, probabilities' : 'classifier'
  return `| ${[
    `\`${name}\``,
    contains?.map(activation => `\`${activation}\``).join(', ') ?? 'any but a softmax',
    labels.join('; ') || 'none',
    targets ? TARGET_RULES[targets].expected : 'any numbers',
    Object.entries(LOSS_OPTIONS)
      .filter(([option]) => option in options)
      .map(([option, { expected, standard = 1 }]) => `\`${option}\`: ${expected} (${standard})`)
      .join('; ') || 'none',
    labels.length > 0 ? classifier : 'regression',
  ].join(' | ')} |`
}

test('the running variance, here and in TensorFlow.js', async () => {
  const batch = [1, 2, 3, 6]
  using data = await dataset({ inputs: batch.map(value => [value]), targets: batch.map(() => [0]) })
  using model = await sequential([batchNormalization({ momentum: 0.1 }), dense(1)], { inputSize: 1 })
  await model.compile({ learningRate: 0.01 }).fit(data, { batchSize: 4 })
  const [{ runningVariance } = {}] = await model.getParameters()
  const theirs = await movingVarianceInTensorFlow(batch, 0.9)
  const [, here, elsewhere] = cellsOf('running variance of `batchNormalization`, after one batch 1, 2, 3, 6')
  expect(here).toContain(`${runningVariance?.[0]?.toFixed(4)}: `)
  expect(elsewhere).toContain(`${theirs.toFixed(4)} in TensorFlow.js: `)
})

test('clipNorm: the norm is enlarged by a millionth', async () => {
  // The gradient is 1 by the bias and 0 by the weight.
  using data = await dataset({ inputs: [[0]], targets: [[-1]] })
  using model = await sequential([dense(1)], { inputSize: 1 })
  await model.setParameters([{ weights: Float32Array.of(0), bias: Float32Array.of(0) }])
  await model.compile({ loss: 'meanAbsoluteError', learningRate: 1, clipNorm: 1 }).fit(data)
  const [{ bias } = {}] = await model.getParameters()
  expect(cellsOf('`clipNorm: 1` of the gradient [1, 0]')[1]).toMatch(
    new RegExp(`^\\[${-(bias?.[0] ?? 0).toFixed(6)}, 0\\]`),
  )
})

test('label smoothing: as many right answers, and probabilities far too small', async () => {
  using mnist = await loadMnist(mnistSource, { build: 'simd' }).then(({ train, test }) => ({
    train: train.slice(0, 20_000),
    test,
    [Symbol.dispose]: () => train.dispose(),
  }))
  const results = []
  for (const labelSmoothing of [0, 0.2]) {
    const scaling = normalization({ mean: 0.1307, standardDeviation: 0.3081 })
    const layers = [scaling, dense(64, { activation: 'relu' }), dense(10, { activation: 'softmax' })]
    using model = await sequential(layers, { inputSize: 784, seed: 1, build: 'simd' })
    model.compile({
      optimizer: 'nesterov',
      learningRate: 0.1,
      schedule: { name: 'oneCycle' },
      loss: { name: 'crossEntropy', labelSmoothing },
    })
    await model.fit(mnist.train)
    results.push(await model.evaluate(mnist.test))
  }
  const [plain, smooth] = results
  expect(smooth?.accuracy).toBeCloseTo(plain?.accuracy ?? 0, 2)
  expect(plain?.calibrationError).toBeLessThan(0.02)
  expect(smooth?.calibrationError).toBeGreaterThan(0.15)
  expect(smooth?.loss).toBeGreaterThan(2 * (smooth?.logLoss ?? 0))
})

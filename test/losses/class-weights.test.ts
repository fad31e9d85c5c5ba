// What a mean loss with class weights is divided by: PyTorch's definitions, by numbers of PyTorch's.
import { expect, test } from 'vitest'
import { type DatasetOptions, dataset, dense, type LossOptions, sequential } from '../../src/index.ts'
import { LOSSES } from '../../src/losses/loss-table.ts'
import { readText } from '../support/fixture.ts'

/** The loss of given outputs: logits, or what else stands before the loss. */
async function lossOf(
  logits: readonly (readonly number[])[],
  truth: Omit<DatasetOptions, 'inputs'>,
  loss: LossOptions,
) {
  const units = logits[0]?.length ?? 0
  const activation = LOSSES[loss.name].contains?.[0] ?? 'identity'
  using model = await sequential([dense(units, { activation })], { inputSize: units })
  const identity = Float32Array.from({ length: units * units }, (_, i) => (i % (units + 1) === 0 ? 1 : 0))
  await model.setParameters([{ weights: identity, bias: new Float32Array(units) }])
  model.compile({ loss, learningRate: 1 })
  using data = await dataset({ inputs: logits.map(row => [...row]), ...truth })
  const { loss: evaluated } = await model.evaluate(data)
  const { epochs } = await model.fit(data, { batchSize: 10 })
  expect(epochs[0]?.loss).toBeCloseTo(evaluated, 6)
  const [layer] = await model.getParameters()
  // The gradient of the bias: what the step took off.
  return { loss: evaluated, gradient: Array.from(layer?.bias ?? [], value => -value) }
}

const logits = [
  [0.5, -0.2],
  [0.1, 0.3],
]
const classWeights = [3, 1]

test('hinge of several classes: MultiMarginLoss(weight) divides by N', async () => {
  const { loss, gradient } = await lossOf(logits, { labels: [0, 0] }, { name: 'hinge', classWeights })
  expect(loss).toBeCloseTo(1.125, 6)
  expect(gradient[0]).toBeCloseTo(-1.5, 6)
})

test('hinge of one output divides by N', async () => {
  const truth = { labels: [1, 0] }
  const { loss } = await lossOf([[0.5], [0.1]], truth, { name: 'hinge', classWeights })
  expect(loss).toBeCloseTo((1 * 0.5 + 3 * 1.1) / 2, 6)
})

test('binaryCrossEntropy: BCEWithLogitsLoss with each sample’s weight divides by N', async () => {
  const truth = { labels: [1, 0] }
  const { loss, gradient } = await lossOf([[0.5], [0.1]], truth, { name: 'binaryCrossEntropy', classWeights })
  expect(loss).toBeCloseTo(1.353635, 5)
  expect(gradient[0]).toBeCloseTo((1 * (0.6224593 - 1) + 3 * 0.5249792) / 2, 5)
})

test('crossEntropy of labels: CrossEntropyLoss(weight) divides by the sum of the weights', async () => {
  const { loss } = await lossOf(logits, { labels: [0, 1] }, { name: 'crossEntropy', classWeights })
  expect(loss).toBeCloseTo(0.451924, 5)
})

test('crossEntropy of one-hot targets: CrossEntropyLoss(weight) divides by N', async () => {
  const targets = [
    [1, 0],
    [0, 1],
  ]
  const { loss } = await lossOf(logits, { targets }, { name: 'crossEntropy', classWeights })
  expect(loss).toBeCloseTo(0.903849, 5)
})

test('the table of the guide', async () => {
  const page = await readText('docs/losses-and-metrics.md')
  const rows = page.matchAll(/^\| `(\w+)`.* \| (\d\.\d{4}) \|$/gm)
  const found = [...rows].map(([, name, loss]) => [name, loss])
  const classes = [0, 0]
  const targets = classes.map(() => [1, 0])
  const one = logits.map(row => row.slice(0, 1))
  const wanted = [
    ['crossEntropy', await lossOf(logits, { labels: classes }, { name: 'crossEntropy', classWeights })],
    ['crossEntropy', await lossOf(logits, { targets }, { name: 'crossEntropy', classWeights })],
    ['hinge', await lossOf(logits, { labels: classes }, { name: 'hinge', classWeights })],
    ['hinge', await lossOf(one, { labels: classes }, { name: 'hinge', classWeights })],
    [
      'binaryCrossEntropy',
      await lossOf(one, { labels: classes }, { name: 'binaryCrossEntropy', classWeights }),
    ],
  ] as const
  expect(found).toEqual(wanted.map(([name, { loss }]) => [name, loss.toFixed(4)]))
})

test('the weights of samples count in the divisor, those of classes do not', async () => {
  const truth = { labels: [0, 0], sampleWeights: [2, 0.5] }
  const { loss } = await lossOf(logits, truth, { name: 'hinge', classWeights })
  expect(loss).toBeCloseTo((2 * 3 * 0.15 + 0.5 * 3 * 0.6) / 2.5, 6)
})

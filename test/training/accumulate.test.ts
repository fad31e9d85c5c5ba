// Gradients that are added up: one update of a window of batches is that of one batch with all its samples.
import { describe, expect, test } from 'vitest'
import {
  type CompileOptions,
  type DatasetOptions,
  dataset,
  dense,
  type FitOptions,
  type LayerActivation,
  sequential,
} from '../../src/index.ts'

const SAMPLES = 26
const inputs = Array.from({ length: SAMPLES }, (_, i) => [Math.sin(3 * i), Math.cos(5 * i)])
const labels = inputs.map((_, i) => (i * 5) % 3)
/** From 0 to 5, the first of a window among the smallest. */
const uneven = inputs.map((_, i) => [0, 0.25, 3, 1, 1, 5, 0, 2][i % 8] ?? 1)

type Output = [units: number, activation: LayerActivation]

async function train(
  truth: Partial<DatasetOptions>,
  fit: FitOptions,
  compile: CompileOptions = {},
  [units, activation]: Output = [3, 'softmax'],
) {
  using data = await dataset({ inputs, ...truth })
  const layers = [dense(4, { activation: 'tanh' }), dense(units, { activation })]
  using model = await sequential(layers, { inputSize: 2, seed: 4 })
  model.compile({ learningRate: 0.3, ...compile })
  await model.fit(data, { epochs: 3, shuffle: false, ...fit })
  return (await model.getParameters()).flatMap(({ weights, bias }) => [...weights, ...bias])
}

const close = (values: readonly number[]) => values.map(value => expect.closeTo(value, 5))

describe.each<[string, Partial<DatasetOptions>, CompileOptions, Output]>([
  ['sample weights', { labels, sampleWeights: uneven }, {}, [3, 'softmax']],
  ['sample weights of a regression', { targets: inputs, sampleWeights: uneven }, {}, [2, 'identity']],
  [
    'weights of 1e-20 to 1e20',
    { labels, sampleWeights: uneven.map(w => 10 ** (8 * w - 20)) },
    {},
    [3, 'softmax'],
  ],
  [
    'class weights',
    { labels },
    { loss: { name: 'crossEntropy', classWeights: [0.1, 4, 1] } },
    [3, 'softmax'],
  ],
  [
    'class weights of a hinge',
    { labels },
    { loss: { name: 'hinge', classWeights: [0.1, 4, 1] } },
    [3, 'identity'],
  ],
  ['no weights', { labels }, {}, [3, 'softmax']],
])('%s', (_, truth, compile, output) => {
  test.each([
    [1, 4],
    [3, 2],
    [4, 5],
    [26, 2],
  ])('batches of %s, %s of them together', async (batchSize, accumulate) => {
    const together = await train(truth, { batchSize: batchSize * accumulate }, compile, output)
    expect(await train(truth, { batchSize, accumulate }, compile, output)).toEqual(close(together))
  })
})

test('batches of one sample: its weight counts in the window', async () => {
  const [first, second] = await Promise.all(
    [
      [3, 1, 1, 1, 2],
      [1, 1, 1, 1, 1],
    ].map(sampleWeights =>
      train(
        { inputs: inputs.slice(0, 5), labels: labels.slice(0, 5), sampleWeights },
        { batchSize: 1, accumulate: 5 },
      ),
    ),
  )
  expect(first).not.toEqual(close(second ?? []))
})

test('without accumulate, the weights within a batch of one cancel', async () => {
  const alone = { inputs: inputs.slice(0, 5), labels: labels.slice(0, 5) }
  const weighted = await train({ ...alone, sampleWeights: [3, 1, 1, 1, 2] }, { batchSize: 1 })
  expect(weighted).toEqual(close(await train(alone, { batchSize: 1 })))
})

test('a window in which no sample has a weight changes nothing', async () => {
  const truth = { labels, sampleWeights: inputs.map(() => 0) }
  const before = await train(truth, { epochs: 0 })
  expect(await train(truth, { batchSize: 4, accumulate: 3 })).toEqual(before)
})

// What `compile` and `fit` say of a loss: which options it takes, which last layer, which data.
import { describe, expect, test } from 'vitest'
import {
  ArgumentError,
  type DatasetOptions,
  dataset,
  dense,
  type LayerActivation,
  type LossName,
  type LossOptions,
  ShapeError,
  sequential,
} from '../../src/index.ts'
import { resolveLoss } from '../../src/losses/loss-options.ts'

const layer = (activation: LayerActivation, units = 3) => [{ activation, units }]

describe('resolved', () => {
  test.each<[LossName | LossOptions | undefined, LayerActivation, object]>([
    [undefined, 'softmax', { name: 'crossEntropy', labelSmoothing: 0, classWeights: undefined }],
    [undefined, 'sigmoid', { name: 'meanSquaredError' }],
    ['huber', 'relu', { name: 'huber', delta: 1 }],
    [{ name: 'huber', delta: 0.5 }, 'identity', { name: 'huber', delta: 0.5 }],
    ['meanAbsoluteError', 'tanh', { name: 'meanAbsoluteError' }],
    ['binaryCrossEntropy', 'sigmoid', { name: 'binaryCrossEntropy', classWeights: undefined }],
    [{ name: 'hinge', classWeights: [1, 2, 3] }, 'identity', { name: 'hinge', classWeights: [1, 2, 3] }],
    [
      { name: 'crossEntropy', labelSmoothing: 0.1, classWeights: [0, 2, 1] },
      'softmax',
      { name: 'crossEntropy', labelSmoothing: 0.1, classWeights: [0, 2, 1] },
    ],
  ])('%j behind %s', (option, activation, expected) => {
    const loss = resolveLoss(option, layer(activation))
    expect(loss).toEqual(expected)
    expect(structuredClone(loss)).toEqual(loss)
  })
})

const bad: [loss: unknown, activation: LayerActivation, units: number, message: string][] = [
  [
    'mse',
    'identity',
    3,
    "unknown loss \"mse\" (did you mean meanSquaredError?): expected 'crossEntropy', 'binaryCrossEntropy', ",
  ],
  [{ name: 'toString' }, 'identity', 3, 'unknown loss "toString": expected \'crossEntropy\''],
  [{}, 'identity', 3, 'unknown loss {  }: expected '],
  [
    5,
    'identity',
    3,
    "loss takes its options as an object, such as { name: 'huber', delta: 0.5 }, got number",
  ],
  [{ name: 'huber', epsilon: 1 }, 'identity', 3, "the loss 'huber' has no option epsilon: it takes delta"],
  [{ name: 'meanSquaredError', delta: 1 }, 'identity', 3, 'has no option delta: it takes none'],
  [{ name: 'huber', delta: 0 }, 'identity', 3, 'delta is 0: expected a number above 0'],
  [{ name: 'huber', delta: '1' }, 'identity', 3, 'delta is "1": expected a number above 0'],
  [
    { name: 'crossEntropy', labelSmoothing: 1.5 },
    'softmax',
    3,
    'labelSmoothing is 1.5: expected a number from 0 to 1',
  ],
  [
    { name: 'crossEntropy', classWeights: [1, 2] },
    'softmax',
    3,
    'classWeights has 2 numbers: expected an array of 3, one for each class',
  ],
  [{ name: 'crossEntropy', classWeights: 2 }, 'softmax', 3, 'classWeights has number: expected an array'],
  [
    { name: 'crossEntropy', classWeights: [1, -2, 3] },
    'softmax',
    3,
    'classWeights[1] is -2: expected a finite number, 0 or more',
  ],
  [{ name: 'hinge', classWeights: [1, 1e39] }, 'identity', 1, 'classWeights[1] is 1e+39: expected a finite'],
  [{ name: 'binaryCrossEntropy', classWeights: [1, 2] }, 'sigmoid', 3, 'of 3 outputs takes no classWeights'],
  ['meanSquaredError', 'softmax', 3, "a softmax output is trained with the loss 'crossEntropy', not 'meanS"],
  ['hinge', 'softmax', 3, "a softmax output is trained with the loss 'crossEntropy', not 'hinge'"],
  [
    'crossEntropy',
    'identity',
    3,
    "needs a last layer with activation 'softmax' or 'logSoftmax', this one has 'identity'",
  ],
  ['binaryCrossEntropy', 'relu', 3, "needs a last layer with activation 'sigmoid', this one has 'relu'"],
]

test.each(bad)('%j behind %s of %i units', (loss, activation, units, message) => {
  const resolve = () => resolveLoss(loss as LossName, layer(activation, units))
  expect(resolve).toThrow(ArgumentError)
  expect(resolve).toThrow(message)
})

const inputs = [[1], [2], [3]]
const mismatches: [
  LossName | LossOptions,
  LayerActivation,
  units: number,
  Omit<DatasetOptions, 'inputs'>,
  typeof ArgumentError | typeof ShapeError,
  message: string,
][] = [
  [
    'crossEntropy',
    'softmax',
    3,
    { labels: [0, 3, 1] },
    ShapeError,
    "use dense(4, { activation: 'softmax' })",
  ],
  [
    'hinge',
    'identity',
    3,
    { labels: [0, 3, 1] },
    ShapeError,
    'labels up to 3, but the last layer only 3 units',
  ],
  [
    'hinge',
    'identity',
    1,
    { labels: [0, 2, 1] },
    ShapeError,
    'one output tells only 0 from 1: use dense(3, {',
  ],
  ['binaryCrossEntropy', 'sigmoid', 1, { labels: [0, 2, 1] }, ShapeError, 'labels up to 2, but one output'],
  [
    'crossEntropy',
    'softmax',
    3,
    {},
    ArgumentError,
    'crossEntropy needs labels or targets, and this data set has',
  ],
  [
    'binaryCrossEntropy',
    'sigmoid',
    2,
    { labels: [0, 1, 1] },
    ArgumentError,
    'binaryCrossEntropy needs targets',
  ],
  [
    'meanSquaredError',
    'identity',
    1,
    { labels: [0, 1, 1] },
    ArgumentError,
    'use binaryCrossEntropy behind a',
  ],
  [
    'huber',
    'identity',
    3,
    { labels: [0, 1, 1] },
    ArgumentError,
    'huber needs targets, and this data set has none but ',
  ],
  [
    'crossEntropy',
    'softmax',
    3,
    { targets: [[1], [1], [1]] },
    ShapeError,
    'targets of 1 values, but the last',
  ],
  [
    'crossEntropy',
    'softmax',
    2,
    {
      targets: [
        [0, 1],
        [0.5, 0.5],
        [0.5, 0.4],
      ],
    },
    ArgumentError,
    'targets[2] is [0.5, 0.4], with a sum of 0.9: crossEntropy expects probabilities: numbers from 0 to 1 with a sum of 1',
  ],
  [
    'crossEntropy',
    'softmax',
    2,
    {
      targets: [
        [0, 1],
        [-0.5, 1.5],
        [1, 0],
      ],
    },
    ArgumentError,
    'targets[1][0] is -0.5: crossEntropy expects probabilities: numbers from 0 to 1 with a sum of 1',
  ],
  [
    'binaryCrossEntropy',
    'sigmoid',
    2,
    {
      targets: [
        [0, 1],
        [0.5, 1],
        [0, 1.25],
      ],
    },
    ArgumentError,
    'targets[2][1] is 1.25: binaryCrossEntropy expects numbers from 0 to 1',
  ],
  [
    'binaryCrossEntropy',
    'sigmoid',
    1,
    { targets: [[0], [Number.NaN], [1]] },
    ArgumentError,
    'targets[1][0] is NaN: binaryCrossEntropy expects',
  ],
  [
    'crossEntropy',
    'softmax',
    2,
    {
      targets: [
        [1, 0],
        [0, 1],
        [-1, 2],
      ],
    },
    ArgumentError,
    'targets[2][0] is -1: crossEntropy expects',
  ],
  [
    'binaryCrossEntropy',
    'sigmoid',
    12,
    {
      targets: Uint8Array.from({ length: 36 }, (_, i) => (i < 34 ? i % 2 : 200)),
      targetSize: 12,
      bytes: 'numbers',
    },
    ArgumentError,
    "targets[2][10] is 200: binaryCrossEntropy expects numbers from 0 to 1 (of bytes, bytes: 'pixels' makes such)",
  ],
  [
    'hinge',
    'identity',
    1,
    { targets: [[-1], [1], [0]] },
    ArgumentError,
    'targets[2][0] is 0: hinge expects −1 or 1',
  ],
  [
    { name: 'hinge', classWeights: [1, 2] },
    'identity',
    1,
    { targets: [[-1], [1], [1]] },
    ArgumentError,
    'hinge with classWeights needs labels',
  ],
  [
    'crossEntropy',
    'softmax',
    3,
    { labels: [0, 1, 2], sampleWeights: [1, -1, 1] },
    ArgumentError,
    'sampleWeights[1] is -1: expected a finite number, 0 or more',
  ],
  [
    'crossEntropy',
    'softmax',
    3,
    { labels: [0, 1, 2], sampleWeights: [1, 1, Number.POSITIVE_INFINITY] },
    ArgumentError,
    'sampleWeights[2] is Infinity: expected a finite number, 0 or more',
  ],
]

test.each(mismatches)(
  '%j behind %s of %i units with %j',
  async (loss, activation, units, truth, Class, message) => {
    using data = await dataset({ inputs, ...truth })
    using model = await sequential([dense(units, { activation })], { inputSize: 1 })
    model.compile({ loss })
    for (const attempt of [() => model.fit(data), () => model.evaluate(data)]) {
      const error = await attempt().then(
        () => expect.unreachable(),
        (error: Error) => error,
      )
      expect(error).toBeInstanceOf(Class)
      expect(error.message).toContain(message)
    }
  },
)

test('rows of thirds and probabilities that were rounded are accepted', async () => {
  using data = await dataset({
    inputs,
    targets: [
      [1 / 3, 1 / 3, 1 / 3],
      [0.333, 0.333, 0.333],
      [0, 1, 0],
    ],
  })
  using model = await sequential([dense(3, { activation: 'softmax' })], { inputSize: 1 })
  await expect(model.evaluate(data)).resolves.toMatchObject({ samples: 3 })
})

test('not as many sampleWeights as samples', async () => {
  await expect(dataset({ inputs, labels: [0, 1, 2], sampleWeights: [1, 2] })).rejects.toThrow(
    '2 sampleWeights for 3 samples: expected one for each',
  )
})

// Layers besides dense ones, as a user meets them: training against prediction, initial values, what is refused.
import { describe, expect, test } from 'vitest'
import {
  ArgumentError,
  activation,
  batchNormalization,
  type CompileOptions,
  dataset,
  dense,
  dropout,
  flatten,
  type Layer,
  layerNormalization,
  normalization,
  prelu,
  type Sequential,
  sequential,
} from '../../src/index.ts'
import { at } from '../../src/reference/element.ts'
import {
  columnMoments,
  batchNormalization as normalize,
  runningMoments,
} from '../../src/reference/normalization.ts'
import { uniform } from '../../src/reference/random.ts'
import { builds } from '../support/builds.ts'
import { largestDifference } from '../support/largest-difference.ts'
import { hashParameters } from '../support/sha256.ts'

const SAMPLES = 10
const INPUTS = 6

const inputs = uniform(SAMPLES * INPUTS, -1, 1, 1, 0)
const labels = Int32Array.from({ length: SAMPLES }, (_, i) => i % 3)
const targets = uniform(SAMPLES * 2, -1, 1, 1, 1)
const softmax = dense(3, { activation: 'softmax' })

/** A batch normalisation of the inputs themselves, before a product that leaves them as they are. */
const identity = [batchNormalization({ momentum: 0.25 }), dense(INPUTS)]

async function identityModel(): Promise<Sequential> {
  const model = await sequential(identity, { inputSize: INPUTS })
  const [first, second] = await model.getParameters()
  if (!first || !second) throw new Error('there are two layers')
  second.weights.fill(0)
  for (let i = 0; i < INPUTS; ++i) second.weights[i * INPUTS + i] = 1
  await model.setParameters([first, second])
  return model
}

describe('batch normalisation', () => {
  test('a step moves the running statistics to the batch’s; prediction goes by them', async () => {
    using model = await identityModel()
    using data = await dataset({ inputs, inputSize: INPUTS, targets: inputs, targetSize: INPUTS })
    model.compile({ learningRate: 1e-30, loss: 'meanSquaredError' })
    await model.fit(data, { batchSize: SAMPLES, shuffle: false })
    const [first] = await model.getParameters()
    const running = runningMoments(
      { mean: new Float64Array(INPUTS), variance: new Float64Array(INPUTS).fill(1) },
      columnMoments(inputs, SAMPLES, INPUTS),
      SAMPLES,
      0.25,
    )
    expect(largestDifference(first?.runningMean ?? [], running.mean)).toBeLessThan(1e-6)
    expect(largestDifference(first?.runningVariance ?? [], running.variance)).toBeLessThan(1e-6)
    expect(first?.batches).toBe(1)

    const [ones, zeros] = [new Float64Array(INPUTS).fill(1), new Float64Array(INPUTS)]
    const expected = normalize(inputs.subarray(0, INPUTS), ones, zeros, running)
    const [output] = await model.predict(inputs.subarray(0, INPUTS))
    expect(largestDifference(output ?? [], expected)).toBeLessThan(1e-5)
  })

  test.each(['sgd', 'adamw'] as const)('weight decay by %s leaves the statistics alone', async optimizer => {
    const statisticsAfter = async (compile: CompileOptions) => {
      using model = await identityModel()
      using data = await dataset({ inputs, inputSize: INPUTS, targets: inputs, targetSize: INPUTS })
      model.compile({ learningRate: 0.1, loss: 'meanSquaredError', ...compile })
      await model.fit(data, { batchSize: SAMPLES, shuffle: false })
      const [{ runningMean, runningVariance, batches } = {}] = await model.getParameters()
      return { runningMean, runningVariance, batches }
    }
    const plain = await statisticsAfter({})
    expect(plain.batches).toBe(1)
    expect(await statisticsAfter({ optimizer: { name: optimizer, weightDecay: 0.5 } })).toEqual(plain)
  })

  test('prediction changes no statistics', async () => {
    using model = await identityModel()
    const before = await model.getParameters()
    await model.predict(inputs)
    expect(await model.getParameters()).toEqual(before)
  })

  test('a batch whose loss is not finite leaves no trace in them', async () => {
    using model = await identityModel()
    const before = await model.getParameters()
    const bad = inputs.slice()
    bad[3] = Number.NaN
    using data = await dataset({ inputs: bad, inputSize: INPUTS, targets: inputs, targetSize: INPUTS })
    model.compile({ learningRate: 0.1, loss: 'meanSquaredError' })
    await expect(model.fit(data, { batchSize: SAMPLES })).rejects.toThrow('the loss is NaN')
    expect(await model.getParameters()).toEqual(before)
  })

  test.each([
    [3, false],
    [9, false],
    [1, true],
  ])(
    'batches of %i, dropLast %s: one of a single sample is refused before anything is trained',
    async (batchSize, dropLast) => {
      using model = await sequential(identity, { inputSize: INPUTS })
      const before = await model.getParameters()
      using data = await dataset({ inputs, inputSize: INPUTS, targets: inputs, targetSize: INPUTS })
      model.compile({ loss: 'meanSquaredError' })
      const fit = model.fit(data, { batchSize, dropLast })
      await expect(fit).rejects.toThrow(ArgumentError)
      await expect(fit).rejects.toThrow(`10 samples in batches of ${batchSize} make one of a single sample`)
      expect(await model.getParameters()).toEqual(before)
      if (batchSize > 1) await model.fit(data, { batchSize, dropLast: true })
    },
  )
})

describe('dropout', () => {
  const layers = [dense(20, { activation: 'tanh' }), dropout(0.5), softmax]

  async function train(seed: number, threads = 1, optimizer: 'sgd' | 'adam' = 'sgd'): Promise<Sequential> {
    const model = await sequential(layers, { inputSize: INPUTS, seed: 1, threads })
    using data = await dataset({ inputs, inputSize: INPUTS, labels })
    model.compile({ optimizer })
    await model.fit(data, { batchSize: 5, epochs: 3, shuffle: false, seed })
    return model
  }

  test('prediction drops nothing: it is that of the same weights without it', async () => {
    using model = await train(1)
    using plain = await sequential([dense(20, { activation: 'tanh' }), softmax], { inputSize: INPUTS })
    const [first, , last] = await model.getParameters()
    if (first && last) await plain.setParameters([first, last])
    expect(await model.predict(inputs)).toEqual(await plain.predict(inputs))
  })

  test('the same seed drops the same values, another others', async () => {
    const hashes = await Promise.all(
      [train(1), train(1), train(2)].map(async training => {
        using model = await training
        return hashParameters(await model.getParameters())
      }),
    )
    expect(hashes[1]).toBe(hashes[0])
    expect(hashes[2]).not.toBe(hashes[0])
  })

  test('rate 0 changes nothing, rate 1 lets only the last bias learn', async () => {
    const [first, last] = [dense(4), softmax]
    const initial = [
      { weights: uniform(24, -1, 1, 3, 0), bias: new Float32Array(4) },
      { weights: uniform(12, -1, 1, 3, 1), bias: new Float32Array(3) },
    ]
    const none = { weights: new Float32Array(), bias: new Float32Array() }
    const learned = async (layers: readonly Layer[]) => {
      using model = await sequential(layers, { inputSize: INPUTS })
      using data = await dataset({ inputs, inputSize: INPUTS, labels })
      await model.setParameters(layers.length > 2 ? initial.toSpliced(1, 0, none) : initial)
      model.compile({})
      await model.fit(data, { batchSize: 5, epochs: 2 })
      return (await model.getParameters()).filter(({ bias }) => bias.length > 0)
    }
    expect(await learned([first, dropout(0), last])).toEqual(await learned([first, last]))
    const [one, two] = await learned([first, dropout(1), last])
    expect([one, two?.weights]).toEqual([initial[0], initial[1]?.weights])
    expect(two?.bias).not.toEqual(initial[1]?.bias)
  })
})

describe.each(builds)('%s', build => {
  test('each kind of layer learns: the loss of a small set falls to a tenth', async () => {
    using data = await dataset({ inputs, inputSize: INPUTS, labels, build })
    for (const layers of [
      [dense(20), batchNormalization(), activation('relu'), softmax],
      [dense(20), layerNormalization(), prelu(), softmax],
      [dense(20), prelu({ shared: false }), batchNormalization(), softmax],
      [normalization({ mean: 0.1, standardDeviation: 0.5 }), dense(20, { activation: 'relu' }), softmax],
      [flatten(), dense(20), activation('tanh'), dense(3), activation('softmax')],
    ]) {
      using model = await sequential(layers, { inputSize: INPUTS, build })
      model.compile({ optimizer: 'adam', learningRate: 0.05 })
      const before = await model.evaluate(data)
      await model.fit(data, { batchSize: SAMPLES, epochs: 60 })
      const after = await model.evaluate(data)
      const what = layers.map(({ kind }) => kind).join()
      expect(after.loss, what).toBeLessThan(before.loss / 10)
      expect(after.accuracy, what).toBe(1)
    }
  })

  test('plain SGD with layers that it does not update in place', async () => {
    using data = await dataset({ inputs, inputSize: INPUTS, targets, targetSize: 2, build })
    using model = await sequential([dense(20), batchNormalization(), prelu(), dense(2)], {
      inputSize: INPUTS,
      build,
    })
    model.compile({ learningRate: 0.05 })
    const { loss } = await model.evaluate(data)
    await model.fit(data, { batchSize: 5, epochs: 100 })
    expect((await model.evaluate(data)).loss).toBeLessThan(loss / 2)
  })

  test('the same bits from 1, 2 and 3 threads, bytes that are mostly 0', async () => {
    const bytes = Uint8Array.from({ length: 300 * 100 }, (_, i) => ((i * i) % 5 === 1 ? (i * 91) % 256 : 0))
    const hashes: string[] = []
    for (const threads of [1, 2, 3]) {
      using data = await dataset({
        inputs: bytes,
        inputSize: 100,
        bytes: 'pixels',
        labels: Int32Array.from({ length: 300 }, (_, i) => i % 3),
        build,
      })
      using model = await sequential(
        [
          normalization({ mean: 0.13, standardDeviation: 0.31 }),
          dense(200),
          batchNormalization(),
          prelu(),
          dropout(0.3),
          dense(100),
          layerNormalization(),
          activation('softplus'),
          softmax,
        ],
        { inputSize: 100, build, threads },
      )
      model.compile({ optimizer: 'adam', learningRate: 0.01 })
      await model.fit(data, { batchSize: 100, epochs: 3 })
      hashes.push(await hashParameters(await model.getParameters()))
    }
    expect(new Set(hashes).size).toBe(1)
  })
})

test.each(['crossEntropy', 'binaryCrossEntropy'] as const)(
  '%s of an activation in a layer of its own is that of a dense layer’s',
  async loss => {
    const name = loss === 'crossEntropy' ? 'softmax' : 'sigmoid'
    const bits = Float32Array.from({ length: SAMPLES * 3 }, (_, i) => i % 2)
    using data = await dataset({
      inputs,
      inputSize: INPUTS,
      ...(loss === 'crossEntropy' ? { labels } : { targets: bits, targetSize: 3 }),
    })
    using one = await sequential([dense(3, { activation: name, initializer: 'xavier' })], {
      inputSize: INPUTS,
    })
    using two = await sequential([dense(3, { initializer: 'xavier' }), activation(name)], {
      inputSize: INPUTS,
    })
    for (const model of [one, two]) {
      model.compile({ loss })
      await model.fit(data, { batchSize: 5, epochs: 2 })
    }
    expect((await two.getParameters())[0]).toEqual((await one.getParameters())[0])
    expect(await two.predict(inputs)).toEqual(await one.predict(inputs))
  },
)

describe('initial values', () => {
  const first = async (layers: readonly Layer[]) => {
    using model = await sequential(layers, { inputSize: INPUTS })
    return (await model.getParameters())[0]?.weights
  }

  test('a dense layer’s weights suit the activation behind it', async () => {
    const expected = await first([dense(8, { activation: 'relu' })])
    expect(await first([dense(8), activation('relu')])).toEqual(expected)
    expect(await first([dense(8), batchNormalization(), dropout(0.1), activation('relu')])).toEqual(expected)
    expect(await first([dense(8), activation('tanh')])).not.toEqual(expected)
    const leaky = await first([dense(8, { activation: 'leakyRelu', slope: 0.25 })])
    expect(await first([dense(8), prelu()])).toEqual(leaky)
  })

  test('γ 1, β 0, running statistics 0 and 1, slopes 0.25', async () => {
    using model = await sequential(
      [dense(2), batchNormalization(), layerNormalization(), prelu(), prelu({ shared: false, slope: 0.5 })],
      { inputSize: 1 },
    )
    const [, batch, layer, one, each] = await model.getParameters()
    const [zeros, ones] = [Float32Array.of(0, 0), Float32Array.of(1, 1)]
    const running = { runningMean: zeros, runningVariance: ones, batches: 0 }
    expect(batch).toEqual({ weights: ones, bias: zeros, ...running })
    expect(layer).toEqual({ weights: ones, bias: zeros })
    expect(one).toEqual({ weights: Float32Array.of(0.25), bias: new Float32Array() })
    expect(each).toEqual({ weights: Float32Array.of(0.5, 0.5), bias: new Float32Array() })
  })
})

test('summary and number of parameters', async () => {
  using model = await sequential(
    [
      normalization({ mean: 0, standardDeviation: 1 }),
      dense(4),
      batchNormalization(),
      activation('relu'),
      prelu(),
      softmax,
    ],
    { inputSize: 2 },
  )
  expect(model.parameterCount).toBe(12 + 8 + 1 + 15)
  expect(model.outputSize).toBe(3)
  expect(model.summary()).toBe(
    [
      'layer               activation  weights  output  parameters',
      'normalization                                 2           0',
      'dense               identity      2 × 4       4          12',
      'batchNormalization                    4       4           8',
      'activation          relu                      4           0',
      'prelu                                 1       4           1',
      'dense               softmax       4 × 3       3          15',
      'total: 36 parameters',
    ].join('\n'),
  )
})

describe('normalization', () => {
  test('a standard deviation of 0 counts as 1', async () => {
    using scaled = await sequential([normalization({ mean: [1, 2], standardDeviation: [0, 4] }), dense(1)], {
      inputSize: 2,
    })
    const [, layer] = await scaled.getParameters()
    const [a, b] = layer?.weights ?? []
    const [output] = await scaled.predict([[4, 10]])
    expect(at(output ?? [], 0)).toBeCloseTo(3 * (a ?? 0) + 2 * (b ?? 0), 5)
  })

  test('typed arrays become plain numbers: layers are plain data', () => {
    const layer = normalization({ mean: Float64Array.of(1, 2), standardDeviation: 3 })
    expect(layer).toEqual({ kind: 'normalization', mean: [1, 2], standardDeviation: 3 })
    expect(structuredClone(layer)).toEqual(layer)
  })
})

describe('what is refused', () => {
  test.each<[string, () => unknown, string]>([
    ['a rate above 1', () => dropout(1.5), 'dropout(1.5): expected a rate from 0 to 1'],
    ['a rate that is no number', () => dropout(Number.NaN), 'dropout(NaN)'],
    ['an unknown activation', () => activation('swosh' as 'relu'), 'unknown activation "swosh": expected '],
    ['a slope for ReLU', () => activation('relu', { slope: 1 }), 'activation: relu takes no slope'],
    ['a slope that single precision has not', () => prelu({ slope: 1e39 }), 'prelu: slope is 1e+39'],
    [
      'a slope of leaky ReLU that single precision has not',
      () => activation('leakyRelu', { slope: -1e39 }),
      'slope is -1e+39, expected a finite',
    ],
    [
      'a deviation whose reciprocal single precision has not',
      () => normalization({ mean: 0, standardDeviation: [1, 1e-40] }),
      'standardDeviation has 1e-40, expected 0, or 3e-39 or above',
    ],
    ['a slope that is no number', () => prelu({ slope: Number.NaN }), 'prelu: slope is NaN'],
    ['shared in words', () => prelu({ shared: 'yes' as unknown as boolean }), 'shared of prelu is "yes"'],
    ['a momentum above 1', () => batchNormalization({ momentum: 2 }), 'momentum is 2, expected 0–1'],
    ['epsilon 0', () => layerNormalization({ epsilon: 0 }), 'layerNormalization: epsilon is 0'],
    [
      'a negative deviation',
      () => normalization({ mean: 0, standardDeviation: [1, -1] }),
      'standardDeviation has -1, expected 0, or 3e-39 or above',
    ],
    [
      'a mean that is no number',
      () => normalization({ mean: Number.NaN, standardDeviation: 1 }),
      'mean has NaN',
    ],
    ['no mean', () => normalization({ standardDeviation: 1 } as never), 'mean is undefined'],
    [
      'an option of dense misspelt',
      () => dense(3, { activaton: 'relu' } as never),
      'dense(3) has no option activaton (did you mean activation?): it takes activation, ',
    ],
    [
      'that of another layer',
      () => layerNormalization({ momentum: 0.1 } as never),
      'layerNormalization has no option momentum: it takes epsilon',
    ],
    ['options that are no object', () => prelu(3 as never), 'prelu takes its options as an object'],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(ArgumentError)
    expect(make).toThrow(message)
  })

  test.each<[string, Layer[], string]>([
    ['no dense layer', [batchNormalization()], 'a network needs at least one dense layer'],
    [
      'a normalization behind another layer',
      [dense(3), normalization({ mean: 0, standardDeviation: 1 })],
      'layer 2 of 2 is a normalization: only the first layer can be',
    ],
    [
      'a number for each of other inputs',
      [normalization({ mean: [1, 2], standardDeviation: 1 }), dense(3)],
      'normalization: mean has 2 numbers for 6 inputs',
    ],
    [
      'a softmax inside',
      [activation('softmax'), dense(3)],
      'layer 1 of 2 is a softmax: only the last layer can be',
    ],
    ['a layer of no kind', [{ kind: 'sparse' } as unknown as Layer], 'a layer is of no known kind'],
  ])('%s', async (_, layers, message) => {
    await expect(sequential(layers, { inputSize: INPUTS })).rejects.toThrow(message)
  })

  test('running statistics that are too few, or that a layer has none of', async () => {
    using model = await sequential([dense(2), batchNormalization()], { inputSize: 1 })
    const before = await model.getParameters()
    const [first, second] = before
    if (!first || !second) throw new Error('there are two layers')
    const one = Float32Array.of(1)
    await expect(model.setParameters([first, { ...second, runningMean: one }])).rejects.toThrow(
      'layer 2: got running statistics of 1 and 2 units, expected 2',
    )
    await expect(model.setParameters([{ ...first, runningMean: one }, second])).rejects.toThrow(
      'layer 1: got running statistics of 1 and 0 units, expected 0',
    )
    expect(await model.getParameters()).toEqual(before)
  })
})

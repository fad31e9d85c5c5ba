// Models: how they are created, compiled, described, asked, read and freed.

import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { describeValue } from '../../src/describe-value.ts'
import {
  type CompileOptions,
  type Dataset,
  type DenseLayer,
  dataset,
  dense,
  memoryUsage,
  type Sequential,
  type SequentialOptions,
  sequential,
} from '../../src/index.ts'
import { builds, fastest } from '../support/builds.ts'

/** For what TypeScript refuses and plain JavaScript does not. */
const untyped = (value: unknown) => value as never

const softmax = dense(3, { activation: 'softmax' })
const INPUTS = 20
const SAMPLES = 600

let model: Sequential
let data: Dataset
const pixels = Uint8Array.from({ length: SAMPLES * INPUTS }, (_, i) => (i * i * 31) % 256)
const labels = Int32Array.from({ length: SAMPLES }, (_, i) => (i * 7) % 3)

beforeAll(async () => {
  model = await sequential([dense(8, { activation: 'tanh' }), softmax], { inputSize: INPUTS, seed: 4 })
  data = await dataset({ inputs: pixels, inputSize: INPUTS, bytes: 'pixels', labels })
})

afterAll(() => {
  model.dispose()
  data.dispose()
})

describe('layers that cannot be', () => {
  test.each<[string, () => DenseLayer, string]>([
    ['no units', () => dense(0), 'dense(0): expected a whole number of units, 1 or more'],
    ['less than none', () => dense(-3), 'dense(-3)'],
    ['half a unit', () => dense(2.5), 'dense(2.5)'],
    ['NaN units', () => dense(Number.NaN), 'dense(NaN)'],
    ['endless units', () => dense(Number.POSITIVE_INFINITY), 'dense(Infinity)'],
    ['text', () => dense(untyped('512')), 'dense("512"): expected a whole number'],
    [
      'an unknown activation',
      () => dense(5, { activation: untyped('swish') }),
      'unknown activation "swish" (did you mean silu?): expected ',
    ],
    [
      'an inherited name',
      () => dense(5, { activation: untyped('toString') }),
      'unknown activation "toString"',
    ],
    [
      'a slope for ReLU',
      () => dense(5, { activation: 'relu', slope: 0.1 }),
      'relu takes no slope, only leakyRelu does',
    ],
    [
      'an endless slope',
      () => dense(5, { activation: 'leakyRelu', slope: Number.NaN }),
      'slope is NaN, expected a finite',
    ],
    [
      'a slope in text',
      () => dense(5, { activation: 'leakyRelu', slope: untyped('1') }),
      'slope is "1", expected a finite',
    ],
    [
      'an unknown initializer',
      () => dense(5, { initializer: untyped('lsuv') }),
      `unknown initializer "lsuv": expected 'he', 'heFanOut', `,
    ],
    [
      'an alpha for leaky ReLU',
      () => dense(5, { activation: 'leakyRelu', alpha: 1 }),
      'takes no alpha, only elu',
    ],
    [
      'a slope for ELU',
      () => dense(5, { activation: 'elu', slope: 1 }),
      'elu takes no slope, only leakyRelu',
    ],
    ...[-1, Number.NaN, Number.POSITIVE_INFINITY, 1e300, untyped('1')].map(
      (alpha): [string, () => DenseLayer, string] => [
        `alpha ${alpha}`,
        () => dense(5, { activation: 'elu', alpha }),
        `dense(5): alpha is ${describeValue(alpha)}, expected a number, 0 or more`,
      ],
    ),
    ...(
      [
        [null, 'unknown initializer null'],
        [7, 'unknown initializer 7'],
        [{ name: 'toString' }, 'unknown initializer "toString"'],
        [{ limit: 1 }, 'unknown initializer { limit }'],
        ['constant', "value of initializer 'constant' is undefined, expected a number that single precision"],
        [{ name: 'constant', value: '1' }, 'value of initializer \'constant\' is "1"'],
        [{ name: 'constant', value: 1e39 }, "value of initializer 'constant' is 1e+39"],
        [
          { name: 'uniform', limit: -1 },
          "limit of initializer 'uniform' is -1, expected a number, 0 or more,",
        ],
        [
          { name: 'normal', standardDeviation: Number.NaN },
          "standardDeviation of initializer 'normal' is NaN",
        ],
        [
          { name: 'normal', stddev: 1 },
          "initializer 'normal' has no option stddev: it takes standardDeviation",
        ],
        [{ name: 'he', gain: 2 }, "initializer 'he' has no option gain: it takes none"],
        [{ name: 'orthogonal', gain: null }, "gain of initializer 'orthogonal' is null"],
      ] as const
    ).map(([initializer, message]): [string, () => DenseLayer, string] => [
      `the initializer ${JSON.stringify(initializer)}`,
      () => dense(5, { initializer: untyped(initializer) }),
      message,
    ]),
    [
      'an initializer of weights for a bias',
      () => dense(5, { biasInitializer: untyped('xavier') }),
      `unknown biasInitializer "xavier": expected 'zeros', 'uniform', 'normal', 'truncatedNormal' or { name: 'constant'`,
    ],
  ])('%s', (_, create, message) => {
    expect(create).toThrow(
      expect.objectContaining({ code: 'ERR_ARGUMENT', message: expect.stringContaining(message) }),
    )
  })
})

describe('models that cannot be', () => {
  test.each<[string, readonly DenseLayer[], SequentialOptions, string, string]>([
    ['no layers', [], { inputSize: 4 }, 'ERR_ARGUMENT', 'at least one layer: add a dense(units)'],
    [
      'no list of layers',
      untyped(softmax),
      { inputSize: 4 },
      'ERR_ARGUMENT',
      'expected one, such as [dense(10)]',
    ],
    ['a layer left out', [untyped(undefined)], { inputSize: 4 }, 'ERR_ARGUMENT', 'make it with dense(units)'],
    [
      'a layer of another kind',
      [untyped({ kind: 'conv', units: 4 })],
      { inputSize: 4 },
      'ERR_ARGUMENT',
      'make it with dense',
    ],
    [
      'a layer without units',
      [{ ...softmax, units: 0 }],
      { inputSize: 4 },
      'ERR_ARGUMENT',
      'dense(0): expected',
    ],
    [
      'a layer without slope',
      [{ ...softmax, slope: untyped(undefined) }],
      { inputSize: 4 },
      'ERR_ARGUMENT',
      'slope is undefined',
    ],
    [
      'a softmax inside',
      [softmax, dense(2)],
      { inputSize: 4 },
      'ERR_ARGUMENT',
      'layer 1 of 2 is a softmax: only the last',
    ],
    [
      'a logSoftmax inside',
      [dense(3, { activation: 'logSoftmax' }), dense(2)],
      { inputSize: 4 },
      'ERR_ARGUMENT',
      'layer 1 of 2 is a logSoftmax: only the last',
    ],
    ...[0, -1, 0.5, Number.NaN, untyped('784'), untyped(undefined)].map(
      (inputSize): [string, readonly DenseLayer[], SequentialOptions, string, string] => [
        `inputSize ${inputSize}`,
        [softmax],
        { inputSize },
        'ERR_ARGUMENT',
        `inputSize is ${describeValue(inputSize)}: expected a whole number, 1 or more`,
      ],
    ),
    ...[-1, 0.5, 2 ** 32, Number.NaN, untyped('1'), untyped(null)].map(
      (seed): [string, readonly DenseLayer[], SequentialOptions, string, string] => [
        `seed ${seed}`,
        [softmax],
        { inputSize: 4, seed },
        'ERR_ARGUMENT',
        `seed is ${describeValue(seed)}: expected a whole number, 0–4294967295`,
      ],
    ),
    [
      'an unknown build',
      [softmax],
      { inputSize: 4, build: untyped('avx') },
      'ERR_ARGUMENT',
      'unknown build "avx": expected',
    ],
    [
      '16 GiB of weights',
      [dense(3), dense(2 ** 20), dense(2 ** 12)],
      { inputSize: 4 },
      'ERR_ALLOCATION',
      'free buffers, models or data sets that are no longer needed, or use smaller batches',
    ],
  ])('%s', async (_, layers, options, code, message) => {
    const { inUse } = await memoryUsage()
    await expect(sequential(layers, options)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    })
    expect((await memoryUsage()).inUse).toBe(inUse)
  })

  test('a runtime without SIMD, or without relaxed SIMD where that is asked for', async () => {
    const validate = vi.spyOn(WebAssembly, 'validate').mockReturnValue(false)
    onTestFinished(() => validate.mockRestore())
    await expect(sequential([softmax], { inputSize: 4 })).rejects.toMatchObject({
      name: 'UnsupportedError',
      code: 'ERR_UNSUPPORTED',
      message: expect.stringContaining('needs WebAssembly with SIMD, which this runtime lacks: use Node 20'),
    })
    validate.mockReturnValueOnce(true)
    await expect(sequential([softmax], { inputSize: 4, build: 'relaxed' })).rejects.toMatchObject({
      code: 'ERR_UNSUPPORTED',
      message: expect.stringContaining("use build 'simd' or 'auto'"),
    })
  })
})

describe('compile', () => {
  test('gives the model back', () => {
    expect(model.compile({ optimizer: 'sgd', learningRate: 0.5, loss: 'crossEntropy' })).toBe(model)
  })

  test.each<[CompileOptions, string]>([
    [{ optimizer: untyped('rprop') }, 'unknown optimizer "rprop"'],
    [{ learningRate: 0 }, 'learningRate is 0: expected a number above 0 that single precision holds'],
    [{ learningRate: -0.1 }, 'learningRate is -0.1'],
    [{ learningRate: Number.NaN }, 'learningRate is NaN'],
    [{ learningRate: Number.POSITIVE_INFINITY }, 'learningRate is Infinity'],
    [{ learningRate: 1e300 }, 'learningRate is 1e+300'],
    [
      { loss: untyped('mse') },
      'unknown loss "mse" (did you mean meanSquaredError?): expected \'crossEntropy\', ',
    ],
    [{ loss: 'meanSquaredError' }, "a softmax output is trained with the loss 'crossEntropy'"],
  ])('refuses %o', (options, message) => {
    expect(() => model.compile(options)).toThrow(
      expect.objectContaining({ code: 'ERR_ARGUMENT', message: expect.stringContaining(message) }),
    )
  })

  test('refuses crossEntropy for an output that is no softmax', async () => {
    using regression = await sequential([dense(1, { activation: 'sigmoid' })], { inputSize: 1 })
    expect(() => regression.compile({ loss: 'crossEntropy' })).toThrow(
      "needs a last layer with activation 'softmax' or 'logSoftmax'",
    )
  })

  test('logSoftmax is trained with crossEntropy, as softmax is', async () => {
    using log = await sequential([dense(2, { activation: 'logSoftmax' })], { inputSize: 1 })
    expect(() => log.compile({ loss: 'meanSquaredError' })).toThrow(
      "a logSoftmax output is trained with the loss 'crossEntropy'",
    )
    expect(() => log.compile()).not.toThrow()
  })

  test('what it refuses changes nothing', async () => {
    const create = () => sequential([dense(1)], { inputSize: 1, seed: 8 })
    using line = await dataset({ inputs: [[1], [2]], targets: [[3], [5]] })
    using one = (await create()).compile({ learningRate: 0.25 })
    using two = (await create()).compile({ learningRate: 0.25 })
    expect(() => two.compile({ learningRate: -1 })).toThrow()
    await one.fit(line)
    await two.fit(line)
    expect(await two.getParameters()).toEqual(await one.getParameters())
  })
})

describe('what describes a model', () => {
  test('trainingConfig: what compile was told, and its defaults; a copy', async () => {
    using other = await sequential([softmax], { inputSize: INPUTS })
    expect(() => other.trainingConfig).toThrow(
      expect.objectContaining({
        name: 'StateError',
        message: expect.stringContaining('call model.compile()'),
      }),
    )
    other.compile({ optimizer: 'nesterov', clipNorm: 2, schedule: { name: 'cosine', warmUp: 0.5 } })
    const expected = {
      optimizer: {
        algorithm: { name: 'nesterov', momentum: 0.9, weightDecay: 0 },
        learningRate: 0.01,
        clipNorm: 2,
        clipValue: undefined,
        l1: 0,
        l2: 0,
      },
      schedule: { name: 'cosine', minimum: 0, warmUp: 0.5 },
      loss: { name: 'crossEntropy', labelSmoothing: 0, classWeights: undefined },
    }
    const { trainingConfig } = other
    expect(trainingConfig).toEqual(expected)
    Object.assign(trainingConfig.optimizer, { learningRate: 7 })
    expect(other.trainingConfig).toEqual(expected)
  })

  test('summary', async () => {
    using deep = await sequential(
      [dense(1000, { activation: 'leakyRelu' }), dense(7), dense(1, { activation: 'sigmoid' })],
      { inputSize: 1234 },
    )
    expect(deep.summary()).toBe(
      [
        'layer  activation      weights  output  parameters',
        'dense  leakyRelu   1234 × 1000    1000   1,235,000',
        'dense  identity       1000 × 7       7       7,007',
        'dense  sigmoid           7 × 1       1           8',
        'total: 1,242,015 parameters',
      ].join('\n'),
    )
    expect(deep.parameterCount).toBe(1_242_015)
  })

  test('parameterCount: all weights and biases', async () => {
    using one = await sequential([dense(1)], { inputSize: 1 })
    using two = await sequential([dense(512, { activation: 'relu' }), softmax], { inputSize: 784 })
    for (const model of [one, two]) {
      const sizes = (await model.getParameters()).map(({ weights, bias }) => weights.length + bias.length)
      expect(model.parameterCount).toBe(sizes.reduce((sum, size) => sum + size))
    }
  })

  test('inputSize and layers, whatever becomes of the list that was given', async () => {
    const layers = [dense(5), softmax]
    using other = await sequential(layers, { inputSize: 2 })
    layers.pop()
    expect(other.inputSize).toBe(2)
    expect(other.layers).toEqual([dense(5), softmax])
    expect((await other.predict([[1, 2]]))[0]?.length).toBe(3)
  })

  test.each(builds)('capabilities: the build %s that was asked for', async build => {
    using other = await sequential([softmax], { inputSize: 4, build })
    expect(other.capabilities).toEqual({
      build,
      reason: `build '${build}' was asked for`,
      simd: true,
      relaxedSimd: builds.includes('relaxed'),
      threads: expect.any(Number),
      threadsReason: expect.any(String),
    })
  })

  test("capabilities: the build that 'auto' takes, and why, whoever has asked for it before", async () => {
    using named = await sequential([softmax], { inputSize: 4, build: fastest })
    using other = await sequential([softmax], { inputSize: 4 })
    const reason = expect.stringMatching(/^this runtime has (no )?relaxed SIMD/)
    expect(other.capabilities.build).toBe(named.capabilities.build)
    expect(other.capabilities.reason).toEqual(reason)
    other.capabilities.reason = 'changed'
    expect(other.capabilities.reason).toEqual(reason)
  })
})

describe('predict', () => {
  const row = (i: number) => pixels.subarray(i * INPUTS, (i + 1) * INPUTS)
  let expected: Float32Array[]

  beforeAll(async () => {
    expected = await model.predict(data)
  })

  test('a data set: one row of outputs for each sample, in order', async () => {
    expect(expected.length).toBe(SAMPLES)
    expect(expected.every(outputs => outputs instanceof Float32Array && outputs.length === 3)).toBe(true)
    const backwards = await model.predict(await data.shuffle({ seed: 3 }))
    expect(backwards).not.toEqual(expected)
    expect(await model.predict(data.slice(590))).toEqual(expected.slice(590))
  })

  test('bytes: one image, many, a view with an offset', async () => {
    expect(await model.predict(row(0).slice(), { bytes: 'pixels' })).toEqual(expected.slice(0, 1))
    expect(await model.predict(row(7), { bytes: 'pixels' })).toEqual(expected.slice(7, 8))
    expect(await model.predict(pixels, { bytes: 'pixels' })).toEqual(expected)
  })

  test('numbers count as they were when they were given', async () => {
    const image = row(7).slice()
    const outputs = model.predict(image, { bytes: 'pixels' })
    image.fill(0)
    expect(await outputs).toEqual(expected.slice(7, 8))
  })

  test('bytes count as 0–1: floats and rows of the same numbers give the same', async () => {
    const floats = Float32Array.from(pixels, pixel => pixel / 255)
    const rows = Array.from({ length: SAMPLES }, (_, i) => [...floats.subarray(i * INPUTS, (i + 1) * INPUTS)])
    const byFloats = await model.predict(floats)
    expect(await model.predict(rows)).toEqual(byFloats)
    expect(await model.predict(floats.subarray(INPUTS, 3 * INPUTS))).toEqual(byFloats.slice(1, 3))
    expect(await model.predict(rows.slice(5, 6))).toEqual(byFloats.slice(5, 6))
    for (const [i, outputs] of byFloats.entries()) {
      for (const [j, value] of outputs.entries()) expect(value).toBeCloseTo(expected[i]?.[j] ?? Number.NaN, 6)
    }
  })

  test('probabilities: each row sums to 1', () => {
    for (const outputs of expected) expect(outputs.reduce((sum, p) => sum + p)).toBeCloseTo(1, 6)
  })

  test('logSoftmax: trained to the same weights as softmax, and the logarithms of its outputs', async () => {
    const create = (activation: 'softmax' | 'logSoftmax') =>
      sequential([dense(8, { activation: 'tanh' }), dense(3, { activation })], { inputSize: INPUTS, seed: 4 })
    using one = (await create('softmax')).compile()
    using two = (await create('logSoftmax')).compile()
    const history = await one.fit(data)
    const { epochs } = await two.fit(data)
    expect(epochs.map(({ loss, accuracy }) => [loss, accuracy])).toEqual(
      history.epochs.map(({ loss, accuracy }) => [loss, accuracy]),
    )
    expect(await two.getParameters()).toEqual(await one.getParameters())
    expect(await two.evaluate(data)).toEqual(await one.evaluate(data))
    const probabilities = await one.predict(data)
    for (const [i, outputs] of (await two.predict(data)).entries()) {
      for (const [j, value] of outputs.entries()) {
        expect(Math.abs(value - Math.log(probabilities[i]?.[j] ?? 0))).toBeLessThan(1e-6)
      }
    }
  })

  test('evaluate has the loss and the accuracy of these outputs', async () => {
    const { loss, accuracy, samples } = await model.evaluate(data)
    let right = 0
    let sum = 0
    for (const [i, outputs] of expected.entries()) {
      if (outputs.indexOf(Math.max(...outputs)) === labels[i]) right += 1
      sum -= Math.log(outputs[labels[i] ?? 0] ?? 0)
    }
    expect(samples).toBe(SAMPLES)
    expect(accuracy).toBe(right / SAMPLES)
    expect(right).toBeGreaterThan(0)
    expect(loss).toBeCloseTo(sum / SAMPLES, 5)
  })

  test('evaluate does not need compile, nor labels where the loss has none', async () => {
    using regression = await sequential([dense(2)], { inputSize: INPUTS, seed: 2 })
    const outputs = await regression.predict(pixels, { bytes: 'pixels' })
    using wanted = await dataset({
      inputs: pixels,
      inputSize: INPUTS,
      bytes: 'pixels',
      targets: Float32Array.from(outputs.flatMap(([a = 0, b = 0]) => [a + 1, b - 3])),
    })
    const evaluation = await regression.evaluate(wanted)
    expect(evaluation).toMatchObject({ loss: expect.closeTo(5, 4), samples: SAMPLES })
    expect(evaluation).not.toHaveProperty('accuracy')
    await expect(model.evaluate(wanted)).rejects.toThrow(
      'crossEntropy takes labels, or a probability for each',
    )
  })

  test.each<[string, unknown, string, string]>([
    [
      'an image too short',
      new Uint8ClampedArray(INPUTS - 1),
      'ERR_SHAPE',
      'inputs has 19 elements: expected rows of 20',
    ],
    [
      'an image and a half',
      new Float32Array(1.5 * INPUTS),
      'ERR_SHAPE',
      'inputs has 30 elements: expected rows of 20',
    ],
    ['nothing', new Float32Array(), 'ERR_SHAPE', 'inputs has 0 elements'],
    ['no rows', [], 'ERR_SHAPE', 'inputs has no values'],
    ['short rows', [[1, 2, 3]], 'ERR_SHAPE', 'dense(8) expects inputs of 20 features, got samples of 3'],
    ['flat numbers', Array(INPUTS).fill(0), 'ERR_ARGUMENT', 'inputs is of type Array'],
    ['undefined', undefined, 'ERR_ARGUMENT', 'inputs is of type Undefined'],
    ['a promise', Promise.resolve(new Uint8Array(INPUTS)), 'ERR_ARGUMENT', 'inputs is of type Promise'],
  ])('refuses %s', async (_, inputs, code, message) => {
    const { inUse } = await memoryUsage()
    await expect(model.predict(untyped(inputs))).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    })
    expect((await memoryUsage()).inUse).toBe(inUse)
  })

  test('refuses a data set of other samples, or of none', async () => {
    using other = await dataset({ inputs: [[1, 2]] })
    await expect(model.predict(other)).rejects.toMatchObject({
      code: 'ERR_SHAPE',
      message: 'dense(8) expects inputs of 20 features, got samples of 2',
    })
    const none = { code: 'ERR_ARGUMENT', message: 'this data set has no samples: expected at least one' }
    await expect(model.predict(data.slice(0, 0))).rejects.toMatchObject(none)
    await expect(model.evaluate(data.slice(0, 0))).rejects.toMatchObject(none)
  })
})

describe('fit and evaluate refuse what is no data set', () => {
  test.each<[string, unknown, string]>([
    ['a promise of one', Promise.resolve(), 'got something of type Promise: await it first'],
    ['rows', [[1]], 'got something of type Array'],
    ['both parts of MNIST', { train: 1, test: 2 }, 'got something of type Object'],
    [
      'undefined',
      undefined,
      'expected a data set, which dataset() and loadMnist() make, got something of type Undefined',
    ],
  ])('%s', async (_, value, message) => {
    const error = { code: 'ERR_ARGUMENT', message: expect.stringContaining(message) }
    model.compile()
    await expect(model.fit(untyped(value))).rejects.toMatchObject(error)
    await expect(model.evaluate(untyped(value))).rejects.toMatchObject(error)
    if (value !== undefined) {
      await expect(model.fit(data, { validationData: untyped(value) })).rejects.toMatchObject(error)
    }
  })
})

describe('parameters', () => {
  test('are copies, layer by layer', async () => {
    const [first, second, ...others] = await model.getParameters()
    expect([first?.weights.length, first?.bias.length]).toEqual([INPUTS * 8, 8])
    expect([second?.weights.length, second?.bias.length]).toEqual([24, 3])
    expect(others).toEqual([])
    const before = structuredClone(first)
    first?.weights.fill(7)
    expect((await model.getParameters())[0]).toEqual(before)
  })

  test('what was set is what is read, and what predicts: y = x·W + b with W inputs × units', async () => {
    using affine = await sequential([dense(3)], { inputSize: 2 })
    const parameters = [{ weights: Float32Array.of(1, 2, 3, 4, 5, 6), bias: Float32Array.of(10, 20, 30) }]
    await affine.setParameters(parameters)
    expect(await affine.getParameters()).toEqual(parameters)
    parameters[0]?.bias.fill(0)
    expect(await affine.predict([[1, 10]])).toEqual([Float32Array.of(1 + 40 + 10, 2 + 50 + 20, 3 + 60 + 30)])
  })

  test('views into larger buffers can be set', async () => {
    using affine = await sequential([dense(1)], { inputSize: 2 })
    const numbers = Float32Array.of(9, 1, 2, 3, 9)
    await affine.setParameters([{ weights: numbers.subarray(1, 3), bias: numbers.subarray(3, 4) }])
    expect(await affine.getParameters()).toEqual([
      { weights: Float32Array.of(1, 2), bias: Float32Array.of(3) },
    ])
  })

  const layer = (weights: number, bias: number) => ({
    weights: new Float32Array(weights),
    bias: new Float32Array(bias),
  })

  test.each<[string, unknown, string]>([
    ['a layer too few', [layer(160, 8)], 'parameters of 1 layers for a network of 2'],
    [
      'a layer too many',
      [layer(160, 8), layer(24, 3), layer(1, 1)],
      'parameters of 3 layers for a network of 2',
    ],
    [
      'weights too few',
      [layer(160, 8), layer(23, 3)],
      'layer 2: got 23 weights and 3 biases, expected 8 × 3 = 24 and 3',
    ],
    [
      'biases too many',
      [layer(160, 9), layer(24, 3)],
      'layer 1: got 160 weights and 9 biases, expected 20 × 8 = 160 and 8',
    ],
    [
      'no biases',
      [layer(160, 8), { weights: new Float32Array(24) }],
      'layer 2: got 24 weights and undefined biases',
    ],
    ['nothing', undefined, 'parameters of 0 layers for a network of 2'],
  ])('refuses %s, and changes nothing', async (_, parameters, message) => {
    const before = await model.getParameters()
    await expect(model.setParameters(untyped(parameters))).rejects.toMatchObject({
      code: 'ERR_SHAPE',
      message: expect.stringContaining(message),
    })
    expect(await model.getParameters()).toEqual(before)
  })
})

describe('dispose', () => {
  test('frees the memory, once; then everything that needs it rejects', async () => {
    const { inUse } = await memoryUsage()
    const other = (await sequential([softmax], { inputSize: INPUTS })).compile()
    const bytes = await other.toSafetensors()
    const parameters = await other.getParameters()
    expect((await memoryUsage()).inUse).toBeGreaterThanOrEqual(inUse + 4 * 63)
    other.dispose()
    other.dispose()
    expect((await memoryUsage()).inUse).toBe(inUse)
    for (const use of [
      () => other.fit(data),
      () => other.evaluate(data),
      () => other.predict(data),
      () => other.predict(pixels, { bytes: 'pixels' }),
      () => other.getParameters(),
      () => other.setParameters(parameters),
      () => other.toSafetensors(),
      () => other.loadSafetensors(bytes),
    ]) {
      await expect(use(), String(use)).rejects.toMatchObject({
        name: 'DisposedError',
        code: 'ERR_DISPOSED',
        message: 'this model was disposed: create another',
      })
    }
    expect(other.summary()).toContain('dense')
  })

  test('using', async () => {
    const { inUse } = await memoryUsage()
    {
      using other = await sequential([softmax], { inputSize: INPUTS })
      expect(other.layers).toEqual([softmax])
      expect((await memoryUsage()).inUse).toBeGreaterThan(inUse)
    }
    expect((await memoryUsage()).inUse).toBe(inUse)
  })
})

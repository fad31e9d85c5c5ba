// The weights and biases that a new model has: distributed as the initializer says, given by the seed alone.
import { describe, expect, test } from 'vitest'
import {
  activationNames,
  type BiasInitializer,
  type DenseLayer,
  dataset,
  dense,
  type Initializer,
  type LayerParameters,
  sequential,
} from '../../src/index.ts'
import { activationRow } from '../../src/kernels/activations.ts'
import { builds } from '../support/builds.ts'
import { hashParameters } from '../support/sha256.ts'

async function parametersOf(layers: DenseLayer[], inputSize: number, seed = 1, build = builds[0]) {
  using model = await sequential(layers, { inputSize, seed, build: build ?? 'simd' })
  return model.getParameters()
}

/** Smallest and largest weight, mean and standard deviation. */
function statistics({ weights }: LayerParameters) {
  let [low, high, sum, squares] = [Infinity, -Infinity, 0, 0]
  for (const w of weights) {
    low = Math.min(low, w)
    high = Math.max(high, w)
    sum += w
    squares += w * w
  }
  return { low, high, mean: sum / weights.length, deviation: Math.sqrt(squares / weights.length) }
}

/** Weights uniform in ±limit; of at least 30,000, the outermost are within 1/1000 of the limit. */
function expectUniform(parameters: LayerParameters | undefined, limit: number): void {
  if (!parameters) throw new Error('the layer is missing')
  expect(parameters.weights.length).toBeGreaterThanOrEqual(30_000)
  const { low, high, mean, deviation } = statistics(parameters)
  expect(high).toBeLessThanOrEqual(Math.fround(limit))
  expect(low).toBeGreaterThanOrEqual(-Math.fround(limit))
  expect(high).toBeGreaterThan(0.999 * limit)
  expect(low).toBeLessThan(-0.999 * limit)
  expect(Math.abs(mean)).toBeLessThan(0.02 * limit)
  expect(deviation / limit).toBeCloseTo(1 / Math.sqrt(3), 2)
}

/** Normal weights: mean, standard deviation and largest within five standard deviations of what n of them have. */
function expectNormal(parameters: LayerParameters | undefined, wanted: number): void {
  if (!parameters) throw new Error('the layer is missing')
  const n = parameters.weights.length
  const { low, high, mean, deviation } = statistics(parameters)
  expect(Math.abs(mean)).toBeLessThan((5 * wanted) / Math.sqrt(n))
  expect(Math.abs(deviation / wanted - 1)).toBeLessThan(5 / Math.sqrt(2 * n))
  // The largest of 60,000 is beyond 3.5 but for once in a million times, and beyond 6 but once in 15,000.
  for (const largest of [-low, high]) {
    expect(largest / wanted).toBeGreaterThan(3.5)
    expect(largest / wanted).toBeLessThan(6)
  }
}

const [inputs, units] = [300, 200]
const he = Math.sqrt(6 / inputs)
const heFanOut = Math.sqrt(6 / units)
const xavier = Math.sqrt(6 / (inputs + units))

describe('the first layer', () => {
  test.each<[string, DenseLayer, number]>([
    ['ReLU: He', dense(units, { activation: 'relu' }), he],
    ['softplus: He', dense(units, { activation: 'softplus' }), he],
    [
      'leaky ReLU: He with its slope',
      dense(units, { activation: 'leakyRelu', slope: 0.5 }),
      he / Math.sqrt(1.25),
    ],
    ['leaky ReLU: He with slope 0.1', dense(units, { activation: 'leakyRelu' }), he / Math.sqrt(1.01)],
    ['identity: Xavier', dense(units), xavier],
    ['tanh: Xavier', dense(units, { activation: 'tanh' }), xavier],
    ['sigmoid: Xavier', dense(units, { activation: 'sigmoid' }), xavier],
    ['step: Xavier', dense(units, { activation: 'step' }), xavier],
    ['ELU: He', dense(units, { activation: 'elu', alpha: 0.5 }), he],
    ['GELU: He', dense(units, { activation: 'gelu' }), he],
    ['GELU by tanh: He', dense(units, { activation: 'geluTanh' }), he],
    ['SiLU: He', dense(units, { activation: 'silu' }), he],
    ['ReLU6: He', dense(units, { activation: 'relu6' }), he],
    ['hard swish: He', dense(units, { activation: 'hardSwish' }), he],
    ['Mish: He', dense(units, { activation: 'mish' }), he],
    ['softsign: Xavier', dense(units, { activation: 'softsign' }), xavier],
    ['hard tanh: Xavier', dense(units, { activation: 'hardTanh' }), xavier],
    ['hard sigmoid: Xavier', dense(units, { activation: 'hardSigmoid' }), xavier],
    ['logSoftmax: Xavier', dense(units, { activation: 'logSoftmax' }), xavier],
    ['lecun', dense(units, { initializer: 'lecun' }), Math.sqrt(3 / inputs)],
    ['uniform', dense(units, { initializer: 'uniform' }), 0.05],
    ['uniform with a limit', dense(units, { initializer: { name: 'uniform', limit: 0.25 } }), 0.25],
    ['softmax: Xavier', dense(units, { activation: 'softmax' }), xavier],
    ['tanh with he', dense(units, { activation: 'tanh', initializer: 'he' }), he],
    ['ReLU with xavier', dense(units, { activation: 'relu', initializer: 'xavier' }), xavier],
    ['ReLU with heFanOut', dense(units, { activation: 'relu', initializer: 'heFanOut' }), heFanOut],
  ])('%s', async (_, layer, limit) => {
    const [parameters] = await parametersOf([layer], inputs)
    expectUniform(parameters, limit)
    expect(parameters?.bias).toEqual(new Float32Array(units))
  })
})

test.each(activationNames)('the first weights of %s, as its row in the table wants', async activation => {
  const { initializer = 'xavier' } = activationRow(activation)
  const [wanted] = await parametersOf([dense(units, { activation, initializer })], inputs)
  const [found] = await parametersOf([dense(units, { activation })], inputs)
  expect(found).toEqual(wanted)
})

describe('normal weights', () => {
  test.each<[string, DenseLayer, number]>([
    ['SELU: LeCun', dense(units, { activation: 'selu' }), Math.sqrt(1 / inputs)],
    ['lecunNormal', dense(units, { initializer: 'lecunNormal' }), Math.sqrt(1 / inputs)],
    ['xavierNormal', dense(units, { initializer: 'xavierNormal' }), Math.sqrt(2 / (inputs + units))],
    ['heNormal', dense(units, { activation: 'relu', initializer: 'heNormal' }), Math.sqrt(2 / inputs)],
    [
      'heNormal of leaky ReLU',
      dense(units, { activation: 'leakyRelu', slope: 0.5, initializer: { name: 'heNormal' } }),
      Math.sqrt(2 / (1.25 * inputs)),
    ],
    ['normal', dense(units, { initializer: 'normal' }), 0.05],
    [
      'normal with a standard deviation',
      dense(units, { initializer: { name: 'normal', standardDeviation: 3 } }),
      3,
    ],
  ])('%s', async (_, layer, deviation) => {
    const [parameters] = await parametersOf([layer], inputs)
    expectNormal(parameters, deviation)
  })

  test('truncated: nothing beyond two standard deviations, of which 0.8796 are left', async () => {
    const layer = dense(units, { initializer: { name: 'truncatedNormal', standardDeviation: 0.5 } })
    const [parameters] = await parametersOf([layer], inputs)
    if (!parameters) throw new Error('the layer is missing')
    const { low, high, mean, deviation } = statistics(parameters)
    const n = inputs * units
    expect(high).toBeLessThanOrEqual(1)
    expect(low).toBeGreaterThanOrEqual(-1)
    expect(high - low).toBeGreaterThan(1.999)
    expect(Math.abs(mean)).toBeLessThan((5 * 0.44) / Math.sqrt(n))
    // z² has a standard deviation below 1 and z one of 0.88: that of the estimate is below 1 / (2·0.88·√n).
    expect(Math.abs(deviation / 0.5 - 0.87963)).toBeLessThan(5 / (2 * 0.88 * Math.sqrt(n)))
  })
})

describe('orthogonal', () => {
  /** The largest difference between gain²·1 and the product of the fewer rows or columns. */
  async function distance(rows: number, columns: number, gain: number): Promise<number> {
    const layer = dense(columns, { initializer: { name: 'orthogonal', gain } })
    const [parameters] = await parametersOf([layer], rows)
    const element = (i: number, k: number) =>
      parameters?.weights[rows <= columns ? i * columns + k : k * columns + i] ?? Number.NaN
    const [fewer, more] = [Math.min(rows, columns), Math.max(rows, columns)]
    let largest = 0
    for (let i = 0; i < fewer; ++i) {
      for (let j = 0; j <= i; ++j) {
        let product = 0
        for (let k = 0; k < more; ++k) product += element(i, k) * element(j, k)
        largest = Math.max(largest, Math.abs(product - (i === j ? gain * gain : 0)))
      }
    }
    return largest
  }

  test.each([
    ['wide: its rows', 30, 47, 1],
    ['tall: its columns', 47, 30, 1],
    ['square', 40, 40, 1],
    ['with a gain', 20, 30, 2],
    ['of one weight', 1, 1, 1],
    ['of one row', 1, 9, 1],
    ['of one column', 9, 1, 1],
  ] as const)('%s', async (_, rows, columns, gain) => {
    expect(await distance(rows, columns, gain)).toBeLessThan(1e-6 * gain * gain)
  })

  test('every direction is as likely: mean 0, mean square 1 / size', async () => {
    const [parameters] = await parametersOf([dense(units, { initializer: 'orthogonal' })], inputs)
    if (!parameters) throw new Error('the layer is missing')
    const { mean, deviation } = statistics(parameters)
    expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(inputs) / Math.sqrt(inputs * units))
    // The columns have the length 1: the mean square is known.
    expect(deviation).toBeCloseTo(1 / Math.sqrt(inputs), 6)
  })
})

describe('zeros and constants', () => {
  test.each<[Initializer & BiasInitializer, number]>([
    ['zeros', 0],
    [{ name: 'zeros' }, 0],
    [{ name: 'constant', value: 0.1 }, Math.fround(0.1)],
    [{ name: 'constant', value: -3 }, -3],
  ])('%o', async (initializer, value) => {
    const layer = dense(5, { activation: 'relu', initializer, biasInitializer: initializer })
    const [parameters] = await parametersOf([layer], 3)
    expect(parameters).toEqual({
      weights: new Float32Array(15).fill(value),
      bias: new Float32Array(5).fill(value),
    })
  })
})

test.each<[BiasInitializer, number, number]>([
  ['uniform', 0.05, 1 / Math.sqrt(3)],
  [{ name: 'uniform', limit: 0.5 }, 0.5, 1 / Math.sqrt(3)],
  [{ name: 'normal', standardDeviation: 2 }, 2, 1],
  ['truncatedNormal', 0.05, 0.87963],
])(
  'a bias drawn by %o: its deviation, and other numbers than the weights have',
  async (biasInitializer, scale, deviation) => {
    const n = 20_000
    const layer = dense(n, { initializer: biasInitializer, biasInitializer })
    const [parameters] = await parametersOf([layer], 1)
    if (!parameters) throw new Error('the layer is missing')
    const { weights, bias } = parameters
    const { mean, deviation: found } = statistics({ weights: bias, bias })
    expect(Math.abs(mean / scale)).toBeLessThan(5 / Math.sqrt(n))
    expect(Math.abs(found / scale - deviation)).toBeLessThan(5 / Math.sqrt(n))
    expect(weights.filter((weight, i) => weight === bias[i]).length).toBeLessThan(3)
  },
)

test('a softmax behind other layers: Xavier, unless said otherwise', async () => {
  const layers = (last: DenseLayer) => [dense(inputs, { activation: 'relu' }), last]
  const [, byDefault] = await parametersOf(layers(dense(units, { activation: 'softmax' })), 5)
  expectUniform(byDefault, xavier)
  const [, log] = await parametersOf(layers(dense(units, { activation: 'logSoftmax' })), 5)
  expect(log).toEqual(byDefault)
  const named = dense(units, { activation: 'softmax', initializer: 'heFanOut' })
  const [, byName] = await parametersOf(layers(named), 5)
  expectUniform(byName, heFanOut)
})

test.each([
  [13, 64, 3],
  [30, 256, 2],
  [64, 256, 10],
])(
  'the first loss of a classifier %i-%i-%i of standardised values is near log(classes)',
  async (...sizes) => {
    const [inputSize, hidden, classes] = sizes
    const inputs = Float32Array.from({ length: 512 * inputSize }, (_, i) => Math.SQRT2 * Math.sin(i * i))
    const labels = Array.from({ length: 512 }, (_, i) => i % classes)
    using data = await dataset({ inputs, inputSize, labels })
    for (const seed of [1, 2, 3]) {
      const layers = [dense(hidden, { activation: 'relu' }), dense(classes, { activation: 'softmax' })]
      using model = await sequential(layers, { inputSize, seed })
      expect((await model.evaluate(data)).loss).toBeLessThan(2 * Math.log(classes))
    }
  },
)

const BITS_OF_SEED_7 = 'f64833b43ef9846d54e4d4d18579a4f8b19a9da97473f0c71929c1dd2b079c8c'

/** Of normal, truncated and orthogonal weights, with normal biases. */
const OTHER_BITS_OF_SEED_7 = '929c5a0cb9ef6a3bbedbceee8c8874f0610d3c085e335016ef55f79fe8e78463'

describe('the seed', () => {
  const layers = [dense(64, { activation: 'relu' }), dense(64, { activation: 'relu' })]
  const hash = async (seed?: number, build = builds[0]) =>
    hashParameters(await parametersOf(layers, 64, seed, build))

  test('the same gives the same bits, in every build and runtime', async () => {
    for (const build of builds) {
      expect(await hash(7, build)).toBe(BITS_OF_SEED_7)
    }
  })

  test('the same gives the same bits of every distribution', async () => {
    const biasInitializer: BiasInitializer = 'normal'
    const drawn = (['normal', 'truncatedNormal', 'orthogonal'] as const).map(initializer =>
      dense(64, { initializer, biasInitializer }),
    )
    for (const build of builds) {
      const parameters = await parametersOf(drawn, 90, 7, build)
      expect(await hashParameters(parameters)).toBe(OTHER_BITS_OF_SEED_7)
    }
  })

  test('others give others, up to the largest', async () => {
    const hashes = await Promise.all([0, 1, 2, 0xfffffffe, 0xffffffff].map(seed => hash(seed)))
    expect(new Set(hashes).size).toBe(5)
  })

  test('0 unless given', async () => {
    using model = await sequential(layers, { inputSize: 64 })
    expect(await hashParameters(await model.getParameters())).toBe(await hash(0))
  })

  test('layers of the same shape get weights of their own', async () => {
    const [first, second] = await parametersOf(layers, 64)
    expect(first?.weights).not.toEqual(second?.weights)
    expect(first?.weights.length).toBe(second?.weights.length)
  })
})

// The weights that a new model has: uniform within the initializer's limit, given by the seed alone.
import { describe, expect, test } from 'vitest'
import { type DenseLayer, dense, type LayerParameters, sequential } from '../../src/index.ts'
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

test('a softmax behind other layers: He by fan-out, unless said otherwise', async () => {
  const layers = (last: DenseLayer) => [dense(inputs, { activation: 'relu' }), last]
  const [, byDefault] = await parametersOf(layers(dense(units, { activation: 'softmax' })), 5)
  expectUniform(byDefault, heFanOut)
  const named = dense(units, { activation: 'softmax', initializer: 'xavier' })
  const [, byName] = await parametersOf(layers(named), 5)
  expectUniform(byName, xavier)
})

const BITS_OF_SEED_7 = 'f64833b43ef9846d54e4d4d18579a4f8b19a9da97473f0c71929c1dd2b079c8c'

describe('the seed', () => {
  const layers = [dense(64, { activation: 'relu' }), dense(64, { activation: 'relu' })]
  const hash = async (seed?: number, build = builds[0]) =>
    hashParameters(await parametersOf(layers, 64, seed, build))

  test('the same gives the same bits, in every build and runtime', async () => {
    for (const build of builds) {
      expect(await hash(7, build)).toBe(BITS_OF_SEED_7)
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

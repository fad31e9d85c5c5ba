// Predictions without a promise: the bits of predict, the present weights, and an error for what cannot be.
import { describe, expect, test } from 'vitest'
import {
  batchNormalization,
  closeEngine,
  dataset,
  dense,
  type Layer,
  memoryUsage,
  normalization,
  type Predictor,
  type Sequential,
  sequential,
} from '../../src/index.ts'
import { builds } from '../support/builds.ts'

const INPUTS = 20
const OUTPUTS = 3
const ROWS = 5

const floats = Float32Array.from({ length: ROWS * INPUTS }, (_, i) => Math.sin(i * i))
/** One row is dense, all others are sparse. */
const pixels = Uint8Array.from({ length: ROWS * INPUTS }, (_, i) =>
  i % 4 === 1 || i < INPUTS ? 1 + ((i * 91) % 255) : 0,
)
const plain = [dense(9, { activation: 'relu' }), dense(OUTPUTS, { activation: 'softmax' })]

const create = async (layers: Layer[] = plain, options = {}): Promise<Sequential> =>
  (await sequential(layers, { inputSize: INPUTS, seed: 2, worker: false, ...options })).compile()

const createData = () =>
  dataset({ inputs: pixels, bytes: 'pixels', inputSize: INPUTS, labels: [0, 1, 2, 0, 1], worker: false })

/** What a model predicts, in one array. */
async function expected(model: Sequential, inputs: Float32Array | Uint8Array): Promise<Float32Array> {
  const rows = await model.predict(inputs, inputs instanceof Uint8Array ? { bytes: 'pixels' } : {})
  return Float32Array.from(rows.flatMap(row => [...row]))
}

const networks: Record<string, Layer[]> = {
  plain,
  'scaled inputs': [normalization({ mean: 0.3, standardDeviation: 0.5 }), ...plain],
  'a first layer that is not dense': [batchNormalization(), ...plain],
  'a scaling before that': [
    normalization({ mean: 0.3, standardDeviation: 0.5 }),
    batchNormalization(),
    ...plain,
  ],
}

describe.each(builds)('%s', build => {
  test.each(Object.entries(networks))('has the bits of predict: %s', async (_, layers) => {
    using model = await create(layers, { build })
    for (const rows of [1, 3, ROWS]) {
      const size = { batchSize: rows }
      using ofFloats = await model.predictor(size)
      using ofPixels = await model.predictor({ ...size, bytes: 'pixels' })
      for (const begin of [0, ROWS - rows]) {
        const some = floats.subarray(begin * INPUTS, (begin + rows) * INPUTS)
        const images = pixels.subarray(begin * INPUTS, (begin + rows) * INPUTS)
        expect(ofFloats.predict(some)).toEqual(await expected(model, some))
        expect(ofPixels.predict(images)).toEqual(await expected(model, images))
      }
    }
  })
})

test('takes numbers of every kind, and fewer samples than it could', async () => {
  using model = await create()
  using predictor = await model.predictor({ batchSize: 4 })
  using ofBytes = await model.predictor({ bytes: 'numbers' })
  const numbers = Array.from({ length: INPUTS }, (_, i) => i - 3)
  const outputs = await expected(model, Float32Array.from(numbers))
  expect(predictor.predict(numbers)).toEqual(outputs)
  expect(predictor.predict(Float64Array.from(numbers))).toEqual(outputs)
  expect(predictor.predict(BigInt64Array.from(numbers, BigInt))).toEqual(outputs)
  const bytes = Uint8Array.from({ length: INPUTS }, (_, i) => 2 * i)
  expect(ofBytes.predict(bytes)).toEqual(await expected(model, Float32Array.from(bytes)))
})

test('writes to the caller’s array, and to nothing beside it', async () => {
  using model = await create()
  using predictor = await model.predictor()
  const inputs = floats.subarray(0, INPUTS)
  const all = new Float32Array(OUTPUTS + 2).fill(7)
  const outputs = all.subarray(1, -1)
  expect(predictor.predict(inputs, outputs)).toBe(outputs)
  expect(all).toEqual(Float32Array.of(7, ...(await expected(model, inputs)), 7))
})

test('has the weights of the moment: set, trained, and between a trainer’s stages', async () => {
  using model = await create()
  using data = await createData()
  using predictor = await model.predictor({ bytes: 'pixels', batchSize: ROWS })
  const check = async () => expect(predictor.predict(pixels)).toEqual(await expected(model, pixels))
  const first = predictor.predict(pixels)
  await model.fit(data, { epochs: 2, batchSize: 2 })
  await check()
  const parameters = await model.getParameters()
  for (const { weights } of parameters) weights.reverse()
  await model.setParameters(parameters)
  await check()
  {
    using trainer = await model.trainer(data)
    await trainer.forward()
    await trainer.backward()
    await check()
    await trainer.step()
    await check()
  }
  expect(predictor.predict(pixels)).not.toEqual(first)
})

test('goes on when linear memory has grown', async () => {
  using model = await create()
  using predictor = await model.predictor()
  const inputs = floats.subarray(0, INPUTS)
  const before = predictor.predict(inputs)
  const { total } = await memoryUsage({ worker: false })
  using _ = await dataset({ inputs: new Float32Array(total / 4), inputSize: 1, worker: false })
  expect((await memoryUsage({ worker: false })).total).toBeGreaterThan(total)
  expect(predictor.predict(inputs)).toEqual(before)
})

test('a NaN has the same bits everywhere', async () => {
  using model = await create([dense(80)])
  using predictor = await model.predictor()
  const inputs = new Float32Array(INPUTS)
  new Uint32Array(inputs.buffer)[0] = 0xffc00123
  const outputs = predictor.predict(inputs)
  expect(new Set(new Uint32Array(outputs.buffer))).toEqual(new Set([0x7fc00000]))
})

test('gives its memory back, by itself or with its model', async () => {
  const usage = async () => (await memoryUsage({ worker: false })).inUse
  using model = await create()
  const before = await usage()
  const predictor = await model.predictor({ batchSize: 100 })
  expect(await usage()).toBeGreaterThan(before)
  predictor.dispose()
  predictor.dispose()
  expect(await usage()).toBe(before)

  const other = await create()
  await other.predictor()
  other.dispose()
  expect(await usage()).toBe(before)
})

describe('throws', () => {
  const sample = floats.subarray(0, INPUTS)
  const cases: [what: string, use: (predictor: Predictor) => unknown, code: string, message: string][] = [
    [
      'too few values',
      it => it.predict(new Float32Array(19)),
      'ERR_SHAPE',
      'inputs has 19 values: expected one sample of 20',
    ],
    ['no values', it => it.predict([]), 'ERR_SHAPE', 'inputs has 0 values'],
    [
      'two samples',
      it => it.predict(floats.subarray(0, 40)),
      'ERR_SHAPE',
      'inputs has 40 values: expected one sample of 20',
    ],
    [
      'a short output',
      it => it.predict(sample, new Float32Array(2)),
      'ERR_SHAPE',
      'outputs has 2 elements: expected 3',
    ],
    [
      'another output',
      it => it.predict(sample, new Float64Array(3) as never),
      'ERR_ARGUMENT',
      'outputs is of type Float64Array',
    ],
    [
      'bytes',
      it => it.predict(new Uint8Array(20)),
      'ERR_ARGUMENT',
      'inputs of a predictor are bytes: say what they hold',
    ],
    ['rows', it => it.predict([[1, 2]] as never), 'ERR_ARGUMENT', 'inputs[0] is [1, 2]: expected a number'],
    [
      'nothing',
      it => it.predict(undefined as never),
      'ERR_ARGUMENT',
      'inputs of a predictor are of type Undefined',
    ],
  ]
  test.each(cases)('for %s', async (_, use, code, message) => {
    using model = await create()
    using predictor = await model.predictor()
    expect(() => use(predictor)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    )
  })

  test('for floats that should be pixels', async () => {
    using model = await create()
    using predictor = await model.predictor({ bytes: 'pixels' })
    const message = expect.stringContaining('inputs of a predictor for pixels are of type Float32Array')
    expect(() => predictor.predict(sample)).toThrow(
      expect.objectContaining({ code: 'ERR_ARGUMENT', message }),
    )
  })

  test.each([{ batchSize: 0 }, { batchSize: 251 }, { batchSize: 1.5 }, { bytes: 'images' as never }])(
    'for the option %o',
    async options => {
      using model = await create()
      await expect(model.predictor(options)).rejects.toMatchObject({ code: 'ERR_ARGUMENT' })
    },
  )

  test('while fit runs', async () => {
    using model = await create()
    using data = await createData()
    using predictor = await model.predictor()
    const thrown: unknown[] = []
    const onBatchEnd = () => {
      try {
        predictor.predict(sample)
      } catch (error) {
        thrown.push(error)
      }
    }
    await model.fit(data, { onBatchEnd })
    const message = expect.stringContaining('fit is running on this model')
    expect(thrown).toEqual([expect.objectContaining({ code: 'ERR_STATE', message })])
    expect(predictor.predict(sample)).toEqual(await expected(model, sample))
  })

  test('when it, its model or the engine is gone', async () => {
    const gone = (message: string) =>
      expect.objectContaining({ code: 'ERR_DISPOSED', message: expect.stringContaining(message) })
    const model = await create()
    const [one, other] = [await model.predictor(), await model.predictor()]
    one.dispose()
    expect(() => one.predict(sample)).toThrow(gone('this predictor was disposed'))
    model.dispose()
    expect(() => other.predict(sample)).toThrow(gone('this model was disposed'))
    await expect(model.predictor()).rejects.toEqual(gone('this model was disposed'))

    using later = await create()
    const third = await later.predictor()
    await closeEngine()
    expect(() => third.predict(sample)).toThrow(gone('the engine was closed'))
  })

  test('where a worker computes', async () => {
    using model = await sequential(plain, { inputSize: INPUTS, worker: true })
    const message = expect.stringContaining(
      'this model computes in a worker: await model.predict(), or create the model with',
    )
    await expect(model.predictor()).rejects.toMatchObject({ code: 'ERR_STATE', message })
  })
})

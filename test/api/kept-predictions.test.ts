// What a model predicts again and again is planned once. Nobody notices but by the clock.
import { describe, expect, test } from 'vitest'
import {
  batchNormalization,
  closeEngine,
  dataset,
  dense,
  type EngineOptions,
  memoryUsage,
  normalization,
  type Sequential,
  sequential,
} from '../../src/index.ts'

const INPUTS = 12
const layers = [
  normalization({ mean: 0.3, standardDeviation: 0.5 }),
  dense(9, { activation: 'relu' }),
  batchNormalization(),
  dense(3, { activation: 'softmax' }),
]
const numbers = Float32Array.from({ length: 300 * INPUTS }, (_, i) => Math.sin(i * i))
const pixels = Uint8Array.from({ length: 300 * INPUTS }, (_, i) => (i % 4 === 1 ? 1 + ((i * 91) % 255) : 0))

const rows = <Values extends Float32Array | Uint8Array>(values: Values, begin: number, count: number) =>
  values.subarray(begin * INPUTS, (begin + count) * INPUTS) as Values

describe.each([{ worker: false }, { worker: true }])('%o', place => {
  const create = (options: EngineOptions = {}): Promise<Sequential> =>
    sequential(layers, { inputSize: INPUTS, seed: 5, ...place, ...options })

  /** By a model that was asked nothing before. */
  async function fresh(inputs: Float32Array | Uint8Array) {
    using model = await create()
    return await model.predict(inputs, inputs instanceof Uint8Array ? { bytes: 'pixels' } : {})
  }

  test('batches of any length, bytes and numbers in turn', async () => {
    using model = await create()
    for (const count of [1, 1, 4, 2, 250, 1, 251, 3]) {
      const some = rows(numbers, 300 - count, count)
      const images = rows(pixels, 300 - count, count)
      expect(await model.predict(some)).toEqual(await fresh(some))
      expect(await model.predict(images, { bytes: 'pixels' })).toEqual(await fresh(images))
    }
  })

  test('inputs are the caller’s again at once, and outputs are the caller’s for good', async () => {
    using model = await create()
    const inputs = rows(numbers, 0, 2).slice()
    const expected = await fresh(inputs)
    await model.predict(inputs)
    const first = model.predict(inputs)
    inputs.fill(9)
    const second = model.predict(inputs)
    expect(await first).toEqual(expected)
    for (const row of await second) row.fill(0)
    expect(await first).toEqual(expected)
    expect(await model.predict(inputs)).toEqual(await fresh(inputs))
  })

  test('what is kept counts as free, and goes where memory is needed', async () => {
    using model = await create()
    const inputs = rows(numbers, 0, 100)
    const expected = await fresh(inputs)
    const { inUse } = await memoryUsage(place)
    for (let i = 0; i < 3; ++i) expect(await model.predict(inputs)).toEqual(expected)
    expect((await memoryUsage(place)).inUse).toBe(inUse)
    expect(await model.predict(inputs)).toEqual(expected)

    // It lies at the end, unless it was freed.
    const { total } = await memoryUsage(place)
    expect(await model.predict(inputs)).toEqual(expected)
    using _ = await dataset({ inputs: new Float32Array((total - inUse) / 4), inputSize: 1, ...place })
    expect(await model.predict(inputs)).toEqual(expected)
  })

  test('errors are the same as the first time', async () => {
    using model = await create()
    using data = await dataset({ inputs: numbers, inputSize: INPUTS, labels: new Int32Array(300), ...place })
    const inputs = rows(numbers, 0, 1)
    await model.predict(inputs)
    const controller = new AbortController()
    controller.abort(new Error('enough'))
    await expect(model.predict(inputs, { signal: controller.signal })).rejects.toThrow('enough')
    const halves = [1, 2].map(() => new Float32Array(INPUTS / 2))
    await expect(model.predict(halves)).rejects.toMatchObject({ code: 'ERR_SHAPE' })
    await expect(model.predict(inputs, { bytes: 'pixels' })).rejects.toMatchObject({ code: 'ERR_ARGUMENT' })
    expect(await model.predict(inputs)).toEqual(await fresh(inputs))
    const last = model.evaluate(data)
    model.dispose()
    await expect(model.predict(inputs)).rejects.toMatchObject({ code: 'ERR_DISPOSED' })
    await last

    using other = await create()
    await other.predict(inputs)
    await closeEngine()
    await expect(other.predict(inputs)).rejects.toMatchObject({ code: 'ERR_DISPOSED' })
  })
})

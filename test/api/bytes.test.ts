// What bytes mean, to data sets and to predict: pixels or numbers, never a guess.
import { describe, expect, test } from 'vitest'
import { parseNpy, toNpy } from '../../src/data/index.ts'
import { dataset, dense, type Sequential, sequential, streamingDataset } from '../../src/index.ts'

/** For what TypeScript refuses and plain JavaScript does not. */
const untyped = (value: unknown) => value as never

const AGES = Uint8Array.of(18, 40, 65, 90)

/** A model of two inputs that gives their sum. */
async function sum(): Promise<Sequential> {
  const model = await sequential([dense(1)], { inputSize: 2 })
  await model.setParameters([{ weights: Float32Array.of(1, 1), bias: Float32Array.of(0) }])
  return model
}

describe('a Uint8Array', () => {
  test('of which nothing tells whether they are pixels is refused, as inputs, as targets and to predict', async () => {
    using model = await sum()
    const refused = (what: string) => ({
      code: 'ERR_ARGUMENT',
      message: expect.stringMatching(
        `^${what} are bytes, and bytes is undefined: expected 'pixels' .*'numbers'`,
      ),
    })
    await expect(dataset({ inputs: AGES, inputSize: 2 })).rejects.toMatchObject(refused('inputs'))
    await expect(model.predict(AGES)).rejects.toMatchObject(refused('inputs'))
    await expect(dataset({ inputs: [[1], [2]], targets: Uint8Array.of(1, 2) })).rejects.toMatchObject(
      refused('targets'),
    )
  })

  test('with a tag of its own is one nonetheless', async () => {
    class Ages extends Uint8Array {
      override get [Symbol.toStringTag]() {
        return 'Ages' as never
      }
    }
    await expect(dataset({ inputs: new Ages(AGES), inputSize: 2 })).rejects.toThrow('inputs are bytes')
  })

  test.each(['pixels', 'numbers'] as const)(
    'counts as %s to a data set, to predict and in a stream alike',
    async bytes => {
      const value = (byte: number) => (bytes === 'pixels' ? Math.fround(byte / 255) : byte)
      using model = await sum()
      using data = await dataset({ inputs: AGES, inputSize: 2, bytes })
      const expected = [[Math.fround(value(18) + value(40))], [Math.fround(value(65) + value(90))]]
      for (const outputs of [
        await model.predict(data),
        await model.predict(AGES, { bytes }),
        await model.predict([Array.from(AGES.subarray(0, 2), value), Array.from(AGES.subarray(2), value)]),
      ]) {
        expect(outputs.map(row => [...row])).toEqual(expected)
      }
      const zeros = new Float32Array(2)
      for (const chunk of [{ inputs: AGES, bytes }, { inputs: AGES }]) {
        using learner = await sum()
        using twin = await sum()
        learner.compile({ loss: 'meanSquaredError', learningRate: 1e-4 })
        twin.compile({ loss: 'meanSquaredError', learningRate: 1e-4 })
        const chunks = [{ ...chunk, targets: zeros }]
        const stream = streamingDataset({ chunks, inputSize: 2, ...(!('bytes' in chunk) && { bytes }) })
        using whole = await dataset({ inputs: AGES, inputSize: 2, bytes, targets: zeros })
        await learner.fit(stream, { shuffle: false })
        await twin.fit(whole, { shuffle: false })
        expect(await learner.getParameters()).toEqual(await twin.getParameters())
      }
    },
  )

  test('with an imageShape is pixels, unless it is said to be numbers', async () => {
    using images = await dataset({ inputs: AGES, imageShape: [1, 2] })
    expect((await images.read()).inputs).toEqual(AGES)
    using numbers = await dataset({ inputs: AGES, imageShape: [1, 2], bytes: 'numbers' })
    expect((await numbers.read()).inputs).toEqual(Float32Array.from(AGES))
  })

  test('what read() gives makes the same data set again', async () => {
    for (const bytes of ['pixels', 'numbers'] as const) {
      using data = await dataset({ inputs: AGES, inputSize: 2, bytes })
      using again = await dataset(await data.read())
      expect(await again.read()).toEqual(await data.read())
    }
  })
})

test('a Uint8ClampedArray, as a canvas has it, is pixels', async () => {
  const pixels = Uint8ClampedArray.from(AGES)
  using model = await sum()
  using data = await dataset({ inputs: pixels, inputSize: 2 })
  expect((await data.read()).inputs).toEqual(AGES)
  expect(await model.predict(pixels)).toEqual(await model.predict(data))
})

test('booleans of NumPy are 0 and 1 as inputs, as targets and to predict', async () => {
  const file = toNpy(Uint8Array.of(1, 0, 1, 1), [2, 2])
  const header = String.fromCharCode(...file)
  file[header.indexOf('|u1') + 1] = 'b'.charCodeAt(0)
  const { data: booleans, dtype } = parseNpy(file)
  expect(dtype).toBe('bool')
  using model = await sum()
  using data = await dataset({ inputs: booleans, inputSize: 2, targets: booleans, targetSize: 2 })
  const floats = Float32Array.of(1, 0, 1, 1)
  expect(await data.read()).toEqual({ inputs: floats, inputSize: 2, targets: floats, targetSize: 2 })
  expect(await model.predict(booleans)).toEqual([Float32Array.of(1), Float32Array.of(2)])
})

describe('inputs and targets of bytes', () => {
  const bytes = Uint8Array.of(0, 51, 255, 102)

  test('are pixels alike, or numbers alike', async () => {
    using pixels = await dataset({
      inputs: bytes,
      inputSize: 2,
      targets: bytes,
      targetSize: 2,
      bytes: 'pixels',
    })
    expect(await pixels.read()).toMatchObject({
      inputs: bytes,
      targets: Float32Array.from(bytes, byte => byte / 255),
    })
    using numbers = await dataset({
      inputs: bytes,
      inputSize: 2,
      targets: bytes,
      targetSize: 2,
      bytes: 'numbers',
    })
    const floats = Float32Array.from(bytes)
    expect(await numbers.read()).toMatchObject({ inputs: floats, targets: floats })
  })

  test('of images: whether targets are pixels too must be said', async () => {
    const images = { inputs: bytes, imageShape: [1, 2], targets: Uint8Array.of(33, 44) } as const
    await expect(dataset(images)).rejects.toMatchObject({
      message: expect.stringMatching(/^targets .*bytes/),
    })
    using data = await dataset({ ...images, targets: Float32Array.of(33, 44) })
    expect(await data.read()).toMatchObject({ inputs: bytes, targets: Float32Array.of(33, 44) })
  })
})

describe('the option bytes', () => {
  test.each([['pixel'], [true], [255]])('is not %o', async bytes => {
    using model = await sum()
    const problem = { code: 'ERR_ARGUMENT', message: expect.stringContaining("'pixels'") }
    await expect(dataset({ inputs: AGES, inputSize: 2, bytes: untyped(bytes) })).rejects.toMatchObject(
      problem,
    )
    await expect(dataset({ inputs: [[1, 2]], bytes: untyped(bytes) })).rejects.toMatchObject(problem)
    await expect(model.predict([[1, 2]], { bytes: untyped(bytes) })).rejects.toMatchObject(problem)
  })

  test('says pixels of bytes alone: other arrays would count as they are', async () => {
    using model = await sum()
    const problem = { code: 'ERR_ARGUMENT', message: expect.stringContaining('inputs are no bytes') }
    await expect(dataset({ inputs: [[0, 255]], bytes: 'pixels' })).rejects.toMatchObject(problem)
    await expect(model.predict([[0, 255]], { bytes: 'pixels' })).rejects.toMatchObject(problem)
    using data = await dataset({ inputs: [[0, 255]], bytes: 'numbers' })
    await expect(model.predict(data, { bytes: 'numbers' })).rejects.toMatchObject({ code: 'ERR_ARGUMENT' })
  })
})

describe('rows of bytes', () => {
  const rows = [Uint8Array.of(18, 40), Uint8Array.of(65, 90)]

  test('are pixels or numbers as one array of them is', async () => {
    for (const bytes of ['pixels', 'numbers'] as const) {
      using data = await dataset({ inputs: rows, bytes })
      using flat = await dataset({ inputs: AGES, inputSize: 2, bytes })
      expect(await data.read()).toEqual(await flat.read())
    }
    await expect(dataset({ inputs: rows })).rejects.toMatchObject({ code: 'ERR_ARGUMENT' })
  })
})

describe('sampleWeights', () => {
  test.each([
    ['null', [1, null], 'sampleWeights[1] is null'],
    ['a text', ['2', 1], 'sampleWeights[0] is "2"'],
    ['undefined', [1, undefined], 'sampleWeights[1] is undefined'],
    ['a boolean', [true, 1], 'sampleWeights[0] is true'],
    ['a hole', Object.assign(Array(2), [1]), 'sampleWeights[1] is undefined'],
    ['a number', 3, 'sampleWeights is of type Number'],
    ['a text for all', '12', 'sampleWeights is of type String'],
  ])('%s is refused', async (_, sampleWeights, message) => {
    const inputs = [[1], [2]]
    await expect(dataset({ inputs, sampleWeights: untyped(sampleWeights) })).rejects.toMatchObject({
      code: 'ERR_ARGUMENT',
      message: `${message}: expected ${message.includes('type') ? 'an array of numbers, such as [0, 2, 1]' : 'a number'}`,
    })
  })

  test('of 64-bit integers, as NumPy has them, are numbers', async () => {
    using data = await dataset({ inputs: [[1], [2]], sampleWeights: BigInt64Array.of(0n, 3n) })
    expect((await data.read()).sampleWeights).toEqual(Float32Array.of(0, 3))
  })
})

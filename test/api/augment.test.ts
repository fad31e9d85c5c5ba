// Distorted copies of data sets, and the shape that images need for it.
import { describe, expect, test } from 'vitest'
import {
  ArgumentError,
  type AugmentationOptions,
  augment,
  DisposedError,
  dataset,
  loadMnist,
  memoryUsage,
  ShapeError,
} from '../../src/index.ts'
import { builds } from '../support/builds.ts'
import { mnistSource } from '../support/mnist.ts'

/** For what TypeScript refuses and plain JavaScript does not. */
const untyped = (value: unknown) => value as never

const strong: AugmentationOptions = {
  rotation: 15,
  shift: 2,
  scale: 0.15,
  shear: 10,
  elastic: { alpha: 37, sigma: 5.5 },
  noise: { standardDeviation: 10, keepZeros: true },
}

const SHA_256_OF_1100_DIGITS = '53fe94ac761befd568db583e1f6fa67284b186306a185176e33d738ea9d1cd5a'

async function sha256(bytes: Uint8Array | Float32Array): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', Uint8Array.from(bytes))
  return [...new Uint8Array(digest)].map(byte => byte.toString(16).padStart(2, '0')).join('')
}

/** Two images of 2 × 3. */
const small = () =>
  dataset({ inputs: Uint8Array.of(0, 1, 2, 3, 4, 5, 10, 20, 30, 40, 50, 60), imageShape: [2, 3] })

describe('augment', () => {
  test.each(builds)('%s: 1,100 MNIST digits, everything at once: all bytes', async build => {
    const { test: digits } = await loadMnist(mnistSource, { build, only: 'test' })
    using all = digits
    using distorted = await augment(all.slice(0, 1100), strong, { seed: 7 })
    expect(await sha256((await distorted.read()).inputs)).toBe(SHA_256_OF_1100_DIGITS)
  })

  test('nothing to do: the same samples, labels and shape, in order', async () => {
    using data = await dataset({
      inputs: Uint8Array.from({ length: 60 }, (_, i) => i * 4),
      imageShape: [2, 3],
      labels: [4, 3, 2, 1, 0, 1, 2, 3, 4, 5],
      targets: Array.from({ length: 10 }, (_, i) => [i, -i]),
    })
    const part = (await data.shuffle({ seed: 3 })).slice(2, 9)
    using copy = await augment(part, {})
    expect(await copy.read()).toEqual(await part.read())
    expect([copy.length, copy.imageShape, copy.classes, copy.targetSize]).toEqual([7, [2, 3], 6, 2])
  })

  test('the data set stays as it is, and the copies outlive it', async () => {
    const data = await small()
    const before = await data.read()
    using copy = await augment(data, strong)
    expect(await data.read()).toEqual(before)
    data.dispose()
    expect((await copy.read()).inputs).toHaveLength(12)
  })

  test('the same seed gives the same images, another seed others', async () => {
    using data = await small()
    const read = async (seed?: number) => {
      using copy = await augment(data, strong, seed === undefined ? {} : { seed })
      return (await copy.read()).inputs
    }
    expect(await read(5)).toEqual(await read(5))
    expect(await read()).toEqual(await read(0))
    expect(await read(5)).not.toEqual(await read(6))
  })

  test('limits by class', async () => {
    using data = await dataset({
      inputs: Uint8Array.of(1, 2, 3, 4, 1, 2, 3, 4),
      imageShape: [2, 2],
      labels: [1, 0],
    })
    using copy = await augment(data, { rotation: [180, 0] })
    const { inputs } = await copy.read()
    expect([...inputs.subarray(0, 4)]).toEqual([1, 2, 3, 4])
    expect([...inputs.subarray(4)]).not.toEqual([1, 2, 3, 4])
  })

  test('only the copies stay in memory, and nothing after an error', async () => {
    using data = await small()
    const { inUse } = await memoryUsage()
    const copy = await augment(data, strong)
    expect((await memoryUsage()).inUse).toBe(inUse + 64)
    copy.dispose()
    await expect(augment(data, { rotation: [1] })).rejects.toThrow(ArgumentError)
    expect((await memoryUsage()).inUse).toBe(inUse)
  })

  test('what cannot be distorted is refused', async () => {
    using floats = await dataset({ inputs: [[0.5, 1]], imageShape: [1, 2] })
    await expect(augment(floats, {})).rejects.toThrow(/inputs are floats: make it from a Uint8Array/)
    using shapeless = await dataset({ inputs: Uint8Array.of(1, 2), inputSize: 2, bytes: 'pixels' })
    await expect(augment(shapeless, {})).rejects.toThrow(
      /has 2 values: give dataset\(\) the option imageShape/,
    )
    using long = await dataset({ inputs: new Uint8Array(40_000), imageShape: [1, 40_000] })
    await expect(augment(long, {})).rejects.toThrow(ShapeError)
    using data = await small()
    await expect(augment(data, { rotation: [15] })).rejects.toThrow(/this data set has no labels/)
    using labelled = await dataset({ inputs: Uint8Array.of(1, 2), imageShape: [1, 1], labels: [0, 1] })
    await expect(augment(labelled, { shear: [15] })).rejects.toThrow(
      new ShapeError('shear has limits for 1 classes, but this data set has 2'),
    )
    await expect(augment(data.slice(0, 0), {})).rejects.toThrow(/has no samples/)
    await expect(augment(untyped({}), {})).rejects.toThrow(ArgumentError)
    await expect(augment(data, untyped(null))).rejects.toThrow(ArgumentError)
    await expect(augment(data, {}, untyped(null))).rejects.toThrow(ArgumentError)
    await expect(augment(data, {}, { seed: -1 })).rejects.toThrow(/seed is -1/)
  })

  test('a data set that was disposed of is refused', async () => {
    const data = await small()
    data.dispose()
    await expect(augment(data, strong)).rejects.toThrow(DisposedError)
  })
})

describe('imageShape', () => {
  test('of MNIST is that of its images', async () => {
    const { test: digits } = await loadMnist(mnistSource, { only: 'test' })
    using all = digits
    expect(all.imageShape).toEqual([28, 28])
    expect((await all.slice(0, 1).read()).imageShape).toEqual([28, 28])
  })

  test('is kept by slices, shuffles and splits, and read with the samples', async () => {
    using data = await small()
    expect(data.inputSize).toBe(6)
    const [first] = await data.split(0.5)
    for (const part of [data, data.slice(1), await data.shuffle(), first]) {
      expect(part.imageShape).toEqual([2, 3])
      expect((await part.read()).imageShape).toEqual([2, 3])
    }
  })

  test('is undefined unless given', async () => {
    using data = await dataset({ inputs: [[1, 2]] })
    expect(data.imageShape).toBeUndefined()
  })

  test.each([[[28]], [[2, 0]], [[1.5, 2]], [[1, 2, 3]], ['2x3'], [6]])('%j throws', async shape => {
    const options = { inputs: new Uint8Array(6), imageShape: untyped(shape) }
    await expect(dataset(options)).rejects.toThrow(ArgumentError)
  })

  test('must be the number of values', async () => {
    const imageShape = [2, 2] as const
    const message = 'imageShape is 2 × 2, but a sample has 3 values: expected their product'
    await expect(dataset({ inputs: [[1, 2, 3]], imageShape })).rejects.toThrow(new ShapeError(message))
    await expect(dataset({ inputs: new Uint8Array(3), inputSize: 3, imageShape })).rejects.toThrow(ShapeError)
    const ragged = { inputs: new Uint8Array(3), imageShape }
    await expect(dataset(ragged)).rejects.toThrow(/3 elements: expected rows of 4/)
  })
})

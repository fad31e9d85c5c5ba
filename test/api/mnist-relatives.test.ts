// Data sets that are almost in MNIST's format: EMNIST, whose images lie on their side, and QMNIST, whose labels have more
// columns; and labels that leave classes out.
import { afterEach, describe, expect, test, vi } from 'vitest'
import { dataset, loadMnist, type MnistBuffers, memoryUsage } from '../../src/index.ts'
import { encodeIdx } from '../support/encode-idx.ts'
import { gzip } from '../support/gzip.ts'

afterEach(() => vi.unstubAllGlobals())

/** Two images of 2 × 3 pixels, and what they are transposed: 3 × 2. */
const pixels = [1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16]
const transposed = Uint8Array.of(1, 4, 2, 5, 3, 6, 11, 14, 12, 15, 13, 16)
const images = encodeIdx('uint8', [2, 2, 3], pixels)
const labels = encodeIdx('uint8', [2], [1, 2])
const files = { testImages: images, testLabels: labels } as unknown as MnistBuffers

/** A server with these files. */
function serve(contents: Record<string, Uint8Array<ArrayBuffer>>) {
  vi.stubGlobal('fetch', async (url: string | URL) => {
    const bytes = contents[String(url)]
    return bytes ? new Response(bytes) : new Response('no', { status: 404 })
  })
}

const emnist = (set: string) => ({
  [`https://example.org/emnist-${set}-test-images-idx3-ubyte.gz`]: images,
  [`https://example.org/emnist-${set}-test-labels-idx1-ubyte.gz`]: labels,
})

// `worker: false`, since the server is in this thread.
const TEST = { only: 'test', worker: false } as const

async function read(...[source, options]: Parameters<typeof loadMnist<'test'>>) {
  const { test } = await loadMnist(source, { ...TEST, ...options })
  const contents = await test.read()
  test.dispose()
  return contents
}

describe('images that lie on their side', () => {
  test('stand upright with `transpose`', async () => {
    expect(await read(files, { transpose: true })).toMatchObject({
      inputs: transposed,
      inputSize: 6,
      imageShape: [3, 2],
      labels: Int32Array.of(1, 2),
    })
  })

  test('stay as they are without', async () => {
    for (const options of [{}, { transpose: false }]) {
      expect(await read(files, options)).toMatchObject({
        inputs: Uint8Array.from(pixels),
        imageShape: [2, 3],
      })
    }
  })

  test.each(['balanced', 'byclass', 'bymerge', 'digits', 'letters', 'mnist'])(
    'are known by the name of the file: emnist-%s',
    async set => {
      serve(emnist(set))
      const source = 'https://example.org/'
      const prefix = `emnist-${set}`
      expect(await read(source, { prefix })).toMatchObject({ inputs: transposed, imageShape: [3, 2] })
      expect(await read(source, { prefix, transpose: false })).toMatchObject({
        inputs: Uint8Array.from(pixels),
        imageShape: [2, 3],
      })
    },
  )

  test('are not guessed from another name, or a folder', async () => {
    serve({
      'https://example.org/emnist-letters/t10k-images-idx3-ubyte?key=emnist-': images,
      'https://example.org/emnist-letters/t10k-labels-idx1-ubyte?key=emnist-': labels,
    })
    const found = await read('https://example.org/emnist-letters/?key=emnist-')
    expect(found).toMatchObject({ imageShape: [2, 3] })
  })

  test('many, gzipped', async () => {
    const count = 3000
    const many = Uint8Array.from({ length: count * 6 }, (_, i) => (i * i) >> 3)
    const source = {
      testImages: await gzip(encodeIdx('uint8', [count, 3, 2], many)),
      testLabels: encodeIdx('uint8', [count], new Uint8Array(count)),
    } as unknown as MnistBuffers
    const { inputs } = await read(source, { transpose: true })
    const expected = Uint8Array.from(many, (_, i) => {
      const at = i % 6
      return many[i - at + 2 * (at % 3) + Math.floor(at / 3)] ?? 0
    })
    expect(inputs).toEqual(expected)
  })

  test.each([1, 'yes', null])('transpose %j is refused', async transpose => {
    await expect(loadMnist(files, { ...TEST, transpose: transpose as never })).rejects.toMatchObject({
      code: 'ERR_ARGUMENT',
      message: `transpose of loadMnist is ${JSON.stringify(transpose)}: expected true or false`,
    })
  })

  test('the sets that are known by name have none', async () => {
    await expect(loadMnist({ transpose: true } as object)).rejects.toMatchObject({ code: 'ERR_ARGUMENT' })
  })
})

describe('labels', () => {
  /** As QMNIST has them: class, series, writer, index, class code, global index, duplicate, unused. */
  const extended = encodeIdx('int32', [2, 8], [5, 0, 539, 0, 35, 1, 0, 0, 3, 0, 540, 1, 33, 2, 0, 0])

  test('of QMNIST have their class in the first of eight columns', async () => {
    const source = 'https://example.org/'
    serve({
      [`${source}qmnist-test-images-idx3-ubyte.gz`]: images,
      [`${source}qmnist-test-labels-idx2-int.gz`]: await gzip(extended),
    })
    expect(await read(source, { prefix: 'qmnist' })).toMatchObject({
      labels: Int32Array.of(5, 3),
      inputs: Uint8Array.from(pixels),
    })
    expect(await read({ ...files, testLabels: extended })).toMatchObject({ labels: Int32Array.of(5, 3) })
  })

  test.each(['uint8', 'int8', 'int16', 'int32'] as const)('may be of type %s', async type => {
    const testLabels = encodeIdx(type, [2], [4, 1])
    expect(await read({ ...files, testLabels })).toMatchObject({ labels: Int32Array.of(4, 1) })
  })

  test.each([
    [
      'images',
      images,
      'ERR_DATA_RANK',
      /^testLabels has rank 3 .* uint8, but uint8, int8, int16, int32 of rank 1, or int32 of rank 2 was expected/,
    ],
    [
      'floats',
      encodeIdx('float32', [2], [1, 2]),
      'ERR_DATA_RANK',
      /has rank 1 \(dimensions\) and elements of type float32/,
    ],
    ['other columns', encodeIdx('int32', [2, 3], [1, 2, 3, 4, 5, 6]), 'ERR_DATA_RANK', /3 columns: .* 8/],
    [
      'a negative one',
      encodeIdx('int8', [2], [1, -1]),
      'ERR_DATA_VALUE',
      /^testLabels has the label -1 at sample 1/,
    ],
  ])('that are %s are refused', async (_, testLabels, code, message) => {
    const run = loadMnist({ ...files, testLabels }, TEST)
    await expect(run).rejects.toMatchObject({
      name: 'DataError',
      code,
      message: expect.stringMatching(message),
    })
  })
})

describe('classes that never occur', () => {
  /** 500 labels of ten classes, one of which is broken. */
  const broken = Array.from({ length: 500 }, (_, i) => (i === 492 ? 200 : i % 10))
  const withLabels = (labels: number[]) =>
    ({
      testImages: encodeIdx('uint8', [labels.length, 1, 1], new Uint8Array(labels.length)),
      testLabels: encodeIdx('uint8', [labels.length], labels),
    }) as unknown as MnistBuffers

  test('are said', async () => {
    const { test } = await loadMnist(withLabels(broken), TEST)
    expect(test.classes).toBe(201)
    expect(await test.labelGaps()).toEqual({
      classes: 201,
      missing: 190,
      label: 200,
      sample: 492,
      message: 'classes: 201, of which 190 never occur; first label 200 at sample 492',
    })
    test.dispose()
  })

  test.each<[string, number[], object | undefined]>([
    ['all there', [2, 0, 1], undefined],
    ["from 1 on, as EMNIST's letters are", [26, ...Array.from({ length: 26 }, (_, i) => i + 1)], undefined],
    ['one alone', [0, 0], undefined],
    ['1 alone', [1, 1], undefined],
    ['a gap in the middle', [0, 1, 4, 5, 4], { classes: 6, missing: 2, label: 4, sample: 2 }],
    ['a gap at the begin', [9, 7, 8], { classes: 10, missing: 7, label: 9, sample: 0 }],
    ['one missing', [0, 2], { classes: 3, missing: 1, label: 2, sample: 1 }],
    [
      'far away',
      [0, 2_000_000_000],
      { classes: 2_000_000_001, missing: 1_999_999_999, label: 2_000_000_000 },
    ],
  ])('%s', async (_, labels, gaps) => {
    const data = await dataset({ inputs: labels.map(label => [label]), labels })
    const found = await data.labelGaps()
    if (gaps) expect(found).toMatchObject(gaps)
    else expect(found).toBeUndefined()
    data.dispose()
  })

  test('are those of the samples of a part', async () => {
    const data = await dataset({ inputs: [[0], [1], [2], [3]], labels: [0, 1, 3, 2] })
    expect(await data.labelGaps()).toBeUndefined()
    expect(await data.slice(0, 3).labelGaps()).toMatchObject({ missing: 1, label: 3, sample: 2 })
    expect(await data.slice(2, 3).labelGaps()).toMatchObject({ classes: 4, missing: 3, label: 3, sample: 0 })
    data.dispose()
  })

  test('without labels there are none', async () => {
    const data = await dataset({ inputs: [[0]], targets: [[1]] })
    expect(await data.labelGaps()).toBeUndefined()
    data.dispose()
  })

  test('cannot be, where `classes` says how many there are', async () => {
    const { inUse } = await memoryUsage({ worker: false })
    await expect(loadMnist(withLabels(broken), { ...TEST, classes: 10 })).rejects.toMatchObject({
      name: 'DataError',
      code: 'ERR_DATA_VALUE',
      message: 'testLabels has the label 200 at sample 492: expected 0–9, since classes is 10',
    })
    expect((await memoryUsage({ worker: false })).inUse).toBe(inUse)
  })

  test('`classes` counts those that the labels lack', async () => {
    const { test } = await loadMnist(withLabels([0, 3]), { ...TEST, classes: 10 })
    expect(test.classes).toBe(10)
    test.dispose()
  })

  test.each([0, 1.5, '10', 2 ** 32])('classes %j is refused', async classes => {
    await expect(loadMnist(files, { ...TEST, classes: classes as number })).rejects.toMatchObject({
      code: 'ERR_ARGUMENT',
      message: `classes is ${JSON.stringify(classes)}: expected a whole number, 1–2147483647`,
    })
  })
})

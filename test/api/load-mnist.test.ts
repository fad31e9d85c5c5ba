// loadMnist: what it makes of four files, and what it says when they are wrong.
import { afterEach, describe, expect, expectTypeOf, test, vi } from 'vitest'
import { type Dataset, loadMnist, type MnistBuffers, memoryUsage } from '../../src/index.ts'
import { encodeIdx, encodeIdxHeader } from '../support/encode-idx.ts'
import { gzip } from '../support/gzip.ts'

afterEach(() => vi.unstubAllGlobals())

const bytes = (length: number, factor = 7) => Uint8Array.from({ length }, (_, i) => (i * factor) % 256)

/** Five training and three test images of 2 × 4 pixels, with labels. */
const files = {
  trainImages: encodeIdx('uint8', [5, 2, 4], bytes(40)),
  trainLabels: encodeIdx('uint8', [5], [3, 0, 1, 4, 1]),
  testImages: encodeIdx('uint8', [3, 2, 4], bytes(24, 11)),
  testLabels: encodeIdx('uint8', [3], [2, 0, 1]),
} satisfies MnistBuffers

async function expectFiles(source: MnistBuffers): Promise<void> {
  const { train, test } = await loadMnist(source)
  expect([train.length, train.inputSize, train.classes, train.targetSize]).toEqual([5, 8, 5, undefined])
  expect([test.length, test.inputSize, test.classes]).toEqual([3, 8, 3])
  expect(await train.read()).toEqual({
    inputs: bytes(40),
    bytes: 'pixels',
    inputSize: 8,
    imageShape: [2, 4],
    labels: Int32Array.of(3, 0, 1, 4, 1),
  })
  expect(await test.read()).toEqual({
    inputs: bytes(24, 11),
    bytes: 'pixels',
    inputSize: 8,
    imageShape: [2, 4],
    labels: Int32Array.of(2, 0, 1),
  })
  train.dispose()
  test.dispose()
}

describe('files as bytes', () => {
  test('raw', () => expectFiles(files))

  test('gzipped', async () => {
    await expectFiles({
      trainImages: await gzip(files.trainImages),
      trainLabels: await gzip(files.trainLabels),
      testImages: await gzip(files.testImages),
      testLabels: files.testLabels,
    })
  })

  test('as ArrayBuffers, and as views into larger ones', async () => {
    const padded = new Uint8Array(100).fill(255)
    padded.set(files.trainImages, 9)
    await expectFiles({
      trainImages: padded.subarray(9, 9 + files.trainImages.length),
      trainLabels: files.trainLabels.buffer,
      testImages: files.testImages.buffer,
      testLabels: files.testLabels,
    })
  })
})

test('each part can be disposed of alone', async () => {
  const { inUse } = await memoryUsage()
  const { train, test } = await loadMnist(files)
  train.dispose()
  await expect(train.read()).rejects.toMatchObject({ code: 'ERR_DISPOSED' })
  expect((await test.read()).inputs).toEqual(bytes(24, 11))
  test.dispose()
  expect((await memoryUsage()).inUse).toBe(inUse)
})

const { trainImages, trainLabels, testImages, testLabels } = files

describe('one part alone', () => {
  test.each([
    ['train', { trainImages, trainLabels }, 5],
    ['test', { testImages, testLabels }, 3],
  ] as const)('%s needs its own files only', async (only, source, length) => {
    const loaded = await loadMnist(source as MnistBuffers, { only })
    expect(Object.keys(loaded)).toEqual([only])
    for (const data of Object.values(loaded)) {
      expect(data.length).toBe(length)
      data.dispose()
    }
  })

  test('has the type of its part', async () => {
    const loaded = await loadMnist({ testImages, testLabels }, { only: 'test' })
    expectTypeOf(loaded).toEqualTypeOf<{ test: Dataset }>()
    loaded.test.dispose()
    // @ts-expect-error: the labels are missing
    await expect(loadMnist({ testImages }, { only: 'test' })).rejects.toMatchObject({ code: 'ERR_ARGUMENT' })
    // @ts-expect-error: without `only`, all four files are needed
    await expect(loadMnist({ testImages, testLabels })).rejects.toMatchObject({ code: 'ERR_ARGUMENT' })
    const both = await loadMnist(files, { build: 'auto' })
    expectTypeOf(both).toEqualTypeOf<{ train: Dataset; test: Dataset }>()
    both.train.dispose()
    both.test.dispose()
  })

  test.each(['t10k', null, ['test']])('only %j is refused', async only => {
    await expect(loadMnist(files, { only: only as 'test' })).rejects.toMatchObject({
      code: 'ERR_ARGUMENT',
      message: `only is ${JSON.stringify(only)}: expected 'train' or 'test', or nothing for both`,
    })
  })
})

describe('a signal', () => {
  test('that is aborted already loads nothing', async () => {
    await expect(loadMnist(files, { signal: AbortSignal.abort('enough') })).rejects.toBe('enough')
  })

  test.each(['raw', 'gzipped'])(
    'stops a load of %s files half-way, with nothing left in memory',
    async form => {
      // Noise, which gzip shortens by a quarter only, so that a long file comes in many pieces.
      let state = 1
      const content = Uint8Array.from({ length: 3_000_000 }, () => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0
        return state >>> 26
      })
      const images = encodeIdx('uint8', [3_000, 10, 100], content)
      const compress = form === 'raw' ? async (file: Uint8Array<ArrayBuffer>) => file : gzip
      const file = await compress(images)
      const labels = await compress(encodeIdx('uint8', [3_000], bytes(3_000)))
      const controller = new AbortController()
      let read = 0
      vi.stubGlobal('fetch', async (url: string) => {
        if (!url.endsWith('ubyte')) return new Response('', { status: 404 })
        if (url.includes('labels')) return new Response(labels)
        const body = new ReadableStream<Uint8Array>({
          pull(stream) {
            if (read > file.length / 2) controller.abort('enough')
            stream.enqueue(file.slice(read, read + 10_000))
            read += 10_000
            if (read >= file.length) stream.close()
          },
        })
        return new Response(body)
      })
      const { signal } = controller
      // In this thread, whose fetch it is.
      const here = { worker: false }
      const before = await memoryUsage(here)
      await expect(loadMnist('https://example.org/', { signal, ...here })).rejects.toBe('enough')
      vi.unstubAllGlobals()
      expect(read).toBeLessThan(0.9 * file.length)
      expect((await memoryUsage(here)).inUse).toBe(before.inUse)
    },
  )

  test('that a server cuts short has taken room for what has come, which the next load uses', async () => {
    const header = encodeIdxHeader('uint8', [256, 1000, 1000])
    const labels = encodeIdx('uint8', [256], bytes(256))
    vi.stubGlobal('fetch', async (url: string) => {
      if (!url.endsWith('ubyte')) return new Response('', { status: 404 })
      return new Response(url.includes('labels') ? labels : new Blob([header, bytes(1_000_000)]))
    })
    const here = { worker: false }
    const before = await memoryUsage(here)
    const load = () => loadMnist('https://example.org/', here)
    await expect(load()).rejects.toMatchObject({ code: 'ERR_DATA_TRUNCATED' })
    const after = await memoryUsage(here)
    expect(after.inUse).toBe(before.inUse)
    expect(after.total - before.total).toBeLessThan(4_000_000)
    await expect(load()).rejects.toMatchObject({ code: 'ERR_DATA_TRUNCATED' })
    expect(await memoryUsage(here)).toEqual(after)
  })

  test('that is aborted after the load changes nothing', async () => {
    const controller = new AbortController()
    const { train, test } = await loadMnist(files, { signal: controller.signal })
    controller.abort()
    expect((await train.read()).inputs).toEqual(bytes(40))
    train.dispose()
    test.dispose()
  })
})

const page = new TextEncoder().encode('<!doctype html><title>Not found</title>')
const huge = encodeIdxHeader('uint8', [60_000, 2 ** 16, 2 ** 16])

describe('what is refused, with nothing left in memory', () => {
  test.each<[string, Partial<Record<keyof MnistBuffers, unknown>>, string, string[]]>([
    [
      'more images than labels',
      { trainLabels: encodeIdx('uint8', [4], [0, 1, 2, 3]) },
      'ERR_DATA_COUNT',
      [
        'trainImages has 5 images',
        'trainLabels 4 labels',
        'expected one label for each image',
        'same data set?',
      ],
    ],
    [
      'fewer images than labels, in the test part',
      { testImages: encodeIdx('uint8', [2, 2, 4], bytes(16)) },
      'ERR_DATA_COUNT',
      ['testImages has 2 images', 'testLabels 3 labels'],
    ],
    [
      'labels of the other part',
      { trainLabels: testLabels, testLabels: trainLabels },
      'ERR_DATA_COUNT',
      ['trainImages has 5 images', 'trainLabels 3 labels'],
    ],
    [
      'images and labels swapped',
      { trainImages: trainLabels, trainLabels: trainImages },
      'ERR_DATA_RANK',
      ['trainLabels has rank 3', 'of rank 1, or', "MNIST's images have rank 3, its labels rank 1"],
    ],
    [
      'labels twice',
      { testImages: testLabels },
      'ERR_DATA_RANK',
      ['testImages has rank 1', 'rank 3 was expected'],
    ],
    [
      'images without rows',
      { trainImages: encodeIdx('uint8', [5, 8], bytes(40)) },
      'ERR_DATA_RANK',
      ['trainImages has rank 2', 'rank 3 was expected'],
    ],
    [
      'images of floats',
      { testImages: encodeIdx('float32', [3, 2, 4], bytes(24)) },
      'ERR_DATA_RANK',
      ['testImages has elements of type float32', 'uint8 was expected'],
    ],
    [
      'no images',
      { trainImages: encodeIdx('uint8', [0, 2, 4], []), trainLabels: encodeIdx('uint8', [0], []) },
      'ERR_DATA_COUNT',
      ['trainImages has 0 images', 'at least one image'],
    ],
    [
      'images without pixels',
      { trainImages: encodeIdx('uint8', [5, 0, 4], []) },
      'ERR_DATA_COUNT',
      ['trainImages has 5 images of 0 × 4 pixels', 'at least one pixel'],
    ],
    [
      'a web page',
      { testLabels: page },
      'ERR_DATA_MAGIC',
      ['testLabels is not an IDX file', 'HTML page', 'address'],
    ],
    ['nothing', { trainLabels: new Uint8Array() }, 'ERR_DATA_TRUNCATED', ['trainLabels is cut short']],
    [
      'a file cut short',
      { trainImages: trainImages.subarray(0, -1) },
      'ERR_DATA_TRUNCATED',
      [
        'trainImages is cut short',
        '5 × 2 × 4 uint8 elements (40 bytes)',
        '39 bytes follow',
        'get the file again',
      ],
    ],
    [
      'bytes too many',
      { testImages: new Uint8Array([...testImages, 0]) },
      'ERR_DATA_TRAILING',
      ['testImages is longer than it says', '25 bytes follow'],
    ],
    [
      'a promise of too much',
      { trainImages: huge },
      'ERR_DATA_TOO_LARGE',
      ['trainImages promises 60000 × 65536 × 65536'],
    ],
    [
      'a path',
      { testImages: 't10k-images-idx3-ubyte' },
      'ERR_ARGUMENT',
      ['testImages of the MNIST source', 'got string'],
    ],
    [
      'a file left out',
      { testLabels: undefined },
      'ERR_ARGUMENT',
      ['testLabels of the MNIST source', 'got undefined'],
    ],
    [
      'test images of another size',
      { testImages: encodeIdx('uint8', [3, 2, 2], bytes(12)) },
      'ERR_SHAPE',
      ['training images have 8 pixels, test images 4', 'expected the same'],
    ],
  ])('%s', async (_, wrong, code, messages) => {
    const { inUse } = await memoryUsage()
    const error = await loadMnist({ ...files, ...wrong } as MnistBuffers).catch(error => error)
    expect(error).toMatchObject({ code })
    for (const message of messages) expect(error.message).toContain(message)
    expect((await memoryUsage()).inUse).toBe(inUse)
  })

  test('a gzip file that breaks half-way', async () => {
    const { inUse } = await memoryUsage()
    const images = encodeIdx('uint8', [3_000, 10, 10], bytes(300_000, 12_345))
    const labels = encodeIdx('uint8', [3_000], bytes(3_000))
    const broken = await gzip(images)
    broken[broken.length - 6] = 1 + (broken[broken.length - 6] ?? 0)
    await expect(loadMnist({ ...files, trainImages: broken, trainLabels: labels })).rejects.toMatchObject({
      code: 'ERR_DATA_CORRUPT',
      message: expect.stringContaining('trainImages is a broken gzip file'),
    })
    const cut = (await gzip(images)).slice(0, -20)
    await expect(loadMnist({ ...files, trainImages: cut, trainLabels: labels })).rejects.toMatchObject({
      name: 'DataError',
    })
    expect((await memoryUsage()).inUse).toBe(inUse)
  })

  test.each(['/no-such-folder/', new URL('/no-such-folder', 'file:///')])('nothing at %s', async source => {
    // A browser may read no file: URL at all.
    await expect(loadMnist(source)).rejects.toMatchObject({
      name: 'DataError',
      code: 'ERR_DATA_NOT_FOUND',
      message: expect.stringContaining('no-such-folder'),
    })
  })

  test.each([null, 5])('%s is no source', async source => {
    await expect(loadMnist(source as never)).rejects.toMatchObject({
      code: 'ERR_ARGUMENT',
      message: expect.stringContaining(`loadMnist got ${source}: expected a directory's path or URL`),
    })
  })
})

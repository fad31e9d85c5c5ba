// MNIST from mirrors in every runtime: fetched once, and kept where the runtime keeps things.
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import * as platform from '#platform'
import { loadMnist } from '../../src/index.ts'
import type { Backend } from '../../src/storage/backends/backend.ts'
import { openBackend } from '../../src/storage/backends/open-backend.ts'
import { mnistSource } from '../support/mnist.ts'
import { removeDirectory, temporaryDirectory } from '../support/temporary-directory.ts'

/** Where nothing can be had: port 1 is one that fetch refuses to connect to. */
const NOWHERE = ['http://127.0.0.1:1/']
const LABELS = 't10k-labels-idx1-ubyte'
const IMAGES = 't10k-images-idx3-ubyte'

let directory: string | undefined
let cache: string
let kept: Backend

beforeAll(async () => {
  directory = await temporaryDirectory()
  cache = directory ?? `test ${crypto.randomUUID()}`
  kept = await openBackend({ name: cache, backend: 'auto', directory })
})
afterAll(async () => {
  for (const { name } of await kept.list(['mnist'])) await kept.remove(['mnist'], name)
  await kept.close()
  await removeDirectory(directory)
})

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

const load = async (mirrors: string[]) => {
  const { test } = await loadMnist({ only: 'test', mirrors, cache })
  const found = { length: test.length, ...(await test.slice(0, 5).read()) }
  test.dispose()
  return found
}

test('is fetched, verified and kept; a kept file that is damaged is fetched again', async () => {
  await expect(load(NOWHERE)).rejects.toMatchObject({ code: 'ERR_DATA_NOT_FOUND' })
  expect(await kept.list(['mnist'])).toEqual([])

  const fetched = await load([...NOWHERE, mnistSource])
  expect(fetched).toMatchObject({
    length: 10_000,
    labels: Int32Array.of(7, 2, 1, 0, 4),
    imageShape: [28, 28],
  })
  expect((await kept.list(['mnist'])).map(({ name, bytes }) => [name, bytes]).sort()).toEqual([
    [IMAGES, 7_840_016],
    [`${IMAGES}.verified`, 103],
    [LABELS, 10_008],
    [`${LABELS}.verified`, 101],
  ])

  expect(await load(NOWHERE)).toEqual(fetched)

  const images = (await kept.read(['mnist'], IMAGES)) ?? new Uint8Array()
  images[1_000_000] = (images[1_000_000] ?? 0) ^ 1
  await kept.write(['mnist'], IMAGES, images)
  await expect(load(NOWHERE)).rejects.toThrow(`no mirror has given ${IMAGES}`)
  expect(await load([mnistSource])).toEqual(fetched)
  expect(await load(NOWHERE)).toEqual(fetched)
})

/** Loads in this thread, whose hashing can be watched. */
const loadHere = async (mirrors: string[]) => {
  const { test } = await loadMnist({ only: 'test', mirrors, cache, worker: false })
  const { length } = test
  test.dispose()
  return length
}

async function forget(suffix: string): Promise<void> {
  for (const { name } of await kept.list(['mnist'])) {
    if (name.endsWith(suffix)) await kept.remove(['mnist'], name)
  }
}

describe('hashes', () => {
  test('once, when a file is stored, by the platform', async () => {
    await forget('')
    const digest = vi.spyOn(crypto.subtle, 'digest')
    expect(await loadHere([mnistSource])).toBe(10_000)
    expect(digest).toHaveBeenCalledTimes(2)
    expect(await loadHere(NOWHERE)).toBe(10_000)
    expect(digest).toHaveBeenCalledTimes(2)
  })

  test('a file without a record, as older versions have left it, once', async () => {
    await forget('.verified')
    const digest = vi.spyOn(crypto.subtle, 'digest')
    expect(await loadHere(NOWHERE)).toBe(10_000)
    expect(digest).toHaveBeenCalledTimes(2)
    expect(await loadHere(NOWHERE)).toBe(10_000)
    expect(digest).toHaveBeenCalledTimes(2)
  })

  test('a damaged file that has a record, and fetches it again', async () => {
    const labels = (await kept.read(['mnist'], LABELS)) ?? new Uint8Array()
    await kept.write(['mnist'], LABELS, labels.with(5000, 11))
    await expect(loadHere(NOWHERE)).rejects.toThrow(`no mirror has given ${LABELS}`)
    expect(await loadHere([mnistSource])).toBe(10_000)
    expect(await loadHere(NOWHERE)).toBe(10_000)
  })

  test('without crypto.subtle too, as in a page that is no secure context', async () => {
    await forget('.verified')
    const random = crypto
    vi.stubGlobal('crypto', { randomUUID: () => random.randomUUID() })
    expect(await loadHere(NOWHERE)).toBe(10_000)
    await forget('.verified')
    const labels = (await kept.read(['mnist'], LABELS)) ?? new Uint8Array()
    await kept.write(['mnist'], LABELS, labels.with(5000, 12))
    await expect(loadHere(NOWHERE)).rejects.toThrow(`no mirror has given ${LABELS}`)
  })

  test.runIf(platform.name === 'browser')('in the worker, not in the page', async () => {
    await forget('')
    const digest = vi.spyOn(crypto.subtle, 'digest')
    expect(await load([mnistSource])).toMatchObject({ length: 10_000 })
    await forget('.verified')
    expect(await load(NOWHERE)).toMatchObject({ length: 10_000 })
    expect(digest).not.toHaveBeenCalled()
  })
})

test(`keeps files in ${platform.name === 'node' ? 'a directory' : 'the origin private file system'}`, () => {
  expect(kept.kind).toBe(platform.name === 'node' ? 'directory' : 'opfs')
})

// Entries whose bytes are not those that were saved, in every backend that the runtime has.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as platform from '#platform'
import { dataset, dense, sequential } from '../../src/index.ts'
import type { Backend } from '../../src/storage/backends/backend.ts'
import { openBackend, type StorageBackendChoice } from '../../src/storage/backends/open-backend.ts'
import { openStorage, type PersistentStorage } from '../../src/storage/index.ts'
import { removeDirectory, temporaryDirectory } from '../support/temporary-directory.ts'

const backends: StorageBackendChoice[] = platform.name === 'node' ? ['directory'] : ['opfs', 'indexedDB']

describe.each(backends)('%s', backend => {
  const name = `damage ${crypto.randomUUID()}`
  const file = 'x.safetensors'
  let directory: string | undefined
  let storage: PersistentStorage
  /** What writes under the storage's hands. */
  let raw: Backend

  beforeAll(async () => {
    directory = await temporaryDirectory()
    storage = await openStorage({ name, backend, ...(directory !== undefined && { directory }) })
    raw = await openBackend({ name, backend, directory })
  })
  afterAll(async () => {
    await storage.models.delete('x')
    await storage.datasets.delete('x')
    await raw.close()
    await storage.close()
    await removeDirectory(directory)
  })

  const damaged = (what: string) => ({
    name: 'StorageError',
    code: 'ERR_STORAGE_DAMAGED',
    message: expect.stringContaining(`the ${what} "x" is damaged: `),
  })

  /** The file with one byte changed, at each place in turn, and cut at each. */
  async function sweep(folder: string, load: () => Promise<unknown>, what: string): Promise<void> {
    const good = (await raw.read([folder], file)) ?? new Uint8Array()
    expect(good.length).toBeGreaterThan(100)
    for (let at = 0; at < good.length; ++at) {
      const bad = good.slice()
      bad[at] = (bad[at] ?? 0) ^ 1
      await raw.write([folder], file, bad)
      await expect(load(), `byte ${at}`).rejects.toMatchObject(damaged(what))
    }
    for (let length = 0; length < good.length; length += 7) {
      await raw.write([folder], file, good.subarray(0, length))
      await expect(load(), `${length} bytes`).rejects.toMatchObject(damaged(what))
    }
    await raw.write([folder], file, good)
    await load()
  }

  test('a model with any byte changed, or cut anywhere', async () => {
    using model = await sequential([dense(2)], { inputSize: 1 })
    await storage.models.save('x', model)
    await sweep('models', async () => (await storage.models.load('x')).dispose(), 'model')
  })

  test('a data set with any byte changed, or cut anywhere', async () => {
    using data = await dataset({
      inputs: Uint8Array.of(1, 2, 3),
      inputSize: 1,
      bytes: 'pixels',
      labels: [0, 1, 0],
    })
    await storage.datasets.save('x', data)
    await sweep('datasets', async () => (await storage.datasets.load('x')).dispose(), 'data set')
  })

  test('a file of another program, without a checksum', async () => {
    using model = await sequential([dense(2)], { inputSize: 1 })
    await raw.write(['models'], file, await model.toSafetensors())
    await expect(storage.models.load('x')).rejects.toMatchObject({
      code: 'ERR_STORAGE_DAMAGED',
      message: 'the model "x" is damaged: it has no checksum. Delete it, and save it again',
    })
  })

  test('a model in the place of a data set', async () => {
    using model = await sequential([dense(2)], { inputSize: 1 })
    await storage.models.save('x', model)
    await raw.write(['datasets'], file, (await raw.read(['models'], file)) ?? new Uint8Array())
    await expect(storage.datasets.load('x')).rejects.toMatchObject({
      code: 'ERR_FORMAT',
      message: 'the file holds no data set: its metadata have no wasmlp.dataset',
    })
  })
})

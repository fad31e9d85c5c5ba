// A disk that is full, in Node: a typed error, and the old entry as it was.
import type * as fileSystem from 'node:fs'
import { expect, test, vi } from 'vitest'
import { dense, sequential } from '../../src/index.ts'
import { openStorage } from '../../src/storage/index.ts'
import { removeDirectory, temporaryDirectory } from '../support/temporary-directory.ts'

let failure: { code: string } | undefined

vi.mock('node:fs', async importOriginal => {
  const real = await importOriginal<typeof fileSystem>()
  return {
    ...real,
    writeSync(...args: Parameters<typeof real.writeSync>) {
      if (!failure) return real.writeSync(...args)
      throw Object.assign(new Error(`${failure.code}: cannot write`), failure)
    },
  }
})

test.each([
  ['ENOSPC', 'ERR_STORAGE_QUOTA', 'there is no room for it. What was stored before is as it was'],
  ['EDQUOT', 'ERR_STORAGE_QUOTA', 'there is no room for it'],
  ['EIO', 'ERR_STORAGE_FAILED', '/models/digits.safetensors: EIO: cannot write: check the disk'],
])('%s is %s', async (code, expected, message) => {
  const directory = (await temporaryDirectory()) ?? ''
  try {
    const storage = await openStorage({ directory })
    using model = await sequential([dense(1)], { inputSize: 1, seed: 1 })
    using other = await sequential([dense(1)], { inputSize: 1, seed: 2 })
    await storage.models.save('digits', model)
    const [entry] = await storage.models.list()
    failure = { code }
    await expect(storage.models.save('digits', other)).rejects.toMatchObject({
      name: 'StorageError',
      code: expected,
      message: expect.stringContaining(
        `the model "digits" (${entry?.bytes} bytes) cannot be saved: ${code === 'EIO' ? directory : ''}${message}`,
      ),
      cause: { code },
    })
    failure = undefined
    using loaded = await storage.models.load('digits')
    expect(await loaded.getParameters()).toEqual(await model.getParameters())
    expect(await storage.models.list()).toHaveLength(1)
  } finally {
    failure = undefined
    await removeDirectory(directory)
  }
})

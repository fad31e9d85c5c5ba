// The platform services that only Node has: files and directories.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { platform } from '../../src/platform/node.ts'

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wasmlp-platform-'))
  await writeFile(join(directory, 'a b'), Uint8Array.of(1, 2, 3))
})
afterAll(() => rm(directory, { recursive: true }))

describe('readBytes', () => {
  test('reads a path and a file: URL', async () => {
    const path = join(directory, 'a b')
    for (const location of [path, pathToFileURL(path), pathToFileURL(path).href]) {
      expect(await platform.readBytes(location)).toEqual(Uint8Array.of(1, 2, 3))
    }
  })

  test('gives a plain Uint8Array, whose slice is a copy', async () => {
    const bytes = await platform.readBytes(join(directory, 'a b'))
    expect(bytes?.constructor).toBe(Uint8Array)
  })

  test('resolves to undefined where nothing is there', async () => {
    expect(await platform.readBytes(join(directory, 'missing'))).toBeUndefined()
    expect(await platform.readBytes(join(directory, 'a b', 'inside a file'))).toBeUndefined()
    expect(await platform.readBytes('C:\\no\\such\\file')).toBeUndefined()
  })

  test.each(['', 'file://another-host/x', 'file:///a%2Fb'])(
    'rejects what cannot be read: %s',
    async location => {
      await expect(platform.readBytes(location || directory)).rejects.toMatchObject({
        name: 'DataError',
        code: 'ERR_DATA_NOT_FOUND',
        message: expect.stringContaining(' cannot be read: '),
        cause: expect.any(Error),
      })
    },
  )
})

describe('listDirectory', () => {
  test('lists a path and a file: URL', async () => {
    expect(await platform.listDirectory(directory)).toEqual(['a b'])
    expect(await platform.listDirectory(pathToFileURL(directory))).toEqual(['a b'])
  })

  test.each(['missing', 'a b'])('resolves to undefined for what is no directory: %s', async name => {
    expect(await platform.listDirectory(join(directory, name))).toBeUndefined()
  })
})

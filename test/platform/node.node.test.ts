// The platform services that only Node has: files and directories. And that both have the same ones.
import { existsSync, readdirSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as browser from '../../src/platform/browser.ts'
import * as platform from '../../src/platform/node.ts'
import type { Platform } from '../../src/platform/platform.ts'
import { readAll } from '../support/read-file.ts'

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wasmlp-platform-'))
  await writeFile(join(directory, 'a b'), Uint8Array.of(1, 2, 3))
})
afterAll(() => rm(directory, { recursive: true }))

/** All bytes of a file or URL; undefined where nothing is there. */
async function readBytes(location: string | URL) {
  const file = await platform.open(location)
  return file && readAll(file)
}

test('Node and browsers have the same services', () => {
  const [inNode, inBrowsers]: Platform[] = [platform, browser] // which the compiler checks one by one
  expect(Object.keys(inBrowsers ?? {}).sort()).toEqual(Object.keys(inNode ?? {}).sort())
})

describe('open', () => {
  test('reads a path and a file: URL', async () => {
    const path = join(directory, 'a b')
    for (const location of [path, pathToFileURL(path), pathToFileURL(path).href]) {
      expect(await readBytes(location)).toEqual(Uint8Array.of(1, 2, 3))
    }
  })

  test.each([0, 3, 4, 5, 300_000])('tells the size of %d bytes', async size => {
    const path = join(directory, 'sized')
    const bytes = Uint8Array.from({ length: size }, (_, i) => i % 251)
    await writeFile(path, bytes)
    const file = await platform.open(path)
    // A file that says it is empty may not be: see node-file.node.test.ts.
    expect(file?.size).toBe(size > 0 ? size : undefined)
    expect(Buffer.compare((await readBytes(path)) ?? new Uint8Array(), bytes)).toBe(0)
    await rm(path)
  })

  test('reads in chunks that take the same memory', async () => {
    const path = join(directory, 'long')
    await writeFile(path, new Uint8Array(2 ** 20))
    const memory = new Set<ArrayBufferLike>()
    let chunks = 0
    for await (const chunk of (await platform.open(path))?.chunks() ?? []) {
      memory.add(chunk.buffer)
      ++chunks
    }
    expect([memory.size, chunks]).toEqual([1, 4])
    await rm(path)
  })

  test.skipIf(!existsSync('/proc/self/fd'))(
    'keeps no file open, whether it is read, left half-way or not at all',
    async () => {
      const open = () => readdirSync('/proc/self/fd').length
      const path = join(directory, 'left')
      await writeFile(path, new Uint8Array(2 ** 20))
      const before = open()
      const file = await platform.open(path)
      expect(open()).toBe(before)
      for await (const _ of file?.chunks() ?? []) break
      expect(open()).toBe(before)
      await readBytes(path)
      expect(open()).toBe(before)
      await rm(path)
    },
  )

  test('rejects a file that goes before it is read', async () => {
    const path = join(directory, 'gone')
    await writeFile(path, Uint8Array.of(1))
    const file = await platform.open(path)
    await rm(path)
    await expect(file?.chunks().next()).rejects.toMatchObject({
      code: 'ERR_DATA_NOT_FOUND',
      message: expect.stringContaining(`${path} cannot be read: `),
    })
  })

  test('resolves to undefined where nothing is there', async () => {
    expect(await readBytes(join(directory, 'missing'))).toBeUndefined()
    expect(await readBytes(join(directory, 'a b', 'inside a file'))).toBeUndefined()
    expect(await readBytes('C:\\no\\such\\file')).toBeUndefined()
  })

  test.each(['', 'file://another-host/x', 'file:///a%2Fb'])(
    'rejects what cannot be read: %s',
    async location => {
      await expect(readBytes(location || directory)).rejects.toMatchObject({
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

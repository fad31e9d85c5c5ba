// What the system refuses in a directory of files, in Node: a typed error that names the path and says what to do.
import type * as fileSystem from 'node:fs'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { directoryCheckpoints, StorageError } from '../../src/index.ts'
import { openStorage } from '../../src/storage/index.ts'

/** What the system says to the first call that lists, makes or opens something. */
let refusal: (NodeJS.ErrnoException & { permission?: string; resource?: string }) | undefined

vi.mock('node:fs', async importOriginal => {
  const real = await importOriginal<typeof fileSystem>()
  const refusing = (['mkdirSync', 'openSync', 'readdirSync'] as const).map(name => [
    name,
    (...args: never[]) => {
      if (refusal) throw refusal
      return (real[name] as (...args: never[]) => unknown)(...args)
    },
  ])
  return { ...real, ...Object.fromEntries(refusing) }
})

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'wasmlp-directory-'))
})
afterEach(() => {
  refusal = undefined
  rmSync(directory, { recursive: true })
})

const bytes = new Uint8Array(3)

/** The calls that end in a StorageError, with what they end in. */
async function failures(path: string, name = 'a') {
  const store = directoryCheckpoints(path)
  const calls = {
    list: () => store.list(),
    read: () => store.read(name),
    check: () => store.check?.(name),
    write: () => store.write(name, bytes),
    remove: () => store.remove(name),
  }
  const found: Record<string, unknown> = {}
  for (const [call, make] of Object.entries(calls)) {
    await make()?.catch(error => {
      expect(error, call).toBeInstanceOf(StorageError)
      expect(error.cause, call).toBeInstanceOf(Error)
      found[call] = `${error.code} ${error.message}`
    })
  }
  return found
}

describe('as the system has it', () => {
  test('a file in the place of the directory', async () => {
    const path = join(directory, 'file')
    writeFileSync(path, '')
    const remedy = 'a file is where a directory should be. Choose another path, or move the file away'
    const refused = `ERR_STORAGE_FAILED ${path}: EEXIST: file already exists: ${remedy}`
    const within = `ERR_STORAGE_FAILED ${path}/a: ENOTDIR: not a directory: ${remedy}`
    expect(await failures(path)).toEqual({
      list: `ERR_STORAGE_FAILED ${path}: ENOTDIR: not a directory: ${remedy}`,
      read: within,
      check: refused,
      write: refused,
      remove: within,
    })
  })

  test('a directory in the place of the file', async () => {
    mkdirSync(join(directory, 'a'))
    const path = join(directory, 'a')
    const found = await failures(directory)
    expect(found).toMatchObject({
      read: `ERR_STORAGE_FAILED ${path}: it is a directory: expected a file`,
      check: `ERR_STORAGE_FAILED ${path}: it is a directory: expected a file`,
      write: expect.stringContaining(
        `${path}: EISDIR: illegal operation on a directory: a directory is where`,
      ),
    })
  })

  test('no such file', async () => {
    const store = directoryCheckpoints(directory)
    await expect(store.read('a')).rejects.toMatchObject({
      code: 'ERR_STORAGE_NOT_FOUND',
      message: `there is no file ${directory}/a`,
      cause: { code: 'ENOENT' },
    })
    expect(await directoryCheckpoints(join(directory, 'none')).list()).toEqual([])
  })

  test('a path that one line cannot show is quoted', async () => {
    writeFileSync(join(directory, 'two\nlines'), '')
    const { list } = await failures(join(directory, 'two\nlines'))
    expect(list).toContain(`${JSON.stringify(join(directory, 'two\nlines'))}: ENOTDIR`)
  })
})

describe('as the system might', () => {
  const refuse = (code: string, errno: number) =>
    Object.assign(new Error(`${code}: words of Node's own`), { code, errno })

  test.each<[string, number, string, string]>([
    ['EACCES', -13, 'FAILED', 'permission denied: let the user of this process read and write there'],
    ['EPERM', -1, 'FAILED', 'operation not permitted: let the user of this process read and write there'],
    ['EROFS', -30, 'FAILED', 'read-only file system: choose a directory on a disk that can be written to'],
    ['ENOSPC', -28, 'QUOTA', 'no space left on device: delete what is not needed any more'],
    ['EMFILE', -24, 'FAILED', 'too many open files: close files that are open, or raise their limit'],
    ['EIO', -5, 'FAILED', 'i/o error: check the disk'],
  ])('%s', async (code, errno, kind, words) => {
    refusal = refuse(code, errno)
    const found = await failures(directory)
    expect(Object.keys(found)).toEqual(expect.arrayContaining(['list', 'check', 'write']))
    for (const call of ['list', 'check', 'write']) {
      expect(found[call], call).toContain(`ERR_STORAGE_${kind} ${directory}: ${code}: ${words}`)
    }
  })

  test('a storage names its entry, the path and what to do', async () => {
    const storage = await openStorage({ directory })
    refusal = refuse('EROFS', -30)
    await expect(storage.models.list()).rejects.toMatchObject({
      code: 'ERR_STORAGE_FAILED',
      message: `the models cannot be listed: ${directory}/models: EROFS: read-only file system: choose a directory on a disk that can be written to`,
      cause: { code: 'EROFS' },
    })
  })
})

describe("what Node's permission model refuses names the flag", () => {
  const refuse = (permission: string, resource: string) =>
    Object.assign(new Error('Access to this API has been restricted'), {
      code: 'ERR_ACCESS_DENIED',
      permission,
      resource,
    })

  test.each([
    ['FileSystemRead', 'runs', '--allow-fs-read=', 'runs/*'],
    ['FileSystemWrite', 'runs', '--allow-fs-write=', 'runs/*'],
    ['FileSystemWrite', 'runs/a', '--allow-fs-write=', 'runs/*'],
    ['FileSystemWrite', '.', '--allow-fs-write=', '*'], // that above is made first
  ])('%s of %s', async (permission, resource, flag, allowed) => {
    refusal = refuse(permission, join(directory, resource))
    const path = join(directory, 'runs')
    const { list } = await failures(path)
    expect(list).toBe(
      `ERR_STORAGE_FAILED ${path}: Node's permission model refuses access (ERR_ACCESS_DENIED): ` +
        `start node with ${flag}${join(directory, allowed)}`,
    )
  })
})

// What a path names besides regular files: pipes work, all else is refused by its kind, and nothing is waited for for ever.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, existsSync, openSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as platform from '../../src/platform/node.ts'
import { readAll } from '../support/read-file.ts'
import { outcomeOf, TIME_LIMIT } from '../support/run-cli.ts'

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wasmlp-pipes-'))
})
afterAll(() => rm(directory, { recursive: true }))

/** All bytes of a file; undefined where nothing is there. */
async function readBytes(path: string) {
  const file = await platform.open(path)
  return file && readAll(file)
}

describe.skipIf(process.platform === 'win32')('what is no regular file', () => {
  const makePipe = (name: string) => {
    const path = join(directory, name)
    execFileSync('mkfifo', [path])
    return path
  }

  test('a named pipe is read once somebody writes to it, however slowly', async () => {
    const path = makePipe('written')
    const writer = spawn('sh', ['-c', 'printf 12; read _; printf 34', path], {
      stdio: ['pipe', openSync(path, constants.O_RDWR), 'inherit'],
    })
    const file = await platform.open(path)
    expect(file?.size).toBeUndefined()
    let text = ''
    for await (const chunk of file?.chunks() ?? []) {
      text += new TextDecoder().decode(chunk)
      if (text === '12') writer.stdin?.end('go on\n')
      if (text === '1234') break
    }
    expect(text).toBe('1234')
    await rm(path)
  })

  test('a named pipe that nobody writes to is refused', async () => {
    const path = makePipe('unwritten')
    await expect(readBytes(path)).rejects.toMatchObject({
      code: 'ERR_DATA_NOT_FOUND',
      message: `${path} cannot be read: it is a named pipe that nobody writes to: start what writes to it first`,
    })
    await rm(path)
  })

  test('a signal ends waiting for a pipe', async () => {
    const path = makePipe('silent')
    const writer = openSync(path, constants.O_RDWR)
    const controller = new AbortController()
    const chunks = (await platform.open(path, controller.signal))?.chunks()
    const next = chunks?.next()
    controller.abort('enough')
    await expect(next).rejects.toBe('enough')
    closeSync(writer)
    await rm(path)
  })

  test('a directory, a device and a socket are refused by what they are', async () => {
    const path = join(directory, 'socket')
    const server = createServer().listen(path)
    await once(server, 'listening')
    for (const [location, kind] of [
      [directory, 'a directory'],
      ['/dev/null', 'a device'],
      [path, 'a socket'],
    ]) {
      await expect(readBytes(location ?? '')).rejects.toThrow(
        `${location} cannot be read: it is ${kind}: expected a file`,
      )
    }
    server.close()
  })

  test('a directory of files does not wait for a pipe in it', async () => {
    const path = makePipe('checkpoint')
    await expect(platform.directory(directory)?.read('checkpoint')).rejects.toThrow(
      'it is a pipe: expected a file',
    )
    await rm(path)
  })

  test.skipIf(!existsSync('/proc/self/cmdline'))('a file that says it is empty is read', async () => {
    const file = await platform.open('/proc/self/cmdline')
    expect(file?.size).toBeUndefined()
    expect((await readBytes('/proc/self/cmdline'))?.length).toBeGreaterThan(4)
  })
})

test.skipIf(!existsSync('/dev/fd')).each([
  ['a pipe as standard input', 'cat "$0" | "$1" --input-type=module -e "$2" /dev/stdin'],
  ['process substitution', '"$1" --input-type=module -e "$2" <(cat "$0")'],
  ['a file as standard input', '"$1" --input-type=module -e "$2" /dev/stdin < "$0"'],
])('%s', async (_, command) => {
  const path = join(directory, 'table.csv')
  await writeFile(path, 'a,b\n1,2\n3,4\n')
  const module = pathToFileURL(resolve(import.meta.dirname, '../../dist/node/data.js'))
  const script = `const { loadCsv } = await import('${module}')
    console.log((await loadCsv(process.argv[1])).inputs.join())`
  const child = spawn('bash', ['-c', command, path, process.execPath, script], TIME_LIMIT)
  expect(await outcomeOf(child)).toEqual({ code: 0, stdout: '1,2,3,4\n', stderr: '' })
  await rm(path)
})

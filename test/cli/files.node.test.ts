// The output file: whole or not at all, and never in the place of what is no file.
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { OutFile } from '../../src/cli/files.ts'
import { locationName } from '../../src/quote-names.ts'
import { cli } from '../support/run-cli.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'wasmlp-files-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

const bytes = Uint8Array.of(1, 2, 3)

test('writes a file, and replaces it', () => {
  const path = join(directory, 'a')
  const file = new OutFile(path)
  expect(readdirSync(directory)).toEqual([]) // nothing yet
  file.write(bytes)
  expect([...readFileSync(path)]).toEqual([1, 2, 3])
  file.write(Uint8Array.of(4))
  expect([...readFileSync(path)]).toEqual([4])
  expect(readdirSync(directory)).toEqual(['a'])
})

test('writes a file with the longest name, and one with a line break', () => {
  for (const name of ['x'.repeat(255), '한'.repeat(85), 'two\nlines']) {
    new OutFile(join(directory, name)).write(bytes)
    expect(readdirSync(directory)).toEqual([name])
    rmSync(join(directory, name))
  }
})

test('writes through a symbolic link', () => {
  writeFileSync(join(directory, 'target'), 'old')
  symlinkSync('target', join(directory, 'link'))
  new OutFile(join(directory, 'link')).write(bytes)
  expect([...readFileSync(join(directory, 'target'))]).toEqual([1, 2, 3])
  expect(readdirSync(directory)).toEqual(['link', 'target'])
})

test.each([
  ['a file beside it', 'target', 'target'],
  ['a file elsewhere', '../elsewhere/target', 'elsewhere/target'],
  ['another link', 'second', 'target'],
])('writes through a symbolic link to what is not there yet: %s', (_, aim, target) => {
  mkdirSync(join(directory, 'elsewhere'))
  mkdirSync(join(directory, 'real'))
  symlinkSync(target === aim ? join(directory, target) : aim, join(directory, 'real/link'))
  symlinkSync('../target', join(directory, 'real/second'))
  symlinkSync('real', join(directory, 'folder')) // a link on the way
  const file = new OutFile(join(directory, 'folder/link'))
  expect(existsSync(join(directory, target))).toBe(false)
  file.write(bytes)
  expect([...readFileSync(join(directory, target))]).toEqual([1, 2, 3])
  expect(lstatSync(join(directory, 'real/link')).isSymbolicLink()).toBe(true)
  expect(readdirSync(directory).sort()).toEqual(
    ['elsewhere', 'folder', 'real', ...(target === 'target' ? ['target'] : [])].sort(),
  )
})

test('refuses symbolic links that lead nowhere', () => {
  symlinkSync('b', join(directory, 'a'))
  symlinkSync('a', join(directory, 'b'))
  symlinkSync('missing/file', join(directory, 'c'))
  expect(() => new OutFile(join(directory, 'a'))).toThrow('too many symbolic links')
  expect(() => new OutFile(join(directory, 'c'))).toThrow('no such file or directory')
})

test.skipIf(process.platform === 'win32').each([0o640, 0o600, 0o664, 0o755])(
  'a file that is replaced keeps its mode: %o',
  mode => {
    const path = join(directory, 'a')
    writeFileSync(path, 'old')
    chmodSync(path, mode)
    new OutFile(path).write(bytes)
    expect([...readFileSync(path)]).toEqual([1, 2, 3])
    expect(statSync(path).mode & 0o7777).toBe(mode)
  },
)

test('a failure leaves the old file as it was, and nothing beside it', () => {
  const path = join(directory, 'a')
  writeFileSync(path, 'old')
  const file = new OutFile(path)
  const noBytes = { length: 1 } as Uint8Array // which the operating system call refuses
  expect(() => file.write(noBytes)).toThrow(`${path} cannot be written: `)
  expect(readFileSync(path, 'utf8')).toBe('old')
  expect(readdirSync(directory)).toEqual(['a'])
})

test.each([
  ['a missing directory', 'missing/a', 'no such file or directory'],
  ['a file as directory', 'file/a', 'not a directory'],
  ['a directory', 'folder', 'it is a directory, expected a regular file'],
  ['a name too long', 'x'.repeat(256), 'name too long'],
])('refuses beforehand: %s', (_, name, reason) => {
  writeFileSync(join(directory, 'file'), '')
  mkdirSync(join(directory, 'folder'))
  const path = join(directory, name)
  expect(() => new OutFile(path)).toThrow(`${locationName(path)} cannot be written: ${reason}`)
  expect(readdirSync(directory).sort()).toEqual(['file', 'folder'])
})

test.skipIf(!existsSync('/dev/null'))('refuses a device, which would be replaced by a file', () => {
  expect(() => new OutFile('/dev/null')).toThrow(
    '/dev/null cannot be written: it is a device, expected a regular file',
  )
})

// A container's volume of one file. Only some users may mount.
const canMount =
  process.platform === 'linux' && spawnSync('unshare', ['-m', 'mount', '--bind', '/tmp', '/tmp']).status === 0
test.skipIf(!canMount)('refuses beforehand a file that is mounted by itself', () => {
  const path = join(directory, 'a file')
  writeFileSync(path, '')
  const args = [cli, 'export', 'missing', '--out', path, '--format', 'onnx']
  const { stderr } = spawnSync('unshare', [
    ...['-m', 'sh', '-c', 'mount --bind "$0" "$0" && exec "$@"', path],
    ...[process.execPath, ...args],
  ])
  expect(String(stderr)).toBe(
    `wasmlp: ${path} cannot be written: it is mounted by itself and cannot be replaced, mount its directory instead\n`,
  )
})

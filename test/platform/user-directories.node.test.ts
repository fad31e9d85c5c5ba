// Where programs keep what belongs to a user.
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { freeBytes, userDirectory } from '../../src/platform/user-directories.ts'

test.each<[NodeJS.Platform, NodeJS.ProcessEnv, string, string]>([
  ['linux', {}, '/home/ada/.cache/wasmlp', '/home/ada/.local/share/wasmlp'],
  ['linux', { XDG_CACHE_HOME: '/c', XDG_DATA_HOME: '/d' }, '/c/wasmlp', '/d/wasmlp'],
  [
    'linux',
    { XDG_CACHE_HOME: 'c', XDG_DATA_HOME: '' },
    '/home/ada/.cache/wasmlp',
    '/home/ada/.local/share/wasmlp',
  ],
  ['darwin', {}, '/home/ada/Library/Caches/wasmlp', '/home/ada/Library/Application Support/wasmlp'],
  ['win32', { LOCALAPPDATA: '/L' }, '/L/wasmlp/Cache', '/L/wasmlp/Data'],
  ['win32', {}, '/home/ada/AppData/Local/wasmlp/Cache', '/home/ada/AppData/Local/wasmlp/Data'],
  ['linux', { WASMLP_CACHE: '/mine' }, '/mine', '/home/ada/.local/share/wasmlp'],
])('on %s with %j', (system, env, cache, data) => {
  expect(userDirectory('cache', env, system, '/home/ada')).toBe(join(cache))
  expect(userDirectory('data', env, system, '/home/ada')).toBe(join(data))
})

test.each(['', 'here'])('the environment’s home is no directory where it is %j', home => {
  vi.stubEnv('HOME', home)
  expect(userDirectory('data', {}, 'linux')).toBe(join(userInfo().homedir, '.local', 'share', 'wasmlp'))
  vi.unstubAllEnvs()
})

test('the room on a disk, also for a directory that is not there yet', async () => {
  const free = await freeBytes(process.cwd())
  expect(free).toBeGreaterThan(0)
  expect(await freeBytes(join(process.cwd(), 'not', 'there'))).toBeGreaterThan(0)
})

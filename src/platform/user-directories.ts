// Where programs keep what belongs to a user, by the convention of the operating system.
import { statfs } from 'node:fs/promises'
import { homedir, userInfo } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'
import type { UserDirectory } from './platform.ts'

/**
 * The folder of this package for data, or for what can be had again: of XDG's base directories, or where macOS and
 * Windows have theirs. The environment variable WASMLP_CACHE names another one for the cache.
 *
 * Source: XDG Base Directory Specification 0.8, which has relative paths ignored; Apple, File System Programming Guide.
 */
export function userDirectory(
  kind: UserDirectory,
  env: NodeJS.ProcessEnv = process.env,
  system: NodeJS.Platform = process.platform,
  home = homeDirectory(),
): string {
  if (kind === 'cache' && env.WASMLP_CACHE) return env.WASMLP_CACHE
  if (system === 'darwin') {
    return join(home, 'Library', kind === 'data' ? 'Application Support' : 'Caches', 'wasmlp')
  }
  if (system === 'win32') {
    const local = env.LOCALAPPDATA || join(home, 'AppData', 'Local')
    return join(local, 'wasmlp', kind === 'data' ? 'Data' : 'Cache')
  }
  const given = kind === 'data' ? env.XDG_DATA_HOME : env.XDG_CACHE_HOME
  const usual = kind === 'data' ? join(home, '.local', 'share') : join(home, '.cache')
  return join(given && isAbsolute(given) ? given : usual, 'wasmlp')
}

/** That of the user's account where the environment has none that is absolute. */
function homeDirectory(): string {
  const home = homedir()
  return isAbsolute(home) ? home : userInfo().homedir
}

/** Bytes that this user may still write under a path, which need not be there yet. */
export async function freeBytes(path: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(path)
    return bavail * bsize
  } catch {
    const parent = dirname(path)
    return parent === path ? undefined : freeBytes(parent)
  }
}

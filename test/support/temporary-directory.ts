// A directory for a test, where the runtime has directories.
import * as platform from '#platform'

/** An empty one; undefined in a browser. */
export async function temporaryDirectory(): Promise<string | undefined> {
  if (platform.name === 'browser') return undefined
  const { mkdtemp } = await import('node:fs/promises')
  const { tmpdir } = await import('node:os')
  return mkdtemp(`${tmpdir()}/wasmlp-test-`)
}

/** Removes it with all that is in it. */
export async function removeDirectory(path: string | undefined): Promise<void> {
  if (path === undefined) return
  const { rm } = await import('node:fs/promises')
  await rm(path, { recursive: true })
}

// Binary files of test/fixtures: read from the disk in Node, from the test server in a browser.
import { platform } from '#platform'

export async function readFixture(name: string): Promise<Uint8Array> {
  const bytes = await platform.readBytes(
    'document' in globalThis ? `/test/fixtures/${name}` : `test/fixtures/${name}`,
  )
  if (!bytes) throw new Error(`test/fixtures/${name} is missing`)
  return bytes
}

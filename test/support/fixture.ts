// Binary files of test/fixtures: read from the disk in Node, from the test server in a browser.
import { platform } from '#platform'
import { readAll } from './read-file.ts'

export async function readFixture(name: string): Promise<Uint8Array> {
  const file = await platform.open(
    'document' in globalThis ? `/test/fixtures/${name}` : `test/fixtures/${name}`,
  )
  if (!file) throw new Error(`test/fixtures/${name} is missing`)
  return readAll(file)
}

// Files of the repository: read from the disk in Node, from the test server in a browser.
import * as platform from '#platform'
import { readAll } from './read-file.ts'

/** A binary file of test/fixtures. */
export const readFixture = (name: string): Promise<Uint8Array<ArrayBuffer>> =>
  readRepositoryFile(`test/fixtures/${name}`)

/** The text of a file, by its path from the top of the repository. */
export async function readText(path: string): Promise<string> {
  return new TextDecoder().decode(await readRepositoryFile(path))
}

async function readRepositoryFile(path: string) {
  const file = await platform.open('document' in globalThis ? `/${path}` : path)
  if (!file) throw new Error(`${path} is missing`)
  return readAll(file)
}

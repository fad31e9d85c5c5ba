// Files of test/: read from the disk in Node, from the test server in a browser.
import * as platform from '#platform'
import { readAll } from './read-file.ts'

/** A binary file of test/fixtures. */
export const readFixture = (name: string): Promise<Uint8Array<ArrayBuffer>> =>
  readTestFile(`fixtures/${name}`)

/** The text of a file of test/. */
export async function readText(path: string): Promise<string> {
  return new TextDecoder().decode(await readTestFile(path))
}

async function readTestFile(path: string) {
  const file = await platform.open('document' in globalThis ? `/test/${path}` : `test/${path}`)
  if (!file) throw new Error(`test/${path} is missing`)
  return readAll(file)
}

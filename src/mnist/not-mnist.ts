// Why no files of MNIST's format are found in a place: what is there instead.

import * as platform from '#platform'
import { adviceOn, kindByName, kindOfFile, several } from '../file-kind.ts'
import type { Chunks } from '../platform/platform.ts'
import { locationName } from '../quote-names.ts'

const EXPECTED = "expected a folder with MNIST's four IDX files, such as train-labels-idx1-ubyte"

/** Names that are shown of a folder's. */
const SHOWN = 3

/**
 * In words, where the place is no folder or has no IDX files at all; undefined for a web address under which there may be
 * some, and where the runtime cannot look.
 */
export async function explainMissing(
  source: string | URL,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const names = await platform.listDirectory(source)
  if (names) return names.some(name => /idx\d/.test(name)) ? undefined : aboutFolder(source, names)
  if (platform.name === 'browser' || /^https?:/.test(String(source))) {
    const kind = kindByName(new URL(platform.locate(source)).pathname)
    return kind && aboutFile(source, kind.what, adviceOn(kind))
  }
  const file = await platform.open(source, signal)
  if (!file) return `${locationName(source)} is not there: ${EXPECTED}`
  const kind = kindOfFile(await firstOf(file.chunks()), String(source))
  return kind ? aboutFile(source, kind.what, adviceOn(kind)) : aboutFile(source, 'no folder', '')
}

/** A file's first bytes. */
async function firstOf(chunks: Chunks): Promise<Uint8Array> {
  for await (const chunk of chunks) return chunk.slice()
  return new Uint8Array()
}

function aboutFile(source: string | URL, what: string, advice: string): string {
  return `${locationName(source)} is ${what}: ${EXPECTED}${advice && ` (${advice})`}`
}

function aboutFolder(source: string | URL, names: string[]): string {
  if (names.length === 0) return `${locationName(source)} is empty: ${EXPECTED}`
  const files = names.filter(name => kindByName(name)).sort()
  const kind = kindByName(files[0] ?? '')
  const alike = files.filter(name => kindByName(name) === kind)
  const shown = (kind ? alike : names.sort()).slice(0, SHOWN).map(locationName).join(', ')
  const more = (kind ? alike : names).length > SHOWN ? ', …' : ''
  if (!kind) return `${locationName(source)} has ${shown}${more} and no IDX files: ${EXPECTED}`
  const advice = adviceOn(kind)
  return `${locationName(source)} has ${several(kind)} (${shown}${more}) and no IDX files: ${EXPECTED}${advice && ` (${advice})`}`
}

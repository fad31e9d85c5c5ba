// The images that `wasmlp predict` is told of: files, folders, patterns such as photos/**/*.jpg, and lists of names.
import { existsSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import { locationName } from '../quote-names.ts'
import { Failure } from './failure.ts'
import { readBytes } from './files.ts'
import { picturesIn } from './image-folder.ts'
import { STANDARD_INPUT } from './table-source.ts'

/** The files behind places, in their order; of a folder or pattern by their names. Throws {@link Failure} where one has none. */
export async function filesOf(places: readonly string[], list: string | undefined): Promise<string[]> {
  const files: string[] = []
  for (const place of places) {
    const found = await filesAt(place)
    if (found.length === 0) throw new Failure(`${locationName(place)} has no PNG or JPEG file`)
    for (const file of found) files.push(file)
  }
  if (list !== undefined) for (const file of await listed(list)) files.push(file)
  return files
}

async function filesAt(place: string): Promise<string[]> {
  if (statSync(place, { throwIfNoEntry: false })?.isDirectory()) return picturesIn(place)
  // A name with such characters can also be that of a file.
  if (!/[*?[\]{}]/.test(place) || existsSync(place)) return [place]
  const { glob } = await import('tinyglobby')
  const pattern = process.platform === 'win32' ? place.replaceAll('\\', '/') : place
  return (await glob(pattern, { expandDirectories: false, absolute: isAbsolute(place) })).sort()
}

/** One name a line, relative to the list; standard input's are relative to the current directory. */
async function listed(list: string): Promise<string[]> {
  const isInput = list === STANDARD_INPUT
  const lines = (await readBytes(isInput ? '/dev/stdin' : list))
    .toString('utf8')
    .split(/\r?\n/)
    .filter(line => line.trim() !== '')
  if (lines.length === 0) throw new Failure(`${locationName(list)} is an empty list: expected a name a line`)
  return lines.map(line => (isInput ? line : fromList(list, line)))
}

const fromList = (list: string, name: string): string => (isAbsolute(name) ? name : join(dirname(list), name))

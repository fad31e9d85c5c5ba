// Chooses how files are kept.

import * as platform from '#platform'
import { unknownName } from '../../check-options.ts'
import { describeValue } from '../../describe-value.ts'
import { ArgumentError, StorageError } from '../../errors.ts'
import type { Backend, StorageBackend } from './backend.ts'
import { toFileName } from './file-names.ts'

/** A caller's choice: `'auto'` takes the best one here. */
export type StorageBackendChoice = 'auto' | StorageBackend

/** Where a storage should be. */
export interface Place {
  name: string
  backend: StorageBackendChoice
  directory: string | undefined
}

const openers: Record<StorageBackend, (place: Place) => Promise<Backend | undefined>> = {
  opfs: async ({ name }) => (await import('./opfs.ts')).openOpfs(name),
  indexedDB: async ({ name }) => (await import('./indexed-db.ts')).openIndexedDb(name),
  directory: async ({ name, directory }) => {
    const path = directory ?? userDirectory(name)
    return path === undefined ? undefined : (await import('./directory.ts')).openDirectory(path)
  },
}

function userDirectory(name: string): string | undefined {
  const data = platform.userDirectory('data')
  return data === undefined ? undefined : `${data}/${toFileName(name, "the storage's name")}`
}

const missing: Record<StorageBackend, string> = {
  opfs:
    'this runtime has no origin private file system that can be written to: browsers have it in secure contexts, but ' +
    "Firefox's private windows and Safari before 15.2 do not",
  indexedDB: 'this runtime has no IndexedDB, or does not let the page use it',
  directory: 'this runtime has no directories: only Node has',
}

/** The possible backends, the best first. */
function choicesHere(): readonly StorageBackend[] {
  if (platform.name === 'node') return ['directory']
  return losesMoves() ? ['indexedDB', 'opfs'] : ['opfs', 'indexedDB']
}

/**
 * Whether a killed browser can leave a file of the origin private file system empty or missing when another was being
 * moved into its place. Firefox does (153, in some of ten kills: test/storage/crash.browsers.test.ts). Its IndexedDB
 * does not.
 */
const losesMoves = (): boolean => /\bFirefox\//.test(globalThis.navigator?.userAgent ?? '')

/**
 * Opens a storage with the requested backend. Throws {@link ArgumentError} for an unknown choice, and
 * {@link StorageError} `ERR_STORAGE_UNAVAILABLE` where the runtime lacks it.
 */
export async function openBackend(place: Place): Promise<Backend> {
  const { backend, directory } = place
  toFileName(place.name, "the storage's name") // Checked in any case.
  if (backend !== 'auto' && !Object.hasOwn(openers, backend)) {
    throw unknownName('unknown backend', backend, ['auto', ...Object.keys(openers)])
  }
  if (directory !== undefined && (typeof directory !== 'string' || directory === '')) {
    throw new ArgumentError(`directory is ${describeValue(directory)}: expected the path of one`)
  }
  const kinds = backend === 'auto' ? choicesHere() : [backend]
  for (const kind of kinds) {
    const opened = await openers[kind](place)
    if (opened) return opened
  }
  throw new StorageError(
    'ERR_STORAGE_UNAVAILABLE',
    `nothing can be stored: ${kinds.map(kind => missing[kind]).join('; ')}`,
  )
}

// Files that were fetched, where they are kept for the next time.
import * as platform from '#platform'
import { isGzip } from '../data/gzip.ts'
import { ArgumentError } from '../errors.ts'
import type { Backend, FolderPath } from '../storage/backends/backend.ts'
import { openBackend } from '../storage/backends/open-backend.ts'
import type { MnistFile } from './mnist-files.ts'

/** The names that the files have on mirrors, and where they are kept. */
export const FILE_NAMES: Readonly<Record<MnistFile, string>> = {
  trainImages: 'train-images-idx3-ubyte',
  trainLabels: 'train-labels-idx1-ubyte',
  testImages: 't10k-images-idx3-ubyte',
  testLabels: 't10k-labels-idx1-ubyte',
}

/** What the name of a kept file has behind it where what is known of the file is kept. */
const RECORD = '.verified'

/** Takes digests of files, in another thread where there is one: CRC-32 of the bytes, SHA-256 of what they hold. */
export interface Digests {
  digest(kind: 'CRC-32' | 'SHA-256', bytes: Uint8Array, name: string): Promise<string>
}

/** Where files are kept; undefined where nothing can be: then they are fetched again the next time. */
export async function openCache(place: true | string): Promise<Backend | undefined> {
  const isNode = platform.name === 'node'
  const given = place === true ? undefined : place
  try {
    return await openBackend({
      name: (isNode ? undefined : given) ?? 'wasmlp-cache',
      backend: 'auto',
      directory: isNode ? (given ?? platform.userDirectory('cache')) : undefined,
    })
  } catch (error) {
    if (error instanceof ArgumentError) throw error
    return undefined
  }
}

/**
 * The files of a data set that are kept. Beside each stands a record: the SHA-256 that was verified when the file was
 * stored, and a CRC-32 of its bytes. From then on only the CRC-32 is looked at.
 */
export class KeptFiles {
  readonly #backend: Backend
  readonly #folder: FolderPath
  readonly #digests: Digests

  constructor(backend: Backend, folder: string, digests: Digests) {
    this.#backend = backend
    this.#folder = [folder]
    this.#digests = digests
  }

  /** A file, by its SHA-256; undefined where it is not kept, or damaged. */
  async take(file: MnistFile, digest: string): Promise<Uint8Array | undefined> {
    for (const name of [`${FILE_NAMES[file]}.gz`, FILE_NAMES[file]]) {
      const bytes = await this.#read(name)
      if (!bytes) continue
      const record = await this.#read(name + RECORD)
      if (record && new TextDecoder().decode(record) === (await this.#recordOf(bytes, digest))) return bytes
      // Another program has put it there, an older version of this one, or nobody.
      const found = await this.#digests.digest('SHA-256', bytes, name).catch(() => undefined)
      if (found !== digest) continue
      await this.#record(name, bytes, digest)
      return bytes
    }
    return undefined
  }

  /** A disk that is full, or may not be written to, is no reason not to train. */
  async keep(file: MnistFile, bytes: Uint8Array, digest: string): Promise<void> {
    const name = FILE_NAMES[file]
    const [fresh, stale] = isGzip(bytes) ? [`${name}.gz`, name] : [name, `${name}.gz`]
    try {
      await this.#backend.write(this.#folder, fresh, bytes)
      await this.#record(fresh, bytes, digest)
      await this.#backend.remove(this.#folder, stale)
      await this.#backend.remove(this.#folder, stale + RECORD)
    } catch {}
  }

  #read(name: string): Promise<Uint8Array | undefined> {
    return this.#backend.read(this.#folder, name).catch(() => undefined)
  }

  async #record(name: string, bytes: Uint8Array, digest: string): Promise<void> {
    const record = new TextEncoder().encode(await this.#recordOf(bytes, digest))
    await this.#backend.write(this.#folder, name + RECORD, record).catch(() => {})
  }

  async #recordOf(bytes: Uint8Array, digest: string): Promise<string> {
    const checksum = await this.#digests.digest('CRC-32', bytes, '')
    return `SHA-256 ${digest}\nCRC-32 ${checksum}\nbytes ${bytes.length}\n`
  }
}

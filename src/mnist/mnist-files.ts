// Finds MNIST's four files, or those of a relative, in a directory or under a URL.

import * as platform from '#platform'
import { isUrl } from '../brands.ts'
import { fileOf } from '../data/byte-files.ts'
import { type Bytes, toBytes } from '../data/bytes.ts'
import { ArgumentError, DataError } from '../errors.ts'
import type { ByteFile } from '../platform/platform.ts'
import { locationName, quotedList } from '../quote-names.ts'
import { explainMissing } from './not-mnist.ts'

/** The four files of MNIST or a relative, each as IDX, raw or gzipped. */
export interface MnistBuffers {
  trainImages: Bytes
  trainLabels: Bytes
  testImages: Bytes
  testLabels: Bytes
}

/** One half of MNIST: 60,000 images to train on, or 10,000 to test with. */
export type MnistPart = 'train' | 'test'

/** Where MNIST's files, or those of one part, are: a directory's path or URL, a web address, or the files themselves. */
export type MnistSource<Part extends MnistPart = MnistPart> =
  | string
  | URL
  | Pick<MnistBuffers, `${Part}${'Images' | 'Labels'}`>

/** A {@link MnistSource} that may lack the files of a part that is not asked for. */
export type PartialMnistSource = string | URL | Partial<MnistBuffers>

/** One of the four files. */
export type MnistFile = keyof MnistBuffers

/** Options of {@link MnistFiles}. */
export interface MnistFileOptions {
  /** What the file names begin with, without the dash: `emnist-letters` for `emnist-letters-train-images-idx3-ubyte`. */
  prefix?: string
  /** Stops looking for files and reading them; what runs rejects with the signal's reason. */
  signal?: AbortSignal | undefined
}

// EMNIST and QMNIST say `test` where MNIST says `t10k`, and QMNIST's labels are in a matrix of 32-bit numbers.
const stems: Record<MnistFile, readonly string[]> = {
  trainImages: ['train-images-idx3-ubyte', 'train-images.idx3-ubyte'],
  trainLabels: ['train-labels-idx1-ubyte', 'train-labels.idx1-ubyte', 'train-labels-idx2-int'],
  testImages: [
    't10k-images-idx3-ubyte',
    't10k-images.idx3-ubyte',
    'test-images-idx3-ubyte',
    'test-images.idx3-ubyte',
  ],
  testLabels: [
    't10k-labels-idx1-ubyte',
    't10k-labels.idx1-ubyte',
    'test-labels-idx1-ubyte',
    'test-labels.idx1-ubyte',
    'test-labels-idx2-int',
  ],
}

/** `base/name`, whether or not the base ends with a slash. A URL's query stays behind; in a path, `?` means itself. */
function childOf(base: string | URL, name: string): string {
  const text = String(base)
  const isUrl = /^[a-z][a-z\d+.-]+:/i.test(text)
  const end = isUrl ? text.search(/[?#]|$/) : text.length
  return text.slice(0, end).replace(/([^/])$/, '$1/') + name + text.slice(end)
}

/** The prefix, with its dash, that the directory's MNIST files share; it may be empty. */
function findPrefix(listing: string[], directory: string | URL): string {
  const names = Object.values(stems).flat()
  const prefixes = new Set<string>()
  for (const file of listing) {
    const raw = file.replace(/\.gz$/, '')
    const name = names.find(name => raw === name || raw.endsWith(`-${name}`))
    if (name) prefixes.add(raw.slice(0, -name.length))
  }
  if (prefixes.has('')) return ''
  const [prefix = '', ...others] = prefixes
  if (others.length === 0) return prefix
  const choices = [...prefixes].sort().map(choice => choice.slice(0, -1))
  throw new ArgumentError(
    `${locationName(directory)} has the files of several data sets: name one with the option prefix, which may be ${quotedList(choices)}`,
  )
}

/** A file's name without what tells the four of a set apart: `train-images-idx3-ubyte.gz` gives `-idx-ubyte.gz`. */
const layoutOf = (name: string) => name.replace(/^.*(images|labels)/, '').replace(/idx\d/, 'idx')

/** How alike two files are named: 2 but for images and labels, 1 but for the part as well, else 0. */
function likeness(a: string, b: string): number {
  const setOf = (name: string) => name.replace(/images|labels/, '').replace(/idx\d/, 'idx')
  if (setOf(a) === setOf(b)) return 2
  return layoutOf(a) === layoutOf(b) ? 1 : 0
}

/** A file of MNIST or a relative. */
export interface FoundMnistFile {
  /** Its path or URL, or the part's name where the source is the files themselves. */
  readonly name: string
  readonly file: ByteFile
  /** Whether it is EMNIST's, by its own name: images that were stored column by column, and so lie on their side. */
  readonly isEmnist: boolean
}

/** The four files of MNIST or a relative, with or without `.gz`, wherever they are. */
export class MnistFiles {
  readonly #source: PartialMnistSource
  readonly #options: MnistFileOptions
  #prefix: Promise<string> | undefined
  /** The name of the file that was found last. */
  #last = ''

  constructor(source: PartialMnistSource, options: MnistFileOptions = {}) {
    this.#source = source
    this.#options = options
  }

  /**
   * Finds a file. Where the directory can be listed, as in Node, a prefix that all files share is found; elsewhere it
   * must be given.
   *
   * The gzipped file is tried first: it is a fifth as long, and MNIST's own form. Later files are first tried under
   * the naming of the last one found, so that few requests fail.
   *
   * Throws {@link DataError} `ERR_DATA_NOT_FOUND` where there is no such file or it cannot be read. Throws
   * {@link ArgumentError} where files of several prefixes fit or the source is of another type, and the signal's
   * reason.
   */
  async find(part: MnistFile): Promise<FoundMnistFile> {
    const source = this.#source
    const { signal } = this.#options
    signal?.throwIfAborted()
    if (typeof source !== 'string' && !isUrl(source)) {
      const file = fileOf(toBytes(source?.[part], `${part} of the MNIST source`))
      return { name: part, file, isEmnist: false }
    }
    this.#prefix ??= this.#findPrefix(source)
    const prefix = await this.#prefix
    const names = stems[part].map(stem => prefix + stem)
    const candidates = names
      .flatMap(name => [`${name}.gz`, name])
      .sort((a, b) => likeness(b, this.#last) - likeness(a, this.#last))
    for (const name of candidates) {
      const location = childOf(source, name)
      const file = await platform.open(location, signal)
      if (!file) continue
      this.#last = name
      return { name: locationName(location), file, isEmnist: /^emnist-/i.test(name) }
    }
    throw new DataError(
      'ERR_DATA_NOT_FOUND',
      (await explainMissing(source, signal)) ??
        `${locationName(source)} has none of ${names.map(locationName).join(', ')}, with or without .gz: ` +
          "check the address, or name the data set with the option prefix, such as 'emnist-letters'",
    )
  }

  async #findPrefix(source: string | URL): Promise<string> {
    const given = this.#options.prefix?.replace(/([^-])$/, '$1-')
    if (given !== undefined) return given
    const listing = await platform.listDirectory(source)
    return listing ? findPrefix(listing, source) : ''
  }
}

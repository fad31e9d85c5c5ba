// MNIST and data sets in its format, from wherever their files are.

import * as platform from '#platform'
import { isUrl } from '../brands.ts'
import { checkOptions, type OptionNames } from '../check-options.ts'
import { describeValue } from '../describe-value.ts'
import type { Engine, MnistLoadOptions } from '../engine/engine.ts'
import { type EngineOptions, engineFor, untilClosed } from '../engine/engines.ts'
import { withRoom } from '../engine/with-room.ts'
import { ArgumentError, ShapeError } from '../errors.ts'
import type { FetchMnistOptions } from '../mnist/fetch-mnist.ts'
import type {
  MnistBuffers,
  MnistFile,
  MnistPart,
  MnistSource,
  PartialMnistSource,
} from '../mnist/mnist-files.ts'
import { type Dataset, datasetOf } from './dataset.ts'

/** Options of {@link loadMnist}. */
export interface LoadMnistOptions<Only extends MnistPart | undefined = undefined>
  extends MnistLoadOptions,
    EngineOptions {
  /** Loads one part, `'train'` or `'test'`: the files of the other are not needed. */
  only?: Only
}

/** Options of {@link loadMnist} when it fetches the files itself. */
export interface LoadKnownMnistOptions<Only extends MnistPart | undefined = undefined>
  extends FetchMnistOptions,
    Omit<LoadMnistOptions<Only>, 'prefix' | 'maxBytes' | 'transpose'> {}

/** What {@link loadMnist} resolves to: both parts, or the one that `only` names. */
export type MnistData<Only extends MnistPart | undefined = undefined> = Only extends MnistPart
  ? Record<Only, Dataset>
  : Record<MnistPart, Dataset>

/** A misspelt one may be the name of a file. */
const KNOWN: OptionNames<LoadKnownMnistOptions & MnistBuffers> = {
  only: 1,
  dataset: 1,
  mirrors: 1,
  cache: 1,
  timeout: 1,
  onProgress: 1,
  classes: 1,
  signal: 1,
  build: 1,
  worker: true,
  trainImages: 1,
  trainLabels: 1,
  testImages: 1,
  testLabels: 1,
}

const LOCATED: OptionNames<LoadMnistOptions> = {
  only: 1,
  prefix: 1,
  maxBytes: 1,
  transpose: true,
  classes: 1,
  signal: 1,
  build: 1,
  worker: true,
}

const PARTS: readonly MnistPart[] = ['train', 'test']
/** Short files first, so that what is wrong shows soon. */
const FILES: readonly MnistFile[] = ['trainLabels', 'trainImages', 'testLabels', 'testImages']

/**
 * Loads MNIST or Fashion-MNIST from public mirrors. The files are fetched once, verified by SHA-256 and kept: in a
 * browser's storage, or in Node in the user's cache (~/.cache/wasmlp on Linux). Later loads compare a checksum, and
 * fetch a damaged file again. In a browser, the worker does this. A download that is cut goes on where it was, also in a
 * later call, where the server gives parts of files.
 *
 * Throws {@link DataError} `ERR_DATA_NOT_FOUND`, which lists what failed at each mirror, and the reason of `signal`
 * when that is aborted.
 *
 * @example
 * const { train, test } = await loadMnist()
 *
 * @example
 * const { test } = await loadMnist({ dataset: 'fashion-mnist', only: 'test' })
 */
export function loadMnist<Only extends MnistPart | undefined = undefined>(
  options?: LoadKnownMnistOptions<Only>,
): Promise<MnistData<Only>>
/**
 * Loads MNIST, or any data set in its format (Fashion-MNIST, EMNIST, …): four IDX files, gzipped or not. With `only`,
 * it loads the two files of one part. Pixels stay bytes in linear memory (47 MB for MNIST), and kernels read them as
 * 0–1.
 *
 * `source` is a directory (in Node), the URL that the files are under, or the files' bytes. EMNIST's images,
 * recognised by their files' names, are transposed so that they stand upright; use `transpose` for others. For
 * QMNIST, the first column of the labels is used. `labelGaps` of a data set tells which classes its labels leave out.
 *
 * Throws {@link DataError}, whose `code` says what is wrong with which file. Throws {@link ShapeError} where the two
 * parts have images of different sizes, and the reason of `signal` when that is aborted. Nothing stays in memory
 * then.
 *
 * @example
 * const { train, test } = await loadMnist('https://example.org/mnist/')
 * console.log(train.length, test.length) // 60000 10000
 *
 * @example
 * const { test } = await loadMnist('https://example.org/mnist/', { only: 'test' })
 */
export function loadMnist<Only extends MnistPart | undefined = undefined>(
  source: MnistSource<Only extends MnistPart ? Only : MnistPart>,
  options?: LoadMnistOptions<Only>,
): Promise<MnistData<Only>>
export async function loadMnist<Only extends MnistPart | undefined = undefined>(
  first: PartialMnistSource | LoadKnownMnistOptions<Only> = {},
  second?: LoadMnistOptions<Only>,
): Promise<MnistData<Only>> {
  if (typeof first !== 'string' && (typeof first !== 'object' || first === null)) {
    throw new ArgumentError(
      `loadMnist got ${describeValue(first)}: expected a directory's path or URL, the files' bytes, or options`,
    )
  }
  const known = second === undefined && isKnownOptions(first) ? first : undefined
  const options = known ?? (second === undefined ? {} : second)
  checkOptions<object>('loadMnist', options, "{ only: 'test' }", known ? KNOWN : LOCATED)
  const { build, worker, only, signal, classes, ...rest } = options
  if (only !== undefined && !PARTS.includes(only)) {
    throw new ArgumentError(`only is ${describeValue(only)}: expected 'train' or 'test', or nothing for both`)
  }
  checkMeaning(options)
  const parts = only === undefined ? PARTS : [only]
  const engine = await engineFor({ ...(build && { build }), ...(worker !== undefined && { worker }) })
  const source = known
    ? await untilClosed(() => fetchFiles(engine, parts, rest, signal))
    : located(first as PartialMnistSource)
  const settings = { ...(known ? {} : rest), ...(classes !== undefined && { classes }), signal }
  const held = await untilClosed(() => withRoom(() => engine.loadMnist(parts, source, settings)))
  const datasets = held.map(samples => datasetOf(engine, samples))
  const loaded = Object.fromEntries(datasets.map((data, i) => [parts[i], data])) as MnistData<Only>
  try {
    checkSameSize(loaded)
    return loaded
  } catch (error) {
    for (const data of datasets) data.dispose()
    throw error
  }
}

/** The largest number of classes that labels of 32 bits can have. */
const MOST_CLASSES = 2 ** 31 - 1

function checkMeaning({ classes }: Partial<MnistLoadOptions>): void {
  if (classes === undefined || (Number.isInteger(classes) && classes >= 1 && classes <= MOST_CLASSES)) return
  throw new ArgumentError(`classes is ${describeValue(classes)}: expected a whole number, 1–${MOST_CLASSES}`)
}

/** A place that means the same in a worker. */
const located = (source: PartialMnistSource) =>
  typeof source === 'string' || isUrl(source) ? platform.locate(source) : source

async function fetchFiles(
  engine: Engine,
  parts: readonly MnistPart[],
  options: object,
  signal: AbortSignal | undefined,
): Promise<PartialMnistSource> {
  const { fetchMnist } = await import('../mnist/fetch-mnist.ts')
  const files = FILES.filter(file => parts.some(part => file.startsWith(part)))
  return fetchMnist(files, options, signal, engine)
}

/** Whether it is no source, but an object of options, which may be empty. */
function isKnownOptions<Only extends MnistPart | undefined>(
  first: PartialMnistSource | LoadKnownMnistOptions<Only>,
): first is LoadKnownMnistOptions<Only> {
  return typeof first === 'object' && first !== null && !isUrl(first) && !FILES.some(file => file in first)
}

function checkSameSize({ train, test }: Partial<Record<MnistPart, Dataset>>): void {
  if (!train || !test || train.inputSize === test.inputSize) return
  throw new ShapeError(
    `training images have ${train.inputSize} pixels, test images ${test.inputSize}: expected the same (are the ` +
      'files of the same data set?)',
  )
}

// MNIST and data sets in its format, from wherever their files are.
import { platform } from '#platform'
import { checkOptions } from '../check-options.ts'
import type { MnistPart, MnistSource, PartialMnistSource } from '../data/mnist-files.ts'
import type { MnistLoadOptions } from '../engine/engine.ts'
import { type EngineOptions, engineFor } from '../engine/engines.ts'
import { ArgumentError, ShapeError } from '../errors.ts'
import { type Dataset, datasetOf } from './dataset.ts'

/** Options of {@link loadMnist}. */
export interface LoadMnistOptions<Only extends MnistPart | undefined = undefined>
  extends MnistLoadOptions,
    EngineOptions {
  /** Loads this part alone, `'train'` or `'test'`: the files of the other are not looked for. */
  only?: Only
}

/** What {@link loadMnist} resolves to: both parts, or the one that `only` names. */
export type MnistData<Only extends MnistPart | undefined = undefined> = Only extends MnistPart
  ? Record<Only, Dataset>
  : Record<MnistPart, Dataset>

const PARTS: readonly MnistPart[] = ['train', 'test']

/**
 * Loads MNIST, or any data set in its format (Fashion-MNIST, EMNIST, …): four IDX files, gzipped or not, or with `only`
 * the two files of one part. Pixels stay bytes in linear memory (47 MB for MNIST) and become 0 … 1 on the way into a
 * kernel.
 *
 * `source` is a directory (in Node), a URL that the files stand under, or the files themselves as bytes. Throws
 * {@link DataError}, whose `code` says what is wrong with which file, {@link ShapeError} where the images of both parts
 * differ in size, and the reason of `signal` when that is aborted; nothing is left in memory then.
 *
 * @example
 * const { train, test } = await loadMnist('https://example.org/mnist/')
 * console.log(train.length, test.length) // 60000 10000
 *
 * @example
 * const { test } = await loadMnist('https://example.org/mnist/', { only: 'test' })
 */
export async function loadMnist<Only extends MnistPart | undefined = undefined>(
  source: MnistSource<Only extends MnistPart ? Only : MnistPart>,
  options: LoadMnistOptions<Only> = {},
): Promise<MnistData<Only>> {
  checkOptions('loadMnist', options, "{ only: 'test' }")
  const { build, worker, only, ...files } = options
  if (only !== undefined && !PARTS.includes(only)) {
    throw new ArgumentError(
      `only is ${JSON.stringify(only)}: expected 'train' or 'test', or nothing for both`,
    )
  }
  const engine = await engineFor({ ...(build && { build }), ...(worker !== undefined && { worker }) })
  const parts = only === undefined ? PARTS : [only]
  const storages = await engine.loadMnist(parts, located(source), files)
  const datasets = storages.map(storage => datasetOf(engine, storage))
  const loaded = Object.fromEntries(datasets.map((data, i) => [parts[i], data])) as MnistData<Only>
  try {
    checkSameSize(loaded)
    return loaded
  } catch (error) {
    for (const data of datasets) data.dispose()
    throw error
  }
}

/** A place that means the same in a worker. */
const located = (source: PartialMnistSource) =>
  typeof source === 'string' || source instanceof URL ? platform.locate(source) : source

function checkSameSize({ train, test }: Partial<Record<MnistPart, Dataset>>): void {
  if (!train || !test || train.inputSize === test.inputSize) return
  throw new ShapeError(
    `training images have ${train.inputSize} pixels, test images ${test.inputSize}: expected the same (are the ` +
      'files of the same data set?)',
  )
}

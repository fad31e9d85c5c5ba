// Data sets: samples in an engine's memory, seen through a list of indices that can be sliced, split and shuffled.

import { checkNoOptions, checkOptions } from '../check-options.ts'
import { inOrder } from '../data/batches.ts'
import type { CsvData } from '../data/csv-table.ts'
import { kindOf } from '../data/number-arrays.ts'
import type { DatasetContents } from '../data/samples.ts'
import type { Engine, EngineRows, EngineSamples, Standardization } from '../engine/engine.ts'
import { engineFor } from '../engine/engines.ts'
import { withRoom } from '../engine/with-room.ts'
import { ArgumentError } from '../errors.ts'
import { CONTENTS, type DatasetOptions, toContents } from './dataset-contents.ts'
import type { LabelGaps } from './dataset-parts.ts'
import { disposeSymbol } from './dispose.ts'
import { inspectSymbol } from './inspect-symbol.ts'
import { keeping, Lifetime } from './lifetime.ts'

/** Samples in linear memory. Slicing is cheap: samples are never copied. */
export class Dataset {
  readonly #engine: Engine
  readonly #samples: EngineSamples
  readonly #indices: Int32Array
  /** @internal That of the samples, which all slices have. */
  readonly life: Lifetime

  /** @internal Use {@link dataset} or {@link loadMnist}. */
  constructor(
    engine: Engine,
    samples: EngineSamples,
    indices: Int32Array,
    life = new Lifetime('this data set was disposed: load it again', samples),
  ) {
    this.#engine = engine
    this.#samples = samples
    this.#indices = indices
    this.life = life
    Object.freeze(this)
  }

  /** Number of samples. */
  get length(): number {
    return this.#indices.length
  }

  /** Values in a sample: 784 for MNIST. */
  get inputSize(): number {
    return this.#samples.info.inputSize
  }

  /** [height, width] of the images; undefined where the samples are not known to be images. */
  get imageShape(): readonly [number, number] | undefined {
    return this.#samples.info.imageShape
  }

  /** Largest label of the whole data set + 1, or more if so declared; undefined without labels. */
  get classes(): number | undefined {
    return this.#samples.info.classes
  }

  /** Values in a target; undefined without targets. */
  get targetSize(): number | undefined {
    return this.#samples.info.targetSize
  }

  /** Samples `begin` to `end − 1`, with indices as in `Array.prototype.slice`. They share this data set's memory. */
  slice(begin?: number, end?: number): Dataset
  slice(...range: number[]): Dataset {
    checkNoOptions('slice', range)
    return this.view(this.#indices.slice(...range))
  }

  /**
   * Splits the samples at random in two: `fraction` of them, rounded, and the rest. The same seed gives the same
   * parts. With `stratify`, both parts keep the proportions of the classes, to less than one sample each
   * (largest-remainder method).
   *
   * Throws {@link ArgumentError} unless 0 < fraction < 1 and both parts have samples, and for `stratify` without
   * labels.
   *
   * @example
   * const [training, validation] = await train.split(0.9, { seed: 1, stratify: true })
   */
  async split(
    fraction: number,
    options: { seed?: number; stratify?: boolean } = {},
  ): Promise<[Dataset, Dataset]> {
    return keeping(async () => (await parts()).split(this, fraction, options), this)
  }

  /**
   * Divides the samples at random into k folds of nearly equal size, for cross-validation. Each fold is the
   * `validation` part once, with the others as `train`. They share this data set's memory. The same seed gives the
   * same folds. With `stratify`, the numbers of each class in any two folds differ by at most one.
   *
   * Throws {@link ArgumentError} unless k is a whole number from 2 to the number of samples, and for `stratify`
   * without labels.
   *
   * @example
   * for (const { train, validation } of await data.kFold(5, { seed: 1, stratify: true })) {
   *   await model.fit(train, { validationData: validation })
   * }
   */
  async kFold(
    k: number,
    options: { seed?: number; stratify?: boolean } = {},
  ): Promise<{ train: Dataset; validation: Dataset }[]> {
    return keeping(async () => (await parts()).folds(this, k, options), this)
  }

  /** The same samples in another order, set by the seed (0 to 2³² − 1; 0 unless given). */
  async shuffle(options: { seed?: number } = {}): Promise<Dataset> {
    return keeping(async () => (await parts()).shuffled(this, options), this)
  }

  /**
   * Mean and standard deviation of each of the `inputSize` values over these samples. The standard deviation is the
   * population's: divided by the number of samples. Compute both on the training part alone and pass them to
   * `normalization`, so that validation data do not leak into training. A value that never changes gets a standard
   * deviation of 1. Bytes count as 0–1.
   *
   * Throws {@link ArgumentError} where there are no samples, or a value is not finite.
   *
   * @example
   * const [train, validation] = await data.split(0.8)
   * const { mean, standardDeviation } = await train.standardization()
   */
  standardization(): Promise<Standardization>
  async standardization(...more: unknown[]): Promise<Standardization> {
    checkNoOptions('standardization', more)
    return keeping(() => this.#samples.standardization(this.#indices), this)
  }

  /**
   * Says which classes the labels leave out, which may be the work of a single broken label. Undefined where they
   * leave out none, or there are no labels. Class 0 alone may be missing: some data sets count from 1.
   *
   * @example
   * const gaps = await train.labelGaps()
   * if (gaps) console.warn(gaps.message) // classes: 201, of which 190 never occur; first label 200 at sample 492
   */
  labelGaps(): Promise<LabelGaps | undefined>
  async labelGaps(...more: unknown[]): Promise<LabelGaps | undefined> {
    checkNoOptions('labelGaps', more)
    return keeping(async () => (await parts()).labelGaps(this), this)
  }

  /** Copies of the samples, in order: inputs with their labels, targets and weights. */
  read(): Promise<DatasetContents>
  async read(...more: unknown[]): Promise<DatasetContents> {
    checkNoOptions('read', more)
    return keeping(() => this.#samples.read(this.#indices), this)
  }

  /**
   * Frees the samples, for all slices of this data set too. Calls made before are fulfilled first, `fit` included.
   * Calls made after reject with {@link DisposedError}. A data set that is no longer referenced is freed by the
   * garbage collector.
   */
  dispose(): void {
    this.life.dispose()
  }

  /** One line about it, which `console.log` shows in Node: `Dataset {"length":60000,"inputSize":784}`. */
  toString(): string {
    const { length, inputSize, imageShape, classes, targetSize } = this
    return `Dataset ${JSON.stringify({ length, inputSize, imageShape, classes, targetSize })}`
  }

  /** @internal */
  [inspectSymbol](): string {
    return this.toString()
  }

  /** `dispose()`, for `using`. */
  [disposeSymbol](): void {
    this.dispose()
  }

  /** @internal */
  get rows(): EngineRows {
    return { samples: this.#samples, indices: this.#indices }
  }

  /** @internal */
  get engine(): Engine {
    return this.#engine
  }

  /** @internal A data set of the same samples, those at these indices. */
  view(indices: Int32Array): Dataset {
    return new Dataset(this.#engine, this.#samples, indices, this.life)
  }
}

/** Loaded by those who divide data sets. */
const parts = () => import('./dataset-parts.ts')

/**
 * Makes a data set from numbers, which are copied to linear memory.
 *
 * Throws {@link ShapeError} where the parts do not fit together. Throws {@link ArgumentError} for labels that are not
 * classes, values that are not numbers, and bytes without a meaning.
 *
 * @example
 * const xor = await dataset({ inputs: [[0, 0], [0, 1], [1, 0], [1, 1]], labels: [0, 1, 1, 0] })
 * const images = await dataset({ inputs: new Uint8Array(100 * 784), imageShape: [28, 28] }) // pixels
 * const people = await dataset({ inputs: Uint8Array.of(31, 65, 18), inputSize: 1, bytes: 'numbers' }) // ages
 */
export async function dataset(options: DatasetOptions): Promise<Dataset> {
  checkOptions<DatasetOptions | CsvData>('dataset', options, '{ inputs: [[0, 1], [1, 0]], labels: [0, 1] }', {
    ...CONTENTS,
    build: 1,
    worker: true,
  })
  const engine = await engineFor(options)
  const contents = await toContents(options)
  return datasetOf(engine, await withRoom(() => engine.createSamples(contents)))
}

/** The rows of a data set. Throws {@link ArgumentError} for anything else, such as the promise of one. */
export function rowsOf(data: Dataset): EngineRows {
  if (data instanceof Dataset) return data.rows
  throw new ArgumentError(
    `expected a data set, which dataset() and loadMnist() make, got something of type ${kindOf(data)}` +
      (kindOf(data) === 'Promise' ? ': await it first' : ''),
  )
}

/** All of the samples, in order. */
export function datasetOf(engine: Engine, samples: EngineSamples): Dataset {
  return new Dataset(engine, samples, inOrder(samples.info.samples))
}

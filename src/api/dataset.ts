// Data sets: samples in an engine's memory, seen through a list of indices that can be sliced, split and shuffled.

import { checkNoOptions, checkOptions, type OptionNames } from '../check-options.ts'
import { inOrder } from '../data/batches.ts'
import type { CsvData } from '../data/csv-table.ts'
import { type NumberPerSample, toLabels, toWeights } from '../data/labels.ts'
import { isBytes, isNumberArray, kindOf, type NumberArray, toFloats } from '../data/number-arrays.ts'
import type { DatasetContents } from '../data/samples.ts'
import { describeValue } from '../describe-value.ts'
import type { Engine, EngineRows, EngineSamples, Standardization } from '../engine/engine.ts'
import { type EngineOptions, engineFor } from '../engine/engines.ts'
import { ArgumentError, ShapeError } from '../errors.ts'
import { disposeSymbol } from './dispose.ts'
import { inspectSymbol } from './inspect-symbol.ts'
import { keeping, Lifetime } from './lifetime.ts'
import { withRoom } from './room.ts'

/** Numbers by rows, or flat with the row length given beside. They are kept in single precision. */
export type Matrix = NumberArray | readonly (readonly number[] | NumberArray)[]

/**
 * What the bytes of a `Uint8Array` are: `'pixels'`, 0 … 255 as 0 … 1 (a byte b counts as b / 255), or `'numbers'`, which
 * count as they are.
 *
 * @inline
 */
export type ByteMeaning = 'pixels' | 'numbers'

/** What {@link dataset} takes. */
export interface DatasetOptions extends EngineOptions {
  /** samples × inputSize: numbers as they are, or pixels, which stay bytes. */
  inputs: Matrix
  /**
   * What inputs and targets are that come in a `Uint8Array`. Needed for such, but for inputs with an `imageShape`, which
   * are pixels unless it says otherwise, as those of a `Uint8ClampedArray` are.
   */
  bytes?: ByteMeaning
  /** Values in a sample; needed where `inputs` is flat and `imageShape` is not given. */
  inputSize?: number
  /** Where the samples are images, row by row: [height, width]. Augmentation needs it. */
  imageShape?: readonly [number, number]
  /** For classification: a class 0, 1, 2, … for each sample. */
  labels?: NumberPerSample
  /** samples × targetSize: for regression, or a probability for each class or output. */
  targets?: Matrix
  /** Values in a target; needed where `targets` is flat and longer than the samples are many. */
  targetSize?: number
  /**
   * How much each sample counts in a loss, 0 or more: a mean loss is Σ w·l / Σ w. Metrics such as accuracy count each
   * sample once.
   */
  sampleWeights?: NumberPerSample
}

/** Classes that never occur, although larger ones do. */
export interface LabelGaps {
  /** Largest label + 1. */
  classes: number
  /** How many of those never occur. */
  missing: number
  /** The first label behind the first gap (a class from 1 on that never occurs), in the order of the samples. */
  label: number
  /** The sample that has it, counted from 0. */
  sample: number
  /** The same in words. */
  message: string
}

/** The names of samples' parts, and all others that `parseCsv` gives: such an object can be given as it is. */
export const CONTENTS: OptionNames<Omit<DatasetOptions, keyof EngineOptions> | CsvData> = {
  inputs: 1,
  inputSize: 1,
  imageShape: 1,
  labels: 1,
  targets: 1,
  targetSize: 1,
  sampleWeights: 1,
  bytes: 1,
  samples: 1,
  inputNames: 1,
  categories: 1,
}

/** Samples and how to look at them. Cheap to slice: the samples themselves are never copied. */
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

  /** [height, width] of the images; undefined where the samples are not known to be such. */
  get imageShape(): readonly [number, number] | undefined {
    return this.#samples.info.imageShape
  }

  /** Largest label of the whole data set + 1, or more where that was said; undefined without labels. */
  get classes(): number | undefined {
    return this.#samples.info.classes
  }

  /** Values in a target; undefined without targets. */
  get targetSize(): number | undefined {
    return this.#samples.info.targetSize
  }

  /** Samples `begin` … `end − 1`, counted as `Array.prototype.slice` counts. They share this data set's memory. */
  slice(begin?: number, end?: number): Dataset
  slice(...range: number[]): Dataset {
    checkNoOptions('slice', range)
    return this.#view(this.#indices.slice(...range))
  }

  /**
   * Splits the samples at random in two: `fraction` of them, rounded, and the rest. The same seed gives the same parts.
   * With `stratify`, both have the classes in the proportions of the whole, to less than one sample each (method of the
   * largest remainder).
   *
   * Throws {@link ArgumentError} unless 0 < fraction < 1, where a part would have no sample, and where samples without
   * labels are to be stratified.
   *
   * @example
   * const [training, validation] = await train.split(0.9, { seed: 1, stratify: true })
   */
  async split(
    fraction: number,
    options: { seed?: number; stratify?: boolean } = {},
  ): Promise<[Dataset, Dataset]> {
    return keeping(async () => {
      const { split } = await parts()
      const [first, second] = await split(this, fraction, options)
      return [this.#at(first), this.#at(second)]
    }, this)
  }

  /**
   * Divides the samples at random into k folds of nearly equal size, for cross-validation: each is the `validation` part
   * once, with the others as `train`. They share this data set's memory; the same seed gives the same folds. With
   * `stratify`, the numbers of each class in any two folds differ by one at most.
   *
   * Throws {@link ArgumentError} unless k is a whole number, 2 … the number of samples, and where samples without labels
   * are to be stratified.
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
    return keeping(async () => {
      const { folds } = await parts()
      return (await folds(this, k, options)).map(({ train, validation }) => ({
        train: this.#at(train),
        validation: this.#at(validation),
      }))
    }, this)
  }

  /** The same samples in an order that depends on the seed (0 … 2³² − 1; 0 unless given). */
  async shuffle(options: { seed?: number } = {}): Promise<Dataset> {
    return keeping(async () => this.#at(await (await parts()).shuffled(this, options)), this)
  }

  /**
   * Mean and standard deviation (of the population: divided by the number of samples) of each of the `inputSize` values,
   * over these samples: take them from the training part alone, and give them to `normalization`, so that nothing of the
   * validation data leaks into training. Of a value that never changes, the standard deviation counts as 1. Bytes
   * count as 0 … 1.
   *
   * Throws {@link ArgumentError} where there are no samples, or a value is no finite number.
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
   * Whether the labels of these samples leave classes out, which may be the work of a single broken one; undefined where
   * they do not, or there are none. Class 0 alone may be missing: some data sets count from 1.
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
   * Frees the samples, for all slices of this data set too, when the calls are done that were made before: those are
   * fulfilled, `fit` on these samples too. A call that is made later rejects with {@link DisposedError}. A forgotten data
   * set is freed when it is garbage.
   */
  dispose(): void {
    this.life.dispose()
  }

  /** What it holds, in a line, which `console.log` shows in Node: `Dataset {"length":60000,"inputSize":784}`. */
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

  #view(indices: Int32Array): Dataset {
    return new Dataset(this.#engine, this.#samples, indices, this.life)
  }

  /** The samples at positions of this data set. */
  #at(positions: Int32Array): Dataset {
    return this.#view(positions.map(position => this.#indices[position] ?? 0))
  }
}

/** Loaded by those who divide data sets. */
const parts = () => import('./dataset-parts.ts')

/**
 * Makes a data set from numbers. They are copied to linear memory.
 *
 * Throws {@link ShapeError} where the parts do not fit together and {@link ArgumentError} for labels that are no
 * classes, values that are no numbers, and bytes of which nothing says what they are.
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

/**
 * Samples as an engine takes them. Rejects with {@link ShapeError} or {@link ArgumentError} where they are none, or where
 * single precision takes different numbers for one.
 */
export async function toContents(options: DatasetOptions): Promise<DatasetContents> {
  const contents = convert(options)
  const { inputs, targets } = contents
  if (isRounded(options.inputs, inputs) || isRounded(options.targets, targets)) {
    const { checkRounding } = await parts()
    checkRounding(options, contents)
  }
  return contents
}

/** Whether numbers were converted that single precision may have rounded to others. */
const isRounded = (from: Matrix | undefined, to: Float32Array | Uint8Array | undefined) =>
  to instanceof Float32Array && to !== from && to.some(value => Math.abs(value) >= 2 ** 24)

function convert({
  inputs,
  inputSize,
  imageShape,
  labels,
  targets,
  targetSize,
  sampleWeights,
  bytes,
}: DatasetOptions): DatasetContents {
  if (imageShape) checkImageShape(imageShape)
  const isSizeOpen = inputSize === undefined && isFlat(inputs)
  const size = isSizeOpen && imageShape ? imageShape[0] * imageShape[1] : inputSize
  const contents = toInputs(inputs, size, bytes, imageShape && 'pixels')
  if (imageShape) contents.imageShape = [imageShape[0], imageShape[1]]
  if (labels) contents.labels = toLabels(labels)
  if (sampleWeights) contents.sampleWeights = toWeights(sampleWeights)
  if (targets) {
    const { values, columns } = toMatrix('targets', targets, bytes)
    contents.targets = values instanceof Uint8Array ? Float32Array.from(values, byte => byte / 255) : values
    const size = rowSize('targets', columns, 'targetSize', targetSize)
    if (size !== undefined) contents.targetSize = size
  }
  return contents
}

function checkImageShape(shape: readonly number[]): void {
  const isShape = Array.isArray(shape) && shape.length === 2
  if (isShape && shape.every(size => Number.isInteger(size) && size >= 1)) return
  throw new ArgumentError(`imageShape is ${describeValue(shape)}: expected [height, width], such as [28, 28]`)
}

/**
 * Inputs as an engine takes them. `inputSize` is needed where they are flat; `otherwise` is what bytes are of which
 * `bytes` says nothing.
 */
export function toInputs(
  inputs: Matrix,
  inputSize: number | undefined,
  bytes: ByteMeaning | undefined,
  otherwise?: ByteMeaning,
): DatasetContents {
  const { values, columns } = toMatrix('inputs', inputs, bytes, otherwise)
  if (bytes && bytes !== 'numbers' && !(values instanceof Uint8Array)) {
    throw unclearBytes('inputs are no bytes', bytes)
  }
  const size = rowSize('inputs', columns, 'inputSize', inputSize)
  if (size === undefined)
    throw new ArgumentError('inputs are flat: say with inputSize how many values a sample has')
  return { inputs: values, inputSize: size }
}

/** Numbers as floats, and pixels as bytes. */
function toValues(
  what: string,
  values: NumberArray,
  bytes: ByteMeaning | undefined,
  otherwise: ByteMeaning | undefined,
): Float32Array | Uint8Array {
  if (!isBytes(values)) return toFloats(values)
  const meaning = bytes ?? (kindOf(values) === 'Uint8ClampedArray' ? 'pixels' : otherwise)
  if (meaning === 'numbers') return toFloats(values)
  if (meaning === 'pixels') return new Uint8Array(values.buffer, values.byteOffset, values.length)
  throw unclearBytes(`${what} are bytes`, bytes)
}

const unclearBytes = (found: string, bytes: ByteMeaning | undefined) =>
  new ArgumentError(
    `${found}, and bytes is ${describeValue(bytes)}: expected 'pixels' (a Uint8Array where 255 means 1) or 'numbers'`,
  )

/** Whether numbers come without rows, so that their row length must be known. */
export const isFlat = isNumberArray

/** The row length that was given, or that the rows have; undefined where neither tells. */
function rowSize(what: string, columns: number | undefined, name: string, given: number | undefined) {
  if (columns !== undefined && given !== undefined && columns !== given) {
    throw new ShapeError(`${what} has rows of ${columns} values, but ${name} is ${given}: leave ${name} out`)
  }
  return given ?? columns
}

/** Rows as one flat array; `columns` where the rows tell. */
function toMatrix(
  what: string,
  matrix: Matrix,
  bytes: ByteMeaning | undefined,
  otherwise?: ByteMeaning,
): { values: Float32Array | Uint8Array; columns?: number } {
  if (isNumberArray(matrix)) return { values: toValues(what, matrix, bytes, otherwise) }
  const areBytes = Array.isArray(matrix) && matrix.every(isBytes)
  const isRow = (row: unknown) => Array.isArray(row) || (isNumberArray(row) && !isBytes(row))
  if (!Array.isArray(matrix) || !(areBytes || [...matrix].every(isRow))) {
    throw new ArgumentError(
      `${what} is of type ${kindOf(matrix)}: expected a typed array or an array of rows, such as [[1, 2], [3, 4]]`,
    )
  }
  const rows = matrix as readonly (readonly number[] | NumberArray)[]
  const columns = rows[0]?.length ?? 0
  if (columns === 0) throw new ShapeError(`${what} has no values: expected at least one row of at least one`)
  const values = new (areBytes ? Uint8Array : Float32Array)(rows.length * columns)
  for (const [i, row] of rows.entries()) {
    if (row.length !== columns) {
      throw new ShapeError(
        `${what}[${i}] has ${row.length} values, but ${what}[0] has ${columns}: expected rows of one length`,
      )
    }
    if (isNumberArray(row)) {
      values.set(areBytes ? (row as Uint8Array) : toFloats(row), i * columns)
      continue
    }
    const bad = row.findIndex(value => typeof value !== 'number')
    if (bad >= 0) {
      throw new ArgumentError(`${what}[${i}][${bad}] is of type ${kindOf(row[bad])}: expected a number`)
    }
    values.set(row, i * columns)
  }
  return { values: toValues(what, values, bytes, otherwise), columns }
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

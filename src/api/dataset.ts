// Data sets: samples in an engine's memory, seen through a list of indices that can be sliced, split and shuffled.
import { checkOptions } from '../check-options.ts'
import type { DatasetContents } from '../data/storage.ts'
import type { Engine, EngineRows, EngineStorage } from '../engine/engine.ts'
import { sharedEngine } from '../engine/local.ts'
import { ArgumentError, ShapeError } from '../errors.ts'
import type { BuildChoice } from '../wasm/builds.ts'
import { disposeSymbol } from './dispose.ts'

/** Numbers by rows, or flat with the row length given beside. */
export type Matrix = Float32Array | readonly (readonly number[] | Float32Array)[]

/** What {@link dataset} takes. */
export interface DatasetOptions {
  /** samples × inputSize: bytes 0 … 255 (a Uint8Array, which stays bytes and counts as 0 … 1) or numbers as they are. */
  inputs: Uint8Array | Matrix
  /** Values in a sample; needed where `inputs` is flat and `imageShape` is not given. */
  inputSize?: number
  /** Where the samples are images, row by row: [height, width]. Augmentation needs it. */
  imageShape?: readonly [number, number]
  /** For classification: a class 0, 1, 2, … for each sample. */
  labels?: ArrayLike<number>
  /** samples × targetSize: for regression, or a probability for each class or output. */
  targets?: Matrix
  /** Values in a target; needed where `targets` is flat and longer than the samples are many. */
  targetSize?: number
  /**
   * How much each sample counts in a loss, 0 or more: a mean loss is Σ w·l / Σ w. Metrics such as accuracy count each
   * sample once.
   */
  sampleWeights?: ArrayLike<number>
  /** The build whose memory the samples go to; that of the models they will train saves a copy. */
  build?: BuildChoice
}

/** Samples and how to look at them. Cheap to slice: the samples themselves are never copied. */
export class Dataset {
  readonly #engine: Engine
  readonly #storage: EngineStorage
  readonly #indices: Int32Array

  /** @internal Use {@link dataset} or {@link loadMnist}. */
  constructor(engine: Engine, storage: EngineStorage, indices: Int32Array) {
    this.#engine = engine
    this.#storage = storage
    this.#indices = indices
  }

  /** Number of samples. */
  get length(): number {
    return this.#indices.length
  }

  /** Values in a sample: 784 for MNIST. */
  get inputSize(): number {
    return this.#storage.info.inputSize
  }

  /** [height, width] of the images; undefined where the samples are not known to be such. */
  get imageShape(): readonly [number, number] | undefined {
    return this.#storage.info.imageShape
  }

  /** Largest label of the whole data set + 1; undefined without labels. */
  get classes(): number | undefined {
    return this.#storage.info.classes
  }

  /** Values in a target; undefined without targets. */
  get targetSize(): number | undefined {
    return this.#storage.info.targetSize
  }

  /** Samples `begin` … `end − 1`, counted as `Array.prototype.slice` counts. They share this data set's memory. */
  slice(begin?: number, end?: number): Dataset {
    return this.#view(this.#indices.slice(begin, end))
  }

  /**
   * Splits the samples at random in two: `fraction` of them, rounded, and the rest. The same seed gives the same parts.
   *
   * Throws {@link ArgumentError} unless 0 < fraction < 1, and where a part would have no sample.
   *
   * @example
   * const [training, validation] = await train.split(0.9, { seed: 1 })
   */
  async split(fraction: number, options: { seed?: number } = {}): Promise<[Dataset, Dataset]> {
    checkOptions('split', options, '{ seed: 1 }')
    if (!(typeof fraction === 'number' && fraction > 0 && fraction < 1)) {
      throw new ArgumentError(`fraction is ${fraction}: expected a number between 0 and 1`)
    }
    const { length } = this
    const at = Math.round(fraction * length)
    if (at === 0 || at === length) {
      throw new ArgumentError(
        `split(${fraction}) of ${length} samples gives parts of ${at} and ${length - at}: expected at least one in ` +
          'each (use a fraction nearer to 0.5, or more samples)',
      )
    }
    const shuffled = await this.shuffle(options)
    return [shuffled.slice(0, at), shuffled.slice(at)]
  }

  /** The same samples in an order that depends on the seed (0 … 2³² − 1; 0 unless given). */
  async shuffle(options: { seed?: number } = {}): Promise<Dataset> {
    checkOptions('shuffle', options, '{ seed: 1 }')
    const { seed = 0 } = options
    if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
      throw new ArgumentError(`seed is ${seed}: expected a whole number, 0 … 4294967295`)
    }
    const order = await this.#engine.permutation(this.length, seed)
    return this.#view(order.map(position => this.#indices[position] ?? 0))
  }

  /** Copies of the samples, in order: inputs with their labels, targets and weights. */
  read(): Promise<DatasetContents> {
    return this.#storage.read(this.#indices)
  }

  /** Frees the samples, for all slices of this data set too. */
  dispose(): void {
    this.#storage.dispose()
  }

  [disposeSymbol](): void {
    this.dispose()
  }

  /** @internal */
  get rows(): EngineRows {
    return { storage: this.#storage, indices: this.#indices }
  }

  /** @internal */
  get engine(): Engine {
    return this.#engine
  }

  #view(indices: Int32Array): Dataset {
    return new Dataset(this.#engine, this.#storage, indices)
  }
}

/**
 * Makes a data set from numbers. They are copied to linear memory.
 *
 * Throws {@link ShapeError} where the parts do not fit together and {@link ArgumentError} for labels that are no
 * classes.
 *
 * @example
 * const xor = await dataset({ inputs: [[0, 0], [0, 1], [1, 0], [1, 1]], labels: [0, 1, 1, 0] })
 */
export async function dataset(options: DatasetOptions): Promise<Dataset> {
  checkOptions('dataset', options, '{ inputs: [[0, 1], [1, 0]], labels: [0, 1] }')
  const { build = 'auto' } = options
  const engine = await sharedEngine(build)
  return datasetOf(engine, await engine.createStorage(toContents(options)))
}

function toContents({
  inputs,
  inputSize,
  imageShape,
  labels,
  targets,
  targetSize,
  sampleWeights,
}: DatasetOptions): DatasetContents {
  if (imageShape) checkImageShape(imageShape)
  const isSizeOpen = inputSize === undefined && isFlat(inputs)
  const contents = toInputs(inputs, isSizeOpen && imageShape ? imageShape[0] * imageShape[1] : inputSize)
  if (imageShape) contents.imageShape = [imageShape[0], imageShape[1]]
  if (labels) contents.labels = toLabels(labels)
  if (sampleWeights) contents.sampleWeights = Float32Array.from(sampleWeights)
  if (targets) {
    const { values, columns } = toMatrix('targets', targets)
    contents.targets = values
    const size = rowSize('targets', columns, 'targetSize', targetSize)
    if (size !== undefined) contents.targetSize = size
  }
  return contents
}

function checkImageShape(shape: readonly number[]): void {
  const isShape = Array.isArray(shape) && shape.length === 2
  if (isShape && shape.every(size => Number.isInteger(size) && size >= 1)) return
  throw new ArgumentError(`imageShape is ${String(shape)}: expected [height, width], such as [28, 28]`)
}

/** Inputs as an engine takes them. `inputSize` is needed where they are flat. */
export function toInputs(inputs: Uint8Array | Matrix, inputSize: number | undefined): DatasetContents {
  const { values, columns } = isBytes(inputs) ? { values: inputs } : toMatrix('inputs', inputs)
  const size = rowSize('inputs', columns, 'inputSize', inputSize)
  if (size === undefined)
    throw new ArgumentError('inputs are flat: say with inputSize how many values a sample has')
  return { inputs: values, inputSize: size }
}

function toLabels(labels: ArrayLike<number>): Int32Array {
  const result = Int32Array.from(labels, Number)
  const bad = result.findIndex((label, i) => label !== labels[i] || label < 0)
  if (bad >= 0) throw new ArgumentError(`labels[${bad}] is ${labels[bad]}: expected a class 0, 1, 2, …`)
  return result
}

// Not by instanceof, which fails for objects of another realm: a frame, or a test runner's sandbox.
const kindOf = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1)
const isBytes = (values: unknown): values is Uint8Array => kindOf(values) === 'Uint8Array'
const isFloats = (values: unknown): values is Float32Array => kindOf(values) === 'Float32Array'

/** Whether numbers come without rows, so that their row length must be known. */
export const isFlat = (values: unknown): boolean => isBytes(values) || isFloats(values)

/** The row length that was given, or that the rows have; undefined where neither tells. */
function rowSize(what: string, columns: number | undefined, name: string, given: number | undefined) {
  if (columns !== undefined && given !== undefined && columns !== given) {
    throw new ShapeError(`${what} has rows of ${columns} values, but ${name} is ${given}: leave ${name} out`)
  }
  return given ?? columns
}

/** Rows as one flat array; `columns` where the rows tell. */
function toMatrix(what: string, matrix: Matrix): { values: Float32Array; columns?: number } {
  if (isFloats(matrix)) return { values: matrix }
  if (!Array.isArray(matrix) || ![...matrix].every(row => Array.isArray(row) || isFloats(row))) {
    const bytes = what === 'inputs' ? 'a Uint8Array, ' : ''
    throw new ArgumentError(
      `${what} is of type ${kindOf(matrix)}: expected ${bytes}a Float32Array or an array of arrays of numbers, such as ` +
        '[[1, 2], [3, 4]]',
    )
  }
  const rows = matrix as readonly (readonly number[] | Float32Array)[]
  const columns = rows[0]?.length ?? 0
  if (columns === 0) throw new ShapeError(`${what} has no values: expected at least one row of at least one`)
  const values = new Float32Array(rows.length * columns)
  for (const [i, row] of rows.entries()) {
    if (row.length !== columns) {
      throw new ShapeError(
        `${what}[${i}] has ${row.length} values, but ${what}[0] has ${columns}: expected rows of one length`,
      )
    }
    const bad = isFloats(row) ? -1 : row.findIndex(value => typeof value !== 'number')
    if (bad >= 0) {
      throw new ArgumentError(`${what}[${i}][${bad}] is of type ${kindOf(row[bad])}: expected a number`)
    }
    values.set(row, i * columns)
  }
  return { values, columns }
}

/** The rows of a data set. Throws {@link ArgumentError} for anything else, such as the promise of one. */
export function rowsOf(data: Dataset): EngineRows {
  if (data instanceof Dataset) return data.rows
  throw new ArgumentError(
    `expected a data set, which dataset() and loadMnist() make, got something of type ${kindOf(data)}` +
      (kindOf(data) === 'Promise' ? ': await it first' : ''),
  )
}

/** All samples of a storage, in order. */
export function datasetOf(engine: Engine, storage: EngineStorage): Dataset {
  return new Dataset(
    engine,
    storage,
    Int32Array.from({ length: storage.info.samples }, (_, i) => i),
  )
}

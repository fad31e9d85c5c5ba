// Numbers as a user gives them, and as an engine takes them.
import { arrayKindOf, isFloat32Array, isUint8Array } from '../brands.ts'
import type { OptionNames } from '../check-options.ts'
import type { CsvData } from '../data/csv-table.ts'
import { type NumberPerSample, toLabels, toWeights } from '../data/labels.ts'
import {
  isBytes,
  isNumberArray,
  kindOf,
  type Matrix,
  type NumberArray,
  toFloats,
} from '../data/number-arrays.ts'
import type { DatasetContents } from '../data/samples.ts'
import { describeValue } from '../describe-value.ts'
import type { EngineOptions } from '../engine/engines.ts'
import { ArgumentError, ShapeError } from '../errors.ts'

/**
 * What a `Uint8Array` holds: `'pixels'`, where a byte b counts as b / 255 (0–1), or `'numbers'`, which count as they
 * are.
 *
 * @inline
 */
export type ByteMeaning = 'pixels' | 'numbers'

/** What {@link dataset} takes. */
export interface DatasetOptions extends EngineOptions {
  /** samples × inputSize: numbers as they are, or pixels, which stay bytes. */
  inputs: Matrix
  /**
   * What inputs and targets in a `Uint8Array` are. Required for these, except for inputs with an `imageShape`: those are
   * pixels by default, as are those in a `Uint8ClampedArray`.
   */
  bytes?: ByteMeaning
  /** Values in a sample; needed where `inputs` is flat and `imageShape` is not given. */
  inputSize?: number
  /** Where the samples are images, row by row: [height, width]. Augmentation needs it. */
  imageShape?: readonly [number, number]
  /** For classification: the class of each sample, 0, 1, 2, … */
  labels?: NumberPerSample
  /** samples × targetSize: for regression, or a probability for each class or output. */
  targets?: Matrix
  /** Values in a target; needed where `targets` is flat and has several values for each sample. */
  targetSize?: number
  /**
   * How much each sample counts in a loss, 0 or more: a mean loss is Σ w·l / Σ w. Metrics such as accuracy count each
   * sample once.
   */
  sampleWeights?: NumberPerSample
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

/**
 * Samples as an engine takes them. Rejects with {@link ShapeError} or {@link ArgumentError} where they are none, or where
 * single precision takes different numbers for one.
 */
export async function toContents(options: DatasetOptions): Promise<DatasetContents> {
  const contents = convert(options)
  const { inputs, targets } = contents
  if (isRounded(options.inputs, inputs) || isRounded(options.targets, targets)) {
    const { checkRounding } = await import('../data/rounding.ts')
    checkRounding(options, contents)
  }
  return contents
}

/** Whether numbers were converted that single precision may have rounded to others. */
const isRounded = (from: Matrix | undefined, to: Float32Array | Uint8Array | undefined) =>
  isFloat32Array(to) && to !== from && to.some(value => Math.abs(value) >= 2 ** 24)

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
    contents.targets = isUint8Array(values) ? new Float32Array(values).map(byte => byte / 255) : values
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
  if (bytes && bytes !== 'numbers' && !isUint8Array(values)) {
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
  const meaning = bytes ?? (arrayKindOf(values) === 'Uint8ClampedArray' ? 'pixels' : otherwise)
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

// The samples of a data set in linear memory.
import { isUint8Array } from '../brands.ts'
import { describeValue } from '../describe-value.ts'
import { ArgumentError, ShapeError } from '../errors.ts'
import type { Arena } from '../wasm/arena.ts'
import type { F32Buffer, I32Buffer, U8Buffer } from '../wasm/buffer.ts'
import type { RowLayout } from './rows.ts'

/** Samples as the host passes them, row by row without gaps. */
export interface DatasetContents {
  /** samples × inputSize: bytes 0–255, which count as 0–1, or floats as they are. */
  inputs: Uint8Array | Float32Array
  /** What the inputs are if they are bytes. {@link wasmlp!dataset | dataset} thus takes this object as it is. */
  bytes?: 'pixels'
  inputSize: number
  /** Where the samples are images: [height, width], whose product is inputSize. */
  imageShape?: readonly [number, number]
  /** A class 0, 1, 2, … for each sample, for classification. */
  labels?: Int32Array
  /** The number of classes, where the labels may lack the last ones. */
  classes?: number
  /** samples × targetSize, for regression. */
  targets?: Float32Array
  targetSize?: number
  /** How much each sample counts in a loss: 0 or more. */
  sampleWeights?: Float32Array
}

/** What a data set holds. */
export interface DatasetInfo {
  samples: number
  inputSize: number
  /** [height, width]; undefined where the samples are not known to be images. */
  imageShape?: readonly [number, number]
  /** Largest label + 1; undefined without labels. */
  classes?: number
  /** Undefined without targets. */
  targetSize?: number
}

/** Samples in linear memory. Pixels stay bytes, a quarter of the size of floats. */
export interface Samples {
  readonly info: DatasetInfo
  readonly inputs: U8Buffer | F32Buffer
  readonly labels: I32Buffer | undefined
  readonly targets: F32Buffer | undefined
  readonly sampleWeights: F32Buffer | undefined
}

/** Copies samples into linear memory. Throws {@link ShapeError} or {@link ArgumentError} where they do not fit. */
export function storeContents(arena: Arena, contents: DatasetContents): Samples {
  const { inputs, inputSize, imageShape, labels, classes = 0, targets, targetSize, sampleWeights } = contents
  const samples = rowsOf('inputs', inputs.length, 'inputSize', inputSize)
  if (imageShape && imageShape[0] * imageShape[1] !== inputSize) {
    throw new ShapeError(
      `imageShape is ${imageShape.join(' × ')}, but a sample has ${inputSize} values: expected their product`,
    )
  }
  if (labels && labels.length !== samples) {
    throw new ShapeError(`${labels.length} labels for ${samples} samples: expected one for each`)
  }
  if (sampleWeights && sampleWeights.length !== samples) {
    throw new ShapeError(
      `${sampleWeights.length} sampleWeights for ${samples} samples: expected one for each`,
    )
  }
  if (targets && targetSize === undefined && (targets.length === 0 || targets.length % samples !== 0)) {
    throw new ShapeError(
      `targets has ${targets.length} elements for ${samples} samples: expected equally many for each`,
    )
  }
  const size = targets && (targetSize ?? targets.length / samples)
  if (targets && size !== undefined && rowsOf('targets', targets.length, 'targetSize', size) !== samples) {
    throw new ShapeError(
      `targets has ${targets.length / size} rows of ${size} for ${samples} samples: expected one for each`,
    )
  }
  const info: DatasetInfo = {
    samples,
    inputSize,
    ...(imageShape && { imageShape }),
    ...(labels && { classes: Math.max(classes, countClasses(labels)) }),
    ...(size !== undefined && { targetSize: size }),
  }
  const stored: Samples = {
    info,
    inputs: isUint8Array(inputs) ? arena.u8(inputs.length) : arena.f32(inputs.length),
    labels: labels && arena.i32(labels.length),
    targets: targets && arena.f32(targets.length),
    sampleWeights: sampleWeights && arena.f32(sampleWeights.length),
  }
  stored.inputs.view.set(inputs)
  if (labels) stored.labels?.view.set(labels)
  if (targets) stored.targets?.view.set(targets)
  if (sampleWeights) stored.sampleWeights?.view.set(sampleWeights)
  return stored
}

/** Room in linear memory for a number of samples. Rows are zeros until they are written. */
export function allocateSamples(arena: Arena, layout: RowLayout, samples: number): Samples {
  const { inputSize, isBytes, hasLabels, targetSize, hasWeights, imageShape } = layout
  return {
    info: {
      samples,
      inputSize,
      ...(imageShape && { imageShape }),
      ...(targetSize !== undefined && { targetSize }),
    },
    inputs: isBytes ? arena.u8(samples * inputSize) : arena.f32(samples * inputSize),
    labels: hasLabels ? arena.i32(samples) : undefined,
    targets: targetSize === undefined ? undefined : arena.f32(samples * targetSize),
    sampleWeights: hasWeights ? arena.f32(samples) : undefined,
  }
}

/** Largest label + 1. Throws {@link ArgumentError} for a negative one. */
export function countClasses(labels: Int32Array): number {
  let largest = -1
  for (const label of labels) {
    if (label < 0) throw new ArgumentError(`label ${label}: expected classes 0, 1, 2, …`)
    if (label > largest) largest = label
  }
  return largest + 1
}

function rowsOf(what: string, length: number, sizeName: string, size: number): number {
  if (!Number.isInteger(size) || size < 1) {
    throw new ArgumentError(`${sizeName} is ${describeValue(size)}: expected a whole number, 1 or more`)
  }
  if (length === 0 || length % size !== 0) {
    throw new ShapeError(`${what} has ${length} elements: expected rows of ${size}, at least one`)
  }
  return length / size
}

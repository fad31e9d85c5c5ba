// Data sets as safetensors files: samples and what belongs to them as tensors of their own types, so that bytes stay
// bytes; what tensors cannot say is JSON in the metadata.
import { isUint8Array } from '../brands.ts'
import type { DatasetContents } from '../data/samples.ts'
import { FormatError } from '../errors.ts'
import { type SafetensorsFile, type Tensor, type WritableTensor, writeSafetensors } from './safetensors.ts'

/** Version of the metadata, and of what the tensors mean; raised when an older reader could misread them. */
const SCHEMA = 1
const KEY = 'wasmlp.dataset'

/** What the metadata say, under the key `wasmlp.dataset`. */
interface Description {
  schema: number
  imageShape?: readonly [number, number]
  classes?: number
}

/** A data set as a file; `metadata` go in as well. */
export function encodeDataset(
  { inputs, inputSize, imageShape, labels, classes, targets, targetSize = 1, sampleWeights }: DatasetContents,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const samples = inputs.length / inputSize
  const tensors: [string, WritableTensor][] = []
  if (labels) tensors.push(['labels', { dtype: 'I32', shape: [samples], data: labels }])
  if (targets) tensors.push(['targets', { dtype: 'F32', shape: [samples, targetSize], data: targets }])
  if (sampleWeights) tensors.push(['sampleWeights', { dtype: 'F32', shape: [samples], data: sampleWeights }])
  const shape = [samples, inputSize]
  tensors.push([
    'inputs',
    isUint8Array(inputs) ? { dtype: 'U8', shape, data: inputs } : { dtype: 'F32', shape, data: inputs },
  ])
  const description: Description = {
    schema: SCHEMA,
    ...(imageShape && { imageShape }),
    ...(classes !== undefined && { classes }),
  }
  return writeSafetensors(tensors, { [KEY]: JSON.stringify(description), ...metadata })
}

/** The data set of {@link encodeDataset}. Throws {@link FormatError}. */
export function decodeDataset({ tensors, metadata }: SafetensorsFile): DatasetContents {
  const { imageShape, classes } = describe(metadata[KEY])
  const inputs = tensors.get('inputs')
  const [samples, inputSize] = inputs?.shape ?? []
  if (
    (inputs?.dtype !== 'U8' && inputs?.dtype !== 'F32') ||
    samples === undefined ||
    inputSize === undefined
  ) {
    throw unexpected('inputs', inputs, 'U8 or F32 [samples, values]')
  }
  const contents: DatasetContents = { inputs: inputs.data, inputSize }
  if (imageShape) contents.imageShape = imageShape
  const labels = tensors.get('labels')
  if (labels) {
    if (labels.dtype !== 'I32') throw unexpected('labels', labels, 'I32 [samples]')
    contents.labels = labels.data
    if (classes !== undefined) contents.classes = classes
  }
  const targets = tensors.get('targets')
  if (targets) {
    const [, targetSize] = targets.shape
    if (targets.dtype !== 'F32' || targetSize === undefined) {
      throw unexpected('targets', targets, 'F32 [samples, values]')
    }
    contents.targets = targets.data
    contents.targetSize = targetSize
  }
  const weights = tensors.get('sampleWeights')
  if (weights) {
    if (weights.dtype !== 'F32') throw unexpected('sampleWeights', weights, 'F32 [samples]')
    contents.sampleWeights = weights.data
  }
  return contents
}

function describe(text: string | undefined): Partial<Description> {
  if (text === undefined) throw new FormatError(`the file holds no data set: its metadata have no ${KEY}`)
  let description: Partial<Description>
  try {
    description = { ...JSON.parse(text) }
  } catch (cause) {
    throw new FormatError('what the file says of its data set is no JSON', { cause })
  }
  const { schema } = description
  if (schema === SCHEMA) return description
  throw new FormatError(
    `the data set's schema is version ${JSON.stringify(schema)}, and this wasmlp reads version ${SCHEMA}` +
      (typeof schema === 'number' && schema > SCHEMA ? ': use a newer wasmlp' : ''),
  )
}

function unexpected(name: string, tensor: Tensor | undefined, expected: string): FormatError {
  const found = tensor ? `${tensor.dtype} [${tensor.shape}]` : 'nothing'
  return new FormatError(`the data set has ${found} as ${name}, expected ${expected}`)
}

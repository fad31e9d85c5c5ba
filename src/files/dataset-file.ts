// Data sets as safetensors files: samples and what belongs to them as tensors of their own types, so that bytes stay
// bytes; what tensors cannot say is JSON in the metadata.

import { exactOptional, type InferOutput, pipe, readonly, strictTuple } from 'valibot'
import { isUint8Array } from '../brands.ts'
import type { DatasetContents } from '../data/samples.ts'
import { FormatError } from '../errors.ts'
import { quoted, shapeText } from '../quote-names.ts'
import { parseJson } from '../strict-json.ts'
import { type SafetensorsFile, type WritableTensor, writeSafetensors } from './safetensors.ts'
import type { Dtype, Tensor } from './safetensors-tensor.ts'
import { check, checkVersion, fields, readingFile, whole } from './schema.ts'

/** Version of the metadata, and of what the tensors mean; raised when an older reader could misread them. */
const SCHEMA = 1
const KEY = 'wasmlp.dataset'

/** What the metadata say, under the key `wasmlp.dataset`. To add a field, add it here. */
export const DESCRIPTION = fields({
  schema: whole(SCHEMA, SCHEMA),
  imageShape: exactOptional(pipe(strictTuple([whole(1), whole(1)], '[height, width]'), readonly())),
  /** Labels are 32-bit numbers. */
  classes: exactOptional(whole(1, 2 ** 31)),
})

type Description = InferOutput<typeof DESCRIPTION>

/** A tensor of a data set: its types, what its shape is, and what each of its numbers is. */
interface TensorRow {
  readonly dtypes: readonly Dtype[]
  readonly shape: 'rows' | 'list'
  readonly isOptional?: true
  /** Which numbers are allowed, and in words; any unless given. */
  readonly isRight?: (value: number, description: Description) => boolean
  readonly expected?: string
}

/** The tensors of a data set, by name. To add one, add it here. */
const TENSORS: Readonly<Record<string, TensorRow>> = {
  inputs: { dtypes: ['U8', 'F32'], shape: 'rows' },
  labels: {
    dtypes: ['I32'],
    shape: 'list',
    isOptional: true,
    isRight: (value, { classes = Infinity }) => value >= 0 && value < classes,
    expected: 'classes 0, 1, 2, …, fewer than the metadata say',
  },
  targets: { dtypes: ['F32'], shape: 'rows', isOptional: true },
  sampleWeights: {
    dtypes: ['F32'],
    shape: 'list',
    isOptional: true,
    isRight: value => value >= 0 && value < Infinity,
    expected: 'finite numbers, 0 or more',
  },
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
  const description = describe(metadata[KEY])
  const stray = [...tensors.keys()].find(name => !Object.hasOwn(TENSORS, name))
  if (stray !== undefined) {
    throw new FormatError(
      `the data set has a tensor ${quoted(stray)}, expected only ${Object.keys(TENSORS).join(', ')}`,
    )
  }
  const samples = tensors.get('inputs')?.shape[0] ?? 0
  for (const [name, row] of Object.entries(TENSORS)) {
    const tensor = tensors.get(name)
    if (tensor || !row.isOptional) checkTensor(name, tensor, row, samples, description)
  }
  const { inputs, labels, targets, sampleWeights } = Object.fromEntries(tensors)
  const inputSize = inputs?.shape[1] ?? 0
  const { imageShape, classes } = description
  if (imageShape && imageShape[0] * imageShape[1] !== inputSize) {
    throw new FormatError(
      `${WHERE}: imageShape is ${imageShape.join(' × ')}, but a sample has ${inputSize} values, expected their product`,
    )
  }
  return {
    inputs: inputs?.data as Uint8Array | Float32Array,
    inputSize,
    ...(imageShape && { imageShape }),
    ...(labels && { labels: labels.data as Int32Array, ...(classes !== undefined && { classes }) }),
    ...(targets && { targets: targets.data as Float32Array, targetSize: targets.shape[1] ?? 0 }),
    ...(sampleWeights && { sampleWeights: sampleWeights.data as Float32Array }),
  }
}

const WHERE = 'what the file says of its data set'

function describe(text: string | undefined): Description {
  if (text === undefined) throw new FormatError(`the file holds no data set: its metadata have no ${KEY}`)
  const description = parseJson(text, WHERE)
  checkVersion('the data set', description, SCHEMA, SCHEMA)
  return readingFile(WHERE, ' (save the data set again)', () => {
    check(DESCRIPTION, description)
    return description
  })
}

/** Throws {@link FormatError} unless a tensor is as its row says, for so many samples. */
function checkTensor(
  name: string,
  tensor: Tensor | undefined,
  { dtypes, shape, isRight, expected }: TensorRow,
  samples: number,
  description: Description,
): void {
  const isList = shape === 'list'
  const [rows = 0, columns = isList ? 1 : 0, ...more] = tensor?.shape ?? []
  const isShape = rows === samples && rows > 0 && columns > 0 && more.length === 0
  if (!tensor || !dtypes.includes(tensor.dtype) || !isShape || (isList && tensor.shape.length !== 1)) {
    const found = tensor ? `${tensor.dtype} ${shapeText(tensor.shape)}` : 'nothing'
    const count = name === 'inputs' ? 'samples' : samples
    throw new FormatError(
      `the data set has ${found} as ${name}, expected ${dtypes.join(' or ')} [${count}${isList ? '' : ', values'}]`,
    )
  }
  if (!isRight) return
  for (const [i, value] of tensor.data.entries()) {
    if (isRight(Number(value), description)) continue
    throw new FormatError(`the data set's ${name} have ${value} at [${i}], expected ${expected}`)
  }
}

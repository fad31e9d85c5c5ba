// Models as safetensors files: weights with the names and shapes that PyTorch's nn.Sequential gives them, and the
// architecture in the metadata.
//
// PyTorch numbers the modules of a Sequential, activations included: Linear, ReLU, Linear is 0, 1, 2, and only 0 and 2
// have parameters. A Linear's weight is [out, in], the transpose of ours.
import { array, exactOptional, type InferOutput, maxLength, pipe, unknown } from 'valibot'
import { ELEMENTS_PER_STEP, finish, type Steps } from '../data/steps.ts'
import { ArgumentError, FormatError } from '../errors.ts'
import { layerRow } from '../layers/layer-kinds.ts'
import type { Layer } from '../layers/layers.ts'
import { checkLayer } from '../layers/rules.ts'
import { type LayerShape, shapesOf } from '../layers/shapes.ts'
import { checkSpec, type LayerParameters } from '../layers/spec.ts'
import { quoted, shapeText } from '../quote-names.ts'
import { parseJson } from '../strict-json.ts'
import { describeLayer, isSameLayer, layerFromJson, layerToJson, MAX_LAYERS } from './layer-json.ts'
import { transpose } from './matrix-order.ts'
import {
  readSafetensorsInSteps,
  type SafetensorsFile,
  type Tensor,
  type WritableTensor,
  writeSafetensors,
} from './safetensors.ts'
import { expectFiniteInSteps, toFloat32InSteps } from './safetensors-tensor.ts'
import { check, checkVersion, fields, readingFile, whole } from './schema.ts'

/** Version of the file's schema, in the metadata; raised when an older reader could misread it. */
const SCHEMA = 3

/** The version that a network of dense layers alone is written in, which wasmlp 0.1 reads as well. */
const DENSE_SCHEMA = 1

/** The version of a network with other layers. */
const LAYERS_SCHEMA = 2

/** The version of a file with quantised weights: 8-bit whole numbers, with a scale for each row. */
export const QUANTIZED_SCHEMA = 3

/** What the names of tensors begin with that are no weights, but a checkpoint's. */
export const TRAINING = 'training.'

/** Likewise, of how a table's rows become samples. */
const TABLE = 'table.'

const LIST = `a list of at most ${MAX_LAYERS} layers`

/**
 * The architecture as the metadata has it, under the key `wasmlp`. To add a field, add it here; those of layers have
 * their rows in layer-json.ts.
 */
export const ARCHITECTURE = fields({
  /** A file without one counts as version 1. */
  schema: exactOptional(whole(DENSE_SCHEMA, SCHEMA)),
  inputSize: whole(1),
  layers: pipe(array(unknown(), LIST), maxLength(MAX_LAYERS, LIST)),
})

/** What else goes into a file of {@link encodeModel}, or goes in otherwise. */
export interface EncodeOptions {
  tensors?: [string, WritableTensor][]
  metadata?: Record<string, string>
  /** The tensors that a matrix of weights becomes, where it is not to be one of 32-bit floats; rows are units. */
  encodeMatrix?: (name: string, matrix: Float32Array, shape: number[]) => [string, WritableTensor][]
  /** The lowest version of the schema that the file can have. */
  schema?: number
}

/** A model as a safetensors file. Throws {@link ArgumentError} for more layers than are read. */
export function encodeModel(
  inputSize: number,
  layers: readonly Layer[],
  parameters: readonly LayerParameters[],
  more: EncodeOptions = {},
): Uint8Array<ArrayBuffer> {
  if (layers.length > MAX_LAYERS) {
    throw new ArgumentError(
      `the model has ${layers.length} layers, and a file holds ${MAX_LAYERS}: use fewer`,
    )
  }
  const tensors: [string, WritableTensor][] = []
  let module = 0
  for (const [i, shape] of shapesOf(inputSize, layers).entries()) {
    const { inputs, units, isMatrix, weightCount, biasCount } = shape
    const empty: LayerParameters = { weights: new Float32Array(), bias: new Float32Array() }
    const { weights, bias, runningMean, runningVariance, batches = 0 } = parameters[i] ?? empty
    const add = (name: string, data: Float32Array, dimensions: number[]) =>
      tensors.push([`${module}.${name}`, { dtype: 'F32', shape: dimensions, data }])
    if (isMatrix) {
      const matrix = finish(transpose(weights, inputs, units))
      if (more.encodeMatrix) tensors.push(...more.encodeMatrix(`${module}.weight`, matrix, [units, inputs]))
      else add('weight', matrix, [units, inputs])
    } else if (weightCount > 0) add('weight', weights, [weightCount])
    if (biasCount > 0) add('bias', bias, [biasCount])
    if (runningMean && runningVariance) {
      add('running_mean', runningMean, [units])
      add('running_var', runningVariance, [units])
      const data = BigInt64Array.of(BigInt(batches))
      tensors.push([`${module}.num_batches_tracked`, { dtype: 'I64', shape: [], data }])
    }
    module += modulesOf(shape.layer)
  }
  const architecture: InferOutput<typeof ARCHITECTURE> = {
    schema: Math.max(
      layers.every(({ kind }) => kind === 'dense') ? DENSE_SCHEMA : LAYERS_SCHEMA,
      more.schema ?? DENSE_SCHEMA,
    ),
    inputSize,
    layers: layers.map(layerToJson),
  }
  const metadata = { format: 'pt', wasmlp: JSON.stringify(architecture), ...more.metadata }
  const sizeOf = ([, { data }]: [string, WritableTensor]) => data.BYTES_PER_ELEMENT
  const all = [...tensors, ...(more.tensors ?? [])]
  return writeSafetensors(
    all.sort((a, b) => sizeOf(b) - sizeOf(a)),
    metadata,
  )
}

/** Modules of an nn.Sequential that a layer is. */
function modulesOf(layer: Layer): number {
  if (layer.kind === 'dense') return layer.activation === 'identity' ? 1 : 2
  return layerRow(layer).modules ?? 1
}

/** A model from a file of {@link encodeModel}. Throws {@link FormatError}. */
export const decodeModel = (bytes: Uint8Array | ArrayBuffer): ModelInFile => finish(decodeModelInSteps(bytes))

/** What {@link decodeModel} gives. */
export interface ModelInFile {
  inputSize: number
  layers: Layer[]
  parameters: LayerParameters[]
}

/** As {@link decodeModel}, step by step. */
export function* decodeModelInSteps(bytes: Uint8Array | ArrayBuffer): Steps<ModelInFile> {
  const { tensors, metadata } = yield* readSafetensorsInSteps(bytes)
  const { inputSize, layers } = parseArchitecture(metadata.wasmlp)
  return { inputSize, layers, parameters: yield* takeParameters(tensors, inputSize, layers, true) }
}

/** The weights of a file, with or without metadata, for the given layers. Throws {@link FormatError}. */
export const fitParameters = (
  bytes: Uint8Array | ArrayBuffer,
  inputSize: number,
  layers: readonly Layer[],
): LayerParameters[] => finish(fitParametersInSteps(bytes, inputSize, layers))

/** As {@link fitParameters}, step by step. */
export function* fitParametersInSteps(
  bytes: Uint8Array | ArrayBuffer,
  inputSize: number,
  layers: readonly Layer[],
): Steps<LayerParameters[]> {
  return yield* parametersOf(yield* readSafetensorsInSteps(bytes), inputSize, layers)
}

/** As {@link fitParametersInSteps}, of a file that was read. */
export function* parametersOf(
  { tensors, metadata }: SafetensorsFile,
  inputSize: number,
  layers: readonly Layer[],
): Steps<LayerParameters[]> {
  if (metadata.wasmlp === undefined) return yield* takeParameters(tensors, inputSize, layers, false)
  const inFile = parseArchitecture(metadata.wasmlp)
  checkArchitecture(inFile.layers, layers)
  const parameters = yield* takeParameters(tensors, inputSize, layers, true)
  checkSizes(inFile, { inputSize, layers })
  return parameters
}

/** The layers of a file of {@link encodeModel} that was read. Throws {@link FormatError}. */
export const layersOf = ({ metadata }: SafetensorsFile): Layer[] => parseArchitecture(metadata.wasmlp).layers

/** Weights learned for one activation mean nothing to another. */
function checkArchitecture(inFile: readonly Layer[], ofModel: readonly Layer[]): void {
  const [found, expected] = [inFile.filter(changesPredictions), ofModel.filter(changesPredictions)]
  for (const [i, layer] of expected.entries()) {
    const other = found[i]
    if (!other) {
      throw new FormatError(
        `the model has a layer ${ofModel.indexOf(layer) + 1} that the file has not, ${nameOf(layer)}: ${WITH_LAYERS}`,
      )
    }
    if (isSameLayer(other, layer)) continue
    const [theirs, ours] = [describeLayer(other).slice(0, 100), describeLayer(layer).slice(0, 100)]
    throw new FormatError(
      `layer ${inFile.indexOf(other) + 1} of the file is ${theirs}, but that of the model ${ours}: create the model with ` +
        'the activations of the file',
    )
  }
  const stray = found[expected.length]
  if (!stray) return
  throw new FormatError(
    `the file has a layer ${inFile.indexOf(stray) + 1} that the model has not, ${nameOf(stray)}: ${WITH_LAYERS}`,
  )
}

const WITH_LAYERS = 'create the model with the layers of the file'

const nameOf = (layer: Layer) =>
  `${layer.kind === 'dense' ? 'dense with ' : ''}${describeLayer(layer)}`.slice(0, 100)

/** Comes after the tensors, which name what does not fit. Throws where the metadata are of other tensors. */
function checkSizes(
  file: { inputSize: number; layers: readonly Layer[] },
  model: { inputSize: number; layers: readonly Layer[] },
): void {
  if (file.inputSize !== model.inputSize) {
    throw new FormatError(
      `the file is of a model of ${file.inputSize} inputs, but the model has ${model.inputSize}: ${WITH_LAYERS}`,
    )
  }
  const [found, expected] = [file, model].map(({ inputSize, layers }) =>
    shapesOf(inputSize, layers).filter(({ layer }) => changesPredictions(layer)),
  )
  for (const [i, { index, units }] of (found ?? []).entries()) {
    const ours = expected?.[i]?.units
    if (ours === units) continue
    throw new FormatError(
      `layer ${index + 1} of the file gives ${units} values, but that of the model ${ours}: ${WITH_LAYERS}`,
    )
  }
}

/** Dropout has no weights, and nothing to do with what they mean; a flatten does nothing. */
const changesPredictions = (layer: Layer) => !layerRow(layer).isIdle

function parseArchitecture(text: string | undefined): { inputSize: number; layers: Layer[] } {
  if (text === undefined) {
    throw new FormatError(
      'the file has weights but no architecture of wasmlp in its metadata: create the model with its layers first, ' +
        'then load the weights into it',
    )
  }
  const where = 'the architecture in the metadata'
  const json = parseJson(text, where)
  checkVersion('the model', json, DENSE_SCHEMA, SCHEMA)
  return readingFile(`${where} makes no network`, ' (export the model again)', () => {
    check(ARCHITECTURE, json)
    const { inputSize, layers } = json
    const spec = { inputSize, layers: layers.map((layer, i) => layerFromJson(layer, `layers.${i}`)), seed: 0 }
    checkSpec(spec, checkLayer)
    return spec
  })
}

/** What a module's tensors are called: a number in one spelling alone, of which doubles keep the order. */
const MODULE = /^(0|[1-9]\d{0,14})\.(weight|running_mean)$/

/**
 * Pairs the modules that have parameters, in ascending order, with the layers that do. A file of PyTorch, which is not
 * `isOurs`, can be without the bias of a Linear, and without the weight and bias of a BatchNorm.
 */
function* takeParameters(
  tensors: Map<string, Tensor>,
  inputSize: number,
  layers: readonly Layer[],
  isOurs: boolean,
): Steps<LayerParameters[]> {
  const numbers = [...tensors.keys()]
    .map(name => MODULE.exec(name)?.[1])
    .filter(module => module !== undefined)
  const modules = [...new Set(numbers)].sort((a, b) => Number(a) - Number(b))
  const shapes = shapesOf(inputSize, layers)
  const learning = shapes.filter(({ weightCount }) => weightCount > 0)
  const expected = new Set(
    modules.flatMap((module, i) => {
      const isQuantized = tensors.get(`${module}.weight`)?.dtype === 'I8'
      return namesOf(learning[i], isQuantized).map(name => `${module}.${name}`)
    }),
  )
  const stray = [...tensors.keys()].find(
    name => !expected.has(name) && !name.startsWith(TRAINING) && !name.startsWith(TABLE),
  )
  if (stray !== undefined) {
    throw new FormatError(
      `the file has a tensor ${quoted(stray)}: expected only N.weight and N.bias, as an nn.Sequential of Linear ` +
        'modules has them, and what else the layers of the model have',
    )
  }
  if (modules.length !== learning.length) {
    throw new FormatError(`the file has weights of ${modules.length} layers, expected ${learning.length}`)
  }
  const moduleOf = new Map(learning.map((shape, i) => [shape, modules[i]]))
  const parameters: LayerParameters[] = []
  for (const shape of shapes) {
    parameters.push(yield* takeLayer(tensors, moduleOf.get(shape), shape, isOurs))
  }
  return parameters
}

/** The names of a layer's tensors, behind the number of its module. */
function namesOf(shape: LayerShape | undefined, isQuantized: boolean): string[] {
  const names = ['weight']
  if (isQuantized) names.push('weight_scale')
  if (!shape || shape.biasCount > 0) names.push('bias')
  if (shape && shape.statisticsCount > 0) names.push('running_mean', 'running_var', 'num_batches_tracked')
  return names
}

/** A layer's parameters; none where it has no module. */
function* takeLayer(
  tensors: Map<string, Tensor>,
  module: string | undefined,
  { inputs, units, isMatrix, weightCount, biasCount, statisticsCount }: LayerShape,
  isOurs: boolean,
): Steps<LayerParameters> {
  if (module === undefined) return { weights: new Float32Array(), bias: new Float32Array() }
  const isLeftOut = (name: string) => !isOurs && !tensors.has(`${module}.${name}`)
  const isPlain = statisticsCount > 0 && isLeftOut('weight') && isLeftOut('bias')
  const weight = isPlain
    ? new Float32Array(weightCount).fill(1)
    : yield* take(tensors, `${module}.weight`, isMatrix ? [units, inputs] : [weightCount])
  const hasNoBias = isLeftOut('bias') && (statisticsCount === 0 || isPlain)
  return {
    weights: isMatrix ? yield* transpose(weight, units, inputs) : weight,
    bias:
      hasNoBias || biasCount === 0
        ? new Float32Array(biasCount)
        : yield* take(tensors, `${module}.bias`, [biasCount]),
    ...(statisticsCount > 0 && {
      runningMean: yield* take(tensors, `${module}.running_mean`, [units]),
      runningVariance: yield* takeVariance(tensors, `${module}.running_var`, units),
      batches: takeCount(tensors, `${module}.num_batches_tracked`),
    }),
  }
}

/** A whole number; 0 where there is none, as in files of PyTorch before 0.4.1. */
function takeCount(tensors: Map<string, Tensor>, name: string): number {
  const tensor = tensors.get(name)
  if (!tensor) return 0
  const what = `tensor ${quoted(name)}`
  if (tensor.dtype !== 'I64' || tensor.data.length !== 1) {
    throw new FormatError(
      `${what} is ${tensor.dtype} ${shapeText(tensor.shape)}, expected one number of type I64`,
    )
  }
  const count = Number(tensor.data[0])
  check(whole(), count, what)
  return count
}

function* take(tensors: Map<string, Tensor>, name: string, shape: number[]): Steps<Float32Array> {
  const tensor = tensors.get(name)
  const what = `tensor ${quoted(name)}`
  if (!tensor) throw new FormatError(`the file has no ${what}, expected one of ${shapeText(shape)}`)
  if (String(tensor.shape) !== String(shape)) {
    throw new FormatError(
      `${what} has the shape ${shapeText(tensor.shape)}, but the layer needs ${shapeText(shape)}`,
    )
  }
  const result =
    tensor.dtype === 'I8'
      ? yield* dequantized(tensors, name, tensor.data, shape)
      : yield* toFloat32InSteps(tensor)
  yield* expectFiniteInSteps(result, shape, what)
  return result
}

/** 8-bit whole numbers times the scale of their row. */
function* dequantized(
  tensors: Map<string, Tensor>,
  name: string,
  values: Int8Array,
  [rows = 1, columns = 1]: readonly number[],
): Steps<Float32Array> {
  const scales = yield* take(tensors, `${name}_scale`, [rows])
  const floats = new Float32Array(values.length)
  let sinceStep = 0
  for (let row = 0; row < rows; ++row) {
    const rowEnd = (row + 1) * columns
    for (let begin = row * columns; begin < rowEnd; begin += ELEMENTS_PER_STEP) {
      const end = Math.min(begin + ELEMENTS_PER_STEP, rowEnd)
      scale(values, scales[row] ?? 0, floats, begin, end)
      sinceStep += end - begin
      if (sinceStep < ELEMENTS_PER_STEP) continue
      sinceStep = 0
      yield
    }
  }
  return floats
}

function scale(values: Int8Array, factor: number, floats: Float32Array, begin: number, end: number): void {
  for (let i = begin; i < end; ++i) floats[i] = (values[i] ?? 0) * factor
}

/** A variance is 0 or more. */
function* takeVariance(tensors: Map<string, Tensor>, name: string, units: number): Steps<Float32Array> {
  const variance = yield* take(tensors, name, [units])
  const at = variance.findIndex(value => value < 0)
  if (at < 0) return variance
  throw new FormatError(
    `tensor ${quoted(name)} has ${variance[at]} at [${at}], expected variances, 0 or more`,
  )
}

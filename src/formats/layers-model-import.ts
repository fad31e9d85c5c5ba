// Models from TensorFlow.js's LayersModel, as saved by TensorFlow.js or made from Keras models by its converter.
//
// Source: https://github.com/tensorflow/tfjs/blob/master/tfjs-core/src/io/types.ts (ModelJSON, WeightsManifestConfig).

import type { Sequential } from '../api/sequential.ts'
import { checkNames, checkNoOptions, checkOptions, type OptionNames } from '../check-options.ts'
import { toBytes } from '../data/bytes.ts'
import { describeValue } from '../describe-value.ts'
import { ArgumentError, FormatError } from '../errors.ts'
import { check } from '../files/schema.ts'
import { quoted, wordOf } from '../quote-names.ts'
import { parseJson } from '../strict-json.ts'
import { IMPORT_OPTIONS, ImportedNetwork, type ImportOptions, reading } from './imported-network.ts'
import { KERAS_LAYERS, KerasLayer } from './keras-layers.ts'
import { checkRoom } from './keras-room.ts'
import { ARTIFACTS, type KerasLayerFields, type KerasWeight, MANIFEST } from './keras-schema.ts'
import { rowOfLayers } from './keras-topology.ts'
import { LayersModelWeights } from './layers-model-weights.ts'
import { isObject, type Plain } from './plain-json.ts'

/** What {@link sequentialFromLayersModel} takes. */
export interface LayersModelSource {
  /**
   * The contents of model.json, parsed or as text; or TensorFlow.js's model artifacts, which have `weightSpecs` instead
   * of `weightsManifest`.
   */
  modelJson: object | string
  /** The bytes of the weights' file, or of all files in the manifest's order. */
  weightData: Uint8Array | ArrayBuffer | readonly (Uint8Array | ArrayBuffer)[]
}

const SOURCE: OptionNames<LayersModelSource> = { modelJson: 1, weightData: 1 }

/**
 * Creates a model from a LayersModel: a Sequential, or a Functional whose layers form a chain.
 *
 * - Layers: `Dense`, `Activation`, `ReLU`, `LeakyReLU`, `PReLU`, `ELU`, `Softmax`, `Dropout`, `BatchNormalization`,
 *   `LayerNormalization`, `Flatten`, `Reshape` to rows, `InputLayer`, `Rescaling` and `Normalization`
 * - Skipped, since they act in training only: `GaussianNoise`, `GaussianDropout`, `AlphaDropout` and
 *   `ActivityRegularization`
 * - Weights that the converter quantised (float16, uint8, uint16) become 32-bit floats.
 *
 * Rejects with {@link FormatError} for anything else, naming the layer and its class, and for files of another format.
 *
 * @example
 * const modelJson = await readFile('model.json', 'utf8')
 * const model = await sequentialFromLayersModel({ modelJson, weightData: await readFile('weights.bin') })
 *
 * Source: https://www.tensorflow.org/js/guide/save_load
 */
export async function sequentialFromLayersModel(
  source: LayersModelSource,
  options: ImportOptions = {},
): Promise<Sequential> {
  checkOptions('sequentialFromLayersModel', options, "{ build: 'simd' }", IMPORT_OPTIONS)
  // An empty file is one that is broken.
  if (!(source?.modelJson || source?.modelJson === '') || !source.weightData) {
    throw new ArgumentError('sequentialFromLayersModel takes { modelJson, weightData }')
  }
  checkNames('sequentialFromLayersModel', source, SOURCE)
  const bytes = joined(source.weightData)
  const network = reading('layers-model', () => readModel(parse(source.modelJson), bytes))
  return network.toModel(options)
}

/**
 * The names of the files that hold the weights according to model.json, in order and relative to it. Throws
 * {@link FormatError}.
 *
 * @example
 * const weightData = await Promise.all(weightFilesOf(modelJson).map(name => readFile(join(directory, name))))
 */
export function weightFilesOf(modelJson: object | string): string[]
export function weightFilesOf(modelJson: object | string, ...more: unknown[]): string[] {
  checkNoOptions('weightFilesOf', more)
  return reading('layers-model', () => {
    const json = parse(modelJson)
    check(MANIFEST, json)
    const paths = json.weightsManifest.flatMap(group => group.paths)
    checkPaths(paths)
    checkRoom(
      rowOfLayers(json).layers,
      json.weightsManifest.flatMap(group => group.weights),
    )
    return paths
  })
}

/** A file that is named twice would be read twice. Throws {@link FormatError}. */
function checkPaths(paths: readonly string[]): void {
  const places = new Set<string>()
  for (const path of paths) {
    const parts: string[] = []
    for (const part of path.split('/')) {
      if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop()
      else if (part !== '.' && part !== '') parts.push(part)
    }
    const place = parts.join('/')
    if (places.has(place)) {
      throw new FormatError(
        `the manifest names the file ${describeValue(path)} twice, expected each file once`,
      )
    }
    places.add(place)
  }
}

function readModel(json: Plain, bytes: Uint8Array): ImportedNetwork {
  const specs = weightsIn(json)
  const { layers, kerasVersion } = rowOfLayers(json)
  checkRoom(layers, specs)
  checkLayerNames(layers)
  const weights = new LayersModelWeights(specs, bytes)
  const network = new ImportedNetwork(bytes.length)
  let isFlat = true
  for (const [index, { class_name: className, config }] of layers.entries()) {
    const name = config.name ?? `number ${index + 1}`
    network.place = `layer ${quoted(name)} (${wordOf(className)})`
    reading(network.place, () => {
      const read = Object.hasOwn(KERAS_LAYERS, className) ? KERAS_LAYERS[className] : undefined
      if (!read) {
        throw new FormatError(
          `layers of this class are not supported, expected one of ${Object.keys(KERAS_LAYERS).join(', ')}`,
        )
      }
      const layer = new KerasLayer(network, name, config, weights, kerasVersion)
      if (index === 0) isFlat = layer.beginInputs()
      if (!isFlat && !read.isForAnyRank) {
        throw new FormatError('a sample is not a row of numbers here, expected a Flatten or Reshape before')
      }
      read.add(layer, isFlat)
      isFlat ||= className === 'Flatten' || className === 'Reshape'
    })
  }
  return network
}

/** Layers of one name would have the same weights. Throws {@link FormatError}. */
function checkLayerNames(layers: readonly KerasLayerFields[]): void {
  const places = new Map<string, number>()
  for (const [index, { config }] of layers.entries()) {
    const { name } = config
    const other = typeof name === 'string' ? places.get(name) : undefined
    if (other !== undefined) {
      throw new FormatError(
        `layers ${other} and ${index + 1} are both called ${quoted(name ?? '')}, expected a name for each`,
      )
    }
    if (typeof name === 'string') places.set(name, index + 1)
  }
}

/** All weights, in the order of their bytes. */
function weightsIn(json: Plain): KerasWeight[] {
  if ('weightSpecs' in json) {
    if ('weightsManifest' in json) {
      throw new FormatError('model.json has weightsManifest and weightSpecs, expected one of them')
    }
    check(ARTIFACTS, json)
    return json.weightSpecs
  }
  check(MANIFEST, json)
  checkPaths(json.weightsManifest.flatMap(group => group.paths))
  return json.weightsManifest.flatMap(group => group.weights)
}

/** The JSON of a LayersModel. */
function parse(modelJson: object | string): Plain {
  const json = typeof modelJson === 'string' ? parseJson(modelJson, 'model.json') : modelJson
  if (!isObject(json)) throw new FormatError('model.json holds no object')
  const { format } = json
  if (format === undefined || format === null || format === 'layers-model') return json
  throw new FormatError(
    `the format is ${describeValue(format)}, expected "layers-model": convert the Keras model itself`,
  )
}

/** Concatenates the files. */
function joined(weightData: LayersModelSource['weightData']): Uint8Array {
  if (!isList(weightData)) return toBytes(weightData, 'the weights')
  const shards = weightData.map(shard => toBytes(shard, 'the weights'))
  const bytes = new Uint8Array(shards.reduce((sum, { length }) => sum + length, 0))
  let position = 0
  for (const shard of shards) {
    bytes.set(shard, position)
    position += shard.length
  }
  return bytes
}

const isList = (data: LayersModelSource['weightData']): data is readonly (Uint8Array | ArrayBuffer)[] =>
  Array.isArray(data)

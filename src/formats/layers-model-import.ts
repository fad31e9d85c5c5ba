// Models from TensorFlow.js's LayersModel, as saved by TensorFlow.js or made from Keras models by its converter.
//
// Source: https://github.com/tensorflow/tfjs/blob/master/tfjs-core/src/io/types.ts (ModelJSON, WeightsManifestConfig).
import type { Sequential } from '../api/sequential.ts'
import { checkNames, checkNoOptions, checkOptions, type OptionNames } from '../check-options.ts'
import { toBytes } from '../data/bytes.ts'
import { ArgumentError, FormatError } from '../errors.ts'
import { IMPORT_OPTIONS, ImportedNetwork, type ImportOptions, reading } from './imported-network.ts'
import { KERAS_LAYERS, KerasLayer } from './keras-layers.ts'
import { rowOfLayers } from './keras-topology.ts'
import { LayersModelWeights } from './layers-model-weights.ts'
import { isObject, listOf, type Plain, textOf } from './plain-json.ts'

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
  if (!source?.modelJson || !source.weightData) {
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
  return reading('layers-model', () =>
    groupsOf(parse(modelJson)).flatMap(group =>
      listOf(group, 'paths').map(path => {
        if (typeof path === 'string') return path
        throw new FormatError('a path in the manifest is not text')
      }),
    ),
  )
}

function readModel(json: Plain, bytes: Uint8Array): ImportedNetwork {
  const specs = 'weightSpecs' in json ? listOf(json, 'weightSpecs') : groupsOf(json).flatMap(weightsOf)
  const weights = new LayersModelWeights(specs, bytes)
  const { layers, kerasVersion } = rowOfLayers(json)
  const network = new ImportedNetwork(bytes.length)
  let isFlat = true
  for (const [index, { className, config }] of layers.entries()) {
    const name = typeof config.name === 'string' ? config.name : `number ${index + 1}`
    network.place = `layer ${JSON.stringify(name.slice(0, 80))} (${className.slice(0, 80)})`
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

/** The JSON of a LayersModel. */
function parse(modelJson: object | string): Plain {
  let json: unknown = modelJson
  if (typeof modelJson === 'string') {
    try {
      json = JSON.parse(modelJson)
    } catch (cause) {
      throw new FormatError('model.json is not JSON', { cause })
    }
  }
  if (!isObject(json)) throw new FormatError('model.json holds no object')
  const format = 'format' in json && json.format !== null ? textOf(json, 'format') : 'layers-model'
  if (format === 'layers-model') return json
  throw new FormatError(
    `the format is ${JSON.stringify(format.slice(0, 80))}, expected "layers-model": convert the Keras model itself`,
  )
}

const groupsOf = (json: Plain) =>
  listOf(json, 'weightsManifest').map(group => {
    if (isObject(group)) return group
    throw new FormatError('a group in the manifest is not an object')
  })

const weightsOf = (group: Plain) => listOf(group, 'weights')

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

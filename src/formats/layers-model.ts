// Models as TensorFlow.js saves them, a LayersModel: model.json, with Keras's description of the layers and a list of
// the weights, and the weights' bytes.
//
// A Dense layer's kernel is (inputs, units), row-major, like a weight matrix here. Safetensors files follow PyTorch and
// hold its transpose.
//
// Source: https://github.com/tensorflow/tfjs/blob/master/tfjs-core/src/io/types.ts (ModelJSON, WeightsManifestConfig),
// and what version 4.22 saves.
import { checkModel } from '../api/right-kinds.ts'
import type { Sequential } from '../api/sequential.ts'
import { checkOptions } from '../check-options.ts'
import { ArgumentError } from '../errors.ts'
import { toFloat16 } from '../float16.ts'
import { activationRow } from '../kernels/activations.ts'
import type { LayerActivation } from '../layers/layer-activation.ts'
import type { Layer } from '../layers/layers.ts'
import { type NormalizationLayer, scalingOf } from '../layers/normalization.ts'
import { shapesOf } from '../layers/shapes.ts'
import type { LayerParameters } from '../layers/spec.ts'
import { kerasName } from './keras-activations.ts'
import { checkWeightType, type WeightType } from './quantization.ts'

/** The contents of model.json. */
export interface LayersModelJson {
  format: 'layers-model'
  generatedBy: string
  convertedBy: string | null
  /** Keras's description of the layers. */
  modelTopology: object
  /** Which weights are in which files, in order. */
  weightsManifest: WeightsGroup[]
}

/** Files, and the weights in them, in order. */
export interface WeightsGroup {
  paths: string[]
  weights: WeightSpec[]
}

/** One tensor: its elements are little-endian, row-major. */
export interface WeightSpec {
  name: string
  shape: number[]
  dtype: 'float32'
  /** Present where they are kept in 16 bits. */
  quantization?: { dtype: 'float16' }
}

/** A model as two files. */
export interface LayersModel {
  modelJson: LayersModelJson
  /** The contents of the file that `modelJson.weightsManifest[0].paths[0]` names. */
  weightData: ArrayBuffer
}

/** Options of {@link toLayersModel}. */
export interface LayersModelOptions {
  /** `'f32'` unless given, or `'f16'`, for the weights of dense layers. */
  weights?: Exclude<WeightType, 'int8'>
  /** The name of the weights' file in model.json, in the same folder; `'weights.bin'` unless given. */
  weightsFile?: string
}

/**
 * A model as TensorFlow.js's LayersModel. `tf.loadLayersModel` loads it, and its predictions are the same up to
 * rounding.
 *
 * - A `normalization` by one mean and one standard deviation becomes a `Rescaling`. One with a mean and a deviation for
 *   each input becomes a `BatchNormalization` that does not train.
 * - `flatten` is omitted: TensorFlow.js has none for rows of numbers.
 * - A kernel is (inputs, units), row-major, like the weights from `getParameters`. PyTorch, and thus a safetensors
 *   file, has its transpose.
 *
 * Rejects with {@link ArgumentError} for an `elu` whose alpha is not 1, and for an activation that TensorFlow.js lacks
 * or cannot load, such as `step`, `hardTanh` and `geluTanh` (docs/layers.md lists them).
 *
 * @example
 * const { modelJson, weightData } = await toLayersModel(model)
 * await writeFile('model.json', JSON.stringify(modelJson))
 * await writeFile('weights.bin', new Uint8Array(weightData))
 *
 * Source: https://www.tensorflow.org/js/guide/save_load
 */
export async function toLayersModel(
  model: Sequential,
  options: LayersModelOptions = {},
): Promise<LayersModel> {
  checkOptions('toLayersModel', options, "{ weights: 'f16' }", { weights: 1, weightsFile: 1 })
  checkModel('toLayersModel', model)
  const { weights = 'f32', weightsFile = 'weights.bin' } = options
  checkWeightType(weights)
  if ((weights as WeightType) === 'int8') {
    throw new ArgumentError(
      "a LayersModel has no scale for each unit, as int8 weights need: use 'f32' or 'f16'",
    )
  }
  const { inputSize, layers } = model
  const parameters = await model.getParameters()
  const writer = new TopologyWriter(inputSize, weights === 'f16')
  for (const { layer, index, inputs } of shapesOf(inputSize, layers)) {
    addLayer(writer, layer, index, inputs, parameters[index] ?? NO_PARAMETERS)
  }
  return writer.finish(weightsFile)
}

const NO_PARAMETERS: LayerParameters = { weights: new Float32Array(), bias: new Float32Array() }

function addLayer(
  writer: TopologyWriter,
  layer: Layer,
  index: number,
  inputs: number,
  { weights, bias, runningMean = NO_PARAMETERS.bias, runningVariance = NO_PARAMETERS.bias }: LayerParameters,
): void {
  switch (layer.kind) {
    case 'dense': {
      const { units, activation, slope } = layer
      const name = nameOf(layer, index, activation, slope)
      writer.add('Dense', { units, activation: name ?? 'linear', use_bias: true }, [
        ['kernel', [inputs, units], weights],
        ['bias', [units], bias],
      ])
      if (name === undefined) writer.add('LeakyReLU', { alpha: slope })
      return
    }
    case 'activation': {
      const name = nameOf(layer, index, layer.activation, layer.slope)
      if (name === undefined) writer.add('LeakyReLU', { alpha: layer.slope })
      else writer.add('Activation', { activation: name })
      return
    }
    case 'prelu': {
      const shared_axes = layer.shared ? [1] : null
      writer.add('PReLU', { shared_axes }, [['alpha', [weights.length], weights]])
      return
    }
    case 'dropout':
      writer.add('Dropout', { rate: layer.rate })
      return
    case 'batchNormalization': {
      const { epsilon, momentum } = layer
      // Keras's momentum is the weight of the old statistics.
      const config = { axis: -1, momentum: decimal(1 - momentum), epsilon, center: true, scale: true }
      writer.add('BatchNormalization', config, [
        ['gamma', [inputs], weights],
        ['beta', [inputs], bias],
        ['moving_mean', [inputs], runningMean],
        ['moving_variance', [inputs], runningVariance],
      ])
      return
    }
    case 'layerNormalization':
      writer.add('LayerNormalization', { axis: [1], epsilon: layer.epsilon, center: true, scale: true }, [
        ['gamma', [inputs], weights],
        ['beta', [inputs], bias],
      ])
      return
    case 'normalization':
      addNormalization(writer, layer, inputs)
      return
    case 'flatten':
      return
  }
}

/** A number without the last bits of a subtraction: 0.9 for 1 − 0.1. */
export const decimal = (value: number) => Number(value.toPrecision(12))

/** (x − mean)·scale. */
function addNormalization(writer: TopologyWriter, layer: NormalizationLayer, inputs: number): void {
  const { mean, scale } = scalingOf(layer, inputs)
  if (typeof layer.mean === 'number' && typeof layer.standardDeviation === 'number') {
    const [factor = 1] = scale
    // Exact: a product of two 32-bit floats.
    writer.add('Rescaling', { scale: factor, offset: -(mean[0] ?? 0) * factor })
    return
  }
  const config = { axis: -1, momentum: 1, epsilon: 0, center: false, scale: true, trainable: false }
  writer.add('BatchNormalization', config, [
    ['gamma', [inputs], scale],
    ['moving_mean', [inputs], mean],
    ['moving_variance', [inputs], new Float32Array(inputs).fill(1)],
  ])
}

/** The name of an activation; undefined for a leaky ReLU, which is a layer. Throws {@link ArgumentError} for others. */
function nameOf(layer: Layer, index: number, activation: LayerActivation, slope: number): string | undefined {
  if (activation === 'leakyRelu') return undefined
  const name = kerasName(activation)
  const { parameter } = activationRow(activation)
  if (name !== undefined && (!parameter || slope === parameter.initial)) return name
  const what = parameter ? `${activation} with ${parameter.name} ${slope}` : activation
  throw new ArgumentError(
    `layer ${index + 1} (${layer.kind}, ${what}) has no equal in TensorFlow.js: use another activation, or toOnnx`,
  )
}

/** Keras's words for our layers, in its lists of names. */
const KERAS_NAMES: Readonly<Record<string, string>> = { PReLU: 'p_re_lu', LeakyReLU: 'leaky_re_lu' }

const snakeCase = (className: string) =>
  KERAS_NAMES[className] ?? className.replace(/(?<=[a-z])[A-Z]/g, '_$&').toLowerCase()

type Weight = readonly [name: string, shape: number[], data: Float32Array]

/** Layers in a row, their names, and their weights. */
class TopologyWriter {
  readonly #inputSize: number
  readonly #isHalf: boolean
  readonly #layers: object[] = []
  readonly #specs: WeightSpec[] = []
  readonly #data: ArrayBufferView[] = []

  constructor(inputSize: number, isHalf: boolean) {
    this.#inputSize = inputSize
    this.#isHalf = isHalf
  }

  add(className: string, config: object, weights: readonly Weight[] = []): void {
    const name = `${snakeCase(className)}_${this.#layers.length + 1}`
    const first =
      this.#layers.length === 0 ? { batch_input_shape: [null, this.#inputSize], dtype: 'float32' } : {}
    this.#layers.push({ class_name: className, config: { name, trainable: true, ...first, ...config } })
    for (const [kind, shape, data] of weights) {
      const spec: WeightSpec = { name: `${name}/${kind}`, shape, dtype: 'float32' }
      const isHalf = this.#isHalf && kind === 'kernel'
      this.#specs.push(isHalf ? { ...spec, quantization: { dtype: 'float16' } } : spec)
      this.#data.push(isHalf ? toFloat16(data, spec.name) : data)
    }
  }

  finish(weightsFile: string): LayersModel {
    const weightData = new ArrayBuffer(this.#data.reduce((sum, { byteLength }) => sum + byteLength, 0))
    let position = 0
    for (const { buffer, byteOffset, byteLength } of this.#data) {
      new Uint8Array(weightData, position).set(new Uint8Array(buffer, byteOffset, byteLength))
      position += byteLength
    }
    const modelTopology = {
      class_name: 'Sequential',
      config: { name: 'sequential_1', layers: this.#layers },
      keras_version: 'tfjs-layers 4.22.0',
      backend: 'tensor_flow.js',
    }
    return {
      modelJson: {
        format: 'layers-model',
        generatedBy: 'wasmlp',
        convertedBy: null,
        modelTopology,
        weightsManifest: [{ paths: [weightsFile], weights: this.#specs }],
      },
      weightData,
    }
  }
}

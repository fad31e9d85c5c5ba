// Models as ONNX: a graph with a few operators for each layer.
import { checkModel } from '../api/right-kinds.ts'
import type { Sequential } from '../api/sequential.ts'
import { checkOptions } from '../check-options.ts'
import { toFloat16 } from '../float16.ts'
import { FOREIGN_NAMES } from '../kernels/activations.ts'
import type { LayerActivation } from '../layers/layer-activation.ts'
import { activationOf, type Layer } from '../layers/layers.ts'
import { type BatchNormalizationLayer, scalingOf } from '../layers/normalization.ts'
import { shapesOf } from '../layers/shapes.ts'
import type { LayerParameters } from '../layers/spec.ts'
import {
  type Draft,
  encodeOnnx,
  type OnnxAttribute,
  type OnnxNode,
  type OnnxTensor,
} from './onnx-messages.ts'
import { ATTRIBUTE_TYPES, TENSOR_TYPES } from './onnx-types.ts'
import { checkWeightType, quantize, type WeightType } from './quantization.ts'

/** Options of {@link toOnnx}. */
export interface OnnxOptions {
  /** `'f32'` unless given. */
  weights?: WeightType
}

/** Versions of the operators, and of the file format that first had them: ONNX 1.12, and ONNX 1.15. */
const VERSIONS = { opset: 17, irVersion: 8 }
const NEWER_VERSIONS = { opset: 20, irVersion: 9 }

/**
 * A model as an ONNX file, for onnxruntime and other tools that run ONNX. It predicts the same. The input, `input`, is
 * float32 [batch, inputSize] (pixels from 0 to 1). The output, `output`, is float32 [batch, outputSize]. A batch can
 * have any size.
 *
 * Operators are those of opset 17 (IR version 8), or of opset 20 (IR version 9) where there is a GELU. Dense layers are
 * `Gemm`. Batch normalisation uses its running statistics, and dropout is omitted.
 *
 * `weights`: like {@link toSafetensors}, `'f16'` and `'int8'` keep the weights of dense layers in 16 or 8 bits. 16-bit
 * weights pass through a `Cast`, 8-bit ones through a `DequantizeLinear`, symmetric, with a scale for each unit.
 * Inference still computes in 32 bits.
 *
 * Rejects with {@link ArgumentError} where a weight does not fit.
 *
 * @example
 * const session = await ort.InferenceSession.create(await toOnnx(model))
 * const { output } = await session.run({ input: new ort.Tensor('float32', pixels, [1, 784]) })
 *
 * Source: https://onnx.ai/onnx/operators and https://onnx.ai/onnx/repo-docs/IR.html
 */
export async function toOnnx(model: Sequential, options: OnnxOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
  checkOptions('toOnnx', options, "{ weights: 'int8' }", { weights: 1 })
  checkModel('toOnnx', model)
  const { weights = 'f32' } = options
  checkWeightType(weights)
  const { inputSize, layers, outputSize } = model
  const parameters = await model.getParameters()
  const graph = new GraphWriter(weights)
  for (const { layer, index, inputs, units } of shapesOf(inputSize, layers)) {
    graph.begin(`layer${index + 1}`)
    addLayer(graph, layer, parameters[index] ?? { weights: new Float32Array(), bias: new Float32Array() }, {
      inputs,
      units,
    })
  }
  const { nodes, initializers } = graph.finish()
  const isNewer = layers.some(layer => needsNewerOperators(activationOf(layer) ?? 'identity'))
  const { opset, irVersion } = isNewer ? NEWER_VERSIONS : VERSIONS
  const values = (name: string, size: number) => [
    { name, type: { tensor: { type: TENSOR_TYPES.float, shape: { dims: [{ name: 'batch' }, { size }] } } } },
  ]
  return encodeOnnx({
    irVersion,
    producerName: 'wasmlp',
    opsets: [{ domain: '', version: opset }],
    graph: {
      name: 'model',
      nodes,
      initializers,
      inputs: values(INPUT, inputSize),
      outputs: values(OUTPUT, outputSize),
    },
  })
}

const INPUT = 'input'
const OUTPUT = 'output'

/** The operators of one layer, for inference only. */
function addLayer(
  graph: GraphWriter,
  layer: Layer,
  { weights, bias, runningMean, runningVariance }: LayerParameters,
  { inputs, units }: { inputs: number; units: number },
): void {
  switch (layer.kind) {
    case 'dense':
      graph.add('Gemm', [graph.matrix('weight', inputs, units, weights), graph.floats('bias', [units], bias)])
      addActivation(graph, layer.activation, layer.slope)
      return
    case 'activation':
      addActivation(graph, layer.activation, layer.slope)
      return
    case 'prelu':
      graph.add('PRelu', [graph.floats('slope', [weights.length], weights)])
      return
    case 'batchNormalization': {
      const floats = { scale: weights, bias, mean: runningMean, variance: runningVariance }
      const names = Object.entries(floats).map(([name, data]) =>
        graph.floats(name, [units], data ?? new Float32Array(units)),
      )
      graph.add('BatchNormalization', names, batchNormalizationAttributes(layer))
      return
    }
    case 'layerNormalization': {
      const names = [graph.floats('scale', [units], weights), graph.floats('bias', [units], bias)]
      graph.add('LayerNormalization', names, [int('axis', -1), float('epsilon', layer.epsilon)])
      return
    }
    case 'normalization': {
      const { mean, scale } = scalingOf(layer, inputs)
      graph.add('Sub', [graph.floats('mean', [inputs], mean)])
      graph.add('Mul', [graph.floats('scale', [inputs], scale)])
      return
    }
    case 'flatten':
      graph.add('Flatten', [], [int('axis', 1)])
      return
    case 'dropout':
      return
  }
}

/** ONNX's momentum is the weight of the old statistics. */
const batchNormalizationAttributes = ({ epsilon, momentum }: BatchNormalizationLayer) => [
  float('epsilon', epsilon),
  float('momentum', 1 - momentum),
]

/** An activation's operators, in order. */
function addActivation(graph: GraphWriter, name: LayerActivation, slope: number): void {
  const x = graph.value
  for (const step of FOREIGN_NAMES[name].onnx) {
    const { operator, constants = {}, takesX, parameter, floats = {}, ints = {}, texts = {} } = step
    const others = Object.entries(constants).map(([constant, value]) => graph.number(constant, value))
    graph.add(
      operator,
      [...others, ...(takesX ? [x] : [])],
      [
        ...(parameter ? [float(parameter.attribute, slope)] : []),
        ...Object.entries(floats).map(([attribute, value]) => float(attribute, value)),
        ...Object.entries(ints).map(([attribute, value]) => int(attribute, value)),
        ...Object.entries(texts).map(([attribute, value]) => text(attribute, value)),
      ],
    )
  }
}

const needsNewerOperators = (activation: LayerActivation) =>
  FOREIGN_NAMES[activation].onnx.some(({ opset = 0 }) => opset > VERSIONS.opset)

const float = (name: string, value: number) => ({
  name,
  type: ATTRIBUTE_TYPES.float,
  float: Math.fround(value),
})
const int = (name: string, value: number) => ({ name, type: ATTRIBUTE_TYPES.int, int: value })
const text = (name: string, value: string) => ({
  name,
  type: ATTRIBUTE_TYPES.text,
  text: new TextEncoder().encode(value),
})

/** Nodes in a row; each takes what the one before gives. */
class GraphWriter {
  readonly #weights: WeightType
  readonly #nodes: Draft<OnnxNode>[] = []
  readonly #initializers: Draft<OnnxTensor>[] = []
  #value = INPUT
  #layer = ''

  constructor(weights: WeightType) {
    this.#weights = weights
  }

  /** The name of the last node's output. */
  get value(): string {
    return this.#value
  }

  /** Names that follow belong to this layer. */
  begin(layer: string): void {
    this.#layer = layer
  }

  /** A node that takes the last value and others. */
  add(
    operator: string,
    others: readonly string[] = [],
    attributes: readonly Draft<OnnxAttribute>[] = [],
  ): void {
    const name = `${this.#layer}.${operator}`
    this.#nodes.push({ name, operator, inputs: [this.#value, ...others], outputs: [name], attributes })
    this.#value = name
  }

  /** A constant of 32-bit floats. */
  floats(name: string, dims: readonly number[], data: Float32Array): string {
    return this.#constant(name, dims, TENSOR_TYPES.float, data)
  }

  /** A constant that is one number. */
  number(name: string, value: number): string {
    return this.floats(name, [], Float32Array.of(value))
  }

  /** A matrix of weights, inputs × units, stored in the requested type, as 32-bit floats. */
  matrix(name: string, inputs: number, units: number, data: Float32Array): string {
    const dims = [inputs, units]
    const what = `${this.#layer}.${name}`
    switch (this.#weights) {
      case 'f32':
        return this.floats(name, dims, data)
      case 'f16': {
        const half = this.#constant(`${name}16`, dims, TENSOR_TYPES.float16, toFloat16(data, what))
        return this.#widen(name, 'Cast', [half], int('to', TENSOR_TYPES.float))
      }
      case 'int8': {
        const { values, scales } = quantize(data, units, 1, what)
        const bytes = this.#constant(`${name}8`, dims, TENSOR_TYPES.int8, values)
        return this.#widen(
          name,
          'DequantizeLinear',
          [bytes, this.floats(`${name}Scale`, [units], scales)],
          int('axis', 1),
        )
      }
    }
  }

  /** All nodes; the last gives the output. */
  finish(): { nodes: readonly Draft<OnnxNode>[]; initializers: readonly Draft<OnnxTensor>[] } {
    this.#nodes.push({ name: OUTPUT, operator: 'Identity', inputs: [this.#value], outputs: [OUTPUT] })
    return { nodes: this.#nodes, initializers: this.#initializers }
  }

  #constant(name: string, dims: readonly number[], type: number, data: ArrayBufferView): string {
    const full = `${this.#layer}.${name}`
    const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    this.#initializers.push({ name: full, dims, type, raw })
    return full
  }

  #widen(name: string, operator: string, inputs: string[], attribute: Draft<OnnxAttribute>): string {
    const full = `${this.#layer}.${name}`
    this.#nodes.push({ name: full, operator, inputs, outputs: [full], attributes: [attribute] })
    return full
  }
}

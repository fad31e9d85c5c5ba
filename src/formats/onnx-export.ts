// Models as ONNX: a graph with a few operators for each layer.
import { checkModel } from '../api/right-kinds.ts'
import type { Sequential } from '../api/sequential.ts'
import { checkOptions } from '../check-options.ts'
import { FOREIGN_NAMES } from '../kernels/activations.ts'
import type { LayerActivation } from '../layers/layer-activation.ts'
import { activationOf, type Layer } from '../layers/layers.ts'
import { type BatchNormalizationLayer, scalingOf } from '../layers/normalization.ts'
import { shapesOf } from '../layers/shapes.ts'
import type { LayerParameters } from '../layers/spec.ts'
import { float, GraphWriter, INPUT, int, OUTPUT } from './onnx-graph.ts'
import { encodeOnnx } from './onnx-messages.ts'
import { ATTRIBUTE_TYPES, TENSOR_TYPES } from './onnx-types.ts'
import { checkWeightType, type WeightType } from './quantization.ts'

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
  const graph = new GraphWriter(weights)
  await addNetwork(graph, model)
  const values = (size: number) => ({ type: TENSOR_TYPES.float, size })
  return encodeGraph(graph, model.layers, {
    input: values(model.inputSize),
    output: values(model.outputSize),
  })
}

/** Adds the operators of all layers to the graph's row. */
export async function addNetwork(graph: GraphWriter, model: Sequential): Promise<void> {
  const { inputSize, layers } = model
  const parameters = await model.getParameters()
  for (const { layer, index, inputs, units } of shapesOf(inputSize, layers)) {
    graph.begin(`layer${index + 1}`)
    addLayer(graph, layer, parameters[index] ?? { weights: new Float32Array(), bias: new Float32Array() }, {
      inputs,
      units,
    })
  }
}

/** What a graph takes or gives: for each sample of a batch, so many numbers of a type. */
interface GraphValue {
  readonly type: number
  readonly size: number
}

/** The file of a graph with such layers; the last node of its row gives the output. */
export function encodeGraph(
  graph: GraphWriter,
  layers: readonly Layer[],
  { input, output }: { input: GraphValue; output: GraphValue },
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const { nodes, initializers } = graph.finish()
  const isNewer = layers.some(layer => needsNewerOperators(activationOf(layer) ?? 'identity'))
  const { opset, irVersion } = isNewer ? NEWER_VERSIONS : VERSIONS
  const values = (name: string, { type, size }: GraphValue) => [
    { name, type: { tensor: { type, shape: { dims: [{ name: 'batch' }, { size }] } } } },
  ]
  return encodeOnnx(
    {
      irVersion,
      producerName: 'wasmlp',
      opsets: [{ domain: '', version: opset }],
      graph: {
        name: 'model',
        nodes,
        initializers,
        inputs: values(INPUT, input),
        outputs: values(OUTPUT, output),
      },
    },
    metadata,
  )
}

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

const text = (name: string, value: string) => ({
  name,
  type: ATTRIBUTE_TYPES.text,
  text: new TextEncoder().encode(value),
})

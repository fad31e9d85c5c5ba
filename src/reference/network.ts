// A network in f64: prediction, loss and the gradients of all parameters, by backpropagation and by central
// differences.
import type { ActivationName } from '../kernels/types.ts'
import { activation, activationDerivative } from './activations.ts'
import { gemm } from './blas.ts'
import { centralDifferences } from './central-differences.ts'
import { at, type Values } from './element.ts'
import { type LossAndGradient, meanSquaredError, softmaxCrossEntropy } from './losses.ts'
import { broadcastRow, sumAxis0 } from './matrices.ts'
import { operationBackward, operationForward, type ReferenceOperation } from './operations.ts'
import { logSoftmax, logSoftmaxGradient, softmax, softmaxGradient } from './softmax.ts'

/** y = h(x·W + b) for a batch of rows: x (rows × inputs), W (inputs × units), b (units), y (rows × units). */
export interface ReferenceDense {
  kind?: 'dense'
  inputs: number
  units: number
  weights: Float64Array
  bias: Float64Array
  activation: ActivationName | 'softmax' | 'logSoftmax'
  /** Leaky ReLU's slope, 0.1 unless given, or ELU's alpha, 1 unless given. */
  slope?: number
}

/** A layer of any kind. */
export type ReferenceLayer = ReferenceDense | ReferenceOperation

/**
 * `crossEntropy`, whose targets are a class index for each row, needs a softmax or its logarithm as last layer;
 * `meanSquaredError`, whose targets are rows × units, takes any. Any other loss is a function of the last layer's outputs, or of its sums where
 * `takesSums`.
 */
export type ReferenceLoss =
  | 'crossEntropy'
  | 'meanSquaredError'
  | { takesSums: boolean; compute(values: Values, targets: Values): LossAndGradient }

/** What a layer contributes to the gradient, in the order and layout of its parameters. */
interface LayerGradients {
  dWeights: Float64Array
  dBias: Float64Array
}

/** The loss of a batch and its gradient with respect to all parameters and to the inputs x. */
export interface NetworkGradients {
  loss: number
  layers: LayerGradients[]
  dx: Float64Array
}

/** A layer's weighted sums a = x·W + b and its outputs y = h(a). */
interface LayerOutput {
  sums: Float64Array
  outputs: Float64Array
}

function isDense(layer: ReferenceLayer): layer is ReferenceDense {
  return layer.kind === undefined || layer.kind === 'dense'
}

function layerForward(layer: ReferenceLayer, x: Values, rows: number): LayerOutput {
  if (!isDense(layer)) {
    const y = operationForward(layer, x)
    return { sums: y, outputs: y }
  }
  const { inputs, units, weights, bias } = layer
  const sums = broadcastRow(bias, rows, units)
  gemm('N', 'N', rows, units, inputs, 1, x, inputs, weights, units, 1, sums, units)
  const { activation: name, slope } = layer
  if (name === 'softmax') return { sums, outputs: softmax(sums, rows, units) }
  if (name === 'logSoftmax') return { sums, outputs: logSoftmax(sums, rows, units) }
  return { sums, outputs: sums.map(a => activation(name, a, slope)) }
}

/** Each layer's sums and outputs for a batch of rows. */
function networkForward(layers: readonly ReferenceLayer[], x: Values, rows: number): LayerOutput[] {
  const results: LayerOutput[] = []
  for (const layer of layers) results.push(layerForward(layer, results.at(-1)?.outputs ?? x, rows))
  return results
}

function lastOf<T>(list: readonly T[]): T {
  return at(list, list.length - 1)
}

/** The last layer's outputs, rows × units. */
export function predict(layers: readonly ReferenceLayer[], x: Values, rows: number): Float64Array {
  return lastOf(networkForward(layers, x, rows)).outputs
}

/** The mean loss of a batch. */
export function networkLoss(
  layers: readonly ReferenceLayer[],
  x: Values,
  targets: Values,
  rows: number,
  loss: ReferenceLoss,
): number {
  return outputLoss(layers, networkForward(layers, x, rows), targets, rows, loss).loss
}

/** Loss, and its gradient with respect to the last layer's outputs, or to its sums where the loss takes these. */
function outputLoss(
  layers: readonly ReferenceLayer[],
  forward: readonly LayerOutput[],
  targets: Values,
  rows: number,
  loss: ReferenceLoss,
): LossAndGradient {
  const { sums, outputs } = lastOf(forward)
  if (typeof loss === 'object') return loss.compute(loss.takesSums ? sums : outputs, targets)
  if (loss === 'meanSquaredError') return meanSquaredError(outputs, targets)
  const last = lastOf(layers)
  const name = isDense(last) ? last.activation : last.kind
  if (name !== 'softmax' && name !== 'logSoftmax') {
    throw new RangeError(`crossEntropy of a network that ends in ${name}`)
  }
  return softmaxCrossEntropy(sums, targets, rows, last.units)
}

/** Backpropagation: dA = dY·h′(A), dW = Xᵀ·dA, db = Σ over the batch of dA, dX = dA·Wᵀ, from the last layer to the first. */
export function networkGradients(
  layers: readonly ReferenceLayer[],
  x: Values,
  targets: Values,
  rows: number,
  loss: ReferenceLoss,
): NetworkGradients {
  const forward = networkForward(layers, x, rows)
  const { loss: value, gradient } = outputLoss(layers, forward, targets, rows, loss)
  const gradients: LayerGradients[] = []
  let dy = gradient
  for (let index = layers.length - 1; index >= 0; index--) {
    const layer = at(layers, index)
    const layerInput = index > 0 ? at(forward, index - 1).outputs : x
    if (!isDense(layer)) {
      const { dx, dWeights, dBias } = operationBackward(layer, layerInput, dy)
      gradients.unshift({ dWeights, dBias })
      dy = dx
      continue
    }
    const { inputs, units, weights } = layer
    const takesSums = typeof loss === 'object' ? loss.takesSums : loss === 'crossEntropy'
    const fused = takesSums && index === layers.length - 1
    const da = fused ? dy : activationBackward(layer, at(forward, index), dy, rows)
    const dWeights = new Float64Array(inputs * units)
    gemm('T', 'N', inputs, units, rows, 1, layerInput, inputs, da, units, 0, dWeights, units)
    gradients.unshift({ dWeights, dBias: sumAxis0(da, rows, units) })
    dy = new Float64Array(rows * inputs)
    gemm('N', 'T', rows, inputs, units, 1, da, units, weights, units, 0, dy, inputs)
  }
  return { loss: value, layers: gradients, dx: dy }
}

/** dA, rows × units, given dY of the layer's outputs. */
function activationBackward(
  layer: ReferenceDense,
  output: LayerOutput,
  dy: Values,
  rows: number,
): Float64Array {
  const { activation: name, slope, units } = layer
  if (name === 'softmax') return softmaxGradient(output.outputs, dy, rows, units)
  if (name === 'logSoftmax') return logSoftmaxGradient(output.outputs, dy, rows, units)
  return output.sums.map((a, i) => at(dy, i) * activationDerivative(name, a, slope))
}

/** {@link networkGradients}, found by moving each parameter and input a little: see {@link centralDifferences}. */
export function numericalNetworkGradients(
  layers: readonly ReferenceLayer[],
  x: Float64Array,
  targets: Values,
  rows: number,
  loss: ReferenceLoss,
): NetworkGradients {
  const forward = networkForward(layers, x, rows)
  /** The loss as a function of a layer's parameters, on which nothing before the layer depends; of x, from layer 0. */
  const lossFrom = (index: number) => {
    const input = index > 0 ? at(forward, index - 1).outputs : x
    const rest = layers.slice(index)
    return () => networkLoss(rest, input, targets, rows, loss)
  }
  return {
    loss: lossFrom(0)(),
    layers: layers.map(({ weights, bias }, index) => ({
      dWeights: centralDifferences(weights, lossFrom(index)),
      dBias: centralDifferences(bias, lossFrom(index)),
    })),
    dx: centralDifferences(x, lossFrom(0)),
  }
}

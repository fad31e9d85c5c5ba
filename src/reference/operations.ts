// Layers that are no dense product, in f64: forward, and the gradients by inputs and parameters. x and y are
// rows × units, row-major.
import type { ActivationName } from '../kernels/types.ts'
import { activation, activationDerivative } from './activations.ts'
import { dropout } from './dropout.ts'
import { at, type Values } from './element.ts'
import { type Scaling, scaleRows } from './input-scaling.ts'
import {
  batchNormalization,
  batchNormalizationGradient,
  columnMoments,
  layerNormalization,
  layerNormalizationGradient,
  type Moments,
} from './normalization.ts'
import { prelu, preluGradient } from './prelu.ts'

/** Parameters of a layer: γ and β, slopes, or none. */
interface Parameters {
  weights: Float64Array
  bias: Float64Array
}

/** A layer of any kind but dense. */
export type ReferenceOperation = { units: number } & Parameters &
  (
    | { kind: 'activation'; activation: ActivationName; slope: number }
    | { kind: 'prelu' }
    /** `factors` of the batch: undefined where nothing is dropped. */
    | { kind: 'dropout'; factors: Float64Array | undefined }
    /** `running` statistics, for inference: undefined where the batch's own are taken. */
    | { kind: 'batchNormalization'; epsilon: number; running: Moments | undefined }
    | { kind: 'layerNormalization'; epsilon: number }
    | { kind: 'normalization'; scaling: Scaling }
  )

/** What a layer contributes to the gradient. */
interface OperationGradients {
  dx: Float64Array
  dWeights: Float64Array
  dBias: Float64Array
}

/** y. */
export function operationForward(layer: ReferenceOperation, x: Values): Float64Array {
  const { weights, bias, units } = layer
  switch (layer.kind) {
    case 'activation':
      return Float64Array.from(x, a => activation(layer.activation, a, layer.slope))
    case 'prelu':
      return prelu(x, weights, units)
    case 'dropout':
      return layer.factors ? dropout(x, layer.factors) : Float64Array.from(x)
    case 'batchNormalization': {
      const moments = layer.running ?? columnMoments(x, x.length / units, units)
      return batchNormalization(x, weights, bias, moments, layer.epsilon)
    }
    case 'layerNormalization':
      return layerNormalization(x, weights, bias, layer.epsilon)
    case 'normalization':
      return scaleRows(x, layer.scaling)
  }
}

/** The gradients of Σ dy·y, of a batch normalisation by the batch's own statistics. */
export function operationBackward(layer: ReferenceOperation, x: Values, dy: Values): OperationGradients {
  const { weights, units } = layer
  const none = { dWeights: new Float64Array(), dBias: new Float64Array() }
  switch (layer.kind) {
    case 'activation': {
      const { activation: name, slope } = layer
      const dx = Float64Array.from(x, (a, i) => at(dy, i) * activationDerivative(name, a, slope))
      return { dx, ...none }
    }
    case 'prelu': {
      const { dx, dSlopes } = preluGradient(x, dy, weights, units)
      return { dx, dWeights: dSlopes, dBias: none.dBias }
    }
    case 'dropout':
      return { dx: layer.factors ? dropout(dy, layer.factors) : Float64Array.from(dy), ...none }
    case 'batchNormalization': {
      const { dx, dGamma, dBeta } = batchNormalizationGradient(x, dy, weights, layer.epsilon)
      return { dx, dWeights: dGamma, dBias: dBeta }
    }
    case 'layerNormalization': {
      const { dx, dGamma, dBeta } = layerNormalizationGradient(x, dy, weights, layer.epsilon)
      return { dx, dWeights: dGamma, dBias: dBeta }
    }
    case 'normalization': {
      const { scale } = layer.scaling
      return { dx: Float64Array.from(dy, (value, i) => value * at(scale, i % scale.length)), ...none }
    }
  }
}

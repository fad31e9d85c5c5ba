// Layers as the metadata of a model file has them.
import { FormatError } from '../errors.ts'
import { PARAMETER_NAMES, parameterName } from '../kernels/activation-parameters.ts'
import type { ActivationParameters } from '../kernels/activations.ts'
import { type ActivationLayer, activation, dropout, flatten, prelu } from '../layers/elementwise.ts'
import type { LayerActivation } from '../layers/layer-activation.ts'
import { type DenseLayer, dense, type Layer } from '../layers/layers.ts'
import {
  batchNormalization,
  layerNormalization,
  type NormalizationOptions,
  normalization,
  scalingOf,
} from '../layers/normalization.ts'

/** A layer's fields. Dense layers have no `kind`: they were there before all others. */
export function layerToJson(layer: Layer): object {
  switch (layer.kind) {
    case 'dense': {
      const { units, activation } = layer
      return { units, activation, ...parameterOf(layer) }
    }
    case 'activation': {
      const { kind, activation } = layer
      return { kind, activation, ...parameterOf(layer) }
    }
    default:
      return layer
  }
}

/** The way back. Throws {@link FormatError}, or what the functions throw that make layers, where that is none. */
export function layerFromJson(fields: object): Layer {
  // The functions check what is only claimed here.
  const { kind = 'dense', units, activation: name, rate, ...others } = fields as Record<string, unknown>
  const parameter: ActivationParameters = Object.fromEntries(
    Object.entries(others).filter(([field]) => Object.hasOwn(PARAMETER_NAMES, field)),
  )
  switch (kind) {
    case 'dense':
      return dense(units as number, { activation: name as LayerActivation, ...parameter })
    case 'activation':
      return activation(name as LayerActivation, parameter)
    case 'prelu':
      return prelu(others)
    case 'dropout':
      return dropout(rate as number)
    case 'batchNormalization':
      return batchNormalization(others)
    case 'layerNormalization':
      return layerNormalization(others)
    case 'normalization':
      return normalization(others as unknown as NormalizationOptions)
    case 'flatten':
      return flatten()
    default:
      throw new FormatError(`a layer is of kind ${JSON.stringify(kind)}, which this wasmlp does not know`)
  }
}

/** What of a layer must not change where weights are to keep their meaning, in words; shapes apart. */
export function describeLayer(layer: Layer): string {
  switch (layer.kind) {
    case 'dense':
      return describeActivation(layer)
    case 'activation':
      return `activation ${describeActivation(layer)}`
    case 'batchNormalization':
    case 'layerNormalization':
      return `${layer.kind} with epsilon ${layer.epsilon}`
    case 'normalization':
      return `normalization with mean ${layer.mean} and standardDeviation ${layer.standardDeviation}`
    default:
      return layer.kind
  }
}

/** Whether weights mean the same to two layers. Formats keep a scaling as the 32-bit floats that it is computed with. */
export function isSameLayer(a: Layer, b: Layer): boolean {
  if (a.kind !== 'normalization' || b.kind !== 'normalization') return describeLayer(a) === describeLayer(b)
  const inputs = [a, b].flatMap(({ mean, standardDeviation }) =>
    [mean, standardDeviation].map(numbers => (typeof numbers === 'number' ? 1 : numbers.length)),
  )
  const [first, second] = [a, b].map(layer => {
    const { mean, scale } = scalingOf(layer, Math.max(...inputs))
    return [...mean, ...scale]
  })
  return String(first) === String(second)
}

function describeActivation(layer: DenseLayer | ActivationLayer): string {
  const parameter = parameterName(layer.activation)
  return parameter ? `${layer.activation} with ${parameter} ${layer.slope}` : layer.activation
}

/** The number that an activation takes, under its name. */
function parameterOf({ activation, slope }: DenseLayer | ActivationLayer): ActivationParameters {
  const parameter = parameterName(activation)
  return parameter ? { [parameter]: slope } : {}
}

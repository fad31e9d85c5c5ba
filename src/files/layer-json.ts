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
    case 'prelu':
    case 'dropout':
    case 'batchNormalization':
    case 'layerNormalization':
    case 'normalization':
    case 'flatten':
      return layer
  }
}

/** A layer's fields in a file; the functions that make layers check what is only claimed here. */
interface Fields extends Readonly<Record<string, unknown>> {
  readonly units: number
  readonly activation: LayerActivation
  readonly rate: number
}

/** What makes a layer of each kind, of its fields; those that are its options stand apart as well. */
const MAKERS: { readonly [Kind in Layer['kind']]: (fields: Fields, options: object) => Layer } = {
  dense: ({ units, activation }, options) => dense(units, { activation, ...parameterIn(options) }),
  activation: (fields, options) => activation(fields.activation, parameterIn(options)),
  prelu: (_, options) => prelu(options),
  dropout: ({ rate }) => dropout(rate),
  batchNormalization: (_, options) => batchNormalization(options),
  layerNormalization: (_, options) => layerNormalization(options),
  normalization: (_, options) => normalization(options as NormalizationOptions),
  flatten: () => flatten(),
}

/** The way back. Throws {@link FormatError}, or what the functions throw that make layers, where that is none. */
export function layerFromJson(json: object): Layer {
  const fields = json as Fields
  const { kind = 'dense', units, activation: _, rate, ...options } = fields
  if (typeof kind !== 'string' || !Object.hasOwn(MAKERS, kind)) {
    throw new FormatError(`a layer is of kind ${JSON.stringify(kind)}, which this wasmlp does not know`)
  }
  return MAKERS[kind as Layer['kind']](fields, options)
}

/** The parameters of activations among options. */
const parameterIn = (options: object): ActivationParameters =>
  Object.fromEntries(Object.entries(options).filter(([field]) => Object.hasOwn(PARAMETER_NAMES, field)))

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
    case 'prelu':
    case 'dropout':
    case 'flatten':
      return layer.kind
  }
}

/** Whether weights mean the same to two layers. Formats keep a scaling as the 32-bit floats that it is computed with. */
export function isSameLayer(a: Layer, b: Layer): boolean {
  if (a.kind !== 'normalization' || b.kind !== 'normalization') return describeLayer(a) === describeLayer(b)
  const inputs = [a.mean, a.standardDeviation, b.mean, b.standardDeviation].reduce<number>(
    (most, numbers) => Math.max(most, typeof numbers === 'number' ? 1 : numbers.length),
    1,
  )
  const [first, second] = [scalingOf(a, inputs), scalingOf(b, inputs)]
  return isSameList(first.mean, second.mean) && isSameList(first.scale, second.scale)
}

const isSameList = (a: Float32Array, b: Float32Array) =>
  a.length === b.length && a.every((value, i) => value === b[i])

function describeActivation(layer: DenseLayer | ActivationLayer): string {
  const parameter = parameterName(layer.activation)
  return parameter ? `${layer.activation} with ${parameter} ${layer.slope}` : layer.activation
}

/** The number that an activation takes, under its name. */
function parameterOf({ activation, slope }: DenseLayer | ActivationLayer): ActivationParameters {
  const parameter = parameterName(activation)
  return parameter ? { [parameter]: slope } : {}
}

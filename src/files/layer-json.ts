// Layers as the metadata of a model file has them.
import {
  exactOptional,
  type InferOutput,
  looseObject,
  type ObjectEntries,
  type StrictObjectSchema,
} from 'valibot'
import { describeValue } from '../describe-value.ts'
import { FormatError } from '../errors.ts'
import { parameterName } from '../kernels/activation-parameters.ts'
import type { ActivationParameters } from '../kernels/activations.ts'
import { type ActivationLayer, activation, dropout, flatten, prelu } from '../layers/elementwise.ts'
import type { LayerActivation } from '../layers/layer-activation.ts'
import { type DenseLayer, dense, type Layer } from '../layers/layers.ts'
import { batchNormalization, layerNormalization, normalization, scalingOf } from '../layers/normalization.ts'
import { check, fields, finiteNumber, flag, name, numbers, readingFile, whole } from './schema.ts'

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

/** More layers than any network has. Each takes time and memory, however small it is in a file. */
export const MAX_LAYERS = 4096

/** The number that some activations take, under its name. */
const parameters = { slope: exactOptional(finiteNumber), alpha: exactOptional(finiteNumber) }

/** How a file keeps a kind of layer: its fields, and what makes a layer of them and knows their ranges. */
const row = <Entries extends ObjectEntries>(
  entries: Entries,
  make: (fields: InferOutput<StrictObjectSchema<Entries, string>>) => Layer,
) => ({
  schema: fields({ kind: exactOptional(name()), ...entries }),
  make: make as (fields: object) => Layer,
})

/** To give a layer another field, add it to its row. Fields that its function does not need can be left out. */
export const LAYER_FIELDS: { readonly [Kind in Layer['kind']]: ReturnType<typeof row> } = {
  dense: row(
    { units: whole(1), activation: exactOptional(name<LayerActivation>()), ...parameters },
    ({ units, ...options }) => dense(units, options),
  ),
  activation: row(
    { activation: name<LayerActivation>(), ...parameters },
    ({ activation: name, ...options }) => activation(name, options),
  ),
  prelu: row({ shared: exactOptional(flag), slope: exactOptional(finiteNumber) }, prelu),
  dropout: row({ rate: finiteNumber }, ({ rate }) => dropout(rate)),
  batchNormalization: row(
    { momentum: exactOptional(finiteNumber), epsilon: exactOptional(finiteNumber) },
    batchNormalization,
  ),
  layerNormalization: row({ epsilon: exactOptional(finiteNumber) }, layerNormalization),
  normalization: row({ mean: numbers, standardDeviation: numbers }, options => normalization(options)),
  flatten: row({}, () => flatten()),
}

/** What says which row a layer is of. */
const KIND = looseObject({ kind: exactOptional(name()) }, 'an object')

/** The way back. Throws {@link FormatError} with the path of what is wrong, which begins with `at`. */
export function layerFromJson(json: unknown, at: string): Layer {
  check(KIND, json, at)
  const { kind = 'dense', ...others } = json
  if (!Object.hasOwn(LAYER_FIELDS, kind)) {
    throw new FormatError(
      `${at}.kind is ${describeValue(kind)}, which this wasmlp does not know: expected one of ` +
        `${Object.keys(LAYER_FIELDS).join(', ')}`,
    )
  }
  const { schema, make } = LAYER_FIELDS[kind as Layer['kind']]
  check(schema, others, at)
  return readingFile(at, '', () => make(others))
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

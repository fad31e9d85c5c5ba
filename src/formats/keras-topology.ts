// Keras's description of a model, as a row of layers: a Sequential, or a Functional in which each layer takes the
// output of one other.
//
// Source: https://github.com/tensorflow/tfjs/tree/master/tfjs-layers/src/keras_format, and what Keras 2 and 3 write.

import { FormatError } from '../errors.ts'
import { check } from '../files/schema.ts'
import { quoted } from '../quote-names.ts'
import { type KerasLayerFields, type KerasModel, TOPOLOGY } from './keras-schema.ts'
import { isObject } from './plain-json.ts'

/** The layers of a model from first to last. Throws {@link FormatError} where they do not form a row. */
export function rowOfLayers(json: unknown): { layers: readonly KerasLayerFields[]; kerasVersion: string } {
  check(TOPOLOGY, json)
  const topology = json.modelTopology
  const model = (topology.model_config ?? topology) as KerasModel
  const kerasVersion = topology.keras_version ?? model.keras_version ?? ''
  const { class_name: className, config } = model
  const layers = Array.isArray(config) ? config : config.layers
  if (className === 'Sequential') return { layers, kerasVersion }
  if (className !== 'Functional' && className !== 'Model') {
    throw new FormatError(`the model is of class ${quoted(className)}, expected Sequential or Functional`)
  }
  return { layers: inOrder(layers), kerasVersion }
}

/** The layers of a Functional model from its input on. */
function inOrder(entries: readonly KerasLayerFields[]): KerasLayerFields[] {
  const next = new Map<string | undefined, KerasLayerFields>()
  for (const entry of entries) {
    const before = nameBefore(entry)
    if (next.has(before)) {
      throw new FormatError(
        `two layers take ${before === undefined ? 'the input' : `what ${quoted(before)} gives`}, ` +
          'expected a row of layers',
      )
    }
    next.set(before, entry)
  }
  const row: KerasLayerFields[] = []
  for (let entry = next.get(undefined); entry && row.length < entries.length; ) {
    row.push(entry)
    entry = next.get(entry.name ?? '')
  }
  if (row.length === entries.length) return row
  throw new FormatError(`${row.length} of ${entries.length} layers are in a row, expected all`)
}

/** The name of the layer whose output a layer takes; undefined for an input. */
function nameBefore({ name, inbound_nodes }: KerasLayerFields): string | undefined {
  const [call, ...others] = inbound_nodes ?? []
  if (call === undefined) return undefined
  const sources = isObject(call) ? call.args : call
  const [source, ...more] = Array.isArray(sources) ? sources : []
  // Keras 2: [name, node, output, arguments]; Keras 3: a tensor with its history, [name, node, output].
  const history = isObject(source) && isObject(source.config) ? source.config.keras_history : source
  const [before] = Array.isArray(history) ? history : []
  if (typeof before === 'string' && others.length === 0 && more.length === 0) return before
  throw new FormatError(
    `layer ${quoted(name ?? '')} does not take one other's output, expected a row of layers`,
  )
}

// Keras's description of a model, as a row of layers: a Sequential, or a Functional in which each layer takes the
// output of one other.
//
// Source: https://github.com/tensorflow/tfjs/tree/master/tfjs-layers/src/keras_format, and what Keras 2 and 3 write.
import { FormatError } from '../errors.ts'
import { isObject, listOf, objectOf, type Plain, textOf } from './plain-json.ts'

/** A layer: its class and its arguments. */
export interface KerasLayerConfig {
  readonly className: string
  readonly config: Plain
}

/** The layers of a model from first to last. Throws {@link FormatError} where they do not form a row. */
export function rowOfLayers(json: Plain): { layers: KerasLayerConfig[]; kerasVersion: string } {
  const topology = objectOf(json, 'modelTopology')
  // Keras itself nests the model one level deeper.
  const model = isObject(topology.model_config) ? topology.model_config : topology
  const versions = [topology.keras_version, model.keras_version]
  const kerasVersion = versions.find(version => typeof version === 'string') ?? ''
  const className = textOf(model, 'class_name')
  const config: unknown = model.config
  const list = Array.isArray(config) ? config : listOf(objectOf(model, 'config'), 'layers')
  const entries = list.map(entry => {
    if (isObject(entry)) return entry
    throw new FormatError('a layer is not an object')
  })
  if (className === 'Sequential') return { layers: entries.map(toLayer), kerasVersion }
  if (className !== 'Functional' && className !== 'Model') {
    throw new FormatError(
      `the model is of class ${JSON.stringify(className.slice(0, 80))}, expected Sequential or Functional`,
    )
  }
  return { layers: inOrder(entries).map(toLayer), kerasVersion }
}

const toLayer = (entry: Plain): KerasLayerConfig => ({
  className: textOf(entry, 'class_name'),
  config: objectOf(entry, 'config'),
})

/** The layers of a Functional model from its input on. */
function inOrder(entries: readonly Plain[]): Plain[] {
  const next = new Map<string | undefined, Plain>()
  for (const entry of entries) {
    const before = nameBefore(entry)
    if (next.has(before)) {
      throw new FormatError(
        `two layers take ${before === undefined ? 'the input' : `what ${JSON.stringify(before)} gives`}, ` +
          'expected a row of layers',
      )
    }
    next.set(before, entry)
  }
  const row: Plain[] = []
  for (let entry = next.get(undefined); entry && row.length < entries.length; ) {
    row.push(entry)
    entry = next.get(typeof entry.name === 'string' ? entry.name : '')
  }
  if (row.length === entries.length) return row
  throw new FormatError(`${row.length} of ${entries.length} layers are in a row, expected all`)
}

/** The name of the layer whose output a layer takes; undefined for an input. */
function nameBefore(entry: Plain): string | undefined {
  const [call, ...others] = listOf(entry, 'inbound_nodes')
  const name = typeof entry.name === 'string' ? entry.name.slice(0, 80) : ''
  if (call === undefined) return undefined
  const sources = isObject(call) ? call.args : call
  const [source, ...more] = Array.isArray(sources) ? sources : []
  // Keras 2: [name, node, output, arguments]; Keras 3: a tensor with its history, [name, node, output].
  const history = isObject(source) ? objectOf(source, 'config').keras_history : source
  const [before] = Array.isArray(history) ? history : []
  if (typeof before === 'string' && others.length === 0 && more.length === 0) return before
  throw new FormatError(
    `layer ${JSON.stringify(name)} does not take one other's output, expected a row of layers`,
  )
}

// Layers as the command line prints them.
import type { Layer } from '../index.ts'
import { kebabCase } from './option-values.ts'

/** A layer's fields in JSON. */
export function layerFields(layer: Layer): object {
  if (layer.kind !== 'dense') return layer
  const { units, activation, initializer } = layer
  return { units, activation, initializer }
}

/** A layer in a few words. */
export function layerWords(layer: Layer): string {
  switch (layer.kind) {
    case 'dense':
      return `${layer.units}${layer.activation === 'identity' ? '' : ` ${kebabCase(layer.activation)}`}`
    case 'activation':
      return kebabCase(layer.activation)
    case 'dropout':
      return `dropout ${layer.rate}`
    default:
      return kebabCase(layer.kind).replaceAll('-', ' ')
  }
}

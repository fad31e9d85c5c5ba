// Layers as the command line prints them.
import type { Layer } from '../index.ts'
import { kebabCase } from './option-values.ts'

/** A layer's fields in JSON. */
export function layerFields(layer: Layer): object {
  switch (layer.kind) {
    case 'dense':
      return { units: layer.units, activation: layer.activation, initializer: layer.initializer }
    case 'activation':
      return { kind: layer.kind, activation: layer.activation }
    default:
      return layer
  }
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

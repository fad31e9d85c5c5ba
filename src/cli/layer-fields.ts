// Layers as the command line prints them.
import type { Layer } from '../index.ts'

/** A layer's fields in JSON. */
export function layerFields(layer: Layer): object {
  return layer.kind === 'dense' ? { units: layer.units, activation: layer.activation } : layer
}

/** A layer in a few words. */
export function layerWords(layer: Layer): string {
  switch (layer.kind) {
    case 'dense':
      return `${layer.units} ${layer.activation}`
    case 'activation':
      return layer.activation
    case 'dropout':
      return `dropout ${layer.rate}`
    default:
      return layer.kind
  }
}

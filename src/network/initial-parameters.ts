// A network's parameters before training.

import { layerRow } from '../layers/layer-kinds.ts'
import { activationOf, type DenseLayer, type Layer } from '../layers/layers.ts'
import { type Drawer, drawsNormal, initialize } from './initializers.ts'
import type { NetworkLayer } from './parameters.ts'

/**
 * Draws the parameters of dense layers from the seed, each layer's from its own streams. Scales and running variances
 * are 1, and slopes are what their layer says. All others stay 0.
 */
export function initializeParameters(drawer: Drawer, layers: readonly NetworkLayer[], seed: number): void {
  const kinds = layers.map(({ layer }) => layer)
  for (const target of layers) {
    const { layer, index, inputs, weights, bias, runningVariance } = target
    if (layer.kind === 'dense') {
      const dense = withFollowingActivation(layer, kinds, index)
      initialize(drawer, { layer: dense, inputs, weights, bias }, index, seed)
    } else {
      weights.view.fill(layer.kind === 'prelu' ? layer.slope : 1)
      runningVariance.view.fill(1)
    }
  }
}

/** Whether that takes normally distributed numbers, whose kernels are loaded on demand. */
export function drawsNormals(layers: readonly Layer[]): boolean {
  return layers.some(
    (layer, i) => layer.kind === 'dense' && drawsNormal(withFollowingActivation(layer, layers, i)),
  )
}

/** A dense layer as if it had the activation of the layer after it, which its initial weights should suit. */
function withFollowingActivation(layer: DenseLayer, layers: readonly Layer[], index: number): DenseLayer {
  if (layer.activation !== 'identity') return layer
  const next = layers.slice(index + 1).find(layer => !layerRow(layer).isPassing)
  if (next?.kind === 'prelu') return { ...layer, activation: 'leakyRelu', slope: next.slope }
  if (next?.kind !== 'activation') return layer
  return { ...layer, activation: activationOf(next) ?? layer.activation, slope: next.slope }
}

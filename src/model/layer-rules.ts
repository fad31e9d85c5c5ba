// The rules of layers of all kinds, for those that did not come from the functions that make them, such as a file's.
import { ArgumentError } from '../errors.ts'
import { checkActivationLayer, checkDropout, checkPrelu } from './elementwise-layers.ts'
import { checkDense, type Layer } from './layers.ts'
import {
  checkBatchNormalization,
  checkLayerNormalization,
  checkNormalization,
} from './normalization-layers.ts'
import type { LayerCheck } from './spec.ts'

/** What throws {@link ArgumentError} for a layer of each kind that its function does not make. */
const CHECKS: {
  readonly [Kind in Layer['kind']]: (layer: Layer & { kind: Kind }, inputSize: number) => void
} = {
  dense: checkDense,
  activation: checkActivationLayer,
  prelu: checkPrelu,
  dropout: checkDropout,
  batchNormalization: checkBatchNormalization,
  layerNormalization: checkLayerNormalization,
  normalization: checkNormalization,
  flatten: () => {},
}

/** All kinds of layers. */
export const layerKinds: readonly Layer['kind'][] = Object.freeze(Object.keys(CHECKS) as Layer['kind'][])

/**
 * Throws {@link ArgumentError} for a layer that no function makes, and {@link ShapeError} for one that is not for so many
 * inputs.
 */
export const checkLayer: LayerCheck = (layer, inputSize) => {
  if (!layerKinds.includes(layer?.kind)) {
    throw new ArgumentError('a layer is of no known kind: make it with dense(units), dropout(rate), …')
  }
  const check: (layer: never, inputSize: number) => void = CHECKS[layer.kind]
  check(layer as never, inputSize)
}

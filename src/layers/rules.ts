// The rules of all kinds of layers, for those not made by the layer functions, such as a file's.
import { ArgumentError } from '../errors.ts'
import { checkActivationLayer, checkDropout, checkPrelu } from './elementwise.ts'
import { checkDense, type Layer } from './layers.ts'
import { checkBatchNormalization, checkLayerNormalization, checkNormalization } from './normalization.ts'
import type { LayerCheck } from './spec.ts'

/** Checks of each kind. They throw {@link ArgumentError} for a layer that its function does not make. */
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
 * Throws {@link ArgumentError} for a layer that no function makes, and {@link ShapeError} for one that does not fit its
 * inputs.
 */
export const checkLayer: LayerCheck = (layer, inputSize, layers) => {
  if (!layerKinds.includes(layer?.kind)) {
    throw new ArgumentError('a layer is of no known kind: make it with dense(units), dropout(rate), …')
  }
  const check: (layer: never, inputSize: number) => void = CHECKS[layer.kind]
  check(layer as never, inputSize)
  if (layer === layers.at(-1)) checkPlaces(layers)
}

/** The rules for a row of layers, where not all are dense. Throws {@link ArgumentError}. */
function checkPlaces(layers: readonly Layer[]): void {
  if (!layers.some(({ kind }) => kind === 'dense')) {
    throw new ArgumentError('a network needs at least one dense layer: add a dense(units)')
  }
  const work = layers.filter(({ kind }) => kind !== 'flatten')
  const late = work.findLast(({ kind }) => kind === 'normalization')
  if (late && late !== work[0]) {
    throw new ArgumentError(
      `layer ${layers.lastIndexOf(late) + 1} of ${layers.length} is a normalization: only the first layer can be, ` +
        'batchNormalization() and layerNormalization() can stand between others',
    )
  }
}

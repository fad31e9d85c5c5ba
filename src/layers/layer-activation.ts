// The activations that a layer can have.
import { unknownName } from '../check-options.ts'
import {
  type ActivationName,
  activationNames,
  SOFTMAX_NAMES,
  type SoftmaxName,
} from '../kernels/activations.ts'

/** What a layer can apply to its weighted sums. */
export type LayerActivation = ActivationName | SoftmaxName

const ACTIVATIONS: readonly LayerActivation[] = [...activationNames, ...SOFTMAX_NAMES]

/** Throws {@link ArgumentError} for an unknown activation; `where` begins the message. */
export function checkActivation(where: string, activation: LayerActivation): void {
  if (!ACTIVATIONS.includes(activation)) {
    throw unknownName(`${where}unknown activation`, activation, ACTIVATIONS)
  }
}

// The buffers and the activation that a layer's output has.
import { ACTIVATION_KINDS, isSoftmax, NEEDS_WEIGHTED_SUMS } from '../../kernels/activation-kinds.ts'
import type { NetworkLayer } from '../../model/parameters.ts'
import type { PassPlan, StageOutput } from './stage.ts'

/** Plans the output of a layer with an activation. A softmax is left to the loss, or to a call of its own. */
export function planOutput({ layer, units }: NetworkLayer, { arena, capacity }: PassPlan): StageOutput {
  const { activation, slope } = layer
  const z = arena.f32(capacity * units)
  return {
    units,
    kind: ACTIVATION_KINDS[isSoftmax(activation) ? 'identity' : activation],
    slope,
    z,
    y: NEEDS_WEIGHTED_SUMS.has(activation) ? arena.f32(capacity * units) : z,
  }
}

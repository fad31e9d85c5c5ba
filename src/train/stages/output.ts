// The buffers and the activation that a layer's output has.
import { ACTIVATION_KINDS } from '../../kernels/activation-kinds.ts'
import type { NetworkLayer } from '../../model/parameters.ts'
import type { PassPlan, StageOutput } from './stage.ts'

const needsWeightedSums = new Set<string>(['leakyRelu', 'softplus'])

/** Plans the output of a layer with an activation. A softmax is left to the loss, or to a call of its own. */
export function planOutput({ layer, units }: NetworkLayer, { arena, capacity }: PassPlan): StageOutput {
  const { activation, slope } = layer
  const z = arena.f32(capacity * units)
  return {
    units,
    kind: ACTIVATION_KINDS[activation === 'softmax' ? 'identity' : activation],
    slope,
    z,
    y: needsWeightedSums.has(activation) ? arena.f32(capacity * units) : z,
  }
}

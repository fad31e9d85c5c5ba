// The buffers and the activation of a layer's output.
import { activationKind, activationRow } from '../../kernels/activations.ts'
import type { DenseLayer } from '../../layers/layers.ts'
import type { PassPlan } from '../context.ts'
import type { NetworkLayer } from '../parameters.ts'
import type { StageOutput } from './stage.ts'

/** Plans the output of a dense layer. It omits what is left to the loss, and a softmax, which has a separate call. */
export function planOutput({ units, isLast }: NetworkLayer, dense: DenseLayer, plan: PassPlan): StageOutput {
  const { arena, capacity } = plan
  const { slope } = dense
  const activation = plan.logits && isLast ? 'identity' : dense.activation
  const z = arena.f32(capacity * units)
  return {
    units,
    kind: activationKind(activation),
    slope,
    z,
    y: plan.keepsSums || activationRow(activation).needsSums ? arena.f32(capacity * units) : z,
  }
}

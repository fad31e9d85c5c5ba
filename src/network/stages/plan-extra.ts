// Chooses the stage for a layer that not every network has: see NetworkExtras.
import type { PassPlan } from '../context.ts'
import type { NetworkLayer } from '../parameters.ts'
import { BatchNormalizationStage } from './batch-normalization.ts'
import { DropoutStage } from './dropout.ts'
import { LayerNormalizationStage } from './layer-normalization.ts'
import { PreluStage } from './prelu.ts'
import type { Stage } from './stage.ts'

/** The stages of a layer that not every network has; none where it has nothing to do. */
export function planStage(networkLayer: NetworkLayer, plan: PassPlan): Stage[] {
  const { layer } = networkLayer
  switch (layer.kind) {
    case 'prelu':
      return [new PreluStage(networkLayer, layer, plan)]
    case 'dropout':
      return plan.random ? [new DropoutStage(networkLayer, layer, plan, plan.random)] : []
    case 'batchNormalization':
      return [new BatchNormalizationStage(networkLayer, layer, plan)]
    case 'layerNormalization':
      return [new LayerNormalizationStage(networkLayer, layer, plan)]
    default:
      throw new Error(`the stage of ${layer.kind} is planned elsewhere`)
  }
}

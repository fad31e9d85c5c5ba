// The stages of the layers that belong to the supplement.
import type { Layer } from '../../layers/layers.ts'
import type { NetworkLayer } from '../parameters.ts'
import { BatchNormalizationStage } from './batch-normalization.ts'
import { DropoutStage } from './dropout.ts'
import { LayerNormalizationStage } from './layer-normalization.ts'
import { PreluStage } from './prelu.ts'
import type { PassPlan, Stage } from './stage.ts'

/** Layers whose stages are not in every training's way. */
type SupplementLayer = Extract<
  Layer,
  { kind: 'prelu' | 'dropout' | 'batchNormalization' | 'layerNormalization' }
>

/** The stage of such a layer; none where it has nothing to do. */
export function planSupplementStage(
  networkLayer: NetworkLayer,
  layer: SupplementLayer,
  plan: PassPlan,
): Stage[] {
  switch (layer.kind) {
    case 'prelu':
      return [new PreluStage(networkLayer, layer, plan)]
    case 'dropout':
      return plan.random ? [new DropoutStage(networkLayer, layer, plan, plan.random)] : []
    case 'batchNormalization':
      return [new BatchNormalizationStage(networkLayer, layer, plan)]
    case 'layerNormalization':
      return [new LayerNormalizationStage(networkLayer, layer, plan)]
  }
}

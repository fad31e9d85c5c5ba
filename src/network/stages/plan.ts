// Chooses the stage for each layer.
import { isSoftmax } from '../../kernels/activations.ts'
import { layerRow } from '../../layers/layer-kinds.ts'
import type { Layer } from '../../layers/layers.ts'
import type { PassPlan } from '../context.ts'
import type { BatchInput } from '../input.ts'
import type { Network } from '../network.ts'
import type { NetworkLayer } from '../parameters.ts'
import { ActivationStage } from './activation.ts'
import { plainOutput } from './below.ts'
import { DenseStage } from './dense.ts'
import { FirstDenseStage } from './first-dense.ts'
import { GatheredStage } from './gathered.ts'
import type { Stage, StageOutput } from './stage.ts'

/** The stages of a network, from the first to the last: those of the layers that have something to do. */
export function planStages(plan: PassPlan, input: BatchInput): Stage[] {
  const { layers } = plan.network
  const isScaled = layers.some(({ layer }) => layer.kind === 'normalization')
  const scaling = isScaled ? plan.extras.planScaling(plan) : undefined
  const stages: Stage[] = []
  for (const layer of layers) {
    const below = stages.at(-1)
    if (below) {
      stages.push(...planStage(layer, plan, below.output))
    } else if (layer.layer.kind === 'dense') {
      stages.push(new FirstDenseStage(layer, layer.layer, { ...plan, input, scaling }))
    } else {
      const [first] = planStage(layer, plan, plainOutput(input.size, input.dense))
      if (first) stages.push(new GatheredStage(first, input, scaling))
    }
  }
  return stages
}

/** Whether the first layer that has something to do is dense: it takes sparse batches. */
export function beginsDense(network: Network, isTraining: boolean): boolean {
  const works = ({ layer }: NetworkLayer) => {
    const { isIdle, isExtra } = layerRow(layer)
    return layer.kind !== 'normalization' && !(isIdle && !(isTraining && isExtra))
  }
  return network.layers.find(works)?.layer.kind === 'dense'
}

/** Whether some of the layers have stages that are extras. */
export const haveExtraStages = (layers: readonly Layer[]): boolean =>
  layers.some(layer => layerRow(layer).isExtra)

/** The stage of a layer on the outputs of another; none where it has nothing to do. */
function planStage(networkLayer: NetworkLayer, plan: PassPlan, below: StageOutput): Stage[] {
  const { layer } = networkLayer
  switch (layer.kind) {
    case 'dense':
      return [
        plan.planSparseDense?.(networkLayer, layer, plan, below) ?? new DenseStage(networkLayer, layer, plan),
      ]
    case 'activation':
      // What is left to the loss has no stage, nor has a softmax, for which there is a call of its own.
      if (isSoftmax(layer.activation) || (plan.logits && networkLayer.isLast)) return []
      return [new ActivationStage(networkLayer, layer, plan, below)]
    case 'normalization':
    case 'flatten':
      return []
    default:
      return plan.extras.planStage(networkLayer, plan)
  }
}

// Which stage does which layer's work.
import type { Network } from '../../model/network.ts'
import type { BatchInput } from '../input.ts'
import { DenseStage } from './dense.ts'
import { FirstDenseStage } from './first-dense.ts'
import type { PassPlan, Stage } from './stage.ts'

/** The stages of a network, from the first to the last. */
export function planStages(network: Network, plan: PassPlan, input: BatchInput): Stage[] {
  return network.layers.map((layer, i) =>
    i === 0 ? new FirstDenseStage(layer, plan, input) : new DenseStage(layer, plan),
  )
}

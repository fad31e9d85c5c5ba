// What a training computes with.
import type { BackwardPass } from '../network/backward.ts'
import type { NetworkContext, NetworkExtras } from '../network/context.ts'
import type { NetworkLayer } from '../network/parameters.ts'
import type { OptimizerConfig } from '../optimizers/optimizer-options.ts'
import type { Descent } from './descent.ts'

/** What an operation on a network that may be a training computes with. */
export interface TrainingContext extends NetworkContext {
  readonly extras: TrainingExtras
}

/** How samples are cut into batches. */
export interface BatchSizes {
  readonly batchSize: number
  readonly dropLast: boolean
}

/** {@link NetworkExtras}, and all beyond plain gradient descent, batch by batch. */
export interface TrainingExtras extends NetworkExtras {
  /** Throws {@link ArgumentError} where an epoch would have a batch of one sample before a batch normalisation. */
  checkBatchSizes(layers: readonly NetworkLayer[], samples: number, settings: BatchSizes): void
  /** Plans a descent by an optimiser. */
  planDescent(backward: BackwardPass, config: OptimizerConfig): Descent
}

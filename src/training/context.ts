// What a training computes with.
import type { BackwardPass } from '../network/backward.ts'
import type { NetworkContext, NetworkExtras } from '../network/context.ts'
import type { OptimizerConfig } from '../optimizers/optimizer-options.ts'
import type { Descent } from './descent.ts'

/** What an operation on a network computes with, where that may be a training. */
export interface TrainingContext extends NetworkContext {
  readonly extras: TrainingExtras
}

/** {@link NetworkExtras}, and what goes beyond plain gradient descent, batch by batch. */
export interface TrainingExtras extends NetworkExtras {
  /** Plans a descent by an optimiser. */
  planDescent(backward: BackwardPass, config: OptimizerConfig): Descent
}

// Checkpoints of schema 1, as a training of today has them.

import { describeSchedule } from '../optimizers/schedule.ts'
import type { TrainingIdentity } from '../training/identity.ts'
import type { TrainingConfig } from '../training/options.ts'
import type { TrainingState } from '../training/state.ts'

/**
 * Schema 1 added up the batches' mean losses and mean gradients, as if each batch counted alike. What their samples weighed
 * is lost: each counts 1, which is exact where there are no weights, since only the last batch of an epoch is shorter. What
 * a schedule remembered was of one call of `fit`.
 */
export function upgradeState(
  state: TrainingState,
  identity: (TrainingIdentity & Partial<TrainingConfig>) | undefined,
): TrainingState {
  const { sums, iteration, optimizer, schedule } = state
  if (!sums) return state
  const batches = iteration - sums.skipped
  const unit = batches > 0 ? sums.samples / batches : 1
  const pending = optimizer?.pending
  return {
    ...state,
    sums: { ...sums, loss: sums.loss * unit, weight: sums.samples },
    schedule:
      schedule && identity?.schedule && identity.optimizer
        ? { ...schedule, epochs: 0, of: describeSchedule(identity.schedule, identity.optimizer.learningRate) }
        : undefined,
    optimizer: optimizer && {
      ...optimizer,
      pending: pending && { ...pending, unit, weight: unit * pending.batches },
    },
  }
}

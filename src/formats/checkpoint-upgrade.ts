// Checkpoints of schema 1, as a training of today has them.
import type { TrainingState } from '../train/state.ts'

/**
 * Schema 1 added up the batches' mean losses and mean gradients, as if each batch counted alike. What their samples weighed
 * is lost: each counts 1, which is exact where there are no weights, since only the last batch of an epoch is shorter.
 */
export function upgradeState(state: TrainingState): TrainingState {
  const { sums, iteration, optimizer } = state
  if (!sums) return state
  const batches = iteration - sums.skipped
  const unit = batches > 0 ? sums.samples / batches : 1
  const pending = optimizer?.pending
  return {
    ...state,
    sums: { ...sums, loss: sums.loss * unit, weight: sums.samples },
    optimizer: optimizer && {
      ...optimizer,
      pending: pending && { ...pending, unit, weight: unit * pending.batches },
    },
  }
}

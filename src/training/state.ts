// A training's state as plain data: with the parameters, all that the next iteration depends on. The copy to which a
// diverging training returns (last-good.ts) is not part of it: a resumed training makes its first copy where it began.

import type { ScheduleState } from '../optimizers/learning-rate.ts'
import type { OptimizerState } from '../optimizers/optimizer-state.ts'
import type { EpochLogs } from './logs.ts'
import type { FitSettings } from './options.ts'

/** Sums over the batches of an epoch so far. */
export interface EpochSums {
  /** Σ w·loss of the samples. */
  loss: number
  /** Σ w. */
  weight: number
  /** Correctly classified samples; undefined for regression. */
  correct: number | undefined
  samples: number
  /** Batches that were skipped because their loss was not finite. */
  skipped: number
  seconds: number
}

/** What early stopping has seen. */
export interface EarlyStoppingState {
  /** The best monitored value, and its epoch; undefined before the first epoch. */
  best: number | undefined
  bestEpoch: number
  /** Epochs since then. */
  waited: number
  /** The parameters of that epoch, if they should be restored. */
  parameters: Float32Array | undefined
}

/** A training between two iterations. */
export interface TrainingState {
  /** Completed epochs of the current `fit`. */
  epoch: number
  /** Completed iterations of the current epoch. */
  iteration: number
  /** Epochs that other calls of `fit` trained before: each epoch has its own shuffle. */
  epochsBefore: number
  /** Iterations in all, over all calls of `fit`: the step of the random numbers. */
  steps: number
  sums: EpochSums
  history: EpochLogs[]
  /** Undefined until the optimiser has a state. */
  optimizer: OptimizerState | undefined
  /** Undefined before the first iteration. */
  schedule: ScheduleState | undefined
  earlyStopping: EarlyStoppingState | undefined
  /** The parameters with which training continues, where the network holds those of the best epoch. */
  parameters: Float32Array | undefined
}

/** Where the next training of a model begins, given where the last one ended. */
export function nextState(last: TrainingState, begin: FitSettings['begin']): TrainingState {
  if (begin === 'resume') return last
  const { epoch, iteration, epochsBefore, steps, optimizer, schedule } = last
  const epochs = epoch + (iteration > 0 ? 1 : 0)
  const isMore = begin === 'more'
  return {
    ...untrained(),
    epochsBefore: epochsBefore + epochs,
    steps,
    optimizer: isMore && optimizer ? { ...optimizer, pending: undefined } : undefined,
    schedule: isMore && schedule ? { ...schedule, epochs: schedule.epochs + epochs } : undefined,
  }
}

export const noSums = (): EpochSums => ({
  loss: 0,
  weight: 0,
  correct: undefined,
  samples: 0,
  skipped: 0,
  seconds: 0,
})

/** The state of a model that was never trained. */
export const untrained = (): TrainingState => ({
  epoch: 0,
  iteration: 0,
  epochsBefore: 0,
  steps: 0,
  sums: noSums(),
  history: [],
  optimizer: undefined,
  schedule: undefined,
  earlyStopping: undefined,
  parameters: undefined,
})

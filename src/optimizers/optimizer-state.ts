// What an optimiser remembers between two steps, as plain data.
import type { OptimizerName } from './optimizer-options.ts'

/** What an optimiser remembers besides its vectors. */
export interface OptimizerCounters {
  /** Steps that were prepared. */
  readonly step: number
  /**
   * beta1 and beta2 (alpha of `rmsprop`) to the power of `step`, multiplied up step by step, so that all engines agree;
   * 1 where there are none.
   */
  readonly beta1Power: number
  readonly beta2Power: number
}

/** What the batches of a group count. */
export interface PendingWeight {
  batches: number
  /** Σ w of their samples. */
  weight: number
  /** The largest Σ w of one of them: their gradients are added up as Σ w·g / unit. */
  unit: number
}

/** An optimiser's memory. */
export interface OptimizerState {
  name: OptimizerName
  counters: OptimizerCounters
  /** Of the parameter vector's length each. */
  vectors: Readonly<Record<string, Float32Array>>
  /** What a group of batches has given that is not complete; undefined between two groups. */
  pending: (PendingWeight & { gradients: Float32Array }) | undefined
}

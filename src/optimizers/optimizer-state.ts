// An optimiser's state between two steps, as plain data.
import type { OptimizerCounter } from './counters.ts'
import type { OptimizerName } from './optimizer-table.ts'

/** An optimiser's state besides its vectors: the number of prepared steps, and its own counters. */
export type OptimizerCounters = Readonly<{ step: number } & Partial<Record<OptimizerCounter, number>>>

/** The weight of a group's batches so far. */
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
  /** The contribution of an incomplete group of batches; undefined between two groups. */
  pending: (PendingWeight & { gradients: Float32Array }) | undefined
}

// What an optimiser remembers between two steps, as plain data.
import type { OptimizerCounter } from './counters.ts'
import type { OptimizerName } from './optimizer-table.ts'

/** What an optimiser remembers besides its vectors: how many steps were prepared, and what it counts itself. */
export type OptimizerCounters = Readonly<{ step: number } & Partial<Record<OptimizerCounter, number>>>

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

// What metrics are: counted and summed while an evaluation passes over the data. Those of a classifier are in
// classification.ts, those of a regression in regression.ts.
import type { Arena } from '../wasm/arena.ts'
import type { F32Buffer, I32Buffer } from '../wasm/buffer.ts'
import type { Call } from '../wasm/calls.ts'
import type { Evaluation } from './evaluation.ts'
import type { LossTargets } from './row-losses.ts'

/** A batch that was taken to the network's output. */
export interface EvaluatedBatch {
  readonly rows: number
  /** Of its rows in the data set. */
  readonly indices: I32Buffer
  /** Rows × outputs. */
  readonly output: F32Buffer
  /** Whether all outputs of a row are finite numbers. */
  hasPrediction(row: number): boolean
}

/** Metrics of one evaluation after another, their buffers planned once. */
export interface Metrics {
  /** Forgets what was counted; the first row of the data, by its index in the data set, is the one named. */
  reset(first: number): void
  /** The calls that compute what counts of a batch; `indices` (i32) are those of its rows in the data set. */
  calls(rows: number, indices: I32Buffer, output: F32Buffer): Call[]
  /** Counts in the batch that the calls have run for. */
  add(batch: EvaluatedBatch): void
  /** What was counted since `reset`, over so many samples. */
  result(samples: number): Partial<Evaluation>
}

/** What metrics are planned for. */
export interface MetricsPlan {
  readonly targets: LossTargets
  readonly arena: Arena
  readonly outputs: number
  /** The most rows of a batch. */
  readonly capacity: number
}

/** Of at least one number. */
export const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length

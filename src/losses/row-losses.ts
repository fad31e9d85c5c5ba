// What a loss over a batch is, and what all of them have in common.
import type { Samples } from '../data/samples.ts'
import { ShapeError } from '../errors.ts'
import type { Arena } from '../wasm/arena.ts'
import type { F32Buffer, I32Buffer, U8Buffer } from '../wasm/buffer.ts'
import type { Call } from '../wasm/calls.ts'
import type { Runtime } from '../wasm/runtime.ts'
import type { Loss } from './loss-table.ts'

/** Of a loss. */
export const F64_BYTES = 8

/** Either labels or targets, of all samples. */
export interface LossTargets {
  readonly labels: I32Buffer | undefined
  /** samples × outputs. */
  readonly targets: F32Buffer | undefined
  readonly sampleWeights: F32Buffer | undefined
}

/** A loss for batches of one data set, its buffers planned once. */
export interface BatchLoss {
  /** What it is measured against. */
  readonly targets: LossTargets
  /**
   * The call that computes each row's loss, and its gradient with respect to the output (rows × units) in `gradient`.
   * `indices` (i32) are those of the batch's rows in the data set.
   */
  call(rows: number, indices: I32Buffer, output: F32Buffer, gradient: F32Buffer): Call
  /** The mean loss of the rows that the call has run for, weighted where there are weights: 0 where their sum is. */
  mean(rows: number): number
  /** What the mean's divisor is: the sum of their weights, or `rows` where there are none. */
  weight(rows: number): number
  /**
   * Of these, the rows that were classified rightly; undefined for a loss that does not classify. Where each output
   * says yes or no, a row counts by the share of its outputs that are right.
   */
  correct(rows: number): number | undefined
}

/** What a loss is planned with. */
export interface LossPlan {
  readonly runtime: Runtime
  readonly arena: Arena
  readonly extras: LossExtras
  /** Elements in a row of the network's output. */
  readonly outputs: number
  /** The most rows of a batch. */
  readonly capacity: number
}

/** The same with what the loss is measured against. */
export interface RowLossPlan extends LossPlan {
  readonly targets: LossTargets
}

/** The losses that not every training has: handed to those that may. */
export interface LossExtras {
  /** Throws {@link ArgumentError} or {@link ShapeError} where the loss, the network and the data do not go together. */
  createWeightedLoss(loss: Loss, samples: Samples, plan: LossPlan): BatchLoss
}

/** Throws {@link ShapeError} where a network has not an output for each class. */
export function checkClasses(classes: number, outputs: number, options: string): void {
  if (classes <= outputs) return
  throw new ShapeError(
    `the data set has labels up to ${classes - 1}, but the last layer only ${outputs} units: use dense(${classes}${options})`,
  )
}

/** The buffers that all losses have, and their sums over the rows. */
export abstract class RowLosses implements BatchLoss {
  readonly targets: LossTargets
  readonly outputs: number
  protected readonly runtime: Runtime
  /** Each row's. */
  protected readonly losses: U8Buffer
  /** Whether each row was classified rightly; undefined for a loss that does not classify. */
  protected readonly hits: I32Buffer | undefined
  /** Losses in a row, of which the mean is taken too. */
  readonly #lossesPerRow: number
  /** Answers in a row. */
  readonly #hitsPerRow: number

  constructor(plan: RowLossPlan, lossesPerRow = 1, hitsPerRow = 1) {
    const { runtime, arena, targets, outputs, capacity } = plan
    this.targets = targets
    this.outputs = outputs
    this.runtime = runtime
    this.losses = arena.u8(capacity * F64_BYTES)
    this.hits = hitsPerRow > 0 ? arena.i32(capacity) : undefined
    this.#lossesPerRow = lossesPerRow
    this.#hitsPerRow = hitsPerRow
  }

  abstract call(rows: number, indices: I32Buffer, output: F32Buffer, gradient: F32Buffer): Call

  mean(rows: number): number {
    const weight = this.weight(rows)
    if (weight === 0) return 0
    return this.runtime.kernels.sumF64(this.losses.pointer, rows) / (weight * this.#lossesPerRow)
  }

  weight(rows: number): number {
    return rows
  }

  correct(rows: number): number | undefined {
    if (!this.hits) return undefined
    return this.runtime.kernels.sumI32(this.hits.pointer, rows) / this.#hitsPerRow
  }
}

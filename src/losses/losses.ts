// Losses over a batch: each row's value and gradient by the network's output, in one kernel call. Here that of classifiers
// of labels; all others are in weighted-losses.ts.
import type { Samples } from '../data/samples.ts'
import { ShapeError } from '../errors.ts'
import { supplement } from '../training/supplement.ts'
import type { Arena } from '../wasm/arena.ts'
import type { F32Buffer, I32Buffer, U8Buffer } from '../wasm/buffer.ts'
import { type Call, call } from '../wasm/calls.ts'
import type { Runtime } from '../wasm/runtime.ts'
import { LOSSES, type Loss } from './loss-table.ts'
import type { LossTargets } from './loss-targets.ts'

/** Of a loss. */
export const F64_BYTES = 8

/** A loss for batches of one data set, its buffers planned once. */
export interface BatchLoss {
  /** What it is measured against. */
  readonly targets: LossTargets
  /**
   * The call that computes each row's loss, and its gradient by the output (rows × units) in `gradient`. `indices` (i32)
   * are those of the batch's rows in the data set.
   */
  call(rows: number, indices: I32Buffer, output: F32Buffer, gradient: F32Buffer): Call
  /** The mean loss of the rows that the call has run for, weighted where there are weights: 0 where their sum is. */
  mean(rows: number): number
  /** What the mean's divisor is: the sum of their weights, or `rows` where there are none. */
  weight(rows: number): number
  /**
   * Of these, the rows that were classified rightly; undefined for a loss that does not classify. Where each output says
   * yes or no, a row counts by the share of its outputs that are right.
   */
  correct(rows: number): number | undefined
}

/** Throws {@link ArgumentError} or {@link ShapeError} where the loss, the network and the data do not go together. */
export function createLoss(
  loss: Loss,
  runtime: Runtime,
  arena: Arena,
  { outputSize }: { readonly outputSize: number },
  samples: Samples,
  capacity: number,
): BatchLoss {
  const plan = { runtime, arena, outputs: outputSize, capacity }
  if (!isPlainLoss(loss, samples)) return supplement().createWeightedLoss(plan, loss, samples)
  checkClasses(samples.info.classes ?? 0, outputSize, ", { activation: 'softmax' }")
  return new CrossEntropy({
    ...plan,
    targets: { labels: samples.labels, targets: undefined, sampleWeights: undefined },
  })
}

/** Whether the kernels' first module has a loss: cross-entropy of labels, each sample of which counts alike. */
export function isPlainLoss({ name, ...options }: Loss, { labels, sampleWeights }: LossSamples): boolean {
  if (LOSSES[name].kind !== undefined || Object.values(options).some(Boolean)) return false
  return Boolean(labels) && !sampleWeights
}

/** What the choice of a loss's kernel depends on: whether samples have labels and weights. */
export type LossSamples = Pick<Samples, 'labels' | 'sampleWeights'>

/** Throws {@link ShapeError} where a network has not an output for each class. */
export function checkClasses(classes: number, outputs: number, options: string): void {
  if (classes <= outputs) return
  throw new ShapeError(
    `the data set has labels up to ${classes - 1}, but the last layer only ${outputs} units: use dense(${classes}${options})`,
  )
}

/** What a loss is planned with. */
export interface LossPlan {
  readonly runtime: Runtime
  readonly arena: Arena
  readonly targets: LossTargets
  /** Elements in a row of the network's output. */
  readonly outputs: number
  readonly capacity: number
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

  constructor(plan: LossPlan, lossesPerRow = 1, hitsPerRow = 1) {
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

class CrossEntropy extends RowLosses {
  call(rows: number, indices: I32Buffer, output: F32Buffer, gradient: F32Buffer): Call {
    const { labels } = this.targets
    return call(
      'softmaxCrossEntropy',
      output.pointer,
      labels?.pointer ?? 0,
      indices.pointer,
      this.losses.pointer,
      this.hits?.pointer ?? 0,
      gradient.pointer,
      rows,
      this.outputs,
    )
  }
}

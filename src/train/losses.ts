// Losses over a batch: each row's value and gradient by the network's output, in one kernel call.
import type { Storage } from '../data/storage.ts'
import type { Arena } from '../wasm/arena.ts'
import type { F32Buffer, I32Buffer, U8Buffer } from '../wasm/buffer.ts'
import { type Call, call } from '../wasm/calls.ts'
import type { Runtime } from '../wasm/runtime.ts'
import type { Loss } from './loss-options.ts'
import { type LossTargets, lossTargets } from './loss-targets.ts'
import { supplement } from './supplement.ts'

const F64_BYTES = 8

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
  /** The sum of their weights: `rows` where there are none. */
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
  storage: Storage,
  capacity: number,
): BatchLoss {
  const targets = lossTargets(loss, runtime, outputSize, storage)
  const plan = { runtime, arena, targets, outputs: outputSize, capacity }
  if (loss.name === 'crossEntropy') return new CrossEntropy(plan, loss)
  return supplement().createElementwiseLoss(plan, loss)
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
  readonly #runtime: Runtime
  readonly #losses: U8Buffer
  readonly #hits: I32Buffer
  readonly #classWeights: F32Buffer | undefined
  readonly #capacity: number
  /** Losses in a row, of which the mean is taken too. */
  readonly #lossesPerRow: number
  /** Answers in a row; 0 for a loss that does not classify. */
  readonly #hitsPerRow: number

  constructor(plan: LossPlan, loss: Loss, lossesPerRow: number, hitsPerRow: number) {
    const { runtime, arena, targets, outputs, capacity } = plan
    this.targets = targets
    this.outputs = outputs
    this.#runtime = runtime
    this.#losses = arena.u8((capacity + 1) * F64_BYTES)
    this.#hits = arena.i32(capacity)
    this.#capacity = capacity
    this.#lossesPerRow = lossesPerRow
    this.#hitsPerRow = hitsPerRow
    if ('classWeights' in loss && loss.classWeights) {
      this.#classWeights = arena.f32(loss.classWeights.length)
      this.#classWeights.view.set(loss.classWeights)
    }
  }

  abstract call(rows: number, indices: I32Buffer, output: F32Buffer, gradient: F32Buffer): Call

  /** Byte offsets for the kernels; 0 for what there is not. */
  protected get pointers() {
    const { labels, targets, sampleWeights } = this.targets
    return {
      labels: labels?.pointer ?? 0,
      targets: targets?.pointer ?? 0,
      sampleWeights: sampleWeights?.pointer ?? 0,
      classWeights: this.#classWeights?.pointer ?? 0,
      losses: this.#losses.pointer,
      /** Σ w, behind the losses. */
      total: this.#losses.pointer + this.#capacity * F64_BYTES,
      hits: this.#hitsPerRow > 0 ? this.#hits.pointer : 0,
    }
  }

  mean(rows: number): number {
    const weight = this.weight(rows)
    if (weight === 0) return 0
    return this.#runtime.kernels.sumF64(this.#losses.pointer, rows) / (weight * this.#lossesPerRow)
  }

  weight(rows: number): number {
    if (!this.targets.sampleWeights && !this.#classWeights) return rows
    return this.#runtime.kernels.sumF64(this.pointers.total, 1)
  }

  correct(rows: number): number | undefined {
    if (this.#hitsPerRow === 0) return undefined
    return this.#runtime.kernels.sumI32(this.#hits.pointer, rows) / this.#hitsPerRow
  }
}

class CrossEntropy extends RowLosses {
  readonly #smoothing: number

  constructor(plan: LossPlan, loss: Loss & { name: 'crossEntropy' }) {
    super(plan, loss, 1, 1)
    this.#smoothing = loss.labelSmoothing
  }

  call(rows: number, indices: I32Buffer, output: F32Buffer, gradient: F32Buffer): Call {
    const { labels, targets, sampleWeights, classWeights, losses, total, hits } = this.pointers
    const smoothing = this.#smoothing
    const x = output.pointer
    const dx = gradient.pointer
    const i = indices.pointer
    const columns = this.outputs
    if (labels > 0 && sampleWeights === 0 && classWeights === 0 && smoothing === 0) {
      return call('softmaxCrossEntropy', x, labels, i, losses, hits, dx, rows, columns)
    }
    return call(
      'weightedCrossEntropy',
      x,
      labels,
      targets,
      i,
      sampleWeights,
      classWeights,
      smoothing,
      losses,
      total,
      hits,
      dx,
      rows,
      columns,
    )
  }
}

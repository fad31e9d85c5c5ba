// The losses that are not cross-entropy of labels alone: samples and classes may have weights.
import type { Samples } from '../data/samples.ts'
import type { F32Buffer, I32Buffer, U8Buffer } from '../wasm/buffer.ts'
import { type Call, call } from '../wasm/calls.ts'
import { LOSSES, type Loss } from './loss-table.ts'
import { lossTargets } from './loss-targets.ts'
import { type BatchLoss, F64_BYTES, type LossPlan, RowLosses, type RowLossPlan } from './row-losses.ts'

/** Throws {@link ArgumentError} or {@link ShapeError} where the loss, the network and the data do not go together. */
export function createWeightedLoss(loss: Loss, samples: Samples, given: LossPlan): BatchLoss {
  const targets = lossTargets(loss, given.runtime, given.outputs, samples)
  const plan = { ...given, targets }
  const { kind, takesClasses } = LOSSES[loss.name]
  if (kind === undefined) return new WeightedCrossEntropy(plan, loss)
  if (takesClasses && plan.outputs > 1 && targets.labels) return new MulticlassHinge(plan, loss)
  return new ElementwiseLoss(plan, loss, kind)
}

/** What their kernels take alike, as byte offsets; 0 for what there is not. */
abstract class WeightedRowLosses extends RowLosses {
  readonly #classWeights: F32Buffer | undefined
  /** Σ w. */
  readonly #total: U8Buffer

  constructor(plan: RowLossPlan, loss: Loss, lossesPerRow: number, hitsPerRow: number) {
    super(plan, lossesPerRow, hitsPerRow)
    this.#total = plan.arena.u8(F64_BYTES)
    if ('classWeights' in loss && loss.classWeights) {
      this.#classWeights = plan.arena.f32(loss.classWeights.length)
      this.#classWeights.view.set(loss.classWeights)
    }
  }

  override weight(rows: number): number {
    if (!this.targets.sampleWeights && !this.#classWeights) return rows
    return this.runtime.kernels.sumF64(this.#total.pointer, 1)
  }

  protected get labels(): number {
    return this.targets.labels?.pointer ?? 0
  }

  protected get truths(): [labels: number, targets: number] {
    return [this.labels, this.targets.targets?.pointer ?? 0]
  }

  /** Which samples the rows are, and what each counts. */
  protected samples(indices: I32Buffer): [indices: number, sampleWeights: number, classWeights: number] {
    return [indices.pointer, this.targets.sampleWeights?.pointer ?? 0, this.#classWeights?.pointer ?? 0]
  }

  /** Where the results go, and how many there are. */
  protected results(
    gradient: F32Buffer,
    rows: number,
  ): [losses: number, total: number, hits: number, gradient: number, rows: number, columns: number] {
    const hits = this.hits?.pointer ?? 0
    return [this.losses.pointer, this.#total.pointer, hits, gradient.pointer, rows, this.outputs]
  }
}

class WeightedCrossEntropy extends WeightedRowLosses {
  readonly #smoothing: number

  constructor(plan: RowLossPlan, loss: Loss) {
    super(plan, loss, 1, 1)
    this.#smoothing = 'labelSmoothing' in loss ? loss.labelSmoothing : 0
  }

  call(rows: number, indices: I32Buffer, output: F32Buffer, gradient: F32Buffer): Call {
    const [samples, results] = [this.samples(indices), this.results(gradient, rows)]
    return call(
      'weightedCrossEntropy',
      output.pointer,
      ...this.truths,
      ...samples,
      this.#smoothing,
      ...results,
    )
  }
}

/** A mean over a row's elements. */
class ElementwiseLoss extends WeightedRowLosses {
  readonly #kind: number
  readonly #delta: number

  constructor(plan: RowLossPlan, loss: Loss, kind: number) {
    super(plan, loss, plan.outputs, LOSSES[loss.name].takesBits ? plan.outputs : 0)
    this.#kind = kind
    this.#delta = 'delta' in loss ? loss.delta : 0
  }

  call(rows: number, indices: I32Buffer, output: F32Buffer, gradient: F32Buffer): Call {
    const [samples, results] = [this.samples(indices), this.results(gradient, rows)]
    const y = output.pointer
    return call('elementwiseLoss', this.#kind, this.#delta, y, ...this.truths, ...samples, ...results)
  }
}

/** The hinge of several outputs with labels. */
class MulticlassHinge extends WeightedRowLosses {
  constructor(plan: RowLossPlan, loss: Loss) {
    super(plan, loss, plan.outputs, 1)
  }

  call(rows: number, indices: I32Buffer, output: F32Buffer, gradient: F32Buffer): Call {
    const [samples, results] = [this.samples(indices), this.results(gradient, rows)]
    return call('multiclassHinge', output.pointer, this.labels, ...samples, ...results)
  }
}

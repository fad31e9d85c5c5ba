// What losses have in common whose samples and classes may have weights.
import type { F32Buffer } from '../wasm/buffer.ts'
import type { Loss } from './loss-options.ts'
import { F64_BYTES, type LossPlan, RowLosses } from './losses.ts'

export abstract class WeightedRowLosses extends RowLosses {
  readonly #capacity: number
  readonly #classifies: boolean
  readonly #classWeights: F32Buffer | undefined

  constructor(plan: LossPlan, loss: Loss, lossesPerRow = 1, hitsPerRow = 1) {
    super(plan, lossesPerRow, hitsPerRow)
    this.#capacity = plan.capacity
    this.#classifies = hitsPerRow > 0
    if ('classWeights' in loss && loss.classWeights) {
      this.#classWeights = plan.arena.f32(loss.classWeights.length)
      this.#classWeights.view.set(loss.classWeights)
    }
  }

  /** Byte offsets for the kernels; 0 for what there is not. */
  protected get pointers() {
    const { labels, targets, sampleWeights } = this.targets
    return {
      labels: labels?.pointer ?? 0,
      targets: targets?.pointer ?? 0,
      sampleWeights: sampleWeights?.pointer ?? 0,
      classWeights: this.#classWeights?.pointer ?? 0,
      losses: this.losses.pointer,
      /** Σ w, behind the losses. */
      total: this.losses.pointer + this.#capacity * F64_BYTES,
      hits: this.#classifies ? this.hits.pointer : 0,
    }
  }

  override weight(rows: number): number {
    if (!this.targets.sampleWeights && !this.#classWeights) return rows
    return this.runtime.kernels.sumF64(this.pointers.total, 1)
  }
}

// Losses that are a mean over a row's elements.
import { ELEMENTWISE_LOSSES } from '../kernels/loss-kinds.ts'
import type { F32Buffer, I32Buffer } from '../wasm/buffer.ts'
import { type Call, call } from '../wasm/calls.ts'
import type { Loss } from './loss-options.ts'
import type { LossPlan } from './losses.ts'
import { WeightedRowLosses } from './weighted-row-losses.ts'

/** The loss of any name but `crossEntropy`. */
export class ElementwiseLoss extends WeightedRowLosses {
  readonly #kind: number
  readonly #delta: number

  constructor(plan: LossPlan, loss: Loss & { name: keyof typeof ELEMENTWISE_LOSSES }) {
    const classifies = loss.name === 'binaryCrossEntropy' || loss.name === 'hinge'
    super(plan, loss, plan.outputs, classifies ? plan.outputs : 0)
    this.#kind = ELEMENTWISE_LOSSES[loss.name]
    this.#delta = loss.name === 'huber' ? loss.delta : 0
  }

  call(rows: number, indices: I32Buffer, output: F32Buffer, gradient: F32Buffer): Call {
    const { labels, targets, sampleWeights, classWeights, losses, total, hits } = this.pointers
    return call(
      'elementwiseLoss',
      this.#kind,
      this.#delta,
      output.pointer,
      labels,
      targets,
      indices.pointer,
      sampleWeights,
      classWeights,
      losses,
      total,
      hits,
      gradient.pointer,
      rows,
      this.outputs,
    )
  }
}

/** The hinge of several outputs with labels. */
export class MulticlassHinge extends WeightedRowLosses {
  constructor(plan: LossPlan, loss: Loss) {
    super(plan, loss, plan.outputs, 1)
  }

  call(rows: number, indices: I32Buffer, output: F32Buffer, gradient: F32Buffer): Call {
    const { labels, sampleWeights, classWeights, losses, total, hits } = this.pointers
    const x = output.pointer
    const dx = gradient.pointer
    const i = indices.pointer
    const columns = this.outputs
    return call(
      'multiclassHinge',
      x,
      labels,
      i,
      sampleWeights,
      classWeights,
      losses,
      total,
      hits,
      dx,
      rows,
      columns,
    )
  }
}

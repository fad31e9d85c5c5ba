// The losses that are not cross-entropy of labels alone: samples and classes may have weights.
import type { Storage } from '../data/storage.ts'
import type { F32Buffer, I32Buffer } from '../wasm/buffer.ts'
import { type Call, call } from '../wasm/calls.ts'
import { ElementwiseLoss, MulticlassHinge } from './elementwise-losses.ts'
import type { Loss } from './loss-options.ts'
import { lossTargets } from './loss-targets.ts'
import type { BatchLoss, LossPlan } from './losses.ts'
import { WeightedRowLosses } from './weighted-row-losses.ts'

/** Throws {@link ArgumentError} or {@link ShapeError} where the loss, the network and the data do not go together. */
export function createWeightedLoss(
  { runtime, outputs, ...rest }: Omit<LossPlan, 'targets'>,
  loss: Loss,
  storage: Storage,
): BatchLoss {
  const plan = { runtime, outputs, ...rest, targets: lossTargets(loss, runtime, outputs, storage) }
  if (loss.name === 'crossEntropy') return new WeightedCrossEntropy(plan, loss)
  if (loss.name === 'hinge' && outputs > 1 && plan.targets.labels) return new MulticlassHinge(plan, loss)
  return new ElementwiseLoss(plan, loss)
}

class WeightedCrossEntropy extends WeightedRowLosses {
  readonly #smoothing: number

  constructor(plan: LossPlan, loss: Loss & { name: 'crossEntropy' }) {
    super(plan, loss)
    this.#smoothing = loss.labelSmoothing
  }

  call(rows: number, indices: I32Buffer, output: F32Buffer, gradient: F32Buffer): Call {
    const { labels, targets, sampleWeights, classWeights, losses, total, hits } = this.pointers
    return call(
      'weightedCrossEntropy',
      output.pointer,
      labels,
      targets,
      indices.pointer,
      sampleWeights,
      classWeights,
      this.#smoothing,
      losses,
      total,
      hits,
      gradient.pointer,
      rows,
      this.outputs,
    )
  }
}

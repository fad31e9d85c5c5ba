// Losses over a batch: each row's value and gradient with respect to the network's output, in one kernel call. Here
// that of classifiers of labels; all others are in further-losses.ts.
import type { Samples } from '../data/samples.ts'
import type { F32Buffer, I32Buffer } from '../wasm/buffer.ts'
import { type Call, call } from '../wasm/calls.ts'
import { LOSSES, type Loss } from './loss-table.ts'
import { type BatchLoss, checkClasses, type LossPlan, RowLosses } from './row-losses.ts'

/** Throws {@link ArgumentError} or {@link ShapeError} where the loss, the network and the data do not go together. */
export function createLoss(loss: Loss, samples: Samples, plan: LossPlan): BatchLoss {
  if (!isPlainLoss(loss, samples)) return plan.extras.createWeightedLoss(loss, samples, plan)
  checkClasses(samples.info.classes ?? 0, plan.outputs, ", { activation: 'softmax' }")
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

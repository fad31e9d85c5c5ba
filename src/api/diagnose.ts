// Why a network learns or does not, layer by layer.

import { checkOptions } from '../check-options.ts'
import { BATCH_SIZE } from '../data/batches.ts'
import type { LayerDiagnosis } from '../training/diagnosis.ts'
import { type Dataset, rowsOf } from './dataset.ts'
import { keeping } from './lifetime.ts'
import { checkData, checkModel } from './right-kinds.ts'
import type { Sequential } from './sequential.ts'

/** Options of {@link diagnose}. */
export interface DiagnoseOptions {
  /** The most samples in a batch: batches are of nearly the same size, each with a gradient and an update; 100 unless given. */
  batchSize?: number
  /** Of the updates; that of the last iteration of `fit`, or of `compile`, unless given. */
  learningRate?: number
  /** A unit is flat for a sample where |h′(z)| is below it: 0.01 unless given. A sigmoid's h′ is 0.25 at most. */
  flatBelow?: number
  signal?: AbortSignal
}

/**
 * Gives the norms of each layer's activations, gradients and updates, and counts its dead and saturated units, over
 * the given samples. Gradients that vanish or explode from layer to layer show as numbers. Layers behave as in
 * training, so dropout drops. Updates are those that the optimiser would make in its present state. Nothing is
 * changed, and a `fit` may be running.
 *
 * Rejects as `evaluate` does.
 *
 * @example
 * const sample = train.slice(0, 500)
 * await model.fit(train, { onEpochEnd: async () => console.table(await diagnose(model, sample)) })
 */
export async function diagnose(
  model: Sequential,
  data: Dataset,
  options: DiagnoseOptions = {},
): Promise<LayerDiagnosis[]> {
  checkOptions('diagnose', options, '{ batchSize: 100 }', {
    batchSize: 1,
    learningRate: 1,
    flatBelow: 1,
    signal: 1,
  })
  checkModel('diagnose', model)
  checkData('diagnose', data)
  const { batchSize = BATCH_SIZE, learningRate, flatBelow = 0.01, signal } = options
  const { network, config } = model.internals
  const settings = { batchSize, learningRate, flatBelow, signal }
  return keeping(() => network.diagnose(config, rowsOf(data), settings), model, data)
}

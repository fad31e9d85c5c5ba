// What needs code that is loaded on demand: all but classifiers of dense layers with a common activation, drawn
// uniformly and trained by plain gradient descent.
import { isCoreActivation } from '../kernels/activations.ts'
import { activationOf, type Layer } from '../layers/layers.ts'
import { isPlainLoss } from '../losses/plain-loss.ts'
import type { PlanSparseDense } from '../network/context.ts'
import { drawsNormals } from '../network/initial-parameters.ts'
import type { NetworkLayer } from '../network/parameters.ts'
import { haveExtraStages } from '../network/stages/plan.ts'
import type { TrainingExtras } from '../training/context.ts'
import { isPlainSgd } from '../training/descent.ts'
import type { FitTask } from '../training/fit-task.ts'
import { notLoaded } from '../wasm/not-loaded.ts'
import type { Runtime } from '../wasm/runtime.ts'

/**
 * Loads the extras with their kernels, unless they are there. An earlier team of threads lacks these kernels: request
 * the executor afterwards.
 */
export async function loadExtras(runtime: Runtime): Promise<TrainingExtras> {
  const [{ extras }] = await Promise.all([import('../training/extras.ts'), runtime.loadExtras()])
  return extras
}

/** Loads the third module and what plans its calls, where a layer is large enough; likewise. */
export async function loadSparsity(
  runtime: Runtime,
  layers: readonly NetworkLayer[],
): Promise<PlanSparseDense | undefined> {
  const [, ...later] = layers.filter(({ isMatrix }) => isMatrix)
  const isRelu = ({ layer }: NetworkLayer) => activationOf(layer) === 'relu'
  if (!layers.some(isRelu) || !later.some(({ inputs, units }) => Math.min(inputs, units) >= 64))
    return undefined
  const [{ planSparseDense }] = await Promise.all([
    import('../network/stages/sparse-dense.ts'),
    runtime.loadSparsity(),
  ])
  return planSparseDense
}

/** Takes the place of unneeded extras. Using one reveals a fault of the rules below. */
export const noExtras = notLoaded('extra') as TrainingExtras

/** Whether a network of these layers needs them for any operation. */
export const layersNeedExtras = (layers: readonly Layer[]): boolean =>
  haveExtraStages(layers) ||
  drawsNormals(layers) ||
  !layers.every(layer => isCoreActivation(activationOf(layer) ?? 'identity'))

/** Whether a training needs them. One on a stream may, since its samples are not known yet. */
export const fitNeedsExtras = ({ config, settings, train, validation }: FitTask): boolean =>
  !isPlainSgd(config.optimizer) ||
  settings.accumulate > 1 ||
  settings.augmentation !== undefined ||
  !('indices' in train) ||
  [train, validation].some(rows => rows && !isPlainLoss(config.loss, rows.samples))

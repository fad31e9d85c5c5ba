// Who needs what is loaded only when it is first needed: anything but classifiers of dense layers with a common
// activation that are drawn uniformly and trained by plain gradient descent.
import { isCoreActivation } from '../kernels/activations.ts'
import { activationOf, type Layer } from '../layers/layers.ts'
import { isPlainLoss } from '../losses/losses.ts'
import { drawsNormals } from '../network/initial-parameters.ts'
import { haveExtraStages } from '../network/stages/plan.ts'
import type { TrainingExtras } from '../training/context.ts'
import { isPlainSgd } from '../training/descent.ts'
import type { FitTask } from '../training/fit-task.ts'
import { notLoaded } from '../wasm/not-loaded.ts'
import type { Runtime } from '../wasm/runtime.ts'

/**
 * Loads the extras with their kernels, unless they are there. A team of threads that was asked for before lacks these
 * kernels: ask for the executor afterwards.
 */
export async function loadExtras(runtime: Runtime): Promise<TrainingExtras> {
  const [{ extras }] = await Promise.all([import('../training/extras.ts'), runtime.loadExtras()])
  return extras
}

/** In the place of extras that nobody needs: to ask for one is a fault of the rules below. */
export const noExtras = notLoaded('extra') as TrainingExtras

/** Whether a network of these layers needs them, whatever is done with it. */
export const layersNeedExtras = (layers: readonly Layer[]): boolean =>
  haveExtraStages(layers) ||
  drawsNormals(layers) ||
  !layers.every(layer => isCoreActivation(activationOf(layer) ?? 'identity'))

/** Whether a training needs them; one on a stream may, of which it is not known yet what the samples are. */
export const fitNeedsExtras = ({ config, settings, train, validation }: FitTask): boolean =>
  !isPlainSgd(config.optimizer) ||
  settings.accumulate > 1 ||
  settings.augmentation !== undefined ||
  !('indices' in train) ||
  [train, validation].some(rows => rows && !isPlainLoss(config.loss, rows.samples))

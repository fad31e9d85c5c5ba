// What is loaded only when it is first needed, and who needs it: anything but classifiers of dense layers with a common
// activation that are drawn uniformly and trained by plain gradient descent.
import { isCoreActivation } from '../kernels/activations.ts'
import { activationOf, type Layer } from '../layers/layers.ts'
import type { Loss } from '../losses/loss-table.ts'
import { isPlainLoss, type LossSamples } from '../losses/losses.ts'
import { drawsNormals } from '../network/initial-parameters.ts'
import { isEven } from '../optimizers/learning-rate.ts'
import { isPlainSgd } from '../training/descent.ts'
import type { FitSettings, TrainingConfig } from '../training/options.ts'
import { loadSupplement } from '../training/supplement.ts'
import type { Runtime } from '../wasm/runtime.ts'

/** Awaited before a network of these layers is made. */
export async function loadForNetwork(runtime: Runtime, layers: readonly Layer[]): Promise<void> {
  if (!layers.every(isCoreLayer) || drawsNormals(layers)) await loadSupplement(runtime)
}

/** Awaited before such a training is planned; the loss is asked for by itself. */
export async function loadForTraining(
  runtime: Runtime,
  { optimizer, schedule }: TrainingConfig,
  { accumulate, augmentation, earlyStopping }: FitSettings,
  isStream: boolean,
): Promise<void> {
  const isPlain = isPlainSgd(optimizer) && isEven(schedule) && accumulate === 1
  if (!isPlain || augmentation || earlyStopping || isStream) await loadSupplement(runtime)
}

/** Awaited before a loss over such samples is planned; undefined where they are not known yet. */
export async function loadForLoss(
  runtime: Runtime,
  loss: Loss,
  samples: LossSamples | undefined,
): Promise<void> {
  if (!samples || !isPlainLoss(loss, samples)) await loadSupplement(runtime)
}

/** The layers that the core knows. An activation is part of a dense layer's kernels. */
const isCoreLayer = (layer: Layer): boolean =>
  ['dense', 'activation', 'flatten'].includes(layer.kind) &&
  isCoreActivation(activationOf(layer) ?? 'identity')

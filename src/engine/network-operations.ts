// What a network in the local engine does with samples beside training. Loaded when the first of these is asked for.
import type { Evaluation, EvaluationSettings } from '../losses/evaluation.ts'
import type { Loss } from '../losses/loss-table.ts'
import { isPlainLoss } from '../losses/plain-loss.ts'
import type { Network } from '../network/network.ts'
import type { TrainingContext } from '../training/context.ts'
import type { Pause, Rows } from '../training/dataset-rows.ts'
import type { DiagnosisSettings, LayerDiagnosis } from '../training/diagnosis.ts'
import { EVALUATION_BATCH, Evaluator, predict as predictRows } from '../training/evaluate.ts'
import type { GradientCheck, GradientCheckSettings } from '../training/gradient-check.ts'
import type { TrainingConfig } from '../training/options.ts'
import type { TrainingState } from '../training/state.ts'

import type { Runtime } from '../wasm/runtime.ts'
import { loadSparseInputs } from './sparse-inputs.ts'

export { KeptPredictions } from '../training/kept-predictions.ts'

/** What an operation works on. */
export interface Scope {
  readonly pause: Pause
  readonly rows: Rows
  readonly runtime: Runtime
  readonly network: Network
  /** What it computes with, in batches of this size. */
  context(needsExtras: boolean, batchSize: number): Promise<TrainingContext>
}

export async function evaluate(scope: Scope, loss: Loss, settings: EvaluationSettings): Promise<Evaluation> {
  const { pause, rows } = scope
  const context = await predictionContext(scope, !isPlainLoss(loss, rows.samples))
  return new Evaluator(context, loss, rows, settings).run(pause)
}

export async function predict(scope: Scope): Promise<Float32Array> {
  return predictRows(await predictionContext(scope, false), scope.rows, scope.pause)
}

async function predictionContext(scope: Scope, needsExtras: boolean): Promise<TrainingContext> {
  const planSparseInputs = await loadSparseInputs(scope.runtime, scope.network, scope.rows.samples)
  return { ...(await scope.context(needsExtras, EVALUATION_BATCH)), planSparseInputs }
}

/** `state` tells where the network's training stands. */
export async function diagnose(
  { pause, rows, context }: Scope,
  config: TrainingConfig,
  settings: DiagnosisSettings,
  state: () => TrainingState,
): Promise<LayerDiagnosis[]> {
  const { diagnoseNetwork } = await import('../training/diagnosis.ts')
  return diagnoseNetwork(await context(true, settings.batchSize), { config, rows, settings, state }, pause)
}

export async function checkGradients(
  { pause, rows, context }: Scope,
  loss: Loss,
  settings: GradientCheckSettings,
): Promise<GradientCheck> {
  const { checkNetworkGradients } = await import('../training/gradient-check.ts')
  const needsExtras = !isPlainLoss(loss, rows.samples)
  return checkNetworkGradients(
    await context(needsExtras, rows.indices.length),
    { loss, rows, settings },
    pause,
  )
}

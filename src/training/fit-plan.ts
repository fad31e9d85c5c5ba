// What a training plans before its first step: where its samples come from, and all buffers and calls of its steps.
import type { Network } from '../network/network.ts'
import { Arena } from '../wasm/arena.ts'
import type { TrainingContext } from './context.ts'
import { checkInputSize, type Rows } from './dataset-rows.ts'
import type { EarlyStopper } from './early-stopping.ts'
import type { Evaluator } from './evaluate.ts'
import type { FitTask } from './fit-task.ts'
import { LastGood } from './last-good.ts'
import { type SampleSource, StoredSamples } from './sample-source.ts'
import { TrainingStep } from './step.ts'

/** A training's buffers. */
export interface FitPlan {
  readonly network: Network
  readonly source: SampleSource
  readonly step: TrainingStep
  /** What evaluates after each epoch. */
  readonly evaluator: Evaluator | undefined
  readonly earlyStopper: EarlyStopper | undefined
  readonly lastGood: LastGood
  free(): void
}

/** From this many values of a batch (64 MB as floats) on, it is worth checking first whether linear memory has room. */
const LARGE = 2 ** 24

/** What a training computes with, without the buffers of its plan. */
export type FitContext = Omit<TrainingContext, 'arena'>

/** Plans a training. Throws what {@link trainNetwork} throws before its first step. */
export async function planFit(
  given: FitContext,
  task: FitTask,
  signal: AbortSignal | undefined,
): Promise<FitPlan> {
  const arena = new Arena(given.runtime.memory)
  const context = { ...given, arena }
  const { network } = context
  let source: SampleSource | undefined
  try {
    source = await openSource(context, task, signal)
    const planEvaluator = async (rows: Rows) => {
      const { Evaluator } = await import('./evaluate.ts')
      return new Evaluator(context, task.config.loss, rows)
    }
    const evaluator = task.validation && (await planEvaluator(task.validation))
    let earlyStopper: EarlyStopper | undefined
    if (task.settings.earlyStopping) {
      const { planEarlyStopping } = await import('./early-stopping.ts')
      earlyStopper = await planEarlyStopping(task, planEvaluator)
    }
    const { config, settings, state } = task
    const { samples, capacity } = source
    checkInputSize(network, samples.info.inputSize)
    const planStep = (arena: Arena, rows: number) =>
      new TrainingStep(
        { ...context, arena },
        {
          config,
          samples,
          capacity: rows,
          seed: settings.seed,
          augmentation: settings.augmentation,
          accumulates: settings.accumulate > 1,
          state,
        },
      )
    const valuesPerRow = network.layers.reduce((sum, { units }) => sum + units, network.inputSize)
    if (capacity * valuesPerRow >= LARGE) {
      const { checkMemory } = await import('./memory-plan.ts')
      checkMemory(context.runtime, capacity, planStep)
    }
    const step = planStep(arena, capacity)
    return {
      network,
      source,
      step,
      evaluator,
      earlyStopper,
      lastGood: new LastGood(context),
      free: () => arena.free(),
    }
  } catch (error) {
    await source?.end()
    arena.free()
    throw error
  }
}

/** The samples of a task. `signal` ends waiting for them. */
async function openSource(
  context: TrainingContext,
  task: FitTask,
  signal: AbortSignal | undefined,
): Promise<SampleSource> {
  const { settings, train } = task
  if ('indices' in train) {
    const { layers } = context.network
    if (layers.some(({ layer }) => layer.kind === 'batchNormalization')) {
      context.extras.checkBatchSizes(layers, train.indices.length, settings)
    }
    return new StoredSamples(context, train, settings)
  }
  const { StreamedSamples } = await import('./streamed-samples.ts')
  return StreamedSamples.open(context, task, train, signal)
}

// What a training plans before its first step: where its samples come from, and all buffers and calls of its steps.
//
// Planning takes several times as long as a small batch. So a plan outlives its call of `fit` for a while, and the next
// call reuses it where it would plan the same.
import type { Network } from '../network/network.ts'
import { Arena } from '../wasm/arena.ts'
import type { Executor } from '../wasm/calls.ts'
import type { LinearMemory } from '../wasm/memory.ts'
import type { TrainingContext } from './context.ts'
import { checkInputSize, type Rows } from './dataset-rows.ts'
import type { EarlyStopper } from './early-stopping.ts'
import type { Evaluator } from './evaluate.ts'
import type { FitTask } from './fit-task.ts'
import { LastGood } from './last-good.ts'
import type { FitSettings } from './options.ts'
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
async function planFit(given: FitContext, task: FitTask, signal: AbortSignal | undefined): Promise<FitPlan> {
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

/** A plan, what it was made for, and the memory that holds it. */
interface KeptPlan {
  readonly plan: FitPlan
  readonly executor: Executor
  readonly task: Omit<FitTask, 'state'> & { readonly train: Rows }
  readonly memory: LinearMemory
}

/** Milliseconds for which a plan and its memory outlive their training. */
const LINGER = 1000

/** The plans of a network's trainings; the last one is kept. */
export class FitPlans {
  #kept: KeptPlan | undefined
  #lingering: ReturnType<typeof setTimeout> | undefined
  /** Linear memory calls it before it grows, too. */
  readonly #drop = () => this.drop()

  /** The plan of a task: the last one where it would be the same. */
  async open(context: FitContext, task: FitTask, signal: AbortSignal | undefined): Promise<FitPlan> {
    const kept = this.#take()
    if (kept && suits(kept, context.executor, task)) {
      kept.plan.step.begin(task.state)
      return kept.plan
    }
    kept?.plan.free()
    return planFit(context, task, signal)
  }

  /** Takes back the plan of a training that ended normally. */
  keep({ runtime, executor }: FitContext, plan: FitPlan, { state: _, ...task }: FitTask): void {
    const { memory } = runtime
    const { earlyStopping, augmentation } = task.settings
    if (task.validation || earlyStopping || augmentation || !('indices' in task.train)) {
      plan.free()
      return
    }
    this.#kept = { plan, executor, task: { ...task, train: task.train }, memory }
    memory.spares.add(this.#drop)
    this.#lingering = setTimeout(this.#drop, LINGER)
    // In Node a timer would keep the process alive.
    if (typeof this.#lingering === 'object') this.#lingering.unref()
  }

  /** Frees the kept plan: the parameters changed otherwise, or the network is disposed of. */
  drop(): void {
    this.#take()?.plan.free()
  }

  #take(): KeptPlan | undefined {
    const kept = this.#kept
    this.#kept = undefined
    clearTimeout(this.#lingering)
    kept?.memory.spares.delete(this.#drop)
    return kept
  }
}

/** Whether a task would have the same plan. Executors of one thread are alike. */
function suits(
  { task: last, executor }: KeptPlan,
  given: Executor,
  { config, settings, train, validation }: FitTask,
): boolean {
  return (
    'indices' in train &&
    !validation &&
    settings.begin !== 'resume' &&
    (executor === given || executor.threads + given.threads === 2) &&
    last.train.samples === train.samples &&
    hasSame(last.train.indices, train.indices) &&
    PLANNED.every(name => last.settings[name] === settings[name]) &&
    // From another thread it comes as a copy.
    (last.config === config || JSON.stringify(last.config) === JSON.stringify(config))
  )
}

/** The settings on which a plan depends. */
const PLANNED = [
  'batchSize',
  'dropLast',
  'shuffle',
  'seed',
  'accumulate',
  'earlyStopping',
  'augmentation',
] as const satisfies readonly (keyof FitSettings)[]

const hasSame = (some: Int32Array, others: Int32Array): boolean =>
  some === others || (some.length === others.length && some.every((index, i) => index === others[i]))

// Planning a training takes several times as long as a small batch. So from a network's second `fit` on, a plan outlives
// its call for a while, and the next call reuses it where it would plan the same.
import type { Executor } from '../wasm/calls.ts'
import type { LinearMemory } from '../wasm/memory.ts'
import type { Rows } from './dataset-rows.ts'
import type { FitContext, FitPlan } from './fit-plan.ts'
import type { FitTask } from './fit-task.ts'
import type { FitSettings } from './options.ts'

/** A plan, what it was made for, and the memory that holds it. */
interface Kept {
  readonly plan: FitPlan
  readonly executor: Executor
  readonly task: Omit<FitTask, 'state'> & { readonly train: Rows }
  readonly memory: LinearMemory
}

/** Milliseconds for which a plan and its memory outlive their training. */
const LINGER = 1000

/** The plan of a network's last training. */
export class KeptPlan {
  #kept: Kept | undefined
  #lingering: ReturnType<typeof setTimeout> | undefined
  /** Linear memory calls it before it grows, too. */
  readonly #drop = () => this.drop()

  /** The last plan, where that of the task would be the same; otherwise undefined, and it is freed. */
  take({ executor }: FitContext, task: FitTask): FitPlan | undefined {
    const kept = this.#take()
    if (!kept || !suits(kept, executor, task)) {
      kept?.plan.free()
      return undefined
    }
    kept.plan.step.begin(task.state)
    return kept.plan
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

  /** Frees the plan: the parameters changed otherwise, or the network is disposed of. */
  drop(): void {
    this.#take()?.plan.free()
  }

  #take(): Kept | undefined {
    const kept = this.#kept
    this.#kept = undefined
    clearTimeout(this.#lingering)
    kept?.memory.spares.delete(this.#drop)
    return kept
  }
}

/** Whether a task would have the same plan. Executors of one thread are alike. */
function suits(
  { task: last, executor }: Kept,
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

// A network's operations in the local engine. Each yields to the event loop regularly, and can be cancelled.
import { inOrder } from '../data/batches.ts'
import { type DatasetContents, type Samples, storeContents } from '../data/samples.ts'
import { TimeSlice } from '../data/time-slice.ts'
import { ArgumentError, StateError } from '../errors.ts'
import type { LayerParameters } from '../layers/spec.ts'
import type { Evaluation, EvaluationSettings } from '../losses/evaluation.ts'
import type { Loss } from '../losses/loss-table.ts'
import type { CollapsedNetwork } from '../network/collapse.ts'
import type { Network } from '../network/network.ts'
import type { TrainingContext, TrainingExtras } from '../training/context.ts'
import type { Pause, Rows } from '../training/dataset-rows.ts'
import type { DiagnosisSettings, LayerDiagnosis } from '../training/diagnosis.ts'
import { trainNetwork } from '../training/fit.ts'
import { type FitContext, planFit } from '../training/fit-plan.ts'
import type { GradientCheck, GradientCheckSettings } from '../training/gradient-check.ts'
import type { KeptPlan } from '../training/kept-plan.ts'
import type { KeptPredictions } from '../training/kept-predictions.ts'
import type { FitSettings, LoopCallbacks, TrainingConfig } from '../training/options.ts'
import type { SampleStream } from '../training/sample-source.ts'
import { nextState, type TrainingState, untrained } from '../training/state.ts'
import type { StepwiseSettings } from '../training/stepwise.ts'
import { Arena, freeWithOwner } from '../wasm/arena.ts'
import type { Capabilities } from '../wasm/builds.ts'
import { type Executor, runAlone } from '../wasm/calls.ts'
import type { Runtime } from '../wasm/runtime.ts'
import { threadsFor } from '../wasm/threads.ts'
import type {
  Cancellation,
  EngineNetwork,
  EnginePredictor,
  EngineRows,
  EngineSamples,
  EngineTrainer,
  OperationsHere,
  PredictorSize,
  TrainingCheckpoint,
  TrainingControl,
} from './engine.ts'
import { fitNeedsExtras, loadExtras, loadSparsity } from './extras.ts'
import { here } from './here.ts'
import { hold, type LocalSamples } from './local-samples.ts'
import type { LocalTrainer } from './local-trainer.ts'
import type * as Operations from './network-operations.ts'
import type { Scope } from './network-operations.ts'

/**
 * An operation on a network. `rowsOf` gives samples in this engine's memory; `arena` has buffers that are freed at its
 * end.
 */
type Operation<Result> = (
  pause: Pause,
  rowsOf: (rows: EngineRows) => Promise<Rows>,
  arena: Arena,
) => Promise<Result>

/** A network whose operations run in the calling thread, slice by slice. */
export class LocalNetwork implements EngineNetwork {
  readonly #runtime: Runtime
  readonly #arena: Arena
  readonly #network: Network
  /** What any operation on it may need. */
  readonly #extras: TrainingExtras
  readonly #capabilities: Capabilities
  /** Of a network that has trained before: most train once. */
  #keptPlan: KeptPlan | undefined
  #keptPredictions: KeptPredictions | undefined
  /** What frees the open predictors. */
  readonly #predictors = new Set<() => void>()
  /** What trains it, and what to do about that, in words. */
  #user: string | undefined
  #state = untrained()
  /** The state of the running training. */
  #present: (() => TrainingState) | undefined
  #trainer: LocalTrainer | undefined

  /** `arena` has the network's parameters. */
  constructor(
    { runtime, arena, network, extras }: Omit<TrainingContext, 'executor'>,
    capabilities: Capabilities,
  ) {
    this.#runtime = runtime
    this.#arena = arena
    this.#network = network
    this.#extras = extras
    this.#capabilities = capabilities
    freeWithOwner(network, arena)
    if (capabilities.threads > 1) runtime.teams?.retain(network)
  }

  get capabilities(): Capabilities {
    const { threads } = this.#capabilities
    const problem = threads > 1 ? this.#runtime.teams?.problem : undefined
    return { ...this.#capabilities, ...(problem && { threads: 1, threadsReason: problem }) }
  }

  async getParameters(): Promise<LayerParameters[]> {
    return this.#network.exclusively(() => this.#network.read())
  }

  async setParameters(parameters: readonly LayerParameters[]): Promise<void> {
    this.#keptPlan?.drop()
    const misfit = await this.#network.exclusively(() => this.#network.write(parameters))
    if (misfit) {
      const { misfitError } = await import('../network/misfit.ts')
      throw misfitError(misfit, this.#network, parameters)
    }
    this.#state = { ...this.#state, parameters: undefined }
  }

  async fit(
    config: TrainingConfig,
    settings: FitSettings,
    train: EngineRows | SampleStream,
    validation: EngineRows | undefined,
    callbacks: LoopCallbacks & TrainingControl,
  ): Promise<void> {
    this.#begin('fit is running on this model already: await it, or abort it by its signal,')
    const { onCheckpoint, steering } = callbacks
    const isStream = !('indices' in train)
    try {
      await this.#run(callbacks, async (pause, rowsOf) => {
        const task = {
          config,
          settings,
          train: isStream ? train : await rowsOf(train),
          validation: validation && (await rowsOf(validation)),
          state: nextState(this.#state, settings.begin),
        }
        const samples = isStream ? Infinity : train.indices.length
        const context = await this.#context(fitNeedsExtras(task), samples, settings.batchSize)
        const keptPlan = await this.#planKeeper()
        const plan = keptPlan?.take(context, task) ?? (await planFit(context, task, callbacks.signal))
        const control = {
          pause,
          isStopped: () => steering.state.isStopped,
          chosenRate: () => steering.state.rate,
          isWatched: () => steering.state.isWatched,
          onBatch: callbacks.onBatch,
          follow: (state: () => TrainingState) => {
            this.#present = state
          },
          leave: (state: TrainingState) => {
            this.#leave(state)
          },
          ...(onCheckpoint && {
            onCheckpoint: async (state: TrainingState) =>
              onCheckpoint({ parameters: await this.getParameters(), state }),
          }),
        }
        try {
          await trainNetwork(plan, task, callbacks, control)
        } catch (error) {
          plan.free()
          throw error
        }
        if (keptPlan) keptPlan.keep(context, plan, task)
        else plan.free()
      })
    } finally {
      this.#user = undefined
    }
  }

  /** Holds its buffers and the samples until it is disposed of, or the network is. */
  async trainer(
    config: TrainingConfig,
    settings: StepwiseSettings & { begin: 'new' | 'more' },
    train: EngineRows,
  ): Promise<EngineTrainer> {
    this.#begin('a trainer is open on this model: dispose it')
    const end = () => {
      this.#trainer = undefined
      this.#user = undefined
    }
    this.#keptPlan?.drop()
    try {
      checkNotEmpty(train.indices)
      const { LocalTrainer } = await import('./local-trainer.ts')
      const context = await this.#context(true, train.indices.length, settings.batchSize)
      const state = nextState(this.#state, settings.begin)
      const task = { config, settings, train, state }
      const trainer = await LocalTrainer.open(context, task, state => {
        this.#leave(state)
        end()
      })
      this.#trainer = trainer
      this.#present = () => trainer.state()
      return trainer
    } catch (error) {
      end()
      throw error
    }
  }

  async #planKeeper(): Promise<KeptPlan | undefined> {
    if (this.#state.steps === 0) return undefined
    const { KeptPlan } = await import('../training/kept-plan.ts')
    this.#keptPlan ??= new KeptPlan()
    return this.#keptPlan
  }

  #leave(state: TrainingState): void {
    this.#state = state
    this.#present = undefined
  }

  #begin(user: string): void {
    this.#checkFree()
    this.#user = user
  }

  #checkFree(): void {
    if (this.#user) throw new StateError(`${this.#user} first`)
  }

  async checkpoint(): Promise<TrainingCheckpoint> {
    this.#checkFree()
    return { parameters: await this.getParameters(), state: this.#state }
  }

  async restore({ parameters, state }: TrainingCheckpoint): Promise<void> {
    this.#checkFree()
    await this.setParameters(parameters)
    this.#state = state
  }

  evaluate(
    loss: Loss,
    rows: EngineRows,
    { signal, topK }: EvaluationSettings & Cancellation,
  ): Promise<Evaluation> {
    return this.#operate(rows, { signal }, (operations, scope) => operations.evaluate(scope, loss, { topK }))
  }

  diagnose(
    config: TrainingConfig,
    rows: EngineRows,
    { signal, ...settings }: DiagnosisSettings & Cancellation,
  ): Promise<LayerDiagnosis[]> {
    const state = () => this.#present?.() ?? this.#state
    return this.#operate(rows, { signal }, (operations, scope) =>
      operations.diagnose(scope, config, settings, state),
    )
  }

  checkGradients(
    loss: Loss,
    rows: EngineRows,
    { signal, ...settings }: GradientCheckSettings & Cancellation,
  ): Promise<GradientCheck> {
    return this.#operate(rows, { signal }, (operations, scope) =>
      operations.checkGradients(scope, loss, settings),
    )
  }

  async collapse(): Promise<CollapsedNetwork> {
    const { collapseNetwork } = await import('../network/collapse.ts')
    return this.#network.exclusively(() => collapseNetwork(this.#runtime, this.#network))
  }

  /** Numbers are copied at once, since the caller may overwrite them. */
  async predict(inputs: EngineRows | DatasetContents, cancellation: Cancellation): Promise<Float32Array> {
    const outputs = cancellation.signal || 'samples' in inputs ? undefined : this.predictNow(inputs)
    if (outputs) return outputs
    return this.#operate(inputs, cancellation, async (operations, scope) => {
      const outputs = await operations.predict(scope)
      this.#keptPredictions ??= new operations.KeptPredictions(this.#parts, this.#capabilities.threads)
      if ('inputs' in inputs) this.#keptPredictions.plan(inputs.inputs)
      return outputs
    })
  }

  get [here](): OperationsHere {
    return this
  }

  predictNow(contents: DatasetContents): Float32Array | undefined {
    return this.#keptPredictions?.predict(contents)
  }

  async openPredictor(size: PredictorSize): Promise<EnginePredictor> {
    const { LocalPredictor } = await import('./local-predictor.ts')
    // Between a trainer's stages the weights are whole.
    const checkFree = () => this.#trainer ?? this.#checkFree()
    return new LocalPredictor(this.#parts, size, { checkFree, open: this.#predictors })
  }

  /** What passes over it are planned with. */
  get #parts() {
    return { runtime: this.#runtime, network: this.#network, extras: this.#extras }
  }

  dispose(): void {
    this.#trainer?.dispose()
    this.#keptPlan?.drop()
    this.#keptPredictions?.drop()
    for (const free of this.#predictors) free()
    this.#arena.free()
    this.#runtime.teams?.release(this.#network)
  }

  /**
   * Runs an operation; its pauses throw when it is cancelled. The network and the data sets of its rows are not
   * disposed of before it is done.
   */
  async #run<Result>(
    { signal, steering }: Cancellation & Partial<TrainingControl>,
    operation: Operation<Result>,
  ): Promise<Result> {
    signal?.throwIfAborted()
    const slice = new TimeSlice()
    const proceed = () => signal?.throwIfAborted()
    const rest = async () => {
      for (let closed = steering?.gate; closed; closed = steering?.gate) {
        let wake = () => {}
        const woken = new Promise<void>(resolve => {
          wake = resolve
        })
        signal?.addEventListener('abort', wake)
        await Promise.race([closed, woken])
        signal?.removeEventListener('abort', wake)
        proceed()
      }
    }
    const pause = () => {
      if (signal?.aborted) proceed()
      return steering?.gate ? rest() : slice.isOver ? slice.giveWay().then(proceed) : undefined
    }
    /** Keyed by the given samples: training and validation samples are often parts of one data set. */
    const held = new Map<EngineSamples, LocalSamples>()
    const rowsOf = async ({ samples, indices }: EngineRows) => {
      checkNotEmpty(indices)
      const here = held.get(samples) ?? (await hold(this.#runtime, samples))
      held.set(samples, here)
      return { samples: here, indices }
    }
    const arena = new Arena(this.#runtime.memory)
    try {
      return await operation(pause, rowsOf, arena)
    } finally {
      arena.free()
      for (const samples of held.values()) samples.release()
    }
  }

  /** Runs an operation on samples whose code is loaded with the first of these. */
  #operate<Result>(
    inputs: EngineRows | DatasetContents,
    cancellation: Cancellation,
    operation: (operations: typeof Operations, scope: Scope) => Promise<Result>,
  ): Promise<Result> {
    return this.#run(cancellation, async (pause, rowsOf, arena) => {
      const rows = 'samples' in inputs ? await rowsOf(inputs) : allOf(storeContents(arena, inputs))
      const operations = await import('./network-operations.ts')
      const context = async (needsExtras: boolean, batchSize: number) => ({
        ...(await this.#context(needsExtras, rows.indices.length, batchSize)),
        arena,
      })
      return operation(operations, { pause, rows, context, ...this.#parts })
    })
  }

  /** The context of an operation on so many samples, in batches of this size. */
  async #context(needsExtras: boolean, samples: number, batchSize: number): Promise<FitContext> {
    const runtime = this.#runtime
    const network = this.#network
    const extras = needsExtras ? await loadExtras(runtime) : this.#extras
    const planSparseDense = await loadSparsity(runtime, network.layers)
    return { runtime, network, extras, planSparseDense, executor: this.#executor(samples, batchSize) }
  }

  /** The executor for batches of so many of the samples. */
  #executor(samples: number, batchSize: number): Executor {
    const { teams, kernels } = this.#runtime
    const rows = Math.min(samples, batchSize)
    const multiplyAdds = this.#network.layers.reduce((sum, { weights }) => sum + rows * weights.length, 0)
    const threads = threadsFor(multiplyAdds, this.#capabilities.threads)
    return teams && threads > 1 ? teams.of(threads) : runAlone(kernels)
  }
}

function checkNotEmpty(indices: Int32Array): void {
  if (indices.length === 0) throw new ArgumentError('this data set has no samples: expected at least one')
}

/** All rows of samples, in order. */
const allOf = (samples: Samples): Rows => ({
  samples,
  indices: inOrder(samples.info.samples),
})

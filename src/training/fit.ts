// The training loop. Lecture, section 4: an epoch uses each sample once, in batches; each batch is one iteration.
import { TrainingError } from '../errors.ts'
import type { Network } from '../network/network.ts'
import { createSchedule } from '../optimizers/create-schedule.ts'
import type { ChosenRate, LearningRateSchedule } from '../optimizers/learning-rate.ts'
import type { Pause } from './dataset-rows.ts'
import type * as Divergence from './divergence.ts'
import type { EarlyStopper } from './early-stopping.ts'
import { addBatch, batchLogs, epochLogs } from './epoch-sums.ts'
import type { Evaluator } from './evaluate.ts'
import type { FitPlan } from './fit-plan.ts'
import type { FitTask } from './fit-task.ts'
import type { LastGood } from './last-good.ts'
import type { BatchLogs, EpochLogs } from './logs.ts'
import type { FitSettings, LoopCallbacks, TrainingConfig } from './options.ts'
import type { SampleSource } from './sample-source.ts'
import { type EpochSums, noSums, type TrainingState } from './state.ts'
import type { TrainingStep } from './step.ts'

/** What controls a training from outside, and what it reports to. */
export interface FitControl {
  /** Awaited after each batch. Lets the host do other things, waits while paused, throws on abort. */
  readonly pause: Pause
  /** Whether training should end after the current batch, as if it had no more epochs. */
  isStopped(): boolean
  /** The learning rate that was chosen last. */
  chosenRate?(): ChosenRate | undefined
  /** Whether `onBatch` wants reports. */
  isWatched?(): boolean
  /** Called after each batch; not awaited. */
  onBatch?(logs: BatchLogs): void
  /** Gets the state at every `settings.checkpointEvery` iterations and after each epoch. */
  onCheckpoint?(state: TrainingState): void | Promise<void>
  /** Gets a function that tells the training's state between two iterations. */
  follow?(state: () => TrainingState): void
  /** Gets the training's final state, however it ends. */
  leave(state: TrainingState): void
}

/**
 * Trains the network. All buffers are planned before the first step: a step allocates none.
 *
 * Throws {@link ArgumentError} and {@link ShapeError} before training starts. Throws {@link TrainingError} at a loss
 * that is not finite, and restores the last parameters that gave a finite one.
 */
export async function trainNetwork(
  plan: FitPlan,
  task: FitTask,
  callbacks: LoopCallbacks,
  control: FitControl,
): Promise<void> {
  const { network, source } = plan
  const { optimizer, schedule } = task.config
  const { epochs } = task.settings
  const rates = await createSchedule(schedule, optimizer.learningRate, source.iterations, epochs)
  const training = new Training(plan, task, rates, { callbacks, control })
  control.follow?.(() => training.state())
  try {
    await training.run()
  } finally {
    await training.end()
    await network.exclusively(() => network.keepFirstWeightsIn(undefined))
    control.leave(training.state())
  }
}

/** One run of the loop, its buffers planned once. */
class Training {
  readonly #network: Network
  readonly #config: TrainingConfig
  readonly #settings: FitSettings
  readonly #callbacks: LoopCallbacks
  readonly #control: FitControl
  readonly #source: SampleSource
  readonly #step: TrainingStep
  readonly #schedule: LearningRateSchedule
  readonly #evaluator: Evaluator | undefined
  readonly #lastGood: LastGood
  readonly #earlyStopper: EarlyStopper | undefined
  readonly #epochsBefore: number
  readonly #history: EpochLogs[]
  /** See {@link TrainingState}. */
  #parameters: Float32Array | undefined
  /** Completed epochs, and iterations of the current one. */
  #epoch: number
  #iteration: number
  #sums: EpochSums
  /** Of the last iteration. */
  #learningRate: number
  /** The number of the last chosen learning rate that was applied. */
  #choice = 0

  constructor(
    { network, source, step, evaluator, earlyStopper, lastGood }: FitPlan,
    { config, settings, state }: FitTask,
    schedule: LearningRateSchedule,
    { callbacks, control }: { readonly callbacks: LoopCallbacks; readonly control: FitControl },
  ) {
    this.#network = network
    this.#config = config
    this.#settings = settings
    this.#callbacks = callbacks
    this.#control = control
    this.#source = source
    this.#step = step
    this.#evaluator = evaluator
    this.#earlyStopper = earlyStopper
    this.#lastGood = lastGood
    this.#epochsBefore = state.epochsBefore
    this.#history = [...state.history]
    this.#parameters = state.parameters
    this.#epoch = state.epoch
    this.#iteration = state.iteration
    this.#sums = { ...state.sums }
    if (state.iteration > source.iterations) {
      throw new TrainingError(`the training stands at iteration ${state.iteration} of ${source.iterations}`)
    }
    this.#learningRate = config.optimizer.learningRate
    this.#schedule = schedule
    if (state.schedule) this.#schedule.restore(state.schedule)
    if (state.iteration > 0) this.#learningRate = this.#learningRateAt(state.iteration - 1)
  }

  /** The training's state between two iterations. */
  state(): TrainingState {
    return {
      epoch: this.#epoch,
      iteration: this.#iteration,
      epochsBefore: this.#epochsBefore,
      steps: this.#step.steps,
      sums: { ...this.#sums },
      history: [...this.#history],
      optimizer: this.#step.optimizerState(),
      schedule: this.#schedule.state,
      earlyStopping: this.#earlyStopper && { ...this.#earlyStopper.state },
      parameters: this.#parameters,
    }
  }

  async run(): Promise<void> {
    await this.#takeUp()
    await this.#callbacks.onTrainBegin?.()
    while (!this.#isOver) await this.#runEpoch()
    await this.#restoreBest()
    await this.#callbacks.onTrainEnd?.({ epochs: [...this.#history] })
  }

  /** Call before the buffers are freed or reused: afterwards no thread works on them. */
  async end(): Promise<void> {
    this.#takeChosenRate()
    await this.#step.end().catch(() => {}) // A failed team has left, and the training knows.
    await this.#source.end()
    // No batch follows whose loss would reveal a last update that went too far.
    await this.#network.exclusively(() => {
      if (!this.#lastGood.areFinite()) this.#diverge()
    })
  }

  get #isOver(): boolean {
    const isDone = this.#epoch >= this.#settings.epochs || this.#earlyStopper?.isOver
    return isDone || this.#control.isStopped()
  }

  /** Whether training was stopped before the end of the epoch. */
  get #isCut(): boolean {
    return this.#control.isStopped() && this.#iteration < this.#source.iterations
  }

  /** Runs to the end of the current epoch. */
  async #runEpoch(): Promise<void> {
    const epoch = this.#epoch + 1
    const start = performance.now() - this.#sums.seconds * 1000
    if (this.#iteration === 0) await this.#callbacks.onEpochBegin?.({ epoch })
    if (this.#iteration === 0) this.#step.drop()
    await this.#source.begin(this.#epochsBefore + epoch, this.#iteration)
    for (;;) {
      const next = this.#source.next()
      const indices = next && 'then' in next ? await next : next
      if (!indices) break
      const running = this.#runIteration(epoch, indices)
      if (running) await running
      this.#sums.seconds = (performance.now() - start) / 1000
      if (this.#isCheckpointDue()) await this.#checkpoint()
      const pausing = this.#control.pause()
      if (pausing) await pausing
      if (this.#isCut) return
    }
    if (this.#isCut) return
    await this.#source.end()
    await this.#network.exclusively(() => this.#step.finishGroup(this.#learningRate))
    await this.#checkLastUpdate(epoch)
    const logs = epochLogs(epoch, this.#iteration, this.#sums, this.#learningRate)
    await this.#validate(logs)
    logs.seconds = (performance.now() - start) / 1000
    this.#schedule.endEpoch(logs.valLoss ?? logs.loss)
    this.#earlyStopper?.observe(logs, () => this.#network.parameters.vector.view.slice())
    this.#history.push(logs)
    this.#epoch = epoch
    this.#iteration = 0
    this.#sums = noSums()
    await this.#callbacks.onEpochEnd?.({ ...logs })
    await this.#checkpoint()
  }

  /** Does not save weights that are not finite: the next batch's loss will tell. */
  async #checkpoint(): Promise<void> {
    this.#takeChosenRate()
    const { onCheckpoint } = this.#control
    if (onCheckpoint && this.#lastGood.areFinite()) await onCheckpoint(this.state())
  }

  /** Undefined when it is done: one thread computes it at once, and nobody may have asked to hear of it. */
  #runIteration(epoch: number, indices: Int32Array): Promise<void> | undefined {
    const { accumulate, augmentation } = this.#settings
    const { iterations } = this.#source
    const iteration = this.#iteration + 1
    this.#takeChosenRate()
    const learningRate = this.#learningRateAt(this.#iteration)
    this.#learningRate = learningRate
    const isLastOfGroup = iteration % accumulate === 0 || iteration === iterations
    const descend = (): Promise<void> | undefined => {
      if (!Number.isFinite(this.#step.loss)) return this.#onNonFinite(epoch, iteration)
      this.#lastGood.observe(this.#step.steps)
      return this.#step.backward(learningRate, isLastOfGroup)
    }
    const running = this.#network.inTurn<void>(() => {
      const forward = this.#step.forward(indices, augmentation && this.#source.upcoming)
      return forward ? forward.then(descend) : descend()
    })
    const report = () => this.#report({ epoch, iteration, iterations, samples: indices.length, learningRate })
    return running ? running.then(report) : report()
  }

  /** After an iteration. */
  #report(numbers: Omit<BatchLogs, 'loss'>): Promise<void> | undefined {
    this.#iteration = numbers.iteration
    addBatch(this.#sums, this.#step, numbers.samples)
    const isWatched = this.#control.isWatched?.()
    if (!this.#callbacks.onBatchEnd && !isWatched) return undefined
    const logs = batchLogs({ ...numbers, loss: this.#step.loss }, this.#step)
    if (isWatched) this.#control.onBatch?.(logs)
    return this.#tell(logs)
  }

  /** Also where only `onBatch` was called: its reader may stop the training before the next batch. */
  async #tell(logs: BatchLogs): Promise<void> {
    await this.#callbacks.onBatchEnd?.(logs)
  }

  /** For an iteration of the current epoch, counted from 0. */
  #learningRateAt(iteration: number): number {
    return this.#schedule.at(this.#ofTraining(iteration))
  }

  /** The position of an iteration of the current epoch within the training. */
  #ofTraining(iteration: number): number {
    return iteration + (this.#epoch > 0 ? this.#epoch * this.#source.iterations : 0)
  }

  /** Between two iterations: applies a learning rate chosen since the last. */
  #takeChosenRate(): void {
    const chosen = this.#control.chosenRate?.()
    if (!chosen || chosen.number === this.#choice) return
    this.#choice = chosen.number
    this.#schedule.choose(chosen.learningRate, this.#ofTraining(this.#iteration))
  }

  /** Throws, unless such batches are skipped. Either way the parameters are finite again. */
  async #onNonFinite(epoch: number, iteration: number): Promise<void> {
    const { where, isDataToBlame } = await this.#step.findNonFinite()
    const keepsWeights = isDataToBlame && this.#lastGood.areFinite()
    if (!keepsWeights) this.#diverge()
    if (this.#settings.onNonFinite === 'skip') return
    const { loss } = this.#step
    await this.#fail(({ tellLoss }, remedy) =>
      tellLoss(remedy, loss, { iteration, epoch }, { where, keepsWeights }),
    )
  }

  /** After any other batch, the next one's loss tells. */
  async #checkLastUpdate(epoch: number): Promise<void> {
    if (epoch < this.#settings.epochs) return
    // A skipped batch's loss tells nothing.
    const isRight = await this.#network.exclusively(() =>
      Number.isFinite(this.#step.loss) ? this.#step.isFinite() : this.#lastGood.areFinite(),
    )
    if (isRight) return
    await this.#network.exclusively(() => this.#diverge())
    await this.#fail(({ tellLastUpdate }, remedy) => tellLastUpdate(remedy, this.#iteration, epoch))
  }

  /** Restores the last good parameters. The optimiser's state no longer fits them. */
  #diverge(): void {
    this.#lastGood.restore()
    this.#step.forget()
  }

  /** Throws {@link TrainingError}, with text that is loaded on demand. */
  async #fail(tell: (words: typeof Divergence, remedy: string) => string): Promise<never> {
    const words = await import('./divergence.ts')
    const remedy = words.remedyOf(this.#network, this.#source.samples, this.#config, this.#learningRate)
    throw new TrainingError(tell(words, remedy))
  }

  async #validate(logs: EpochLogs): Promise<void> {
    await this.#network.exclusively(() => this.#network.keepFirstWeightsIn(undefined))
    await this.#earlyStopper?.measure(logs, this.#control.pause)
    if (!this.#evaluator) return
    const { loss, accuracy } = await this.#evaluator.run(this.#control.pause)
    if (!Number.isFinite(loss)) {
      if (!this.#lastGood.areFinite()) await this.#network.exclusively(() => this.#diverge())
      await this.#fail(({ tellValidation }, remedy) => tellValidation(remedy, loss, logs.epoch))
    }
    logs.valLoss = loss
    if (accuracy !== undefined) logs.valAccuracy = accuracy
  }

  #isCheckpointDue(): boolean {
    const { checkpointEvery = Infinity } = this.#settings
    return this.#iteration < this.#source.iterations && this.#iteration % checkpointEvery === 0
  }

  async #restoreBest(): Promise<void> {
    const best = this.#earlyStopper?.state.parameters
    if (!best) return
    await this.#network.exclusively(() => {
      this.#network.updateFirstWeights()
      this.#parameters = this.#network.parameters.vector.view.slice()
      this.#network.writeVector(best)
    })
  }

  /** Switches from the best epoch's parameters back to those with which training continues. */
  async #takeUp(): Promise<void> {
    const vector = this.#parameters
    if (!vector) return
    await this.#network.exclusively(() => this.#network.writeVector(vector))
    this.#parameters = undefined
  }
}

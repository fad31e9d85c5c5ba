// One iteration: prepare data → model → prediction → loss → gradient → change the weights. Lecture, section 1.
import type { Samples } from '../data/samples.ts'
import { takesLogits } from '../losses/loss-options.ts'
import { createLoss } from '../losses/plain-loss.ts'
import type { BatchLoss } from '../losses/row-losses.ts'
import type { Augmentation } from '../network/augmentation.ts'
import { BackwardPass } from '../network/backward.ts'
import type { RandomState } from '../network/context.ts'
import { ForwardPass } from '../network/forward.ts'
import type { Network } from '../network/network.ts'
import { planOnce } from '../network/plan-once.ts'
import type { Batch } from '../network/stages/stage.ts'
import type { OptimizerState } from '../optimizers/optimizer-state.ts'
import type { F32Buffer, U8Buffer } from '../wasm/buffer.ts'
import type { Call, Executor } from '../wasm/calls.ts'
import type { TrainingContext } from './context.ts'
import { type Descent, InPlaceDescent, isPlainSgd } from './descent.ts'
import type { NonFinite } from './divergence.ts'
import { finiteCheck } from './finite-check.ts'
import type { TrainingConfig } from './options.ts'
import { isBounded } from './output-bound.ts'
import type { TrainingState } from './state.ts'

/** The settings of a step. */
export interface StepOptions {
  config: TrainingConfig
  samples: Samples
  /** The most rows of a batch. */
  capacity: number
  /** Of the random numbers that layers draw. */
  seed: number
  /** How images are distorted; undefined where they are not. */
  augmentation: Augmentation | undefined
  /** Whether gradients of several batches are added up. */
  accumulates: boolean
  /** Where the training begins. */
  state: TrainingState
}

/** All buffers of an iteration, planned once. */
export class TrainingStep {
  /** The mean loss of the last batch, before its update. */
  loss = 0
  /** The divisor of the mean: the sum of the samples' weights, or their number. */
  weight = 0
  /** Correctly classified samples of the last batch, before the update; undefined for regression. */
  correct: number | undefined
  readonly #executor: Executor
  readonly #network: Network
  readonly #random: RandomState
  readonly #forward: ForwardPass
  readonly #backward: BackwardPass
  readonly #descent: Descent
  /** Where the first layer's weights are kept from one sparse batch to the next. */
  readonly #panels: U8Buffer | undefined
  readonly #batchLoss: BatchLoss
  readonly #forwardCalls = new Map<Batch, readonly Call[]>()
  #batch: Batch = { rows: 0, format: 'dense' }
  readonly #isFinite: (vector: F32Buffer, length?: number) => boolean

  constructor(context: TrainingContext, options: StepOptions) {
    const { runtime, executor, arena, network, extras } = context
    const { config, samples, capacity, seed, augmentation, state } = options
    this.#executor = executor
    this.#network = network
    this.#random = { seed, step: arena.i32(1) }
    this.#random.step.view[0] = state.steps
    this.#batchLoss = createLoss(config.loss, samples, { ...context, outputs: network.outputSize, capacity })
    this.#forward = new ForwardPass(context, samples, {
      capacity,
      logits: takesLogits(config.loss),
      random: this.#random,
      augmentation,
    })
    this.#backward = new BackwardPass(this.#forward)
    const isInPlace = this.#forward.stages.every(({ updatesInPlace }) => updatesInPlace)
    if (isPlainSgd(config.optimizer) && isInPlace && !options.accumulates) {
      this.#panels = this.#forward.keepPanels(arena)
      this.#descent = new InPlaceDescent(this.#backward)
    } else {
      this.#descent = extras.planDescent(this.#backward, config.optimizer)
      if (state.optimizer) this.#descent.begin(state.optimizer)
    }
    this.#isFinite = finiteCheck(runtime, arena)
  }

  /** Continues from a state: that of the last training with this plan, or another. */
  begin({ steps, optimizer }: TrainingState): void {
    this.#random.step.view[0] = steps
    this.#descent.begin(optimizer)
  }

  /** Trained iterations, over all calls of `fit`. */
  get steps(): number {
    return (this.#random.step.view[0] ?? 0) >>> 0
  }

  /** The optimiser's state; undefined if it has none. */
  optimizerState(): OptimizerState | undefined {
    return this.#descent.state()
  }

  /** Whether gradients have been added up that have not yet changed parameters. */
  get isPending(): boolean {
    return this.#descent.isPending
  }

  /** Applies them to the parameters, where a group was left unfinished. */
  async finishGroup(learningRate: number): Promise<void> {
    if (!this.isPending) return
    const running = this.#executor.run(this.#descent.finish(learningRate))
    if (running) await running
  }

  /** Discards such gradients. */
  drop(): void {
    this.#descent.drop()
  }

  /** Resets the optimiser. */
  forget(): void {
    this.#descent.forget()
  }

  /**
   * Runs the samples at the given indices to the loss, and its gradient with respect to the network's output. `next`
   * are the indices of the likely next batch, where images are distorted and it is known. Undefined when it is done.
   */
  forward(indices: Int32Array, next?: Int32Array): Promise<void> | undefined {
    const loaded = this.#forward.input.load(this.#executor, indices)
    return 'then' in loaded ? loaded.then(batch => this.#run(batch, next)) : this.#run(loaded, next)
  }

  #run(batch: Batch, next: Int32Array | undefined): Promise<void> | undefined {
    if (next) this.#forward.input.prepare(this.#executor, next)
    this.#batch = batch
    this.#network.keepFirstWeightsIn(batch.format === 'sparse' ? this.#panels : undefined)
    const running = this.#executor.run(this.#callsForward(batch))
    return running ? running.then(() => this.#readLoss(batch)) : this.#readLoss(batch)
  }

  #readLoss({ rows }: Batch): undefined {
    this.loss = this.#batchLoss.mean(rows)
    this.weight = this.#batchLoss.weight(rows)
    this.correct = this.#batchLoss.correct(rows)
  }

  /** Propagates the batch's gradient to the parameters, likewise. Changes these where it is the last of its group. */
  backward(learningRate: number, isLastOfGroup: boolean): Promise<void> | undefined {
    const calls = this.#descent.calls(this.#batch, learningRate, isLastOfGroup, this.weight)
    const running = this.#executor.run(calls)
    return running ? running.then(() => this.#count()) : this.#count()
  }

  #count(): undefined {
    const { view } = this.#random.step
    view[0] = this.steps + 1
  }

  /** Call before the buffers are freed: afterwards no thread works on them. */
  async end(): Promise<void> {
    await this.#forward.input.end(this.#executor)
  }

  #callsForward(batch: Batch): readonly Call[] {
    return planOnce(this.#forwardCalls, batch, () => {
      const { input, output } = this.#forward
      const { outputGradient } = this.#backward
      return [
        ...this.#forward.calls(batch),
        this.#batchLoss.call(batch.rows, input.indices, output, outputGradient),
      ]
    })
  }

  /** Whether all parameters are finite, and their loss for the last batch, if any. */
  async isFinite(): Promise<boolean> {
    if (isBounded(this.#forward, this.#batch)) return true
    if (this.#batch.rows > 0) {
      const running = this.#executor.run(this.#callsForward(this.#batch))
      if (running) await running
      if (!Number.isFinite(this.#batchLoss.mean(this.#batch.rows))) return false
    }
    this.#network.updateFirstWeights()
    return this.#isFinite(this.#network.parameters.vector)
  }

  /** Where the numbers of the last batch stop being finite, given that its loss is not. */
  async findNonFinite(): Promise<NonFinite> {
    const { findNonFinite } = await import('./divergence.ts')
    return findNonFinite(this.#forward, this.#batch, this.loss, this.#isFinite)
  }
}

// Computes a batch's loss and all gradients, stage by stage: the basis of custom loops, the gradient check and the
// diagnosis.
import type { Samples } from '../data/samples.ts'
import { takesLogits } from '../losses/loss-options.ts'
import type { Loss } from '../losses/loss-table.ts'
import { createLoss } from '../losses/plain-loss.ts'
import type { BatchLoss } from '../losses/row-losses.ts'
import type { Call, Executor } from '../wasm/calls.ts'
import { BackwardPass } from './backward.ts'
import type { NetworkContext, RandomState } from './context.ts'
import { ForwardPass } from './forward.ts'
import type { Network } from './network.ts'
import type { ParameterSet } from './parameters.ts'
import type { Batch } from './stages/stage.ts'

/** What a pass is planned for. */
export interface GradientPassOptions {
  readonly loss: Loss
  readonly samples: Samples
  /** The most rows of a batch. */
  readonly capacity: number
  /** For the random numbers that layers draw, and the first step. */
  readonly seed: number
  readonly step: number
  /** Whether to keep all stages' sums and their gradients. Otherwise they are overwritten as in training. */
  readonly keepsTensors: boolean
}

/**
 * Forward and backward pass as in training, their buffers planned once. It only reads the network's parameters, from
 * the vector. While a training keeps some in panels, update them first.
 */
export class GradientPass {
  readonly forward: ForwardPass
  readonly backward: BackwardPass
  /** With respect to the parameters: the result of `differentiate`. */
  readonly gradients: ParameterSet
  readonly #executor: Executor
  readonly #network: Network
  readonly #random: RandomState
  readonly #batchLoss: BatchLoss
  #batch: Batch = { rows: 0, format: 'dense' }
  #forwardCalls: readonly Call[] = []

  constructor(context: NetworkContext, options: GradientPassOptions) {
    const { arena, network } = context
    const { loss, samples, capacity, seed, step, keepsTensors } = options
    this.#executor = context.executor
    this.#network = network
    this.#random = { seed, step: arena.i32(1) }
    this.#random.step.view[0] = step
    this.#batchLoss = createLoss(loss, samples, { ...context, outputs: network.outputSize, capacity })
    this.forward = new ForwardPass(context, samples, {
      capacity,
      logits: takesLogits(loss),
      random: this.#random,
      augmentation: undefined,
      keepsSums: keepsTensors,
    })
    this.backward = new BackwardPass(this.forward, keepsTensors)
    this.gradients = network.layout.allocate(arena)
  }

  /** The current batch. */
  get batch(): Batch {
    return this.#batch
  }

  /** The step for which layers draw random numbers. */
  get step(): number {
    return (this.#random.step.view[0] ?? 0) >>> 0
  }

  set step(step: number) {
    const { view } = this.#random.step
    view[0] = step
  }

  /** Makes the samples at the given indices the current batch. */
  async load(indices: Int32Array): Promise<void> {
    this.#batch = await this.forward.input.load(this.#executor, indices)
    this.#forwardCalls = this.forward.calls(this.#batch)
  }

  /** Applies the network to the batch. Resolves to the mean loss. */
  async computeLoss(): Promise<number> {
    await this.run([...this.#forwardCalls, this.#lossCall])
    return this.#batchLoss.mean(this.#batch.rows)
  }

  /** The divisor of the mean. */
  get weight(): number {
    return this.#batchLoss.weight(this.#batch.rows)
  }

  /** Correctly classified samples; undefined for regression. */
  get correct(): number | undefined {
    return this.#batchLoss.correct(this.#batch.rows)
  }

  /** Computes the gradients of the computed loss with respect to all layers' sums and parameters. */
  async differentiate(): Promise<void> {
    await this.run(this.backward.calls(this.#batch, 1, 0, this.gradients))
  }

  /** A step of plain gradient descent as `fit` takes it: the gradient again, in one pass with the update. */
  async descend(learningRate: number): Promise<void> {
    const { parameters } = this.#network
    await this.run([this.#lossCall, ...this.backward.calls(this.#batch, -learningRate, 1, parameters)])
  }

  async run(calls: readonly Call[]): Promise<void> {
    const running = this.#executor.run(calls)
    if (running) await running
  }

  get #lossCall(): Call {
    const { input, output } = this.forward
    return this.#batchLoss.call(this.#batch.rows, input.indices, output, this.backward.outputGradient)
  }
}

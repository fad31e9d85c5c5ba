// One iteration: prepare data → model → prediction → loss → gradient → change the weights. Lecture, section 1.
import type { Storage } from '../data/storage.ts'
import type { Network } from '../model/network.ts'
import type { Arena } from '../wasm/arena.ts'
import type { F32Buffer, U8Buffer } from '../wasm/buffer.ts'
import type { Call, Executor } from '../wasm/calls.ts'
import type { Runtime } from '../wasm/runtime.ts'
import { BackwardPass } from './backward.ts'
import { ForwardPass } from './forward.ts'
import { type BatchLoss, createLoss } from './losses.ts'
import type { TrainingConfig } from './options.ts'
import { planOnce } from './plan-once.ts'
import type { Batch, RandomState } from './stages/stage.ts'

/** What a step trains with. */
export interface StepOptions {
  config: TrainingConfig
  storage: Storage
  /** The most rows of a batch. */
  capacity: number
  /** Of the random numbers that layers draw. */
  seed: number
}

/** The calls that change the weights, with the learning rate in them. */
interface Descent {
  readonly learningRate: number
  readonly calls: readonly Call[]
}

/** All buffers of an iteration, planned once. */
export class TrainingStep {
  /** The mean loss of the last batch, before its update. */
  loss = 0
  /** Samples of the last batch that were classified rightly, before the update; undefined for regression. */
  correct: number | undefined
  readonly #executor: Executor
  readonly #network: Network
  readonly #runtime: Runtime
  readonly #random: RandomState
  readonly #forward: ForwardPass
  /** Where the first layer's weights are from one sparse batch to the next. */
  readonly #panels: U8Buffer | undefined
  readonly #backward: BackwardPass
  readonly #batchLoss: BatchLoss
  readonly #forwardCalls = new Map<Batch, readonly Call[]>()
  readonly #descents = new Map<Batch, Descent>()
  #batch: Batch = { rows: 0, format: 'dense' }
  /** A 0. */
  readonly #zero: F32Buffer

  constructor(runtime: Runtime, executor: Executor, arena: Arena, network: Network, options: StepOptions) {
    const { config, storage, capacity, seed } = options
    const { threads } = executor
    this.#runtime = runtime
    this.#executor = executor
    this.#network = network
    this.#random = { seed, step: arena.i32(1) }
    this.#batchLoss = createLoss(config.loss, runtime, arena, network, storage, capacity)
    this.#forward = new ForwardPass(network, storage, {
      runtime,
      arena,
      capacity,
      threads,
      random: this.#random,
    })
    this.#panels = this.#forward.keepPanels(arena)
    this.#backward = new BackwardPass(this.#forward)
    this.#zero = arena.f32(1)
  }

  /** Trains on the samples of some indices, unless their loss is not finite. */
  async run(indices: Int32Array, learningRate: number): Promise<void> {
    const batch = await this.#forward.input.load(this.#executor, indices)
    this.#batch = batch
    this.#network.keepFirstWeightsIn(batch.format === 'sparse' ? this.#panels : undefined)
    const goingForward = this.#executor.run(this.#callsForward(batch))
    if (goingForward) await goingForward
    this.loss = this.#batchLoss.mean(batch.rows)
    this.correct = this.#batchLoss.correct(batch.rows)
    if (!Number.isFinite(this.loss)) return
    const goingBackward = this.#executor.run(this.#descent(batch, learningRate))
    if (goingBackward) await goingBackward
    const { view } = this.#random.step
    view[0] = (view[0] ?? 0) + 1
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

  /** Plain gradient descent: the update is part of the pass that computes the gradient. */
  #descent(batch: Batch, learningRate: number): readonly Call[] {
    let descent = this.#descents.get(batch)
    if (descent?.learningRate !== learningRate) {
      const calls = this.#backward.calls(batch, -learningRate, 1, this.#network.parameters)
      descent = { learningRate, calls }
      this.#descents.set(batch, descent)
    }
    return descent.calls
  }

  /** Whether all weights and biases are finite, and the loss that they give for the last batch too. */
  async isFinite(): Promise<boolean> {
    const running = this.#executor.run(this.#callsForward(this.#batch))
    if (running) await running
    if (!Number.isFinite(this.#batchLoss.mean(this.#batch.rows))) return false
    this.#network.updateFirstWeights()
    // Σ w·0 is 0, or NaN where a w is not finite. The increment of 0 takes the one 0 over and over.
    const { pointer, length } = this.#network.parameters.vector
    return this.#runtime.kernels.sdot(length, pointer, 1, this.#zero.pointer, 0) === 0
  }
}

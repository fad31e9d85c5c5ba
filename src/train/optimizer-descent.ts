// From the gradient by the network's output to changed parameters, by an optimiser.
import type { Network } from '../model/network.ts'
import type { ParameterSet } from '../model/parameters.ts'
import type { Arena } from '../wasm/arena.ts'
import type { Call } from '../wasm/calls.ts'
import type { Runtime } from '../wasm/runtime.ts'
import type { BackwardPass } from './backward.ts'
import type { Descent } from './descent.ts'
import { createOptimizer, type Optimizer, restoreOptimizer, saveOptimizer } from './optimizer.ts'
import type { OptimizerConfig } from './optimizer-options.ts'
import { planOnce } from './plan-once.ts'
import type { Batch } from './stages/stage.ts'
import type { OptimizerState } from './state.ts'

/** Gradients in a vector of their own, which an optimiser reads. */
export class OptimizerDescent implements Descent {
  readonly #backward: BackwardPass
  readonly #gradients: ParameterSet
  readonly #optimizer: Optimizer
  readonly #algorithm: OptimizerConfig['algorithm']
  /** Batches of the group under way. */
  #pending = 0
  /** By whether the gradient is to be added to that of the batch before. */
  readonly #plans = { first: new Map<Batch, readonly Call[]>(), more: new Map<Batch, readonly Call[]>() }

  constructor(
    runtime: Runtime,
    arena: Arena,
    backward: BackwardPass,
    network: Network,
    config: OptimizerConfig,
  ) {
    const { layout, parameters } = network
    this.#backward = backward
    this.#gradients = layout.allocate(arena)
    this.#algorithm = config.algorithm
    this.#optimizer = createOptimizer(config, runtime, arena, {
      parameters: parameters.vector.subarray(0, layout.trainableLength),
      gradients: this.#gradients.vector.subarray(0, layout.trainableLength),
      weightCount: layout.matrixLength,
    })
  }

  get isPending(): boolean {
    return this.#pending > 0
  }

  calls(batch: Batch, learningRate: number, isLastOfGroup: boolean): readonly Call[] {
    const plans = this.isPending ? this.#plans.more : this.#plans.first
    const beta = this.isPending ? 1 : 0
    const gradient = planOnce(plans, batch, () => this.#backward.calls(batch, 1, beta, this.#gradients))
    this.#pending += 1
    return isLastOfGroup ? [...gradient, ...this.finish(learningRate)] : gradient
  }

  finish(learningRate: number): readonly Call[] {
    this.#optimizer.prepare(learningRate, 1 / this.#pending)
    this.#pending = 0
    return this.#optimizer.calls()
  }

  drop(): void {
    this.#pending = 0
  }

  state(): OptimizerState {
    const pending = this.isPending
      ? { batches: this.#pending, gradients: this.#gradients.vector.view.slice() }
      : undefined
    return { ...saveOptimizer(this.#algorithm, this.#optimizer), pending }
  }

  /** Goes on from a state, unless that is another optimiser's. */
  restore(state: OptimizerState): void {
    const { pending } = state
    if (!restoreOptimizer(this.#algorithm, this.#optimizer, state) || !pending) return
    this.#pending = pending.batches
    this.#gradients.vector.view.set(pending.gradients)
  }

  forget(): void {
    this.drop()
    this.#optimizer.restore({ step: 0, beta1Power: 1, beta2Power: 1 })
    for (const { view } of this.#optimizer.state.values()) view.fill(0)
  }
}

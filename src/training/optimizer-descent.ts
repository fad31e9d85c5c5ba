// From the gradient with respect to the network's output to changed parameters, by an optimiser.

import type { BackwardPass } from '../network/backward.ts'
import type { ParameterSet } from '../network/parameters.ts'
import { planOnce } from '../network/plan-once.ts'
import type { Batch } from '../network/stages/stage.ts'
import { createOptimizer, type Optimizer, restoreOptimizer, saveOptimizer } from '../optimizers/optimizer.ts'
import type { OptimizerConfig } from '../optimizers/optimizer-options.ts'
import type { OptimizerState, PendingWeight } from '../optimizers/optimizer-state.ts'
import type { Call } from '../wasm/calls.ts'
import type { Runtime } from '../wasm/runtime.ts'
import type { Descent } from './descent.ts'

const noWeight = (): PendingWeight => ({ batches: 0, weight: 0, unit: 0 })

/** Gradients in a separate vector, which an optimiser reads. */
export class OptimizerDescent implements Descent {
  readonly #runtime: Runtime
  readonly #backward: BackwardPass
  readonly #gradients: ParameterSet
  readonly #optimizer: Optimizer
  /** Of the network. */
  readonly #outputs: number
  readonly #algorithm: OptimizerConfig['algorithm']
  /** The last copy of the optimiser's vectors, while they have not changed. */
  #saved: OptimizerState['vectors'] | undefined
  /** Of the current group. */
  #pending = noWeight()
  /** Keyed by whether the gradient is added to that of the batch before. */
  readonly #plans = { first: new Map<Batch, readonly Call[]>(), more: new Map<Batch, readonly Call[]>() }

  constructor(backward: BackwardPass, config: OptimizerConfig) {
    const { runtime, arena, network } = backward.forward.plan
    const { layout, parameters } = network
    this.#runtime = runtime
    this.#backward = backward
    this.#gradients = layout.allocate(arena)
    this.#outputs = network.outputSize
    this.#algorithm = config.algorithm
    this.#optimizer = createOptimizer(config, runtime, arena, {
      parameters: parameters.vector.subarray(0, layout.trainableLength),
      gradients: this.#gradients.vector.subarray(0, layout.trainableLength),
      weightCount: layout.matrixLength,
    })
  }

  get isPending(): boolean {
    return this.#pending.batches > 0
  }

  calls(batch: Batch, learningRate: number, isLastOfGroup: boolean, weight: number): readonly Call[] {
    const plans = this.isPending ? this.#plans.more : this.#plans.first
    const beta = this.isPending ? 1 : 0
    const gradient = planOnce(plans, batch, () => this.#backward.calls(batch, 1, beta, this.#gradients))
    this.#add(batch.rows, weight)
    return isLastOfGroup ? [...gradient, ...this.finish(learningRate)] : gradient
  }

  /**
   * Adds a batch to the group. Its gradient with respect to the network's output is divided by the batch's own weight.
   * Where that is not the unit, the largest weight so far, the gradient is scaled, or the sum is. No factor is above 1,
   * so nothing overflows.
   */
  #add(rows: number, weight: number): void {
    const { unit } = this.#pending
    const { kernels } = this.#runtime
    if (weight > unit) {
      const { vector } = this.#gradients
      if (unit > 0) kernels.sscal(vector.length, unit / weight, vector.pointer, 1)
      this.#pending.unit = weight
    } else if (weight < unit) {
      const { outputGradient } = this.#backward
      kernels.sscal(rows * this.#outputs, weight / unit, outputGradient.pointer, 1)
    }
    this.#pending.weight += weight
    this.#pending.batches += 1
  }

  finish(learningRate: number): readonly Call[] {
    const { unit, weight } = this.#pending
    this.#saved = undefined
    this.#optimizer.prepare(learningRate, weight > 0 ? unit / weight : 1)
    this.drop()
    return this.#optimizer.calls()
  }

  drop(): void {
    this.#pending = noWeight()
  }

  state(): OptimizerState {
    const pending = this.isPending
      ? { ...this.#pending, gradients: this.#gradients.vector.view.slice() }
      : undefined
    const saved = saveOptimizer(this.#algorithm, this.#optimizer)
    this.#saved = saved.vectors
    return { ...saved, pending }
  }

  begin(state: OptimizerState | undefined): void {
    this.drop()
    if (state && state.vectors === this.#saved) return
    if (!restoreOptimizer(this.#algorithm, this.#optimizer, state)) this.forget()
    else if (state?.pending) {
      const { gradients, ...weight } = state.pending
      this.#pending = weight
      this.#gradients.vector.view.set(gradients)
    }
  }

  forget(): void {
    this.drop()
    this.#saved = undefined
    this.#optimizer.restore({ step: 0 })
    for (const { view } of this.#optimizer.state.values()) view.fill(0)
  }
}

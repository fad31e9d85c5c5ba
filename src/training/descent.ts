// From the gradient with respect to the network's output to changed parameters. A plain update is one pass, any other
// is an optimiser's (optimizer-descent.ts).

import type { BackwardPass } from '../network/backward.ts'
import type { ParameterSet } from '../network/parameters.ts'
import type { Batch } from '../network/stages/stage.ts'
import type { OptimizerConfig } from '../optimizers/optimizer-options.ts'
import type { OptimizerState } from '../optimizers/optimizer-state.ts'
import type { Call } from '../wasm/calls.ts'

/** What changes the parameters. */
export interface Descent {
  /**
   * The calls after a batch's forward pass, to be run at once. Gradients of a group's batches are added up. The last
   * batch changes the parameters, by Σ w·g / Σ w of all samples of the group. `weight` is Σ w of the batch.
   */
  calls(batch: Batch, learningRate: number, isLastOfGroup: boolean, weight: number): readonly Call[]
  /** Whether a group has begun. */
  readonly isPending: boolean
  /** The calls that end the current group early, when no batch follows. */
  finish(learningRate: number): readonly Call[]
  /** Discards the current group. */
  drop(): void
  /** Continues from what it remembered; afresh for undefined, or another optimiser's state. */
  begin(state: OptimizerState | undefined): void
  /** A copy of what it remembers; undefined if nothing. */
  state(): OptimizerState | undefined
  /** Forgets all. */
  forget(): void
}

/** Whether an update is w ← w − learningRate·g and nothing else, which needs no vector of gradients. */
export function isPlainSgd({ algorithm, clipNorm, clipValue, l1, l2 }: OptimizerConfig): boolean {
  const clips = clipNorm !== undefined || clipValue !== undefined
  return algorithm.name === 'sgd' && algorithm.weightDecay === 0 && !clips && l1 === 0 && l2 === 0
}

/** Plain gradient descent, batch by batch: the update is part of the pass that computes the gradient. */
export class InPlaceDescent implements Descent {
  readonly isPending = false
  readonly #backward: BackwardPass
  readonly #parameters: ParameterSet
  readonly #plans = new Map<Batch, { learningRate: number; calls: readonly Call[] }>()

  constructor(backward: BackwardPass) {
    this.#backward = backward
    this.#parameters = backward.forward.plan.network.parameters
  }

  calls(batch: Batch, learningRate: number): readonly Call[] {
    let plan = this.#plans.get(batch)
    if (plan?.learningRate !== learningRate) {
      plan = { learningRate, calls: this.#backward.calls(batch, -learningRate, 1, this.#parameters) }
      this.#plans.set(batch, plan)
    }
    return plan.calls
  }

  finish(): readonly Call[] {
    return []
  }

  drop(): void {}

  begin(): void {}

  state(): undefined {
    return undefined
  }

  forget(): void {}
}

// What steers a training while it runs, on both sides of a link: one side sets it, the other looks at it between two
// batches.

import type { ChosenRate } from '../optimizers/learning-rate.ts'

/** What a training is asked for. */
export interface SteeringState {
  /** To rest after the batch in hand, until it is false again. */
  readonly isPaused: boolean
  /** To end after the batch in hand, as if it had no more epochs. */
  readonly isStopped: boolean
  /** Whether somebody wants to be told of each batch. */
  readonly isWatched: boolean
  /** The learning rate that the next batch is to have, and how often one was chosen: each choice counts once. */
  readonly rate?: ChosenRate
}

export class Steering {
  #state: SteeringState = { isPaused: false, isStopped: false, isWatched: false }
  #resume: (() => void) | undefined
  #resumed: Promise<void> | undefined
  /** Told of each change. */
  onChange: ((state: SteeringState) => void) | undefined

  get state(): SteeringState {
    return this.#state
  }

  /** While training is to rest, a promise that it may go on. */
  get gate(): Promise<void> | undefined {
    if (!this.#state.isPaused) return undefined
    this.#resumed ??= new Promise(resolve => {
      this.#resume = resolve
    })
    return this.#resumed
  }

  set(changes: Partial<SteeringState>): void {
    this.#state = { ...this.#state, ...changes }
    if (!this.#state.isPaused) {
      this.#resume?.()
      this.#resumed = undefined
    }
    this.onChange?.(this.#state)
  }
}

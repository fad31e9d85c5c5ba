// Controls a running training, on both sides of a link: one side sets it, the other reads it between two batches.

import type { ChosenRate } from '../optimizers/learning-rate.ts'

/** What a training is asked to do. */
export interface SteeringState {
  /** To pause after the current batch, until it is false again. */
  readonly isPaused: boolean
  /** To end after the current batch, as if it had no more epochs. */
  readonly isStopped: boolean
  /** Whether somebody wants a report on each batch. */
  readonly isWatched: boolean
  /** The next batch's learning rate, and how often one was chosen: each choice applies once. */
  readonly rate?: ChosenRate
}

export class Steering {
  #state: SteeringState = { isPaused: false, isStopped: false, isWatched: false }
  #resume: (() => void) | undefined
  #resumed: Promise<void> | undefined
  /** Called at each change. */
  onChange: ((state: SteeringState) => void) | undefined

  get state(): SteeringState {
    return this.#state
  }

  /** While training should pause, a promise that it may continue. */
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
